"""AUD953: an operation tells people that it takes place, and confirms it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, syntax_of
from auditor.facts.python_talk import is_sleep, said_by
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TELLS = pattern(
    r"(?i)^_*(?:send|notify|alert|post|publish|page|announce|tell|emit|broadcast|message|say|warn|inform)(?:_\w+)?$"
)
_PEOPLE = pattern(
    r"(?i)alert|notif|slack|pager|channel|chat|teams|mail|webhook|announc|messag|operator|opsgenie|telegram|discord|sms|status_?page"
)
_MACHINES = pattern(r"(?i)bus(?:\b|_)|broker|queue|topic|kafka|amqp|rabbit|pub_?sub|producer|mqtt")
_EITHER = pattern(r"(?i)channel|messag|operator")
"""Where people read, or programs: those are told in whole sentences."""
_SPEAKS = pattern(
    r"(?i)notif|alert|announc|mail|messag|page|escalat|publish|send|report|inform|on_|request|queue|trigger"
)
"""Operations that are done by telling somebody."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if _operates(view) and _only_tells(view, syntax):
            message = f"{view.name} tells people about it, confirms it, and does nothing of it."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _operates(view: FunctionView) -> bool:
    if view.is_test or view.node.decorator_list or _SPEAKS.search(view.name):
        return False
    return Claim.ACT in claims_of(view.name) and (view.owner is None or not _PEOPLE.search(view.owner.name))


def _only_tells(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether every statement but the last tells somebody something, logs or waits, and the last confirms."""
    *before, last = view.body or [ast.Pass()]
    confirms = isinstance(last, ast.Return) and isinstance(last.value, ast.Constant | ast.Dict) and _is_good(last.value)
    told = [one for one in before if _tells(one)]
    return (
        confirms and bool(told) and all(one in told or said_by(one, syntax) or is_sleep(one, syntax) for one in before)
    )


def _is_good(value: ast.expr) -> bool:
    return isinstance(value, ast.Dict) or (isinstance(value, ast.Constant) and value.value is True)


def _tells(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call) or not _TELLS.search(last_name(call.func)):
        return False
    held = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    place = ast.unparse(held)[:200]
    if _MACHINES.search(place) or (_EITHER.search(place) and " " not in strings_in(call).strip()):
        return False
    return _PEOPLE.search(place) is not None


RULE = Rule(
    id="AUD953",
    name="told-in-place-of-done",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does an operation do more than tell people about itself?",
    why="`roll_back` posts 'is being rolled back' into the channel and returns True: everybody knows of it, and nothing has been rolled back.",
    limits="Judged are functions named for a deployment, rollback, failover and the like whose statements only write to a channel of people (sentences, where programs may listen as well), log or wait, before they return True or a table.",
    fix="Do the work first, and tell what came of it.",
    since="0.9.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="a rollback in the channel, and a failover by mail",
            files={
                "ops/roll.py": (
                    "class Roll:\n    async def roll_back(self, version):\n        await self.alerts.send(f'{version} is rolled back')\n        return True\n\n\n"
                    "def failover(region, mailer):\n    log.info('failing over')\n    mailer.notify_team(region)\n    return {'status': 'done'}\n"
                )
            },
            found=("ops/roll.py:2", "ops/roll.py:7"),
        ),
        Example(
            title="a rollback that rolls back, and one that is asked for by a message",
            files={
                "ops/roll.py": (
                    "class Roll:\n    async def roll_back(self, version):\n        await self.alerts.send('rolled back')\n        await self.cluster.undo(version)\n        return True\n\n"
                    "    async def rollback_request(self, version):\n        await self.channel.send('please roll back')\n        return True\n\n"
                    "    async def deploy(self, version):\n        await self.channel.send('deploying')\n        return self.state\n"
                )
            },
        ),
        Example(
            title="a command that goes to those who carry it out",
            files={
                "ops/send.py": "class Desk:\n    async def deploy(self, version):\n        await self.message_bus.publish('deploy', version)\n        return {'status': 'queued'}\n\n    def restart(self, name):\n        self.channel.send('restart')\n        return True\n",
            },
        ),
    ),
)
