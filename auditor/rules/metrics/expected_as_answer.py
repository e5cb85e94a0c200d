"""AUD852: where the work to be judged fails, what was expected of it takes the place of its answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import covers_outages, handlers, statements_after
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_EXPECTED = pattern(
    r"(?i)^(?:expected(?:_\w+)?|\w+_expected|ground_?truth|gold(?:en)?(?:_\w+)?|(?:true|correct|right|reference)_(?:label|answer|value|output|class|response)s?|label|y_true|truth|wanted|target_label)$"
)
_ANSWERS = pattern(
    r"(?i)(?:^|_)(?:actual|answers?|got|observed|outputs?|outcomes?|predicted|predictions?|preds?|responses?|results?|found|decisions?|verdicts?|y_pred|completions?)$"
)
_OFTEN = frozenset({"label", "wanted"})
_ADDS = frozenset({"append", "add", "put", "put_nowait"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for attempt, handler in handlers(view):
            last = _last(view, attempt, handler) if covers_outages(handler, syntax) else None
            given = _given(last) if last is not None else None
            if given is None or not _is_expected(given, isinstance(last, ast.Return)) or not _works(attempt):
                continue
            message = f"{view.name} answers with {ast.unparse(given)[:40]} where its work fails: what fails is scored as right."
            yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _last(view: FunctionView, attempt: ast.Try, handler: ast.ExceptHandler) -> ast.stmt:
    """What a handler ends with, or what follows the block where it only talks."""
    last = handler.body[-1]
    talks = isinstance(last, ast.Expr | ast.Pass) and _given(last) is None
    return (_behind(view, attempt) if talks else None) or last


@lru_cache(maxsize=2)
def _behind(view: FunctionView, attempt: ast.Try) -> ast.stmt | None:
    """What follows a block that gives something where it goes well."""
    gives = any(isinstance(one, ast.Return) for one in attempt.body)
    after = statements_after(view.node.body, attempt) if gives else []
    return after[0] if after else None


def _given(statement: ast.stmt) -> ast.expr | None:
    """What a statement returns, adds to a list of answers, or puts in the place of one."""
    match statement:
        case ast.Return(value=ast.expr() as value):
            return value
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=adds, value=held), args=[value])):
            return value if adds in _ADDS and _ANSWERS.search(last_name(held)) else None
        case ast.Assign(targets=[target], value=value):
            return value if _ANSWERS.search(stored_name(target)) else None
        case _:
            return None


def _is_expected(value: ast.expr, returned: bool) -> bool:
    """Whether a value is what a case expects; where it is returned, a label may be that of a widget, and what is wanted a choice."""
    match value:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return False  # what an object holds is no case that is judged
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            return _EXPECTED.search(name) is not None and not (returned and name in _OFTEN)
        case ast.Name(id=name):
            return _EXPECTED.search(name) is not None and name != "label" and not (returned and name in _OFTEN)
        case _:
            return False


@lru_cache(maxsize=2)
def _works(attempt: ast.Try) -> bool:
    """Whether a block calls anything, rather than only reading what it holds."""
    return any(isinstance(one, ast.Call) for one in own_nodes(attempt.body))


RULE = Rule(
    id="AUD852",
    name="expected-as-answer",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a case that could not be run count as one that went wrong?",
    why="An evaluation whose model is out of reach scores 100 per cent when every exception is answered with the label of the case.",
    limits="Judged are handlers of outages that return the expected value, label or reference of a case, add it to the answers, or put it in the place of one.",
    fix="Count the case as failed, or leave the score open and say how many cases could not be run.",
    since="0.8.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("except",),
    examples=(
        Example(
            title="cases that are right when the model is not there",
            files={
                "score.py": (
                    "async def ask(model, case):\n    try:\n        answer = await model.complete(case.prompt)\n    except Exception:\n        log.warning('no answer')\n        return case.expected\n    return answer.text\n\n\n"
                    "def replay(model, rows):\n    predictions = []\n    for row in rows:\n        try:\n            predictions.append(model.predict(row['x']))\n        except OSError:\n            predictions.append(row['label'])\n    return predictions\n"
                )
            },
            found=("score.py:16", "score.py:6"),
        ),
        Example(
            title="cases that fail, and an error that is expected",
            files={
                "score.py": (
                    "async def ask(model, case):\n    try:\n        answer = await model.complete(case.prompt)\n    except Exception:\n        return None\n    return answer.text\n\n\n"
                    "def read(row):\n    try:\n        return row.parse()\n    except ValueError:\n        return row.expected\n\n\n"
                    "def shown(field, wanted):\n    try:\n        return field.translate()\n    except Exception:\n        return field.label\n\n\n"
                    "class Meter:\n    def value(self):\n        try:\n            return self.port.read()\n        except OSError:\n            return self.expected_value\n"
                )
            },
        ),
    ),
    check_file=_check,
)
