"""Which sub-commands the command lines of Python programs have: argparse, click, typer."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import dotted, nodes_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "CliCommands"]

_SUFFIXES = ("_command", "_cmd", "_group", "_grp")
_WORDS = ("add_parser", "choices", ".command", ".group", "add_typer", "add_command", "sys.argv", "fire.Fire", "docopt")


@dataclass(frozen=True, slots=True, kw_only=True)
class CliCommands(Fact):
    """`names` are the sub-commands at any level; `open` where some come from elsewhere or are told at run time."""

    kind: ClassVar[str] = "cli-commands"
    names: frozenset[str]
    open: bool


def _parse(source: Source) -> CliCommands | None:
    if not any(word in source.text for word in _WORDS):
        return None
    try:
        tree = source.python
    except ParseFailure:
        return None  # whether Python is broken is not this fact's question
    names: set[str] = set()
    is_open = "sys.argv" in source.text or "fire.Fire" in source.text or "docopt" in source.text
    calls = nodes_of(tree, ast.Call)
    for call in calls:
        found = _of_call(call)
        names |= {one for one in found if one}
        is_open = is_open or "" in found
    if not names and not is_open:
        names |= _first_choices(calls)
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [
        *nodes_of(tree, ast.FunctionDef),
        *nodes_of(tree, ast.AsyncFunctionDef),
    ]
    for function in functions:
        for decorator in function.decorator_list:
            names |= set(_of_decorator(decorator, function.name))
    return CliCommands(names=frozenset(names), open=is_open) if names or is_open else None


def _of_call(call: ast.Call) -> set[str]:
    """The names that a call adds; an empty one where they cannot be told."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {one.arg: one.value for one in call.keywords}
    if name == "add_parser":
        aliases = given.get("aliases")
        more = aliases.elts if isinstance(aliases, ast.List | ast.Tuple) else [aliases] if aliases else []
        return {_literal(one) for one in (*call.args[:1], *more)} or {""}
    if name in ("add_typer", "add_command"):
        named = given.get("name") or (call.args[1] if len(call.args) > 1 else None)
        return {_literal(named)} if named is not None else {""}
    if name in ("load_commands", "add_subcommands", "register_commands") or "commands" in given:
        return {""}
    return set()


def _first_choices(calls: Sequence[ast.Call]) -> set[str]:
    """What the first argument without a dash may be, where it has choices: ``add_argument("action", choices=["backup"])``."""
    parsers = [
        one
        for one in calls
        if isinstance(one.func, ast.Name | ast.Attribute) and last_name(one.func) == "ArgumentParser"
    ]
    added = [
        one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr == "add_argument" and one.args
    ]
    plain = sorted((one for one in added if not _literal(one.args[0]).startswith("-")), key=lambda one: one.lineno)
    choices = next((one.value for one in plain[0].keywords if one.arg == "choices"), None) if plain else None
    if len(parsers) != 1 or not isinstance(choices, ast.List | ast.Tuple):
        return set()
    words = {_literal(one) for one in choices.elts}
    return set() if "" in words else words


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _of_decorator(decorator: ast.expr, function: str) -> Iterator[str]:
    call = decorator if isinstance(decorator, ast.Call) else None
    name = dotted(call.func if call else decorator, {}).rpartition(".")[2]
    if name not in ("command", "group"):
        return
    given = [one.value for one in call.keywords if one.arg == "name"] if call else []
    literal = next((_literal(one) for one in (*(call.args[:1] if call else ()), *given) if _literal(one)), "")
    if literal:
        yield literal
        return
    plain = function.lower().replace("_", "-")
    yield plain
    yield from (plain.removesuffix(end.replace("_", "-")) for end in _SUFFIXES)


PARSER = Parser(fact=CliCommands, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
