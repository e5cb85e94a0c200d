"""AUD874: exceptions that `gather` gives back instead of raising are counted, or taken for good answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENDS = pattern(
    r"(?i)stop|close|shut|cancel|clean|teardown|aexit|dispose|finali[sz]e|disconnect|drain|lifespan|terminate"
)
"""Where everything is put away, nobody needs to know what failed at it."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _ENDS.search(view.name):
            continue
        for name, gathered in _gathered(view):
            read = [one for one in view.of(ast.Name) if one.id == name and isinstance(one.ctx, ast.Load)]
            if _only_counted(view, read, syntax):
                message = f"{view.name} lets exceptions come back as {name}, and looks at none of them."
                yield Hit(source.path, gathered.lineno, gathered.end_lineno or gathered.lineno, message, view.qualified)
            for test in _taken_for_true(view, name):
                message = f"{view.name} takes whatever came back for a yes, and an exception is no no."
                yield Hit(source.path, test.lineno, test.end_lineno or test.lineno, message, view.qualified)


def _gathered(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """The names for what ``await gather(..., return_exceptions=True)`` gives."""
    bindings = Bindings.of(view)
    for name in bindings.assigned:
        value = bindings.only(name)
        call = value.value if isinstance(value, ast.Await) else None
        if isinstance(call, ast.Call) and last_name(call.func) == "gather":
            asked = {one.arg: one.value for one in call.keywords}
            flag = asked.get("return_exceptions")
            if isinstance(flag, ast.Constant) and flag.value is True:
                yield name, call


def _only_counted(view: FunctionView, read: list[ast.Name], syntax: PythonSyntax) -> bool:
    """Whether results are only told or counted, where the function goes on to give something."""
    told: set[int] = set()
    for call in view.calls:
        if last_name(call.func) == "len" or is_log_call(syntax.name_of(call.func)):
            told.update(id(one) for one in own_nodes([call]))
    gives = any(one.value is not None and not isinstance(one.value, ast.Constant) for one in view.returns)
    return gives and all(id(one) in told for one in read)


def _taken_for_true(view: FunctionView, name: str) -> Iterator[ast.expr]:
    """The conditions that are nothing but one of the results, where no result is asked what it is."""
    if any(last_name(call.func) in ("isinstance", "issubclass", "type") for call in view.calls):
        return
    loops: list[ast.For | ast.comprehension] = [*view.of(ast.For), *_comprehensions(view)]
    for loop in loops:
        at = _place(loop.iter, name)
        target = loop.target
        if at is not None and isinstance(target, ast.Tuple) and 0 <= at < len(target.elts):
            target = target.elts[at]
        if at is None or not isinstance(target, ast.Name):
            continue
        tests = [one.test for one in view.of(ast.If)] + [test for one in _comprehensions(view) for test in one.ifs]
        yield from (one for one in tests if isinstance(one, ast.Name) and one.id == target.id)


def _comprehensions(view: FunctionView) -> list[ast.comprehension]:
    holders = view.of(ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
    return [part for one in holders for part in one.generators]


def _place(looped: ast.expr, name: str) -> int | None:
    """At which place of what a loop goes over the results stand: 0 for themselves, the argument of ``zip``."""
    if isinstance(looped, ast.Name):
        return 0 if looped.id == name else None
    if isinstance(looped, ast.Call) and last_name(looped.func) == "zip":
        return next((at for at, one in enumerate(looped.args) if any(_is(part, name) for part in subtree(one))), None)
    return None


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


RULE = Rule(
    id="AUD874",
    name="exceptions-taken-for-answers",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does somebody look at the exceptions that `return_exceptions=True` keeps?",
    why="A region whose roll-out raised is one of `len(results)` regions, and an exception is as true as True: the dead probe counts as alive.",
    limits="Results of `gather` with `return_exceptions=True` that are only counted or logged in a function that goes on to answer, or that are conditions by themselves where nothing asks for their class. What stops or cleans up is left alone.",
    fix="Ask each result whether it is an exception, and count that as failed.",
    since="0.7.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("return_exceptions",),
    examples=(
        Example(
            title="roll-outs that are counted, and probes that raised",
            files={
                "shop/regions.py": (
                    "import asyncio\n\n\nclass Regions:\n    async def roll_out(self, version):\n        results = await asyncio.gather(*(self.apply(one, version) for one in self.all), return_exceptions=True)\n        log.info('%d regions', len(results))\n        return Deployment(version, regions=self.all)\n\n"
                    "    async def choose(self):\n        checks = await asyncio.gather(*(self.alive(one) for one in self.all), return_exceptions=True)\n        for region, alive in zip(self.all, checks, strict=True):\n            if alive:\n                return region\n        return None\n"
                ),
            },
            found=("shop/regions.py:13", "shop/regions.py:6"),
        ),
        Example(
            title="results that are asked what they are, and the end of everything",
            files={
                "shop/regions.py": (
                    "import asyncio\n\n\nclass Regions:\n    async def choose(self):\n        checks = await asyncio.gather(*(self.alive(one) for one in self.all), return_exceptions=True)\n        for region, alive in zip(self.all, checks, strict=True):\n            if isinstance(alive, Exception):\n                continue\n            if alive:\n                return region\n        return None\n\n"
                    "    async def stop(self):\n        results = await asyncio.gather(*self.tasks, return_exceptions=True)\n        return [len(results)]\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
