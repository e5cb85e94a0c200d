"""AUD251: a health endpoint answers its own failure with the status of success."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_parts import key_of, root_of
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]

_ROUTES = frozenset({"get", "route", "api_route", "head"})
_PROBED = pattern(r"(?i)(?:^|/)(?:health\w*|healthz|ready|readyz|readiness|live|livez|liveness|status|ping)(?:/|$)")
_PROBES = pattern(r"(?i)(?:^|/)(?:health|healthz|health_?check|ready|readyz|readiness|live|livez|liveness)/?$")
_VERDICTS = pattern(r"(?i)^(?:overall_?)?(?:\w+_)?(?:status|state|health)$")
_BAD = frozenset({"unhealthy", "down", "not_ready", "not ready", "unavailable", "failed", "critical"})
_STATUS = pattern(r"(?i)^(?:status_code|code|status)$")
_ANSWERS = pattern(r"(?:Response|abort|HTTPException|make_response|jsonify)$")
_PLAIN = ("JSONResponse", "jsonify", "JsonResponse")
"""Answers with the status of success, where none is given."""
_ERRORS = range(400, 600)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if not _is_probed(view):
            continue
        plain = _plain_verdict(view)
        if plain is not None:
            message = f"{view.name} says in its answer that the service is not healthy, with the HTTP status of success: whoever probes it sees a healthy one."
            yield Hit(source.path, plain.lineno, plain.end_lineno or plain.lineno, message, view.qualified)
        for node in view.nodes if plain is None else ():
            if not isinstance(node, ast.ExceptHandler):
                continue
            answer = _plain_answer(node)
            if answer is not None and not _sets_status(view, node):
                message = f"{view.name} answers an exception with the HTTP status of success: whoever probes it sees a healthy service."
                yield Hit(source.path, node.lineno, answer.end_lineno or answer.lineno, message, view.qualified)


def _plain_verdict(view: FunctionView) -> ast.Return | None:
    """The last answer of a probe that can hold a bad word, in a function that never answers with any other status."""
    last = view.body[-1] if view.body else None
    if not _PROBES.search(_route(view)) or not isinstance(last, ast.Return):
        return None
    made = isinstance(last.value, ast.Call) and ast.unparse(last.value.func).endswith(_PLAIN)
    if (
        not (made or isinstance(last.value, ast.Dict | ast.Name))
        or view.of(ast.Raise)
        or any(map(_gives_status, view.calls))
    ):
        return None
    returned = [one.value for one in view.returns]
    if any(isinstance(one, ast.Tuple | ast.Await) for one in returned) or _assigns_status(view.nodes):
        return None
    judged: list[ast.Assign | ast.Dict | ast.IfExp] = [*view.of(ast.Assign), *view.of(ast.Dict), *view.of(ast.IfExp)]
    bad = any(_is_bad_verdict(node) for node in judged)
    return last if bad else None


def _is_bad_verdict(node: ast.Assign | ast.Dict | ast.IfExp) -> bool:
    match node:
        case ast.Assign(value=value, targets=[target]):
            return _is_bad(value) and _VERDICTS.search(key_of(target) or root_of(target)) is not None
        case ast.Dict():
            return any(_is_bad(value) for key, value in keyed(node) if key == "status")
        case ast.IfExp(body=first, orelse=second):
            return _is_bad(first) or _is_bad(second)
        case _:
            return False


def _is_bad(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and str(value.value).lower() in _BAD


def _gives_status(call: ast.Call) -> bool:
    """Whether a call can answer with a status: a response, an exception, a status that is passed on."""
    name = ast.unparse(call.func)
    named = any(one.arg in ("status_code", "status", "code") for one in call.keywords)
    if name.endswith(_PLAIN):
        return named or len(call.args) > 1
    return _ANSWERS.search(name) is not None or any(one.arg == "status_code" for one in call.keywords)


def _is_probed(view: FunctionView) -> bool:
    """Whether a function is the handler of a route that is asked for the health of the service."""
    return _PROBED.search(_route(view)) is not None


def _route(view: FunctionView) -> str:
    """The path of the route that a function answers; empty where it answers none."""
    for one in view.node.decorator_list:
        match one:
            case ast.Call(func=ast.Attribute(attr=method), args=[ast.Constant(value=str(path)), *_]):
                if method in _ROUTES:
                    return path
            case _:
                continue
    return ""


def _plain_answer(handler: ast.ExceptHandler) -> ast.Return | None:
    """The return of a handler that gives an object or a table, and no status with it."""
    if any(isinstance(node, ast.Raise) for node in own_nodes(handler.body)):
        return None
    last = handler.body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        return None
    match last.value:
        case ast.Dict():
            return last
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) as call:
            answers = _ANSWERS.search(name) is not None and not name.startswith(
                ("Health", "Status", "Check", "Readiness")
            )
            return None if answers or _names_error(call) else last
        case _:
            return None


def _names_error(call: ast.Call) -> bool:
    """Whether a call is given the status of an error."""
    values = [*call.args, *(one.value for one in call.keywords)]
    given = (one.value for one in values if isinstance(one, ast.Constant))
    named = any(one.arg is not None and _STATUS.match(one.arg) and not _is_text(one.value) for one in call.keywords)
    return named or any(isinstance(value, int) and value in _ERRORS for value in given)


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _sets_status(view: FunctionView, handler: ast.ExceptHandler) -> bool:
    """``response.status_code = 503``, in the handler or anywhere in the function."""
    return _assigns_status((*view.nodes, *own_nodes(handler.body)))


def _assigns_status(nodes: Iterable[ast.AST]) -> bool:
    targets = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
    return any(isinstance(one, ast.Attribute) and _STATUS.match(one.attr) for one in targets)


RULE = Rule(
    id="AUD251",
    name="failure-answered-as-success",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    question="Does a health endpoint that fails answer with the status of a failure?",
    why="Load balancers and orchestrators look at the HTTP status, not at the word in the body: a service whose check fails is kept in rotation.",
    limits="Judged are handlers of routes named for health, readiness, liveness or status whose exception handlers return a table or an object without a status, and those that write a bad word into the answer and never set a status at all; statuses that are set elsewhere on the response count.",
    fix="Answer with 503: raise HTTPException(503), return JSONResponse(..., status_code=503) or (body, 503).",
    lifecycle=Lifecycle.PREVIEW,
    since="0.2.0",
    effort=10,
    reads=frozenset({"python"}),
    triggers=("health", "ready", "live", "status", "ping"),
    examples=(
        Example(
            title="an exception that is reported with status 200",
            files={
                "app/health.py": (
                    "@router.get('/health')\nasync def health():\n    try:\n        return await probe()\n    except Exception as error:\n        return {'status': 'unhealthy', 'error': str(error)}\n\n\n"
                    "@app.get('/health/ready', tags=['x'])\nasync def ready():\n    try:\n        return await probe()\n    except Exception:\n        return HealthResponse(status='unhealthy')\n"
                )
            },
            found=("app/health.py:13", "app/health.py:5"),
        ),
        Example(
            title="a word that says it and a status that does not",
            files={
                "app/health.py": (
                    "@router.get('/health')\nasync def health(db):\n    report = {'status': 'healthy'}\n    try:\n        await db.ping()\n    except Exception:\n        report['status'] = 'unhealthy'\n    return report\n\n\n"
                    "@router.get('/ready')\nasync def ready(db, response):\n    report = {'status': 'ready'}\n    if not await db.ping():\n        report['status'] = 'not_ready'\n        response.status_code = 503\n    return report\n\n\n"
                    "@router.get('/health/live')\nasync def live():\n    return {'status': 'alive'}\n"
                )
            },
            found=("app/health.py:8",),
        ),
        Example(
            title="a status that tells, and another route",
            files={
                "app/health.py": (
                    "@router.get('/health')\nasync def health(response):\n    try:\n        return await probe()\n    except Exception as error:\n        response.status_code = 503\n        return {'status': 'unhealthy'}\n\n\n"
                    "@app.route('/healthz')\ndef healthz():\n    try:\n        return probe()\n    except Exception:\n        return {'status': 'down'}, 503\n\n\n"
                    "@app.get('/ready')\ndef ready():\n    try:\n        return probe()\n    except Exception:\n        return JSONResponse({'status': 'down'}, status_code=503)\n\n\n"
                    '@app.get(\'/health\')\ndef health_page():\n    """Nothing yet."""\n\n\n'
                    "@app.get('/carts')\ndef carts():\n    try:\n        return load()\n    except Exception:\n        return {'carts': []}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
