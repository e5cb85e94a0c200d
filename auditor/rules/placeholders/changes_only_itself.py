"""AUD117: an operation that changes nothing but its own records."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import WORK, claims_of
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_inside import stays_inside, unused_helpers
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.placeholders.noted_only import is_only_noted

__all__ = ["RULE"]

_OPERATES = pattern(
    r"^_*(?:async_|do_|perform_|execute_|run_|trigger_|start_|initiate_|force_)?(?:deploy|rollback|roll_back|rollout|roll_out|revert_(?:to|release|deploy\w*|version)|"
    r"revert(?:_\w+)?|fail_?over|fail_?back|switch_?over|cut_?over|promote|demote|restore|back_?up|migrate|replicate|provision|undeploy|decommission|"
    r"(?:switch|shift|drain|divert|reroute|stop|freeze|split|halt)_(?:traffic|\w*connections|\w*pool|region|node|deploys?|releases?)|drain|evict|fence|isolate|quarantine|cordon|"
    r"scale(?:_(?:up|down|out|to|in))?|encrypt|rotate_\w*(?:key|secret|credential|cert\w*)\w*|revoke_\w+|elect_leader|acquire_leadership|canary|install|upload|publish|"
    r"shed_load|throttle|emergency_stop|kill_switch|shutdown_trading|halt_trading|liquidate|page|escalate|notify|alert)(?:_|$)"
)
_RESTS = pattern(
    r"(?i)state|status|config|setting|flag|plan|info|name|param|option|allowed|enabled|count|_to_dict|_at$|time|version_|request|should|can_|needed|possible|possibil|"
    r"report|history|list|metric|callback|handler|listener|log|default|simulat|dry|mock|fake|fixture|(?:^|_)on_|schedule|queue|counter|subscri|hook|register|policy|rule|channel"
)
_OPERATORS = pattern(
    r"(?i)deploy|releas|roll|canary|failover|recover|disaster|backup|vault|replica|migrat|provision|orchestrat|controller|manager|operator|coordinator|"
    r"engine|service|executor|runner|pipeline|traffic|router|region|cluster|fleet|guard|safeguard|breaker|leader|incident|escalat|notifi|alert|pager|ops|infra|scal|"
    r"rotat|secret|key|encrypt|secur"
)
_DEPLOYERS = pattern(r"(?i)deployer|kubern|k8s|terraform|migrator|rollout|failover|provisioner|orchestrator")
_RUNS = pattern(r"^_*(?:apply|launch|restart|terminate|destroy|recreate|patch|release|activate|execute|perform)(?:_|$)")
"""What classes that are named for nothing but running others do."""
_PLAIN = pattern(rf"{PLAIN_CLASSES}|Model|Entity|Aggregate|Event|Record|State|Dto|DTO|Schema|Simulat\w*|Sandbox")
_KEEPS = pattern(
    r"(?i)^__|^_*(?:on|set|get|is|has|log|record|note|track|register|subscribe|add|remove|append|update|handle|emit|print|show|report|describe|format|summar\w+|reset|clear|enable|disable|start|stop|close|wait|sleep|pause|resume|tick|init|setup|configure|warn|debug|observe)(?:_|$)|callback|listener|handler|log$"
)
"""Names of what keeps the object's own books."""
_ASKS = pattern(
    r"(?i)^_*(?:is|has|can|may|get|check|ping|probe)_|reachable|healthy|ready|alive|available|exists|valid|lag$|^_*(?:check|ping|probe)$"
)
_FEWEST = 2
_HELD = (ast.Attribute, ast.Subscript)


def _check(source: Source) -> Iterator[Hit]:
    if _PLAIN.search(source.path.rpartition("/")[2].title()):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        named = _operates(view) and _only_notes(view)
        if (
            (named or _stands_in(view, syntax))
            and stays_inside(view, syntax, asked=_preconditions(view))
            and not is_only_noted(view, syntax)
        ):
            message = f"{view.name} claims to change what runs, and changes nothing but its own records."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _preconditions(view: FunctionView) -> frozenset[ast.Call]:
    """What is asked before anything is done: ``if not await self.reachable(standby): raise ...``."""
    guards = [
        one
        for one in view.body
        if isinstance(one, ast.If) and not one.orelse and isinstance(one.body[-1], ast.Raise | ast.Return)
    ]
    return frozenset(
        call
        for one in guards
        for call in own_nodes([one.test])
        if isinstance(call, ast.Call) and _ASKS.search(last_name(call.func))
    )


