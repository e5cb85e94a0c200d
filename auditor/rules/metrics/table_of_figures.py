"""AUD821: a table of literals becomes measurements, entry by entry."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_metric_name, is_target_name, words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.python_values import fold, is_number
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPORTS = frozenset({
    "collect", "measure", "gather", "get", "fetch", "report", "evidence", "metrics", "metric", "stats", "statistics", "benchmark", "monitor", "monitoring",
    "check", "checks", "audit", "assess", "evaluate", "validate", "verify", "verification", "verifications", "scan", "sample", "probe", "health", "status", "summary",
    "availability", "performance", "uptime", "compliance", "results", "history", "incidents", "telemetry", "query", "poll", "run",
})  # fmt: skip
_HONEST = pattern(
    r"(?i)config|setting|default|example|sample_data|mock|fake|demo|seed|fixture|dummy|stub|simulat|template|threshold|target|preset|expected|schema|catalog|generate_test|"
    r"load_test|synthetic|pricing|weights|docs?_|parse|estimate|forecast|budget|init|register|initial|__init__|limits|rules"
)
_VALUES = pattern(
    r"(?i)^(?:(?:metric|measured|actual|current|observed|recorded|reported|sample)_?(?:value|reading)?|value|reading|measurement|score|used|usage|count|total|duration\w*|elapsed\w*)$"
)
_RECORDS = pattern(
    r"(?:Evidence|Measurement|Metrics?|Reading|Sample|Result|Status|Health|Observation|Report|Stats|Statistic|Record|Check|Verification|Snapshot|Incident|Summary|Finding|DataPoint|Point|Usage|Score|Benchmark)$"
)
_VERDICT_KEYS = pattern(
    r"(?i)(?:^|_)(?:status|state|result|outcome|verified|passed|success|successful|healthy|verdict|compliant|restored|met|ok)$"
)
_LARGEST = 400
"""The entries of a table that are looked at."""
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.qualified) or _REPORTS.isdisjoint(words_of(view.name)):
            continue
        bindings = Bindings.of(view)
        for target, table, body in _loops(view, bindings):
            named = _told(target, table, body)
            if named is not None:
                key, value = named
                message = f"{view.name} gives {key} as measured for each entry of a table that is written in the code."
                first = min(table.lineno, target.lineno)
                yield Hit(source.path, first, max(table.end_lineno or first, value.lineno), message, view.qualified)


def _loops(view: FunctionView, bindings: Bindings) -> Iterator[tuple[ast.expr, ast.expr, list[ast.AST]]]:
    """The loops over literal tables: what each entry is called, the table, and what is done for it."""
    for loop in view.of(ast.For, ast.AsyncFor):
        table = _table(loop.iter, bindings)
        if table is not None and not any(isinstance(one, ast.Await) for one in subtree(loop)):
            yield loop.target, table, list(loop.body)
    for made in view.of(ast.ListComp, ast.DictComp):
        generator = made.generators[0]
        table = _table(generator.iter, bindings)
        if table is not None and not any(isinstance(one, ast.Await) for one in subtree(made)):
            inner = [made.elt] if isinstance(made, ast.ListComp) else [made.key, made.value]
            yield generator.target, table, inner


def _table(iterated: ast.expr, bindings: Bindings) -> ast.expr | None:
    """The literal that is gone through, at once, by its name or by ``items()``; a count of days is one, too."""
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Attribute) and iterated.func.attr == "items":
        iterated = iterated.func.value
    if isinstance(iterated, ast.Call) and last_name(iterated.func) == "enumerate" and iterated.args:
        iterated = iterated.args[0]
    found = bindings.only(iterated.id) if isinstance(iterated, ast.Name) else iterated
    if isinstance(iterated, ast.Name) and iterated.id in bindings.touched:
        return None
    if isinstance(found, ast.List | ast.Tuple) and len(found.elts) >= _FEWEST:
        return found
    if isinstance(found, ast.Dict) and len(found.keys) >= _FEWEST:
        return found
    return found if _is_count(found) else None


def _is_count(found: ast.expr | None) -> bool:
    """``range(30)``."""
    return (
        isinstance(found, ast.Call)
        and last_name(found.func) == "range"
        and bool(found.args)
        and all(isinstance(fold(one), int) for one in found.args)
    )


def _told(target: ast.expr, table: ast.expr, body: list[ast.AST]) -> tuple[str, ast.expr] | None:
    """The field of a record that is given a number of the table, or says that all went well."""
    numbers = _numbers(target, table)
    for part in body:
        for node in subtree(part):
            for key, value in _fields(node):
                if isinstance(value, ast.Name) and value.id in numbers and _is_measured(key):
                    return key, value
                if _is_count(table) and _is_well(key, value) and _is_alone(body):
                    return key, value
    return None


def _numbers(target: ast.expr, table: ast.expr) -> set[str]:
    """The names that stand for numbers of the table in a loop."""
    names = (
        [one.id if isinstance(one, ast.Name) else "" for one in target.elts] if isinstance(target, ast.Tuple) else []
    )
    if isinstance(table, ast.Dict):
        known = len(names) == _FEWEST and all(is_number(one) for one in table.values[:_LARGEST])
        return {names[1]} if known else set()
    rows = table.elts[:_LARGEST] if isinstance(table, ast.List | ast.Tuple) else []
    if not rows or not all(isinstance(row, ast.Tuple | ast.List) and len(row.elts) == len(names) for row in rows):
        return set()
    columns = zip(*[row.elts for row in rows if isinstance(row, ast.Tuple | ast.List)], strict=True)
    return {name for name, column in zip(names, columns, strict=True) if name and all(is_number(one) for one in column)}


def _fields(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The named fields that a record or a table is made of."""
    if isinstance(node, ast.Call) and _RECORDS.search(last_name(node.func)):
        yield from ((one.arg, one.value) for one in node.keywords if one.arg)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value


