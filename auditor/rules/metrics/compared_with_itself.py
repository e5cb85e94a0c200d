"""AUD264: a digest or figure that is compared with a second reading of the same thing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READS = pattern(r"(?i)hash|digest|checksum|sha\d*|md5|crc|fingerprint|signature|size|count|version|revision")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for node in view.of(ast.Compare):
            if isinstance(node.ops[0], ast.Eq | ast.NotEq) and _is_same(view, node.left, node.comparators[0]):
                message = f"{view.name} compares {ast.unparse(node.left)[:40]} with a second reading of the same thing: they never differ."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _is_same(view: FunctionView, left: ast.expr, right: ast.expr) -> bool:
    first, second = (_reading(view, one) for one in (left, right))
    if first is None or second is None or ast.dump(first) != ast.dump(second):
        return False
    return not _is_worked_on(view, first, second)


def _reading(view: FunctionView, node: ast.expr) -> ast.Call | None:
    """The call that an expression, or the one value of a name, stands for, where it reads something off a thing."""
    value = Bindings.of(view).only(node.id) if isinstance(node, ast.Name) else node
    inner = value.value if isinstance(value, ast.Await) else value
    if not isinstance(inner, ast.Call) or not _READS.search(last_name(inner.func)):
        return None
    return inner if inner.args or isinstance(inner.func, ast.Attribute) else None


def _is_worked_on(view: FunctionView, first: ast.Call, second: ast.Call) -> bool:
    """Whether anything is done between the two readings, which may then tell what that changed."""
    low, high = sorted((first.lineno, second.lineno))
    between = [one for one in view.calls if low < one.lineno < high]
    return bool(between) or (high - low > 1 and bool(view.of(ast.With, ast.AsyncWith, ast.For, ast.While)))


RULE = Rule(
    id="AUD264",
    name="compared-with-itself",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do checks compare what is there with what was recorded?",
    why="Two digests of one file, taken one after the other, are equal for every file, the broken ones included.",
    limits="Judged are comparisons of two equal calls named for digests, sizes, counts and versions, with nothing done between them.",
    fix="Compare with the digest that was written down when the thing was made.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="two readings of one archive",
            files={
                "archive.py": "def intact(record):\n    now = sha256_of(record.path)\n    again = sha256_of(record.path)\n    return now == again\n\n\ndef whole(path):\n    return digest(path) == digest(path)\n"
            },
            found=("archive.py:4", "archive.py:8"),
        ),
        Example(
            title="a recorded digest, and a reading before and after",
            files={
                "archive.py": "def intact(record):\n    return sha256_of(record.path) == record.sha256\n\n\ndef changed(path):\n    before = checksum(path)\n    rewrite(path)\n    after = checksum(path)\n    return before != after\n"
            },
        ),
    ),
    check_file=_check,
)
