"""AUD136: an operation of which only the record is kept."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import WORK, claims_of, documented_claims, words_of
from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_at_work import counts_of_old, is_sent_to_work, recites, sets_something
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.python_talk import is_idle, is_sleep, said_by
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE", "is_only_noted"]

_DONE = pattern(
    r"(?i)(?:\b|[._-])(?:sent|shipped|uploaded|delivered|deployed|migrated|encrypted|decrypted|compressed|rolled[ _-]?back|restored|published|switched|shifted|promoted|"
    r"demoted|verified|replicated|backed[ _-]?up|archived|dispatched|provisioned|scaled|revoked|rotated|signed|drained|failed[ _-]?over|"
    r"migration (?:finished|complete[d]?|done)|notified|paged|called|purged|pushed|exported|transferred|synced|synchroni[sz]ed|refunded|charged|paid|"
    r"evacuated|fenced|repointed|issued|renewed|tagged|applied|installed|quarantined|cordoned|throttled|mailed|e-?mailed|texted|posted|enqueued|escalated|isolated|compacted|vacuumed|reindexed|warmed up)\b"
)
_OVER = pattern(
    r"(?i)(?:\b|[._-])(?:done|finished|complete[d]?|stable|ready|ok|passed|healthy|succeeded|success(?:ful|fully)?|applied|installed|updated|processed|executed|warmed|intact|within (?:the )?(?:budget|limits?|threshold)|nominal|steady|no (?:regressions?|errors|anomal\w+)|clean|holds|holding|green)\b"
)
_NEGATED = pattern(
    r"(?i)\b(?:not|never|cannot|can't|could not|would|should|will|if|when|to be|skipp\w+|fail(?:ed|s|ing|ure|ures)?|error|disabled|dry[ _-]?run|simulat\w*|mock\w*)\b"
)
_OPERATES = pattern(
    r"^_*(?:async_)?(?:deploy|rollback|roll_back|fail_?over|fail_?back|promote|demote|restore|back_?up|migrate|replicate|encrypt|decrypt|revert(?:_\w+)?|isolate|evict|fence|quarantine|cordon|elect_leader|acquire_leadership|(?:freeze|stop|reroute|divert)_(?:traffic|deploys?|releases?|writes)|rotate_\w*(?:key|secret|credential)\w*|revoke_\w+|(?:switch|shift|drain)_(?:traffic|\w*connections)|scale_(?:up|down|out|to)|provision|undeploy|cut_?over|ship|upload|publish)(?:_|$)"
)
_RESTS = pattern(
    r"(?i)validation|state|status|config|setting|flag|plan|info|name|param|option|allowed|enabled|count|_to_|_at$|time|version$|request"
)
"""Names of what is kept about an operation, rather than of the operation."""
_HONEST = pattern(
    r"(?i)wait|sleep|delay|backoff|poll|throttl|retry|tick|pause|idle|loop|animat|spin|simulat|dry_?run|mock|fake|demo|example|stub|dummy|null|noop|log_|_log|print|console|record|callback|(?:^|[._])on_|handler|listener|hook"
)
_CARRIERS = frozenset({"do", "run", "perform", "execute", "async", "try", "maybe", "handle"})
_IRREGULAR = {
    "send": "sent",
    "put": "put",
    "cut": "cut",
    "build": "built",
    "bring": "brought",
    "take": "taken",
    "give": "given",
}
_LIFE = frozenset({
    "start", "stop", "close", "shutdown", "cleanup", "setup", "teardown", "open", "enter", "exit", "print", "report", "warn",
})  # fmt: skip
"""Verbs of what may have nothing to do at a turn in the life of an object, and of talk itself."""
_SHORTEST = 3
_ABSTRACT = pattern(
    r"abstract|overload|override|fixture|hook|event|listener|receiver|signal|subscribe|callback|handler|\.on\b"
)


_IDLE = frozenset({ast.Expr, ast.Pass, ast.Return, ast.Assign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.While})
"""The statements that can be idle."""


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if is_only_noted(view, syntax):
            told = _is_over(view, syntax)
            message = (
                f"{view.name} says that it is done, and does nothing but say so."
                if told
                else f"{view.name} does nothing but talk and pass time."
            )
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def is_only_noted(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether this rule reports a function."""
    if view.is_test or not view.body or not all(type(one) in _IDLE for one in view.body):
        return False
    if _HONEST.search(view.qualified) or _is_marked(view):
        return False
    texts = [said for said in (said_by(one, syntax) for one in _statements(view)) if said.strip()]
    texts += list(_declared(view)) if texts else []
    if any(_NEGATED.search(one) for one in texts) or not all(is_idle(one, syntax) for one in view.body):
        return False
    return _pretends(view, texts, syntax) and not _is_told_elsewhere(view, syntax)