def _is_measured(key: str) -> bool:
    return not is_target_name(key) and (is_metric_name(key) or _VALUES.match(key) is not None)


def _is_well(key: str, value: ast.expr) -> bool:
    """``verification_status="passed"``."""
    if not _VERDICT_KEYS.search(key) or not isinstance(value, ast.Constant):
        return False
    return value.value is True or (isinstance(value.value, str) and verdict_of_word(value.value) is Verdict.SUCCESS)


def _is_alone(body: list[ast.AST]) -> bool:
    """Whether what is done for each day asks nobody: it makes objects of texts, times and numbers."""
    calls = [one for part in body for one in subtree(part) if isinstance(one, ast.Call)]
    quiet = {
        "append",
        "add",
        "isoformat",
        "now",
        "utcnow",
        "timedelta",
        "uuid4",
        "compute_hash",
        "fromisoformat",
        "strftime",
        "str",
        "int",
        "round",
        "float",
        "extend",
        "hexdigest",
    }
    return all(
        last_name(one.func) in quiet or last_name(one.func)[:1].isupper() for one in calls
    ) and not _is_conditional(body)


def _is_conditional(body: list[ast.AST]) -> bool:
    """Whether any statement of a loop is under a condition or an attempt."""
    return any(isinstance(one, ast.If | ast.Try | ast.While | ast.With) for part in body for one in subtree(part))


RULE = Rule(
    id="AUD821",
    name="table-of-figures",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every figure of a report come from where it can be measured?",
    why="An audit whose evidence of a month of uptime is a list of services with a percentage beside each has the same evidence for the month of the outage.",
    limits=(
        "Judged are functions named for collecting, measuring and reporting that go through a literal table without waiting for anybody and put its numbers into fields "
        "named for measurements, or make records for a fixed count that all say that it went well. Targets, prices, seeds and examples are left alone."
    ),
    fix="Ask the monitoring for each entry, or say that the figure is not known.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("for ",),
    examples=(
        Example(
            title="uptimes in a table, and restores of a month",
            files={
                "evidence/uptime.py": (
                    "def collect_uptime(period):\n"
                    "    found = []\n"
                    "    rows = [('web', 99.97), ('worker', 99.91)]\n"
                    "    for name, percent in rows:\n"
                    "        found.append(UptimeEvidence(service=name, availability=percent, source='monitoring'))\n"
                    "    return found\n"
                    "\n"
                    "\n"
                    "def gather_latencies():\n"
                    "    return [{'route': route, 'latency_ms': took} for route, took in {'/a': 12, '/b': 31}.items()]\n"
                    "\n"
                    "\n"
                    "def collect_restores(start):\n"
                    "    found = []\n"
                    "    for day in range(28):\n"
                    "        found.append(RestoreRecord(day=start + timedelta(days=day), restore_status='passed'))\n"
                    "    return found\n"
                ),
            },
            found=("evidence/uptime.py:10", "evidence/uptime.py:15", "evidence/uptime.py:3"),
        ),
        Example(
            title="figures that are asked for, targets, and a table of settings",
            files={
                "evidence/uptime.py": (
                    "def collect_uptime(client):\n"
                    "    found = []\n"
                    "    for name, target in [('web', 99.9), ('worker', 99.0)]:\n"
                    "        found.append(UptimeEvidence(service=name, availability=client.query(name), slo_target=target))\n"
                    "    return found\n"
                    "\n"
                    "\n"
                    "def default_budgets():\n"
                    "    return [{'route': route, 'latency_ms': most} for route, most in {'/a': 12, '/b': 31}.items()]\n"
                    "\n"
                    "\n"
                    "def collect_restores(client):\n"
                    "    found = []\n"
                    "    for day in range(28):\n"
                    "        client.restore(day)\n"
                    "        found.append(RestoreRecord(day=day, restore_status='passed'))\n"
                    "    return found\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
