"""AUD255: a script prints or writes a list of good results that nothing has found out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import writes_to
from auditor.facts.shell_program import If, Node, all_commands, commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TICK = pattern(r"^\W{0,3}[-*] \[[xX]\] \w")
_RESULT = pattern(
    r"(?i)(?:✅|✔|✓|\[x\]).{0,40}\b(?:enabled|passed|passing|running|active|healthy|verified|compliant|operational|ready|valid|validated|tested|implemented|present|enforced|configured|secured?|monitoring|backups?|security|infrastructure|management)\b|"
    r"\b(?:enabled|passed|passing|running|active|healthy|verified|compliant|operational|validated|monitoring|backups?|security|infrastructure|management|coverage)\b.{0,40}(?:✅|✔|✓)|"
    r"\b(?:error rate|latency(?: p\d+)?|uptime|availability|response time)\b\W{0,6}[<>≤≥]?\s*\d|"
    r"\b(?:tests?|suites?|checks?|scans?)\W{1,4}(?:100\s?% )?(?:all )?(?:passed|passing|green)\b|\b(?:rollback|roll-back|backups?|restore|failover|recovery|load|smoke|monitoring|alerts?|migrations?)\W{1,4}(?:verified|tested|passed|validated|rehearsed)\b|"
    r"\bstatus\W{1,4}(?:ready|active|healthy|passed|operational|production)|\b(?:security|monitoring|backup)\W{1,4}(?:enabled|active|configured|initial)"
)
_EXPANDS = pattern(r"\$[\w({]|`|\{[^}]+\}|\bprint\(")
_CODE = pattern(r"(?i)\.(?:py|[cm]?[jt]sx?|sh|bash|rb|go|rs|java|sql|php|pl|ps1)$")
"""Files of programs: what is written there is said by them."""
_TARGETS = pattern(
    r"(?i)target|goal|expect|should|must|require|threshold|sla\b|slo\b|objective|usage|will be|to do|next steps"
)
_WANTED = pattern(
    r"(?i)\b(?:criteria|targets?|thresholds?|goals?|slos?|slas?|objectives|requirements|expected|next steps|checklist)\b.{0,30}:\W*$"
)
"""A heading over what is wanted, which holds until the next empty line."""
_FEWEST = 3
_FEWEST_KEPT = 2
"""Of a report that is kept, two lines are enough."""
_GAP = 3
"""Lines between two texts from which they are no longer one stretch of output."""


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        run: list[_Line] = []
        wanted = False
        for line, text, kept in _spoken(unit.body):
            if run and line > run[-1].line + _GAP:
                yield from _hit(source, run, unit.symbol)
                run = []
            wanted = _WANTED.search(text) is not None or (wanted and text.strip(" -=") != "")
            if line not in seen:
                seen.add(line)
                run.append(_Line(line, not wanted and _claims(text), kept))
        yield from _hit(source, run, unit.symbol)


class _Line(NamedTuple):
    """A line of output: whether it states a good result, and whether it goes into a file or the summary of a run."""

    line: int
    claims: bool
    kept: bool


def _spoken(body: tuple[Node, ...]) -> Iterator[tuple[int, str, bool]]:
    """Each line that is printed or written: by echo and printf, and of here-documents; with whether it is kept whatever happened."""
    asked = {id(one) for node in walk(body) if isinstance(node, If) for one in commands((node,))}
    for command in all_commands(body):
        targets = (*writes_to(command), *(command.texts[1:] if command.name == "tee" else ()))
        if any(_CODE.search(target) for target in targets):
            continue
        kept = id(command) not in asked and any(not target.startswith(("/dev/", "&", "-")) for target in targets)
        if command.name in ("echo", "printf"):
            yield command.line, " ".join(command.texts[1:]), kept
        for one in command.redirects:
            if one.operator.startswith("<<") and command.name in ("cat", "tee"):
                yield from ((command.line + at, text, kept) for at, text in enumerate(one.target.text.splitlines(), 1))


def _claims(text: str) -> bool:
    return (
        (_RESULT.search(text) is not None or _TICK.search(text) is not None)
        and not _EXPANDS.search(text)
        and not _TARGETS.search(text)
    )


def _hit(source: Source, run: list[_Line], symbol: str) -> Iterator[Hit]:
    claims = [one for one in run if one.claims]
    if len(claims) >= (_FEWEST_KEPT if all(one.kept for one in claims) else _FEWEST):
        message = f"{len(claims)} good results are written into the script: they are reported whatever happened."
        yield Hit(source.path, claims[0].line, claims[-1].line, message, symbol)


RULE = Rule(
    id="AUD255",
    name="ticked-in-shell",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is each result in a report that a script writes one that it found?",
    why="'Health checks: passing, error rate < 0.5%' in a here-document is in the report of the run in which the service did not start.",
    limits="Three lines or more without a variable that state results in one stretch of output, two where a file or the summary keeps them; targets and requirements, told by their words, are left alone.",
    fix="Write the measured values into the report, or leave the line out.",
    since="0.2.0",
    effort=30,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline"}),
    triggers=("echo", "printf", "cat", "tee"),
    check_file=_check,
    examples=(
        Example(
            title="ticks that are written into a report whatever was found",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          echo "- [x] Encryption verified" >> report.md\n          echo "- [x] Access reviewed" >> report.md\n      - run: |\n          echo "- [ ] Encryption verified" >> report.md\n          echo "- [ ] Access reviewed" >> report.md\n',
            },
            found=(".github/workflows/go.yml:7",),
        ),
        Example(
            title="a deployment report and a summary",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cat << EOF > report.md\n          # Report of $(date)\n"
                    "          - Zero trust: ✅ Enabled\n          - Health checks: ✅ Passing\n          - Error rate: < 0.5%\n          EOF\n"
                ),
                "scripts/launch.sh": 'kubectl apply -f k8s\necho "Security: Enabled"\necho "Real-time monitoring ✅"\necho "Automated backups ✅"\n',
            },
            found=(".github/workflows/deploy.yml:9", "scripts/launch.sh:2"),
        ),
        Example(
            title="a certificate and a table of the summary, and a program that is written down or lines that hang on a result",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  certify:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          echo 'Tests: 100% passed' > CERTIFICATE.txt\n          echo 'Failover: rehearsed' >> CERTIFICATE.txt\n"
                    "      - run: |\n          echo '| Certificate | ✅ Valid | 90 days |' >> $GITHUB_STEP_SUMMARY\n          echo '| Headers | ✅ Present | all |' >> $GITHUB_STEP_SUMMARY\n"
                    "      - run: |\n          if [ '${{ needs.test.result }}' = success ]; then\n            echo '- ✅ Models validated' >> $GITHUB_STEP_SUMMARY\n            echo '- ✅ Copies verified' >> $GITHUB_STEP_SUMMARY\n          fi\n"
                ),
                "scripts/make.sh": "cat > report.py <<'EOF'\nprint(f\"Compliant: {'✅ passed' if good else 'no'}\")\nprint(f\"Ready: {'✅ passed' if good else 'no'}\")\nprint('tests: passed')\nEOF\n",
            },
            found=(".github/workflows/release.yml:7", ".github/workflows/release.yml:10"),
        ),
        Example(
            title="measured values, and targets",
            files={
                "scripts/report.sh": 'echo "Error rate: $RATE"\necho "Health checks: $HEALTH ✅ passed"\necho "Uptime: $UP"\necho "Target uptime: 99.9"\necho "Latency should be: < 100"\necho "Error rate goal: < 1"\necho "Success criteria (48h):"\necho "  - Error rate: <0.1%"\necho "  - P95 latency: <200"\necho "  - Availability: 99.9"\n'
            },
        ),
    ),
)
