"""AUD131: a function that is to act, notify or mend only writes to the log, and sets flags."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE", "only_logs"]

_ACTS = pattern(
    r"(?i)^_*(?:(?:execute|perform|run|apply|take|trigger|handle|process)_\w*(?:actions?|remediation|response|rollback|recovery|failover|alerts?|emergency|liquidation|scaling|restart|mitigation|notifications?|preventi\w+)|"
    r"(?:send|notify|escalate|page|alert|broadcast)_\w*(?:alerts?|notifications?|admin\w*|team|oncall|on_call|stakeholders?|operators?|email|sms|slack|pager\w*|critical|emergency|message)|"
    r"(?:rollback|roll_back|restore|failover|switch|shift|scale|restart|drain|throttle|liquidate|shutdown|migrate|deploy|provision|backup|promote|isolate|quarantine|block|revoke|rotate)_\w+|"
    r"notify|rollback|failover|escalate)$"
)
_OPERATES = pattern(
    r"(?i)^_*(?:cancel|suspend|terminate|reserve|release|unsubscribe|subscribe|submit|approve|reboot|wipe|erase|delete|remove|purge|install|uninstall|"
    r"lock|unlock|arm|disarm|activate|deactivate|disable|block|unblock|charge|refund|pay|transfer|book|dispatch|upload|sync|synchroni[sz]e|replicate|invalidate|archive|"
    r"export|persist|send|publish|deliver|push|post|reschedule|schedule|provision|deploy|restart|scale|drain|rotate|revoke|renew|fence|evict|reroute|failover|"
    r"mirror|freeze|quarantine|isolate|withdraw|settle|capture|confirm|dispense|move|switch|migrate|restore|rollback)(?:_|$)"
)
"""Acts upon the world outside: whoever calls them relies on what they say became of it."""
_HONEST = pattern(
    r"(?i)fake|mock|stub|dummy|null|noop|no_?op|dry|simulat|memory|console|print|log|base|abstract|protocol|interface|plan|preview|example|demo|sandbox"
)
_TALKERS = pattern(
    r"(?i)log|print|console|dry|mock|fake|null|noop|debug|stub|dummy|template|message|format|label|banner|allowed|needed|required|state|status$|fallback$"
)
_ABSTRACT = pattern(r"(?i)abstract|overload|property")
_FEWEST_LINES = 1


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if only_logs(view, syntax):
            message = f"{view.name} writes to the log, and does nothing of what it is named for."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def only_logs(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function is named for an act, and only writes to the log; AUD138 leaves the classes of such methods alone."""
    if view.is_test or view.nested or _TALKERS.search(view.name):
        return False
    if not _ACTS.search(view.name) and not _claims_done(view):
        return False
    if any(_ABSTRACT.search(ast.unparse(one)) for one in view.node.decorator_list) or _is_open(view):
        return False
    talks = [one for one in view.calls if is_log_call(syntax.name_of(one.func))]
    return len(talks) >= _FEWEST_LINES and all(_is_idle(one, syntax) for one in view.body)


def _claims_done(view: FunctionView) -> bool:
    """Whether a function is named for an act upon something it is given, and says that it was done."""
    if not {*view.parameters} - {"self", "cls"} or not _OPERATES.search(view.name) or _HONEST.search(view.qualified):
        return False
    last = view.body[-1] if view.body else None
    return isinstance(last, ast.Return) and verdict_of(last.value, Bindings.of(view)) is Verdict.SUCCESS


def _is_open(view: FunctionView) -> bool:
    """Whether the class is there for others to fill in."""
    bases = [ast.unparse(one) for one in view.owner.bases] if view.owner else []
    named = view.owner.name if view.owner else ""
    return any("ABC" in one or "Protocol" in one for one in bases) or named.startswith(
        ("Base", "Abstract", "Null", "Log", "Console")
    )


