"""AUD263: a score that is full until something that may be missing takes from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_records import is_record
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SCORE = pattern(r"(?i)(?:^|_)(?:score|rating|points|grade|health)$")
_FEWEST = 2
_BASES = frozenset({"BaseModel", "NamedTuple", "Struct"})


_JUDGED = pattern(r"(?:Check|Result|Outcome|Report|Status|Health|Assessment|Finding|Criterion|Verdict|Evaluation)$")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    yield from _left_full(source, syntax)
    for view in syntax.functions:
        if view.is_test:
            continue
        for name, values in Bindings.of(view).assigned.items():
            first = values[0]
            if not _SCORE.search(name) or not _is_full(first):
                continue
            taken = [node for node in view.nodes if _takes(node, name)]
            if len(taken) >= _FEWEST and _is_guarded(taken, view) and not _is_refused(view):
                message = f"{view.name} starts {name} at its best, and takes from it only where a figure is there."
                yield Hit(source.path, first.lineno, first.lineno, message, view.qualified)


def _left_full(source: Source, syntax: PythonSyntax) -> Iterator[Hit]:
    """The score of an outcome that is full unless somebody gives another, where somebody gives none."""
    for node, qualified in syntax.classes:
        fields = [one for one in node.body if isinstance(one, ast.AnnAssign)] if _JUDGED.search(node.name) else []
        for place, one in enumerate(fields if is_record(node, _BASES) else ()):
            name = last_name(one.target)
            if one.value is None or not _SCORE.search(name) or not _is_full(one.value):
                continue
            left = next((view for view in syntax.functions if _leaves(view, node.name, name, place)), None)
            if left is not None:
                message = f"{node.name}.{name} is full unless somebody gives another, and {left.name} gives none."
                yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, f"{qualified}.{name}")


def _leaves(view: FunctionView, maker: str, field: str, place: int) -> bool:
    """Whether a function makes such an object without giving the field."""
    return not view.is_test and any(
        last_name(call.func) == maker
        and len(call.args) <= place
        and not any(isinstance(one, ast.Starred) for one in call.args)
        and not {one.arg for one in call.keywords} & {field, None}
        for call in view.calls
    )


def _is_full(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in (1.0, 10, 100, 1, 10.0, 100.0) and value.value is not True


def _takes(node: ast.AST, name: str) -> bool:
    """``score -= 20`` and ``score = max(0, score - 20)``."""
    match node:
        case ast.AugAssign(target=ast.Name(id=target), op=ast.Sub()):
            return target == name
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            return any(isinstance(one, ast.BinOp) and isinstance(one.op, ast.Sub) for one in subtree(value))
        case _:
            return False


def _is_guarded(taken: list[ast.AST], view: FunctionView) -> bool:
    """Whether most of what is taken depends on a key being there at all."""
    guarded: set[int] = set()
    for node in view.of(ast.If):
        if _asks_for_key(node.test) and not node.orelse:
            guarded.update(id(one) for one in own_nodes(node.body))
    return sum(id(one) in guarded for one in taken) * 2 >= len(taken)


def _asks_for_key(test: ast.expr) -> bool:
    """``'latency' in figures``, also within a longer condition."""
    return any(
        isinstance(one, ast.Compare)
        and isinstance(one.ops[0], ast.In)
        and isinstance(one.left, ast.Constant)
        and isinstance(one.left.value, str)
        and isinstance(one.comparators[0], ast.Name | ast.Attribute)
        for one in subtree(test)
    )


def _is_refused(view: FunctionView) -> bool:
    """Whether figures that could not be had end the function before any score is given."""
    for node in view.of(ast.If):
        if "error" in ast.unparse(node.test) and isinstance(node.body[-1], ast.Return | ast.Raise):
            return True
    return False


RULE = Rule(
    id="AUD263",
    name="full-score-by-default",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a score depend on the figures having been measured?",
    why="A score that starts at 100 and loses points only where a figure is there gives a database that cannot be reached full marks.",
    limits="Judged are local names of scores that start at 1, 10 or 100 and of which at least half of all deductions stand under a test for a key of a table, and fields of outcomes whose score is full where the file itself makes one without it.",
    fix="Give no score, or the worst, where a figure is missing.",
    since="0.3.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("score", "rating", "points", "grade", "health"),
    examples=(
        Example(
            title="a check that has full marks unless it says otherwise, and one that always says",
            files={
                "ready.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Check:\n    name: str\n    passed: bool\n    score: float = 100.0\n\n\ndef backups(files):\n    return Check('backups', bool(files))\n"
                ),
                "other.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Check:\n    name: str\n    score: float = 100.0\n\n\ndef backups(files):\n    return Check('backups', 10.0 * len(files))\n\n\ndef others(files):\n    return Check('others', score=len(files))\n"
                ),
            },
            found=("ready.py:8",),
        ),
        Example(
            title="full marks for what could not be asked",
            files={
                "health.py": "async def rate(pool):\n    figures = await pool.figures()\n    score = 100\n    if 'used' in figures:\n        if figures['used'] > 80:\n            score -= 20\n    if 'lag' in figures and figures['lag'] > 5:\n        score -= 30\n    return score\n"
            },
            found=("health.py:3",),
        ),
        Example(
            title="figures that must be there, and an error that ends it",
            files={
                "health.py": "def rate(figures):\n    score = 100\n    if figures['used'] > 80:\n        score -= 20\n    if figures['lag'] > 5:\n        score -= 30\n    return score\n\n\ndef rate_all(figures):\n    if 'error' in figures:\n        return None\n    score = 100\n    if 'used' in figures and figures['used'] > 80:\n        score -= 20\n    if 'lag' in figures and figures['lag'] > 5:\n        score -= 30\n    return score\n"
            },
        ),
    ),
    check_file=_check,
)
