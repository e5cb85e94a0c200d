"""AUD604: alerts are sent to nobody."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.alertmanager import Address, AlertmanagerFile
from auditor.facts.compose_file import ComposeFile
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.served_ports import served_ports
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STAND_IN = pattern(
    r"(?i)your[-_.]|[-_./]your|example\.(?:com|org|net)|<[a-z_ -]+>|change[-_]?me|replace[-_]?(?:me|this|with|by)\b|replace[-_](?:me|this|with|by)[-_]|insert[-_ ]|fill[-_]?(?:me|in)\b|placeholder|\bdummy\b|x{6,}|^x{3,}$|/services/(?:X+|T0+)/|\btodo\b|fixme"
)
_KEY = 8
"""From so many signs on, one sign again and again is no key."""
_THROWS_AWAY = pattern(
    r"(?i)null|none|black_?-?hole|dev-?_?null|discard|drop|void|no-?_?op|silent|ignore|sink|trash|watchdog|deadman|dummy|mute|blank|empty"
)
"""Names of receivers that are there to throw away."""
_NO_MAIL = pattern(r"@(?:[\w-]+\.)*(?:local|localdomain|localhost|invalid|test|example)$")
"""Names that no mail server of the world has (https://www.rfc-editor.org/rfc/rfc6761, https://www.rfc-editor.org/rfc/rfc6762)."""
_IMAGE = pattern(r"(?:^|/)alertmanager(?:[:@]|$)")
_GRADE = pattern(r"(?i)\b(?:warning|warn|high|major)\b")
_LOCAL = pattern(r"^https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?(?:/|$)")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(AlertmanagerFile):
        for receiver in fact.receivers:
            for address in receiver.addresses:
                fault = _fault(address, facts)
                if fault:
                    message = f"The receiver `{receiver.name}` sends to {fault}: these alerts reach nobody."
                    yield Hit(file.path, address.line, address.line, message, receiver.name)
        yield from _unmatched(file.path, fact)
        yield from _warned(file.path, fact)
        urgent = {one.receiver for one in fact.routes if "critical" in one.matchers or "page" in one.matchers}
        for receiver in fact.receivers:
            if receiver.name in urgent and not receiver.integrations:
                message = f"Critical alerts go to the receiver `{receiver.name}`, which sends them nowhere."
                yield Hit(file.path, receiver.line, receiver.line, message, receiver.name)


def _warned(path: str, fact: AlertmanagerFile) -> Iterator[Hit]:
    """A receiver that sends nowhere, for all alerts of a grade: what is of no use to anybody has a name of its own."""
    graded = {one.receiver for one in fact.routes if _GRADE.search(one.matchers)}
    for receiver in fact.receivers:
        if receiver.name in graded and not receiver.integrations:
            message = f"Warnings go to the receiver `{receiver.name}`, which sends them nowhere."
            yield Hit(path, receiver.line, receiver.line, message, receiver.name, Severity.MEDIUM)


def _unmatched(path: str, fact: AlertmanagerFile) -> Iterator[Hit]:
    """The receiver of what no route names, where it sends nowhere although others send."""
    default = fact.routes[0].receiver if fact.routes else ""
    if _THROWS_AWAY.search(default) or not any(one.integrations for one in fact.receivers):
        return
    for receiver in fact.receivers:
        if receiver.name == default and not receiver.integrations:
            message = f"Alerts that no route names go to the receiver `{default}`, which sends them nowhere."
            yield Hit(path, receiver.line, receiver.line, message, default, Severity.MEDIUM)


def _contained(facts: RepositoryFacts) -> bool:
    """Whether every Alertmanager of the repository runs in a container of compose with a network of its own; for `RepositoryFacts.derive`."""
    services = [one for _, fact in facts.of(ComposeFile) for one in fact.services if _IMAGE.search(one.image)]
    return bool(services) and not any(one.inherits or one.shares_host for one in services)


def _fault(address: Address, facts: RepositoryFacts) -> str:
    same = len(address.text) >= _KEY and len(set(address.text)) == 1
    if same or _STAND_IN.search(address.text):
        return f"the stand-in `{address.text[:60]}`"
    if address.key == "to" and _NO_MAIL.search(address.text):
        return f"`{address.text[:60]}`, to which no mail can be sent"
    local = _LOCAL.match(address.text)
    if local and facts.derive(_contained):
        return f"`{address.text[:60]}`, which is its own container, where nothing else listens"
    if local and local.group(1) and int(local.group(1)) not in facts.derive(served_ports):
        return f"port {local.group(1)} of its own machine, where nothing in the repository listens"
    return ""


def _config(url: str) -> str:
    return f"route:\n  receiver: on-call\nreceivers:\n  - name: on-call\n    webhook_configs:\n      - url: '{url}'\n"


RULE = Rule(
    id="AUD604",
    name="placeholder-receiver",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every receiver of alerts reach somebody?",
    why="Rules that fire and a receiver that goes nowhere are alerting on paper: the incident is noticed by customers.",
    limits=(
        "A local address is reported only where no compose service and no code of the repository serves its port. "
        "Whether a real address is read by anybody cannot be seen."
    ),
    fix="Send to the channel that the people on call watch; keep the address in a secret file (`url_file`).",
    since="0.1.0",
    effort=30,
    reads=frozenset({"alertmanager", "compose"}),
    examples=(
        Example(
            title="a port of its own container, and an address that no mail can reach",
            files={
                "monitoring/alertmanager.yml": _config("http://localhost:8080/webhook").replace(
                    "    webhook",
                    "    email_configs:\n      - to: ops@shop.local\n      - to: ops@harbour.org\n    webhook",
                ),
                "compose.yml": "services:\n  alerts:\n    image: prom/alertmanager:v0.27\n  shop:\n    image: shop\n    ports: ['8080:8080']\n",
            },
            found=("monitoring/alertmanager.yml:6", "monitoring/alertmanager.yml:9"),
        ),
        Example(
            title="warnings that go nowhere, and what is meant to",
            files={
                "alertmanager.yml": "route:\n  receiver: team\n  routes:\n    - matchers: [severity=\"warning\"]\n      receiver: quiet\n    - matchers: [alertname=\"Watchdog\"]\n      receiver: 'null'\nreceivers:\n  - name: team\n    email_configs:\n      - to: team@shop.io\n  - name: quiet\n  - name: 'null'\n",
            },
            found=("alertmanager.yml:12",),
        ),
        Example(
            title="a webhook to be filled in",
            files={
                "monitoring/alertmanager.yml": _config("https://hooks.slack.com/services/YOUR/SLACK/WEBHOOK"),
                "pager/alertmanager.yml": _config("x").replace(
                    "webhook_configs:\n      - url: 'x'",
                    "pagerduty_configs:\n      - routing_key: '00000000000000000000'",
                ),
            },
            found=("monitoring/alertmanager.yml:6", "pager/alertmanager.yml:6"),
        ),
        Example(
            title="a key to be replaced",
            files={
                "monitoring/alertmanager.yml": "route:\n  receiver: pager\nreceivers:\n  - name: pager\n    pagerduty_configs:\n      - routing_key: REPLACE_WITH_ROUTING_KEY\n"
            },
            found=("monitoring/alertmanager.yml:6",),
        ),
        Example(
            title="a local port that nothing serves",
            files={"monitoring/alertmanager.yml": _config("http://localhost:5001/alerts")},
            found=("monitoring/alertmanager.yml:6",),
        ),
        Example(
            title="a receiver of critical alerts without any means to send, and one that is to throw away",
            files={
                "monitoring/alertmanager.yml": 'route:\n  receiver: none\n  routes:\n    - matchers: [severity="critical"]\n      receiver: night\nreceivers:\n  - name: none\n  - name: night\n'
            },
            found=("monitoring/alertmanager.yml:8",),
        ),
        Example(
            title="what no route names goes to a receiver without any means to send, and to one that is to throw away",
            files={
                "monitoring/alertmanager.yml": 'route:\n  receiver: team\n  routes:\n    - matchers: [severity="warning"]\n      receiver: chat\nreceivers:\n  - name: team\n  - name: chat\n    slack_configs:\n      - api_url_file: /etc/chat\n',
                "other/alertmanager.yml": 'route:\n  receiver: blackhole\n  routes:\n    - matchers: [severity="warning"]\n      receiver: chat\nreceivers:\n  - name: blackhole\n  - name: chat\n    slack_configs:\n      - api_url_file: /etc/chat\n',
            },
            found=("monitoring/alertmanager.yml:7",),
        ),
        Example(
            title="a bridge that runs beside it",
            files={
                "monitoring/alertmanager.yml": _config("http://localhost:9087/alert"),
                "docker-compose.yml": "services:\n  bridge:\n    image: metalmatze/alertmanager-bot\n    ports: ['9087:9087']\n",
            },
        ),
    ),
    check_repository=_check,
)
