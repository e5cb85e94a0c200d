"""AUD850: who is asked for a figure of something gives the same figure whatever that is."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache

from auditor.facts.claims import gives_metric, is_metric_name
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_talk import is_idle
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = pattern(
    r"(?i)^_*(?:get|read|fetch|query|measure|collect|count|probe|sample|observe|poll|scrape|lookup|look_up|compute|calculate|estimate|evaluate|assess|score|grade|judge|rate|detect|"
    r"predict|current|analy[sz]e|determine|check|scan|ask|request)_\w+"
)
_FIGURES = pattern(
    r"(?i)(?:^|_)(?:scores?|agreement|kappa|depth|lag|usage|count|rate|ratio|percent|percentage|pct|similarity|correlation|confidence|quality|accuracy|latency|latencies|throughput|progress|"
    r"balance|gauge|reading|temperature|pressure|humidity|distance|volume|drift|deviation|probability|probabilities|likelihood|risk|trust|reputation|freshness|age|backlog|utili[sz]ation|"
    r"savings?|speed_?up|improvement|gain|deltas?|metrics?|stats|statistics|relevance|coherence|consistency|availability|uptime|rto|rpo|minutes|seconds|hours|ms|mb|coverage|precision|recall|bias|"
    r"fairness|engagement|sentiment|load|headroom|frequency|voltage|charge|battery)$"
)
_CHOSEN = pattern(
    r"(?i)timeout|interval|priorit|limit|default|max|min_|minimum|weight|version|port$|order|page|rank|retr(?:y|ies)|window|ttl|delay|backoff|step|batch|chunk|buffer|threshold|target|budget|toleran|base|initial|"
    r"seed|mock|fake|dummy|stub|null|noop|no_op|constant|fixed|example|demo|simulat|fallback|bonus|penalt|multiplier|factor|scale|offset|height|width|margin|padding|font|indent|column|rows?$|fee|tax|"
    r"prior|expected|nominal|status|code|dimension|embedding|sort|hash|sla|slo|goal|config|setting|param|option|quota|lifetime|expir|cool_?down|grace|poll_|refresh|sample_rate|sampling|"
    r"learning|decay|dropout|frame_?rate|bit_?rate|sleep|wait|lease|template|schema|format|baud|resolution|precision_of|unit|per_|uninformed|guess|worst|best_possible|upper|lower|ceiling|floor"
)
_ROUND = frozenset({0, 1, -1, 2, 10, 100, 1000, -100})
_SEVERAL = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not view.body or not _is_asked(view):
            continue
        given = view.body[-1]
        if not isinstance(given, ast.Return) or len(view.returns) != 1:
            continue
        if _is_figure(given.value, view, syntax) and all(is_idle(one, syntax) for one in view.body[:-1]):
            what = ast.unparse(given.value)[:40] if given.value is not None else ""
            message = f"{view.name} gives {what} whatever it is asked about, and has looked at nothing."
            yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _is_asked(view: FunctionView) -> bool:
    """Whether a function is asked for a figure of what it is given, or has to wait for one; what derived classes choose is left alone."""
    if not view.parameters and not isinstance(view.node, ast.AsyncFunctionDef):
        return False
    if view.node.decorator_list or view.name.startswith("__") or _CHOSEN.search(view.qualified):
        return False
    derived = view.owner is not None and bool(view.owner.bases) and not view.name.startswith("_")
    told = (is_metric_name(view.name) or gives_metric(view.name)) and _if_there(view.body[-1]) is None
    if derived or told:
        return False  # AUD204 tells of figures that are given outright
    return bool(_FIGURES.search(view.name) or _ASKS.search(view.name))


def _is_figure(value: ast.expr | None, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether what is given is a number of the code that nobody would choose, or a table of several."""
    if isinstance(value, ast.Dict):
        numbers = [fold(one) for one in value.values]
        figures = all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers)
        return figures and sum(_is_telling(one, view) for one in numbers) >= _SEVERAL
    if isinstance(value, ast.IfExp):
        figure = _if_there(view.body[-1])
        return figure is not None and _is_telling(fold(figure), view)
    if isinstance(value, ast.Name) and Bindings.of(view).only(value.id) is None:
        return _is_telling(_constants(syntax).get(value.id), view)
    return _is_telling(fold(value, Bindings.of(view)), view)


