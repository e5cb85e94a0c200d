"""AUD251: a health endpoint answers its own failure with the status of success."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ROUTES = frozenset({"get", "route", "api_route", "head"})
_PROBED = pattern(r"(?i)(?:^|/)(?:health\w*|healthz|ready|readyz|readiness|live|livez|liveness|status|ping)(?:/|$)")
_STATUS = pattern(r"(?i)^(?:status_code|code|status)$")
_ANSWERS = pattern(r"(?:Response|abort|HTTPException|make_response|jsonify)$")
_ERRORS = range(400, 600)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if not _is_probed(view):
            continue
        for node in view.nodes:
            if not isinstance(node, ast.ExceptHandler):
                continue
            answer = _plain_answer(node)
            if answer is not None and not _sets_status(view, node):
                message = f"{view.name} answers an exception with the HTTP status of success: whoever probes it sees a healthy service."
                yield Hit(source.path, node.lineno, answer.end_lineno or answer.lineno, message, view.qualified)


def _is_probed(view: FunctionView) -> bool:
    """Whether a function is the handler of a route that is asked for the health of the service."""
    for one in view.node.decorator_list:
        match one:
            case ast.Call(func=ast.Attribute(attr=method), args=[ast.Constant(value=str(path)), *_]):
                if method in _ROUTES and _PROBED.search(path):
                    return True
            case _:
                continue
    return False


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
    nodes = (*view.nodes, *own_nodes(handler.body))
    targets = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
    return any(isinstance(one, ast.Attribute) and _STATUS.match(one.attr) for one in targets)


RULE = Rule(
    id="AUD251",
    name="failure-answered-as-success",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a health endpoint that fails answer with the status of a failure?",
    why="Load balancers and orchestrators look at the HTTP status, not at the word in the body: a service whose check fails is kept in rotation.",
    limits="Judged are handlers of routes named for health, readiness, liveness or status whose exception handlers return a table or an object without a status; statuses that are set elsewhere on the response count.",
    fix="Answer with 503: raise HTTPException(503), return JSONResponse(..., status_code=503) or (body, 503).",
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
            title="a status that tells, and another route",
            files={
                "app/health.py": (
                    "@router.get('/health')\nasync def health(response):\n    try:\n        return await probe()\n    except Exception as error:\n        response.status_code = 503\n        return {'status': 'unhealthy'}\n\n\n"
                    "@app.route('/healthz')\ndef healthz():\n    try:\n        return probe()\n    except Exception:\n        return {'status': 'down'}, 503\n\n\n"
                    "@app.get('/ready')\ndef ready():\n    try:\n        return probe()\n    except Exception:\n        return JSONResponse({'status': 'down'}, status_code=503)\n\n\n"
                    "@app.get('/carts')\ndef carts():\n    try:\n        return load()\n    except Exception:\n        return {'carts': []}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
