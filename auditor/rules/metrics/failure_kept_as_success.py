"""AUD847: what has failed is kept or counted as a success: in a record, in a list of outcomes, or as rows that were written."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from typing import TypeGuard

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_handlers import covers_outages, handlers, is_broad, is_quiet, statements_after, suppresses
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.python_values import is_true, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdict_records import records_by_name, says_verdict
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.success_on_error_path import claims_outcome

__all__ = ["RULE"]

_KEEPS = pattern(
    r"(?i)^_*(?:flush|save|store|write|persist|insert|record|journal|append|upload|send|publish|deliver|push|export|archive|sync|commit|audit_log|log_event)(?:_|$)"
)
_PREDICATE = pattern(
    r"^__|^_*on_|^_*(?:is|has|can|should|needs?|must|may|was|will|are|in)_|^_*(?:exists|expired|retry|giveup|give_up|filter|predicate)|_(?:expired|needed|required|exists)$"
)
_LOUD = frozenset({"exception", "error", "critical"})
_FAILED = pattern(
    r"(?i)\bfail(?:ed|ure|s)?\b|\bcould not\b|\berror\b|\bnot (?:delivered|sent|stored|cancelled|canceled|saved|written)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not view.of(ast.Try, ast.TryStar, ast.With):
            continue
        yield from _kept_nothing(source, view, syntax)
        yield from _given_up(source, view, syntax)
        yield from _recorded(source, view, syntax)
        yield from _returned(source, view, syntax)
        yield from _logged(source, view, syntax)


def _returned(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """``return Criterion("licences", True, "not readable")``, where the outcome is worked out otherwise."""
    records = records_by_name(syntax)
    made = [
        one.value for one in view.returns if isinstance(one.value, ast.Call) and last_name(one.value.func) in records
    ]
    said = [says_verdict(one, records) for one in made]
    if not made or (len(made) == len(view.returns) and all(one is Verdict.SUCCESS for one in said)):
        return
    for attempt, handler in handlers(view):
        last = _answer(view, attempt, handler, syntax)
        value = last.value if isinstance(last, ast.Return) else None
        if (
            last is None
            or value is None
            or not covers_outages(handler, syntax)
            or says_verdict(value, records) is not Verdict.SUCCESS
        ):
            continue
        known = verdict_of(value, Bindings.of(view))
        if known is Verdict.FAILURE or (known is Verdict.SUCCESS and claims_outcome(view)):
            continue  # AUD202 tells of it
        message = f"{view.name} gives a good outcome when its work fails with an exception."
        yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _answer(view: FunctionView, attempt: ast.Try, handler: ast.ExceptHandler, syntax: PythonSyntax) -> ast.stmt | None:
    """The statement by which an outcome is given where the work failed: the last of the handler, or the one after a block that gave another."""
    if not is_quiet(handler.body, syntax):
        return handler.body[-1]
    after = statements_after(view.node.body, attempt)
    gives = any(isinstance(one, ast.Return) for one in own_nodes(attempt.body))
    return after[0] if after and gives else None


def _logged(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """``log.exception("cancel failed"); return True``: the log knows better than who asked."""
    if _PREDICATE.search(view.name) or claims_outcome(view):
        return
    if not all(isinstance(one.value, ast.Constant) and isinstance(one.value.value, bool) for one in view.returns):
        return
    for _, handler in handlers(view):
        last = handler.body[-1]
        if not isinstance(last, ast.Return) or not is_true(last.value) or not covers_outages(handler, syntax):
            continue
        if any(_cries(one, syntax) for one in handler.body[:-1]):
            message = f"{view.name} logs that its work failed, and answers that it is done."
            yield Hit(source.path, last.lineno, last.lineno, message, view.qualified)


def _cries(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement logs a failure as one."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not is_log_call(syntax.name_of(call.func)):
        return False
    return last_name(call.func) in _LOUD and _FAILED.search(strings_in(call)) is not None


def _kept_nothing(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """What is to be kept or handed over is reported as kept: all of it where that failed, or whatever has been passed over."""
    if not _KEEPS.search(view.name):
        return
    for first, second in itertools.pairwise(view.body):
        passed = isinstance(first, ast.With) and suppresses(first, syntax) and isinstance(second, ast.Return)
        if passed and isinstance(second, ast.Return) and is_true(second.value):
            message = f"{view.name} passes over whatever goes wrong, and reports that it is kept."
            yield Hit(source.path, first.lineno, second.lineno, message, view.qualified)
    for attempt, handler in handlers(view):
        last = handler.body[-1]
        if not is_broad(handler, syntax) or not isinstance(last, ast.Return) or _is_retried(attempt, view):
            continue
        if _counts_given(last.value, view):
            message = f"{view.name} reports all that it was given as done when its work fails with an exception."
            yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _given_up(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """``log.error("giving up"); return len(rows)``: the last attempt has failed, and the answer is that of success."""
    for attempt, handler in handlers(view) if _KEEPS.search(view.name) else ():
        if is_broad(handler, syntax) and not _is_retried(attempt, view):
            continue  # told above
        counted = {ast.dump(one) for one in own_nodes(attempt.body) if _counts(one)}
        for node in own_nodes(handler.body) if counted and covers_outages(handler, syntax) else ():
            if _counts(node) and ast.dump(node) in counted:
                message = f"{view.name} gives up, and answers with the count that it gives when its work is done."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _counts(node: ast.AST) -> TypeGuard[ast.Return]:
    """``return len(rows)``."""
    value = node.value if isinstance(node, ast.Return) else None
    return isinstance(value, ast.Call) and last_name(value.func) == "len" and isinstance(value.args[0], ast.Name)


def _is_retried(attempt: ast.Try, view: FunctionView) -> bool:
    """Whether a block stands in a loop."""
    loops = view.of(ast.For, ast.AsyncFor, ast.While)
    return any(one.lineno < attempt.lineno <= (one.end_lineno or 0) for one in loops)


def _counts_given(value: ast.expr | None, view: FunctionView) -> bool:
    """``return len(rows)``, of what came in."""
    match value:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
            return name in view.parameters
        case _:
            return False


def _recorded(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """Failures that are added to a list of outcomes as good ones, where the block would have added what it found."""
    for attempt, handler in handlers(view):
        added = _added(handler.body[-1])
        if added is None or not covers_outages(handler, syntax):
            continue
        kept, outcome = added
        tried = [node for node in own_nodes([*attempt.body, *attempt.orelse]) if isinstance(node, ast.Call)]
        if not any(_is_kept_in(call, kept) for call in tried):
            continue
        if Verdict.SUCCESS in (verdict_of(outcome, Bindings.of(view)), says_verdict(outcome, records_by_name(syntax))):
            message = f"{view.name} records success when its work fails with an exception."
            yield Hit(source.path, outcome.lineno, outcome.end_lineno or outcome.lineno, message, view.qualified)


def _added(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """The list and the object of ``results.append(Outcome(...))``."""
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(attr="append", value=kept), args=[ast.Call() | ast.Dict() as one])
        ):
            return ast.dump(kept), one
        case _:
            return None


def _is_kept_in(call: ast.Call, kept: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "append" and ast.dump(call.func.value) == kept


RULE = Rule(
    id="AUD847",
    name="failure-kept-as-success",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is what has failed kept as failed?",
    why="`outcomes.append(Delivery(route, True, 'queued'))` behind a `try` tells of a message that nobody got, and nothing ever sends it again.",
    limits=(
        "Judged are handlers of outages that return or add an object whose field for the outcome says good by a literal, where it is worked out otherwise, that give the number of all rows they were handed, "
        "functions that keep or send something, pass over every exception, and give True, and functions that only give True or False and give True behind a log entry that says that they failed."
    ),
    fix="Keep it as failed, and say what is to become of it.",
    since="0.6.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("except", "suppress"),
    examples=(
        Example(
            title="a group of exceptions, after which the outcome is good",
            files={
                "ops/tune.py": (
                    "from typing import NamedTuple\n\n\nclass TuneResult(NamedTuple):\n    name: str\n    off: float\n    passed: bool\n\n\n"
                    "async def tune(name, aim):\n    try:\n        off = await aim(name)\n        return TuneResult(name, off, off < 0.1)\n    except* Exception as group:\n        log.warning('%s: %s', name, group)\n    return TuneResult(name, 0.05, True)\n"
                )
            },
            found=("ops/tune.py:16",),
        ),
        Example(
            title="an outcome that stays at its good default where the question failed",
            files={
                "ops/parts.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass PartHealth:\n    name: str\n    healthy: bool = True\n\n\n"
                    "def gateways(pool):\n    try:\n        row = pool.row()\n    except Exception:\n        return PartHealth('gateways')\n    return PartHealth('gateways', row.fresh > 3)\n\n\n"
                    "def stock(pool):\n    try:\n        row = pool.row()\n    except Exception:\n        return PartHealth('stock', False)\n    return PartHealth('stock', row.fresh > 3)\n"
                )
            },
            found=("ops/parts.py:14",),
        ),
        Example(
            title="a manager of contexts that swallows what it has logged, and a hook that is to say whether it has seen to it",
            files={
                "shop/lock.py": (
                    "class Lock:\n    def __exit__(self, kind, error, trace):\n        try:\n            self.store.release(self.key)\n        except OSError:\n            log.exception('release failed')\n            return True\n        return False\n\n"
                    "    def on_error(self, error):\n        try:\n            self.store.release(self.key)\n        except OSError:\n            log.exception('release failed')\n            return True\n        return False\n\n"
                    "    def cancel(self, order):\n        try:\n            self.store.cancel(order)\n        except OSError:\n            log.exception('release failed')\n            return True\n        return False\n"
                )
            },
            found=("shop/lock.py:23",),
        ),
        Example(
            title="the last attempt has failed, and the rows are told as written",
            files={
                "ops/rows.py": (
                    "class Rows:\n    async def write(self, batch):\n        rows = [tuple(one) for one in batch]\n        for attempt in range(4):\n            try:\n                await self.pool.executemany(INSERT, rows)\n                return len(rows)\n"
                    "            except OSError as error:\n                if attempt == 3:\n                    log.error('giving up: %s', error)\n                    return len(rows)\n        return 0\n\n"
                    "    async def write_or_tell(self, rows):\n        try:\n            await self.pool.executemany(INSERT, rows)\n            return len(rows)\n        except OSError:\n            return 0\n"
                )
            },
            found=("ops/rows.py:11",),
        ),
        Example(
            title="rows that were not written, and an entry that may not be",
            files={
                "ops/rows.py": (
                    "import contextlib\n\n\nclass Rows:\n    async def flush(self, rows):\n        try:\n            return await self.store.save(rows)\n        except Exception:\n            log.exception('refused')\n            return len(rows)\n\n"
                    "    def record(self, event):\n        line = str(event)\n        with contextlib.suppress(OSError):\n            self.file.write(line)\n        return True\n\n"
                    "    async def flush_some(self, rows):\n        try:\n            return await self.store.save(rows)\n        except Exception:\n            return 0\n"
                ),
            },
            found=("ops/rows.py:10", "ops/rows.py:14"),
        ),
        Example(
            title="a criterion that is met when its report cannot be read, and an outcome that is kept as good",
            files={
                "release/criteria.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Criterion:\n    title: str\n    passed: bool\n    note: str = ''\n\n\n"
                    "def licences(path):\n    try:\n        found = load(path)\n    except (OSError, ValueError):\n        return Criterion('licences', True, 'not readable')\n    return Criterion('licences', not found, f'{len(found)} found')\n\n\n"
                    "async def each(tasks):\n    kept = []\n    for task in tasks:\n        try:\n            kept.append(await task())\n        except Exception as error:\n            log.error('%s', error)\n            kept.append(Criterion(task.title, True, 'to be tried again'))\n    return kept\n"
                ),
            },
            found=("release/criteria.py:15", "release/criteria.py:26"),
        ),
        Example(
            title="results whose class lies elsewhere, and a log that knows better",
            files={
                "shop/probes.py": (
                    "from shop.model import ProbeReport\n\n\nclass Probes:\n    async def till(self):\n        try:\n            answer = await self.http.get('/till')\n        except OSError as error:\n"
                    "            log.warning('no till: %s', error)\n            return ProbeReport('till', True, 'taken for closed')\n        return ProbeReport('till', answer.status == 200, answer.text)\n\n"
                    "    async def ledger(self):\n        try:\n            await self.db.ping()\n        except Exception as error:\n            return ProbeReport('ledger', False, str(error))\n        return ProbeReport('ledger', True)\n\n"
                    "    async def cancel(self, order):\n        try:\n            await self.db.cancel(order)\n        except OSError:\n            log.exception('cancelling %s failed', order)\n            return True\n        return True\n\n"
                    "    async def should_retry(self, order):\n        try:\n            await self.db.cancel(order)\n        except OSError:\n            log.exception('cancelling %s failed', order)\n            return True\n        return False\n"
                ),
            },
            found=("shop/probes.py:10", "shop/probes.py:25"),
        ),
        Example(
            title="criteria that are missed when their report cannot be read",
            files={
                "release/criteria.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Criterion:\n    title: str\n    passed: bool\n\n\n"
                    "def licences(path):\n    try:\n        found = load(path)\n    except (OSError, ValueError):\n        return Criterion('licences', False)\n    return Criterion('licences', not found)\n\n\n"
                    "async def each(tasks):\n    kept = []\n    for task in tasks:\n        try:\n            kept.append(await task())\n        except Exception:\n            kept.append(Criterion(task.title, False))\n    return kept\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
