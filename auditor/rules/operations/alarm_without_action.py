"""AUD634: an alarm of Terraform that tells nobody."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform_settings import TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OFF = ("actions_enabled", "false")
_SUBSCRIBES = pattern(r"aws_sns_topic_subscription|chatbot|^module\b|aws_lambda_permission|pagerduty|opsgenie")
_ALARM = pattern(r"\baws_cloudwatch_(?:metric|composite)_alarm\.(\w+)")
_TOPIC = pattern(r"\baws_sns_topic\.(\w+)\.")
_ACTIONS = {
    "aws_cloudwatch_metric_alarm": "alarm_actions",
    "aws_cloudwatch_composite_alarm": "alarm_actions",
    "google_monitoring_alert_policy": "notification_channels",
}


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _unsubscribed(facts)
    parts = facts.derive(_parts_of_others)
    for file, fact in facts.of(TerraformSettings):
        for one in fact.items if file.role is Role.SHIPPED else ():
            if one.blocks[-1:] and one.blocks[-1] in parts:
                continue  # the composite alarm tells
            resource = one.blocks[1] if len(one.blocks) == 3 and one.blocks[0] == "resource" else ""  # noqa: PLR2004 - kind, type and name
            if resource and _ACTIONS.get(resource) == one.name and "".join(one.value.split()) in ("[]", '[""]'):
                message = f"The alarm `{one.blocks[2]}` has no one to tell: its `{one.name}` are empty."
                yield Hit(file.path, one.line, one.line, message, one.blocks[2])
            elif resource.startswith("aws_") and resource in _ACTIONS and (one.name, one.value) == _OFF:
                message = f"The alarm `{one.blocks[2]}` has its actions switched off: it tells nobody."
                yield Hit(file.path, one.line, one.line, message, one.blocks[2])


def _parts_of_others(facts: RepositoryFacts) -> frozenset[str]:
    """The names of alarms of which a composite one is made; for `RepositoryFacts.derive`."""
    rules = (one.value for _, fact in facts.of(TerraformSettings) for one in fact.items if one.name == "alarm_rule")
    return frozenset(match.group(1) for rule in rules for match in _ALARM.finditer(rule))


def _unsubscribed(facts: RepositoryFacts) -> Iterator[Hit]:
    """Topics to which alarms are sent, where the repository subscribes nobody to any topic."""
    shipped = [(file, fact) for file, fact in facts.of(TerraformSettings) if file.role is Role.SHIPPED]
    items = [(file, one) for file, fact in shipped for one in fact.items]
    if any(_SUBSCRIBES.search(" ".join(one.blocks[:2])) for _, one in items):
        return
    told = {match.group(1) for _, one in items if one.name in _ACTIONS.values() for match in _TOPIC.finditer(one.value)}
    seen: set[str] = set()
    for file, one in items:
        name = one.blocks[2] if len(one.blocks) == 3 and one.blocks[1] == "aws_sns_topic" else ""  # noqa: PLR2004 - kind, type and name
        if name in told - seen:
            seen.add(name)
            message = f"Alarms are sent to the topic `{name}`, and nothing in the repository subscribes to it."
            yield Hit(file.path, max(1, one.line - 1), one.line, message, name, Severity.MEDIUM)


def _alarm(actions: str) -> str:
    return f'resource "aws_cloudwatch_metric_alarm" "lag" {{\n  metric_name   = "ReplicaLag"\n  threshold     = 60\n  alarm_actions = {actions}\n}}\n'


RULE = Rule(
    id="AUD634",
    name="alarm-without-action",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every alarm tell somebody?",
    why="The alarm turns red on a page that nobody has open at night, and the replica falls behind until it is needed.",
    limits="Lists of actions and channels that are written and empty; those that a variable gives, and alarms without such a list, are not judged.",
    fix="Name the topic or channel that reaches whoever is on duty.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"terraform-settings"}),
    check_repository=_check,
    examples=(
        Example(
            title="a topic with a subscription",
            files={
                "main.tf": 'resource "aws_cloudwatch_metric_alarm" "disk" {\n  metric_name     = "disk"\n  actions_enabled = true\n  alarm_actions   = [aws_sns_topic.oncall.arn]\n}\n\nresource "aws_sns_topic" "oncall" {\n  name = "oncall"\n}\nresource "aws_sns_topic_subscription" "pager" {\n  topic_arn = aws_sns_topic.oncall.arn\n}\n',
            },
        ),
        Example(
            title="an alarm that is switched off, and a topic to which nobody is subscribed",
            files={
                "main.tf": 'resource "aws_cloudwatch_metric_alarm" "disk" {\n  metric_name     = "disk"\n  actions_enabled = false\n  alarm_actions   = [aws_sns_topic.oncall.arn]\n}\n\nresource "aws_sns_topic" "oncall" {\n  name = "oncall"\n}\n',
            },
            found=(
                "main.tf:3",
                "main.tf:7",
            ),
        ),
        Example(title="an empty list", files={"infra/alarms.tf": _alarm("[]")}, found=("infra/alarms.tf:4",)),
        Example(
            title="a topic, a variable, and another list",
            files={
                "infra/alarms.tf": _alarm("[aws_sns_topic.duty.arn]"),
                "infra/more.tf": _alarm("var.actions"),
                "infra/part.tf": _alarm("[]").replace('"lag"', '"part"'),
                "infra/whole.tf": 'resource "aws_cloudwatch_composite_alarm" "whole" {\n  alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.part.alarm_name})"\n  alarm_actions = [aws_sns_topic.duty.arn]\n}\n',
                "infra/other.tf": _alarm("[aws_sns_topic.duty.arn]").replace(
                    "threshold     = 60", "ok_actions    = []"
                ),
            },
        ),
    ),
)
