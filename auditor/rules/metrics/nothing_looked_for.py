"""AUD819: a search for trouble that finds none, because it looks at nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_handlers import is_quiet
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOOKS = pattern(
    r"^_*(?:async_)?(?:(?:scan|detect|audit|precheck|preflight|validate|lint|inspect|diagnose|examine|reconcile|sweep|probe)(?:_\w+)?|(?:find|check|collect|list|get|search|look)_(?:for_)?\w*(?:vulnerab\w+|anomal\w+|violations?|"
    r"regressions?|drifts?|leaks?|threats?|breaches|intrusions?|mismatch\w*|discrepanc\w+|failures|errors|issues|problems|findings|alerts|incidents|conflicts|duplicates|orphans?|corrupt\w*|stale\w*|outliers?|warnings))$"
)
_CHECKS = pattern(r"^_*(?:check|verify|validate|lint|inspect|assess|examine|compare)_\w+$")
_TROUBLES = pattern(
    r"(?i)\b(?:list|tuple|sequence|iterable|set)\[.{0,40}(?:violation|problem|error|issue|finding|failure|mismatch|conflict|difference|diff|warning|anomal|defect|str)\w*"
)
_BAD = pattern(
    r"^_*(?:is|has)_\w*(?:degraded|unhealthy|stale|overloaded|compromised|breached|failing|exhausted|saturated|drifted|regressed|corrupted|anomal\w+|vulnerab\w+|violations?|regressions?|leaks?)$"
)
"""Questions to which no is the good answer."""
_PLAIN = pattern(f"{PLAIN_CLASSES}|Default|Example|Disabled")
_SAYS_SO = pattern(
    r"(?i)no-?op|override|subclass|hook|by default|does nothing|nothing to (?:do|check|scan)|not supported|unsupported|deprecated|optional"
)
_HOOK = pattern(r"abstract|property|overload|override|fixture|hook")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    bases = {ast.unparse(base).rpartition(".")[2] for node, _ in syntax.classes for base in node.bases}
    for view in syntax.functions:
        named = _LOOKS.search(view.name) or _BAD.search(view.name) or _checks_what_it_is_given(view)
        if named and not _is_excused(view, bases) and _finds_nothing(view, syntax):
            last = view.returns[-1]
            message = f"{view.name} finds nothing on every path, and looks at nothing."
            yield Hit(source.path, view.node.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _checks_what_it_is_given(view: FunctionView) -> bool:
    """``check_cross_view(view, rows) -> list[Violation]``: a check by name that is handed something, and says that it gives what it found."""
    if not _CHECKS.search(view.name) or not view.parameters or view.node.returns is None:
        return False
    return _TROUBLES.search(ast.unparse(view.node.returns)[:100]) is not None


def _is_excused(view: FunctionView, bases: set[str]) -> bool:
    """Whether a function is there to be overridden, or says that there is nothing to look for."""
    if (
        view.is_test
        or any(_HOOK.search(ast.unparse(one)[:80]) for one in view.node.decorator_list)
        or _SAYS_SO.search(view.docstring)
    ):
        return True
    return view.owner is not None and (
        view.owner.name in bases or bool(view.owner.bases) or _PLAIN.search(view.owner.name) is not None
    )


def _finds_nothing(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether every result is empty, and the function neither asks anything nor goes over anything."""
    if (
        not view.returns
        or any(not _only_talks(one, syntax) for one in view.of(ast.If))
        or view.of(ast.For, ast.AsyncFor, ast.While, ast.Raise, ast.Try, ast.Match)
    ):
        return False
    bindings = Bindings.of(view)
    bad = _BAD.search(view.name) is not None
    return all(_is_empty(one.value, bindings, bad=bad) for one in view.returns) and stays_inside(view, syntax)


def _only_talks(node: ast.If, syntax: PythonSyntax) -> bool:
    """Whether a branch only says what it has seen."""
    return is_quiet([*node.body, *node.orelse], syntax)


def _is_empty(value: ast.expr | None, bindings: Bindings, *, bad: bool = False) -> bool:
    if isinstance(value, ast.Name):
        kept = bindings.only(value.id)
        return (
            value.id not in bindings.touched
            and value.id not in bindings.items
            and kept is not None
            and _is_empty(kept, bindings)
        )
    match value:
        case ast.Constant(value=False) if bad:
            return True
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            return True
        case ast.Call(func=ast.Name(id="list" | "dict" | "set" | "tuple"), args=[], keywords=[]):
            return True
        case ast.Dict(values=values):
            return any(isinstance(one, ast.List) and not one.elts for one in values) and all(
                isinstance(one, ast.Constant) or (isinstance(one, ast.List | ast.Dict) and _is_empty(one, bindings))
                for one in values
            )
        case _:
            return False


RULE = Rule(
    id="AUD819",
    name="nothing-looked-for",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a search for trouble look anywhere before it finds none?",
    why="`scan_dependencies()` that returns an empty list is a clean bill of health for every release, whatever is in it.",
    limits="Judged are functions named for a search (scan, detect, audit, find_violations ...) without a branch or loop that give back an empty list or table and reach nothing; classes with a base, hooks and stand-ins are left alone.",
    fix="Search, or raise NotImplementedError until then.",
    since="0.5.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a check that gives what it found, and finds nothing",
            files={
                "app/rules.py": "def check_owners(view, rows) -> list[Violation]:\n    return []\n\n\ndef check_names(view, rows) -> list[Violation]:\n    return [one for one in rows if not one.name]\n\n\ndef check_limits(view, rows):\n    return []\n",
            },
            found=("app/rules.py:1",),
        ),
        Example(
            title="a question that is always answered with no, and problems that are only told",
            files={
                "ops/watch.py": "class Monitor:\n    def is_degraded(self):\n        return False\n\n    def is_open(self):\n        return False\n\n\ndef precheck(config):\n    problems = []\n    if not config.dsn:\n        log.warning('no dsn')\n    return problems\n\n\ndef preflight(config):\n    problems = []\n    if not config.dsn:\n        problems.append('no dsn')\n    return problems\n",
            },
            found=("ops/watch.py:2", "ops/watch.py:9"),
        ),
        Example(
            title="scans that find nothing",
            files={
                "ops/scan.py": (
                    "class Security:\n    async def scan_dependencies(self):\n        log.info('scanning')\n        return []\n\n\n"
                    "def detect_drift(state):\n    drift = []\n    return drift\n\n\ndef audit(image):\n    return {'image': 'api', 'findings': []}\n"
                )
            },
            found=("ops/scan.py:12", "ops/scan.py:2", "ops/scan.py:7"),
        ),
        Example(
            title="scans that look, and hooks",
            files={
                "ops/scan.py": (
                    "class Security:\n    async def scan_dependencies(self):\n        return await self.client.scan()\n\n\n"
                    "def detect_drift(state):\n    drift = []\n    for one in state:\n        drift.append(one)\n    return drift\n\n\n"
                    'class Plugin:\n    def scan(self):\n        """Override to add findings."""\n        return []\n'
                )
            },
        ),
    ),
    check_file=_check,
)