def _is_idle(node: ast.stmt, syntax: PythonSyntax) -> bool:  # noqa: PLR0911 - one way out for each kind of statement
    match node:
        case ast.Pass():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call() as call):
            return is_log_call(syntax.name_of(call.func))
        case ast.If(test=test):
            return not _calls(test) and all(_is_idle(one, syntax) for one in (*node.body, *node.orelse))
        case ast.For(iter=source):
            return not _calls(source) and all(_is_idle(one, syntax) for one in (*node.body, *node.orelse))
        case ast.Try():
            handled = [one for handler in node.handlers for one in handler.body]
            return all(_is_idle(one, syntax) for one in (*node.body, *handled, *node.orelse, *node.finalbody))
        case ast.Return(value=value):
            return value is None or _is_plain(value)
        case ast.Assign(targets=[target], value=value) if isinstance(target, ast.Name):
            return not _calls(value)
        case _:
            return False


def _is_plain(value: ast.expr) -> bool:
    """Whether a result is made of literals and of what was given, be it in a record."""
    inner = value.args + [one.value for one in value.keywords] if isinstance(value, ast.Call) else [value]
    made = not isinstance(value, ast.Call) or last_name(value.func)[:1].isupper()
    return made and not any(
        isinstance(one, ast.Call | ast.Await | ast.Compare | ast.BoolOp) for part in inner for one in ast.walk(part)
    )


def _calls(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Call | ast.Await) for one in ast.walk(node))


RULE = Rule(
    id="AUD131",
    name="response-only-logged",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Do responses to an emergency do what they are named for?",
    why="An alert that is only logged wakes nobody, and a failover that is only logged changes nothing; both look finished from where they are called.",
    limits="Judged are functions with names of a response (send an alert, roll back, fail over, restart), and of acts upon something given that report success, whose statements all print, log or choose between prints; abstract classes and loggers are left alone.",
    fix="Do the work, or raise NotImplementedError.",
    since="0.2.0",
    effort=120,
    reads=frozenset({"python"}),
    triggers=("log", "print"),
    examples=(
        Example(
            title="actions that are chosen between and only logged",
            files={
                "app/emergency.py": (
                    "class Controller:\n    def _execute_response_action(self, action, record):\n        if action == 'notify_administrators':\n            self.logger.critical(f'NOTIFICATION: {record}')\n"
                    "        elif action == 'safe_mode':\n            self.logger.critical('SAFE MODE')\n        else:\n            self.logger.warning('unknown')\n\n"
                    "    async def switch_to_backup_endpoints(self):\n        self.logger.warning('Switching to backup endpoints')\n"
                )
            },
            found=("app/emergency.py:10", "app/emergency.py:2"),
        ),
        Example(
            title="acts that are logged and reported as done",
            files={
                "app/bookings.py": (
                    "class Carrier:\n    async def cancel_parcel(self, parcel, reason):\n        logger.info('cancelling %s: %s', parcel, reason)\n        return True\n\n"
                    "    def send(self, note):\n        logger.info('text to %s', note.to)\n        return DeliveryResult(self.name, True, 'accepted')\n\n"
                    "    def cancel_order(self, order):\n        logger.info('cancelling')\n        return self.client.delete(order)\n\n"
                    "    def remove_noise(self, rows):\n        logger.info('removing')\n        return [row for row in rows if row]\n"
                )
            },
            found=("app/bookings.py:2", "app/bookings.py:6"),
        ),
        Example(
            title="actions that are done, and a logger",
            files={
                "app/emergency.py": (
                    "class Controller:\n    def _execute_response_action(self, action, record):\n        self.logger.critical('NOTIFICATION')\n        self.pager.send(record)\n\n"
                    "    def log_alert_message(self, text):\n        self.logger.info(text)\n\n    def block_fallback(self, props):\n        self.logger.error('no such block')\n\n    def rollback_needed(self):\n        self.logger.info('asked')\n"
                )
            },
        ),
    ),
    check_file=_check,
)
