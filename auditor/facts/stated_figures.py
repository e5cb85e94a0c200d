"""Figures that documents on readiness and recovery give as results: what was measured, reached, passed or tried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import DocumentLine, cells, document_lines
from auditor.facts.pattern import pattern
from auditor.facts.readiness_document import is_readiness_document, title_of
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.model.source import Language

__all__ = ["PARSER", "FigureKind", "StatedFigure", "StatedFigures"]

_RECOVERY = pattern(r"(?i)disaster|recovery|failover|(?:^|/)dr[-_.]|\bslos?\b|drill|go-?live|backup")
_NO_REPORT = pattern(
    r"(?i)template|example|sample|tutorial|changelog|release[-_]?notes|(?:^|/)adrs?/|proposal|roadmap|plan|benchmarks?/|(?:^|/)(?:reports?|results)/|(?:^|/)readme|audit|gaps?[-_. ]|fix(?:es)?[-_. ]|score"
)
_FIGURE = pattern(
    r"[<>~≈≤≥]?\s?\b\d[\d ,.]*\+?\s?(?:%|ms\b|s\b|secs?\b|seconds?\b|min(?:ute)?s?\b|h\b|hours?\b|rps\b|tps\b|qps\b|(?:req(?:uest)?s?|messages|events|transactions|conversations)?/s(?:ec(?:ond)?)?\b|(?:k|m|g|t)i?b\b)"
)
_MEASURE = pattern(
    r"(?i)\b(?:(?:test|code|line|branch|statement)s?[ -]coverage|coverage (?:is |of |at )?\d|availability|uptime|latency|p50|p9\d(?:\.9)?|throughput|(?:error|success|failure|pass)[ -]rate|cache hit|hit ratio|response time|rto|rpo|recovery (?:time|point)|"
    r"restore time|rollback time|mttr|load[ -]test\w*|soak[ -]test\w*|stress[ -]test\w*|percentile|requests/s|rps|data loss|utili[sz]ation)\b"
)
_PASSED = pattern(
    r"(?i)\b\d[\d,. ]*(?:\+|/ ?\d+)?\s?(?:(?:unit|integration|e2e|end-to-end|automated|regression|security|load)?\s?(?:tests?|scenarios?|cases|checks|specs))?\s?(?:are |were |have )?(?:all )?(?:passed|passing|pass|green|succeeded)\b"
)
_PRINTED = pattern(r"\b\d+ passed(?:, \d+ \w+)* in [\d.]")
"""What pytest prints at its end: it is shown, and is no word of the document's own."""
_HEADS = pattern(
    r"(?i)^\W*(?:measured|actual(?:ly)?|achieved|attained|observed|last (?:drill|test|run|exercise|measurement|measured|result)|latest (?:drill|test|run|result)|(?:drill|test) results?)\b"
)
"""The heads of columns that hold what came out."""
_HEADING = pattern(r"(?i)\b(?:achieved|results?|measured|measurements|outcomes?)\b")
_MEANT = pattern(
    r"(?i)\b(?:targets?|objectives?|goals?|must|should|below|under|above|over|at (?:least|most)|limits?|thresholds?|budgets?|expect\w*|will|planned|required?s?|minimum|maximum|alerts?|pages?|if|when|scales?|timeouts?|"
    r"retention|retain\w*|every|intervals?|window|up to|estimated?|typical\w*|assum\w*|slo|sla|depends?|configur\w*|default\w*|keep|kept|within|only|gaps?|needs?|needed|enforce[sd]?|requirements?|demands?|probability|likelihood|risks?|impact|cannot|missing|lacks?|deliverables?|improve\w*|increase\w*|was|before)\b|[❌⚠🟡🔴]|[<>≤≥]|\?|\[ \]"
)
_BESIDE = pattern(r"(?i)\d[^()|]{0,25}\((?:target|goal|objective|slo|limit)s?\W{1,3}[^)]{1,30}\)")
"""What is given before its objective is a result, whatever else the line says."""
_TOLD = pattern(
    r"(?i)\b(?:measured|achieved|attained|observed|clocked)\b\W{0,12}(?:at |in |of )?[<>~]?\s?\d|\d[^|.]{0,12}\b(?:measured|achieved|attained|observed)\b"
)
_MISSED = pattern(
    r"(?i)[❌⚠🟡🔴✗✘]|\[ \]|\b(?:only|fail(?:s|ed)?|not|never|below target|degrad\w+|trigger\w*|abort\w*)\b"
)
_TRIED = pattern(
    r"(?i)\b(?:restore|restored|drill|failover|recovery|rollback|exercise|backup)\w*\b.{0,30}\b(?:exercised|rehearsed|tested|completed|performed|carried out|succeeded|passed|done|verified|drilled)\b[^|]{0,30}\d"
)
_SOURCED = pattern(r"https?://|\bCI run\b|\brun #?\d{3,}")
_PATH = pattern(r"[`(]([\w./-]+\.(?:json|xml|html?|csv|txt|log|pdf|md|jsonl|ndjson|jtl|out|svg|png))(?::\d+)?[`)#]")
_COVERAGE = pattern(r"(?i)\bcoverage\b")
_LONGEST = 600
_NEAR = 30
_MOST = 200


