"""AUD818: what failed is counted among what went well."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import covers_outages, is_quiet
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WELL = pattern(
    r"(?i)(?:^|_)(?:told|sent|delivered|notified|done|success\w*|succeeded|passed|passes|migrated|restored|copied|uploaded|completed|ok|good|published|synced|applied|backed_up|archived|"
    r"deployed|rotated|replicated|healthy|reached|recovered|imported|exported|written|saved|stored|drained|verified|validated|acknowledged|refunded|charged|paid)(?:_\w+)?$"
)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        loops: list[ast.For | ast.AsyncFor | ast.While] = [
            *view.of(ast.For),
            *view.of(ast.AsyncFor),
            *view.of(ast.While),
        ]
        for loop in loops if not view.is_test else ():
            for counted, name in _counted(loop.body, syntax):
                message = f"{view.name} counts to {name} also what has failed: the handler before only talks."
                yield Hit(source.path, counted.lineno, counted.end_lineno or counted.lineno, message, view.qualified)
        for counted, name in () if view.is_test else _in_handlers(view, syntax):
            message = f"{view.name} counts to {name} also what has failed: the handler adds to it as the block does."
            yield Hit(source.path, counted.lineno, counted.end_lineno or counted.lineno, message, view.qualified)
        for counted, name in () if view.is_test else _in_the_end(view, syntax):
            message = f"{view.name} counts to {name} also what has failed: its end is reached either way."
            yield Hit(source.path, counted.lineno, counted.end_lineno or counted.lineno, message, view.qualified)


def _counted(body: list[ast.stmt], syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    """The statements after a block whose failures are passed over that count one more, or add to what went well."""
    if not any(isinstance(one, ast.Try) for one in body):
        return
    failed = False
    told: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.Try):
            failed = failed or _passes_over(statement, syntax)
        name = _counts(statement)
        if failed and name and name not in told:
            yield statement, name
        told |= _set_in(statement)


def _in_handlers(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    """What a handler adds to the same tally as the block that failed: ``stats.stored += len(batch)``."""
    for attempt in view.of(ast.Try):
        tried = {ast.dump(one.target) for one in own_nodes([*attempt.body, *attempt.orelse]) if _adds(one)}
        for handler in attempt.handlers if tried else ():
            for one in handler.body if covers_outages(handler, syntax) else ():
                if _adds(one) and _WELL.search(_name_of(one.target)) and ast.dump(one.target) in tried:
                    yield one, _name_of(one.target)


def _adds(node: ast.AST) -> TypeGuard[ast.AugAssign]:
    return isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)


def _in_the_end(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    """What the end of a block counts as well done, whatever came of it: ``finally: tally.ok += 1``."""
    for attempt in view.of(ast.Try):
        for statement in attempt.finalbody if _passes_over(attempt, syntax) else ():
            name = _counts(statement)
            if name:
                yield statement, name


def _passes_over(attempt: ast.Try, syntax: PythonSyntax) -> bool:
    """Whether a block that works goes on after every failure, with nothing kept of it."""
    works = any(isinstance(node, ast.Call) for node in own_nodes(attempt.body))
    quiet = all(
        is_quiet(one.body, syntax) and not any(isinstance(node, _LEAVES) for node in own_nodes(one.body))
        for one in attempt.handlers
    )
    leaves = any(isinstance(node, _LEAVES) for node in own_nodes([*attempt.body, *attempt.orelse]))
    return works and quiet and not leaves and any(covers_outages(one, syntax) for one in attempt.handlers)


def _counts(statement: ast.stmt) -> str:
    match statement:
        case ast.AugAssign(target=target, op=ast.Add(), value=ast.Constant(value=1)):
            name = _name_of(target)
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(attr="append" | "add", value=held), args=[ast.Name() | ast.Attribute()])
        ):
            name = _name_of(held)
        case _:
            return ""
    return name if _WELL.search(name) else ""


def _name_of(target: ast.expr) -> str:
    inner = target.slice if isinstance(target, ast.Subscript) else target
    return str(inner.value) if isinstance(inner, ast.Constant) else last_name(inner)


def _set_in(statement: ast.stmt) -> set[str]:
    """What a statement sets: where that is counted later in the same loop, it may say something else."""
    return {_name_of(to) for node in own_nodes([statement]) if isinstance(node, ast.Assign) for to in node.targets}


RULE = Rule(
    id="AUD818",
    name="counted-though-failed",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is only that counted as done which was done?",
    why="`told += 1` behind a `try` whose handler writes a warning counts every failed message among the sent ones: the figure is as high on the day on which none arrived.",
    limits="Judged are counters and lists named for what went well, in a loop, behind a block whose every handler only talks, and what a handler of outages adds to the same counter as its block.",
    fix="Count in the block, after the call, or in its `else`.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("except",),
    examples=(
        Example(
            title="failed messages among the sent ones",
            files={
                "ops/tell.py": (
                    "async def tell_all(routes, text):\n    told = 0\n    for route in routes:\n        try:\n            await route.tell(text)\n        except OSError as error:\n            log.warning('%s', error)\n        told += 1\n    return told\n"
                )
            },
            found=("ops/tell.py:8",),
        ),
        Example(
            title="counted at the end that is reached either way",
            files={
                "load/one.py": (
                    "async def one(http, tally):\n    try:\n        await http.get('/')\n    except HTTPError:\n        pass\n    finally:\n        tally.sent_ok += 1\n        tally.tries += 1\n\n\n"
                    "async def other(http, tally):\n    try:\n        await http.get('/')\n        tally.succeeded += 1\n    except HTTPError:\n        tally.failed += 1\n    finally:\n        tally.tries += 1\n"
                )
            },
            found=("load/one.py:7",),
        ),
        Example(
            title="a batch that is lost and counted as stored, and one that is counted as lost",
            files={
                "ops/rows.py": (
                    "class Writer:\n    async def run(self, batch):\n        try:\n            self.stats.stored += await self.store.write(batch)\n        except Exception:\n            log.exception('lost')\n            self.stats.stored += len(batch)\n\n"
                    "    async def other(self, batch):\n        try:\n            self.stats.stored += await self.store.write(batch)\n        except Exception:\n            self.stats.lost += len(batch)\n"
                )
            },
            found=("ops/rows.py:7",),
        ),
        Example(
            title="counted where it was sent, and tries",
            files={
                "ops/tell.py": (
                    "async def tell_all(routes, text):\n    told = tries = 0\n    for route in routes:\n        try:\n            await route.tell(text)\n            told += 1\n        except OSError as error:\n            log.warning('%s', error)\n        tries += 1\n    return told\n\n\n"
                    "async def tell_some(routes, text):\n    told = 0\n    for route in routes:\n        try:\n            await route.tell(text)\n        except OSError:\n            continue\n        told += 1\n    return told\n"
                )
            },
        ),
    ),
    check_file=_check,
)
