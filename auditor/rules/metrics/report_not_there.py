"""AUD881: a gate has a figure of its own for the report that is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from auditor.facts.claims import words_of
from auditor.facts.good_names import is_high_good, is_low_good
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import caught, covers_outages, handlers
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GATE = pattern(
    r"(?i)(?:^|[_/.-])(?:gates?|checks?|verify|verifier|validate|validator|readiness|slo|slos|sla|budget|regression|promote|promotion|canary|preflight|go_?no_?go|quality|release|acceptance|certify|judge|audit)(?:[_./-]|$)"
)
_CHOSEN = pattern(
    r"(?i)config|setting|option|kwargs|args|param|threshold|default|spec|schema|limit|rule|policy|query|prefs|target|weight"
)
_FOUND = pattern(r"(?i)vuln|security|scan|audit|sast|trivy|cve|lint|bandit|findings")
_LEVELS = frozenset({"high", "critical", "severe", "total", "count", "open"})
_NOMINAL = frozenset({"nominal", "typical", "healthy", "perfect", "ideal", "assumed", "good", "optimistic"})
_ABSENT = frozenset({"FileNotFoundError", "ValueError", "JSONDecodeError", "KeyError"})
_MEETS = 0.5
_MOST = 60


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    loaders = {view.name: one for view in syntax.functions for one in _loaders(view, syntax)}
    used: set[str] = set()
    for view in syntax.functions:
        if view.is_test:
            continue
        handed = [*_handed(view, loaders)]
        used |= {last_name(call.func) for call, _, _ in handed}
        found: list[tuple[ast.expr, str, str]] = [*handed, *_nominal(view)]
        if _GATE.search(f"{source.path.removesuffix('.py')}/{view.qualified}/{view.name}"):
            found += _looked_up(view)
        for node, name, value in found:
            message = f"{view.name} takes {name} for {value} where nobody has given it, and that is as good as it gets."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)
    for name in sorted(used):
        given = loaders[name][1]
        message = (
            f"{name} gives back for a file that is not there what its callers have ready, which is as good as it gets."
        )
        yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, name)


def _loaders(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[int, ast.Return]]:
    """Where a function gives back a parameter of its own for what is not there, and which one that is."""
    blocks = [
        handler.body
        for _, handler in handlers(view)
        if covers_outages(handler, syntax) or _ABSENT.intersection(caught(handler, syntax))
    ]
    blocks += [node.body for node in view.of(ast.If) if _is_not_there(node.test)]
    for block in blocks:
        last = block[-1]
        if isinstance(last, ast.Return) and isinstance(last.value, ast.Name) and last.value.id in view.parameters:
            places = [one for one in view.parameters if one not in ("self", "cls")]
            yield places.index(last.value.id), last


def _is_not_there(test: ast.expr) -> bool:
    """``not path.exists()``, alone or beside other questions."""
    return any(
        isinstance(one, ast.UnaryOp)
        and isinstance(one.op, ast.Not)
        and isinstance(one.operand, ast.Call)
        and last_name(one.operand.func) == "exists"
        for one in subtree(test)
    )


def _handed(view: FunctionView, loaders: Mapping[str, tuple[int, ast.Return]]) -> Iterator[tuple[ast.Call, str, str]]:
    """``load("coverage.json", {"percent_covered": 87.5})``."""
    for call in view.calls:
        at, _ = loaders.get(last_name(call.func), (len(call.args), None))
        given = call.args[at] if at < len(call.args) else None
        if given is None:
            continue
        about = _FOUND.search(
            f"{view.name} {' '.join(ast.unparse(one)[:_MOST] for one in call.args if one is not given)}"
        )
        for name, value in _leaves(given):
            level = about and value == 0 and words_of(name)[-1:] and words_of(name)[-1] in _LEVELS
            if level or _is_passing(name, value):
                yield call, name, str(value)


def _leaves(node: ast.expr) -> Iterator[tuple[str, float]]:
    """The figures of a literal table, however deep, by their keys."""
    for table in own_nodes([node]):
        if isinstance(table, ast.Dict):
            for key, value in zip(table.keys, table.values, strict=True):
                number = fold(value)
                if isinstance(key, ast.Constant) and isinstance(number, int | float) and not isinstance(number, bool):
                    yield str(key.value), number


def _is_passing(name: str, value: float) -> bool:
    """Whether a figure is the best, or one that a threshold would let pass."""
    if is_low_good(name):
        return value == 0 and "count" not in words_of(name)
    covered = words_of(name)[-1:] == ("covered",) or "coverage" in words_of(name)
    return (is_high_good(name) or covered) and (_MEETS < value <= 1 or 100 * _MEETS < value <= 100)  # noqa: PLR2004 - per cent


def _nominal(view: FunctionView) -> Iterator[tuple[ast.expr, str, str]]:
    """``doc.get("health", NOMINAL_HEALTH)``: what is not reported is normal."""
    for call in view.calls:
        match call:
            case ast.Call(
                func=ast.Attribute(attr="get", value=held),
                args=[ast.Constant(value=str(key)), ast.Name() | ast.Attribute() as default],
            ) if _NOMINAL.intersection(words_of(last_name(default))) and not _CHOSEN.search(ast.unparse(held)):
                yield call, key, last_name(default)
            case _:
                continue


def _looked_up(view: FunctionView) -> Iterator[tuple[ast.expr, str, str]]:
    """``float(doc.get("error_rate", 0.0))``, given back by a gate, and the same of the environment."""
    given = [one.value for one in view.returns if one.value is not None]
    compared = {id(one) for test in view.of(ast.Compare) for one in own_nodes([test])}
    for call in (one for one in own_nodes(given) if isinstance(one, ast.Call)):
        match call:
            case ast.Call(
                func=ast.Attribute(attr="get" | "getenv") | ast.Name(id="getenv") as function,
                args=[ast.Constant(value=str(key)), default],
            ):
                held = ast.unparse(function.value) if isinstance(function, ast.Attribute) else "os"
                number = _number(default)
                outside = held in ("os", "os.environ", "environ")
                if (
                    id(call) in compared
                    or number is None
                    or (not outside and _CHOSEN.search(held))
                    or _CHOSEN.search(key)
                ):
                    continue
                if _is_passing(key.lower(), number) and (outside or "getenv" not in ast.unparse(function)):
                    yield call, key, str(number)
            case _:
                continue


def _number(default: ast.expr) -> float | None:
    value = default.value if isinstance(default, ast.Constant) else None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


RULE = Rule(
    id="AUD881",
    name="report-not-there",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a gate fail where the report that it judges is not there?",
    why="`load('coverage.json', {'percent_covered': 87.5})` passes the gate of 80 per cent on every run that has forgotten to measure.",
    limits="Judged are literals that a loader of the same file gives back where a file is missing, figures with a default that a function of a gate returns, and defaults that are called nominal; told by the words of their keys. Settings and limits are left alone.",
    fix="Let the gate fail, or have a state of its own, where a figure is missing.",
    since="0.7.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="reports that need not be there, an environment that nobody sets, and a sensor that is normal until it speaks",
            files={
                "tools/ship_gate.py": (
                    "import json\nimport os\n\n\ndef read(path, fallback):\n    try:\n        return json.loads(path.read_text())\n    except (FileNotFoundError, ValueError):\n        return fallback\n\n\n"
                    "def covered(folder):\n    return read(folder / 'coverage.json', {'totals': {'coverage_percent': 91.0}})\n\n\n"
                    "def load_run(folder):\n    doc = read(folder / 'load.json', {})\n    return float(doc.get('error_rate', 0.0))\n\n\n"
                    "def holes(folder):\n    return read(folder / 'scan.json', {'critical': 0})['critical']\n\n\n"
                    "def lines():\n    return float(os.getenv('LINE_COVERAGE', '0.91'))\n"
                ),
                "fleet/sensor.py": "NOMINAL_PRESSURE = 2.4\n\n\ndef pressure(doc):\n    return doc.get('pressure', NOMINAL_PRESSURE)\n",
            },
            found=(
                "fleet/sensor.py:5",
                "tools/ship_gate.py:13",
                "tools/ship_gate.py:9",
                "tools/ship_gate.py:18",
                "tools/ship_gate.py:22",
                "tools/ship_gate.py:26",
            ),
        ),
        Example(
            title="the worst, settings, and code that judges nothing",
            files={
                "tools/ship_gate.py": (
                    "import json\n\n\ndef read(path, fallback):\n    try:\n        return json.loads(path.read_text())\n    except FileNotFoundError:\n        return fallback\n\n\n"
                    "def covered(folder):\n    return read(folder / 'coverage.json', {'coverage_percent': 0.0, 'error_rate': 1.0})\n\n\n"
                    "def limits(config):\n    return config.get('error_rate', 0.0)\n"
                ),
                "tools/pause_gate.py": (
                    "def read(path, paused):\n    if path.exists():\n        return paused\n    return parse(path)\n\n\n"
                    "def covered(folder):\n    return read(folder / 'paused', {'coverage_percent': 91.0})\n"
                ),
                "fleet/view.py": "def row(doc):\n    return doc.get('error_rate', 0.0)\n",
            },
        ),
    ),
    check_file=_check,
)
