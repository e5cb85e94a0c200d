"""AUD134: a loop that says of each item that it was dealt with, counts it, and does nothing to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.python_talk import said_by
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DONE = pattern(
    r"(?i)\b(?:sent|sending|delivered|uploaded|shipped|migrated|published|notified|dispatched|mailed|e-?mailed|exported|synced|synchroni[sz]ed|refunded|charged|archived|purged|deleted|revoked|rotated|restored|replicated|backed[ _-]?up|posted|enqueued|escalated|processed|indexed|reconciled|re-?tried|cleaned|expired|deactivated|renewed|imported)\b"
)
_NOT = pattern(
    r"(?i)\b(?:not|never|would|should|will|skipp\w+|fail\w*|error|dry[ _-]?run|simulat\w*|already|was|were|has been|have been|could|to be|if|ignor\w+|total|summary)\b"
)
_HONEST = pattern(
    r"(?i)print|report|show|list|summar|count|log_|_log|dump|display|dry_?run|preview|simulat|mock|fake|demo|example|stub|stats|status|analy[sz]e|describe"
)
_OPERATES = pattern(
    r"(?i)^_*(?:async_)?(?:purge|delete|remove|evict|expire|prune|clean\w*|clear|revoke|archive|backfill|reindex|replay|migrate|sync\w*|replicate|publish|send|dispatch|upload|export|import|restore|rotate|renew|retry|requeue|redeliver|re_?process|process|anonymi[sz]e|encrypt|re_?encrypt|rebuild|refresh|warm\w*|materiali[sz]e|ingest|load|flush|cancel|close|notify|compact|vacuum|deactivate|disable|drain|recompute)(?:_|$)"
)
_TAKES = pattern(
    r"(?i)pop|drain|delete|remove|purge|evict|expire|flush|claim|consume|take|receive|recv|read|next|run|process|apply|execute|send|iter_and|stream|as_completed|imap|map|submit|delet"
)
"""What does the work where it is gone over."""
_READS = pattern(r"(?i)^(?:get|str|len|format|isoformat|lower|upper|strip|round|int|float|min|max)$")


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.qualified):
            continue
        for loop in view.of(ast.For, ast.AsyncFor, ast.While) if _only_counted(view) else ():
            if _only_counts(loop, view, syntax):
                message = (
                    f"{view.name} counts what it goes over, gives the number as done, and does nothing to any of it."
                )
                yield Hit(source.path, loop.lineno, loop.end_lineno or loop.lineno, message, view.qualified)
        for node in view.of(ast.For, ast.AsyncFor):
            told = _told(node, syntax)
            if told is not None and _counts(node, view):
                message = f"{view.name} counts each item as done after saying so, and does nothing to it."
                yield Hit(source.path, told.lineno, node.body[-1].end_lineno or told.lineno, message, view.qualified)


def _only_counted(view: FunctionView) -> bool:
    """Whether a function is named for an operation on many things, and counts."""
    return _OPERATES.search(view.name) is not None and bool(view.of(ast.AugAssign))


def _only_counts(node: ast.For | ast.AsyncFor | ast.While, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a loop counts, talks and moves on, and what it goes over is not taken away by going over it."""
    given = node.test if isinstance(node, ast.While) else node.iter
    if any(isinstance(one, ast.Call) and _TAKES.search(last_name(one.func)) for one in subtree(given)):
        return False
    if node.orelse or not all(_moves_on(one, syntax) for one in node.body):
        return False
    told = next((True for one in node.body if _DONE.search(said_by(one, syntax))), False)
    return not told and any(_is_count(one) for one in node.body) and _gives(node, view)


def _moves_on(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """``removed += 1``, ``day += timedelta(days=1)``, and what only talks."""
    if isinstance(statement, ast.AugAssign):
        calls = [one for one in subtree(statement.value) if isinstance(one, ast.Call)]
        return isinstance(statement.target, ast.Name) and all(last_name(one.func) == "timedelta" for one in calls)
    return bool(said_by(statement, syntax)) and not _works(statement)


def _gives(node: ast.For | ast.AsyncFor | ast.While, view: FunctionView) -> bool:
    """Whether what is counted is given back, alone or in a result."""
    counted = {
        one.target.id for one in node.body if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name)
    }
    returned = {part.id for one in view.returns for part in own_nodes([one]) if isinstance(part, ast.Name)}
    return bool(counted & returned)


