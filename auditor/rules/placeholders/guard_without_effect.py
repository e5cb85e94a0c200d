"""AUD118: a guard, lock or wrapper that guards nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PROMISES = pattern(
    r"(?i)lock|freez|frozen|maintenance|transaction|atomic|quiesc|drain|isolat|guard|lease|exclusive|read_?only|rate_?limit|throttl|budget|time_?out|deadline|sandbox|"
    r"savepoint|snapshot|circuit|breaker|retr(?:y|ies)|idempot|leader|bulkhead|fallback|permission|authori[sz]|authenticat|requires?_|audit|verif|validat|sanitiz|cached?(?:_|$)|memoi|"
    r"saniti[sz]e|encrypt|secured?(?:_|$)|protect|rollback|fence|quarantin|blackout|window|backpressure|semaphore|mutex|concurrency|limit"
)
_HONEST = pattern(
    r"(?i)null|no_?op|dummy|fake|mock|stub|test|identity|pass_?through|compat|log|trace|announce|section|banner|print|example|abstract|base|register|mark|deprecat|hook|unlimited|without|disable|skip"
)
_SAYS_SO = pattern(
    r"(?i)no-?op|does nothing|unchanged|as is|marker|only marks|for documentation|placeholder for|identity"
)
_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})
_ENTRY, _EXIT = frozenset({"__enter__", "__aenter__"}), frozenset({"__exit__", "__aexit__"})


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _promises(view):
            continue
        if (
            _guards_nothing(view, syntax)
            or _hands_back(view, syntax)
            or _only_calls(view, syntax)
            or _enters_nothing(view, syntax)
        ):
            message = f"{view.name} promises to guard what it is put around, and lets it run as it is."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _promises(view: FunctionView) -> bool:
    """Whether the name, or the first line of the documentation, promises that something is limited, held or checked."""
    outer = view.owner.name if view.owner is not None and view.name in _ENTRY else view.qualified
    said = view.docstring.strip().partition("\n")[0]
    if _HONEST.search(outer) or _SAYS_SO.search(view.docstring):
        return False
    return _PROMISES.search(outer) is not None or _PROMISES.search(said) is not None


def _guards_nothing(view: FunctionView, syntax: PythonSyntax) -> bool:
    """A context manager that only talks around its ``yield``."""
    made = {last_name(one) for one in view.node.decorator_list}
    return (
        bool(made & _MANAGERS)
        and _only_yields(view.body, syntax)
        and any(is_talk(one, syntax) for one in _flat(view.body))
    )


def _only_yields(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    return all(is_talk(one, syntax) or _yields(one) or isinstance(one, ast.Pass) for one in _flat(body))


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements with those of a ``try`` without handlers in its place."""
    found: list[ast.stmt] = []
    for one in body:
        found += [*one.body, *one.finalbody] if isinstance(one, ast.Try) and not one.handlers else [one]
    return found


def _yields(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Yield) and isinstance(value.value, ast.Constant | ast.Name | None)


def _hands_back(view: FunctionView, syntax: PythonSyntax) -> bool:
    """A decorator that gives back the function which it is given."""
    *before, last = view.body or [ast.Pass()]
    value = last.value if isinstance(last, ast.Return) else None
    given = view.parameters[:1]
    conditional = view.owner is None and not view.nested and view.node.col_offset > 0  # for want of a library
    if conditional or view.owner is not None or not isinstance(value, ast.Name) or value.id not in given:
        return False
    called = value.id in (
        "function",
        "func",
        "fn",
        "f",
        "wrapped",
        "method",
        "handler",
        "view",
        "callable",
        "target",
        "coro",
        "endpoint",
    )
    return called and all(is_talk(one, syntax) for one in before)


def _only_calls(view: FunctionView, syntax: PythonSyntax) -> bool:
    """The inner function of a decorator, which only calls what is decorated."""
    if not view.nested or not {"args", "kwargs"} <= set(view.parameters) or not view.body:
        return False
    *before, last = view.body
    value = last.value if isinstance(last, ast.Return) else None
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id in view.parameters:
        return False
    passed = [one.value for one in call.args if isinstance(one, ast.Starred)]
    return bool(passed) and len(call.args) == 1 and all(is_talk(one, syntax) for one in before)


def _enters_nothing(view: FunctionView, syntax: PythonSyntax) -> bool:
    """``__enter__`` and ``__exit__`` of a guard, both of which only talk."""
    if view.owner is None or view.name not in _ENTRY or view.owner.bases:
        return False
    exits = [one for one in syntax.functions if one.owner is view.owner and one.name in _EXIT]
    idle = len(exits) == 1 and all(_is_idle(one, syntax) for one in (view, *exits))
    return idle and any(is_talk(one, syntax) for one in view.body)


def _is_idle(view: FunctionView, syntax: PythonSyntax) -> bool:
    return all(is_talk(one, syntax) or isinstance(one, ast.Pass) or _returns_plainly(one) for one in view.body)


def _returns_plainly(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Return) and isinstance(statement.value, ast.Name | ast.Constant | None)


RULE = Rule(
    id="AUD118",
    name="guard-without-effect",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every lock, freeze, limit and wrapper hold what it promises to hold?",
    why="`with change_freeze():` that logs 'freeze on' and 'freeze off' freezes nothing, and `@rate_limited(60)` that only calls the function limits nothing: whoever reads the code counts on both.",
    limits=(
        "Judged are context managers of which nothing but talk stands around the `yield`, objects whose entry and exit only talk, decorators that give back their function, and wrappers that "
        "only call it, where name or documentation promise a lock, limit, freeze, permission, retry or the like. Stand-ins for a library that is missing are left alone."
    ),
    fix="Take the lock, count the calls, ask for the permission; raise NotImplementedError until then.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a freeze, a lock and a limit in words only",
            files={
                "ops/guards.py": (
                    "from contextlib import asynccontextmanager\n\n\n@asynccontextmanager\nasync def change_freeze(reason):\n    log.info('freeze on: %s', reason)\n    try:\n        yield\n    finally:\n        log.info('freeze off')\n\n\n"
                    'def exclusive(function):\n    """Runs under the deployment lock."""\n    return function\n\n\n'
                    "def rate_limited(per_minute):\n    def wrap(function):\n        async def inner(*args, **kwargs):\n            return await function(*args, **kwargs)\n\n        return inner\n\n    return wrap\n\n\n"
                    "class MaintenanceWindow:\n    def __enter__(self):\n        log.info('maintenance begins')\n        return self\n\n    def __exit__(self, kind, error, trace):\n        log.info('maintenance ends')\n"
                )
            },
            found=("ops/guards.py:13", "ops/guards.py:20", "ops/guards.py:29", "ops/guards.py:5"),
        ),
        Example(
            title="guards that hold, and wrappers that promise nothing",
            files={
                "ops/guards.py": (
                    "from contextlib import asynccontextmanager\n\n\n@asynccontextmanager\nasync def change_freeze(api, reason):\n    await api.freeze(reason)\n    try:\n        yield\n    finally:\n        await api.thaw()\n\n\n"
                    "def rate_limited(limiter):\n    def wrap(function):\n        async def inner(*args, **kwargs):\n            await limiter.acquire()\n            return await function(*args, **kwargs)\n\n        return inner\n\n    return wrap\n\n\n"
                    "def registered(function):\n    return function\n\n\n"
                    "try:\n    from cachetools import cached\nexcept ImportError:\n    def cached(function):\n        return function\n"
                )
            },
        ),
    ),
    check_file=_check,
)
