"""Literals that are given as measurements, wherever a file reports something."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.claims import Claim, claims_of, gives_metric, is_bad_when_high, is_metric_name, words_of
from auditor.facts.code_functions import CodeFunctions
from auditor.facts.code_values import RETURNED, Figure
from auditor.facts.comment_words import phrase_in
from auditor.facts.comments import Comments
from auditor.facts.metric_literals import names_record, number_of, pairs, recorded_pairs
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Hit
from auditor.model.source import Language

__all__ = ["lines_of_figures", "written_figures"]

_NEIGHBOURS = 3
_REPORTING = frozenset(
    {
        "report", "summary", "statistics", "status", "kpis", "performance", "usage", "telemetry", "health",
        "metrics", "stats", "dashboard", "overview", "scorecard",
    }
)  # fmt: skip
_RECORDERS = frozenset(
    {
        "record_metric", "set_metric", "report_metric", "gauge", "record_gauge", "push_metric", "log_metric",
        "emit_metric", "observe", "put_metric",
    }
)  # fmt: skip
_SETTINGS = pattern(
    r"(?i)config|default|threshold|target|limit|setting|param|baseline|slo|sla|template|example|sample|simulat|mock|fake|demo|schema|initial|reset|empty|init|weight|profile|spec|expected|estimate|penalt|score|cost|price|pricing"
)
_OBJECTIVES = pattern(
    r"(?i)\bsl[oa]s?(?:\.py$|/)|sl[oa]_?(?:monitor|tracker|status|report(?:er)?|service|evaluator|checker|manager|summary|dashboard|compliance|attainment|achievement|metrics|results?|history)"
)
"""Names of what looks after objectives: it measures, and does not set them."""
_FIGURE = pattern(
    r"(?i)(?:^|_)(?:cpu|memory|disk|usage|percent|rate|ratio|latency|throughput|time|duration|score|accuracy|count|total|errors?|mb|gb|ms|seconds)(?:_|$)"
)


def written_figures(source: Source) -> Iterator[Hit]:
    """The findings of AUD204 in a file."""
    if _SETTINGS.search(_OBJECTIVES.sub("", source.path.replace("baseline", ""))):
        return
    if source.file.language is not Language.PYTHON:
        yield from _in_code(source)
        return
    syntax = syntax_of(source)
    admitted = _admitted(source)
    for view in syntax.functions:
        if _sets(view.qualified) and not is_metric_name(view.name) and not _is_taken_baseline(view):
            continue
        yield from _literals(source, view, admitted, reports=_reports(view.name))
        yield from _recorded(source, view, syntax)


@lru_cache(maxsize=2)
def lines_of_figures(source: Source) -> frozenset[int]:
    """The lines of which AUD204 speaks: of a literal there is no more to be told."""
    return frozenset(line for one in written_figures(source) for line in range(one.start_line, one.end_line + 1))


@lru_cache(maxsize=4096)
def _sets(qualified: str) -> bool:
    """Whether a function is named for what is set or wanted, rather than measured."""
    return _SETTINGS.search(_OBJECTIVES.sub("", qualified)) is not None


def _is_taken_baseline(view: FunctionView) -> bool:
    """Whether a function named for a baseline gives metrics: what others are compared with is measured, too."""
    if "baseline" not in view.name or _SETTINGS.search(view.qualified.replace("baseline", "")):
        return False
    makers = [one.value.func for one in view.returns if isinstance(one.value, ast.Call)]
    return len(view.returns) == 1 and any(
        last_name(maker).endswith(("Metrics", "Measurement", "Stats")) for maker in makers
    )


@lru_cache(maxsize=4096)
def _reports(name: str) -> bool:
    claims = claims_of(name)
    words = words_of(name)
    named = words[:1] in (("get",), ("fetch",), ("build",), ("generate",), ("calculate",), ("compute",)) and bool(
        _REPORTING & set(words)
    )
    named = named or (len(words) == 1 and words[0] in _REPORTING) or is_metric_name(name)
    return named or gives_metric(name) or words[:1] == ("evaluate",) or bool(claims & {Claim.MEASURE, Claim.CHECK})


def _admitted(source: Source) -> frozenset[int]:
    """The lines whose own comment says that the value is none that was found."""
    comments = source.fact(Comments)
    trailing = [one for one in comments.items if one.trailing] if comments is not None else []
    return frozenset(one.line for one in trailing if phrase_in(one.text, docstring=False, test=False))


def _literals(source: Source, view: FunctionView, admitted: frozenset[int], *, reports: bool) -> Iterator[Hit]:
    """Metrics with a literal value; those of neighbouring lines are one finding."""
    found = {
        (value.lineno, value.end_lineno or value.lineno, name, number)
        for name, value, number in (*_measured(view, reports=reports), *_said(view, admitted))
    }
    yield from _grouped(source, sorted(found), view.name, view.qualified)


def _grouped(source: Source, found: list[tuple[int, int, str, float]], short: str, symbol: str) -> Iterator[Hit]:
    while found:
        group = [found.pop(0)]
        while found and found[0][0] <= group[-1][1] + _NEIGHBOURS:
            group.append(found.pop(0))
        what = ", ".join(f"{name} {number:g}" for _, _, name, number in group[:4])
        message = f"{short} gives literals as measurements: {what}{', ...' if len(group) > 4 else ''}."  # noqa: PLR2004 - enough to recognise
        yield Hit(source.path, group[0][0], group[-1][1], message, symbol)


def _in_code(source: Source) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go."""
    fact = source.fact(CodeFunctions)
    for function in fact.functions if fact is not None else ():
        short = function.short_name
        if _SETTINGS.search(function.name) and (_SETTINGS.search(function.owner) or not is_metric_name(short)):
            continue
        found = [
            (one.line, one.end_line, one.name, one.number)
            for one in function.figures
            if one.number is not None
            and _is_reported(one, short)
            and _tells(one.name, one.number, one.form != "variable")
        ]
        yield from _grouped(source, sorted(set(found)), short, function.name)


