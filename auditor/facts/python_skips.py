"""Skips that a failing import or an unset variable causes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_handlers import caught, is_broad, skip_in
from auditor.facts.python_names import READS_OF_VARIABLES
from auditor.facts.python_open_imports import fails_openly
from auditor.facts.python_syntax import FunctionView, PythonSyntax, all_nodes, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "PIPELINE_VARIABLES", "ImportSkip", "PythonSkips", "VariableSkip"]

PIPELINE_VARIABLES = frozenset({
    "CI", "CONTINUOUS_INTEGRATION", "GITHUB_ACTIONS", "GITLAB_CI", "CIRCLECI", "TRAVIS", "BUILDKITE", "JENKINS_HOME", "JENKINS_URL", "TF_BUILD", "BITBUCKET_BUILD_NUMBER",
})  # fmt: skip
"""Variables that pipelines set by themselves."""

_MARKS = {"pytest.mark.skipif": True, "unittest.skipIf": True, "unittest.skipUnless": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSkip:
    """A skip at a line for want of any of these modules (dotted as written), with the reason that a mark gives."""

    line: int
    modules: tuple[str, ...]
    symbol: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableSkip:
    """A skip at a line where this variable of the environment is not set, or has not the value that is asked for."""

    line: int
    variable: str
    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonSkips(Fact):
    """All of one file; `pipeline_skips` are those where a variable is set that pipelines set by themselves."""

    kind: ClassVar[str] = "python-skips"
    import_skips: tuple[ImportSkip, ...]
    variable_skips: tuple[VariableSkip, ...] = ()
    pipeline_skips: tuple[VariableSkip, ...] = ()


def _parse(source: Source) -> PythonSkips | None:
    if b"skip" not in source.data:
        return None
    syntax = syntax_of(source)
    found = list(_skips(syntax.module_nodes, "", syntax))
    found.extend(_after_failed_imports(syntax))
    variables, pipelines = list(_marked(syntax, unset=True)), list(_marked(syntax, unset=False))
    for view in syntax.functions:
        found.extend(_skips(view.nodes, view.qualified, syntax))
        variables.extend(_guarded(view, syntax, unset=True))
        pipelines.extend(_guarded(view, syntax, unset=False))
    pipelines = [one for one in pipelines if one.variable in PIPELINE_VARIABLES]
    if not (found or variables or pipelines):
        return None
    return PythonSkips(import_skips=tuple(found), variable_skips=tuple(variables), pipeline_skips=tuple(pipelines))


def _after_failed_imports(syntax: PythonSyntax) -> Iterator[ImportSkip]:
    """Skips that ask for a flag, or for a name, which the handler of a failing import has left empty."""
    left_empty = dict(_left_empty(syntax))
    if not left_empty:
        return
    for node in all_nodes(syntax.tree):
        if isinstance(node, ast.Call) and node.args and syntax.name_of(node.func) in _MARKS:
            skips_if = _MARKS[syntax.name_of(node.func)]
            name = _asked_empty(node.args[0], wanted=skips_if)
            if name in left_empty:
                yield ImportSkip(line=node.lineno, modules=left_empty[name], symbol="", reason=_reason(node))
    for view in syntax.functions:
        for node in view.nodes:
            skip = skip_in(node.body, syntax) if isinstance(node, ast.If) else None
            name = _asked_empty(node.test, wanted=True) if isinstance(node, ast.If) and skip is not None else ""
            if name in left_empty:
                yield ImportSkip(line=getattr(skip, "lineno", 0), modules=left_empty[name], symbol=view.qualified)


def _reason(mark: ast.Call) -> str:
    """What a mark says of why it skips."""
    given = [one.value for one in mark.keywords if one.arg == "reason"] or mark.args[1:]
    first = given[0] if given else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _left_empty(syntax: PythonSyntax) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each name that is set to False or None where an import at the top of the file fails, with what is imported."""
    for node in syntax.module_nodes:
        if not isinstance(node, ast.Try):
            continue
        modules = () if fails_openly(node, syntax) else tuple(_imported(node.body))
        private = any(isinstance(one, ast.alias) and one.name.startswith("_") for one in own_nodes(node.body))
        for handler in node.handlers if modules and not private else ():
            if not {*caught(handler, syntax)} & {"ImportError", "ModuleNotFoundError", "Exception"}:
                continue
            for statement in handler.body:
                match statement:
                    case ast.Assign(targets=targets, value=ast.Constant(value=value)) if not value:
                        yield from ((one.id, modules) for one in targets if isinstance(one, ast.Name))
                    case _:
                        continue


