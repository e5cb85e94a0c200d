"""AUD167: what a function is named for is told as done after a look, and nothing is changed."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from auditor.facts.claims import WORK, claims_of, documented_claims, words_of
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.effects import Effect
from auditor.facts.participles import participles, promised_verbs
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import effect_of_call, is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.told_as_delivered import is_told_as_delivered
from auditor.rules.placeholders.noted_only import is_only_noted
from auditor.rules.placeholders.removed_in_words import removal_in_words
from auditor.rules.placeholders.response_only_logged import only_logs

__all__ = ["RULE", "told_in_vain"]

_READS = pattern(
    r"(?i)^_*(?:async_)?(?:get|find|fetch|fetchval|fetchrow|fetchone|fetchall|load|is|has|can|may|should|read|count|list|exists|lookup|select|scalar|scalars|first|one|one_or_none|filter|filter_by|all|len|check|require|validate|authori[sz]e|ensure|current|"
    r"today|now|json|values|items|keys|sum|getattr|asdict|debug|as_text|removeprefix|removesuffix|replace|balance|depends|path|query|body|header)(?:_|$)"
)
_ASKS = frozenset({"execute", "query", "fetch", "fetchval", "fetchrow", "fetchone", "run", "text"})
_MAKES = frozenset({"replace", "removeprefix", "removesuffix"})
_BUILDERS = frozenset({"list", "sorted", "set", "dict", "tuple", "frozenset", "filter"})
_SELECT = pattern(r"(?i)^\s*(?:select|with|explain)\b")
_ANSWERS = pattern(
    r"(?i)^(?:json_response|jsonify|json|make_response|redirect|render_template|render|dict|str|int|bool|float|round|dumps|abort|url_for|flash|Response)$"
)
_HONEST = pattern(
    r"(?i)redirect|respond|reply|log|print|record_|report|dry_?run|simulat|mock|fake|demo|example|stub|preview|console|(?:^|[._])on_|handler|listener|hook|callback|event|signal|notif|format|message|describe|render|template|null|noop|(?:^|_)to_|(?:^|_)as_"
)
_NOT = pattern(
    r"(?i)\b(?:not|never|cannot|can't|could|would|should|will|if|when|to be|skipp\w+|fail\w*|error|disabled|dry[ _-]?run|simulat\w*|mock\w*|already|must|only|nothing|no|was|were|has been|have been|being)\b"
)
_PLAIN = pattern(rf"{PLAIN_CLASSES}|Default|Example|Simulat\w*|Log(?:ger|ging)?|Console")
_CHANGES = (ast.Delete, ast.AugAssign, ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, ast.Lambda)
_DECORATED = pattern(
    r"abstract|overload|override|fixture|hook|event|listener|receiver|signal|subscribe|callback|property|\.on\b|validator|serializer|setter|command"
)
_TALK = frozenset({Effect.LOG, Effect.CLOCK, Effect.SLEEP})
_CLOCKS = frozenset({None, Effect.LOG, Effect.CLOCK, Effect.SLEEP, Effect.RANDOM, Effect.ENVIRONMENT})


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    bases = _bases(syntax)
    for view in syntax.functions:
        told = told_in_vain(view, syntax, bases)
        if told is not None and not _is_told_elsewhere(view, syntax):
            message = f"{view.name} tells {told!r}, and has only looked: nothing is changed."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _bases(syntax: PythonSyntax) -> frozenset[str]:
    return frozenset(last_name(base) for node, _ in syntax.classes for base in node.bases)


def told_in_vain(view: FunctionView, syntax: PythonSyntax, bases: Collection[str]) -> str | None:
    """The word by which a function tells as done what it has not done; None for others."""
    told = None if _is_excused(view, bases) else _told(view, syntax)
    return told if told is not None and _changes_nothing(view, syntax) else None


def _is_told_elsewhere(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a rule that says more of the function reports it: AUD131, AUD136, AUD201, AUD293 or AUD926."""
    if only_logs(view, syntax) or is_only_noted(view, syntax) or is_told_as_delivered(view, syntax):
        return True
    return removal_in_words(view, syntax) is not None or _is_hollow(view, syntax)


