"""AUD830: a harness of tests answers with random numbers, and the tests assert on them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_waiting import only_waits
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = frozenset({
    "get", "check", "measure", "query", "read", "probe", "collect", "monitor", "health", "metrics", "execute", "process", "fetch", "verify", "validate", "test", "lag", "latency",
    "status", "request", "call", "ping", "write", "set", "stats", "lookup", "detect", "predict", "evaluate", "cache", "hit",
})  # fmt: skip
_MAKES = pattern(
    r"(?i)generat|random|make|create|build|data|payload|sample|jitter|choice|choose|pick|seed|fake|mock|dummy|delay|_id$|uuid|name|text|image|vector|embedding|message|event|order|record|user|input|noise|shuffle|fixture|factory|stub|double|example|augment|wait_time"
)
_DRAWS = frozenset(
    {"random", "uniform", "randint", "gauss", "normalvariate", "normal", "betavariate", "randrange", "expovariate"}
)
_HARNESS = pattern(
    r"(?i)harness|chaos|monitor|tester|checker|client|runner|injector|simulator|drill|probe|cluster|suite|validator|bench|system|scenario"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    if not any(view.is_test and view.of(ast.Assert) for view in syntax.functions):
        return
    asked = _called(syntax)
    for view in syntax.functions:
        if view.is_test or view.nested or view.owner is None or not _HARNESS.search(view.owner.name):
            continue
        if _ASKS.isdisjoint(words_of(view.name)) or _MAKES.search(view.name) or view.name not in asked:
            continue
        draw = _drawn(view, syntax)
        if draw is not None and only_waits(view, syntax):
            message = f"{view.name} answers with a random number, and tests assert on what comes of it."
            last = draw.end_lineno or draw.lineno
            yield Hit(source.path, draw.lineno, last, message, view.qualified)


def _called(syntax: PythonSyntax) -> frozenset[str]:
    return frozenset(last_name(call.func) for view in syntax.functions for call in view.calls)


def _drawn(view: FunctionView, syntax: PythonSyntax) -> ast.Return | None:
    """The return that holds a random number."""
    for one in view.returns:
        for node in own_nodes([one]):
            if isinstance(node, ast.Call) and last_name(node.func) in _DRAWS:
                module = syntax.name_of(node.func).rpartition(".")[0]
                if module in ("random", "np.random", "numpy.random"):
                    return one
    return None


RULE = Rule(
    id="AUD830",
    name="random-harness",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a harness of tests ask the system?",
    why="A chaos test whose cache hits are `random() > 0.3` passes or fails by chance, and says nothing of the cache.",
    limits="Judged are methods of harnesses, clients, monitors and the like in files with tests that are named for asking, return a random number, and call nothing that could ask. What makes data is left alone.",
    fix="Ask the system that the test is about, and skip the test loudly where there is none.",
    since="0.5.0",
    effort=240,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("random", "uniform", "randint"),
    examples=(
        Example(
            title="a queue whose depth is drawn",
            files={
                "tests/chaos/test_queue.py": (
                    "import random\n"
                    "\n"
                    "\n"
                    "class QueueHarness:\n"
                    "    def get_depth(self):\n"
                    "        return random.randint(0, 40)\n"
                    "\n"
                    "    async def check_health(self):\n"
                    "        return {'up': True, 'latency_ms': random.uniform(1, 3)}\n"
                    "\n"
                    "    def generate_message(self):\n"
                    "        return {'number': random.randint(0, 9)}\n"
                    "\n"
                    "\n"
                    "async def test_depth():\n"
                    "    harness = QueueHarness()\n"
                    "    harness.generate_message()\n"
                    "    assert (await harness.check_health())['up']\n"
                    "    assert harness.get_depth() < 50\n"
                ),
            },
            found=("tests/chaos/test_queue.py:6", "tests/chaos/test_queue.py:9"),
        ),
        Example(
            title="a queue that is asked",
            files={
                "tests/chaos/test_queue.py": (
                    "import random\n"
                    "\n"
                    "\n"
                    "class QueueHarness:\n"
                    "    def get_depth(self):\n"
                    "        return self.queue.depth(random.randint(0, 3))\n"
                    "\n"
                    "\n"
                    "def test_depth():\n"
                    "    assert QueueHarness().get_depth() < 50\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
