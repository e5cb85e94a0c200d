"""AUD609: Alertmanager routes to a receiver that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.alertmanager import AlertmanagerFile
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(AlertmanagerFile)
    if fact is None:
        return
    known = {receiver.name for receiver in fact.receivers}
    for route in fact.routes:
        if route.receiver and route.receiver not in known and "$" not in route.receiver and "{" not in route.receiver:
            message = f"The receiver `{route.receiver[:80]}` is not defined: Alertmanager refuses the file."
            yield Hit(source.path, route.line, route.line, message, route.receiver)


def _config(receiver: str) -> str:
    return (
        "route:\n  receiver: mail\n  routes:\n    - matchers: ['severity=\"critical\"']\n"
        f"      receiver: {receiver}\nreceivers:\n  - name: mail\n  - name: pager\n"
    )


RULE = Rule(
    id="AUD609",
    name="undefined-receiver",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every receiver that a route names defined?",
    why="Alertmanager refuses a configuration with a route to nowhere: no alert of any kind is delivered by it.",
    limits="Names that are put in when the file is written are passed over.",
    fix="Define the receiver, or route to one that is defined.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"alertmanager"}),
    check_file=_check,
    examples=(
        Example(
            title="a receiver by another name",
            files={"alertmanager.yml": _config("pagers")},
            found=("alertmanager.yml:4",),
        ),
        Example(title="all defined", files={"alertmanager.yml": _config("pager")}),
    ),
)