def _is_hollow(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function that promises work asks nothing at all, and always gives success, of which AUD201 speaks."""
    promised = claims_of(view.name) & WORK or documented_claims(view.docstring)
    asked = [call for call in view.calls if effect_of_call(syntax.name_of(call.func), call) not in _TALK]
    if (
        not promised
        or not view.returns
        or view.node.decorator_list
        or any(_READS.search(last_name(call.func)) for call in asked)
    ):
        return False
    return all(verdict_of(one.value, Bindings.of(view)) is Verdict.SUCCESS for one in view.returns)


def _is_excused(view: FunctionView, bases: Collection[str]) -> bool:
    if view.is_test or view.nested or _HONEST.search(view.qualified) or not view.parameters:
        return True
    if any(_DECORATED.search(ast.unparse(one)[:100]) for one in view.node.decorator_list):
        return True
    return view.owner is not None and (view.owner.name in bases or _PLAIN.search(view.owner.name) is not None)


def _told(view: FunctionView, syntax: PythonSyntax) -> str | None:
    """The word by which the promised verb is told as done: in the log, or in what the function gives back."""
    forms = {form for verb in promised_verbs(view.name, view.docstring) for form in participles(verb)}
    if not forms:
        return None
    for text in _texts(view, syntax):
        said = forms & set(words_of(text))
        if said and not _NOT.search(text):
            return min(said)
    return None


def _texts(view: FunctionView, syntax: PythonSyntax) -> Iterator[str]:
    """What the last lines of a function log, and the texts of what it returns."""
    tried = [one for attempt in view.body if isinstance(attempt, ast.Try) for one in (*attempt.body, *attempt.orelse)]
    for one in (*view.body, *tried):
        call = one.value if isinstance(one, ast.Expr) else None
        if isinstance(call, ast.Call) and is_log_call(syntax.name_of(call.func)) and call.args:
            yield strings_in(call.args[0])
    last = (tried or view.body or [ast.Pass()])[-1]
    if isinstance(last, ast.Return) and last.value is not None:
        yield from (
            one.value for one in ast.walk(last.value) if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def _changes_nothing(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function asks something of others, keeps the answers in names of its own, and calls nothing that could change anything."""
    if view.of(*_CHANGES) or any(isinstance(one, ast.Attribute | ast.Subscript) for one in _targets(view)):
        return False
    if any(_is_made(one.value, view) for one in view.returns):
        return False
    raised = {id(one.exc) for one in view.of(ast.Raise)}
    return all(id(call) in raised or _only_reads(call, syntax) for call in view.calls)


def _is_made(value: ast.expr | None, view: FunctionView) -> bool:
    """Whether a function gives back something that it has made of what it was given: that is its work."""
    if not isinstance(value, ast.Name):
        return isinstance(value, ast.BinOp | ast.Subscript | ast.ListComp | ast.DictComp | ast.SetComp)
    kept = Bindings.of(view).only(value.id)
    asked = kept.value if isinstance(kept, ast.Await) else kept
    if value.id in view.parameters or isinstance(asked, ast.Subscript | ast.Constant | ast.Dict):
        return False
    name = last_name(asked.func) if isinstance(asked, ast.Call) else ""
    if isinstance(asked, ast.Call) and isinstance(asked.func, ast.Name) and name in _BUILDERS:
        return bool(asked.args)
    return not (name in _ASKS or _READS.search(name) or name[:1].isupper()) or name in _MAKES


def _targets(view: FunctionView) -> Iterator[ast.expr]:
    for one in view.of(ast.Assign):
        yield from one.targets
    for one in view.of(ast.AnnAssign, ast.For, ast.AsyncFor):
        yield one.target


def _only_reads(call: ast.Call, syntax: PythonSyntax) -> bool:
    name = last_name(call.func)
    if name in _ASKS:
        asked = strings_in(call.args[0]) if call.args else ""
        return _SELECT.search(asked) is not None
    if _READS.search(name) or _ANSWERS.search(name) or (name[:1].isupper() and not call.args):
        return True
    return name[:1].isupper() or effect_of_call(syntax.name_of(call.func), call) in _CLOCKS


RULE = Rule(
    id="AUD167",
    name="outcome-only-told",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does what answers that something was cancelled, closed or archived also change something?",
    why="`cancel` looks the order up, logs 'cancelled', answers 'cancelled', and the order is sent all the same: who reads the answer believes it.",
    limits=(
        "Judged are functions whose name or documentation begins with a verb of change, that tell it as done in their log or answer (and whose work is not that answer, as it is of a redirection), and that call nothing but what reads "
        "(`get`, `find`, `is_...`, a `SELECT`), keep nothing but names of their own, and say that they are done. Any call that is not known counts as a change. Left alone is what AUD131, AUD136, AUD201, AUD293 and AUD926 say more of."
    ),
    fix="Make the change and tell what came of it; raise NotImplementedError until then.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="an order that is cancelled in words, a day that is closed in words, rows that are only counted",
            files={
                "shop/api.py": (
                    "@routes.post('/orders/{id}/cancel')\nasync def cancel_order(request):\n    order = await request.app['orders'].get(request.match_info['id'])\n    if order is None:\n        raise web.HTTPNotFound()\n"
                    "    log.info('order %s cancelled', order.id)\n    return web.json_response({'id': order.id, 'state': 'cancelled'})\n"
                ),
                "shop/books.py": (
                    'class Books:\n    def sign_off(self, day, clerk):\n        """Close the books of a day."""\n        if not self.is_balanced():\n            return False\n        log.info("books of %s closed by %s", day, clerk)\n        return True\n\n'
                    '    async def archive(self, before):\n        count = await self.pool.fetchval("SELECT count(*) FROM orders WHERE due < $1", before)\n        log.info("archived %d orders", count)\n        return count\n'
                ),
            },
            found=("shop/api.py:2", "shop/books.py:2", "shop/books.py:9"),
        ),
        Example(
            title="an account that is suspended in words, in an attempt",
            files={
                "shop/accounts.py": (
                    "@app.post('/accounts/{key}/suspend')\nasync def suspend_account(key, accounts=Depends(accounts)):\n    try:\n        account = await accounts.find(key)\n        return {'id': account.id, 'status': 'suspended'}\n"
                    "    except KeyError:\n        raise HTTPException(404)\n"
                )
            },
            found=("shop/accounts.py:2",),
        ),
        Example(
            title="what other rules tell of: nothing looked at, only logged, delivered or removed in words",
            files={
                "shop/queue.py": (
                    "class Queue:\n    async def drain(self, timeout):\n        await asyncio.sleep(min(timeout, 2))\n        log.info('queue drained')\n        return True\n\n"
                    "    def refund(self, order):\n        log.info('order %s refunded', order)\n        return True\n\n"
                    "    def export(self, day):\n        rows = [one.isoformat() for one in self._days if one == day]\n        log.info('exported %d rows', len(rows))\n        return len(rows)\n\n"
                    "    def delete(self, name):\n        found = self.get(name)\n        log.info('deleted %s', name)\n        return found\n"
                )
            },
        ),
        Example(
            title="what is changed, what is left to others, and what only answers",
            files={
                "shop/api.py": (
                    "async def cancel_order(request):\n    order = await request.app['orders'].get(request.match_info['id'])\n    await order.transition('cancelled')\n    log.info('order %s cancelled', order.id)\n    return {'state': 'cancelled'}\n\n\n"
                    "def close_day(books, day):\n    books.days[day] = 'closed'\n    log.info('day %s closed', day)\n    return True\n\n\n"
                    "def cancel_text(order):\n    return f'order {order.get_id()} is to be cancelled'\n\n\n"
                    "def sanitize(name):\n    found = re.sub('[^a-z]', '', name)\n    log.warning('name sanitized')\n    return found\n\n\n"
                    "def validate_order(order):\n    log.info('order validated')\n    return order.is_valid()\n"
                ),
            },
        ),
        Example(
            title="a list that is made of another",
            files={
                "shop/rows.py": "def remove_duplicates(rows):\n    kept = list(set(rows))\n    log.info('removed %d', len(rows) - len(kept))\n    return kept\n",
            },
        ),
        Example(
            title="an answer that is the work",
            files={
                "shop/web.py": "def redirect(location, status=302):\n    headers = {'Location': location}\n    return status, headers, f'Redirected to {location}'\n",
            },
        ),
    ),
)