def _statements(view: FunctionView) -> Iterator[ast.stmt]:
    return iter(view.of(ast.Expr))


def _declared(view: FunctionView) -> Iterator[str]:
    """The words that a returned table gives as its outcome: ``{"status": "sent"}``."""
    for one in view.returns:
        for key, value in keyed(one.value) if isinstance(one.value, ast.Dict) else ():
            if key in ("status", "state", "result", "outcome"):
                yield strings_in(value)


def _is_marked(view: FunctionView) -> bool:
    if any(_ABSTRACT.search(ast.unparse(one)[:100]) for one in view.node.decorator_list):
        return True
    return view.owner is not None and _ABSTRACT.search(view.owner.name.lower()) is not None


def _pretends(view: FunctionView, texts: list[str], syntax: PythonSyntax) -> bool:
    """Whether the end of something is told that time, a literal or nothing at all stands for."""
    done = any(_DONE.search(one) for one in texts)
    if _says_own_name_done(view, texts) or recites(view, syntax):
        return True
    if _OPERATES.search(view.name) and sets_something(view) and not _RESTS.search(view.name):
        return True
    if any(is_sleep(one, syntax) for one in _statements(view)):
        return done or any(_OVER.search(one) for one in texts) or is_sent_to_work(view, texts)
    if counts_of_old(view, texts):
        return True
    return done and (sets_something(view) or any(_is_success(one.value) for one in view.returns))


