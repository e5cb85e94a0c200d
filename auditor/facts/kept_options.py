"""Options that constructors take and keep, and which attributes a file reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, nodes_of, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "KeptOption", "KeptOptions"]

_PROMISES = pattern(
    r"(?i)^_*(?:(?:use|enable|require|allow|allowed|blocked|verify|validate|encrypt|compress|persist|retry|auto|enforce|max|min|rate_limit|ssl|audit)_\w+|"
    r"\w*(?:timeout|retries|ttl|limit|threshold|whitelist|blacklist|allowlist|denylist|quota|budget|retention|cooldown|concurrency|interval|backoff|https_only|enabled|dry_run|strict)|"
    r"\w*(?:timeout|retention|ttl|cooldown|interval|backoff|window)_(?:ms|s|sec|seconds|minutes|hours|days)|(?:batch|pool|cache|queue)_size)$"
)
_BASES = frozenset({"object", "ABC", "BaseHTTPMiddleware", "Generic", "Protocol", "MiddlewareMixin"})
_WHOLE = pattern(r"\b(?:asdict|vars|__dict__|getattr|model_dump|__slots__|attrgetter|locals)\b")
"""How objects are read as a whole, or by a name that is made up on the way."""
_APART = pattern(
    r"(?i)mock|fake|stub|dummy|base|abstract|interface|protocol|config|settings|options|params?$|error|exception|event|record|request|response|spec$|schema|result"
)
_MOST = 3000


@dataclass(frozen=True, slots=True, order=True)
class KeptOption:
    """An attribute in which the constructor of a class keeps what it is given under a telling name."""

    line: int
    name: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOptions(Fact):
    """Of one file: the options that it keeps and does not read itself, and the attributes with telling names that it reads or spells out, joined by blanks."""

    kind: ClassVar[str] = "kept-options"
    kept: tuple[KeptOption, ...]
    read: str


def _parse(source: Source) -> KeptOptions | None:
    syntax = syntax_of(source)
    read = {one.attr for one in nodes_of(syntax.tree, ast.Attribute) if isinstance(one.ctx, ast.Load)}
    read |= {
        one.value
        for one in nodes_of(syntax.tree, ast.Constant)
        if isinstance(one.value, str) and one.value.isidentifier()
    }
    shipped = bool(syntax.classes) and source.file.role is Role.SHIPPED and not _WHOLE.search(source.text)
    kept = tuple(sorted({one for one in _kept(syntax) if one.name not in read})) if shipped else ()
    names = sorted(filter(_promises, read))[:_MOST]
    return KeptOptions(kept=kept, read=" ".join(names)) if kept or names else None


@lru_cache(maxsize=4096)
def _promises(name: str) -> bool:
    """Whether a name tells what an option is to bring about."""
    return _PROMISES.search(name) is not None


def _kept(syntax: PythonSyntax) -> Iterator[KeptOption]:
    own = {node.name for node, _ in syntax.classes}
    for node, _ in syntax.classes:
        if _APART.search(node.name) or {last_name(base) for base in node.bases} - _BASES - own or node.keywords:
            continue
        for part in node.body:
            if isinstance(part, ast.FunctionDef) and part.name == "__init__" and _is_plain(node):
                yield from _stored(part, node.name)


def _is_plain(node: ast.ClassDef) -> bool:
    """Whether a class has a method besides its constructor: of others the attributes are for whoever holds an object."""
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return not node.decorator_list and any(not one.name.startswith("__") or one.name == "__call__" for one in methods)


def _stored(init: ast.FunctionDef, owner: str) -> Iterator[KeptOption]:
    """``self.limit = limit``, ``self._hosts = hosts or []``."""
    given = {one.arg for one in (*init.args.args, *init.args.kwonlyargs)} - {"self"}
    for node in subtree(init):
        target = (
            node.targets[0]
            if isinstance(node, ast.Assign)
            else node.target
            if isinstance(node, ast.AnnAssign)
            else None
        )
        if not isinstance(target, ast.Attribute) or last_name(target.value) != "self" or not _promises(target.attr):
            continue
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        first = value.values[0] if isinstance(value, ast.BoolOp) else value
        if isinstance(first, ast.Name) and first.id in given:
            yield KeptOption(target.lineno, target.attr, owner)


PARSER = Parser(
    fact=KeptOptions,
    accepts=lambda file: file.language is Language.PYTHON,
    parse=_parse,
)
