"""AUD134: a loop that says of each item that it was dealt with, counts it, and does nothing to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
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
_READS = pattern(r"(?i)^(?:get|str|len|format|isoformat|lower|upper|strip|round|int|float|min|max)$")


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.qualified):
            continue
        for node in view.of(ast.For, ast.AsyncFor):
            told = _told(node, syntax)
            if told is not None and _counts(node, view):
                message = f"{view.name} counts each item as done after saying so, and does nothing to it."
                yield Hit(source.path, told.lineno, node.body[-1].end_lineno or told.lineno, message, view.qualified)


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
    limits="Judged are loops whose body only says that an item is done and counts it, in functions that give the count back; reports, dry runs and lists are left alone.",
    fix="Do the work, and count what it answers; return 0 or raise NotImplementedError until then.",
    since="0.4.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
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