def _asked_empty(test: ast.expr, *, wanted: bool) -> str:
    """The name whose emptiness makes a condition come out as `wanted`; empty for other conditions."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _asked_empty(inner, wanted=not wanted)
        case ast.Name(id=name):
            return "" if wanted else name
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=value)]):
            return name if wanted and not value else ""
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return "" if wanted else name
        case _:
            return ""


def _marked(syntax: PythonSyntax, *, unset: bool) -> Iterator[VariableSkip]:
    """Skips by a mark, wherever it stands: on a test, a class, the module, or bound to a name."""
    for node in all_nodes(syntax.tree):
        if isinstance(node, ast.Call) and node.args:
            skips_if = _MARKS.get(syntax.name_of(node.func))
            name = _unset(node.args[0], syntax, wanted=skips_if is unset) if skips_if is not None else ""
            if name:
                yield VariableSkip(line=node.lineno, variable=name, symbol="")


def _guarded(view: FunctionView, syntax: PythonSyntax, *, unset: bool) -> Iterator[VariableSkip]:
    for node in view.nodes:
        if isinstance(node, ast.If) and skip_in(node.body, syntax) is not None:
            name = _unset(node.test, syntax, wanted=unset)
            if name:
                yield VariableSkip(line=node.lineno, variable=name, symbol=view.qualified)


def _unset(test: ast.expr, syntax: PythonSyntax, *, wanted: bool) -> str:  # noqa: PLR0911 - one case a line
    """The variable whose absence makes a condition come out as `wanted`; empty for other conditions."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _unset(inner, syntax, wanted=not wanted)
        case ast.Name(id=name):
            given = _bound_once(name, syntax)
            return "" if given is None else _unset(given, syntax, wanted=wanted)
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=value)]):
            given = None if value else _bound_once(name, syntax)
            return "" if given is None else _unset(given, syntax, wanted=not wanted)
        case ast.Call(args=[ast.Constant(value=str() as name), *_]) if syntax.name_of(test.func) in READS_OF_VARIABLES:
            absent = len(test.args) == 1 or (isinstance(test.args[1], ast.Constant) and not test.args[1].value)
            return name if not wanted and absent else ""
        case (
            ast.Compare(left=ast.Constant(value=str() as name), ops=[ast.NotIn() as op], comparators=[container])
            | ast.Compare(left=ast.Constant(value=str() as name), ops=[ast.In() as op], comparators=[container])
        ):
            right = wanted is isinstance(op, ast.NotIn)
            return name if right and syntax.name_of(container) == "os.environ" else ""
        case ast.Compare(
            left=ast.Call(func=func, args=[ast.Constant(value=str() as name), *_]), ops=[ast.NotEq() | ast.Is()]
        ):
            return name if wanted and syntax.name_of(func) in READS_OF_VARIABLES else ""
        case ast.Compare(
            left=ast.Call(func=func, args=[ast.Constant(value=str() as name), *_]), ops=[ast.Eq() | ast.IsNot()]
        ):
            return name if not wanted and syntax.name_of(func) in READS_OF_VARIABLES else ""
        case _:
            return ""


def _bound_once(name: str, syntax: PythonSyntax) -> ast.Call | None:
    """The call that a name of the module is bound to, where that happens once: ``URL = os.getenv("URL")``."""
    bound = _bound(syntax).get(name, ())
    return bound[0] if len(bound) == 1 and isinstance(bound[0], ast.Call) else None


@lru_cache(maxsize=2)
def _bound(syntax: PythonSyntax) -> dict[str, list[ast.expr | None]]:
    """All that the names of the module are bound to."""
    found: dict[str, list[ast.expr | None]] = {}
    for node in syntax.at_top(ast.Assign, ast.AnnAssign):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(node.value)
    return found


def _skips(nodes: tuple[ast.AST, ...], symbol: str, syntax: PythonSyntax) -> Iterator[ImportSkip]:
    for node in nodes:
        if isinstance(node, ast.Call) and syntax.name_of(node.func) == "pytest.importorskip" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield ImportSkip(line=node.lineno, modules=(first.value,), symbol=symbol)
        elif isinstance(node, ast.Try):
            yield from _from_handlers(node, symbol, syntax)


def _from_handlers(node: ast.Try, symbol: str, syntax: PythonSyntax) -> Iterator[ImportSkip]:
    modules = tuple(_imported(node.body))
    for handler in node.handlers:
        skip = skip_in(handler.body, syntax)
        names = {*caught(handler, syntax)} & {"ImportError", "ModuleNotFoundError"}
        if modules and skip is not None and (names or (is_broad(handler, syntax) and not symbol)):
            yield ImportSkip(line=getattr(skip, "lineno", handler.lineno), modules=modules, symbol=symbol)


def _imported(body: list[ast.stmt]) -> Iterator[str]:
    for node in own_nodes(body):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


PARSER = Parser(fact=PythonSkips, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
