"""AUD910: a route answers that something was started, and starts nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.double_words import STANDS_APART
from auditor.facts.pattern import pattern
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, strings_in, subtree, syntax_of
from auditor.facts.route_handlers import Handler, answers_of, handlers_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_APART = pattern(f"(?i){STANDS_APART}|echo|dry_?run|preview|docs?_src|tutorial|webhook")
_STARTS = frozenset({
    "run", "start", "trigger", "execute", "launch", "deploy", "stop", "restart", "retrain", "train", "backtest", "sync", "send", "process", "rebalance", "refresh", "rebuild", "reindex", "scan", "backup", "restore", "import",
    "export", "generate", "optimize", "submit", "schedule", "cancel", "shutdown", "reload", "rollback", "invoke", "dispatch", "publish", "resume", "pause", "activate", "liquidate", "close", "kill", "emergency", "reset", "clear", "flush",
})  # fmt: skip
_SAYS = pattern(
    r"(?i)^(?:running|started|starting|queued|accepted|scheduled|in_progress|processing|initiated|triggered|submitted|completed|executed|stopped|restarted|cancelled|deployed|launched|sent|success|ok|done|active|paused|resumed|cleared|reset)$|"
    r"\b(?:started|initiated|triggered|queued|scheduled|launched|executed|restarted|stopped|cancelled|submitted|deployed|completed|cleared|reset|refreshed|rebalanced)(?: successfully)?[.!]?$"
)
_VAGUE = pattern(r"(?i)^(?:ok|success|done|active|accepted)$")
"""What may as well say that the request was understood."""
_LOOKS_UP = pattern(r"^[A-Z]|(?i:^(?:get|find|load|require|verify|check|validate|auth\w*|oauth\w*|current|is|has)(?:_|$)|user|auth|token|permission|settings|session|service|manager|client|db$)")  # fmt: skip
_CHANGES = frozenset(
    {"append", "add", "update", "pop", "remove", "setdefault", "extend", "clear", "insert", "discard", "popitem"}
)

_WRAPS = frozenset({"jsonify", "json_response", "make_response", "status"})
"""What makes an answer of a table."""


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    syntax = syntax_of(source)
    for one in handlers_of(syntax):
        if _APART.search(one.told) or not _is_to_start(one) or _keeps(one.view) or _depends(one.view):
            continue
        last = next((value for value in answers_of(one.view) if _says(value)), None)
        wraps = frozenset(call for call in one.view.calls if last_name(call.func) in _WRAPS)
        if last is not None and stays_inside(one.view, syntax, asked=wraps):
            message = f"{one.view.name} answers that it was done or started, and starts, sends and changes nothing."
            milder = Severity.MEDIUM if all(map(_VAGUE.search, _said(last))) else None
            yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, one.view.qualified, milder)


def _is_to_start(one: Handler) -> bool:
    """Whether a request is to set something going: by its verb, and by the verb of its name or the end of its path."""
    if not one.verbs & {"post", "put", "patch", "delete"}:
        return False
    ends = one.path.rstrip("/").rpartition("/")[2].replace("-", "_").split("_")
    return not _STARTS.isdisjoint({*ends, *words_of(one.view.name)[:1]})


def _keeps(view: FunctionView) -> bool:
    """Whether a function changes anything but its own names."""
    if any(not isinstance(one.ctx, ast.Load) for one in view.of(ast.Attribute, ast.Subscript)) or view.of(ast.Global):
        return True
    return any(isinstance(one.func, ast.Attribute) and one.func.attr in _CHANGES for one in view.calls)


def _depends(view: FunctionView) -> bool:
    """Whether the framework calls something for it that may do the work: ``Depends(renew)``, but not ``Depends(get_user)``."""
    given = [*view.node.args.defaults, *(one for one in view.node.args.kw_defaults if one is not None)]
    given += [one.annotation for one in view.node.args.args if one.annotation is not None]
    calls = [one for part in given for one in subtree(part) if isinstance(one, ast.Call)]
    asked = [one.args[0] for one in calls if last_name(one.func) in ("Depends", "Security") and one.args]
    return any(not _LOOKS_UP.search(last_name(one)) for one in asked)


def _says(value: ast.expr) -> bool:
    """Whether an answer says that it was started or done, in a state or at the end of a message."""
    return bool(_said(value))


def _said(value: ast.expr) -> list[str]:
    """The words of an answer that say so."""
    if not isinstance(value, ast.Dict | ast.Call):
        return []
    words = [one.value for one in subtree(value) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    words += [strings_in(one) for one in subtree(value) if isinstance(one, ast.JoinedStr)]
    return [text.strip() for text in words if _SAYS.search(text.strip())]


RULE = Rule(
    id="AUD910",
    name="started-in-words",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every route that says it started something start it?",
    why="`POST /strategies/7/run` answers `{'status': 'running'}`; no task, no process and no record exists, and the dashboard shows a strategy at work.",
    limits="Judged are handlers of requests that change something, named for starting, stopping or sending, whose answer says that this was done, and which with all that they call only look at objects, refuse and talk; what depends on something that may do it is left alone.",
    fix="Start it and answer with what can be asked about it, or answer 501.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a strategy and a training that run in words",
            files={
                "shop/routes.py": (
                    "@router.post('/plans/{key}/run')\nasync def run_plan(key: str):\n    if key not in plans:\n        raise HTTPException(status_code=404)\n    plan = plans[key]\n    return {'status': 'running', 'key': key, 'message': f'{plan} started'}\n\n\n"
                    "@app.route('/retrain', methods=['POST'])\ndef retrain():\n    logger.info('retraining')\n    return jsonify({'message': 'Training started'}), 202\n"
                )
            },
            found=("shop/routes.py:12", "shop/routes.py:6"),
        ),
        Example(
            title="what is started, kept, or asked for",
            files={
                "shop/routes.py": (
                    "@router.post('/plans/{key}/run')\nasync def run_plan(key: str, tasks: BackgroundTasks):\n    tasks.add_task(work, key)\n    return {'status': 'running'}\n\n\n"
                    "@router.post('/plans/{key}/stop')\nasync def stop_plan(key: str):\n    plans[key]['on'] = False\n    return {'status': 'stopped'}\n\n\n"
                    "@router.get('/run')\nasync def run_state():\n    return {'status': 'running'}\n"
                )
            },
        ),
        Example(
            title="work that a dependency does",
            files={
                "shop/routes.py": "@router.post('/refresh')\ndef refresh(done: Renewed = Depends(renew)):\n    return {'status': 'refreshed'}\n",
            },
        ),
    ),
    check_file=_check,
)
