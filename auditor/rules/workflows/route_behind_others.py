"""AUD494: a route that no alert gets to, because the routes before it take all alerts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from auditor.facts.alert_routes import RouteSide
from auditor.facts.alertmanager import AlertmanagerFile
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

Labels = dict[str, str]
"""The labels that an alert carries by its rule, with its name."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    alerts = facts.derive(_alerts)
    if not alerts:
        return
    for file, fact in facts.of(AlertmanagerFile):
        asked = {choice.label for side in fact.sides for choice in side.choices}
        told = {tuple((label, value) for label, value in sorted(one.items()) if label in asked) for one in alerts}
        distinct = [dict(one) for one in sorted(told)]
        for _, sides in groupby(fact.sides, key=lambda side: side.group):
            for side in _behind_others(tuple(sides), distinct):
                message = f"No alert gets to the route to {side.receiver!r}: the routes before it take all that it means, and none of them says `continue`."
                yield Hit(file.path, side.line, side.line, message, side.receiver)


def _behind_others(sides: tuple[RouteSide, ...], alerts: list[Labels]) -> Iterator[RouteSide]:
    """Those of routes beside one another that are meant for alerts, and get none that the routes before them leave."""
    left = alerts
    for before, side in pairwise(sides):
        if _takes(before):
            left = [one for one in left if not _surely_meets(before, one)]
        if not any(_may_meet(side, one) for one in left) and any(_may_meet(side, one) for one in alerts):
            yield side


def _takes(side: RouteSide) -> bool:
    return side.exact and not side.goes_on


def _may_meet(side: RouteSide, alert: Labels) -> bool:
    """A label that the rule does not set may come with the series, with any value; templates are such, too."""
    return all(
        one.label not in alert or "{" in alert[one.label] or alert[one.label] in one.values for one in side.choices
    )


def _surely_meets(side: RouteSide, alert: Labels) -> bool:
    return all(alert.get(one.label, "") in one.values for one in side.choices)


def _alerts(facts: RepositoryFacts) -> tuple[Labels, ...]:
    return tuple(
        {"alertname": rule.name, **dict(rule.labels)}
        for _, fact in facts.of(PrometheusFile)
        for rule in (fact.rules.rules if fact.rules else ())
        if not rule.records
    )


_RULES = (
    "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n        labels:\n          severity: critical\n          team: web\n"
    "      - alert: DiskFull\n        expr: node_filesystem_avail_bytes == 0\n        labels:\n          severity: warning\n          team: storage\n"
)


def _routes(first: str, goes_on: str = "") -> str:
    return (
        "route:\n  receiver: mail\n  routes:\n"
        f"    - match:\n        severity: {first}\n      receiver: page\n{goes_on}"
        "    - matchers: ['severity = \"warning\"']\n      receiver: chat\n"
        "    - match:\n        team: storage\n      receiver: storage\n"
        "receivers:\n  - name: mail\n  - name: page\n  - name: chat\n  - name: storage\n"
    )


RULE = Rule(
    id="AUD494",
    name="route-behind-others",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can an alert get to every route of the Alertmanager?",
    why="Whoever is meant by the last route waits for messages that the routes by severity have long taken.",
    limits="Alerts are those of all rule files of the repository, with the labels that their rules set; a label that a series may bring counts as met by the route, and not by those before it.",
    fix="Put the route before those by severity, or write `continue: true` into these.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"alertmanager", "prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="a team behind routes for all severities",
            files={"alertmanager.yml": _routes("critical"), "rules.yml": _RULES},
            found=("alertmanager.yml:9",),
        ),
        Example(
            title="routes that go on, a severity that no route takes, and a label that the series may bring",
            files={
                "one/alertmanager.yml": _routes("critical", "      continue: true\n").replace(
                    "receiver: chat", "receiver: chat\n      continue: true"
                ),
                "two/alertmanager.yml": _routes("critical").replace("warning", "info"),
                "three/alertmanager.yml": _routes("critical")
                .replace("warning", "info")
                .replace("team: storage", "instance: db"),
                "rules.yml": _RULES,
            },
        ),
        Example(title="no rules to judge by", files={"alertmanager.yml": _routes("critical")}),
    ),
)
