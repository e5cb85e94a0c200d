"""AUD219: a table of checks whose results are all literals."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.literal_verdicts import all_well, follows_work, is_good, is_settings_name, keyed, names_results
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, PythonSyntax, neighbours, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WORKERS = frozenset({"apply", "setup", "configure", "harden", "assess", "prepare", "ensure", "run", "test", "perform"})
_PASSED = frozenset({"passed", "success", "valid", "compliant", "ok", "healthy", "verified", "ready", "completed"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _finds_out(view) or is_settings_name(view.name):
            continue
        bindings = Bindings.of(view)
        for name, table in _tables(view, bindings):
            message = f"{view.name} gives {name} as found, and every result in it is a literal."
            yield Hit(source.path, table.lineno, table.end_lineno or table.lineno, message, view.qualified)
        for table in _half_written(view, bindings):
            good = [value for _, value in keyed(table) if is_good(value)]
            message = f"{view.name} gives {len(good)} results as literals beside those that it looks for."
            yield Hit(source.path, good[0].lineno, good[-1].end_lineno or good[-1].lineno, message, view.qualified)
        for first, last, key in neighbours(_marks(view, syntax)):
            message = f"{view.name} notes {key!r} as passed, and nothing looks at it."
            yield Hit(source.path, first, last, message, view.qualified)


def _finds_out(view: FunctionView) -> bool:
    claims = claims_of(view.name) & {Claim.CHECK, Claim.MEASURE, Claim.ACT}
    return bool(claims) or not _WORKERS.isdisjoint(words_of(view.name)[:1])


def _tables(view: FunctionView, bindings: Bindings) -> Iterator[tuple[str, ast.Dict]]:
    """Literal tables of results that are assigned to a name of that kind, or returned under such a key."""
    for node in view.of(ast.Assign, ast.Return):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as table):
                changed = name in bindings.items or name in bindings.touched
                if names_results(name) and not changed and all_well(table):
                    yield name, table
            case ast.Return(value=ast.Dict() as result):
                for key, value in keyed(result):
                    if isinstance(value, ast.Dict) and names_results(key) and all_well(value):
                        yield key, value
            case _:
                continue


def _half_written(view: FunctionView, bindings: Bindings) -> Iterator[ast.Dict]:
    """Tables of a check in which some results are computed and at least two are simply True."""
    if Claim.CHECK not in claims_of(view.name):
        return
    for node in view.of(ast.Assign, ast.Return):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as table):
                if not names_results(name) or name in bindings.items or name in bindings.touched:
                    continue
            case ast.Return(value=ast.Dict() as table):
                pass
            case _:
                continue
        good = [value for _, value in keyed(table) if isinstance(value, ast.Constant) and value.value is True]
        computed = [value for _, value in keyed(table) if isinstance(value, ast.Compare | ast.UnaryOp | ast.BoolOp)]
        if len(good) > 1 and computed and len(good) + len(computed) == len(table.values):
            yield table


def _marks(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    """``checks["security"] = True`` among the statements that always run, with no work before it that could fail."""
    if Claim.CHECK not in claims_of(view.name) or not _decides(view):
        return  # where nothing is decided at all, AUD218 judges the whole
    body = view.body
    for index, statement in enumerate(body):
        match statement:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key)))]):
                if names_results(name) and _is_pass(statement.value) and not follows_work(body, index, syntax):
                    yield statement, key
            case _:
                continue


def _decides(view: FunctionView) -> bool:
    return bool(view.parameters) or any(
        isinstance(node, ast.If | ast.Try | ast.While | ast.Match) for node in view.nodes
    )


def _is_pass(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return value.value is True
    if not isinstance(value, ast.Dict) or not all(isinstance(one, ast.Constant) for one in value.values):
        return False
    return any(key in _PASSED and isinstance(one, ast.Constant) and one.value is True for key, one in keyed(value))


RULE = Rule(
    id="AUD219",
    name="assumed-results",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every result that a check reports come from having looked?",
    why="A readiness table whose entries are all written as True gives 100 percent before anything was deployed.",
    limits="Judges functions that claim to check, measure or operate, and names that speak of results; tables that are filled later, settings and features are left alone.",
    fix="Compute each entry from what it names; leave out what nothing looks at.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a readiness score over literals",
            files={
                "readiness.py": 'class Release:\n    async def verify_readiness(self, target):\n        readiness_checks = {\n            "manifests": True,\n            "monitoring": True,\n            "secrets": True,\n        }\n        score = sum(readiness_checks.values()) / len(readiness_checks) * 100\n        return {"ready": score >= 95, "score": score, "target": target}\n'
            },
            found=("readiness.py:3",),
        ),
        Example(
            title="nested under a key of what is returned",
            files={
                "harden.py": 'def apply_hardening(config):\n    path = write(config)\n    return {\n        "path": path,\n        "security_measures": {\n            "network": {"policies": True, "tls": True, "level": "restricted"},\n            "secrets": {"rotation": True, "external": True},\n            "rbac": True,\n        },\n    }\n'
            },
            found=("harden.py:5",),
        ),
        Example(
            title="one result is looked for, the others are written down",
            files={
                "rollback.py": 'class Rollback:\n    def validate_rollback(self):\n        return {\n            "disabled": not self.enabled,\n            "fallback": True,\n            "no_errors": True,\n        }\n'
            },
            found=("rollback.py:5",),
        ),
        Example(
            title="one of several checks is only noted",
            files={
                "gates.py": 'def run_pre_deployment_checks(client):\n    checks = {"quality": False, "security": False}\n    checks["quality"] = client.score() >= 80\n    report(checks)\n    if not checks["quality"]:\n        log("low quality")\n    note = "security"\n    checks["security"] = True\n    return checks\n'
            },
            found=("gates.py:8",),
        ),
        Example(
            title="settings, features, results that are filled later, and a mark after work that raises",
            files={
                "gates.py": 'def setup_features(client):\n    feature_flags = {"search": True, "export": True, "billing": True}\n    return feature_flags\n\n\ndef check_all(client):\n    results = {"a": True, "b": True, "c": True}\n    for name in results:\n        results[name] = client.look_at(name)\n    return results\n\n\ndef verify_services(client):\n    checks = {}\n    if client.slow:\n        client.wait()\n    client.ping()\n    checks["ping"] = True\n    return checks\n'
            },
        ),
    ),
    check_file=_check,
)