def _is_reported(figure: Figure, short: str) -> bool:
    if figure.form == "returned":
        return is_metric_name(short) or gives_metric(short)
    if figure.container == RETURNED and figure.number is not None and figure.number % 1:
        return True  # whole numbers are mostly starting values
    record = names_record(figure.container) and not _SETTINGS.search(figure.container)
    return figure.form == "recorded" or record or _reports(short)


def _measured(view: FunctionView, *, reports: bool) -> Iterator[tuple[str, ast.expr, float]]:
    for name, value, certain in pairs(view) if reports else recorded_pairs(view):
        number = number_of(value)
        if isinstance(number, bool) or not isinstance(number, int | float) or not is_metric_name(name):
            continue
        if _tells(name, number, certain) or (
            number and isinstance(value, ast.Constant) and isinstance(value.value, str)
        ):
            yield name, value, number


def _said(view: FunctionView, admitted: frozenset[int]) -> Iterator[tuple[str, ast.expr, float]]:
    """Figures of any function, zero included, beside which a comment says that they were not measured."""
    for name, value, _ in pairs(view) if admitted else ():
        number = number_of(value)
        figure = isinstance(number, int | float) and not isinstance(number, bool)
        if figure and value.lineno in admitted and (is_metric_name(name) or _FIGURE.search(name)):
            yield name, value, float(str(number))


def _tells(name: str, number: float, certain: bool) -> bool:
    """Whether a figure would be read as a measurement: the extremes are mostly starting values."""
    extreme = number in (0, 1, 100, -1)
    worst = number >= 1 if is_bad_when_high(name.lower()) else number == 0
    return number != 0 and not (extreme and (worst or not certain))


def _recorded(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """A metric that is recorded with a literal value."""
    for call in view.calls:
        name = syntax.name_of(call.func).rpartition(".")[2]
        if name not in _RECORDERS or len(call.args) < 2:  # noqa: PLR2004 - name and value
            continue
        label, value = call.args[0], fold(call.args[1])
        if isinstance(label, ast.Constant) and isinstance(value, int | float) and not isinstance(value, bool):
            last = str(label.value).replace("-", "_").replace("/", ".").rpartition(".")[2]
            if value not in (0, 1) and is_metric_name(last):
                message = f"{view.name} records the literal {value} as {last}."
                yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)
