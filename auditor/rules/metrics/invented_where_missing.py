"""AUD882: where something failed or is missing, a function that makes such things up takes its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.invented_rows import invented_rows, swallowed_before
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import caught, covers_outages, handlers
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.simulation_reported import taken_in

__all__ = ["RULE"]

_INVENTED = frozenset(
    "nominal synthetic simulated simulate simulation fake faked dummy mock mocked demo placeholder fabricated artificial canned typical invented pretend imaginary fictitious".split()  # noqa: SIM905 - reads better
)
_SAMPLES = pattern(
    r"(?i)^_*(?:\w+_)?(?:reference|example|sample|generated|fallback)_(?:sample|data|dataset|set|report|reports|readings?|metrics|rows|records|cases|values|series|prices|quotes|measurements?|results?|events)s?$"
)
_CHOSEN = pattern(
    r"(?i)config|setting|option|theme|template|locale|profile|key|password|token|secret|message|text|html|page|name|prompt|schema|image|icon|avatar|user|tracer|span|logger|lock|context|client|session|module|class"
)
_SAMPLING = pattern(
    r"(?i)demo|mock|fake|dummy|simulat|synthetic|example|sample|nominal|stub|test|seed|fixture|offline|sandbox|dry"
)
_MISSING = frozenset({"FileNotFoundError", "ImportError", "ModuleNotFoundError", "KeyError", "ValueError"})
_LONG = 120


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    told: set[int] | None = None
    for view in syntax.functions:
        if view.is_test or _SAMPLING.search(f"{source.path} {view.qualified}"):
            continue
        yield from _rows(source, view)
        for statement, name in _answers(view, syntax):
            told = {call.lineno for _, call, _ in taken_in(source)} if told is None else told
            if statement.lineno in told:
                continue  # AUD871 tells of it
            message = f"{view.name} answers with {name} where it could not read what it was asked for."
            yield Hit(source.path, statement.lineno, statement.end_lineno or statement.lineno, message, view.qualified)


def _rows(source: Source, view: FunctionView) -> Iterator[Hit]:
    """Of rows that are made up where a list stayed empty, and of the failure that was passed over before."""
    for branch, row, name in invented_rows(view):
        message = f"{view.name} puts rows of its own making into {name} where it got none."
        yield Hit(source.path, branch.lineno, row.end_lineno or row.lineno, message, view.qualified)
        passed = swallowed_before(view, branch)
        if passed is not None:
            message = f"{view.name} passes over every failure of what should fill {name}, and makes rows up instead (line {row.lineno})."
            yield Hit(source.path, passed.lineno, passed.body[-1].lineno, message, view.qualified)


def _answers(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    blocks = [
        handler.body
        for _, handler in handlers(view)
        if covers_outages(handler, syntax) or _MISSING.intersection(caught(handler, syntax))
    ]
    blocks += [node.body for node in view.of(ast.If) if _asks_for_absence(node.test)]
    for block in blocks:
        last = block[-1]
        value = last.value if isinstance(last, ast.Return | ast.Assign) else None
        called = value.value if isinstance(value, ast.Await) else value
        name = last_name(called.func) if isinstance(called, ast.Call) else ""
        if name and not name[:1].isupper() and _makes_up(name):
            yield last, name


def _makes_up(name: str) -> bool:
    """Whether a function makes something up, told from its name: ``nominal_report``, ``_reference_sample``."""
    if _CHOSEN.search(name):
        return False
    return not _INVENTED.isdisjoint(words_of(name)) or _SAMPLES.search(name) is not None


def _asks_for_absence(test: ast.expr) -> bool:
    """``not path.exists()``, ``rows is None``, ``not rows``."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute() as asked):
            return not _SAMPLING.search(last_name(asked))
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call() as asked):
            return last_name(asked.func) in ("exists", "is_file", "isfile", "is_dir", "isdir")
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return not _SAMPLING.search(ast.unparse(test)[:_LONG])
        case _:
            return False


RULE = Rule(
    id="AUD882",
    name="invented-where-missing",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does what could not be read stay missing?",
    why="A station that does not answer is reported within its usual range: the map is green, and nobody goes to look.",
    limits="Judged are blocks for an outage, or for what is not there, that end in the answer of a function which is named for something made up (nominal, synthetic, a reference sample), and lists that a function fills with figures of the code where what it asked gave none; code that calls itself a demo, a mock or a simulation is left alone, and so is what AUD871 tells of the same line.",
    fix="Give None or raise, and show what is missing as missing.",
    since="0.7.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a station that does not answer, and rows that are not there",
            files={
                "stations.py": (
                    "async def reading(client, station):\n    try:\n        return await client.get(station)\n    except OSError as error:\n        log.debug('%s: %s', station, error)\n        return nominal_reading(station)\n\n\n"
                    "def load_rows(path):\n    if not path.exists():\n        return reference_sample()\n    return parse(path)\n"
                )
            },
            found=("stations.py:11", "stations.py:6"),
        ),
        Example(
            title="signals that a failed predictor did not give",
            files={
                "signals.py": (
                    "def signals(predictor, symbols):\n    found = []\n    try:\n        for one in symbols:\n            found.append(predictor.judge(one))\n    except Exception:\n        pass\n"
                    "    if not found:\n        for i in range(5):\n            found.append(Signal(symbol='TEA', confidence=0.6 + i * 0.03))\n    return found\n\n\n"
                    "async def prices(client):\n    rows = await client.rows()\n    if not rows:\n        return [{'item': 'tea', 'price': 12.5}]\n    return rows\n\n\n"
                    "async def options(client):\n    rows = await client.rows()\n    if not rows:\n        rows = [{'item': 'tea', 'max_rows': 12}]\n    return rows\n"
                )
            },
            found=("signals.py:16", "signals.py:6", "signals.py:8"),
        ),
        Example(
            title="a cache, a default theme, and a demo that says so",
            files={
                "stations.py": (
                    "def reading(client, station):\n    try:\n        return client.get(station)\n    except OSError:\n        return last_reading(station)\n\n\n"
                    "def theme(path):\n    if not path.exists():\n        return sample_theme_config()\n    return parse(path)\n"
                ),
                "costs.py": "import random\n\n\ndef cost(client):\n    try:\n        return client.cost()\n    except OSError:\n        return simulated_cost()\n\n\ndef simulated_cost():\n    return random.uniform(1, 2)\n",
                "posts.py": "def post(client, text):\n    try:\n        number = client.post(text)\n    except ShadowBanError:\n        number = fake_number()\n    return number\n",
                "demo/rows.py": "def load_rows(path):\n    if not path.exists():\n        return synthetic_rows()\n    return parse(path)\n",
            },
        ),
    ),
    check_file=_check,
)
