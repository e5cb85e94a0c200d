"""Labels that monitors of the Prometheus operator put on what is scraped (https://prometheus-operator.dev/docs/api-reference/api/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.helm_text import is_chart_template
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "MonitorLabels"]

_TARGET = pattern(r"\btargetLabel[\"']?\s*:\s*[\"']?([A-Za-z_]\w*)")
_TAKEN = pattern(r"(?m)\b(?:podT|t)argetLabels[\"']?\s*:\s*(\[[^\]]*\]|(?:\n\s*-\s*[\"']?[\w./-]+[\"']?[ \t]*)+)")
_JOB = pattern(r"\bjobLabel[\"']?\s*:\s*[\"']?([\w./-]+)")
_ANY = pattern(r"\baction[\"']?\s*:\s*[\"']?(?:labelmap|LabelMap)\b")
_NAME = pattern(r"[\w./][\w./-]*")
_SIGN = pattern(r"[./-]")
_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorLabels(Fact):
    """The names of the labels that one file gives, be it as a manifest, a template or values of a chart; ``*`` where a pattern gives them."""

    kind: ClassVar[str] = "monitor-labels"
    labels: frozenset[str]


def _parse(source: Source) -> MonitorLabels | None:
    text = source.text
    if "argetLabel" not in text and "elabelings" not in text and "jobLabel" not in text:
        return None
    labels = frozenset(label for label, _ in zip(_labels(text), range(_MOST), strict=False))
    return MonitorLabels(labels=labels) if labels else None


def _labels(text: str) -> Iterator[str]:
    yield from ("*" for _ in _ANY.finditer(text))
    yield from (match.group(1) for match in _TARGET.finditer(text))
    for rule in (_TAKEN, _JOB):
        for match in rule.finditer(text):
            yield from (_SIGN.sub("_", one.group()) for one in _NAME.finditer(match.group(1)))


PARSER = Parser(
    fact=MonitorLabels, accepts=lambda file: file.language is Language.YAML or is_chart_template(file), parse=_parse
)
