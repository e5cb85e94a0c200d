"""The names that a Python module so much as mentions: whoever asks whether anything uses a function looks here."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import nodes_of, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "PythonMentions", "is_telling"]

_RECORDS = frozenset(
    {
        "labels",
        "inc",
        "dec",
        "set",
        "observe",
        "time",
        "info",
        "state",
        "set_function",
        "set_to_current_time",
        "track_inprogress",
        "count_exceptions",
    }
)
MOST_NAMES = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonMentions(Fact):
    """`names` are those that are read in a module, or written out as a text outside of its ``__all__``, joined by blanks; only what `is_telling`.

    `recorded` are those on which a method of a metric is called.
    """

    kind: ClassVar[str] = "python-mentions"
    names: str
    recorded: tuple[str, ...] = ()


def is_telling(name: str) -> bool:
    """Whether a name has several words: of others, chance mentions are too many."""
    return "_" in name.strip("_")


def _parse(source: Source) -> PythonMentions | None:
    tree = syntax_of(source).tree
    found = {node.id for node in nodes_of(tree, ast.Name) if isinstance(node.ctx, ast.Load)}
    found |= {node.attr for node in nodes_of(tree, ast.Attribute) if isinstance(node.ctx, ast.Load)}
    listed = {id(node) for part in tree.body if _is_list_of_own(part) for node in subtree(part)}
    texts = {
        node.value for node in nodes_of(tree, ast.Constant) if isinstance(node.value, str) and id(node) not in listed
    }
    found |= {text for text in texts if text.isidentifier()}
    names = sorted(name for name in found if is_telling(name))[:MOST_NAMES]
    recorded = tuple(sorted({name for call in nodes_of(tree, ast.Call) if (name := _recorded(call))}))
    return PythonMentions(names=" ".join(names), recorded=recorded) if names else None


def _is_list_of_own(statement: ast.stmt) -> bool:
    """``__all__ = [...]``: a module that lists what it hands on uses none of it."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return any(last_name(one) == "__all__" for one in targets)


def _recorded(call: ast.Call) -> str:
    """``x`` of ``x.inc()``, ``a.x.labels(...)`` and their like; empty for other calls."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _RECORDS:
        return ""
    return last_name(call.func.value)


PARSER = Parser(
    fact=PythonMentions,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.EXAMPLE),
    parse=_parse,
)
