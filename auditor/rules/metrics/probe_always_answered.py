"""AUD886: a probe tells how things are in its answer, and always with the status of success."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.absent_data import fields_of
from auditor.facts.claims import words_of
from auditor.facts.good_names import is_state_name
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes, syntax_of
from auditor.facts.python_values import fold, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PROBES = pattern(r"(?i)(?:^|/)(?:health|healthz|health[_-]?check|ready|readyz|readiness)/?$")
_ROUTES = pattern(
    r"(?i)^(?:get|route|add_get|add_route|add_api_route|add_url_rule|api_route|head|path|re_path|url|Route|view|add_view)$"
)
_ANSWERS = pattern(
    r"^(?:|\w*JSON|Json|HTTP|Http|HTML|PlainText|Plain|Redirect|Streaming)Response$|^(?:json_response|jsonify|make_response|json)$"
)
_REPORTS = frozenset(
    {
        "health",
        "healthy",
        "ready",
        "readiness",
        "report",
        "status",
        "checks",
        "summary",
        "summarize",
        "summarise",
        "state",
        "components",
        "diagnostics",
    }
)
_STATUS = frozenset({"status", "status_code", "code"})
_FLAGS = (("healthy",), ("ready",), ("ok",))
_SUCCESS = range(200, 300)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _is_probe(view, syntax) or _answers_otherwise(view):
            continue
        for given in view.returns:
            if _tells_state(given.value, view, syntax):
                message = (
                    f"{view.name} tells the state in its answer, and answers with the status of success whatever it is."
                )
                yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _is_probe(view: FunctionView, syntax: PythonSyntax) -> bool:
    decorators = [one for one in view.node.decorator_list if isinstance(one, ast.Call)]
    return any(_PROBES.search(_path(one)) for one in decorators) or view.name in _registered(syntax)


def _path(call: ast.Call) -> str:
    """The path that a call gives to a handler."""
    first = call.args[0] if call.args else None
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return text if _ROUTES.search(last_name(call.func)) else ""


@lru_cache(maxsize=2)
def _registered(syntax: PythonSyntax) -> frozenset[str]:
    """The functions that are given to a path of a probe: ``router.add_get("/readyz", readyz)``."""
    calls = [one for one in nodes_of(syntax.tree, ast.Call) if len(one.args) > 1 and _PROBES.search(_path(one))]
    return frozenset(last_name(one.args[1]) for one in calls)


def _answers_otherwise(view: FunctionView) -> bool:
    """Whether a function may answer with another status: by raising, by a status that is no success, or by one that is set."""
    if view.of(ast.Raise) or any(isinstance(one.value, ast.Tuple) for one in view.returns):
        return True
    if any(
        last_name(one.targets[0]) in _STATUS and isinstance(one.targets[0], ast.Attribute)
        for one in view.of(ast.Assign)
    ):
        return True
    if any(last_name(one.func) == "abort" for one in view.calls):
        return True
    return any(_is_other_status(word, call) for call in view.calls for word in call.keywords)


def _is_other_status(word: ast.keyword, call: ast.Call) -> bool:
    if word.arg not in _STATUS or (word.arg == "status" and not _ANSWERS.search(last_name(call.func))):
        return False
    value = fold(word.value)
    named = isinstance(word.value, ast.Attribute) and word.value.attr in ("HTTP_200_OK", "OK")
    return not named and not (isinstance(value, int) and value in _SUCCESS)


def _tells_state(value: ast.expr | None, view: FunctionView, syntax: PythonSyntax) -> bool:
    bindings = Bindings.of(view)
    if isinstance(value, ast.Name):
        value = bindings.only(value.id) or value
    value = value.value if isinstance(value, ast.Await) else value
    if _is_report(value):
        return True
    held = (
        value.args[0] if isinstance(value, ast.Call) and _ANSWERS.search(last_name(value.func)) and value.args else None
    )
    if isinstance(held, ast.Name):
        found = bindings.only(held.id)
        return _is_report(found.value if isinstance(found, ast.Await) else found)
    told = [one for name, one in fields_of(value, syntax) if is_state_name(name) or words_of(name)[-1:] in _FLAGS]
    of_model = isinstance(value, ast.Call) and not _ANSWERS.search(last_name(value.func))
    if of_model and any(verdict_of(one, bindings) is Verdict.FAILURE for one in told):
        return True
    return any(_is_asked(one, bindings) for one in told)


def _is_report(value: ast.expr | None) -> bool:
    """Whether something is what a function named for the state of things gives: ``await summarize(probe)``."""
    if not isinstance(value, ast.Call) or last_name(value.func)[:1].isupper():
        return False
    return not _REPORTS.isdisjoint(words_of(last_name(value.func)))


def _is_asked(value: ast.expr, bindings: Bindings) -> bool:
    """Whether a state is worked out, or read from a report."""
    if isinstance(value, ast.Name):
        value = bindings.only(value.id) or value
    if isinstance(value, ast.Constant | ast.Name):
        return False
    return any(isinstance(one, ast.Attribute | ast.Subscript | ast.Call | ast.Compare) for one in own_nodes([value]))


RULE = Rule(
    id="AUD886",
    name="probe-always-answered",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a probe answer with an error when things are bad?",
    why="Kubernetes, load balancers and uptime checks look at the status; the body with `degraded` in it is read by nobody while traffic goes on.",
    limits="Judged are handlers of paths for health and readiness, registered in the same file, that give a report or a state which is worked out, and never another status than success: no exception, no status that is set, no tuple. Paths for liveness are left alone.",
    fix="Answer with 503 where the state is not good.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("health", "ready", "readiness"),
    examples=(
        Example(
            title="a report that always arrives, a state in the body, and a model that says that it is unhealthy",
            files={
                "api.py": (
                    "async def readyz(request):\n    report = await summarize(request.app)\n    return web.json_response(report, status=200)\n\n\napp.router.add_get('/readyz', readyz)\n\n\n"
                    "@app.get('/health')\nasync def health(request):\n    report = request.app.state.report\n    return JSONResponse({'status': report.state.value})\n\n\n"
                    "@router.get('/ready', response_model=Answer)\nasync def ready():\n    try:\n        return Answer(status='healthy', load=load())\n    except OSError:\n        return Answer(status='unhealthy', load=0)\n"
                )
            },
            found=("api.py:12", "api.py:20", "api.py:3"),
        ),
        Example(
            title="a status that follows the state, an exception, a probe for life, and a page for people",
            files={
                "api.py": (
                    "async def readyz(request):\n    report = await summarize(request.app)\n    return web.json_response(report, status=200 if report['ok'] else 503)\n\n\napp.router.add_get('/readyz', readyz)\n\n\n"
                    "@app.get('/health')\nasync def health(request):\n    report = request.app.state.report\n    if not report.good:\n        raise HTTPException(503)\n    return {'status': report.state}\n\n\n"
                    "@app.get('/livez')\ndef livez():\n    return {'status': state.value}\n\n\n@app.get('/shops/status')\ndef shops(shop):\n    return {'status': shop.status}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
