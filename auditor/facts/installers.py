"""What a Python file defines to be installed, asked or called once, and which of such names it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "Installer", "Installers"]

_INSTALLS = frozenset({
    "add_middleware", "include_router", "add_exception_handler", "register_blueprint", "mount", "before_request", "after_request", "middleware", "exception_handler", "errorhandler", "instrument_app", "init_app",
    "add_event_handler", "on_event", "add_route", "add_api_route",
})  # fmt: skip
_APPS = frozenset({"app", "application", "server", "api", "fastapi_app", "flask_app", "asgi_app"})
_MIDDLEWARE = frozenset({"BaseHTTPMiddleware", "MiddlewareMixin", "Middleware"})
_GUARDS = pattern(
    r"(?i)^(?:require|verify|check|enforce|validate|ensure)_(?:\w+_)?(?:auth|admin|permissions?|roles?|token|api_key|jwt|csrf|rate_limits?|signature|scopes?|access|ip_allowed|quota)$"
)
_KEEPERS = pattern(
    r"(?:RateLimiter|Limiter|CircuitBreaker|Throttle|Throttler|CSRFProtect|Firewall|Authenticator|AuditLogger|Sanitizer|BruteForceProtection|IPBlocker)$"
)
_STARTS = pattern(
    r"(?i)^(?:init|initiali[sz]e|setup|set_up|configure|bootstrap|register|start|connect|load|enable)(?:_|$)"
)
_WANTED = pattern(
    r"(?i)(?:middleware|limiter|breaker|throttle|guard|firewall|logger|sanitizer|protection|protect|blocker|authenticator)s?$|"
    r"^_*(?:init|initiali[sz]e|setup|set_up|configure|bootstrap|register|start|connect|load|enable|install|attach|add|create|include|mount|wire|instrument|apply|use|require|verify|check|enforce|validate|ensure|get|build|make)_"
)
_MAKERS = frozenset(
    {"FastAPI", "Flask", "Starlette", "Quart", "Sanic", "Litestar", "Application", "Dash", "Robyn", "BlackSheep"}
)
_FACTORIES = frozenset(
    {"create_app", "make_app", "build_app", "get_app", "get_application", "create_application", "app_factory"}
)
_MOST_NAMES = 3000


@dataclass(frozen=True, slots=True, order=True)
class Installer:
    """A name that does nothing until somebody uses it: its line, and its kind.

    Kinds: `installs` (a function that puts things into an application), `middleware` (a class), `guard` (a function that refuses),
    `keeper` (an object that limits or records), `initializes` (a function that sets names of its module, the first of which is `sets`).
    """

    line: int
    name: str
    kind: str
    sets: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installers(Fact):
    """Of one file: what it defines and does not use itself, what it imports and never reads (with the line), and the names that it reads or spells out.

    `makes` where it makes an application that is served, at its top or in a function named for that.
    """

    kind: ClassVar[str] = "installers"
    found: tuple[Installer, ...]
    makes: bool
    idle: tuple[tuple[str, int], ...]
    named: str


def _parse(source: Source) -> Installers | None:
    syntax = syntax_of(source)
    read = _read(syntax)
    found = sorted(one for one in _defined(syntax) if one.name not in read) if source.file.role is Role.SHIPPED else []
    idle = sorted(_idle(syntax, read)) if not source.path.endswith("__init__.py") else []
    named = sorted(filter(_is_wanted, read))[:_MOST_NAMES]
    makes = _makes(syntax)
    if not (found or idle or named or makes):
        return None
    return Installers(found=tuple(found), makes=makes, idle=tuple(idle), named=" ".join(named))


def _read(syntax: PythonSyntax) -> set[str]:
    """The names that a file reads outside of what runs only when it is started alone, and those that it writes as texts."""
    apart = {id(node) for block in _alone(syntax) for node in subtree(block)}
    apart |= {id(node) for block in _listed(syntax) for node in subtree(block)}
    names = {
        one.id for one in nodes_of(syntax.tree, ast.Name) if isinstance(one.ctx, ast.Load) and id(one) not in apart
    }
    names |= {one.attr for one in nodes_of(syntax.tree, ast.Attribute) if id(one) not in apart}
    for one in nodes_of(syntax.tree, ast.Constant):
        if isinstance(one.value, str) and id(one) not in apart and " " not in one.value:
            names.add(one.value.replace(":", ".").rpartition(".")[2].removesuffix("()"))
    return names


@lru_cache(maxsize=4096)
def _is_wanted(name: str) -> bool:
    """Whether a name, also one that is spelled out in a text, is one that somebody may have to use."""
    return _WANTED.search(name) is not None


def _makes(syntax: PythonSyntax) -> bool:
    calls = [one.value for one in syntax.at_top(ast.Assign) if isinstance(one.value, ast.Call)]
    calls += [call for view in syntax.functions if view.name in _FACTORIES for call in view.calls]
    return any(last_name(one.func) in _MAKERS for one in calls)


def _alone(syntax: PythonSyntax) -> Iterator[ast.stmt]:
    """``if __name__ == "__main__":``."""
    for one in syntax.tree.body:
        if isinstance(one, ast.If) and any(
            isinstance(part, ast.Name) and part.id == "__name__" for part in own_nodes([one.test])
        ):
            yield one


def _listed(syntax: PythonSyntax) -> Iterator[ast.expr]:
    """What a module lists as its own: ``__all__``."""
    for one in syntax.at_top(ast.Assign):
        if last_name(one.targets[0]) == "__all__":
            yield one.value


def _idle(syntax: PythonSyntax, read: set[str]) -> Iterator[tuple[str, int]]:
    """The names that a file imports at its top and never reads, with the lines on which they stand."""
    for one in syntax.at_top(ast.ImportFrom):
        for part in one.names:
            if part.name != "*" and (part.asname or part.name) not in read and _is_wanted(part.name):
                yield part.name, part.lineno


def _defined(syntax: PythonSyntax) -> Iterator[Installer]:
    for view in syntax.functions:
        if view.owner is None and not view.nested and not view.is_test and not view.node.decorator_list:
            kind, sets = _kind(view, syntax)
            if kind:
                yield Installer(view.node.lineno, view.name, kind, sets)
    for node, qualified in syntax.classes:
        bases = {last_name(base) for base in node.bases}
        if (
            qualified == node.name
            and node.name.endswith("Middleware")
            and not node.decorator_list
            and bases & _MIDDLEWARE
        ):
            yield Installer(node.lineno, node.name, "middleware")
    for one in syntax.at_top(ast.Assign, ast.AnnAssign):
        target = one.targets[0] if isinstance(one, ast.Assign) else one.target
        if (
            isinstance(target, ast.Name)
            and isinstance(one.value, ast.Call)
            and _KEEPERS.search(last_name(one.value.func))
        ):
            yield Installer(one.lineno, target.id, "keeper")


def _kind(view: FunctionView, syntax: PythonSyntax) -> tuple[str, str]:
    """What a function is there for, and the first name of the module that it sets."""
    if _GUARDS.match(view.name):
        return "guard", ""
    given = _APPS.intersection(view.parameters[:2])
    if given and _installs(view, given):
        return "installs", ""
    sets = _sets(view, syntax) if _STARTS.match(view.name) else ""
    return ("initializes", sets) if sets else ("", "")


def _installs(view: FunctionView, given: frozenset[str]) -> bool:
    """Whether a function puts something into the application that it is given, also by the decorators of what it defines."""
    inner = [one for one in view.nodes if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    decorators = [part for one in inner for part in one.decorator_list]
    if any(_is_of(one.func if isinstance(one, ast.Call) else one, given) for one in decorators):
        return True
    return any(last_name(call.func) in _INSTALLS and _is_of(call.func, given) for call in view.calls)


def _is_of(node: ast.AST, given: frozenset[str]) -> bool:
    return isinstance(node, ast.Attribute) and last_name(node.value) in given


def _sets(view: FunctionView, syntax: PythonSyntax) -> str:
    """The first name of the module that begins as None, that a function sets, and that other functions read."""
    declared = [name for one in view.of(ast.Global) for name in one.names]
    if not declared:
        return ""
    empty = {
        last_name(one.targets[0] if isinstance(one, ast.Assign) else one.target)
        for one in syntax.at_top(ast.Assign, ast.AnnAssign)
        if isinstance(one.value, ast.Constant) and one.value.value is None
    }
    bound = {last_name(target) for one in view.of(ast.Assign) for target in one.targets}
    others = [one for one in syntax.functions if one is not view]
    elsewhere = {name for one in others for part in one.of(ast.Global) for name in part.names}
    read = {node.id for one in others for node in one.of(ast.Name)}
    return next((name for name in declared if name in empty & bound & read and name not in elsewhere), "")


PARSER = Parser(
    fact=Installers,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.EXAMPLE),
    parse=_parse,
)
