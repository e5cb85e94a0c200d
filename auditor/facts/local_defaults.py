"""Fields of typed settings that point at the machine itself where nobody gives them a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.names_python import settings_prefix
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import nodes_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "LocalDefault", "LocalDefaults", "SettingsClass"]

_LOCAL = pattern(
    r"(?i)^(?:[a-z][a-z0-9+.\-]{1,20}://(?:[^\"'@/]{0,120}@)?)?(?:localhost|127\.0\.0\.1)(?::\d+)?(?:[/?].*)?$"
)
_PLACES = pattern(r"(?i)(?:^|_)(?:host|hostname|url|uri|dsn|server|servers|endpoint|broker|brokers|address)$")
_OWN = pattern(
    r"(?i)^(?:(?:bind|listen|server|api|app|http|web|service|metrics)_?)?(?:host|address)$|bind|listen|public|self|frontend|callback|redirect|cors|origin|agent|otel|statsd|proxy|debug|dev|test|local"
)
"""Fields for the address that the program itself takes, for what people call it by, and for what runs beside it on each machine."""
_MADE = frozenset(
    {
        "Field",
        "SecretStr",
        "AnyUrl",
        "AnyHttpUrl",
        "HttpUrl",
        "PostgresDsn",
        "RedisDsn",
        "AmqpDsn",
        "KafkaDsn",
        "MongoDsn",
    }
)
_JUDGES = pattern(r"(?i)\bif\b.*\b(?:localhost|127\.0\.0\.1)\b|\b(?:localhost|127\.0\.0\.1)[\"']?\s+in\b")


@dataclass(frozen=True, slots=True, order=True)
class LocalDefault:
    """The name that the environment has for a field, its line, and the default."""

    name: str
    line: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsClass:
    """The names of all fields of a class of settings, and those whose default is on this machine."""

    fields: tuple[str, ...]
    local: tuple[LocalDefault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDefaults(Fact):
    """The classes of settings of a module that have such a field."""

    kind: ClassVar[str] = "local-defaults"
    classes: tuple[SettingsClass, ...]


def _parse(source: Source) -> LocalDefaults | None:
    text = source.text
    if "BaseSettings" not in text or ("localhost" not in text and "127.0.0.1" not in text):
        return None
    if any(_JUDGES.search(line) and " not in " not in line for line in source.lines):
        return None  # the program looks for it itself
    try:
        found = tuple(one for node in nodes_of(source.python, ast.ClassDef) for one in _class(node))
    except ParseFailure:
        return None  # the parser of modules reports it
    return LocalDefaults(classes=found) if found else None


def _class(node: ast.ClassDef) -> Iterator[SettingsClass]:
    prefix = settings_prefix(node)
    if prefix is None:
        return
    fields = [
        (field, f"{prefix}{field.target.id}".upper(), field.target.id)
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    ]
    local = tuple(
        LocalDefault(name, field.lineno, value)
        for field, name, own in fields
        if _PLACES.search(own) and not _OWN.search(own) and (value := _default(field.value)) and _LOCAL.search(value)
    )
    if local:
        yield SettingsClass(fields=tuple(name for _, name, _ in fields), local=local)


def _default(node: ast.expr | None) -> str:
    if isinstance(node, ast.Call):
        given = next((one.value for one in node.keywords if one.arg == "default"), node.args[0] if node.args else None)
        node = given if last_name(node.func) in _MADE else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.PYTHON and file.role is Role.SHIPPED


PARSER = Parser(fact=LocalDefaults, accepts=_accepts, parse=_parse)
