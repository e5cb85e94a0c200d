"""AUD841: an answer gives the same figure or verdict for everything that it is asked about."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE", "answered_for_each"]

_ANSWERS = pattern(
    r"(?i)(?:^|_)(?:health|healthy|status|statuses|state|states|availability|uptime|latency|latencies|completeness|coverage|freshness|utili[sz]ation|readiness|liveness|lag|drift|quality|accuracy|scores?|"
    r"check|checks|verify|verified|probe|probes|validate|validation|validity|measure|measured|measurements?|success|results?|outcomes?|compliance|reachability|reachable|consistency|integrity|replication)(?:_|$)"
)
_CHOSEN = pattern(
    r"(?i)default|initial|init|empty|zero|reset|seed|uniform|prior|weight|mock|fake|stub|example|template|blank|unknown|pending|expected|baseline|config|setting|threshold|mark|clear|assume|set_"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        for one, what in answered_for_each(view):
            message = f"{view.name} answers {what} for each that it is asked about, and has looked at none."
            yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, view.qualified)


def answered_for_each(view: FunctionView) -> list[tuple[ast.Return, str]]:
    """Where a function answers for each the same, and what; AUD809 leaves these tables to this rule."""
    if view.is_test or view.name.startswith("__") or not _ANSWERS.search(view.name) or _CHOSEN.search(view.name):
        return []
    told = [(one, _told(_made(one.value, view))) for one in view.returns if not _is_nothing(one.value)]
    return told if all(what for _, what in told) else []


def _is_nothing(value: ast.expr | None) -> bool:
    """Whether nothing is returned, or an empty dictionary, for which nothing was asked."""
    return (
        value is None
        or (isinstance(value, ast.Constant) and value.value is None)
        or (isinstance(value, ast.Dict) and not value.keys)
    )


def _made(value: ast.expr | None, view: FunctionView) -> ast.expr | None:
    """What is returned, or what the name that is returned stands for."""
    return Bindings.of(view).only(value.id) if isinstance(value, ast.Name) else value


def _told(value: ast.expr | None) -> str:
    """The constant that is given for each; empty where there is none, or the comprehension chooses among them."""
    match value:
        case ast.DictComp(value=given, generators=[ast.comprehension(ifs=[])]):
            return _good(given)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="dict"), attr="fromkeys"), args=[_, given]):
            return _good(given)
        case _:
            return ""


def _good(given: ast.expr) -> str:
    """A constant that says that something is well, or a figure other than nought."""
    match given:
        case ast.Constant(value=True):
            return "True"
        case ast.Constant(value=int() | float() as number) if number not in (0, -1) and not isinstance(number, bool):
            return str(number)
        case ast.Constant(value=str(word)) | ast.Attribute(attr=word) if verdict_of_word(word) is Verdict.SUCCESS:
            return word
        case ast.Dict(values=values) if values and all(_good(one) for one in values):
            return ast.unparse(given)[:40]
        case _:
            return ""


RULE = Rule(
    id="AUD841",
    name="constant-for-each",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does an answer about many things look at each of them?",
    why="`{name: 1.0 for name in stations}` under the name `completeness` is full on the day on which no station has sent anything.",
    limits="Functions named for a state, check or measurement that return a dictionary with one literal for all keys, be it by a comprehension without a condition or by `dict.fromkeys`. Defaults, initial states and resets are left alone.",
    fix="Ask for each, or say that nobody knows.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="completeness by construction, and regions that are well",
            files={
                "shop/quality.py": (
                    "class Quality:\n    async def completeness(self, stations):\n        return {one: 1.0 for one in stations}\n\n    def region_health(self):\n        found = dict.fromkeys(self.regions, 'healthy')\n        return found\n"
                ),
            },
            found=("shop/quality.py:3", "shop/quality.py:7"),
        ),
        Example(
            title="initial states, what is asked of each, and other tables",
            files={
                "shop/quality.py": (
                    "def checks(names, off):\n    if off:\n        return {one: True for one in names}\n    return {one: probe(one) for one in names}\n\n\n"
                    "def initial_status(names):\n    return {one: True for one in names}\n\n\ndef health(names):\n    return {one: probe(one) for one in names}\n\n\n"
                    "def status_codes(names):\n    return {one: 0 for one in names}\n\n\ndef columns(names):\n    return dict.fromkeys(names, True)\n"
                ),
            },
        ),
    ),
)
