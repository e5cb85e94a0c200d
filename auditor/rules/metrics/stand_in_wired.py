"""AUD857: the shipped program is put together with something that only acts as if, also where nobody chose it."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from auditor.facts.double_words import STANDS_APART
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STANDS_IN = pattern(
    r"^_?(?:InMemory|Null|No[Oo]p|Loopback|Static|Canned|Simulated|Simulator|Fixed|Constant|Recording|Offline|Echo|Logging|Silent)"
    r"\w*?(?:Notifier|Pager|Alerter|AlertSender|Mailer|EmailSender|Email|Sms|SmsSender|Messenger|Gateway|Payments?|Traffic|Metrics|MetricsSource|MetricsQuery|Prometheus|Antenna|Device|Actuator|Sensor|Meter|"
    r"Feed|Oracle|Escalation|Dispatcher|Sender|Webhook|Scanner|Signer|Verifier|Approver|Link|Dialer|Robot|Valve|Controller|Telemetry|Publisher|Port|Registrar|Carrier|Bank|Exchange|Market)$"
)
_APART = pattern(rf"(?i){STANDS_APART}|offline|local|dev(?:el|_|$)|in_?memory|null|noop")
_BUILDS = pattern(
    r"(?i)^_*(?:build|create|make|wire|bootstrap|compose|assemble|setup|set_up|init|initialize|lifespan|main|run|serve|start|startup|app|application|container|provide|get|new|factory|configure)(?:_|$)|_(?:for|factory|from_settings|from_config|from_env)$"
)
_CHOSEN = pattern(r"(?i)test|debug|dev|local|dry|simulat|offline|demo|mock|fake|sandbox|disabled|mute|silent")


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    for view in syntax_of(source).functions:
        if view.is_test or _APART.search(view.qualified):
            continue
        calls = list(_wired(view))
        if not calls:
            continue
        starts, ends = _chosen_lines(view)
        for call in calls:
            before = bisect_right(starts, call.lineno)
            if not before or ends[before - 1] < call.lineno:
                name = last_name(call.func)
                message = (
                    f"{view.name} puts the program together with {name}, which reaches nobody, and nobody chose that."
                )
                yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _wired(view: FunctionView) -> Iterator[ast.Call]:
    """The stand-ins that a factory gives, or that are handed to what a function of that kind makes."""
    made = [one for one in view.calls if _STANDS_IN.search(last_name(one.func))]
    if not made:
        return
    builds = _BUILDS.search(view.name) is not None and not (view.owner is not None and view.name == "__init__")
    declared = view.node.returns is not None and last_name(view.node.returns)[:1].isupper()
    given = {id(one.value) for one in view.returns}
    handed = {id(value) for one in view.calls for value in (*one.args, *(word.value for word in one.keywords))}
    for call in made:
        if (id(call) in given and (builds or declared)) or (id(call) in handed and builds):
            yield call


def _chosen_lines(view: FunctionView) -> tuple[list[int], list[int]]:
    """Where the branches begin whose condition asks for just this, rather than whether something is configured, and how far those that have begun reach."""
    branches = [
        (part[0].lineno, part[-1].end_lineno or part[-1].lineno)
        for one in view.of(ast.If)
        if _is_choice(one.test)
        for part in (one.body, one.orelse)
        if part
    ]
    branches.sort()
    return [start for start, _ in branches], list(accumulate((end for _, end in branches), max))


def _is_choice(test: ast.expr) -> bool:
    """``settings.mode == "memory"``, ``if dry_run``; a question whether an address is there is none."""
    if any(isinstance(one, ast.Compare) and not _asks_for_none(one) for one in own_nodes([test])):
        return True
    return any(_CHOSEN.search(last_name(one)) for one in subtree(test) if isinstance(one, ast.Name | ast.Attribute))


def _asks_for_none(test: ast.Compare) -> bool:
    return isinstance(test.comparators[0], ast.Constant) and test.comparators[0].value in (None, "")


RULE = Rule(
    id="AUD857",
    name="stand-in-wired",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is the shipped program put together with what reaches somebody?",
    why="A pager that is a `NullPager` answers every page, and traffic that is shifted in a dictionary passes every canary.",
    limits="Judged are factories and functions that put a program together, which make notifiers, gateways, devices, sources of metrics and the like whose names say that they only act as if; branches whose condition asks for that by a word or a mode are left alone.",
    fix="Make the real thing, and fail at start where its settings are missing.",
    since="0.8.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(
        "inmemory",
        "null",
        "noop",
        "loopback",
        "static",
        "canned",
        "simulat",
        "fixed",
        "constant",
        "recording",
        "offline",
        "echo",
        "logging",
        "silent",
    ),
    examples=(
        Example(
            title="a factory that falls back, one without a choice, and an application with a null object",
            files={
                "wiring.py": (
                    "def dialer_for(site, url):\n    if not url:\n        return LoopbackDialer(site)\n    return HttpDialer(site, url)\n\n\n"
                    "def _shares() -> TrafficPort:\n    return InMemoryTraffic()\n\n\n"
                    "def build(settings):\n    app = Application()\n    app.jobs = JobService(app.store, NullNotifier())\n    return app\n"
                )
            },
            found=("wiring.py:13", "wiring.py:3", "wiring.py:8"),
        ),
        Example(
            title="one that is asked for, the real thing, and a cache",
            files={
                "wiring.py": (
                    "def dialer_for(site, settings):\n    if settings.mode == 'loopback':\n        return LoopbackDialer(site)\n    if settings.dry_run:\n        return NullDialer()\n    return HttpDialer(site, settings.url)\n\n\n"
                    "def build(settings):\n    app = Application()\n    app.cache = InMemoryCache()\n    app.jobs = JobService(app.store, SlackNotifier(settings.hook))\n    return app\n"
                )
            },
        ),
    ),
    check_file=_check,
)
