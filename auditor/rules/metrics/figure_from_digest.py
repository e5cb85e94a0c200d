"""AUD842: a figure is made of the digest of a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, gives_metric, is_metric_name
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.python_values import is_number
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DIGESTS = pattern(r"^(?:hashlib\.\w+|zlib\.(?:crc32|adler32)|binascii\.crc32|hash|ord)$")
_HONEST = pattern(
    r"(?i)recall|remember|cache|shard|bucket|partition|hash|digest|token|jitter|colou?r|cohort|variant|assign|slot|ring|route|finger|embed|vector|seed|mock|fake|simulat|sampl|stagger|spread|offset|rollout|experiment|placement|port|etag|checksum|"
    r"(?:^|_)(?:id|key)s?(?:_|$)"
)
_MEASURES = pattern(
    r"(?i)(?:^|_)(?:score|scores|skill|latency|rate|ratio|accuracy|confidence|similarity|quality|risk|probability|likelihood|usage|load|throughput|uptime|health|sentiment|forecast|predict\w*|estimate\w*|measure\w*|evaluat\w*|benchmark\w*)(?:_|$)"
)


_DEEPEST = 20
"""Operations around a digest: more are not looked into."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.name) or not _measures(view):
            continue
        drawn = _drawn(view, syntax)
        for one in view.returns:
            if one.value is not None and _rests_on(one.value, drawn, syntax):
                message = (
                    f"{view.name} makes its figures of a digest: they are the same for ever, and nothing is measured."
                )
                yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, view.qualified)


def _measures(view: FunctionView) -> bool:
    return (
        _MEASURES.search(view.name) is not None
        or Claim.MEASURE in claims_of(view.name)
        or gives_metric(view.name)
        or is_metric_name(view.name)
    )


def _drawn(view: FunctionView, syntax: PythonSyntax) -> frozenset[str]:
    """The local names that hold a number made of a digest."""
    digests: set[str] = set()
    numbers: set[str] = set()
    for one in view.of(ast.Assign):
        names = {target.id for target in one.targets if isinstance(target, ast.Name)}
        held = _names(one.value)
        if held & numbers or ((_hashes(one.value, syntax) or held & digests) and _counts(one.value)):
            numbers |= names
        elif _hashes(one.value, syntax) or held & digests:
            digests |= names
    return frozenset(numbers)


def _names(value: ast.expr) -> set[str]:
    return {one.id for one in subtree(value) if isinstance(one, ast.Name)}


def _hashes(value: ast.expr, syntax: PythonSyntax) -> bool:
    return any(isinstance(one, ast.Call) and _DIGESTS.search(syntax.name_of(one.func)) for one in subtree(value))


def _counts(value: ast.expr) -> bool:
    """Whether an expression is arithmetic with a number."""
    return any(
        isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div | ast.Mult | ast.Mod | ast.Add | ast.Sub)
        for one in subtree(value)
    )


def _rests_on(value: ast.expr, drawn: frozenset[str], syntax: PythonSyntax) -> bool:
    """Whether a result is made of such a number, or is one itself; a digest beside it is wanted."""
    if _hashes(value, syntax):
        return _is_number_of_digest(value, syntax)
    return not drawn.isdisjoint(_names(value))


def _is_number_of_digest(value: ast.expr, syntax: PythonSyntax) -> bool:
    """``round(int(sha256(name).hexdigest(), 16) % 100 / 100, 2)``; the digest in a text or a path is none."""
    for _ in range(_DEEPEST):
        match value:
            case ast.BinOp(left=left, op=ast.Div() | ast.Mod(), right=right) if _is_numeric(right):
                return _hashes(left, syntax)
            case ast.BinOp(left=left, right=right):
                value = left if _hashes(left, syntax) else right
            case ast.Call(func=ast.Name(id="round" | "float" | "min" | "max" | "abs"), args=[*given]):
                value = next((one for one in given if _hashes(one, syntax)), value.func)
            case _:
                return False
    return False


def _is_numeric(value: ast.expr) -> bool:
    """Whether an expression is made of literal numbers alone: ``2**32``."""
    return all(
        isinstance(one, ast.Constant) and is_number(one)
        for one in subtree(value)
        if isinstance(one, ast.expr) and not isinstance(one, ast.BinOp | ast.UnaryOp)
    )


RULE = Rule(
    id="AUD842",
    name="figure-from-digest",
    category=Category.MOCKED_METRIC,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    question="Is every score taken from what it is a score of?",
    why="`int(sha256(name).hexdigest(), 16) % 100 / 100` looks like a measurement: it differs from model to model, it is stable, and it knows nothing of any of them.",
    limits="Functions named for a score or measurement whose returned figures are arithmetic on a digest of hashlib, a checksum or `hash()`. Shards, cohorts, jitter, keys and simulations are left alone.",
    fix="Measure, or raise until somebody does.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("hash", "crc32", "adler32", "ord("),
    check_file=_check,
    examples=(
        Example(
            title="a probability that is made of the letters of a name",
            files={
                "wear.py": (
                    "def failure_probability(frames, component):\n    seed = sum(ord(letter) for letter in component) % 17\n    return round(0.02 + seed / 1000, 4)\n\n\n"
                    "def sort_key(component):\n    return sum(ord(letter) for letter in component) % 17\n"
                )
            },
            found=("wear.py:3",),
        ),
        Example(
            title="the skill of a model, made of its name",
            files={
                "shop/models.py": (
                    "import hashlib\n\n\nclass Models:\n    async def shadow_score(self, model, shop):\n        digest = hashlib.sha256(f'{model}:{shop}'.encode()).digest()\n        spread = digest[0] / 255\n"
                    "        return Skill(error=0.08 + spread * 0.05, samples=2880)\n\n\ndef accuracy(model):\n    value = hash(model) % 100 / 100\n    return 0.9 + value / 10\n"
                    "\n\ndef skill(name):\n    return round(int(hashlib.sha256(name).hexdigest(), 16) % 100 / 100, 2)\n"
                ),
            },
            found=("shop/models.py:8", "shop/models.py:13", "shop/models.py:17"),
        ),
        Example(
            title="shards, cohorts and digests that are wanted",
            files={
                "shop/models.py": (
                    "import hashlib\n\n\ndef shard_ratio(name):\n    value = hash(name) % 16 / 16\n    return value\n\n\ndef score(model, rows):\n    digest = hashlib.sha256(model).hexdigest()\n"
                    "    total = sum(rows) / len(rows)\n    return total, digest\n"
                    "\n\ndef score_name(rows):\n    return 'score-%s' % hashlib.sha256(rows).hexdigest()\n"
                    "\n\ndef quality_label(rows):\n    return 'q' + hashlib.sha256(rows).hexdigest()\n"
                    "\n\ndef load_report(name):\n    return Path(hashlib.sha256(name).hexdigest()) / 'report.json'\n"
                ),
            },
        ),
    ),
)
