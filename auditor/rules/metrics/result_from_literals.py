"""AUD265: a result object whose verdict was written into the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check, constant_source
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, is_verdict_key, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_RESULT = pattern(
    r"(?:Result|Status|Health|Check|Outcome|Verdict|Probe|Gate|Finding|Report|Assessment)(?:s|Result|Item)?$"
)
_JUDGES = pattern(
    r"(?i)gate|health|check|readiness|probe|validat|verif|audit|compliance|monitor|inspect|preflight|diagnos"
)
_MAKES = pattern(
    r"(?i)^_*(?:ok|success|succeed(?:ed)?|passed|pass|allow|accept|skip|skipped|empty|default|none|noop|no_op|make|create|build|new|from|to|as|with|of|valid)(?:_|$)|test|mock|fake|stub|example|dummy|null"
)
_INTERFACE = pattern(f"{PLAIN_CLASSES}|Default|Always|Allow")
_LOOKING = (ast.If, ast.IfExp, ast.Try, ast.For, ast.AsyncFor, ast.While, ast.Compare, ast.BoolOp, ast.Await, ast.With, ast.AsyncWith, ast.Match)  # fmt: skip
_WORDS = 2


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        literals = list(_returned(view))
        calls = [one for one in view.calls if _gives_result(last_name(one.func))]
        if view.is_test or not (literals or calls) or _INTERFACE.search(view.qualified) or _MAKES.search(view.name):
            continue
        for literal in literals:
            message = f"{view.name} compares a value that is written in the code: its answer always comes out the same."
            yield Hit(source.path, literal.lineno, literal.end_lineno or literal.lineno, message, view.qualified)
        for source_of in _chosen(view):
            message = (
                f"{view.name} chooses its verdict by a value that is written in the code: it always comes out the same."
            )
            yield Hit(source.path, source_of.lineno, source_of.end_lineno or source_of.lineno, message, view.qualified)
        for call in calls:
            value = _compared(call, view)
            if value is not None:
                message = (
                    f"{view.name} compares a value that is written in the code: its result always comes out the same."
                )
                yield Hit(source.path, value.lineno, call.end_lineno or value.lineno, message, view.qualified)
            elif _declares(call) and _looks_at_nothing(call, view):
                message = f"{view.name} gives a good result without having looked at anything."
                yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _gives_result(name: str) -> bool:
    return name[:1].isupper() and _RESULT.search(name) is not None


def _returned(view: FunctionView) -> Iterator[ast.expr]:
    """The literals on which comparisons rest that are returned, alone or in a table."""
    for one in view.returns:
        values = one.value.values if isinstance(one.value, ast.Dict) else [one.value]
        for value in values:
            source = constant_source(value, Bindings.of(view)) if isinstance(value, ast.Compare) else None
            if source is not None:
                yield source


def _chosen(view: FunctionView) -> Iterator[ast.expr]:
    """The literals by which a check chooses between a good word and a bad one."""
    bindings = Bindings.of(view)
    for node in view.of(ast.IfExp) if acts_as_check(view) else ():
        verdicts = {verdict_of(one, bindings) for one in (node.body, node.orelse)}
        source = constant_source(node.test, bindings) if Verdict.SUCCESS in verdicts else None
        if source is not None:
            yield source


def _compared(call: ast.Call, view: FunctionView) -> ast.expr | None:
    """The literal that a comparison in the result rests on."""
    for one in [*call.args, *(keyword.value for keyword in call.keywords)]:
        source = constant_source(one, Bindings.of(view)) if isinstance(one, ast.Compare) else None
        if source is not None:
            return source
    return None


def _declares(call: ast.Call) -> bool:
    """Whether the result says that all is well, with words beside it that say what was found."""
    flags = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, bool)]
    named = [one.value for one in call.keywords if one.arg and is_verdict_key(one.arg)]
    words = [one.value for one in named if isinstance(one, ast.Constant)]
    words += [one.attr for one in named if isinstance(one, ast.Attribute)]
    good = flags == [True] or any(one is True or verdict_of_word(str(one)) is Verdict.SUCCESS for one in words)
    told = [*call.args, *(one.value for one in call.keywords)]
    return good and any(isinstance(one, ast.Constant) and len(str(one.value).split()) >= _WORDS for one in told)


def _looks_at_nothing(call: ast.Call, view: FunctionView) -> bool:
    """Whether the function of a class that judges makes this object and does nothing else, and AUD201 does not see it."""
    if view.of(*_LOOKING) or len(view.calls) > 1 or view.calls[0] is not call:
        return False
    judges = view.owner is not None and _JUDGES.search(view.owner.name) is not None
    return judges and not view.node.decorator_list and Claim.CHECK not in claims_of(view.name)


RULE = Rule(
    id="AUD265",
    name="result-from-literals",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the verdict of every result object rest on something that was looked at?",
    why="`p95 = 168.0` and `GateResult(p95 < 250)` one line below: the gate has been decided since the day on which it was written.",
    limits=(
        "Judged are objects named for results, checks, gates and the like: comparisons that come to a constant, and good results with a message that a method of a class "
        "named for judging returns without a call, a condition or a wait. Factories, defaults and interfaces are left alone."
    ),
    fix="Measure the value; return a failure, or 'unknown', until that is done.",
    since="0.3.0",
    effort=90,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a verdict that is chosen by a literal",
            files={
                "ops/probe.py": 'class CertificateProbe:\n    async def __call__(self):\n        days = 87\n        level = Level.GREEN if days > 14 else Level.RED\n        return Outcome("certificate", level)\n\n\nclass LagProbe:\n    async def __call__(self):\n        lag = await self.lag()\n        return Outcome("lag", Level.GREEN if lag > 14 else Level.RED)\n',
            },
            found=("ops/probe.py:3",),
        ),
        Example(
            title="a figure, and a word, in the place of a measurement",
            files={
                "ops/gates.py": (
                    "class ReleaseGate:\n    async def speed(self):\n        p95 = 168.0\n        return GateResult('speed', p95 < 250, f'{p95} ms')\n\n"
                    "    async def safety(self):\n        return GateResult('safety', True, 'no findings in the last scan')\n\n"
                    "    async def certificate(self):\n        days = 90\n        return days > 30\n"
                )
            },
            found=("ops/gates.py:10", "ops/gates.py:3", "ops/gates.py:7"),
        ),
        Example(
            title="measured results, and a factory",
            files={
                "ops/gates.py": (
                    "class ReleaseGate:\n    async def speed(self):\n        p95 = await self.source.p95()\n        return GateResult('speed', p95 < 250, f'{p95} ms')\n\n"
                    "    def passed(self, text):\n        return GateResult('any', True, text)\n\n"
                    "    async def safety(self):\n        self.scan()\n        return GateResult('safety', True, 'nothing was raised')\n"
                )
            },
        ),
    ),
    check_file=_check,
)
