"""Which files may publish metrics of their own to CloudWatch: by its interface, its agent, or a format of log lines.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "CloudwatchPublisher"]

_PUBLISHES = (
    b"put_metric_data",
    b"PutMetricData",
    b"putMetricData",
    b"put-metric-data",
    b"metrics_collected",
    b"_METRICS_NAMESPACE",
    b"embedded_metric",
    b"embedded-metric",
    b"CloudWatchMetrics",
    b"awsemf",
    b"lambda_powertools",
    b"lambda-powertools",
    b"micrometer",
    b"amazon-cloudwatch",
    b"cloudwatch-agent",
    b"metric_transformation",
    b"MetricTransformations",
    b"cloudwatch2",
)
_UNREAD = frozenset({Language.MARKDOWN, Language.TEXT, Language.BINARY})


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudwatchPublisher(Fact):
    """A file that names one of the ways."""

    kind: ClassVar[str] = "cloudwatch-publisher"


def _parse(source: Source) -> CloudwatchPublisher | None:
    return CloudwatchPublisher() if any(word in source.data for word in _PUBLISHES) else None


PARSER = Parser(fact=CloudwatchPublisher, accepts=lambda file: file.language not in _UNREAD, parse=_parse)
