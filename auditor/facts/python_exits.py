"""Python programs that end with success whatever they find: the whole of them, or single sub-commands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.operational_python import entry_block, started_functions
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, all_nodes, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "GivenAway", "PythonExits", "is_zero"]

_EXITS = frozenset({"sys.exit", "exit", "quit", "os._exit", "SystemExit", "os.abort", "os.kill", "ctx.exit", "typer.Exit", "click.exceptions.Exit"})  # fmt: skip
_RUNNERS = frozenset({"pytest.main", "unittest.main", "os.execvp", "os.execv", "uvicorn.run"})
"""What takes the program over, and ends it with a status of its own."""
_RAISING = frozenset({"check_call", "check_output", "raise_for_status", "check_returncode"})
_FILE = pattern(r"^[\w./-]*\w\.(?:json|xml|txt|md|csv|html|ya?ml|sarif)$")
_MOST = 100


@dataclass(frozen=True, slots=True, order=True)
class GivenAway:
    """A result that the function started by the program gives back, and that nobody takes."""

    line: int
    end_line: int
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonExits(Fact):
    """How one program ends.

    `silent` where nothing in it but a crash ends it with a failure; `commands` are those of its sub-commands that
    always give 0. `given` are results that go to nobody, `files` the reports that it names.
    """

    kind: ClassVar[str] = "python-exits"
    silent: bool
    commands: tuple[str, ...]
    given: tuple[GivenAway, ...]
    files: tuple[str, ...]


def _parse(source: Source) -> PythonExits | None:
    block = entry_block(source.python) if "__name__" in source.text else []
    if not block:
        return None
    syntax = syntax_of(source)
    silent = not any(True for _ in _ways_to_fail(source.python, syntax)) and _is_own(block, syntax)
    commands = () if silent else tuple(sorted(set(_zero_commands(syntax))))
    if not silent and not commands:
        return None
    given = tuple(sorted(_given_away(block, syntax))) if silent else ()
    texts = (one.value for one in all_nodes(source.python) if isinstance(one, ast.Constant))
    files = sorted({one for one in texts if isinstance(one, str) and _FILE.search(one)})
    return PythonExits(silent=silent, commands=commands, given=given, files=tuple(files[:_MOST]))


def _ways_to_fail(tree: ast.Module, syntax: PythonSyntax) -> Iterator[ast.AST]:
    """What may end the program with a status other than 0, or let an error through to its end."""
    caught = _caught(tree)
    for node in all_nodes(tree):
        if isinstance(node, ast.Raise | ast.Assert):
            yield node
        elif isinstance(node, ast.Call):
            name = syntax.name_of(node.func)
            ends = name in _EXITS and not (len(node.args) <= 1 and all(is_zero(one) for one in node.args))
            raises = last_name(node.func) in _RAISING or any(_is_checked(one) for one in node.keywords)
            if ends or name in _RUNNERS or (raises and id(node) not in caught):
                yield node


def _is_checked(keyword: ast.keyword) -> bool:
    return keyword.arg == "check" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _caught(tree: ast.Module) -> set[int]:
    """The nodes within blocks whose errors are caught."""
    tries = (one for one in all_nodes(tree) if isinstance(one, ast.Try) and one.handlers)
    return {id(inner) for one in tries for inner in own_nodes(one.body)}


def is_zero(node: ast.expr | None) -> bool:
    """Whether an expression is the literal 0, as the status of success is written."""
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _is_own(block: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether the block starts functions of the file, and no others that it takes from elsewhere."""
    own = {view.name for view in syntax.functions} | {node.name for node, _ in syntax.classes}
    called = {
        last_name(one.func) for one in own_nodes(block) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
    }
    return (
        bool(called & own) and bool(started_functions(block, syntax)) and called <= own | {"print", "int", "len", "str"}
    )


def _given_away(block: list[ast.stmt], syntax: PythonSyntax) -> Iterator[GivenAway]:
    """``main()`` on a line of its own, where the function ends with ``return report``."""
    started = {view.name: view for view in started_functions(block, syntax)}
    for one in block:
        call = one.value if isinstance(one, ast.Expr) else None
        if isinstance(call, ast.Call) and syntax.name_of(call.func) == "asyncio.run" and call.args:
            call = call.args[0]
        view = started.get(last_name(call.func)) if isinstance(call, ast.Call) else None
        last = view.body[-1] if view is not None and view.body else None
        if view is not None and isinstance(last, ast.Return) and not isinstance(last.value, ast.Constant | None):
            yield GivenAway(last.lineno, last.end_lineno or last.lineno, view.name)


def _zero_commands(syntax: PythonSyntax) -> Iterator[str]:
    """``if args.command == "health": return health(...)``, where the function gives nothing but 0."""
    zero = {view.name for view in syntax.functions if not view.nested and _gives_only_zero(view)}
    for view in syntax.functions if zero else ():
        for node in view.of(ast.If):
            match node:
                case ast.If(
                    test=ast.Compare(
                        left=ast.Attribute(), ops=[ast.Eq()], comparators=[ast.Constant(value=str() as name)]
                    ),
                    body=[ast.Return(value=ast.Call(func=function)) | ast.Expr(value=ast.Call(func=function))],
                ) if last_name(function) in zero:
                    yield name
                case _:
                    continue


def _gives_only_zero(view: FunctionView) -> bool:
    return bool(view.returns) and all(is_zero(one.value) for one in view.returns) and not view.of(ast.Raise, ast.Assert)


PARSER = Parser(
    fact=PythonExits,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.TEST),
    parse=_parse,
)
