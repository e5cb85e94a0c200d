"""Commands that Python programs run: literal words given to subprocess and os, as a shell would see them."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import all_nodes
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "PythonCommand", "PythonCommands"]

_RUNNERS = frozenset(
    {
        "run",
        "call",
        "check_call",
        "check_output",
        "Popen",
        "system",
        "popen",
        "create_subprocess_exec",
        "create_subprocess_shell",
    }
)
_OWNERS = frozenset({"subprocess", "os", "asyncio", "sp"})
_ROOT_NAME = pattern(
    r"(?i)^_*(?:(?:project|repo|repository|base|top|source|code)_?)?(?:root|top|dir_root)(?:_?(?:dir|path|folder))?$|^_*(?:repo|project)(?:_?(?:dir|path|folder))?$"
)
_UNKNOWN = "${value}"
_MOST = 500
_MOST_WORDS = 60
_MOST_NODES = 200_000


@dataclass(frozen=True, slots=True)
class PythonCommand:
    """One command: its words (what is not literal keeps a ``$``), its line, and whether it runs in a folder that is not plainly the repository."""

    words: tuple[str, ...]
    line: int
    placed: bool


@dataclass(frozen=True, slots=True)
class PythonCommands(Fact):
    """The commands of one module, in the order of the text."""

    kind: ClassVar[str] = "python-commands"
    commands: tuple[PythonCommand, ...]


def _parse(source: Source) -> PythonCommands | None:
    if not any(word in source.text for word in ("subprocess", "os.system", "os.popen")):
        return None
    nodes = all_nodes(source.python)
    if len(nodes) > _MOST_NODES:
        return None
    calls = (node for node in nodes if isinstance(node, ast.Call) and _runs(node))
    found = [command for call in calls for command in _commands(call)][:_MOST]
    return PythonCommands(tuple(sorted(found, key=lambda one: one.line))) if found else None


def _runs(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _RUNNERS or not call.args:
        return False
    return isinstance(function.value, ast.Name) and function.value.id in _OWNERS


def _commands(call: ast.Call) -> Iterator[PythonCommand]:
    first = call.args[0]
    if isinstance(first, ast.List | ast.Tuple):
        words = tuple(_text(one) for one in first.elts[:_MOST_WORDS])
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "create_subprocess_exec":
        words = tuple(_text(one) for one in call.args[:_MOST_WORDS])
    else:
        words = _split(_text(first))
    if words:
        yield PythonCommand(
            words, first.lineno, any(one.arg == "cwd" and not _is_root(one.value) for one in call.keywords)
        )


def _is_root(node: ast.expr) -> bool:
    """Whether a folder is the repository itself, by the name of the variable that holds it."""
    while isinstance(node, ast.Call) and node.args:  # ``str(ROOT)``
        node = node.args[0]
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return _ROOT_NAME.search(name) is not None


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute) and node.attr == "executable":
        return "python"  # sys.executable
    return _UNKNOWN


def _split(text: str) -> tuple[str, ...]:
    if "\n" in text or any(sign in text for sign in "|;&<>`"):
        return ()
    try:
        return tuple(shlex.split(text))[:_MOST_WORDS]
    except ValueError:
        return ()


PARSER = Parser(
    fact=PythonCommands,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
