"""AUD957: a dashboard gives measurements as text that somebody typed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import ParseFailure
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Scalar, Sequence, read_yaml, walk
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FIGURE = pattern(
    r"(?i)\b(?:availability|uptime|error budget|budget (?:left|remaining|spent)|error rate|success rate|latency|p9[059]|throughput|coverage|incidents?|outages?|mttr|mttd|mtbf|slo (?:met|status|compliance)|compliance|deployments?|last (?:incident|outage|backup|drill|restore)|status|requests? per second)\b"
    r"[^\n]{0,40}?(?::|=|\bis\b|\|)[\s*_`]{0,6}(?:\d+(?:[.,]\d+)?\s?(?:%|ms|s\b|min|rps|req/s|h\b)|(?:none|no incidents?|zero)\b|(?:green|healthy|met|operational|ok)\b)|\b(?:incidents?|outages?)[\s*_`]*[:=|][\s*_`]*0\b"
)
_MEANT = pattern(
    r"(?i)legend|target|objective|goal|threshold|should|must|limit|slo:|aims?|at least|at most|below|under|\bif\b|when|example|\$\{?\w+|\[\[|{{"
)


def _check(source: Source) -> Iterator[Hit]:
    if '"panels"' not in source.text or source.file.language is not Language.JSON:
        return
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return
    for node in (one for root in roots for one in walk(root)):
        if not isinstance(node, Mapping) or node.text("type") != "text" or isinstance(node.get("targets"), Sequence):
            continue
        content = node.mapping("options").get("content") or node.get("content")
        told = _told(content.text) if isinstance(content, Scalar) else ""
        if isinstance(content, Scalar) and told:
            title = node.text("title")[:60]
            message = f"The panel {title!r} gives {told!r} as a text: nothing is measured."
            yield Hit(source.path, content.line, content.line, message, title)


def _told(content: str) -> str:
    """The first line of a text that gives a measurement, rather than a target."""
    for line in content.replace("\\n", "\n").splitlines():
        found = _FIGURE.search(line[:500])
        if found is not None and not _MEANT.search(line[:500]):
            return found.group(0)[:60]
    return ""


def _board(content: str) -> str:
    return (
        '{"title": "shop", "panels": [\n  {"type": "text", "title": "Service level", "options": {\n    "content": "'
        + content
        + '"\n  }}\n]}\n'
    )


RULE = Rule(
    id="AUD957",
    name="board-of-prose",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the dashboard measure what it shows?",
    why="'Error budget left: 87%' in a panel of text stays at 87% through every outage, beside panels that are live.",
    limits="Judged are panels of text of Grafana's dashboards whose text gives a figure or a good word for something that others measure. Targets, limits and texts with variables are left alone.",
    fix="Draw it from a query, or take it off the board.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"json"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=('"panels"',),
    check_file=_check,
    examples=(
        Example(
            title="a budget that somebody typed",
            files={
                "dashboards/shop.json": _board("**Error budget left:** 87%\\n\\n**Last incident:** none this quarter")
            },
            found=("dashboards/shop.json:3",),
        ),
        Example(
            title="a target, a variable, and how to read the board",
            files={
                "dashboards/shop.json": _board("Target of the availability: 99.9%"),
                "dashboards/other.json": _board("Availability: ${availability}"),
                "dashboards/third.json": _board("Latency is shown by region. Ask in #shop."),
            },
        ),
    ),
)
