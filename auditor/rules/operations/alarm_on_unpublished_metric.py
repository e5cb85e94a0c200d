"""AUD615: an alarm of CloudWatch watches a metric of the project's own, and the project publishes none."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.cloudwatch_publishers import CloudwatchPublisher
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform_settings import TerraformSetting, TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ALARM = "aws_cloudwatch_metric_alarm"
_OF_AMAZON = ("AWS/", "ECS/", "CWAgent", "ContainerInsights", "Glue", "LambdaInsights", "System/", "SageMaker", "/aws/")
_PROGRAMS = frozenset(
    {Language.PYTHON, Language.GO, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.JAVA, Language.RUST}
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    programs = any(file.language in _PROGRAMS and file.role is Role.SHIPPED for file in facts.files)
    if not programs or next(iter(facts.of(CloudwatchPublisher)), None):
        return
    for file, fact in facts.of(TerraformSettings):
        for alarm in _alarms(fact) if file.role is Role.SHIPPED else ():
            own = alarm.get("namespace")
            metric = alarm.get("metric_name")
            if own and metric and own.literal and metric.literal and not own.literal.startswith(_OF_AMAZON):
                message = f"The alarm watches `{own.literal}`/`{metric.literal}`, and nothing in the repository publishes metrics to CloudWatch."
                yield Hit(file.path, metric.line, metric.line, message, metric.literal)


def _alarms(fact: TerraformSettings) -> Iterator[dict[str, TerraformSetting]]:
    """The attributes of each alarm by name; those of its queries, which are blocks within it, are apart."""
    found: dict[tuple[str, ...], dict[str, TerraformSetting]] = {}
    for one in fact.items:
        if _ALARM in one.blocks[1:2]:
            found.setdefault(one.blocks, {}).setdefault(one.name, one)
    yield from found.values()


_ALARMS = """resource "aws_cloudwatch_metric_alarm" "orders" {
  namespace   = "Shop/Orders"
  metric_name = "Refused"
  threshold   = 5
}
resource "aws_cloudwatch_metric_alarm" "processor" {
  namespace   = "AWS/RDS"
  metric_name = "CPUUtilization"
}
resource "aws_cloudwatch_metric_alarm" "any" {
  namespace   = var.namespace
  metric_name = "Late"
}
"""
_APP = "def orders() -> list[str]:\n    return []\n"

RULE = Rule(
    id="AUD615",
    name="alarm-on-unpublished-metric",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does something publish every metric of its own that an alarm of CloudWatch watches?",
    why="An alarm without data is no alarm: it stays in `INSUFFICIENT_DATA`, or counts what is missing as good.",
    limits="Literal names outside of Amazon's own, in repositories that hold programs and name no way to publish: no call, agent, filter of logs or embedded format.",
    fix="Publish the metric, derive it from logs with a metric filter, or watch one that the platform has.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"terraform-settings", "cloudwatch-publisher"}),
    check_repository=_check,
    examples=(
        Example(
            title="a namespace of the project's own",
            files={"infra/alarms.tf": _ALARMS, "app.py": _APP},
            found=("infra/alarms.tf:3",),
        ),
        Example(
            title="published by code",
            files={"infra/alarms.tf": _ALARMS, "app.py": f"{_APP}\n\ncloudwatch.put_metric_data(Namespace=NAME)\n"},
        ),
        Example(
            title="derived from logs",
            files={
                "infra/alarms.tf": _ALARMS,
                "infra/logs.tf": 'resource "aws_cloudwatch_log_metric_filter" "refused" {\n  metric_transformation {\n    name      = "Refused"\n    namespace = "Shop/Orders"\n  }\n}\n',
                "app.py": _APP,
            },
        ),
        Example(title="infrastructure alone", files={"infra/alarms.tf": _ALARMS}),
    ),
)
