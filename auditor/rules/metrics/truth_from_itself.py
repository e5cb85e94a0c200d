"""AUD878: what something is measured against is made of the thing itself, so that they always agree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache

from auditor.facts.drawn_values import DrawnValues
from auditor.facts.invented_values import draws_in
from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_BEFORE = pattern(
    r"(?i)(?:^|_)(?:expected|source|original|sent|submitted|before|primary|requested|total|backed_up|written|attempted)(?:_|$)"
)
_AFTER = pattern(
    r"(?i)(?:^|_)(?:actual|restored|received|after|replica|verified|recovered|succeeded|successful|passed|delivered|read_back|confirmed|matched|validated)(?:_|$)"
)
_TIMES = pattern(r"(?i)(?:^|_)after(?:_|$)")
_COUNTED = pattern(
    r"(?i)count|rows|records|items|total|sum|size|number|digest|hash|checksum|bytes|tables|orders|messages|documents|keys"
)
"""What is compared before and after: a state of which nothing was changed is the same by right."""
_TRUTH = pattern(
    r"(?i)^(?:y_true|truth|ground_truth|actual(?:_\w+)?|label|labels|observed(?:_\w+)?|\w+_actual|true_\w+|gold|reference_\w+)$"
)
_PREDICTS = pattern(r"(?i)^_*(?:predict\w*|forecast\w*|infer|estimate\w*|score_model|classify)$")
_CHECKS = pattern(r"(?i)^_*(?:verify|validate|check|confirm|is_intact|is_valid|assert)(?:_|$)|_(?:verified|intact)$")
_DIGEST = pattern(r"(?i)^(?:sha\d*|md5|checksum|digest|hash|etag|fingerprint|crc\d*|content_hash|file_hash)(?:_\w+)?$")
_COMPUTES = pattern(r"(?i)sha|md5|hash|digest|checksum|crc|fingerprint|calculate|compute|read_bytes|etag|head_object")
_SIMULATED = pattern(
    r"(?i)simulat|mock|fake|demo|fixture|factory|test_|example|augment|synthetic_world|environment|empty|trivial|perfect|oracle|upper_bound"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    drawn = DrawnValues.of(source)
    copies = cache(_copies)
    for view in syntax.functions:
        if view.is_test or _SIMULATED.search(view.qualified):
            continue
        found = [*_given_twice(view), *_made_of_prediction(view, drawn), *_drawn_from(view)]
        found += _copied_digest(view, copies)
        for node, what in found:
            message = f"{view.name} {what}: they always agree."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _fields(view: FunctionView) -> Iterator[list[tuple[str, ast.expr]]]:
    for table in view.of(ast.Dict):
        yield list(keyed(table))
    for call in view.calls:
        if last_name(call.func)[:1].isupper():
            yield [(one.arg, one.value) for one in call.keywords if one.arg]


def _given_twice(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``rows_expected=rows, rows_restored=rows``: one value for what should be and for what is."""
    for fields in _fields(view):
        wanted = {_stem(name): value for name, value in fields if _BEFORE.search(name) and not _AFTER.search(name)}
        for name, value in fields:
            stem = (
                _stem(name) if _AFTER.search(name) and not (_TIMES.search(name) and not _COUNTED.search(name)) else ""
            )
            other = wanted.get(stem) if stem else None
            if (
                other is not None
                and isinstance(value, ast.Name)
                and isinstance(other, ast.Name)
                and other.id == value.id
            ):
                yield value, f"gives {value.id} both as what was expected and as {name}"


def _stem(name: str) -> str:
    """What is counted: ``rows`` of ``rows_expected`` and of ``restored_rows``; nothing of ``total`` and of ``passed``."""
    return _AFTER.sub("_", _BEFORE.sub("_", name)).strip("_")


def _made_of_prediction(view: FunctionView, drawn: DrawnValues) -> Iterator[tuple[ast.expr, str]]:
    """A truth that is the prediction, with noise or a threshold."""
    named = [(one.arg, one.value) for call in view.calls for one in call.keywords if one.arg]
    named += [(last_name(one.targets[0]), one.value) for one in view.of(ast.Assign)]
    named += [pair for table in view.of(ast.Dict) for pair in keyed(table)]
    for name, value in named:
        predicts = any(_PREDICTS.search(last_name(one.func)) for one in own_nodes([value]) if isinstance(one, ast.Call))
        if predicts and _TRUTH.search(name) and draws_in(value, view, drawn) is not None:
            yield value, f"makes the truth {name} of the prediction and a little noise"


