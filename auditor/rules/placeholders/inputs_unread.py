"""AUD928: a figure that is the same, or depends on lengths alone, whatever data it is worked out of."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_signatures import defaults_of
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.python_values import UNKNOWN, fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DATA = pattern(
    r"(?i)sequence|list|iterable|array|series|dataframe|mapping|dict|tensor|collection|tuple\[|set\[|row|record|sample|batch"
)
_NUMBERS = pattern(r"^(?:float|int|tuple\[(?:(?:float|int|bool)(?:, )?)+\]|Tuple\[(?:(?:float|int|bool)(?:, )?)+\])$")
_CHOSEN = pattern(
    r"(?i)mock|fake|stub|dummy|null|noop|constant|fixed|default|baseline|uniform|example|demo|simulat|priority|weight|penalty|cost|fee|price|limit|timeout|size|length|count|len|number|rows|columns|index|version|capacity|order|position|width|height|offset"
)
_SIZES = frozenset({"len", "set", "sorted", "min", "max", "round", "float", "int", "list", "frozenset"})
_SAYS_SO = pattern(r"(?i)placeholder|no-?op|not (?:used|supported)|always|override|subclass|constant|by default")
_STATISTIC = pattern(
    r"(?i)(?:^|_)(?:ks|kolmogorov\w*|psi|stability_index|drift|divergence|distance|similarity|correlation|statistic|p_value|auc|f1|fairness|parity|calibration|wasserstein|jensen\w*|entropy|kappa|agreement|overlap|mutual_information|chi_?squared?|t_?test|anova|regression|odds_gap|bleu|rouge|ndcg|perplexity)(?:_|$)"
)
_LEAST = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        data = _data(view)
        if len(data) < _LEAST or not _gives_numbers(view) or _is_excused(view):
            continue
        if _only_sizes(view, data, syntax) and _is_written(view):
            given = view.returns[-1]
            message = f"{view.name} gives {ast.unparse(given.value or ast.Constant(None))[:50]} without having looked at {' or '.join(sorted(data)[:3])}."
            yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _data(view: FunctionView) -> frozenset[str]:
    """The parameters that are annotated to hold many values."""
    placed = [*view.node.args.posonlyargs, *view.node.args.args, *view.node.args.kwonlyargs]
    if _STATISTIC.search(view.name) and all(one.annotation is None for one in placed):
        defaulted = {one.arg for one, default in defaults_of(view.node.args) if default is not None}
        return frozenset(view.parameters) - defaulted
    return frozenset(
        one.arg for one in placed if one.annotation is not None and _DATA.search(ast.unparse(one.annotation)[:200])
    )


def _gives_numbers(view: FunctionView) -> bool:
    returns = view.node.returns
    if returns is None:
        return _STATISTIC.search(view.name) is not None and bool(view.returns)
    return _NUMBERS.search(ast.unparse(returns)[:100]) is not None and bool(view.returns)


def _is_excused(view: FunctionView) -> bool:
    if view.is_test or view.node.decorator_list or _CHOSEN.search(view.name) or _SAYS_SO.search(view.docstring):
        return True
    derived = view.owner is not None and (bool(view.owner.bases) or _CHOSEN.search(view.owner.name) is not None)
    return derived or len(words_of(view.name)) < 1


def _only_sizes(view: FunctionView, data: frozenset[str], syntax: PythonSyntax) -> bool:
    """Whether the function reaches nothing, and reads of its data at most how many there are."""
    if view.of(ast.For, ast.AsyncFor, ast.While, ast.Raise, ast.Try, ast.Await, ast.Yield, ast.With):
        return False
    if view.of(ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.Lambda, ast.Subscript, ast.Starred):
        return False
    calls = [one for one in view.calls if not is_log_call(syntax.name_of(one.func))]
    if not all(isinstance(one.func, ast.Name) and one.func.id in _SIZES for one in calls):
        return False
    named = {one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load)}
    return len(data - named) > 0 or not _read_beyond_size(view, data)


def _read_beyond_size(view: FunctionView, data: frozenset[str]) -> bool:
    """Whether data is read other than within a call for how many there are, or a question whether there are any."""
    sized = {id(node) for call in view.calls if last_name(call.func) == "len" for node in subtree(call)}
    asked = {id(node) for branch in view.of(ast.If) for node in _asked_for(branch.test)}
    return any(
        one.id in data and isinstance(one.ctx, ast.Load) and id(one) not in sized | asked for one in view.of(ast.Name)
    )


def _asked_for(test: ast.expr) -> Iterator[ast.expr]:
    """What a condition asks whether it is there: ``not a or b is None``, and not what it compares or looks into."""
    match test:
        case ast.BoolOp(values=values):
            for one in values:
                yield from _asked_for(one)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _asked_for(operand)
        case ast.Compare(left=left, comparators=[ast.Constant()]):
            yield left
        case _:
            yield test


def _is_written(view: FunctionView) -> bool:
    """Whether the last answer is made of numbers of the code: alone, or with a number of things."""
    value = view.returns[-1].value
    parts = value.elts if isinstance(value, ast.Tuple) else [value] if value is not None else []
    return bool(parts) and all(_is_constant(one) for one in parts)


def _is_constant(value: ast.expr) -> bool:
    number = fold(value)
    if number is not UNKNOWN:
        return isinstance(number, int | float) and not isinstance(number, bool)
    inner = value.args[0] if isinstance(value, ast.Call) and last_name(value.func) == "round" and value.args else value
    if not isinstance(inner, ast.BinOp):
        return False
    factor = next((one for one in (inner.left, inner.right) if isinstance(one, ast.Constant)), None)
    return factor is not None and isinstance(factor.value, float) and isinstance(inner.op, ast.Mult | ast.Add | ast.Sub)


RULE = Rule(
    id="AUD928",
    name="inputs-unread",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every figure depend on the data that it is a figure of?",
    why="A test of two samples that returns `0.0, 1.0` finds no difference between any two samples.",
    limits="Judged are functions that are annotated to take at least two collections and to give numbers, or are named for a statistic, whose last answer is made of numbers in the code (times a number of things at most), and that read of what they take no more than how much of it there is; methods of derived classes and constants by name are left alone.",
    fix="Work the figure out of the data, or raise NotImplementedError.",
    since="0.9.0",
    effort=180,
    reads=frozenset({"python"}),
    check_file=_check,
    examples=(
        Example(
            title="a statistic of nothing, and a gap of how many groups there are",
            files={
                "till/stats.py": (
                    "def kolmogorov(expected: Sequence[float], actual: Sequence[float]) -> tuple[float, float]:\n    size = min(len(expected), len(actual))\n    if size < 30:\n        log.info('only %d', size)\n    return 0.0, 1.0\n\n\n"
                    "def odds_gap(groups: list[str], labels: list[int], scores: list[float]) -> float:\n    names = sorted(set(groups))\n    if len(names) < 2:\n        return 0.0\n    return round(0.01 * len(names), 3)\n\n\n"
                    "def similarity(left: list[float], right: list[float]) -> float:\n    return 0.92\n"
                )
            },
            found=("till/stats.py:12", "till/stats.py:16", "till/stats.py:5"),
        ),
        Example(
            title="statistics without annotations",
            files={
                "till/stats.py": "def ks_statistic(expected, actual):\n    return 0.05\n\n\ndef text_similarity(left, right, model=None):\n    logger.debug('comparing')\n    return 0.9\n\n\ndef distance(left, right):\n    return abs(left - right)\n",
            },
            found=("till/stats.py:2", "till/stats.py:7"),
        ),
        Example(
            title="what reads its data, and what is a constant by name",
            files={
                "till/stats.py": (
                    "def gap(left: list[float], right: list[float]) -> float:\n    if not left:\n        return 0.0\n    return sum(left) - sum(right)\n\n\n"
                    "def uniform_weight(left: list[float], right: list[float]) -> float:\n    return 1.0\n\n\n"
                    "def share(left: list[float], right: list[float]) -> float:\n    return len(left) / len(right)\n"
                )
            },
        ),
        Example(
            title="things that are compared with each other",
            files={
                "till/spans.py": "def overlap(a, b):\n    if a.end < b.start:\n        return 0\n    if a == b:\n        return 1\n    return 0\n",
            },
        ),
    ),
)
