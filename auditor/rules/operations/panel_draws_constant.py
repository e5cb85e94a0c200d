"""AUD661: a panel of a dashboard draws a number that is written into it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.grafana import GrafanaDashboard
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CONSTANT = pattern(
    r"^\s*\(*\s*(?:vector|scalar)?\s*\(?\s*[0-9]+(?:\.[0-9]+)?\s*\)*(?:\s*[*/+-]\s*[0-9]+(?:\.[0-9]+)?)?\s*$"
)
_LIMIT = pattern(
    r"(?i)\b(?:slo|sla|target|threshold|limit|objective|goal|budget|max\w*|min\w*|baseline|expected|capacity|quota|reference)\b"
)


_ACHIEVED = pattern(
    r"(?i)\b(?:slo|sla|target|objective)s? (?:compliance|attainment|achieve\w*|met|status|fulfil\w*|adherence)\b"
)
"""What was made of a limit is measured again."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, board in facts.of(GrafanaDashboard):
        if file.role is not Role.SHIPPED or board.imported:
            continue
        drawn: dict[str, list[bool]] = {}
        for one in board.queries:
            drawn.setdefault(one.panel, []).append(_CONSTANT.search(one.expression) is not None)
        for one in board.queries:
            if all(drawn[one.panel]) and not _LIMIT.search(_ACHIEVED.sub("", one.panel)):
                message = f"The panel {one.panel[:60]!r} draws `{one.expression.strip()[:40]}`: nothing is measured."
                yield Hit(file.path, one.line, one.line, message, one.panel)


def _board(*panels: tuple[str, tuple[str, ...]]) -> str:
    rows = ",\n".join(
        '  {"title": "'
        + title
        + '", "targets": [\n'
        + ",\n".join(f'    {{"expr": "{one}"}}' for one in exprs)
        + "\n  ]}"
        for title, exprs in panels
    )
    return '{"title": "shop", "panels": [\n' + rows + "\n]}\n"


RULE = Rule(
    id="AUD661",
    name="panel-draws-constant",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every panel draw what was measured?",
    why="`vector(99.97)` under the title 'Availability' stays at 99.97 through every outage, and is quoted in every report.",
    limits="Panels all of whose expressions are numbers; of recording rules speaks AUD628. A line for a target beside a measurement, and panels named for a target or limit, are left alone.",
    fix="Query the metric, or take the panel out.",
    since="0.5.0",
    effort=30,
    reads=frozenset({"grafana-dashboard"}),
    check_repository=_check,
    examples=(
        Example(
            title="how far an agreement is kept, and the agreement itself",
            files={
                "grafana/sla.json": _board(("SLA compliance", ("vector(99.97)",)), ("SLA target", ("vector(99.9)",))),
            },
            found=("grafana/sla.json:3",),
        ),
        Example(
            title="an availability that is written down",
            files={"grafana/shop.json": _board(("Availability", ("vector(99.97)",)), ("Load", ("42",)))},
            found=("grafana/shop.json:3", "grafana/shop.json:6"),
        ),
        Example(
            title="a target beside what is measured, and one by itself",
            files={
                "grafana/shop.json": _board(
                    ("Latency", ("rate(latency_sum[5m])", "vector(0.4)")),
                    ("SLO target", ("vector(99.9)",)),
                    ("Share", ("100 * up",)),
                )
            },
        ),
    ),
)