def _if_there(last: ast.stmt) -> ast.expr | None:
    """The figure of ``return 87.5 if frames else 0.0``, which is nothing where nothing was handed over, and else always the same."""
    match last:
        case ast.Return(value=ast.IfExp(test=ast.Name(), body=figure, orelse=nothing)):
            return figure if fold(nothing) in (0, None) else None
        case ast.Return(
            value=ast.IfExp(test=ast.UnaryOp(op=ast.Not(), operand=ast.Name()), body=nothing, orelse=figure)
        ):
            return figure if fold(nothing) in (0, None) else None
        case _:
            return None


def _is_telling(number: object, view: FunctionView) -> bool:
    if isinstance(number, bool) or not isinstance(number, int | float) or number in _ROUND:
        return False
    if not math.isfinite(number):
        return False  # no figure, and no whole number to compare it with
    return _FIGURES.search(view.name) is not None or (number != int(number) and _ASKS.search(view.name) is not None)


@lru_cache(maxsize=2)
def _constants(syntax: PythonSyntax) -> Mapping[str, object]:
    """The numbers that a module holds under names in capitals, each bound once."""
    found: dict[str, object] = {}
    for one in syntax.tree.body:
        match one:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name.isupper():
                found[name] = fold(value) if name not in found else None
            case _:
                continue
    return found


RULE = Rule(
    id="AUD850",
    name="figure-whatever-is-asked",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every figure that is asked for depend on what it is asked about?",
    why="A gauge that reads 37 for every queue, and shadow scores that are the same for both releases, keep every comparison that rests on them green.",
    limits="Judged are functions named for a figure or for asking, which are handed something or awaited, whose one answer is a number or a table of numbers written in the code, and which do nothing before it but talk and wait; methods that a derived class may choose, limits, weights and other settings are left alone.",
    fix="Read the figure of what is asked about; raise where it cannot be had.",
    since="0.8.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a figure that is the same for all that is there",
            files={
                "drive.py": (
                    "def driver_score(frames):\n    return 87.5 if frames else 0.0\n\n\ndef driver_risk(frames):\n    return None if not frames else 0.13\n\n\n"
                    "def base_score(frames):\n    return 87.5 if frames else 0.0\n\n\ndef speed_score(fast):\n    return 40.5 if fast else 80.5\n"
                )
            },
            found=("drive.py:2", "drive.py:6"),
        ),
        Example(
            title="a gauge of any name, scores of any release, and an agreement that nobody computes",
            files={
                "fleet.py": (
                    "import logging\n\nlog = logging.getLogger(__name__)\n_USUAL_BACKLOG = 37\n\n\n"
                    "class Fleet:\n    async def _read_gauge(self, name):\n        log.debug('reading %s', name)\n        return _USUAL_BACKLOG\n\n"
                    "    async def _replay_scores(self, release):\n        return {'fluency': 0.931, 'toxicity': 0.004}\n\n"
                    "    def agreement(self, rows):\n        log.info('over %d rows', len(rows))\n        return 0.83\n\n"
                    "    def tire_pressure(self, truck):\n        log.info('pressure of %s', truck)\n        return 8.2\n"
                )
            },
            found=("fleet.py:10", "fleet.py:13", "fleet.py:17", "fleet.py:21"),
        ),
        Example(
            title="what is looked up, chosen, or left to derived classes",
            files={
                "fleet.py": (
                    "class Truck(Vehicle):\n    def tire_pressure(self, axle):\n        return 8.2\n\n\n"
                    "class Fleet:\n    async def _read_gauge(self, name):\n        return await self.client.gauge(name)\n\n"
                    "    def retry_delay(self, attempt):\n        return 2.5\n\n    def default_load(self, truck):\n        return 0.75\n\n"
                    "    def mean_load(self):\n        return 0.75\n\n    def get_distance(self, truck):\n        return 1e999\n\n    def get_rank(self, truck):\n        return 7\n\n"
                    "    def drift(self, rows):\n        if not rows:\n            return 0.2\n        return max(rows) - min(rows)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
