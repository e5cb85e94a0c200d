"""Queries to Prometheus that code writes out: objectives, checks and alerts that it evaluates itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "CodeQuery", "PythonQueries", "is_query"]

_QUERY = pattern(
    r"^[\s(]*(?:sum|avg|max|min|count|rate|irate|increase|histogram_quantile|topk|bottomk|quantile|absent|delta|idelta|deriv|changes|resets|predict_linear|clamp_min|clamp_max|round|ceil|floor|abs|(?:avg|max|min|sum|count|quantile|last|absent|stddev|present)_over_time)\b[^\n]*?[a-z][a-z0-9_:]*(?:\{[^}]*\})?\[(?:[0-9]+[smhdw]|\$[a-z]*)\]"
)
_NAME = pattern(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}$")
_SHOWS = pattern(r"(?i)(?:panel|alert|alert_?rule|chart|graph|objective|slo)(?:_?(?:spec|def|definition))?$")
"""Makers of panels and alerts, in code that writes out what Prometheus and Grafana read."""
_COMPARED = pattern(
    r"^[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}(?:\{[^{}\n]*\})?\s*(?:[<>]=?|[!=]=)\s*[\d.e+]+$"
    r"|^[a-z][a-z0-9]*(?:_[a-z0-9]+)+_(?:total|seconds|milliseconds|bytes|ratio|percent|bucket|sum|info)(?:\{[^{}\n]*\})?$"
)
_GIVEN = frozenset({"expr", "expression", "query", "promql"})
_ASKS = pattern(
    r"(?i)query|prom|expr|fetch|get|eval|range|instant|ask|check|metric|measure|alert|rule|panel|slo|sli|objective|rate|value|scalar|vector|sample|series|ratio|indicator|threshold|signal|gauge|latency|error|burn|budget|gate|analysis"
)
_METRIC = pattern(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}(?:\{|\)|\[|\s*[<>=!/*+-]|$)")
_IN_SCRIPTS = pattern(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`")
_PUT_IN = pattern(r"\$\{[^{}]*\}")
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO})
_KEYS = frozenset({"metric", "metric_name", "series", "promql", "expr"})
_MOST = 500
_SHORTEST = 12
_LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeQuery:
    """A query with its line; `named` where it is no expression, but what a keyword such as ``metric_name`` is given."""

    line: int
    expression: str
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonQueries(Fact):
    """The queries of one module, by line."""

    kind: ClassVar[str] = "python-queries"
    queries: tuple[CodeQuery, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of the module: one that is written out, or a template with ``$hole`` for what is put in."""

    node: ast.expr
    line: int
    words: str


def is_query(text: str) -> bool:
    """Whether a text of one line is an expression with a function and a metric over a range."""
    return _QUERY.search(text) is not None


def _parse(source: Source) -> PythonQueries | None:
    data = source.data
    asks = any(word in data for word in (b"rate(", b"increase(", b"_over_time("))
    names = any(word in data for word in (b"metric=", b"metric_name=", b"series=", b'metric_name"'))
    shows = any(word in data for word in (b"anel(", b"lert(", b"ule(", b"bjective(", b"hart(", b"raph("))
    if source.file.language in _SCRIPTS:
        found = list(_of_scripts(source)) if asks else []
        return PythonQueries(queries=tuple(found[:_MOST])) if found else None
    if not asks and not names and not shows:
        return None
    tree = syntax_of(source).tree
    aside = _handed_elsewhere(tree) if asks else frozenset()
    written = list(_texts(tree)) if asks or shows else []
    found = [
        CodeQuery(line=one.line, expression=one.words)
        for one in (written if asks else ())
        if id(one.node) not in aside and is_query(" ".join(one.words.split()))
    ]
    for call in nodes_of(tree, ast.Call) if names else ():
        for one in call.keywords:
            value = one.value.value if isinstance(one.value, ast.Constant) else None
            if one.arg in _KEYS and isinstance(value, str) and _NAME.search(value):
                found.append(CodeQuery(line=one.value.lineno, expression=value, named=True))
    found += _shown(tree, {id(one.node): one for one in written}, bool(found)) if shows else []
    found = list({(one.line, one.expression): one for one in found}.values())
    found.sort(key=lambda one: (one.line, one.expression))
    return PythonQueries(queries=tuple(found[:_MOST])) if found else None


def _of_scripts(source: Source) -> Iterator[CodeQuery]:
    """The queries among the texts of a program in JavaScript, TypeScript or Go."""
    for match in _IN_SCRIPTS.finditer(source.text):
        group = next((one for one in (1, 2, 3) if match.group(one)), 0)
        if not group:
            continue
        text = _PUT_IN.sub("$hole", match.group(group)).replace('\\"', '"')
        if _SHORTEST < len(text) < _LONGEST and is_query(" ".join(text.split())):
            before = len(text) - len(text.lstrip())
            line = source.line_at(match.start(group)) + text.count("\n", 0, before)
            yield CodeQuery(line=line, expression=text.strip())


def _texts(tree: ast.Module) -> Iterator[_Text]:
    """The texts that are short enough for a query, at the line on which their first word stands."""
    inner = {id(one) for node in nodes_of(tree, ast.JoinedStr) for one in node.values}
    for node in nodes_of(tree, ast.Constant, ast.JoinedStr):
        if isinstance(node, ast.Constant) and (not isinstance(node.value, str) or id(node) in inner):
            continue
        text = node.value if isinstance(node, ast.Constant) else _template(node)
        if isinstance(text, str) and len(text) < _LONGEST:
            before = len(text) - len(text.lstrip())
            yield _Text(node, node.lineno + text.count("\n", 0, before), text.strip())


def _template(node: ast.JoinedStr) -> str:
    parts = (one.value if isinstance(one, ast.Constant) else "$hole" for one in node.values)
    return "".join(str(part) for part in parts)


def _shown(tree: ast.Module, texts: dict[int, _Text], speaks: bool) -> list[CodeQuery]:
    """The metrics that panels and alerts are made with: alone, compared with a number, or in what is given as an expression.

    The last, and what stands behind a title, counts where the module `speaks` the language of queries elsewhere: an ``expression`` may be of any.
    """
    calls = [call for call in nodes_of(tree, ast.Call) if _SHOWS.search(last_name(call.func))]
    given = [
        (one, speaks and each.arg in _GIVEN) for call in calls for each in call.keywords for one in _plain(each.value)
    ]
    given += [(one, speaks and place == 1) for call in calls for place, one in enumerate(call.args)]
    return [
        CodeQuery(line=text.line, expression=text.words)
        for one, is_expression in given
        if (text := texts.get(id(one)))
        and (_COMPARED.search(text.words) or (is_expression and _METRIC.search(text.words)))
    ]


def _plain(node: ast.expr) -> Iterator[ast.expr]:
    """The text behind calls of its own methods: ``"...".strip().replace(...)``."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    yield node


def _handed_elsewhere(tree: ast.Module) -> frozenset[int]:
    """The texts that are handed to functions which, by their names, ask nothing: what those make of them is not known."""
    return frozenset(
        id(one) for call in nodes_of(tree, ast.Call) if not _ASKS.search(last_name(call.func)) for one in call.args
    )


PARSER = Parser(
    fact=PythonQueries,
    accepts=lambda file: file.language in (Language.PYTHON, *_SCRIPTS) and file.role is Role.SHIPPED,
    parse=_parse,
)