def _told(node: ast.For | ast.AsyncFor, syntax: PythonSyntax) -> ast.stmt | None:
    """The statement that says of an item that it is done, where the loop otherwise only counts."""
    told = None
    for one in node.body:
        said = said_by(one, syntax)
        if said.strip():
            if not _DONE.search(said) or _NOT.search(said) or _works(one):
                return None
            told = one
        elif not _is_count(one):
            return None
    return told


def _works(statement: ast.stmt) -> bool:
    """Whether what is said is given by a call that may do the work."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    inner = call.value if isinstance(call, ast.Await) else call
    given = [*inner.args, *inner.keywords] if isinstance(inner, ast.Call) else []
    return any(
        isinstance(one, ast.Await)
        or (isinstance(one, ast.Call) and not _READS.search(ast.unparse(one.func).rpartition(".")[2]))
        for one in own_nodes(given)
    )


def _is_count(statement: ast.stmt) -> bool:
    match statement:
        case ast.AugAssign(target=ast.Name(), op=ast.Add(), value=ast.Constant(value=1)):
            return True
        case _:
            return False


def _counts(node: ast.For | ast.AsyncFor, view: FunctionView) -> bool:
    """Whether the loop counts what the function gives back."""
    counted = {
        one.target.id for one in node.body if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name)
    }
    returned = {part.id for one in view.returns for part in own_nodes([one]) if isinstance(part, ast.Name)}
    return bool(counted & returned)


RULE = Rule(
    id="AUD134",
    name="told-and-counted",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every item that is counted as done also dealt with?",
    why="'reminder sent' in the log, `sent += 1` below, and the number goes to the dashboard: nobody was ever written to.",
    limits="Judged are loops whose body only says that an item is done and counts it, in functions that give the count back, and loops that only count in functions named for an operation; reports, dry runs and lists are left alone.",
    fix="Do the work, and count what it answers; return 0 or raise NotImplementedError until then.",
    since="0.4.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="keys that are counted as purged, and days as filled again",
            files={
                "app/store.py": (
                    "def purge(client, view):\n    removed = 0\n    for key in client.scan_iter(match=view):\n        removed += 1\n    log.info('purged %d keys', removed)\n    return removed\n\n\n"
                    "def backfill(view, start, end):\n    days = 0\n    day = start\n    while day <= end:\n        log.info('filling %s', day)\n        days += 1\n        day += timedelta(days=1)\n    return Report(view, days)\n\n\n"
                    "def purge_all(client):\n    removed = 0\n    for key in client.delete_iter():\n        removed += 1\n    return removed\n\n\n"
                    "def size(client):\n    found = 0\n    for key in client.scan_iter():\n        found += 1\n    return found\n"
                ),
            },
            found=("app/store.py:12", "app/store.py:3"),
        ),
        Example(
            title="letters that are only written into the log",
            files={
                "jobs/dunning.py": (
                    "def write_to_debtors(store):\n    sent = 0\n    for debtor in store.late():\n        logger.info('letter sent to %s', debtor.name)\n        sent += 1\n    return sent\n"
                )
            },
            found=("jobs/dunning.py:4",),
        ),
        Example(
            title="letters that are sent, and a report of those that were",
            files={
                "jobs/dunning.py": (
                    "def write_to_debtors(store, post):\n    sent = 0\n    for debtor in store.late():\n        post.send(debtor)\n        logger.info('letter sent to %s', debtor.name)\n        sent += 1\n    return sent\n\n\n"
                    "def tell(letters):\n    known = 0\n    for one in letters:\n        logger.info('letter of %s was sent', one.day)\n        known += 1\n    return known\n\n\n"
                    "def hand_over(letters, post):\n    sent = 0\n    for one in letters:\n        print('sent', post.send(one))\n        sent += 1\n    return sent\n"
                )
            },
        ),
    ),
    check_file=_check,
)