class FigureKind(StrEnum):
    """What a figure is of, and so what kind of report would give it."""

    COVERAGE = "coverage"
    TESTS = "tests"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFigure:
    """A figure as it is written, with the files that its line refers to."""

    line: int
    text: str
    kind: FigureKind
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFigures(Fact):
    """Those of one document, at most 200."""

    kind: ClassVar[str] = "stated-figures"
    items: tuple[StatedFigure, ...]


def _parse(source: Source) -> StatedFigures | None:
    if _NO_REPORT.search(source.path) or is_template(source.path):
        return None
    certifies = is_readiness_document(source.path, title_of(source.lines))
    if not certifies and not _RECOVERY.search(source.path):
        return None
    found: list[StatedFigure] = []
    for line in document_lines(source.lines):
        if (
            len(line.text) > _LONGEST
            or _SOURCED.search(line.text)
            or _MISSED.search(line.text)
            or line.text.startswith("#")
        ):
            continue
        text = _stated(line, certifies=certifies)
        if text:
            cited = tuple(one.group(1) for one in _PATH.finditer(line.text))
            found.append(StatedFigure(line=line.number, text=text[:60], kind=_kind(text, line.text), cited=cited))
    return StatedFigures(items=tuple(found[:_MOST])) if found else None


def _kind(text: str, line: str) -> FigureKind:
    if _PASSED.search(text):
        return FigureKind.TESTS
    return FigureKind.COVERAGE if _COVERAGE.search(line) else FigureKind.OTHER


def _stated(line: DocumentLine, *, certifies: bool) -> str:
    """The result that a line states; empty for objectives, settings and prose."""
    if line.fence not in ("", "code", "text"):
        return ""
    in_column = next(_of_columns(line), "")
    if in_column or _says_result(line):
        return in_column or _figure(line.text)
    told = certifies and not _MEANT.search(line.text) and not _PRINTED.search(line.text)
    passed = _PASSED.search(line.text) if told else None
    if passed:
        return passed.group().strip()
    return _figure(line.text) if certifies and _is_result(line) else ""


def _says_result(line: DocumentLine) -> bool:
    """Whether a line gives a figure beside its objective, or tells how long something took that was tried out."""
    if not _FIGURE.search(line.text):
        return False
    if _BESIDE.search(line.text):
        return True
    if _TOLD.search(line.text) and (_MEASURE.search(line.text) or line.header):
        return True
    return _TRIED.search(line.text) is not None and not _MEANT.search(line.text)


def _of_columns(line: DocumentLine) -> Iterator[str]:
    """The cells of a row under a head that says that they are what came out."""
    if not line.header or not any(_HEADS.search(head) for head in line.header):
        return
    row = cells(line.text)
    for head, cell in zip(line.header, row, strict=False):
        found = _FIGURE.search(cell) if _HEADS.search(head) else None
        if found:
            yield f"{row[0]}: {found.group().strip()}"[:60]


def _is_result(line: DocumentLine) -> bool:
    """Whether a line gives a measurement as it is, in a row or an item of a list."""
    item = line.header or line.text.lstrip().startswith(("- ", "* ", "+ ", "✅", "|"))
    if not item or not _is_near(line.text):
        return False
    return not _MEANT.search(line.text) or bool(_HEADING.search(line.heading) and _FIGURE.search(line.text))


def _is_near(text: str) -> bool:
    """Whether a figure stands right behind the name of a measurement, or right before it."""
    for match in _MEASURE.finditer(text):
        before, behind = text[max(match.start() - _NEAR, 0) : match.start()], text[match.start() : match.end() + _NEAR]
        if _FIGURE.search(behind) or _FIGURE.search(before):
            return True
    return False


def _figure(text: str) -> str:
    found = _FIGURE.search(text)
    return found.group().strip() if found else ""


PARSER = Parser(fact=StatedFigures, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