def _operates(view: FunctionView) -> bool:
    """Whether a method of something that operates is named for a change of what runs."""
    if view.is_test or view.owner is None or view.node.decorator_list:
        return False
    runs = _DEPLOYERS.search(view.owner.name) is not None and _RUNS.search(view.name) is not None
    if not runs and not _OPERATES.search(view.name):
        return False
    if _RESTS.search(view.name) or _PLAIN.search(view.owner.name) or view.owner.decorator_list:
        return False
    bases = " ".join(ast.unparse(one)[:80] for one in view.owner.bases)
    operator = _OPERATORS.search(view.owner.name) is not None or any(
        isinstance(one.value, ast.Dict | ast.Call) and verdict_of(one.value, Bindings.of(view)) is Verdict.SUCCESS
        for one in view.returns
    )
    return operator and not _PLAIN.search(bases)


def _only_notes(view: FunctionView) -> bool:
    """Whether a function sets attributes or entries of what it holds, or keeps a record of an event."""
    targets = [one for node in view.of(ast.Assign) for one in node.targets]
    targets += [node.target for node in view.of(ast.AugAssign, ast.AnnAssign)]
    if any(isinstance(one, _HELD) for target in targets for one in _parts(target)):
        return True
    methods = [one.func for one in view.calls if isinstance(one.func, ast.Attribute)]
    return any(one.attr in ("append", "add", "appendleft") or last_name(one.value) == "self" for one in methods)


