"""AUD133: an endpoint that switches something, and only repeats what it was told."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_signatures import defaults_of
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHANGING = frozenset({"post", "put", "patch", "delete"})
_SWITCHES = frozenset(
    "maintenance enable disable toggle switch activate deactivate pause resume suspend block unblock ban unban revoke lock unlock drain cordon scale set update freeze unfreeze mute unmute silence throttle promote demote rotate flag flags feature features mode level readonly configure apply reload approve reject publish archive".split()  # noqa: SIM905 - reads better
)
_HONEST = pattern(
    r"(?i)echo|ping|debug|example|demo|mock|fake|dummy|dry_?run|preview|validate|hello|webhook|tutorial|sample"
)


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        paths = list(_paths(view))
        if not paths or view.is_test or _HONEST.search(f"{view.qualified} {' '.join(paths)}"):
            continue
        words = {
            *words_of(view.name),
            *(word for path in paths for word in path.strip("/").replace("-", "_").replace("/", "_").split("_")),
        }
        if words & _SWITCHES and _only_echoes(view, syntax):
            message = f"{view.name} answers with what it was sent as the new state, and changes nothing."
            yield Hit(
                source.path,
                view.body[0].lineno,
                view.body[-1].end_lineno or view.body[-1].lineno,
                message,
                view.qualified,
            )


def _paths(view: FunctionView) -> Iterator[str]:
    """The paths under which a function is served for requests that change something."""
    for one in view.node.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.args:
            verbs = (
                {one.func.attr}
                if one.func.attr != "route"
                else set(
                    strings_in(ast.Tuple([key.value for key in one.keywords if key.arg == "methods"])).lower().split()
                )
            )
            path = strings_in(one.args[0])
            if verbs and verbs <= _CHANGING and path.startswith("/"):
                yield path


def _only_echoes(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a body talks, at most, and returns a table of parameters and literals, at least one of them a parameter."""
    *before, last = view.body or [ast.Pass()]
    if (
        not isinstance(last, ast.Return)
        or not isinstance(last.value, ast.Dict)
        or any(not is_talk(one, syntax) for one in before)
    ):
        return False
    nodes = list(own_nodes([last.value]))
    if any(isinstance(one, ast.Call | ast.Await | ast.Subscript | ast.IfExp | ast.NamedExpr) for one in nodes):
        return False
    names = {one.id for one in nodes if isinstance(one, ast.Name)}
    return bool(names) and names <= set(view.parameters) - _injected(view)


def _injected(view: FunctionView) -> set[str]:
    """Parameters that the framework works out by calling code, which may do what is asked for."""
    return {
        arg.arg
        for arg, value in defaults_of(view.node.args)
        if isinstance(value, ast.Call) and last_name(value.func) in ("Depends", "Security")
    }


RULE = Rule(
    id="AUD133",
    name="switch-only-echoed",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every switch that the interface offers change something?",
    why="`POST /maintenance` answers `{'maintenance': true}`, the operator goes on with the upgrade, and users write into the database all the while.",
    limits="Judged are handlers of requests that change something, by Python decorators, whose name or path is that of a switch, and whose body returns its own parameters in a table and at most talks. What a dependency of the framework does is not followed: such parameters are no echo.",
    fix="Keep the new state where the service reads it, and answer with what was kept; answer 501 until then.",
    since="0.4.0",
    effort=90,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a switch that is connected to nothing",
            files={
                "api/admin.py": (
                    "@router.post('/read-only/toggle')\nasync def toggle(on: bool):\n    logger.info('read only: %s', on)\n    return {'read_only': on}\n\n\n"
                    "@app.route('/level', methods=['PUT'])\ndef set_level(level):\n    return {'status': 'ok', 'level': level}\n"
                )
            },
            found=("api/admin.py:3", "api/admin.py:9"),
        ),
        Example(
            title="a switch that is kept, a question, and an echo that says so",
            files={
                "api/admin.py": (
                    "@router.post('/read-only/toggle')\nasync def toggle(on: bool):\n    state.read_only = on\n    return {'read_only': on}\n\n\n"
                    "@router.get('/level')\ndef level_of(level):\n    return {'level': level}\n\n\n"
                    "@router.post('/echo/flag')\ndef echo(flag):\n    return {'flag': flag}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