def _drawn_from(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``one in all_of_them`` for each of them, a member of an enumeration in that enumeration, and a set within a union with itself."""
    yield from _looked_for_in_itself(view)
    annotated = {one.arg: last_name(one.annotation) for one in view.node.args.args if one.annotation is not None}
    for test in view.of(ast.Compare):
        kind = annotated.get(test.left.id, "") if isinstance(test.left, ast.Name) else ""
        if kind and isinstance(test.ops[0], ast.In) and _is_all_of(test.comparators[0], kind):
            yield test, f"asks whether a {kind} is one of all"
    for call in view.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "issubset" and len(call.args) == 1:
            own = last_name(call.func.value)
            union = call.args[0]
            if own and isinstance(union, ast.BinOp) and isinstance(union.op, ast.BitOr) and _holds(union, own):
                yield call, f"adds {own} to what it compares with {own}"


def _looked_for_in_itself(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    told: set[int] = set()
    for node in view.of(ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp):
        targets = {last_name(part.target) for part in node.generators}
        tests = [
            (one, one.left.id)
            for one in own_nodes([node])
            if isinstance(one, ast.Compare) and isinstance(one.ops[0], ast.In) and isinstance(one.left, ast.Name)
        ]
        asked = [(test, name) for test, name in tests if name in targets and id(test) not in told]
        taken = {(last_name(part.target), ast.dump(part.iter)) for part in node.generators if asked}
        for test, name in asked:
            if (name, ast.dump(test.comparators[0])) in taken:
                told.add(id(test))
                yield test, f"asks whether {name} is among those that it is taken from"


def _is_all_of(node: ast.expr, kind: str) -> bool:
    """``set(Band)`` or ``list(Band)``, of which everything of that kind is one."""
    return (
        isinstance(node, ast.Call)
        and last_name(node.func) in ("set", "list", "tuple", "frozenset")
        and len(node.args) == 1
        and last_name(node.args[0]) == kind
    )


def _holds(union: ast.BinOp, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in (union.left, union.right))


def _copied_digest(
    view: FunctionView, copies: Callable[[ast.ClassDef], frozenset[str]]
) -> Iterator[tuple[ast.expr, str]]:
    """A digest that is compared with the entry of a catalogue that the same class copies it into; nothing is read again."""
    if (
        view.owner is None
        or not _CHECKS.search(view.name)
        or any(_COMPUTES.search(last_name(one.func)) for one in view.calls)
    ):
        return
    copied = copies(view.owner)
    for test in view.of(ast.Compare):
        sides = (test.left, test.comparators[0])
        entry = next((one for one in sides if isinstance(one, ast.Subscript)), None)
        field = next((one for one in sides if isinstance(one, ast.Attribute)), None)
        key = entry.slice.value if entry is not None and isinstance(entry.slice, ast.Constant) else ""
        if field is not None and key in copied and field.attr == key and not _is_self(field):
            yield test, f"compares {key} with the entry that it was copied into"


def _copies(owner: ast.ClassDef) -> frozenset[str]:
    """The digests that a class writes into a table as it was given them."""
    return frozenset(
        name
        for table in subtree(owner)
        if isinstance(table, ast.Dict)
        for name, value in keyed(table)
        if _DIGEST.search(name) and isinstance(value, ast.Attribute) and value.attr == name
    )


def _is_self(node: ast.Attribute) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "self" for one in subtree(node.value))


RULE = Rule(
    id="AUD878",
    name="truth-from-itself",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is everything compared with something that could differ?",
    why="`rows_expected=rows, rows_restored=rows`, or a hold-out set whose truth is the prediction plus noise: the evaluation cannot come out badly.",
    limits=(
        "One name given both as what was expected and as what was found; truths made of predictions and draws; members that are looked for in what they were taken from; digests that a class compares with its own copy of them. "
        "Simulations and factories are left alone."
    ),
    fix="Take the other side from where it really is: count again, read the file again, use observed data.",
    since="0.7.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a rehearsal, a catalogue and a hold-out set that agree with themselves",
            files={
                "shop/backups.py": (
                    "import random\n\n\nclass Backups:\n    def register(self, result):\n        self.entries.append({'path': result.path, 'sha256': result.sha256})\n\n    def verify(self, result):\n        entry = self.find(result.path)\n        return entry['sha256'] == result.sha256\n\n"
                    "    def rehearse(self, entry):\n        rows = entry.size // 412\n        return Rehearsal(rows_expected=rows, rows_restored=rows)\n\n\n"
                    "def holdout(cases):\n    rng = random.Random(7)\n    return [Case(one, actual_hours=predict_hours(one) + rng.gauss(0, 0.3)) for one in cases]\n"
                ),
            },
            found=("shop/backups.py:10", "shop/backups.py:14", "shop/backups.py:19"),
        ),
        Example(
            title="reviews, licences and approvals that are always there",
            files={
                "shop/reviews.py": (
                    "def reviews():\n    quarters = ('Q1', 'Q2')\n    return [Control(one, one in quarters) for one in quarters]\n\n\ndef licensed(mission, band: Band):\n    return band in set(Band)\n\n\n"
                    "def approved(given):\n    required = {'operations'}\n    return required.issubset(set(given) | required)\n"
                ),
            },
            found=("shop/reviews.py:12", "shop/reviews.py:3", "shop/reviews.py:7"),
        ),
        Example(
            title="things that are counted, read and looked up elsewhere",
            files={
                "shop/backups.py": (
                    "class Backups:\n    def register(self, result):\n        self.entries.append({'path': result.path, 'sha256': result.sha256})\n\n    def verify(self, result):\n        entry = self.find(result.path)\n        return entry['sha256'] == result.sha256 == sha256(result.path)\n\n"
                    "    def rehearse(self, entry):\n        rows = entry.rows\n        return Rehearsal(rows_expected=rows, rows_restored=self.count(entry), rows_total=rows)\n\n    def summary(self, entries):\n        count = len(entries)\n        return {'total': count, 'passed': count, 'source': count, 'verified_by': self.name}\n\n\n"
                    "def unchanged(state):\n    return Context(state_before_entry=state, state_after_entry=state)\n\n\n"
                    "def reviewed(done):\n    quarters = ('Q1', 'Q2')\n    return [Control(one, one in done) for one in quarters]\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
