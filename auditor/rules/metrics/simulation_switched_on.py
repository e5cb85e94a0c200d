"""AUD911: a service makes what it works with in its simulated form, and nobody can choose otherwise."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from auditor.facts.double_words import STANDS_APART
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.python_values import is_true
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_APART = pattern(f"(?i){STANDS_APART}|paper|backtest|train|bench|tutorial|seed|offline|dry_?run|replay")
_SWITCH = pattern(
    r"(?i)^(?:(?:use|is|enable|with)_)?(?:simulation|simulate|simulated|mock|mocks|mocked|mock_data|fake|fake_data|demo|dummy|dummy_data|synthetic|synthetic_data|sample_data)(?:_(?:mode|data|only|backend|client))?$"
)
_LABEL = pattern(r"(?i)^(?:is_)?(?:simulated|mocked|synthetic|demo|dummy|fake)$")
"""What may say of a record that it is one, rather than switch something on."""
_DECLARES = frozenset({"add_argument", "Option", "option", "Field", "Argument", "patch", "field", "Query", "Body", "flag", "Switch", "update", "dict", "replace", "log", "info", "debug", "filter", "filter_by", "exclude"})  # fmt: skip
_CHOICE = pattern(r"(?i)simulat|mock|fake|demo|dummy|synth|sample|test|debug|dev|local|offline|dry|paper")


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _APART.search(view.qualified):
            continue
        chosen = _chosen(view)
        for call, word in _switched(view.calls):
            if id(call) not in chosen:
                message = f"{view.name} makes {last_name(call.func)} with {word}=True, and nothing chooses that: all that comes of it is made up."
                severity = Severity.MEDIUM if _LABEL.search(word) else None
                yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified, severity)


def _switched(calls: Sequence[ast.Call]) -> Iterator[tuple[ast.Call, str]]:
    """The calls that are told to simulate by a literal."""
    for call in calls:
        name = last_name(call.func)
        if name in _DECLARES or not name or _APART.search(name):
            continue
        word = next(
            (one.arg for one in call.keywords if one.arg and _SWITCH.match(one.arg) and is_true(one.value)), None
        )
        if word is not None:
            yield call, word


def _chosen(view: FunctionView) -> set[int]:
    """What stands in a branch whose condition asks for just this."""
    found: set[int] = set()
    for node in view.of(ast.If, ast.IfExp, ast.Match):
        test = node.subject if isinstance(node, ast.Match) else node.test
        if _CHOICE.search(ast.unparse(test)):
            found |= {id(one) for one in own_nodes([node])}
    return found


RULE = Rule(
    id="AUD911",
    name="simulation-switched-on",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can the service be run on anything but simulated data?",
    why="`DataCollector(simulation=True)` under the comment 'get the real signal' gives each caller the prediction for a market that does not exist.",
    limits="Judged are calls with a keyword named for a simulation, mock or demonstration that is the literal True, outside of what calls itself a simulation, test or backtest and of branches that ask for one.",
    fix="Take the switch from the configuration, and refuse it in production.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("simulat", "mock", "fake", "demo", "dummy", "synthetic", "sample_data"),
    examples=(
        Example(
            title="a feed that is made up for every request",
            files={
                "shop/signals.py": "def signals(symbols):\n    feed = PriceFeed(simulation=True)\n    client = get_client(use_mock=True)\n    return [client.judge(feed.last(one)) for one in symbols]\n"
            },
            found=("shop/signals.py:2", "shop/signals.py:3"),
        ),
        Example(
            title="a feed that is chosen, and a simulation that says so",
            files={
                "shop/signals.py": (
                    "def signals(symbols, settings):\n    feed = PriceFeed(simulation=settings.simulation)\n    if settings.demo:\n        feed = PriceFeed(simulation=True)\n    return feed.last(symbols)\n\n\n"
                    "def run_simulation():\n    return PriceFeed(simulation=True)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
