"""AUD929: of several functions that each find something out, one gives a result that is written down."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.written_figures import lines_of_figures

__all__ = ["RULE"]

_GOOD = pattern(
    r"(?i)\b(?:pass(?:ed|es)?|ok|okay|healthy|success\w*|complete[d]?|verified|tested|valid\w*|ready|green|good|compliant|met|no (?:issues?|problems?|findings|errors|violations|alerts))\b"
)
_PLAIN = pattern(
    r"(?i)mock|fake|stub|dummy|null|noop|default|empty|unknown|skipp|disabled|missing|failed|error|denied|example|demo|none|not_"
)
_RESULTS = pattern(
    r"(?i)(?:Item|Result|Check|CheckResult|Report|Score|Status|Outcome|Finding|Verdict|Criterion|Assessment|Control|Measurement|Evidence|Entry|Health|Probe|Grade|Rating|Metric)$"
)
_VERDICTS = frozenset(
    {"score", "status", "passed", "healthy", "ok", "success", "result", "verdict", "compliant", "ready"}
)
_BEST = 80
_LEAST = 2


def _check(source: Source) -> Iterator[Hit]:
    by_maker: dict[str, list[FunctionView]] = defaultdict(list)
    for view in syntax_of(source).functions:
        maker = "" if view.is_test or view.nested else _maker(view)
        if maker and (_RESULTS.search(maker) or " " in maker):
            by_maker[maker].append(view)
    for maker, views in by_maker.items():
        written = [view for view in views if _is_written(view)]
        finding = [view for view in views if _finds_out(view)]
        for view in written if len(finding) >= _LEAST and len(finding) > len(written) else ():
            given = view.returns[0]
            if not lines_of_figures(source).isdisjoint(range(given.lineno, (given.end_lineno or given.lineno) + 1)):
                continue  # AUD204 tells of it
            message = f"{view.name} gives {ast.unparse(given.value or ast.Constant(None))[:70]} as it is written here; the other functions that give {maker} find it out."
            yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _maker(view: FunctionView) -> str:
    """The one class of which all results of a function are made."""
    made = {_kind(one.value) for one in view.returns}
    return next(iter(made)) if len(made) == 1 else ""


def _kind(value: ast.expr | None) -> str:
    """The class that a result is made of, or ``a table of`` its keys where one of them is a verdict or a score."""
    if isinstance(value, ast.Call):
        name = last_name(value.func)
        return name if name[:1].isupper() else ""
    keys = sorted(key for key, _ in keyed(value)) if isinstance(value, ast.Dict) else []
    return f"a table of {', '.join(keys)}" if len(keys) >= _LEAST and _VERDICTS & set(keys) else ""


def _is_written(view: FunctionView) -> bool:
    """Whether a function is one good result of literals, and looks at nothing."""
    given = view.returns[0].value
    if len(view.body) != 1 or len(view.returns) != 1 or _PLAIN.search(view.name):
        return False
    values = list(given.values) if isinstance(given, ast.Dict) else []
    if isinstance(given, ast.Call):
        values = [*given.args, *(one.value for one in given.keywords)]
    if len(values) < _LEAST or not all(isinstance(one, ast.Constant) for one in values):
        return False
    constants = [one.value for one in values if isinstance(one, ast.Constant)]
    return any(_is_good(one) for one in constants) and not any(
        isinstance(one, str) and _PLAIN.search(one) for one in constants
    )


def _is_good(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value >= _BEST or value == 1
    return isinstance(value, str) and _GOOD.search(value) is not None


def _finds_out(view: FunctionView) -> bool:
    """Whether a function calls or compares something on the way to its result."""
    made = {id(one.value) for one in view.returns}
    return any(
        isinstance(one, ast.Compare | ast.Await) or (isinstance(one, ast.Call) and id(one) not in made)
        for one in own_nodes(view.body)
    )


RULE = Rule(
    id="AUD929",
    name="literal-among-its-like",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every part of a report look at what it reports?",
    why='`Item("disaster recovery", 95, "restore drill passed")` stands beside items that are measured, and lifts their average.',
    limits="Judged are functions of one file that give results of one class, where at least two find something out and one, fewer than they are, consists of a good result made of literals.",
    fix="Read the result from where it is recorded, or give the part no score.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"python"}),
    check_file=_check,
    examples=(
        Example(
            title="a drill that nobody looked up",
            files={
                "ops/readiness.py": (
                    "def tests():\n    done = run('pytest')\n    return Item('tests', 100 if done.ok else 0, done.last)\n\n\n"
                    'def drill():\n    """Age of the last drill."""\n    return Item(\'drill\', 95, \'restore drill passed\')\n\n\n'
                    "def audit():\n    return Item('audit', score(run('audit')), '')\n\n\n"
                    "def unknown():\n    return Item('unknown', 0, '')\n"
                )
            },
            found=("ops/readiness.py:8",),
        ),
        Example(
            title="tables of one form",
            files={
                "ops/checks.py": (
                    "def database(db):\n    answer = db.ping()\n    return {'status': 'ok' if answer else 'down', 'detail': str(answer)}\n\n\n"
                    "def queue(broker):\n    return {'status': look(broker), 'detail': ''}\n\n\n"
                    "def storage():\n    return {'status': 'ok', 'detail': 'bucket reachable'}\n"
                )
            },
            found=("ops/checks.py:11",),
        ),
        Example(
            title="results that are all written down, and one that is not good",
            files={
                "ops/readiness.py": "def one():\n    return Item('one', 95, 'passed')\n\n\ndef two():\n    return Item('two', 95, 'passed')\n",
                "ops/other.py": "def one():\n    return Item('one', look(), '')\n\n\ndef two():\n    return Item('two', look(), '')\n\n\ndef three():\n    return Item('three', 0, 'not done')\n",
            },
        ),
    ),
)
