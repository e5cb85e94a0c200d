"""Functions that are named for work on what they are handed, and say that they are at it."""

from __future__ import annotations

import ast

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in
from auditor.facts.python_talk import is_sleep, said_by

__all__ = ["counts_of_old", "is_sent_to_work", "recites", "sets_something"]

_FEWEST_STEPS = 2

_WORKS = pattern(
    r"^_*(?:async_)?(?:set|apply|purge|delete|remove|prune|archive|replay|requeue|redeliver|resend|retry|reindex|backfill|replicate|compact|evict|expire|revoke|rotate|restart|drain|route|shift|scale|sync|export|anonymi[sz]e|invalidate|warm)(?:_\w+)?$"
)
_AT_WORK = pattern(
    r"(?i)\b(?:purging|deleting|removing|pruning|archiving|replaying|requeu(?:e)?ing|redelivering|resending|retrying|reindexing|backfilling|replicating|compacting|evicting|expiring|revoking|rotating|syncing|exporting|anonymi[sz]ing)\b"
)
"""How such operations say that they are at work."""


def is_sent_to_work(view: FunctionView, texts: list[str]) -> bool:
    """Whether a function is named for work on what it is handed, which it then only mentions: ``set_weight(release, 5)``."""
    given = set(view.parameters) - {"self", "cls"}
    return bool(given) and any(one.strip() for one in texts) and _WORKS.search(view.name) is not None


def counts_of_old(view: FunctionView, texts: list[str]) -> bool:
    """Whether an operation on many things says that it is at work, and gives a figure that was there before: ``return self.stats.rejected``."""
    last = view.body[-1] if view.body else None
    value = last.value if isinstance(last, ast.Return) else None
    if not (isinstance(value, ast.Attribute) or (isinstance(value, ast.Constant) and value.value == 0)):
        return False
    return len(view.body) > 1 and _WORKS.search(view.name) is not None and any(_AT_WORK.search(one) for one in texts)


def recites(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the steps of something are a list of texts, of which each is told and waited for."""
    loops: list[ast.For | ast.AsyncFor] = [*view.of(ast.For), *view.of(ast.AsyncFor)]
    for node in loops:
        given = Bindings.of(view).only(node.iter.id) if isinstance(node.iter, ast.Name) else node.iter
        steps = given.elts if isinstance(given, ast.Tuple | ast.List) else []
        texts = [one for one in steps if strings_in(one)]
        if len(texts) >= _FEWEST_STEPS and len(texts) == len(steps) and any(is_sleep(one, syntax) for one in node.body):
            return any(said_by(one, syntax) for one in node.body)
    return False


def sets_something(view: FunctionView) -> bool:
    """Whether something is marked on an object, as if that had come of work."""
    targets = [part for node in view.of(ast.Assign) for one in node.targets for part in _parts(one)]
    return any(isinstance(one, ast.Attribute) or _is_kept(one) for one in targets)


def _parts(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple) else [target]


def _is_kept(target: ast.expr) -> bool:
    return isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute)
