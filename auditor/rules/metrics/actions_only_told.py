"""AUD824: a list of actions taken is filled with sentences, and nothing is done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, strings_in, syntax_of
from auditor.facts.python_waiting import only_waits
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LISTS = pattern(
    r"(?i)(?:^|_)(?:actions?(?:_(?:taken|performed|executed|applied|done))?|steps?_(?:taken|completed|performed|executed|done)|(?:completed|executed|performed|applied)_(?:steps|actions|fixes|changes)|changes(?:_(?:made|applied))?|fixes(?:_applied)?|remediations?|mitigations?|operations(?:_performed)?|applied|resolutions?|measures_taken|recovery_(?:steps|actions))$"
)
_DONE = pattern(
    r"(?i)^\W*(?:successfully |automatically |auto-)?(?:add|trigger|updat|restart|scal|clear|flush|reload|rotat|revok|block|isolat|quarantin|notifi|alert|deploy|rolled|rollback|restor|migrat|switch|redirect|rerout|shift|drain|kill|terminat|stopp|start|creat|delet|remov|purg|resiz|increas|decreas|reduc|appli|enabl|disabl|reset|reconnect|promot|execut|initiat|invok|patch|retrain|retri|refresh|reindex|repair|heal|fix|optimi[sz]|configur|escalat|paus|resum|activat|deactivat|evict|cordon|fail(?:ed)? ?over|provision|replac|adjust|tun|throttl|limit|clean|compact|archiv|back(?:ed)? ?up|encrypt|publish|upload|install|regist|record|schedul|launch)"
)
_PAST = pattern(r"(?i)\b\w+(?:ed|sent|set|put|built|shut|back|over)\b")
_FLAGS = frozenset({"success", "ok", "applied", "healed", "resolved", "passed"})
_HONEST = pattern(
    r"(?i)plan|recommend|suggest|propos|preview|dry|simulat|mock|fake|test|would|describe|explain|list_|get_|format|report|summar|diff|compare|detect|analy[sz]e|parse|history|render|advice|next_|build_|generate|audit_log|changelog"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.qualified):
            continue
        told = list(_told(view))
        if told and only_waits(view, syntax):
            for call, name in told:
                message = (
                    f"{view.name} adds {strings_in(call.args[0])[:50]!r} to {name}, and has done nothing of the kind."
                )
                yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)
            yield from _preset(view, source)


def _told(view: FunctionView) -> Iterator[tuple[ast.Call, str]]:
    """The sentences in the past tense that are added to a list of actions."""
    for call in view.calls:
        match call:
            case ast.Call(
                func=ast.Attribute(attr="append" | "add", value=held),
                args=[ast.Constant(value=str()) | ast.JoinedStr() as said],
            ):
                name = (
                    str(held.slice.value)
                    if isinstance(held, ast.Subscript) and isinstance(held.slice, ast.Constant)
                    else last_name(held)
                )
                text = strings_in(said).strip()
                if _LISTS.search(name) and _DONE.search(text) and _PAST.search(text[:60]):
                    yield call, name
            case _:
                continue


def _preset(view: FunctionView, source: Source) -> Iterator[Hit]:
    """``result = {"success": True, "actions": []}``: the success that such a function begins with, and ends with."""
    changed = {
        str(to.slice.value)
        for node in view.of(ast.Assign)
        for to in node.targets
        if isinstance(to, ast.Subscript) and isinstance(to.slice, ast.Constant)
    }
    for node in view.of(ast.Assign, ast.AnnAssign):
        if not isinstance(node.value, ast.Dict):
            continue
        for key, value in zip(node.value.keys, node.value.values, strict=True):
            if (
                isinstance(key, ast.Constant)
                and key.value in _FLAGS
                and isinstance(value, ast.Constant)
                and value.value is True
                and not changed & _FLAGS
            ):
                message = f"{view.name} begins with a success that nothing changes, and does nothing."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


RULE = Rule(
    id="AUD824",
    name="actions-only-told",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is every action that a result lists taken?",
    why="`actions_taken.append('Restarted the worker')` heals nothing, and the rate of incidents that heal themselves is 100 %.",
    limits=(
        "Judged are functions that add sentences in the past tense to lists named for actions, steps, fixes and the like, and call nothing but logs, clocks, sleeps and such functions of their own; "
        "plans, recommendations and previews are left alone."
    ),
    fix="Take the action, and list it once it has succeeded.",
    since="0.5.0",
    effort=240,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("append", ".add("),
    examples=(
        Example(
            title="a healer that says what it has done",
            files={
                "ops/healer.py": (
                    "class Healer:\n"
                    "    def apply(self, incident):\n"
                    "        outcome = {'success': True, 'actions_taken': []}\n"
                    "        if incident.kind == 'memory':\n"
                    "            log.info('healing %s', incident)\n"
                    "            outcome['actions_taken'].append('Restarted the worker')\n"
                    "        else:\n"
                    "            outcome['actions_taken'].append(f'Cleared the cache of {incident.name}')\n"
                    "        return outcome\n"
                ),
            },
            found=("ops/healer.py:3", "ops/healer.py:6", "ops/healer.py:8"),
        ),
        Example(
            title="actions that are taken, and a plan",
            files={
                "ops/healer.py": (
                    "class Healer:\n"
                    "    def apply(self, incident):\n"
                    "        outcome = {'success': True, 'actions_taken': []}\n"
                    "        self.workers.restart(incident.name)\n"
                    "        outcome['actions_taken'].append('Restarted the worker')\n"
                    "        return outcome\n"
                    "\n"
                    "    def recommend(self, incident):\n"
                    "        actions = []\n"
                    "        actions.append('Restarted workers help')\n"
                    "        return actions\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
