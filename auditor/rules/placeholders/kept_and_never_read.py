"""AUD168: all that an operation does is to keep something that nobody reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.kept_options import KeptOptions
from auditor.facts.own_attributes import Attribute, own_attributes
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, syntax_of
from auditor.facts.python_talk import is_sleep, said_by
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LIFE = pattern(
    r"(?i)^__|^_*(?:set_up|setup|init|reset|clear|close|stop|shutdown|start|connect|disconnect|configure|attach|detach|bind|on|set_logger|debug|trace|log)(?:_|$)|callback|listener|handler|hook|event|record|cache"
)
_PLAIN = pattern(
    r"(?i)mock|fake|stub|dummy|null|noop|test|spy|double|simulat|config|settings|options|mixin|base|abstract"
)
_DECORATED = pattern(r"abstract|overload|override|fixture|property|setter|hook|event|listener")
_WHOLE = frozenset({"vars", "asdict", "__dict__", "getattr", "pickle", "dumps", "copy", "deepcopy", "__slots__"})
"""What reads all attributes of an object at once."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    unread = {name: one for name, one in own_attributes(syntax).items() if not one.read and (one.filled or one.bound)}
    kept = source.fact(KeptOptions)
    for one in kept.kept if kept is not None else ():
        unread.pop(one.name, None)  # an option that the constructor takes: of it speaks AUD908
    if not unread or _reads_whole(syntax):
        return
    texts = {one.value for one in nodes_of(syntax.tree, ast.Constant) if isinstance(one.value, str)}
    bases = {last_name(base) for node, _ in syntax.classes for base in node.bases}
    for view in syntax.functions:
        if _may_operate(view, bases):
            name = _only_keeps(view, unread, syntax)
            if name is not None and name not in texts:
                message = f"{view.name} does nothing but keep `{name}`, which nobody reads."
                yield Hit(
                    source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified
                )


def _reads_whole(syntax: PythonSyntax) -> bool:
    names = {one.id for one in nodes_of(syntax.tree, ast.Name)} | {
        one.attr for one in nodes_of(syntax.tree, ast.Attribute)
    }
    return bool(names & _WHOLE)


def _may_operate(view: FunctionView, bases: set[str]) -> bool:
    """Whether a method of a class that stands alone is asked to do something with what it is given."""
    if view.owner is None or view.is_test or not view.parameters or _LIFE.search(view.name):
        return False
    if view.owner.bases or view.owner.name in bases or _PLAIN.search(view.owner.name):
        return False
    return not any(_DECORATED.search(ast.unparse(one)[:80]) for one in view.node.decorator_list)


def _only_keeps(view: FunctionView, unread: dict[str, Attribute], syntax: PythonSyntax) -> str | None:
    """The attribute that a method puts something into, where all its other statements talk, wait or end."""
    kept = [name for one in view.body if (name := _keeps(one, unread)) is not None]
    rest = [one for one in view.body if _keeps(one, unread) is None]
    idle = all(said_by(one, syntax) or is_sleep(one, syntax) or _ends(one) for one in rest)
    return kept[0] if kept and idle else None


def _keeps(statement: ast.stmt, unread: dict[str, Attribute]) -> str | None:
    """The unread attribute that a statement binds or fills with plain values."""
    match statement:
        case ast.Assign(targets=[target], value=value) if not _works(value):
            held = target.value if isinstance(target, ast.Subscript) else target
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=held), args=args)) if not any(map(_works, args)):
            pass
        case _:
            return None
    own = isinstance(held, ast.Attribute) and isinstance(held.value, ast.Name) and held.value.id == "self"
    return held.attr if own and isinstance(held, ast.Attribute) and held.attr in unread else None


def _works(value: ast.expr) -> bool:
    return any(isinstance(one, ast.Await | ast.Call | ast.Yield) for one in ast.walk(value))


def _ends(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Return) and isinstance(statement.value, ast.Constant | ast.Name | None)
    )


RULE = Rule(
    id="AUD168",
    name="kept-and-never-read",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is what an operation keeps also read by somebody?",
    why="`shift_traffic` notes the share in a table of its own, and no line reads that table: no request goes another way.",
    limits="Judged are methods with parameters, of classes that stand alone, which only put plain values into a private attribute that their file never reads, and talk or wait.",
    fix="Hand the value to what acts on it, or read it where it should count; raise NotImplementedError until then.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python", "kept-options"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="shares that nobody looks at, a limit that nobody keeps to, a list of the blocked",
            files={
                "ops/canary.py": (
                    "class Canary:\n    def __init__(self):\n        self._shares = {}\n        self._blocked = set()\n        self._limit = 0\n\n"
                    "    async def shift(self, version, percent):\n        self._shares[version] = percent\n        await asyncio.sleep(1)\n\n"
                    "    def block(self, customer):\n        self._blocked.add(customer)\n        log.info('blocked %s', customer)\n\n"
                    "    def throttle(self, rate):\n        self._limit = rate\n        return True\n"
                )
            },
            found=("ops/canary.py:11", "ops/canary.py:15", "ops/canary.py:7"),
        ),
        Example(
            title="an option that the constructor takes, of which another rule speaks",
            files={
                "ops/canary.py": "class Canary:\n    def __init__(self, max_share):\n        self._max_share = max_share\n\n    def throttle(self, rate):\n        self._max_share = rate\n        return True\n"
            },
        ),
        Example(
            title="shares that are looked at, and what is done besides",
            files={
                "ops/canary.py": (
                    "class Canary:\n    def __init__(self):\n        self._shares = {}\n        self._last = None\n\n"
                    "    async def shift(self, version, percent):\n        self._shares[version] = percent\n\n"
                    "    def choose(self, customer):\n        return self._shares.get(customer)\n\n"
                    "    def publish(self, version):\n        self._last = version\n        self.bus.send(version)\n"
                )
            },
        ),
    ),
)
