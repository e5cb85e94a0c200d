"""AUD813: an answer about the state of something that is made of nothing but the defaults of its fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, is_bad_when_high, is_metric_name, words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.python_values import UNKNOWN, fold
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, is_verdict_key, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPORTS = frozenset({
    "status", "health", "healthz", "readyz", "livez", "ready", "readiness", "report", "summary", "snapshot", "metrics", "stats", "state", "collect", "measure",
    "probe", "check", "evaluate", "assess", "sample", "drill", "replication", "verify", "benchmark", "gather", "audit", "scan", "analyze", "analyse",
})  # fmt: skip
_CHOSEN = pattern(
    r"(?i)config|setting|default|example|mock|fake|demo|fixture|test|template|empty|initial|baseline|threshold|factory|null|reset|new_|create|init|build|parse|stub"
)
_RESULT = pattern(
    r"(?:Result|Report|Status|Health|Outcome|Summary|Metrics|Stats|Snapshot|View|Response|Readiness|State|Reading|Verdict|Assessment|Sample|Drill|Usage|Telemetry|Info|Score)$"
)
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    telling = {
        node.name: told
        for node, _ in syntax.classes
        if _RESULT.search(node.name) and len(told := tuple(_told(node))) >= _FEWEST
    }
    for view in syntax.functions if telling else ():
        if view.is_test or _CHOSEN.search(view.qualified) or not _reports(view):
            continue
        for call in _returned(view):
            left = _left(call, telling.get(last_name(call.func), ()))
            if len(left) >= _FEWEST and stays_inside(view, syntax):
                message = f"{view.name} answers with the defaults of {last_name(call.func)}: {', '.join(left[:4])}."
                yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _reports(view: FunctionView) -> bool:
    named = bool(_REPORTS & set(words_of(view.name)))
    return named or bool(claims_of(view.name) & {Claim.CHECK, Claim.MEASURE})


def _told(node: ast.ClassDef) -> Iterator[str]:
    """The fields of a record whose defaults say that something is well, or what was measured."""
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and _says(one.target.id, one.value):
            yield one.target.id


def _says(name: str, value: ast.expr | None) -> bool:
    match value:
        case ast.Call(keywords=words):
            given = {one.arg: one.value for one in words}
            return isinstance(given.get("default"), ast.Constant) and _says(name, given["default"])
        case ast.Attribute(attr=word):
            return verdict_of_word(word) is Verdict.SUCCESS
        case ast.Constant(value=bool() as flag):
            return flag
        case ast.Constant(value=str() as word):
            return is_verdict_key(name) and verdict_of_word(word) is Verdict.SUCCESS
        case _:
            number = fold(value)
            figure = number is not UNKNOWN and isinstance(number, int | float)
            return figure and is_metric_name(name) and (bool(number) or is_bad_when_high(name))


def _returned(view: FunctionView) -> Iterator[ast.Call]:
    for one in view.returns:
        value = one.value
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in ("model_dump", "dict", "to_dict", "_asdict")
        ):
            value = value.func.value
        if isinstance(value, ast.Call) and last_name(value.func)[:1].isupper():
            yield value


def _left(call: ast.Call, told: tuple[str, ...]) -> list[str]:
    """The fields that a call leaves at their defaults; none where it gives any by place or from a table."""
    given = {one.arg for one in call.keywords}
    return [] if call.args or None in given else [name for name in told if name not in given]


RULE = Rule(
    id="AUD813",
    name="answer-of-defaults",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every field of a report filled from what was found?",
    why="`return ClusterStatus()` answers 'operational, lag 0.2 s' to every question, because that is how the class begins; no line looks like an invented figure.",
    limits=(
        "Judged are functions named for a report or check that reach nothing and return a record of a class of the same file, of which two fields or more that say 'well' or are figures keep "
        "the defaults of the class."
    ),
    fix="Give the fields no default, and fill them from what was asked.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a status that is how its class begins",
            files={
                "ops/status.py": (
                    "class ClusterStatus(BaseModel):\n    state: str = 'operational'\n    database: bool = True\n    replication_lag: float = 0.2\n\n\n"
                    "@router.get('/healthz')\nasync def healthz():\n    return ClusterStatus()\n\n\n"
                    "def collect_report(region):\n    return ClusterStatus(region=region, database=True).model_dump()\n"
                )
            },
            found=("ops/status.py:13", "ops/status.py:9"),
        ),
        Example(
            title="a status that was asked for",
            files={
                "ops/status.py": (
                    "class ClusterStatus(BaseModel):\n    state: str = 'operational'\n    database: bool = True\n    replication_lag: float = 0.2\n\n\n"
                    "async def healthz(cluster):\n    return ClusterStatus(state=await cluster.state(), database=await cluster.ping())\n\n\n"
                    "def default_status():\n    return ClusterStatus()\n"
                )
            },
        ),
    ),
    check_file=_check,
)
