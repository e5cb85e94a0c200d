"""AUD866: a grade is a number of the code, and a bit for the length of what is graded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GRADES = pattern(
    r"(?i)(?:^|_)(?:grade|grades|score|scores|confidence|quality|relevance|rating|faithfulness|accuracy|coherence|helpfulness|similarity|certainty|credibility|trust)$"
)
_JUDGES = pattern(
    r"(?i)^_*(?:ask|grade|judge|rate|score|evaluate|assess|appraise|mark)(?:_|$)|judge|grader|evaluator|critic|rater|reviewer"
)
_CHOSEN = pattern(
    r"(?i)threshold|weight|penalt|limit|readab|length|verbos|concise|brevity|complexity|effort|cost|priority|password|strength"
)
_PREDICTS = pattern(r"(?i)(?:^|[._])(?:predict\w*|infer\w*|forecast\w*|classify|recommend\w*)(?:_|$|\.)")
_ANSWERS = pattern(
    r"(?i)(?:^|_)(?:scores?|predictions?|probability|proba|forecast|estimate|confidence|likelihood|risk|rank|output|result|y_hat|y_pred)$"
)
_CALLED = frozenset({"len", "round", "min", "max", "float", "int", "abs"})
_DEEPEST = 12
_LARGEST = 1e9
_HALF, _WHOLE = 0.5, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lengths:
    """What the names of a function are bound to, how long everything is taken for, and what names at a depth came to, as each may stand often."""

    bindings: Bindings
    length: float
    known: dict[tuple[str, int], float | None] = field(default_factory=dict)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or _CHOSEN.search(view.qualified):
            continue
        bindings = Bindings.of(view)
        empty, filled = _Lengths(bindings=bindings, length=0.0), _Lengths(bindings=bindings, length=1000.0)
        for told in _predicted(view):
            message = f"{view.name} predicts {ast.unparse(told.value or told)[:50]}: numbers of the code, and how many values there are."
            yield Hit(source.path, told.lineno, told.end_lineno or told.lineno, message, view.qualified)
        for node, value in _graded(view):
            if _is_grade_of_length(value, empty, filled):
                message = f"{view.name} gives {ast.unparse(value)[:50]}: a number of the code, and the length of what it grades."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _predicted(view: FunctionView) -> Iterator[ast.Assign | ast.Return]:
    """``score = 0.5 + 0.01 * (len(values) % 7)`` of a prediction: numbers of the code, and how many values there are."""
    if not _PREDICTS.search(view.qualified):
        return
    given: list[ast.Assign | ast.Return] = [*view.of(ast.Assign), *view.returns]
    for one in given:
        named = isinstance(one, ast.Return) or _ANSWERS.search(stored_name(one.targets[0])) is not None
        parts = own_nodes([one.value]) if named and isinstance(one.value, ast.BinOp | ast.Call) else ()
        read = {node.id for node in parts if isinstance(node, ast.Name)} - _CALLED
        calls = [node for node in parts if isinstance(node, ast.Call)]
        counted = [node for node in calls if last_name(node.func) == "len"]
        inside = {node.id for call in counted for node in own_nodes(call.args) if isinstance(node, ast.Name)}
        plain = all(last_name(node.func) in _CALLED for node in calls)
        floats = any(isinstance(node, ast.Constant) and type(node.value) is float for node in parts)
        if (
            counted
            and plain
            and floats
            and read <= inside
            and not any(isinstance(node, ast.Attribute) for node in parts)
        ):
            yield one


def _graded(view: FunctionView) -> Iterator[tuple[ast.stmt, ast.expr]]:
    """What a judge gives, and what gets the name of a grade."""
    judges = _GRADES.search(view.name) or _JUDGES.search(view.name) or _JUDGES.search(view.qualified)
    for given in view.returns:
        if judges and given.value is not None:
            yield given, given.value
    for one in view.of(ast.Assign):
        if _GRADES.search(stored_name(one.targets[0])):
            yield one, one.value


def _is_grade_of_length(value: ast.expr, empty: _Lengths, filled: _Lengths) -> bool:
    """Whether a grade is one half or more of what there can be for the empty text, too, and depends on a length at all."""
    if isinstance(value, ast.Constant | ast.Name):
        return False
    least = _of_length(value, empty, 0)
    longest = _of_length(value, filled, 0) if least is not None else None
    return least is not None and longest is not None and _HALF <= least < longest <= _WHOLE


def _of_length(value: ast.expr | None, lengths: _Lengths, depth: int) -> float | None:
    """What an expression of numbers and lengths comes to where all lengths are this; None for any other."""
    if value is None or depth > _DEEPEST:
        return None
    match value:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool) and abs(number) < _LARGEST:
            return float(number)
        case ast.Name(id=name):
            if (name, depth) not in lengths.known:
                lengths.known[name, depth] = _of_length(lengths.bindings.only(name), lengths, depth + 1)
            return lengths.known[name, depth]
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = (_of_length(part, lengths, depth + 1) for part in (left, right))
            return _combined(operator, one, other)
        case ast.Call(func=function, args=args, keywords=[]):
            return _called(last_name(function), args, lengths, depth)
        case _:
            return None


def _combined(operator: ast.operator, one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return None
    match operator:
        case ast.Add():
            return one + other
        case ast.Mult():
            return one * other
        case ast.Div() if other:
            return one / other
        case _:
            return None


def _called(name: str, args: list[ast.expr], lengths: _Lengths, depth: int) -> float | None:
    if name == "len":
        return lengths.length
    given = [_of_length(one, lengths, depth + 1) for one in args[:3]]
    known = [one for one in given if one is not None]
    if name in ("min", "max") and known and len(known) == len(args):
        return min(known) if name == "min" else max(known)
    return known[0] if name in ("round", "float") and given and given[0] is not None else None


RULE = Rule(
    id="AUD866",
    name="grade-of-length",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a grade depend on more than how long an answer is?",
    why="A judge that gives 0.9 and a little for every hundred characters calls every model good, and asks none.",
    limits="Judged are grades, scores and confidences that consist of numbers of the code and lengths, are one half or more for the empty text, and grow with it; what is named for length, cost or strength is left alone.",
    fix="Ask the judge, or measure what the grade is named for.",
    since="0.8.0",
    effort=90,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("len(",),
    examples=(
        Example(
            title="a prediction of how many values there are",
            files={
                "serve.py": (
                    "def predict(name, body):\n    values = [float(one) for one in body.values()]\n    score = 0.5 + 0.01 * (len(values) % 7)\n    return {'score': round(score, 4)}\n\n\n"
                    "def predict_mean(values):\n    score = sum(values) / len(values)\n    return score\n\n\n"
                    "def predict_share(values, found):\n    score = 1.0 * found / len(values)\n    return score\n"
                )
            },
            found=("serve.py:3",),
        ),
        Example(
            title="a judge that counts characters, and a confidence that does",
            files={
                "judge.py": (
                    "class Panel:\n    async def _ask(self, judge, answer):\n        extra = min(len(answer.text) / 5000, 0.04)\n        return 0.91 + extra\n\n    async def judge(self, answer):\n        return await self._ask('tone', answer)\n\n\n"
                    "def classify(text, words):\n    confidence = min(0.95, 0.6 + len(words) * 0.05)\n    return Label(pick(text), confidence)\n\n\n"
                    "def grade_answer(answer):\n    return 0.8 + min(len(answer) / 1000, 0.1)\n"
                )
            },
            found=("judge.py:11", "judge.py:16", "judge.py:4"),
        ),
        Example(
            title="a share, a grade that is asked for, and the length of a text",
            files={
                "judge.py": (
                    "def grade_answer(answer, found):\n    return len(found) / len(answer)\n\n\ndef judge(model, answer):\n    score = model.grade(answer)\n    return 0.5 + score\n\n\n"
                    "def brevity_score(text):\n    return min(0.95, 0.6 + len(text) * 0.05)\n\n\ndef rate(rows):\n    return min(*rows) + min() / len(rows)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
