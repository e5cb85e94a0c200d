"""AUD924: a guard of access or quota that lets everybody pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import WORK, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WHO = r"(?:admins?|auth\w*|permissions?|access|roles?|scopes?|privileges?|login|users?|owners?|tenants?|tokens?|api_?keys?|keys?|credentials?|quotas?|rate_?limits?|budgets?|licen[sc]es?|entitlements?|members?|groups?|sessions?|staff|superusers?|ip|origin|signature)"
_GUARDS = pattern(
    rf"(?i)^_*(?:require|requires|ensure|enforce|demand|check|verify|validate|has|is|can|current|assert)_(?:\w+_)?{_WHO}(?:_\w+)?$|"
    r"^_*(?:authori[sz]e|authenticate|rate_?limit(?:er|ed)?|throttle|is_(?:allowed|permitted|authori[sz]ed|authenticated)|allow_?request|may_\w+|can_(?:access|read|write|edit|delete|view|promote|deploy|approve)\w*|within_(?:quota|limits?|budget|rate_?limit)|consume_quota|take_token|acquire_slot|admin_only|login_required|permit)$"
)
_PLAIN_QUESTION = pattern(
    r"(?i)^_*(?:is|has|can|current)_(?:\w+_)?(?:keys?|groups?|members?|sessions?|tokens?|users?|owners?|budgets?|ip|origin|signature)$|^_*(?:may_\w+|can_(?:read|write|edit|delete|view)\w*)$"
)
"""Questions that are asked of files, columns and nodes as well: those are about access where somebody is asked about."""
_WHO_ASKS = pattern(r"(?i)user|request|token|key|credential|session|principal|caller|role|account|client|tenant|subject|scope|permission|member|identity|actor")  # fmt: skip
_IDENTIFIES = pattern(
    r"(?i)^_*(?:(?:get|require|load|fetch|resolve|decode|verify|validate|parse|authenticate)_)?(?:current_|authenticated_|request_)?(?:user|principal|identity|caller|subject|claims|jwt|token|access_token|id_token|bearer(?:_token)?|account)$"
)
"""Functions that find out who it is that asks."""
_CARRIES = pattern(r"(?i)token|key|credential|password|header|request|authorization|cookie|session|jwt|bearer|secret")
_NOTHING_ASKED = pattern(
    r"(?i)allow_?(?:all|any)|open|null|no_?op|no_?auth|anonymous|public|dummy|fake|mock|stub|test|disabled|unlimited|insecure|local|dev(?:elopment)?(?:_|$)|permissive|abstract|base|default"
)
_SAYS_SO = pattern(
    r"(?i)no-?op|allow(?:s|ing)? (?:all|any|every)|anonymous|development|disabled|override|subclass|hook|by default|always (?:allow|true|pass)|not (?:enforced|supported)|overrid"
)
_HOOK = pattern(r"abstract|overload|override|property|fixture|hook|setter")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    bases = {last_name(base) for node, _ in syntax.classes for base in node.bases}
    for view in syntax.functions:
        if view.is_test or _is_excused(view) or (view.owner is not None and view.owner.name in bases):
            continue
        given = _passes_everybody(view, syntax) if _guards(view) else None
        given = given or (_same_for_all(view, syntax) if _IDENTIFIES.search(view.name) else None)
        if given is not None:
            message = f"{view.name} gives {ast.unparse(given)[:40]} to whoever asks, and refuses nobody."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _guards(view: FunctionView) -> bool:
    """Whether a function is named for a guard, and handed who asks where its name alone does not say that it is about access."""
    if _PLAIN_QUESTION.search(view.name) and not any(map(_WHO_ASKS.search, view.parameters)):
        return False
    return _GUARDS.search(view.name) is not None


def _is_excused(view: FunctionView) -> bool:
    """Whether a guard is there to be derived from, says that it lets all pass, or is AUD201's."""
    if not view.parameters or view.nested or (view.owner is not None and view.owner.bases):
        return True
    if any(_HOOK.search(ast.unparse(one)[:80]) for one in view.node.decorator_list):
        return True
    if _NOTHING_ASKED.search(view.qualified) or _SAYS_SO.search(view.docstring):
        return True
    last = view.body[-1] if view.body else None
    plain = isinstance(last, ast.Return) and isinstance(last.value, ast.Constant) and last.value.value is True
    return plain and bool(claims_of(view.name) & WORK)


