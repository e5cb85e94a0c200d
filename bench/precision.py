"""Measures how often each rule is right: ``python bench/precision.py --projects FOLDER``.

Well-kept projects are audited at the commits that `bench/precision/projects.yaml` names, from checkouts in
FOLDER, one folder for each name; of every rule at most 25 findings a project are judged, by the verdicts in
`bench/precision/verdicts`. Findings without a verdict are listed, and with ``--ask`` written down with an open
one. With ``--labels FILE --repository PATH``, repeatable, a labelled repository is measured, too.

Writes `bench/precision.json`. What is not measured in this run keeps its earlier figures.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from auditor.model.finding import Category, Finding, Severity
from auditor.model.source import Language, Role
from auditor.pipeline import Request, audit_repository
from auditor.repo.snapshot import open_snapshot
from auditor.rules.base import Lifecycle
from auditor.rules.registry import RULE_PACK_VERSION
from auditor.rules.registry import rules as all_rules

HERE = Path(__file__).resolve().parent
RESULT = HERE / "precision.json"
FOLDER = HERE / "precision"
SAMPLE = 25
"""Findings of one rule in one project above which a sample is judged."""
SLACK = 2
"""Lines by which a finding may miss a label."""
GRAVE = (Severity.CRITICAL, Severity.HIGH)
LABELLED = {
    Category.PLACEHOLDER, Category.MOCKED_METRIC, Category.MISSING_SECRET, Category.UNTESTED_WORKFLOW, Category.SKIPPED_TEST,
    Category.MISSING_REFERENCE, Category.LOCALHOST_ENDPOINT, Category.HARDCODED_SECRET,
}  # fmt: skip
"""What labels are about: a finding of another category is neither confirmed nor refuted by them."""
NO_CODE = {Language.TEXT, Language.BINARY, Language.MARKDOWN, Language.JSON, Language.XML}

Row = dict[str, Any]


def main() -> None:
    """Read the arguments, measure what is at hand, write the result and the open questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=Path, metavar="FOLDER", help="where the checkouts lie")
    parser.add_argument("--only", action="append", metavar="NAME", help="one project; repeatable")
    parser.add_argument("--labels", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--repository", type=Path, action="append", default=[], metavar="PATH")
    parser.add_argument(
        "--ask", action="store_true", help="write findings without a verdict into the files of verdicts"
    )
    options = parser.parse_args()
    result = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {"projects": [], "labelled": []}
    open_questions = 0
    if options.projects:
        for project in _projects(options.only):
            row, unjudged = _measured(project, options.projects / project["name"], ask=options.ask)
            open_questions += unjudged
            _replace(result["projects"], row, "name")
    for labels, repository in zip(options.labels, options.repository, strict=True):
        _replace(result["labelled"], _labelled(labels, repository), "commit")
    result["rule_pack"] = RULE_PACK_VERSION
    RESULT.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _print(result)
    sys.exit(1 if open_questions else 0)


def _projects(only: list[str] | None) -> list[Row]:
    listed = yaml.safe_load((FOLDER / "projects.yaml").read_text(encoding="utf-8"))
    return [one for one in listed if not only or one["name"] in only]


def _measured(project: Row, checkout: Path, *, ask: bool) -> tuple[Row, int]:
    """The row of one project, and how many findings have no verdict."""
    findings = _findings(checkout, project["commit"])
    verdicts = _verdicts(project["name"])
    unjudged = [one for one in _chosen(findings, verdicts) if verdicts.get(_place(one)) is None]
    for one in unjudged:
        print(f"no verdict: {project['name']} {one.rule} {one.path}:{one.start_line} {one.severity} {one.message}")
    if ask and unjudged:
        _ask(project["name"], unjudged)
    rules: dict[str, Row] = {}
    for rule, members in sorted(_by_rule(findings).items()):
        judged = [verdict for one in members if (verdict := verdicts.get(_place(one))) is not None]
        rules[rule] = {"reported": len(members), "judged": len(judged), "true": sum(judged)}
    grave = [one for one in findings if one.severity in GRAVE]
    row = {
        "name": project["name"], "kind": project["kind"], "commit": project["commit"], "lines": _shipped_lines(checkout),
        "high_or_critical": len(grave),
        "high_or_critical_false": sum(verdicts.get(_place(one)) is False for one in grave),
        "rules": rules,
    }  # fmt: skip
    return row, len(unjudged)


def _findings(checkout: Path, commit: str) -> tuple[Finding, ...]:
    """All findings at the commit. Ends the run where the checkout is at another one."""
    if not checkout.is_dir():
        sys.exit(f"{checkout} is not there: lay the project out at {commit}, see bench/README.md")
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, check=True)
    if head.stdout.strip() != commit:
        sys.exit(f"{checkout} is at {head.stdout.strip()}, not at {commit}")
    audit, _ = audit_repository(Request(repository=checkout, now=datetime.now(UTC), preview=True))
    return audit.findings


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        found[one.rule].append(one)
    return found


