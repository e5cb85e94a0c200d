"""AUD264: a digest or figure that is compared with a second reading of the same thing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DONE = pattern(
    r"(?i)(?:^|_)(?:last|latest|newest|previous|recent|reviewed|rotated|verified|tested|checked|backed_up|updated|renewed|issued|patched|scanned|audited|drilled|restored|trained|signed|seen|synced|completed|performed|done|backup|drill|rotation|review|audit|scan)(?:_|$)"
)
"""Names of times at which something was done that must be read somewhere."""
_READS = pattern(r"(?i)hash|digest|checksum|sha\d*|md5|crc|fingerprint|signature|size|count|version|revision")

_ADVANCES = pattern(
    r"(?i)next|read|recv|receive|pop|rand|choice|uniform|uuid|now|time|token|generate|fetch|get_nowait|perf|counter|step"
)
"""Names of calls that may well give something else the second time, and are compared for that."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        for age in _ages(view, syntax):
            what = ast.unparse(age.right)[:40]
            message = f"{view.name} takes the age of {what}, which it has just set itself: it is always the same."
            yield Hit(source.path, age.lineno, age.end_lineno or age.lineno, message, view.qualified)
        for node in view.of(ast.Compare):
            if isinstance(node.ops[0], ast.Eq | ast.NotEq) and _is_same(view, node.left, node.comparators[0]):
                what = ast.unparse(node.left)[:40]
                message = (
                    f"{view.name} compares {what} with a copy or a second reading of the same thing: they never differ."
                )
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _ages(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.BinOp]:
    """``now() - reviewed``, where that is the time a line before, or a chosen time before now: nobody has read when it was."""
    for node in view.of(ast.BinOp):
        if not isinstance(node.op, ast.Sub) or not isinstance(node.right, ast.Name) or not _DONE.search(node.right.id):
            continue
        bindings = Bindings.of(view)
        now = bindings.only(node.left.id) if isinstance(node.left, ast.Name) else node.left
        then = bindings.only(node.right.id)
        if now is None or then is None or not _is_clock(now, syntax) or not _is_set_by_clock(then, bindings, syntax):
            continue
        between = [one for one in view.calls if then.lineno < one.lineno < node.lineno and not _is_clock(one, syntax)]
        if not between and not view.of(ast.Await):
            yield node


def _is_set_by_clock(then: ast.expr, bindings: Bindings, syntax: PythonSyntax) -> bool:
    match then:
        case ast.BinOp(left=start, op=ast.Sub(), right=ast.Call(keywords=[_, *_] as lengths, func=made)):
            began = bindings.only(start.id) if isinstance(start, ast.Name) else start
            known = all(isinstance(one.value, ast.Constant) for one in lengths)
            return last_name(made) == "timedelta" and known and began is not None and _is_clock(began, syntax)
        case _:
            return _is_clock(then, syntax)


def _is_clock(node: ast.expr, syntax: PythonSyntax) -> bool:
    return isinstance(node, ast.Call) and effect_of_call(syntax.name_of(node.func), node) is Effect.CLOCK


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
    taken = _copied(value) if value is not None and not _is_converted(value) else ""
    if taken != original.id or len(bindings.assigned.get(taken, ())) > 1:
        return False
    changed = {one for one in (copy.id, taken) if one in bindings.items or one in _set_within(view)}
    return not changed and not any(_changes(call, copy.id, taken) for call in view.calls if call.lineno < copy.lineno)


@lru_cache(maxsize=4)
def _set_within(view: FunctionView) -> frozenset[str]:
    """The names that functions within this one set for it (``nonlocal``)."""
    return frozenset(name for one in subtree(view.node) if isinstance(one, ast.Nonlocal) for name in one.names)


def _is_converted(value: ast.expr) -> bool:
    """Whether a value is turned into a number or a text: comparing that with what it was asks whether it was one."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("int", "float", "str")


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
    values = [*call.args, *(one.value for one in call.keywords)]
    chosen = [part for one in values for part in ((one.body, one.orelse) if isinstance(one, ast.IfExp) else (one,))]
    given = {one.id for one in chosen if isinstance(one, ast.Name)}
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
    limits="Judged are comparisons of two equal calls with nothing done between them, of a name with a copy of it that nothing has changed, and ages of times that were set to now, or to a chosen time before now, with nothing called in between.",
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
            title="the age of a review that is dated today",
            files={
                "controls.py": (
                    "from datetime import UTC, datetime, timedelta\n\n\ndef keys_rotated():\n    last_rotation = datetime.now(UTC)\n    age = datetime.now(UTC) - last_rotation\n    return age.days <= 90\n\n\n"
                    "def drilled():\n    now = datetime.now(UTC)\n    last_drill = now - timedelta(days=12)\n    return (now - last_drill).days < 30\n"
                )
            },
            found=("controls.py:6", "controls.py:13"),
        ),
        Example(
            title="ages of what was read, and times that were taken",
            files={
                "controls.py": (
                    "from datetime import UTC, datetime, timedelta\n\n\ndef keys_rotated(vault):\n    last_rotation = vault.rotated_at()\n    return (datetime.now(UTC) - last_rotation).days <= 90\n\n\n"
                    "def timed(work):\n    last_seen = datetime.now(UTC)\n    work()\n    return datetime.now(UTC) - last_seen\n\n\n"
                    "def recent(rows):\n    cutoff = datetime.now(UTC) - timedelta(days=30)\n    return [row for row in rows if row.at > cutoff]\n"
                )
            },
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
            title="a copy that is filled, a conversion, a generator, and a reading kept from before",
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
                    "def shown(amount):\n"
                    "    whole = int(amount)\n"
                    "    return str(whole) if whole == amount else f'{amount:.2f}'\n"
                    "\n"
                    "\n"
                    "def advances(source):\n"
                    "    return source.read_line() == source.read_line()\n"
                    "\n"
                    "\n"
                    "def verify(items):\n"
                    "    errors = 0\n"
                    "\n"
                    "    def note(error):\n"
                    "        nonlocal errors\n"
                    "        errors += 1\n"
                    "\n"
                    "    saved = errors\n"
                    "    items.go_through(note)\n"
                    "    return errors == saved\n"
                    "\n"
                    "\n"
                    "async def handle(self, scope):\n"
                    "    own = scope.copy()\n"
                    "    await self.app(Connection(scope=own if self.copies else scope))\n"
                    "    if own != scope:\n"
                    "        warn('changed')\n"
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
