"""AUD240: a measurement that fails is reported as a figure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, is_bad_when_high, is_metric_name, words_of
from auditor.facts.literal_verdicts import keyed
from auditor.facts.metric_literals import names_record
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import covers_outages, handlers, is_broad, is_unavailability
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.python_values import fold, is_number
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FEWEST = 2
_WATCHES = pattern(
    r"(?i)monitor|slo(?:[^wt]|$)|sla(?:[^a-z]|$)|metric|health|probe|canary|budget|readiness|benchmark|telemetry|objective"
)
_GIVERS = frozenset(
    {"get", "measure", "collect", "calculate", "compute", "fetch", "read", "sample", "query", "current"}
)
_FIGURES = pattern(
    r"(?i)(?:^|_)(?:cpu|memory|mem|disk|swap|load|network|latency|throughput|usage|utilization|uptime|percent|rate|ratio|time|duration|"
    r"loaded|rss|io|processes|process|threads|thread|swap_used|iops|qps|rps|errors?|requests|connections|score|coverage|metrics?|stats|statistics)(?:_|$)"
)

_UPDATES = pattern(
    r"(?i)^_*(?:update|refresh|sample|take|read|record|poll)_(?:\w+_)?(?:metrics|stats|usage|snapshot|health|resources)$"
)
_ANSWERED = pattern(r"\.(?:ok|is_success|success)\b|status(?:_code)? ?(?:==|<) ?[2-4]00")
_LEFT = pattern(
    r"(?i)^(?:\w+_)?(?:open|pending|active|running|queued|in_?flight|remaining|failed|errors?|failures|lag|backlog|lost|missing|stale|unacked|connections)$"
)
_COUNTED = pattern(r"(?i)^(?:active|total|running|open|pending|failed|queued|online)_\w+$|_(?:count|total)$")
_RECORD = pattern(r"(?:Metrics|Stats|Statistics|Usage|Sample|Snapshot|Status|Measurement)$")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        told = [_in_handler(view, attempt, handler, syntax) for attempt, handler in handlers(view)]
        for found in (_without_answer(view), *told):
            if found is not None:
                at, message = found
                yield Hit(source.path, at.lineno, at.end_lineno or at.lineno, f"{view.name} {message}", view.qualified)


def _without_answer(view: FunctionView) -> tuple[ast.stmt, str] | None:
    unanswered = _unanswered(view)
    said = "reports 0 where nobody answered it: nobody can tell it from a measured one."
    return (unanswered, said) if unanswered is not None else None


def _in_handler(
    view: FunctionView, attempt: ast.Try, handler: ast.ExceptHandler, syntax: PythonSyntax
) -> tuple[ast.stmt, str] | None:
    """What a handler gives in the place of what was to be measured, and what to say of it."""
    made_up = _made_up(view, attempt, handler)
    if made_up is not None:
        return made_up, "goes on with figures of its own where it could not get any."
    last = handler.body[-1]
    given = last.value if isinstance(last, ast.Return) else None
    none_left = _none_left(attempt, given) if covers_outages(handler, syntax) else ""
    if none_left:
        return last, f"reports 0 as {none_left} when it could not ask: nobody can tell it from none."
    if not (is_broad(handler, syntax) or is_unavailability(handler, syntax)) or not _tries_more(attempt):
        return None
    kept = _kept_figures(given, syntax)
    if kept:
        return last, f"reports {kept}, which is written in the code, when the measurement fails."
    measures = _measures(view) or (isinstance(given, ast.Call) and _is_record_of_numbers(given))
    figures = _figures(given) if measures and isinstance(last, ast.Return) and not _is_status(view, given) else ""
    said = f"reports {figures} when the measurement fails: nobody can tell it from a measured one."
    return (last, said) if figures else None


def _is_status(view: FunctionView, given: ast.expr | None) -> bool:
    """Whether 1 or 2 is the exit status of a command: the others that the function gives are such, too, and 0 among them."""
    values = [one.value.value for one in view.returns if isinstance(one.value, ast.Constant)]
    told = isinstance(given, ast.Constant) and given.value in (1, 2)
    return told and len(values) == len(view.returns) and 0 in values and all(type(one) is int for one in values)


def _unanswered(view: FunctionView) -> ast.Return | None:
    """``if answer.ok: return float(...)``, and ``return 0.0`` behind it."""
    if len(view.body) < _FEWEST or not is_metric_name(view.name.lstrip("_")) or not is_bad_when_high(view.name):
        return None
    asked, last = view.body[-2:]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Constant) or last.value.value not in (0, 0.0):
        return None
    if last.value.value is False or not isinstance(asked, ast.If) or asked.orelse:
        return None
    gives = isinstance(asked.body[-1], ast.Return) and not isinstance(asked.body[-1].value, ast.Constant)
    return last if gives and _ANSWERED.search(ast.unparse(asked.test)) else None


def _none_left(attempt: ast.Try, given: ast.expr | None) -> str:
    """The key under which a table says 0 where the block has worked out how many there still are."""
    made = attempt.body[-1].value if isinstance(attempt.body[-1], ast.Return) else None
    if not isinstance(given, ast.Dict) or not isinstance(made, ast.Dict):
        return ""
    known = {key for key, value in keyed(made) if not isinstance(value, ast.Constant)}
    zero = [key for key, value in keyed(given) if isinstance(value, ast.Constant) and value.value == 0]
    left = [key for key in zero if key in known and _LEFT.search(key)]
    return left[0] if left and len(zero) == len(given.keys) else ""


def _made_up(view: FunctionView, attempt: ast.Try, handler: ast.ExceptHandler) -> ast.Assign | None:
    """The assignment that puts figures where the block would have put what it asked for, in code that watches something."""
    last = handler.body[-1]
    if not isinstance(last, ast.Assign) or not _WATCHES.search(view.qualified):
        return None
    values = last.value.elts if isinstance(last.value, ast.Tuple) else [last.value]
    names = {name for target in last.targets for name in _filled(target)}
    numbers = [fold(one) for one in values if is_number(one)]
    telling = any(number not in (0, 1) and number > 0 for number in numbers)
    if len(numbers) != len(values) or not (telling or _tell_by_zero(view, last, names)):
        return None
    bound = [one for part in attempt.body for one in subtree(part) if isinstance(one, ast.Assign)]
    asked = {name for one in bound for target in one.targets for name in _filled(target)}
    if not any(_asks(one.value) for one in bound):
        return None
    return last if names and names <= asked else None


def _filled(target: ast.expr) -> set[str]:
    """The names, and the keys of records (``metrics["active_runs"]``), that an assignment fills."""
    if isinstance(target, ast.Subscript):
        held = isinstance(target.slice, ast.Constant) and isinstance(target.value, ast.Name)
        return {str(target.slice.value)} if held and isinstance(target.slice, ast.Constant) else set()
    return {one.id for one in subtree(target) if isinstance(one, ast.Name)}


def _tell_by_zero(view: FunctionView, last: ast.Assign, names: set[str]) -> bool:
    """Whether nought reads as a measurement: of a figure that the function is for, or as an entry of a record of metrics."""
    if _measures(view) or _UPDATES.search(view.name) is not None:
        return all(_FIGURES.search(one) for one in names)
    match last.targets[0]:
        case ast.Subscript(value=ast.Name(id=record)):
            return names_record(record) and all(_FIGURES.search(one) or _COUNTED.search(one) for one in names)
        case _:
            return False


def _asks(value: ast.expr) -> bool:
    """Whether an expression awaits something, or calls more than a conversion."""
    nodes = subtree(value)
    return any(isinstance(one, ast.Await) for one in nodes) or any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) for one in nodes
    )


def _measures(view: FunctionView) -> bool:
    words = words_of(view.name)
    if Claim.MEASURE in claims_of(view.name) or is_metric_name(view.name.lstrip("_")):
        return True
    return words[:1] in [(one,) for one in sorted(_GIVERS)] and _FIGURES.search("_".join(words[1:])) is not None


def _tries_more(attempt: ast.Try) -> bool:
    """Whether the block does more than convert a value."""
    return any(isinstance(node, ast.Call) for one in attempt.body for node in subtree(one))


def _figures(value: ast.expr | None) -> str:
    """What a handler gives as figures; empty where it gives none."""
    if value is not None and is_number(value):
        return "" if fold(value) < 0 else f"{fold(value):g}"
    pairs = [*keyed(value)] if isinstance(value, ast.Dict) else []
    if isinstance(value, ast.Call):
        pairs = [(one.arg, one.value) for one in value.keywords if one.arg]
        if _is_record_of_numbers(value):
            return f"{len(value.args)} figures"
    numbers = [key for key, one in pairs if is_number(one)]
    named = numbers if len(numbers) == len(pairs) else [key for key in numbers if _FIGURES.search(key)]
    said = any(key in ("error", "errors", "status", "success", "available", "reason") for key, _ in pairs)
    return f"figures for {', '.join(named[:3])}" if len(named) >= _FEWEST and not said else ""


def _kept_figures(value: ast.expr | None, syntax: PythonSyntax) -> str:
    """The constant of the module that holds a measurement written into the code; empty where there is none."""
    name = value.id if isinstance(value, ast.Name) and value.id.isupper() else ""
    if not name:
        return ""
    bound: list[ast.Assign | ast.AnnAssign] = [*syntax.at_top(ast.Assign), *syntax.at_top(ast.AnnAssign)]
    for one in bound:
        target = one.targets[0] if isinstance(one, ast.Assign) else one.target
        made = one.value if last_name(target) == name else None
        if isinstance(made, ast.Call) and _RECORD.search(last_name(made.func)):
            given = [*made.args, *(keyword.value for keyword in made.keywords)]
            return name if len([part for part in given if is_number(part)]) >= _FEWEST else ""
    return ""


def _is_record_of_numbers(made: ast.Call) -> bool:
    """``ResourceMetrics(0.0, 0.0, 0.0)``."""
    named = _RECORD.search(last_name(made.func)) is not None
    return named and len(made.args) >= _FEWEST and not made.keywords and all(is_number(one) for one in made.args)


RULE = Rule(
    id="AUD240",
    name="error-as-measurement",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is a measurement that failed reported as missing?",
    why="A processor load of 0.0 because `/proc` could not be read looks like an idle machine, and no alert fires.",
    limits="Judges functions whose names claim a measurement, and handlers that catch everything. Negative figures, nothing at all, and figures beside an error are taken for 'not measured'.",
    fix="Let the error through, or return nothing, so that whoever reads the figure sees that there is none.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("except", ".ok", "is_success", "status_code"),
    examples=(
        Example(
            title="a lag that nobody told, connections and runs that nobody counted, and the exit status of a monitor",
            files={
                "ops/replica.py": (
                    "class Replica:\n    async def replication_lag(self):\n        answer = await self.http.get('/lag')\n        if answer.is_success:\n            return float(answer.json()['lag'])\n        return 0.0\n\n"
                    "    async def drain(self):\n        try:\n            answer = await self.http.get('/open')\n            return {'open': int(answer.json()['n'])}\n        except (HTTPError, KeyError):\n            return {'open': 0}\n\n"
                    "    async def counted(self):\n        try:\n            answer = await self.http.get('/open')\n            return {'open': int(answer.json()['n'])}\n        except HTTPError:\n            return {'open': None}\n"
                ),
                "ops/monitor.py": (
                    "class Monitor:\n    def application(self):\n        metrics = {}\n        try:\n            answer = self.http.get('/runs')\n            if answer.status == 200:\n"
                    "                metrics['active_runs'] = len(answer.json())\n        except Exception:\n            metrics['active_runs'] = 0\n        return metrics\n\n\n"
                    "def monitor_service(http):\n    try:\n        print(http.get('/health').status)\n    except KeyboardInterrupt:\n        return 0\n    except Exception:\n        return 1\n"
                ),
            },
            found=("ops/monitor.py:9", "ops/replica.py:6", "ops/replica.py:13"),
        ),
        Example(
            title="a baseline that is kept in the code",
            files={
                "compare.py": "USUAL = LoadSample(rate=0.2, p95_ms=140.0)\nNONE = LoadSample(rate=None, p95_ms=None)\n\n\nasync def sample(client):\n    try:\n        return LoadSample(await client.ask('rate'), await client.ask('p95'))\n    except Exception:\n        return USUAL\n\n\nasync def sample_or_none(client):\n    try:\n        return LoadSample(await client.ask('rate'), await client.ask('p95'))\n    except Exception:\n        return NONE\n"
            },
            found=("compare.py:9",),
        ),
        Example(
            title="figures of its own where the source had none, and a setting that was not given",
            files={
                "slo.py": "class SloMonitor:\n    async def status(self, goal):\n        try:\n            good = await self.source.read(goal.good)\n            total = await self.source.read(goal.total)\n        except NoData:\n            good, total = 9990.0, 10000.0\n        return good / total\n\n    def interval(self, text):\n        try:\n            seconds = int(text)\n        except ValueError:\n            seconds = 30\n        return seconds\n"
            },
            found=("slo.py:7",),
        ),
        Example(
            title="a figure, and an object full of them",
            files={
                "monitor.py": 'def get_cpu_percent():\n    try:\n        return read_load()\n    except Exception:\n        return 0.0\n\n\nclass Monitor:\n    def collect_metrics(self):\n        try:\n            return self.sample()\n        except:\n            return {"cpu_percent": 0.0, "memory_percent": 0.0, "host": self.host}\n'
            },
            found=("monitor.py:13", "monitor.py:5"),
        ),
        Example(
            title="failures that can be told from measurements, and what measures nothing",
            files={
                "monitor.py": 'def get_cpu_percent():\n    try:\n        return read_load()\n    except OSError:\n        return 0.0\n\n\ndef measure_latency():\n    try:\n        return probe()\n    except Exception:\n        return None\n\n\ndef collect_metrics(source):\n    try:\n        return source.read()\n    except Exception as error:\n        return {"cpu_percent": 0, "memory_percent": 0, "error": str(error)}\n\n\ndef get_page(text):\n    try:\n        return parse(text)\n    except Exception:\n        return 0\n'
            },
        ),
        Example(
            title="zeros for what could not be read, one by one and all together",
            files={
                "watch.py": (
                    "import psutil\n"
                    "\n"
                    "\n"
                    "class HealthWatch:\n"
                    "    def _update_metrics(self):\n"
                    "        try:\n"
                    "            connections = len(psutil.net_connections())\n"
                    "        except Exception:\n"
                    "            connections = 0\n"
                    "        self.current = connections\n"
                    "\n"
                    "    def get_resource_usage(self):\n"
                    "        try:\n"
                    "            return ResourceMetrics(psutil.cpu_percent(), psutil.virtual_memory().percent)\n"
                    "        except Exception as error:\n"
                    "            log.error(error)\n"
                    "            return ResourceMetrics(0.0, 0.0)\n"
                ),
            },
            found=("watch.py:17", "watch.py:9"),
        ),
    ),
    check_file=_check,
)
