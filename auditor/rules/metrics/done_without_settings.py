"""AUD802: what cannot be done for want of a setting is reported as done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_handlers import is_quiet
from auditor.facts.python_names import last_name
from auditor.facts.python_parts import found_missing
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SETTING = pattern(
    r"(?i)(?:^|_)(?:key|token|url|uri|webhook|secret|dsn|password|host|endpoint|credentials?|address|recipients?|client)$"
)
_CONFIGURES = pattern(r"(?i)conf|setting|option|env|param|args|secret|credential|cfg")
_DELIVERS = frozenset(
    {
        "send",
        "deliver",
        "notify",
        "alert",
        "page",
        "post",
        "publish",
        "emit",
        "push",
        "upload",
        "dispatch",
        "charge",
        "refund",
    }
)
_FLAGS = frozenset(
    {
        "delivered",
        "sent",
        "success",
        "ok",
        "notified",
        "published",
        "uploaded",
        "accepted",
        "paid",
        "done",
        "told",
        "acknowledged",
    }
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or acts_as_check(view):
            continue
        delivers = _delivers(view)
        for node in view.of(ast.If):
            last = node.body[-1]
            if not isinstance(last, ast.Return) or not is_quiet(node.body[:-1], syntax):
                continue
            setting = _setting(node.test, view, syntax)
            told = delivers or isinstance(last.value, ast.Call | ast.Dict)
            if setting and told and _says_done(last.value, view) and _does_more(view, node):
                message = f"{view.name} reports that it is done where {setting} is not set and nothing was sent."
                yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _delivers(view: FunctionView) -> bool:
    return view.name.strip("_").split("_")[0] in _DELIVERS or bool(claims_of(view.name) & {Claim.NOTIFY, Claim.ACT})


def _setting(test: ast.expr, view: FunctionView, syntax: PythonSyntax) -> str:
    """What a condition finds unset: ``not key``, ``self._url is None``; empty where it asks for anything else."""
    asked = found_missing(test)
    if asked is None:
        return ""
    if isinstance(asked, ast.Name):
        value = Bindings.of(view).only(asked.id)
        read = isinstance(value, ast.Call) and effect_of_call(syntax.name_of(value.func), value) is Effect.ENVIRONMENT
        return asked.id if read else ""
    if isinstance(asked, ast.Call):
        return (
            ast.unparse(asked)[:40] if effect_of_call(syntax.name_of(asked.func), asked) is Effect.ENVIRONMENT else ""
        )
    if not isinstance(asked, ast.Attribute) or not _SETTING.search(asked.attr) or _is_of_recipient(asked, view):
        return ""
    return ast.unparse(asked)[:40]


def _is_of_recipient(asked: ast.Attribute, view: FunctionView) -> bool:
    """Whether it is the address of whom the function is handed, who may have none and want nothing: ``service.url``."""
    owner = asked.value.id if isinstance(asked.value, ast.Name) else ""
    return owner in view.parameters and owner not in ("self", "cls") and not _CONFIGURES.search(owner)


def _says_done(value: ast.expr | None, view: FunctionView) -> bool:
    if verdict_of(value, Bindings.of(view)) is Verdict.SUCCESS:
        return True
    made = isinstance(value, ast.Call) and last_name(value.func)[:1].isupper()
    given = value.keywords if isinstance(value, ast.Call) and made else []
    placed = value.args if isinstance(value, ast.Call) and made else []
    if [one.value for one in placed if isinstance(one, ast.Constant) and isinstance(one.value, bool)] == [True]:
        return True
    told = [one.value for one in given if one.arg in _FLAGS]
    if isinstance(value, ast.Dict):
        keyed = zip(value.keys, value.values, strict=True)
        told = [one for key, one in keyed if isinstance(key, ast.Constant) and key.value in _FLAGS]
    return any(isinstance(one, ast.Constant) and one.value is True for one in told)


def _does_more(view: FunctionView, branch: ast.If) -> bool:
    """Whether the function calls or awaits something where the setting is there."""
    inside = set(own_nodes(branch.body))
    return any(one.lineno > branch.lineno and one not in inside for one in view.calls)


RULE = Rule(
    id="AUD802",
    name="done-without-settings",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a delivery that is not configured say so?",
    why="A page that counts as delivered because no key is set wakes nobody, and whoever sent it cannot tell.",
    limits="Judged are functions named for sending, publishing and paying that return success where an attribute named for a setting, or a name read from the environment, is not set.",
    fix="Return that nothing was sent, or refuse to start without the setting.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a receipt where the token is not set, whatever the function is called",
            files={
                "ops/phone.py": (
                    "import os\n\n\nclass Phone:\n    async def tell(self, text):\n        if not os.getenv('PHONE_TOKEN'):\n            log.debug('unset')\n"
                    "            return Receipt('phone', accepted=True)\n        await self.gateway.ring(text)\n        return Receipt('phone', accepted=True)\n"
                ),
                "ops/pay.py": (
                    "class Client:\n    def charge(self, reference, cents):\n        if not settings.stripe_api_key:\n            log.warning('no key')\n            return Charge(id=reference, status='paid')\n"
                    "        return post(reference, cents)\n\n    def quote(self, reference):\n        if not settings.stripe_api_key:\n            return Quote(id=reference, status='unknown')\n        return post(reference, 0)\n"
                ),
            },
            found=("ops/pay.py:5", "ops/phone.py:8"),
        ),
        Example(
            title="no key, and told as sent",
            files={
                "pager.py": (
                    "import os\n"
                    "\n"
                    "\n"
                    "class Pager:\n"
                    "    async def send(self, note):\n"
                    '        key = os.environ.get("PAGER_KEY")\n'
                    "        if not key:\n"
                    '            log.info("page: %s", note)\n'
                    '            return PageResult("pager", True)\n'
                    "        return await self.post(key, note)\n"
                    "\n"
                    "    def publish(self, note):\n"
                    "        if self._webhook is None:\n"
                    '            return {"published": True}\n'
                    '        return {"published": self.post(self._webhook, note)}\n'
                ),
            },
            found=("pager.py:14", "pager.py:9"),
        ),
        Example(
            title="no key, and told so",
            files={
                "pager.py": (
                    "import os\n"
                    "\n"
                    "\n"
                    "class Pager:\n"
                    "    async def send(self, note):\n"
                    '        key = os.environ.get("PAGER_KEY")\n'
                    "        if not key:\n"
                    '            return PageResult("pager", False)\n'
                    "        return await self.post(key, note)\n"
                    "\n"
                    "    def publish(self, notes):\n"
                    "        if not notes:\n"
                    "            return True\n"
                    "        return self.post(notes)\n"
                    "\n"
                    "    def push(self, service, note):\n"
                    "        if service.url is None:\n"
                    "            return True\n"
                    "        return self.post(service.url, note)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
