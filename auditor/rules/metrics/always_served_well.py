"""AUD879: the route that tells of readiness answers with the status of success, whatever it found."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READY = pattern(r"(?i)(?:^|[/_-])(?:ready|readyz|readiness|healthz?|health_?check|healthcheck)(?:$|[/_-])")
_ALIVE = pattern(
    r"(?i)live|alive|ping|startup|version|detail|history|metrics|summary|report|component|dashboard|admin|stats|docs|overview"
)
_ROUTES = frozenset({"get", "route", "head", "api_route", "add_get", "add_route"})
_SERVED = frozenset({"json_response", "JSONResponse", "jsonify", "Response", "JsonResponse", "ORJSONResponse"})
_ASKS = pattern(r"(?i)health|ready|readiness|status|check|probe|summari[sz]e|diagnos|report")
_GOOD = 200


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    served = _served(syntax)
    for view in syntax.functions:
        if view.is_test or not (_is_route(view) or view.name in served):
            continue
        given = _answers(view)
        if given is not None and not _refuses(view, given):
            message = (
                f"{view.name} answers with success whatever it found: whoever asks by the status never hears of it."
            )
            yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _served(syntax: PythonSyntax) -> frozenset[str]:
    """The functions that a file gives to a router for such a path: ``router.add_get("/readyz", readyz)``."""
    calls = [*syntax.at_top(ast.Call), *(call for view in syntax.functions for call in view.calls)]
    return frozenset(
        last_name(call.args[1])
        for call in calls
        if last_name(call.func) in _ROUTES and len(call.args) > 1 and _is_path(call.args[0])
    )


def _is_path(node: ast.expr) -> bool:
    text = node.value if isinstance(node, ast.Constant) else ""
    return isinstance(text, str) and _READY.search(text) is not None and not _ALIVE.search(text)


def _is_route(view: FunctionView) -> bool:
    """Whether a function is decorated as the route of such a path."""
    return any(
        isinstance(one, ast.Call) and last_name(one.func) in _ROUTES and one.args and _is_path(one.args[0])
        for one in view.node.decorator_list
    ) and not _ALIVE.search(view.name)


def _answers(view: FunctionView) -> ast.Return | None:
    """The last return of a function all of whose returns give a table or a served one, where it gives what was found."""
    values = [one.value.value if isinstance(one.value, ast.Await) else one.value for one in view.returns]
    if not values or any(not isinstance(one, ast.Call | ast.Name | ast.Dict) for one in values):
        return None
    if len(values) > 1 and not all(isinstance(one, ast.Dict) or _is_served(one) for one in values):
        return None
    return view.returns[-1] if _has_asked(view) else None


def _is_served(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) in _SERVED


def _has_asked(view: FunctionView) -> bool:
    """Whether something was asked how it is, or what was found is looked into."""
    called = [last_name(one.func) for one in view.calls]
    if any(_ASKS.search(one) and one not in _SERVED for one in called):
        return True
    return any(isinstance(one.value, ast.Name) and _ASKS.search(one.value.id) for one in view.of(ast.Attribute))


def _refuses(view: FunctionView, given: ast.Return) -> bool:
    """Whether the function has any way to give another status than 200."""
    for one in view.nodes:
        match one:
            case ast.Raise():
                return True
            case ast.keyword(arg="status" | "status_code" | "code", value=value):
                if not (isinstance(value, ast.Constant) and value.value == _GOOD):
                    return True
            case ast.Attribute(attr="status_code" | "status", ctx=ast.Store()):
                return True
            case ast.Call(func=maker) if last_name(maker) in ("abort", "set_status"):
                return True
            case _:
                continue
    takes = {"response", "resp"} & set(view.parameters)
    return bool(takes) or _is_handed_on(given)


def _is_handed_on(given: ast.Return) -> bool:
    """Whether what is returned may be a response that somebody else made: of a call named for one."""
    calls = [one for one in own_nodes([given]) if isinstance(one, ast.Call)]
    names = [last_name(one.func) for one in calls]
    placed = any(name in _SERVED and len(one.args) > 1 for name, one in zip(names, calls, strict=True))
    return (
        placed
        or any("respon" in name.lower() and name not in _SERVED for name in names)
        or any(isinstance(one, ast.IfExp) for one in subtree(given))
    )


RULE = Rule(
    id="AUD879",
    name="always-served-well",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the route that is asked for readiness answer with an error when something is down?",
    why="A probe reads the status of the answer, not its text: `{'status': 'degraded'}` with 200 keeps the pod in the service.",
    limits="Routes of Python for readiness and health with one return that gives what a check found, and no way to another status in the function. Routes for liveness, details and dashboards are left alone.",
    fix="Answer 503 where the report is not good.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("ready", "health"),
    examples=(
        Example(
            title="a report with 200 on it, by decorator and by router",
            files={
                "shop/routes.py": (
                    "async def readyz(request):\n    report = await summarize(request.app['probe'])\n    return web.json_response(report, status=200)\n\n\n"
                    "def routes(app):\n    app.router.add_get('/readyz', readyz)\n\n    @app.get('/health')\n    async def health():\n        return monitor.get_health_status()\n"
                ),
            },
            found=("shop/routes.py:11", "shop/routes.py:3"),
        ),
        Example(
            title="routes that answer with an error, are asked for life, or hand a response on",
            files={
                "shop/routes.py": (
                    "@app.get('/readyz')\nasync def readyz():\n    report = await check_all()\n    return JSONResponse(report, status_code=200 if report.good else 503)\n\n\n"
                    "@app.get('/livez')\nasync def livez():\n    return status_of_process()\n\n\n@app.get('/ready')\nasync def ready():\n    return ready_response(await check_all())\n\n\n"
                    "@app.get('/health')\ndef health():\n    report = check_all()\n    if not report.good:\n        raise HTTPException(503)\n    return report\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
