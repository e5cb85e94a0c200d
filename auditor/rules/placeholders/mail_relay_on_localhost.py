"""AUD160: alerts are mailed through a server on the machine that Alertmanager runs on."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.alertmanager import AlertmanagerFile
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_RELAY = pattern(
    r"^\s*(?:-\s+)?[\"']?(?:smtp_)?smarthost[\"']?\s*:\s*[\"']?(localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?[\"']?\s*(?:#.*)?$"
)
_LONGEST = 200


def _check(source: Source) -> Iterator[Hit]:
    if source.fact(AlertmanagerFile) is None or is_template(source.path):
        return
    for number, line in enumerate(source.lines, 1):
        found = _RELAY.match(line[:_LONGEST])
        if found:
            message = f"Alerts are mailed through `{found.group(1)}`: where Alertmanager runs, no mail server does."
            yield Hit(source.path, number, number, message)


def _config(relay: str) -> str:
    return f"global:\n  smtp_smarthost: '{relay}'\nroute:\n  receiver: crew\nreceivers:\n  - name: crew\n    email_configs:\n      - to: crew@harbour.org\n"


RULE = Rule(
    id="AUD160",
    name="mail-relay-on-localhost",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does Alertmanager hand its mail to a server that exists?",
    why="The image of Alertmanager holds no mail server: what is sent to port 25 of its own container is refused, and nobody learns of the alert.",
    limits="Judged by the name of the host alone: that a mail server was installed beside an Alertmanager outside of containers cannot be seen.",
    fix="Name the relay that takes mail in this environment.",
    since="0.8.0",
    effort=20,
    reads=frozenset({"alertmanager"}),
    triggers=("smarthost",),
    check_file=_check,
    examples=(
        Example(
            title="the relay of all mail, and that of one receiver",
            files={
                "monitoring/alertmanager.yml": _config("localhost:587"),
                "alerts/alertmanager.yml": (
                    "route:\n  receiver: crew\nreceivers:\n  - name: crew\n    email_configs:\n      - to: crew@harbour.org\n        smarthost: 127.0.0.1:25\n"
                ),
            },
            found=("alerts/alertmanager.yml:7", "monitoring/alertmanager.yml:2"),
        ),
        Example(
            title="a relay of its own, and a mention",
            files={
                "monitoring/alertmanager.yml": _config("mail.harbour.org:587"),
                "values.yaml": "smarthost: localhost:25\n",
            },
        ),
    ),
)
