"""AUD877: a branch of an operation says something and returns success; nothing on the way to it did anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import WORK, Claim, claims_of, words_of
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OPERATES = frozenset({
    "recover", "recovery", "restore", "heal", "failover", "failback", "repair", "remediate", "remediation", "mitigate", "rollback", "restart", "reroute", "promote", "escalate", "escalation", "drain", "evict", "fence", "isolate",
    "quarantine", "throttle", "scale", "deploy", "publish", "notify", "page", "alert", "deliver", "send", "revoke", "rotate", "provision", "migrate", "replicate", "backup", "switchover", "cancel", "terminate", "break", "breaker",
})  # fmt: skip
_BOOKS = pattern(
    r"(?i)mark|register|schedule|acknowledg|silence|^_*(?:add|remove|create|update|set|resolve|close|open|save|delete)_|enqueue|queue|validate|parse|format|build|render|prepare|should|can_|is_|has_|allow|config|setting|state|status|flag|log|record|handler|callback|on_|listener|subscribe|simulat|dry|mock|fake|test|template|message_for|count|history|list|info|plan"
)
_DOUBLE = pattern(
    rf"{PLAIN_CLASSES}|Simulat\w*|Sandbox|Console|Log(?:ging)?(?:Notifier|Handler|Backend|Channel|Sender)|Noop|NoOp|Local|InMemory|Memory|Model|Entity|Schema"
)
_SAYS_WHY = pattern(
    r"(?i)skip|already|disabled|not (?:enabled|configured|needed|required|necessary|supported|found)|nothing|no-?op|no (?:\w+ )?(?:to|for|needed)|dry.?run|simulat|mock|ignor|unchanged|up.to.date|exists|queued|scheduled|pending"
)
_LOOKS = pattern(
    r"^_*(?:get|find|lookup|load_config|is|has|type|str|dumps|lower|upper|format|join|now|utcnow|time|monotonic|isoformat|append|perf_counter|round|len|max|min)(?:_|$)"
)
_QUIET = frozenset({None, Effect.LOG, Effect.SLEEP, Effect.CLOCK, Effect.RANDOM, Effect.STATE})
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or view.node.decorator_list or not _operates(view):
            continue
        for said, given in () if _is_hollow(view, syntax) else _told(view, syntax):
            message = f"{view.name} only says that it did something, and reports success."
            yield Hit(source.path, said.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _is_hollow(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether AUD201 sees that the whole function does nothing and always reports success."""
    effects = {effect_of_call(syntax.name_of(call.func), call) for call in view.calls}
    return bool(claims_of(view.name) & WORK) and effects <= _QUIET and len(view.returns) == 1


def _operates(view: FunctionView) -> bool:
    words = words_of(view.name)
    if _BOOKS.search(view.name) or (view.owner is not None and _DOUBLE.search(view.owner.name)):
        return False
    return not _OPERATES.isdisjoint(words) or bool(claims_of(view.name) & {Claim.ACT, Claim.NOTIFY})


def _told(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, ast.Return]]:
    """The returns of success, each with the message right before it, that only quiet statements lead to."""
    pending = [view.body]
    while pending:
        block = pending.pop()
        attempts: list[list[ast.stmt]] = []
        for at, statement in enumerate(block):
            pending += _branches(statement, syntax)
            if isinstance(statement, ast.Try):
                attempts.append(statement.body)
            leads_on = isinstance(statement, ast.Return) or statement is not block[-1] or attempts
            if not leads_on or not _is_quiet(statement, syntax):
                break
            if isinstance(statement, ast.Return) and at and _is_told(block[at - 1], statement, view, syntax):
                yield block[at - 1], statement
        else:
            pending += attempts  # an attempt counts only where all that stands beside it is quiet as well


def _branches(statement: ast.stmt, syntax: PythonSyntax) -> list[list[ast.stmt]]:
    """The blocks that a statement leads to; none where what it asks for them is not quiet."""
    match statement:
        case ast.If(test=asked, body=body, orelse=orelse):
            blocks = [body, orelse]
        case ast.Match(subject=asked, cases=cases):
            blocks = [case.body for case in cases]
        case _:
            return []
    return blocks if _is_quiet(asked, syntax) else []


def _is_told(said: ast.stmt, given: ast.Return, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a return of success follows a message that gives no reason for doing nothing."""
    if not is_talk(said, syntax) or _SAYS_WHY.search(strings_in(said)):
        return False
    return verdict_of(given.value, Bindings.of(view)) is Verdict.SUCCESS


def _is_quiet(statement: ast.stmt | ast.expr, syntax: PythonSyntax) -> bool:
    """Whether a statement or condition asks nobody, tells nobody but the log, and at most sets something."""
    nodes = list(own_nodes([statement]))
    if any(
        isinstance(one, ast.With | ast.AsyncWith | ast.Yield | ast.For | ast.AsyncFor | ast.Delete) for one in nodes
    ):
        return False
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    awaited = [one.value for one in nodes if isinstance(one, ast.Await)]
    if any(
        effect_of_call(syntax.name_of(getattr(one, "func", one)), one) is not Effect.SLEEP
        for one in awaited
        if isinstance(one, ast.Call)
    ):
        return False
    return all(_is_quiet_call(one, syntax) for one in calls)


def _is_quiet_call(call: ast.Call, syntax: PythonSyntax) -> bool:
    name = last_name(call.func)
    if _LOOKS.search(name) or (name[:1].isupper() and len(name) > _FEWEST):
        return True
    return effect_of_call(syntax.name_of(call.func), call) in _QUIET


RULE = Rule(
    id="AUD877",
    name="success-of-a-branch",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every branch of an operation do something before it reports success?",
    why="`logger.info('triggering failover'); return True`: the incident is closed as recovered, and the database is still down.",
    limits=(
        "Functions named for an operation or a message whose success follows a log line, where all that led there looks something up, sets something or waits. "
        "Messages that say why nothing was done, and classes that only keep books, are left alone."
    ),
    fix="Do the operation, or return that it was not done.",
    since="0.7.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a failover of words, and an escalation into the log",
            files={
                "shop/recovery.py": (
                    "class Recovery:\n    async def fail_over(self, context):\n        name = context.get('component', 'unknown')\n        if 'database' in name.lower():\n            logger.info('Triggering database failover for %s', name)\n            return True\n"
                    "        if 'cache' in name:\n            await self.pool.switch(name)\n            logger.info('Switched %s', name)\n            return True\n        return False\n\n"
                    "    def escalate(self, error, context):\n        data = {'error': str(error), 'at': now().isoformat()}\n        logger.critical('ESCALATION: %s', json.dumps(data))\n        return True\n"
                ),
            },
            found=("shop/recovery.py:15", "shop/recovery.py:5"),
        ),
        Example(
            title="operations that do something, say why they do not, only keep books, or are hollow as a whole",
            files={
                "shop/recovery.py": (
                    "class Recovery:\n    def promote(self, target):\n        self.client.promote(target)\n        logger.info('promoted %s', target)\n        return True\n\n"
                    "    def notify(self, text):\n        if not self.address:\n            logger.info('no address to notify, skipped')\n            return True\n        return self.mailer.send(text)\n\n"
                    "    def mark_restored(self, name):\n        self.restored = name\n        logger.info('marked %s', name)\n        return True\n\n    def deploy(self, name):\n        print('deployed')\n        return True\n\n"
                    "    def deliver(self, text):\n        try:\n            if text in self.seen:\n                logger.info('duplicate %s, suppressed', text)\n                return True\n            return self.mailer.send(text)\n        except OSError:\n            return False\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
