"""AUD842: a figure is made of the digest of a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, gives_metric, is_metric_name
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DIGESTS = pattern(r"^(?:hashlib\.\w+|zlib\.(?:crc32|adler32)|binascii\.crc32|hash)$")
_HONEST = pattern(
    r"(?i)recall|remember|cache|shard|bucket|partition|hash|digest|token|jitter|colou?r|cohort|variant|assign|slot|ring|route|finger|embed|vector|seed|mock|fake|simulat|sampl|stagger|spread|offset|rollout|experiment|placement|port|etag|checksum|"
    r"(?:^|_)(?:id|key)s?(?:_|$)"
)
_MEASURES = pattern(
    r"(?i)(?:^|_)(?:score|scores|skill|latency|rate|ratio|accuracy|confidence|similarity|quality|risk|usage|load|throughput|uptime|health|sentiment|forecast|predict\w*|estimate\w*|measure\w*|evaluat\w*|benchmark\w*)(?:_|$)"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.name) or not _measures(view):
            continue
        drawn = _drawn(view, syntax)
        for one in view.returns if drawn else ():
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
    nodes = list(subtree(value))
    told = any(isinstance(one, ast.Name) and one.id in drawn for one in nodes)
    return told and not any(isinstance(one, ast.Call) and _DIGESTS.search(syntax.name_of(one.func)) for one in nodes)


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
    triggers=("hash", "crc32", "adler32"),
    check_file=_check,
    examples=(
        Example(
            title="the skill of a model, made of its name",
            files={
                "shop/models.py": (
                    "import hashlib\n\n\nclass Models:\n    async def shadow_score(self, model, shop):\n        digest = hashlib.sha256(f'{model}:{shop}'.encode()).digest()\n        spread = digest[0] / 255\n"
                    "        return Skill(error=0.08 + spread * 0.05, samples=2880)\n\n\ndef accuracy(model):\n    value = hash(model) % 100 / 100\n    return 0.9 + value / 10\n"
                ),
            },
            found=("shop/models.py:8", "shop/models.py:13"),
        ),
        Example(
            title="shards, cohorts and digests that are wanted",
            files={
                "shop/models.py": (
                    "import hashlib\n\n\ndef shard_ratio(name):\n    value = hash(name) % 16 / 16\n    return value\n\n\ndef score(model, rows):\n    digest = hashlib.sha256(model).hexdigest()\n"
                    "    total = sum(rows) / len(rows)\n    return total, digest\n"
                ),
            },
        ),
    ),
)
