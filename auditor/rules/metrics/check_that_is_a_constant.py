"""AUD811: a check in a table of checks that is a function of nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, nodes_of, own_nodes, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TABLES = pattern(
    r"(?i)(?:^|_)(?:checks?|gates?|probes?|criteria|verifications?|validations?|health_?checks?|readiness|preflight|smoke_tests?|assertions|guards|steps|stages|phases)$"
)
_TAKES = pattern(
    r"(?i)(?:^|_)(?:register|add|use|with|append|include|set|check|probe|gate|new)(?:_\w*)?(?:check|probe|gate|criterion|verification|health|readiness)s?$|^(?:check|probe|gate)$"
)
_MAKES = pattern(r"(?:Check|Probe|Gate|Criterion|Verification|Indicator|Preflight|HealthCheck|Step|Stage)$")
_HONEST = pattern(
    r"(?i)default|null|noop|no_op|dummy|mock|fake|stub|disabled|always|optional|skip|permission|throttl|visib|filter|config|example|demo"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for name, function in _given(syntax):
        if verdict_of(function.body, Bindings()) is Verdict.SUCCESS and not _HONEST.search(name):
            message = f"A check of {name} is a function of nothing: it answers {ast.unparse(function.body)[:40]} whatever there is."
            yield Hit(source.path, function.lineno, function.end_lineno or function.lineno, message, name)


def _given(syntax: PythonSyntax) -> Iterator[tuple[str, ast.Lambda]]:
    """The lambdas in tables of checks, and those that are handed to whoever takes checks."""
    for node in nodes_of(syntax.tree, ast.Assign):
        yield from _in_table(last_name(node.targets[0]), node.value)
    for declared in nodes_of(syntax.tree, ast.AnnAssign):
        yield from _in_table(last_name(declared.target), declared.value)
    for call in nodes_of(syntax.tree, ast.Call):
        name = last_name(call.func)
        if _TAKES.search(name) or _MAKES.search(name):
            for one in (*call.args, *(word.value for word in call.keywords)):
                if isinstance(one, ast.Lambda):
                    yield name, one


def _in_table(name: str, value: ast.expr | None) -> Iterator[tuple[str, ast.Lambda]]:
    if not isinstance(value, ast.Dict | ast.List | ast.Tuple) or not _TABLES.search(name):
        return
    inner = value.values if isinstance(value, ast.Dict) else value.elts
    for one in inner:
        held = one if isinstance(one, ast.Lambda | ast.Tuple | ast.Dict) else None
        parts = [held] if isinstance(held, ast.Lambda) else own_nodes([held]) if held is not None else []
        yield from ((name, part) for part in parts if isinstance(part, ast.Lambda))


RULE = Rule(
    id="AUD811",
    name="check-that-is-a-constant",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every entry of a table of checks look at something?",
    why="`'licence': lambda: True` among five checks is counted, printed and reported like the others, and can never fail.",
    limits="Judged are lambdas whose body is a literal success, in tables and lists named for checks, gates, probes or steps, and in calls and objects that take a check.",
    fix="Write the check, or take the entry out.",
    since="0.5.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="entries that cannot fail",
            files={
                "ops/ready.py": (
                    "CHECKS = {\n    'ledger': ledger_answers,\n    'licence': lambda: True,\n    'queue': lambda context: {'status': 'healthy'},\n}\n\n"
                    "monitor.register_check('disk', lambda: (True, 'enough'))\nGATES = [Gate('coverage', lambda report: True)]\n"
                )
            },
            found=("ops/ready.py:3", "ops/ready.py:4", "ops/ready.py:7", "ops/ready.py:8"),
        ),
        Example(
            title="entries that look, and what is no check",
            files={
                "ops/ready.py": (
                    "CHECKS = {'ledger': lambda: ledger.ping(), 'queue': lambda context: context.depth < 5}\nKEYS = {'name': lambda row: True}\n"
                    "monitor.register_check('disk', lambda: disk_free() > 5)\nfilters.add(lambda row: True)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