def _chosen(findings: Iterable[Finding], verdicts: dict[str, bool | None]) -> Iterator[Finding]:
    """Of every rule all findings, or as many as a sample has: those judged already, then others in an order that nobody chose."""
    for _, members in sorted(_by_rule(findings).items()):
        drawn = sorted(
            members, key=lambda one: (_place(one) not in verdicts, hashlib.sha256(one.fingerprint.encode()).digest())
        )
        yield from drawn[:SAMPLE]


def _place(one: Finding) -> str:
    """What a verdict is about: the rule and the place, at a commit that does not move."""
    return f"{one.rule} {one.path}:{one.start_line}"


def _verdicts(name: str) -> dict[str, bool | None]:
    file = FOLDER / "verdicts" / f"{name}.yaml"
    entries = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else []
    return {f"{one['rule']} {one['place']}": one["verdict"] for one in entries or []}


def _ask(name: str, unjudged: list[Finding]) -> None:
    """Add the findings to the project's verdicts; `verdict: null` is to become true or false, false with a `why`."""
    with (FOLDER / "verdicts" / f"{name}.yaml").open("a", encoding="utf-8") as file:
        for one in unjudged:
            place = json.dumps(f"{one.path}:{one.start_line}")
            file.write(f"- {{rule: {one.rule}, place: {place}, verdict: null}}\n")


def _shipped_lines(checkout: Path) -> int:
    """Lines of shipped code and configuration; documents, texts and JSON and XML data do not count."""
    snapshot = open_snapshot(checkout, None)
    shipped = (one for one in snapshot.inventory.files if one.role is Role.SHIPPED and one.language not in NO_CODE)
    return sum((checkout / one.path).read_bytes().count(b"\n") for one in shipped if (checkout / one.path).is_file())


def _labelled(file: Path, repository: Path) -> Row:
    """Of the findings in files that are labelled in full, by rule: how many there are, and touch a label."""
    truth = json.loads(file.read_text(encoding="utf-8"))
    audit, _ = audit_repository(Request(repository=repository, now=datetime.now(UTC), preview=True))
    core = {one["path"] for one in truth["labels"] if one.get("scope", "core") == "core"}
    scope = truth.get("scope")
    core |= set(scope.get("core", ())) if isinstance(scope, dict) else set()
    spoken_for: dict[str, list[Row]] = defaultdict(list)
    for label in (*truth["labels"], *truth.get("ambiguous", ())):
        spoken_for[label["path"]].append(label)
    rules: dict[str, Row] = {}
    judged = (one for one in audit.findings if one.path in core and one.category in LABELLED)
    for rule, members in sorted(_by_rule(judged).items()):
        hits = [any(_touches(one, label) for label in spoken_for[one.path]) for one in members]
        rules[rule] = {"reported": len(hits), "judged": len(hits), "true": sum(hits)}
    return {"commit": audit.repository.commit, "rules": rules}


def _touches(finding: Finding, label: Row) -> bool:
    ranges = [tuple(label.get("span") or (label["line"], label["line"]))]
    ranges += [(line, line) for line in (label["line"], *label.get("other_lines", ()))]
    return any(finding.start_line - SLACK <= last and first <= finding.end_line + SLACK for first, last in ranges)


def _replace(rows: list[Row], row: Row, key: str) -> None:
    rows[:] = sorted((*(one for one in rows if one[key] != row[key]), row), key=lambda one: str(one[key]))


def _print(result: Row) -> None:
    """The table of projects, of the rules that run by default. What was sampled is extrapolated."""
    stable = {rule.id for rule in all_rules() if rule.lifecycle is Lifecycle.STABLE}
    print("| project | kind | shipped lines | findings | false | per 1,000 lines | high or critical | of these false |")
    print("|---|---|---|---|---|---|---|---|")
    for row in result["projects"]:
        rules = [one for rule, one in row["rules"].items() if rule in stable]
        wrong = sum(one["reported"] * (one["judged"] - one["true"]) / one["judged"] for one in rules if one["judged"])
        print(
            f"| {row['name']} | {row['kind']} | {row['lines']:,} | {sum(one['reported'] for one in rules)} | {wrong:.1f} "
            f"| {1000 * wrong / max(row['lines'], 1):.3f} | {row['high_or_critical']} | {row['high_or_critical_false']} |"
        )


if __name__ == "__main__":
    main()
