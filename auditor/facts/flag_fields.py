"""Fields that start as good, what sets them, and the guards that rest on them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_checks import fails, refuses
from auditor.facts.python_names import last_name
from auditor.facts.python_records import is_record
from auditor.facts.python_syntax import PythonSyntax, nodes_of, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "FlagField", "FlagFields", "FlagGuard"]

_FLAG = pattern(
    r"^(?:is_|has_)?(?:active|healthy|valid|verified|passed|ok|success|successful|authori[sz]ed|authenticated|approved|trusted|consistent|compliant|ready|alive|intact|allowed)$"
)
_BASES = frozenset({"BaseModel", "NamedTuple", "Struct"})
_LONGEST = 40
"""No name of a flag is as long."""
_SWITCHES = pattern(
    r"(?i)config|setting|option|param|policy|feature|flag|args|request|payload|schema|create|update|input|dto|form|preferences|table|base"
)


@dataclass(frozen=True, slots=True, order=True)
class FlagField:
    """A field of a class made of fields that is True unless somebody says otherwise."""

    owner: str
    name: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class FlagGuard:
    """A condition on such an attribute, whose branch refuses."""

    name: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class FlagFields(Fact):
    """Of one file: `told` are the names of flags that it sets or names as texts, `made` the classes that it makes by name.

    `opened` are the classes that it makes of what comes from outside.
    """

    kind: ClassVar[str] = "flag-fields"
    fields: tuple[FlagField, ...]
    guards: tuple[FlagGuard, ...]
    told: tuple[str, ...]
    made: tuple[str, ...]
    opened: tuple[str, ...]


def _parse(source: Source) -> FlagFields | None:
    syntax = syntax_of(source)
    fields = tuple(sorted(_fields(syntax)))
    guards = tuple(sorted(set(_guards(syntax))))
    told = tuple(sorted(set(_told(syntax, set(_definitions(syntax))))))
    opened = tuple(sorted(set(_opened(syntax))))
    made = tuple(
        sorted({last_name(one.func) for one in nodes_of(syntax.tree, ast.Call) if last_name(one.func)[:1].isupper()})
    )
    if not (fields or guards or told or opened or made):
        return None
    return FlagFields(fields, guards, told, made, opened)


def _definitions(syntax: PythonSyntax) -> Iterator[int]:
    """The statements that define a flag as good, by identity: they set nothing else."""
    for node, _ in syntax.classes:
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.value, ast.Constant) and one.value.value is True:
                yield id(one.target)


def _fields(syntax: PythonSyntax) -> Iterator[FlagField]:
    for node, _ in syntax.classes:
        if _SWITCHES.search(node.name) or not is_record(node, _BASES):
            continue
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.value, ast.Constant) and one.value.value is True:
                name = last_name(one.target)
                if _FLAG.search(name):
                    yield FlagField(node.name, name, one.lineno)


def _guards(syntax: PythonSyntax) -> Iterator[FlagGuard]:
    """``if not user.is_active: raise``."""
    for view in syntax.functions:
        for node in view.of(ast.If):
            match node.test:
                case ast.UnaryOp(op=ast.Not(), operand=ast.Attribute(attr=name)) if _FLAG.search(name):
                    if fails(node.body, syntax) or refuses(node.body):
                        yield FlagGuard(name, node.lineno, view.qualified)
                case _:
                    continue


def _told(syntax: PythonSyntax, definitions: set[int]) -> Iterator[str]:
    """Names of flags that are stored, given by keyword, written as a text, or defined in any other way."""
    names = [one.attr for one in nodes_of(syntax.tree, ast.Attribute) if isinstance(one.ctx, ast.Store)]
    names += [one.arg or "" for one in nodes_of(syntax.tree, ast.keyword)]
    names += [one.value for one in nodes_of(syntax.tree, ast.Constant) if isinstance(one.value, str)]
    stored = [one for one in nodes_of(syntax.tree, ast.Name) if isinstance(one.ctx, ast.Store)]
    names += [one.id for one in stored if id(one) not in definitions]
    yield from (name for name in names if len(name) < _LONGEST and _FLAG.search(name))
    yield from (view.name for view in syntax.functions if _FLAG.search(view.name))


def _opened(syntax: PythonSyntax) -> Iterator[str]:
    """Classes whose objects are made of tables, and those that a route takes as they come."""
    for call in nodes_of(syntax.tree, ast.Call):
        if any(one.arg is None for one in call.keywords) or any(isinstance(one, ast.Starred) for one in call.args):
            yield last_name(call.func)
        if isinstance(call.func, ast.Attribute) and call.func.attr.startswith(
            ("model_validate", "parse_", "from_", "validate", "model_construct", "load")
        ):
            yield last_name(call.func.value)
        for one in call.args:  # `decode(data, User)`
            if isinstance(one, ast.Name) and one.id[:1].isupper():
                yield one.id
    for view in syntax.functions:
        if not view.node.decorator_list:
            continue
        for given in (*view.node.args.args, *view.node.args.kwonlyargs):
            if given.annotation is not None:
                yield from (part.id for part in subtree(given.annotation) if isinstance(part, ast.Name))


PARSER = Parser(
    fact=FlagFields,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