def _stands_in(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a method of a class that was given something to work with, and never uses it, only sets, logs and waits."""
    if (
        view.owner is None
        or view.is_test
        or view.node.decorator_list
        or (view.of(ast.Return) and not view.of(ast.Expr))
    ):
        return False
    if (
        _PLAIN.search(view.owner.name)
        or _KEEPS.search(view.name)
        or view.owner.decorator_list
        or len(view.body) < _FEWEST
    ):
        return False
    promised = claims_of(view.name) & WORK
    sets = any(isinstance(one.ctx, ast.Store) for one in view.of(ast.Attribute))
    if (promised and not sets) or view.of(ast.Raise):
        return False  # what only talks and waits is the matter of AUD122, AUD123 and AUD201
    waits = any(effect_of_call(syntax.name_of(call.func), call) in (Effect.LOG, Effect.SLEEP) for call in view.calls)
    return (waits or sets) and bool(unused_helpers(view.owner))


def _parts(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple) else [target]


RULE = Rule(
    id="AUD117",
    name="changes-only-itself",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every operation reach what it is named for?",
    why="A rollback that sets `self.active` and appends to a history leaves the broken release where it runs, and everything that reads the history believes it is gone.",
    limits=(
        "Judged are methods named for an operation (deploy, roll back, fail over, drain, restore ...) of classes named for operating. Every call that is not a record, a log, a wait or "
        "a method of the same file that only does the like counts as an effect. Models, entities and states are left alone. In a class whose constructor takes a client, gateway "
        "or the like that no method ever reads, every method counts that sets, logs and waits and is not named for keeping books."
    ),
    fix="Call what runs it: the cluster, the balancer, the database, the host; raise NotImplementedError until then.",
    since="0.5.0",
    effort=240,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a failover behind a question, a rollback that is noted, and a scale that is said to be applied",
            files={
                "ops/sites.py": (
                    "class SiteFailover:\n    def __init__(self, http):\n        self.http = http\n        self.names = {}\n\n    async def reachable(self, site):\n        return (await self.http.get(site)).ok\n\n"
                    "    async def fail_over(self):\n        if not await self.reachable(self.spare):\n            raise RuntimeError('no spare')\n        self.names['api'] = self.spare\n        self.main, self.spare = self.spare, self.main\n        log.critical('now %s', self.main)\n\n"
                    "    async def rollback(self, key):\n        release = self.kept[key]\n        release.weight = 0\n        release.note('rolled back')\n        return Undone(key, succeeded=True)\n\n"
                    "    async def promote(self):\n        if not await self.http.promote(self.spare):\n            raise RuntimeError\n        self.main = self.spare\n\n\n"
                    "class Sizes:\n    def __init__(self):\n        self.wanted = {}\n\n    def scale(self, tier, number):\n        self.wanted = {**self.wanted, tier: number}\n        return {'tier': tier, 'status': 'applied'}\n"
                ),
            },
            found=("ops/sites.py:9", "ops/sites.py:16", "ops/sites.py:32"),
        ),
        Example(
            title="what a class does that is named for running others",
            files={
                "ops/kube.py": "class KubernetesDeployer:\n    def __init__(self, namespace):\n        self.namespace = namespace\n        self.seen = {}\n\n    async def apply(self, image):\n        self.seen[image] = 'applied'\n        if image:\n            log.info('applied')\n        return self.seen\n",
                "ops/filters.py": "class FilterEngine:\n    def apply(self, image):\n        self.last = image\n        if image:\n            log.info('applied')\n        return self.last\n",
            },
            found=("ops/kube.py:6",),
        ),
        Example(
            title="steps of something that was given a gateway, and never uses it",
            files={
                "ops/switch.py": (
                    "class Conductor:\n    def __init__(self, gateway):\n        self.gateway = gateway\n        self.live = 'blue'\n\n"
                    "    async def _flip(self, switch):\n        self.live = switch.colour\n        switch.trail.append('traffic moved')\n\n"
                    "    async def _settle(self, switch):\n        await asyncio.sleep(2)\n        switch.trail.append('warm')\n\n"
                    "    def set_colour(self, colour):\n        self.live = colour\n        log.info('colour set')\n"
                ),
                "ops/page.py": (
                    "class Conductor:\n    def __init__(self, gateway):\n        self.gateway = gateway\n\n"
                    "    def make_page(self, port):\n        self.page = Page(self, port)\n        log.info('listening')\n"
                ),
                "ops/used.py": (
                    "class Conductor:\n    def __init__(self, gateway):\n        self.gateway = gateway\n\n"
                    "    async def _flip(self, switch):\n        self.live = switch.colour\n        switch.trail.append('traffic moved')\n\n    async def run(self, switch):\n        await self.gateway.move(switch)\n"
                ),
            },
            found=("ops/switch.py:10", "ops/switch.py:6"),
        ),
        Example(
            title="a rollback and a failover in the memory of one process",
            files={
                "ops/release.py": (
                    "class ReleaseManager:\n    def __init__(self, cluster):\n        self._cluster = cluster\n        self._history = []\n        self._live = {}\n\n"
                    "    async def roll_back(self, service):\n        previous = self._history[-1]['version'] if self._history else 'v0'\n        self._live[service] = previous\n"
                    "        self._history.append({'event': 'rolled-back', 'version': previous})\n        return Outcome(True, previous)\n\n"
                    "    async def fail_over(self, region):\n        try:\n            self._mark(region)\n            log.info('region %s is primary', region)\n        except KeyError:\n            return False\n        return True\n\n"
                    "    def _mark(self, region):\n        self._live['primary'] = region\n"
                )
            },
            found=("ops/release.py:13", "ops/release.py:7"),
        ),
        Example(
            title="who reaches something, and what is a record",
            files={
                "ops/release.py": (
                    "class ReleaseManager:\n    def __init__(self, cluster):\n        self._cluster = cluster\n        self._history = []\n\n"
                    "    async def roll_back(self, service):\n        previous = self._history[-1]\n        await self._cluster.apply(service, previous)\n        self._history.append(previous)\n        return True\n\n\n"
                    "class Membership:\n    def promote(self, member):\n        if member in self._members:\n            self._roles[member] = 'admin'\n        return True\n\n\n"
                    "class ReleaseState:\n    def roll_back(self):\n        if self.history:\n            self.current = self.history[-1]\n"
                )
            },
        ),
    ),
    check_file=_check,
)
