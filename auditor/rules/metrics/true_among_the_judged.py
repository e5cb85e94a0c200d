"""AUD855: of the flags that decide together, one is written down as True."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.good_names import is_good_flag
from auditor.facts.literal_verdicts import follows_work
from auditor.facts.metric_literals import names_result
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, own_nodes, syntax_of
from auditor.facts.python_talk import is_idle, is_talk
from auditor.facts.python_values import is_true
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERDICT = pattern(
    r"(?i)(?:^|_)(?:achieved|met|passed|verified|validated|valid|ok|compliant|complete|success|successful|succeeded|healthy|intact|consistent|reachable|satisfied|secure|safe|ready|confirmed|matches|match|restored|recovered)$"
)
_HAPPENED = pattern(
    r"(?i)(?:^|_)(?:ok|complete|completed|success|successful|succeeded|passed|healthy|reachable|ready|restored|recovered)$"
)
"""What a call that gave an answer shows, since it would have raised otherwise; of an objective it shows nothing."""
_CHOSEN = pattern(r"(?i)first|changed|enabled|skip|dry|force|optional|default|allow|config|loop|running|keep|continue")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        for name, value in _written(view, syntax):
            message = f"{view.name} takes {name} for True, and judges by it as if it had been found out."
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _written(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[str, ast.expr]]:
    """``rpo_met = True`` before ``ok = rto_met and rpo_met``, where the other is worked out."""
    together = [list(given.values) for given in view.of(ast.BoolOp) if isinstance(given.op, ast.And)]
    together += [
        list(call.args[0].elts)
        for call in view.calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "all"
        and call.args
        and isinstance(call.args[0], ast.List | ast.Tuple)
    ]
    first_exit = min((one.lineno for one in (*view.returns, *view.of(ast.Raise))), default=view.node.end_lineno or 0)
    together += [
        [word.value for word in call.keywords]
        for call in view.calls
        if names_result(last_name(call.func)) and call.lineno <= first_exit
    ]
    if not together:
        return
    bindings = Bindings.of(view)
    flags = {one.id: bindings.only(one.id) for group in together for one in group if isinstance(one, ast.Name)}
    literal = {name: value for name, value in flags.items() if is_true(value) and _names_verdict(name)}
    if literal:
        judged = frozenset(name for name in flags if _names_verdict(name))
        proven = _behind_work(view, judged, syntax)
        literal = {name: value for name, value in literal.items() if id(value) not in proven}
    worked_out = {name for name, value in flags.items() if _is_worked_out(value)} if literal else set()
    for group in together:
        names = [one.id for one in group if isinstance(one, ast.Name)]
        if not worked_out.isdisjoint(names):
            yield from ((name, value) for name in names if (value := literal.pop(name, None)) is not None)


def _behind_work(view: FunctionView, flags: frozenset[str], syntax: PythonSyntax) -> frozenset[int]:
    """The values that are bound behind work, with nothing but a look at the clock between: coming this far is what shows them."""
    proven: set[int] = set()
    for block in blocks_of(view):
        work = 0  # the place behind the last statement that is more than a look at the clock
        shown: tuple[bool, bool] | None = None
        for place, one in enumerate(block):
            if isinstance(one, ast.Assign) and is_true(one.value):
                shown = _shown(block, work, flags, syntax) if shown is None else shown
                everything, happened = shown
                if everything or (happened and _HAPPENED.search(stored_name(one.targets[0]))):
                    proven.add(id(one.value))
            if not (isinstance(one, ast.Assign) and is_idle(one, syntax)):
                work = place + 1
                shown = None
    return frozenset(proven)


def _shown(block: list[ast.stmt], work: int, flags: frozenset[str], syntax: PythonSyntax) -> tuple[bool, bool]:
    """Whether the statement before this place shows every flag, as the answer of a call is dropped, and whether it shows that it happened, as no flag is its answer."""
    before = block[work - 1] if work else None
    match before:
        case ast.Expr(value=ast.Await() | ast.Call()):
            shown = not is_talk(before, syntax)
            return shown, shown
        case ast.Assign(targets=[target]) if last_name(target) in flags:
            return False, False
        case _:
            return False, follows_work(block, work, syntax)


def _names_verdict(name: str) -> bool:
    return (_VERDICT.search(name) is not None or is_good_flag(name)) and _CHOSEN.search(name) is None


def _is_worked_out(value: ast.expr | None) -> bool:
    """Whether a flag comes of a comparison or a call."""
    return value is not None and any(isinstance(one, ast.Compare | ast.Call) for one in own_nodes([value]))


RULE = Rule(
    id="AUD855",
    name="true-among-the-judged",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every flag that a verdict rests on found out?",
    why="`rpo_met = True` beside three comparisons makes a drill that lost an hour of data pass, and the report lists four objectives as met.",
    limits="Judged are local names of verdicts that are bound once, to True, and stand in an `and`, an `all` or a result beside flags that come of a comparison or a call. Flags behind a call whose answer is dropped, and those of success behind any work, are shown by coming that far, and left alone.",
    fix="Work the flag out, or take it out of the verdict and the report.",
    since="0.8.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="an objective that is met by declaration",
            files={
                "drill.py": (
                    "def judge(took, limit, rows):\n    rto_met = took <= limit\n    # a full copy loses nothing\n    rpo_met = True\n    passed = rto_met and rpo_met and rows\n    return passed\n\n\n"
                    "def drill(clock, rows):\n    took = clock.run()\n    rto_met = took < 60\n    rpo_met = True\n    return DrillResult(rto_met=rto_met, rpo_met=rpo_met, rows=rows)\n\n\n"
                    "def judge_all(client):\n    reachable = client.ping()\n    schema_valid = True\n    return all([reachable, schema_valid])\n\n\n"
                    "def noted(clock, book):\n    took = clock.run()\n    rto_met = took < 60\n    rpo_met = True\n    book.append(DrillResult(rto_met=rto_met, rpo_met=rpo_met))\n"
                )
            },
            found=("drill.py:12", "drill.py:18", "drill.py:25", "drill.py:4"),
        ),
        Example(
            title="a flag that is taken back, and a choice",
            files={
                "drill.py": (
                    "def judge(took, limit, rows):\n    rto_met = took <= limit\n    rows_ok = True\n    for row in rows:\n        if row.bad:\n            rows_ok = False\n    return rto_met and rows_ok\n\n\n"
                    "def wanted(client):\n    reachable = client.ping()\n    force = True\n    return reachable and force\n\n\n"
                    "def drilled(clock, rows):\n    took = clock.run()\n    rto_met = took < 60\n    if rows.lost:\n        return DrillResult(rto_met=rto_met, rpo_met=False)\n    rpo_met = True\n    return DrillResult(rto_met=rto_met, rpo_met=rpo_met)\n\n\n"
                    "def alive(client, rows):\n    rows_ok = rows > 3\n    client.ping()\n    reachable = True\n    return rows_ok and reachable\n\n\n"
                    "async def handled(self, clock, started):\n    output = await self.command.execute()\n    took = clock.time() - started\n    duration = took\n    success = True\n    quick = duration < 3\n    return RunResult(output=output, success=success, quick=quick)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
