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

_ADVANCES = pattern(
    r"(?i)next|read|recv|receive|pop|rand|choice|uniform|uuid|now|time|token|generate|fetch|get_nowait|perf|counter|step"
)
"""Names of calls that may well give something else the second time, and are compared for that."""


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for node in view.of(ast.Compare):
            if isinstance(node.ops[0], ast.Eq | ast.NotEq) and _is_same(view, node.left, node.comparators[0]):
                what = ast.unparse(node.left)[:40]
                message = (
                    f"{view.name} compares {what} with a copy or a second reading of the same thing: they never differ."
                )
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _is_same(view: FunctionView, left: ast.expr, right: ast.expr) -> bool:
    if _is_copy(view, left, right) or _is_copy(view, right, left) or _asks_twice(left, right):
        return True
    first, second = (_reading(view, one) for one in (left, right))
    if first is None or second is None or ast.dump(first) != ast.dump(second):
        return False
    return not _is_worked_on(view, first, second)


def _is_copy(view: FunctionView, copy: ast.expr, original: ast.expr) -> bool:
    """Whether a name is bound to a copy of the other side, and nothing has been done to either since."""
    if not isinstance(copy, ast.Name) or not isinstance(original, ast.Name):
        return False
    bindings = Bindings.of(view)
    value = bindings.only(copy.id)
    taken = _copied(value) if value is not None else ""
    if taken != original.id or len(bindings.assigned.get(taken, ())) > 1:
        return False
    changed = {one for one in (copy.id, taken) if one in bindings.items}
    return not changed and not any(_changes(call, copy.id, taken) for call in view.calls if call.lineno < copy.lineno)


def _copied(value: ast.expr) -> str:
    """The name that an expression copies."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Call(
            func=ast.Name(id="dict" | "list" | "set" | "tuple" | "str" | "int" | "float"),
            args=[ast.Name(id=name)],
            keywords=[],
        ):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="copy"), args=[]):
            return name
        case ast.Call(
            func=ast.Attribute(attr="copy" | "deepcopy") | ast.Name(id="copy" | "deepcopy"), args=[ast.Name(id=name)]
        ):
            return name
        case ast.Dict(keys=[None], values=[ast.Name(id=name)]) | ast.List(elts=[ast.Starred(value=ast.Name(id=name))]):
            return name
        case _:
            return ""


def _changes(call: ast.Call, *names: str) -> bool:
    """Whether a call is made on one of these, or is given one of them for more than a copy."""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id in names:
        return call.func.attr not in ("copy", "get", "items", "keys", "values")
    given = {one.id for one in call.args if isinstance(one, ast.Name)}
    return bool(given & set(names)) and not _copied(call)


def _asks_twice(left: ast.expr, right: ast.expr) -> bool:
    """``store.last_saved() == store.last_saved()``: one thing is asked twice in one breath."""
    if not isinstance(left, ast.Call) or not isinstance(left.func, ast.Attribute) or _ADVANCES.search(left.func.attr):
        return False
    return ast.dump(left) == ast.dump(right)


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
    limits="Judged are comparisons of two equal calls with nothing done between them, and of a name with a copy of it that nothing has changed.",
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
        Example(
            title="a copy, and one thing that is asked twice",
            files={
                "smoke.py": (
                    "def smoke(version):\n"
                    '    wanted = {"version": version, "state": "up"}\n'
                    "    seen = dict(wanted)\n"
                    "    if seen != wanted:\n"
                    "        raise RuntimeError(seen)\n"
                    "\n"
                    "\n"
                    "async def saved(store):\n"
                    "    store.save()\n"
                    "    while store.last_saved() == store.last_saved():\n"
                    "        await pause(1)\n"
                ),
            },
            found=(
                "smoke.py:10",
                "smoke.py:4",
            ),
        ),
        Example(
            title="a copy that is filled, a generator, and a reading kept from before",
            files={
                "smoke.py": (
                    "def smoke(version, probe):\n"
                    '    wanted = {"version": version}\n'
                    "    seen = dict(wanted)\n"
                    "    seen.update(probe())\n"
                    "    if seen != wanted:\n"
                    "        raise RuntimeError(seen)\n"
                    "\n"
                    "\n"
                    "def advances(source):\n"
                    "    return source.read_line() == source.read_line()\n"
                    "\n"
                    "\n"
                    "async def saved(store):\n"
                    "    before = store.last_saved()\n"
                    "    store.save()\n"
                    "    while store.last_saved() == before:\n"
                    "        await pause(1)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
