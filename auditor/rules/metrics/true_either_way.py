"""AUD923: a question that is answered with True whether asking goes well or fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import handlers
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.python_values import is_true
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.success_on_error_path import claims_outcome

__all__ = ["RULE"]

_ASKS = pattern(
    r"(?i)^_*(?:is|has|have|can|contains|exists|are|was|does|should|supports|includes)(?:_|$)|_(?:exists|present|available|known|found|contains|allowed|enabled|accessible|writable|readable|connected)$|^_*(?:known|present|available|connected|allowed|permitted)$"
)
_CHOSEN = pattern(r"(?i)mock|fake|stub|null|noop|always|dummy|abstract|base|default")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not view.of(ast.Try):
            continue
        for end in _ends_in_finally(view):
            message = f"{view.name} answers True in `finally`, whatever was raised or returned before."
            yield Hit(source.path, end.lineno, end.end_lineno or end.lineno, message, view.qualified)
        if not _asks(view) or claims_outcome(view):
            continue
        for at in _told_anyway(view):
            message = f"{view.name} answers True where it could ask, and True where asking failed."
            yield Hit(source.path, at.lineno, at.end_lineno or at.lineno, message, view.qualified)


def _asks(view: FunctionView) -> bool:
    asks = _ASKS.search(view.name) is not None or last_name(view.node.returns) == "bool"
    return asks and _CHOSEN.search(view.qualified) is None


def _ends_in_finally(view: FunctionView) -> Iterator[ast.Return]:
    """``finally: return True``, which takes the place of every exception and of every other answer."""
    for attempt in view.of(ast.Try):
        last = attempt.finalbody[-1] if attempt.finalbody else None
        if isinstance(last, ast.Return) and is_true(last.value):
            yield last


def _told_anyway(view: FunctionView) -> Iterator[ast.Return]:
    """The answers within handlers, where every answer of the function is True and something is asked."""
    if len(view.returns) < 2 or not all(is_true(one.value) for one in view.returns):  # noqa: PLR2004 - one for each way
        return
    if not _ends(view.body):
        return  # who runs out of it is answered with None
    for attempt, handler in handlers(view):
        last = handler.body[-1]
        asked = [one for one in own_nodes(attempt.body) if isinstance(one, ast.Call)]
        if (
            asked
            and isinstance(last, ast.Return)
            and not any(isinstance(one, ast.Raise) for one in own_nodes(handler.body))
        ):
            yield last


def _ends(block: list[ast.stmt]) -> bool:
    """Whether no way leads out of a block but a return or an error."""
    match block[-1] if block else None:
        case ast.Return() | ast.Raise():
            return True
        case ast.Try() as attempt:
            ways = [attempt.orelse or attempt.body, *(one.body for one in attempt.handlers)]
            return _ends(attempt.finalbody) or all(map(_ends, ways))
        case ast.If(body=body, orelse=orelse):
            return _ends(body) and _ends(orelse)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return _ends(body)
        case _:
            return False


RULE = Rule(
    id="AUD923",
    name="true-either-way",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is a question answered by what was asked?",
    why="`exists` that returns True after `head_object`, and True where that raises, says that everything exists.",
    limits="Judged are questions (`is_`, `has_`, `exists`, functions that give a bool) all of whose answers are True, one of them in a handler, and True that is returned in `finally`; what is named for a check or an operation is AUD202's.",
    fix="Return False where the answer of the service says no, and let other errors pass.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"python"}),
    triggers=("except", "finally"),
    check_file=_check,
    examples=(
        Example(
            title="everything exists",
            files={
                "till/store.py": (
                    "class Store:\n    def exists(self, key):\n        try:\n            self.client.head_object(Key=key)\n        except ClientError as error:\n            log.warning('%s', error)\n            return True\n        return True\n\n\n"
                    "def knows(key: str) -> bool:\n    try:\n        lookup(key)\n        return True\n    except KeyError:\n        return True\n"
                )
            },
            found=("till/store.py:16", "till/store.py:7"),
        ),
        Example(
            title="an answer that takes the place of an error",
            files={
                "till/send.py": "def send(letter):\n    try:\n        post(letter)\n        return False\n    finally:\n        close()\n        return True\n"
            },
            found=("till/send.py:7",),
        ),
        Example(
            title="an answer that may be no",
            files={
                "till/store.py": (
                    "class Store:\n    def exists(self, key):\n        try:\n            self.client.head_object(Key=key)\n        except ClientError:\n            return False\n        return True\n\n\n"
                    "def has_room(disk) -> bool:\n    try:\n        free = disk.free()\n    except OSError:\n        return True\n    return free > 3\n"
                )
            },
        ),
        Example(
            title="an answer that is None where nothing was found",
            files={
                "till/find.py": "def exists(path):\n    try:\n        if lookup(path):\n            return True\n    except PermissionError:\n        return True\n",
            },
        ),
    ),
)
