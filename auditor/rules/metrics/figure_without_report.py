"""AUD837: a document on readiness gives a figure as measured, and no report of the repository gives it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.stated_figures import FigureKind, StatedFigure, StatedFigures
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPORTS = {
    FigureKind.COVERAGE: pattern(r"(?i)(?:^|/)(?:coverage[^/]*\.(?:xml|json|txt)|lcov\.info|clover\.xml|jacoco[^/]*\.xml|cobertura[^/]*)$|htmlcov/"),
    FigureKind.TESTS: pattern(r"(?i)(?:^|/)(?:junit|test[-_]?(?:results?|reports?)|pytest|surefire|nunit|xunit)[^/]*\.(?:xml|json|txt|html)$|test[-_](?:results?|reports?)/"),
    FigureKind.OTHER: pattern(
        r"(?i)(?:^|/)(?:results?|benchmarks?|evidence|measurements|drills?|load[-_]?tests?)/(?:[^/]+/)*[^/]*\.(?:json|xml|csv|html?|txt|log|jtl|pdf|ndjson|jsonl)$"
        r"|(?:^|/)(?:reports/(?:[^/]+/)*[^/]*(?:load|bench|drill|perf|soak|stress|slo|k6|locust|latency|availability)[^/]*|[^/]*(?:load|bench|drill|perf|soak|stress|slo|k6|locust)[^/]*(?:report|result|summary)[^/]*)\.(?:json|csv|jtl|html|ndjson|jsonl|log)$"
    ),
}  # fmt: skip
"""Files in which a figure of this kind may have come from."""
_NO_RUN = pattern(r"(?i)template|fixture|testdata|node_modules")
_NEIGHBOURS = 2


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    kept = {
        kind: any(found.search(path) for path in facts.all_paths if not _NO_RUN.search(path))
        for kind, found in _REPORTS.items()
    }
    for file, fact in facts.of(StatedFigures):
        if file.role is not Role.DOCUMENTATION:
            continue
        unsourced = [one for one in fact.items if not kept[one.kind] and not _is_cited(facts, file.path, one)]
        for group in _groups(unsourced):
            what = ", ".join(dict.fromkeys(one.text for one in group[:3]))
            message = f"No report of the repository gives what is stated here as a result: {what}."
            yield Hit(file.path, group[0].line, group[-1].line, message)


def _is_cited(facts: RepositoryFacts, document: str, figure: StatedFigure) -> bool:
    """Whether the line names a file that is there and is no program: where the figure may be looked up."""
    folder = document.rpartition("/")[0]
    return any(
        facts.exists(path) or (folder and facts.exists(f"{folder}/{path}"))
        for path in (one.removeprefix("./") for one in figure.cited)
    )


def _groups(figures: list[StatedFigure]) -> Iterator[list[StatedFigure]]:
    """Figures of neighbouring lines are one finding."""
    group: list[StatedFigure] = []
    for one in figures:
        if group and one.line > group[-1].line + _NEIGHBOURS:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


RULE = Rule(
    id="AUD837",
    name="figure-without-report",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Can the figures that documents give as results be looked up in a report?",
    why="'RTO 14 min, coverage 94 %, p95 182 ms' decides on a release; where no run has left a report, nobody can tell a measurement from a wish.",
    limits=(
        "Judged are documents on readiness, recovery and objectives: columns of what was measured, figures beside their objective, tests that passed, drills with their length. "
        "Objectives, limits and settings are left alone, and so are figures of a kind of which the repository keeps reports, lines with a link, and lines that name a file of results that is there."
    ),
    fix="Commit the report that the figure is from and name it, or link the run; take the figure out until there is one.",
    since="0.6.0",
    effort=30,
    reads=frozenset({"markdown"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a review with results that nothing gives",
            files={
                "docs/readiness.md": (
                    "# Production readiness\n\nStatus: ready\n\n| Area | State | Where |\n|---|---|---|\n| Unit tests | 310 passed, coverage 91% | `make test` |\n| Owner | J. Falk | |\n| Objective | p95 below 300 ms | |\n| Load test | 900 requests/s, p95 140 ms | `docs/load.html` |\n\n"
                    "- [x] Restore rehearsed on 3 March, 6 min.\n- Retention is 30 days, backups every 24 h.\n"
                ),
                "docs/recovery.md": "# Disaster recovery\n\n| | Objective | Last drill |\n|---|---|---|\n| RTO | 30 min | 12 min |\n",
            },
            found=("docs/readiness.md:7", "docs/readiness.md:10", "docs/recovery.md:5"),
        ),
        Example(
            title="results with their reports, and what is wanted",
            files={
                "docs/readiness.md": (
                    "# Production readiness\n\n| Area | State |\n|---|---|\n| Load test | p95 140 ms, `reports/load.json` |\n| Unit tests | coverage 91%, [run](https://ci.falk.dev/4711) |\n\n- Coverage must be at least 80%.\n- Latency target: p95 300 ms\n"
                ),
                "reports/load.json": "{}",
                "docs/recovery.md": "# Disaster recovery\n\nRTO 30 min, RPO 60 s. Backups every 24 h.\n",
                "docs/certificate.md": "# The life of a readiness certificate\n\nThis is shown:\n\n```text\n3 passed in 0.1s\n```\n",
                "docs/guide.md": "# Guide\n\nThe p95 latency was 20 ms, coverage 90%.\n",
            },
        ),
    ),
    check_repository=_check,
)