def _is_over(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the talk of a function is of an end, and not of what it is at."""
    texts = [said_by(one, syntax) for one in _statements(view)]
    return not is_sent_to_work(view, texts) or any(_DONE.search(one) or _OVER.search(one) for one in texts)


def _says_own_name_done(view: FunctionView, texts: list[str]) -> bool:
    """Whether what the function is named for is told as done: ``issue`` says "issued"."""
    verb, *_ = [one for one in words_of(view.name) if one not in _CARRIERS] or [""]
    if len(verb) < _SHORTEST or verb in _LIFE or sets_something(view) or (view.owner is not None and view.owner.bases):
        return False
    stem = verb.removesuffix("e")
    forms = {f"{stem}ed", f"{verb}{verb[-1]}ed", f"{verb.removesuffix('y')}ied", _IRREGULAR.get(verb, "")} - {""}
    return any(forms & set(words_of(one)) for one in texts)


def _is_success(value: ast.expr | None) -> bool:
    """Whether a function gives a table, True, or a count that is written in the code."""
    if isinstance(value, ast.Constant):
        return value.value is True or (isinstance(value.value, int) and value.value > 0)
    return isinstance(value, ast.Dict)


def _is_told_elsewhere(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether AUD122, AUD123 or AUD201 judge the function: it promises the work, and only logs or sleeps."""
    promised = claims_of(view.name) & WORK or documented_claims(view.docstring)
    if not promised or sets_something(view):
        return False
    return all(is_sleep(one, syntax) or _logs(one, syntax) for one in _statements(view))


def _logs(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement says something to a log, rather than to an object that keeps it."""
    calls = [one for one in own_nodes([statement]) if isinstance(one, ast.Call)]
    return not calls or is_log_call(syntax.name_of(calls[0].func))


RULE = Rule(
    id="AUD136",
    name="noted-only",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is what is noted as done also done?",
    why="'connections drained' after a fixed sleep, 'encrypted' on a file that nobody touched: the record is all there is, and it is what people read.",
    limits=(
        "Judged are functions of which every statement talks, waits, keeps a literal or hands on what it was given, and of which a message says that something "
        "is done. Handlers of events, hooks, waits and what calls itself a simulation are left alone."
    ),
    fix="Do the work and note what came of it; raise NotImplementedError until then.",
    since="0.3.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="talk and a pause in place of the work, and a figure that was there before",
            files={
                "ops.py": (
                    "import asyncio\nimport logging\n\nlog = logging.getLogger(__name__)\n\n\n"
                    "class Fleet:\n    async def set_weight(self, release, weight):\n        log.info('traffic: %s -> %d', release, weight)\n        await asyncio.sleep(0.05)\n\n"
                    "    async def replay_letters(self, since):\n        log.info('replaying letters since %s', since)\n        return self.stats.rejected\n\n"
                    "    async def set_state(self, state):\n        log.info('state: %s', state)\n        await self.store.put(state)\n\n"
                    "    async def replay_others(self, since):\n        log.info('replaying since %s', since)\n        return await self.queue.replay(since)\n\n"
                    "    async def slow_start(self, release):\n        log.info('starting %s', release)\n        await asyncio.sleep(0.05)\n"
                )
            },
            found=("ops.py:12", "ops.py:8"),
        ),
        Example(
            title="waits, marks and messages in the place of work",
            files={
                "ops/release.py": (
                    "class Release:\n    async def _empty_pool(self, release):\n        release.note(f'draining {self.pool}')\n        await asyncio.sleep(20)\n        release.note('pool drained')\n\n"
                    "    async def _change_over(self, release):\n        self._active = release.colour\n        release.note(f'traffic switched to {release.colour}')\n\n"
                    "    def _seal(self, bundle):\n        bundle.sealed = True\n        log.info('bundle.encrypted', path=str(bundle.path))\n        return bundle\n\n"
                    "    def _off_site(self, bundle):\n        target = f's3://{self.bucket}/{bundle.name}'\n        log.info('bundle.shipped', target=target)\n        return True\n"
                ),
                "ops/region.py": (
                    "class Region:\n    async def fail_over(self, region):\n        self.primary, self.secondary = self.secondary, self.primary\n        return True\n\n"
                    "    async def rollback(self, release):\n        release.state = 'rolled_back'\n        return release\n\n"
                    "    async def look_after(self, minutes):\n        for _ in range(minutes):\n            await asyncio.sleep(60)\n        log.info('release.stable')\n\n"
                    "    async def text(self, number, words):\n        log.info('message queued', number=number)\n        return {'state': 'sent', 'id': 'm-1'}\n"
                ),
            },
            found=(
                "ops/region.py:10",
                "ops/region.py:15",
                "ops/region.py:2",
                "ops/region.py:6",
                "ops/release.py:11",
                "ops/release.py:16",
                "ops/release.py:2",
                "ops/release.py:7",
            ),
        ),
        Example(
            title="work, events, and what does not claim to be done",
            files={
                "ops/release.py": (
                    "class Release:\n    async def _empty_pool(self, release):\n        await self.balancer.drain(self.pool)\n        release.note('pool drained')\n\n"
                    "    def on_deployed(self, release):\n        self.latest = release\n        log.info('release deployed')\n\n"
                    "    def _keep(self, release):\n        self.release = release\n        log.info('release kept')\n\n"
                    "    def _skip(self, release):\n        release.state = 'skipped'\n        log.info('not deployed: no change')\n\n"
                    "    def restore(self, release):\n        print('release restored')\n        return True\n\n"
                    "    async def wait_for_pool(self):\n        await asyncio.sleep(5)\n        log.info('ready')\n"
                )
            },
        ),
        Example(
            title="what a function is named for, told as done; steps that are recited; a count that is written down",
            files={
                "ops/renew.py": (
                    "import time\n"
                    "\n"
                    "\n"
                    "def renew(host):\n"
                    '    print(f"renewed the certificate of {host}")\n'
                    "\n"
                    "\n"
                    "def lose_site():\n"
                    '    for step in ("fence the site", "promote the copy", "move the address"):\n'
                    '        log.info("exercise: %s", step)\n'
                    "        time.sleep(0.5)\n"
                    "    return 3\n"
                    "\n"
                    "\n"
                    "def lose_region():\n"
                    '    log.info("exercise: region evacuated")\n'
                    "    return 5\n"
                ),
            },
            found=(
                "ops/renew.py:15",
                "ops/renew.py:4",
                "ops/renew.py:8",
            ),
        ),
        Example(
            title="a flag that is set, a turn of life, steps that are taken",
            files={
                "ops/renew.py": (
                    "import time\n"
                    "\n"
                    "\n"
                    "class Guard:\n"
                    "    def enable(self, rule):\n"
                    "        self.rules[rule] = True\n"
                    '        log.info("enabled %s", rule)\n'
                    "\n"
                    "    def restore_validation(self):\n"
                    "        self.deferred = False\n"
                    "\n"
                    "    def start(self):\n"
                    '        log.info("started")\n'
                    "\n"
                    "\n"
                    "def exercise(runner):\n"
                    '    for step in ("fence", "promote"):\n'
                    '        log.info("exercise: %s", step)\n'
                    "        runner.take(step)\n"
                    "        time.sleep(0.5)\n"
                    "    return 2\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