def _passes_everybody(view: FunctionView, syntax: PythonSyntax) -> ast.expr | None:
    """What a function gives that only talks before it: True, a text, or what it was handed."""
    if not view.body or not all(_talks(one, syntax) for one in view.body[:-1]):
        return None
    last = view.body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    if isinstance(value, ast.Constant):
        return value if value.value is True or (isinstance(value.value, str) and value.value) else None
    handed = isinstance(value, ast.Name) and value.id in view.parameters and bool(view.body[:-1])
    return value if handed else None


def _same_for_all(view: FunctionView, syntax: PythonSyntax) -> ast.expr | None:
    """``return User(id=1, role="admin")`` of a function that is handed a token: who asks is written in the code."""
    last = view.body[-1] if view.body else None
    value = last.value if isinstance(last, ast.Return) else None
    if value is None or not any(map(_CARRIES.search, view.parameters)):
        return None
    if not all(_talks(one, syntax) for one in view.body[:-1]):
        return None
    if isinstance(value, ast.Call) and last_name(value.func)[:1].isupper():
        parts = [*value.args, *(one.value for one in value.keywords)]
    else:
        parts = list(value.values) if isinstance(value, ast.Dict) else []
    return value if parts and all(_is_literal(one) for one in parts) else None


def _is_literal(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) or (
        isinstance(value, ast.List | ast.Tuple | ast.Set) and all(isinstance(one, ast.Constant) for one in value.elts)
    )


def _talks(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    if isinstance(statement, ast.If):
        return all(_talks(one, syntax) for one in (*statement.body, *statement.orelse))
    return is_talk(statement, syntax) or isinstance(statement, ast.Pass)


RULE = Rule(
    id="AUD924",
    name="anybody-let-in",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every guard of access refuse somebody?",
    why='`require_admin` that logs a missing key and returns `"admin"` makes an administrator of every caller.',
    limits="Judged are functions named for asking for a role, key, permission or quota that are handed something, only talk, and give True, a text or what they were handed, and functions that are handed a token or request and say who asks with literals alone; what is named open, anonymous or for development, and classes that derive or are derived from, are left alone.",
    fix="Look up what the caller may do, and raise or return False where it may not.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    check_file=_check,
    examples=(
        Example(
            title="an administrator whoever it is, and a limit without an end",
            files={
                "till/auth.py": (
                    "def require_admin(key=''):\n    if not key:\n        log.warning('no key')\n    return 'admin'\n\n\n"
                    "def rate_limit(caller, per_minute=600):\n    return True\n\n\n"
                    "class Door:\n    async def has_permission(self, user, action):\n        logger.debug('asked for %s', action)\n        return True\n"
                )
            },
            found=("till/auth.py:1", "till/auth.py:12", "till/auth.py:7"),
        ),
        Example(
            title="one user for all tokens",
            files={
                "till/auth.py": (
                    "def get_current_user(token: str = Depends(scheme)):\n    return User(id=1, name='admin', roles=['admin'])\n\n\n"
                    "def decode_token(token):\n    return {'sub': 'admin', 'scope': 'all'}\n\n\n"
                    "def get_user(name):\n    return User(name=name)\n\n\n"
                    "def current_user(request):\n    return User(id=request.headers['x-user'])\n"
                )
            },
            found=("till/auth.py:1", "till/auth.py:5"),
        ),
        Example(
            title="guards that refuse, ask somebody, or say that they are open",
            files={
                "till/auth.py": (
                    "def require_admin(key=''):\n    if not key:\n        raise Refused\n    return 'admin'\n\n\n"
                    "def rate_limit(caller):\n    return caller in LISTED\n\n\n"
                    "class OpenDoor:\n    def has_permission(self, user):\n        return True\n\n\n"
                    "class Closed(Base):\n    def has_permission(self, user):\n        return True\n\n\n"
                    "def has_role(user):\n    return find(user).role\n"
                )
            },
        ),
        Example(
            title="a default that classes override, and questions that are not about access",
            files={
                "till/back.py": "class Backend:\n    def has_permission(self, user):\n        return True\n\n\nclass Strict(Backend):\n    def has_permission(self, user):\n        return user.staff\n\n\nclass Csv:\n    def can_read(self, path):\n        return True\n\n    def is_primary_key(self, column):\n        return True\n\n    def may_contain_nulls(self, column):\n        return True\n",
            },
        ),
    ),
)
