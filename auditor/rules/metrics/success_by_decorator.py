"""AUD887: a decorator turns every failure of an operation into success, or a case for all other kinds reports it as done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import WORK, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TOLERANT = pattern(
    r"(?i)toler|suppress|swallow|ignor|fallback|best_?effort|safe(?:ly)?(?:_|$)|guard|resilien|on_(?:error|failure|exception)|catch|quiet|default_on|never_rais|circuit|retry"
)
_GIVES = pattern(
    r"(?i)^(?:default|default_value|fallback|fallback_value|otherwise|returns?|return_value|value|on_error|on_failure|result)$"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        works = claims_of(view.name) & WORK
        for call in view.node.decorator_list if works else ():
            if isinstance(call, ast.Call) and _TOLERANT.search(last_name(call.func)) and _gives_success(call):
                message = f"{view.name} answers with success when it fails: {last_name(call.func)} says so."
                yield Hit(source.path, call.lineno, view.node.lineno, message, view.qualified)
        for given in _other_cases(view, syntax):
            message = f"{view.name} reports success for every other kind, for which it does nothing."
            yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _gives_success(call: ast.Call) -> bool:
    values = [one.value for one in call.keywords if one.arg and _GIVES.search(one.arg)] + call.args[:1]
    return any(verdict_of(one, Bindings()) is Verdict.SUCCESS for one in values)


def _other_cases(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.stmt]:
    """``case _: return "delivered"``, and an ``else`` of that sort, beside branches that call something."""
    bindings = Bindings.of(view)
    for node in view.of(ast.Match):
        last = node.cases[-1]
        if isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None:
            others = [statement for one in node.cases[:-1] for statement in one.body]
            given = last.body[-1].value if isinstance(last.body[-1], ast.Return) else None
            if claims_of(view.name) & WORK or not isinstance(given, ast.Constant) or isinstance(given.value, str):
                yield from _idle_success(last.body, others, bindings, syntax)
    chained = {id(one.orelse[0]) for one in view.of(ast.If) if len(one.orelse) == 1}
    for branch in view.of(ast.If) if claims_of(view.name) & WORK else ():
        if id(branch) in chained:
            continue
        bodies, rest = _chain(branch)
        if len(bodies) > 1 and rest:
            yield from _idle_success(rest, [one for body in bodies for one in body], bindings, syntax)


def _chain(branch: ast.If) -> tuple[list[list[ast.stmt]], list[ast.stmt]]:
    """The branches of a chain that asks one name for several values, and its ``else``."""
    bodies, asked = [branch.body], {_asked(branch.test)}
    while len(branch.orelse) == 1 and isinstance(branch.orelse[0], ast.If):
        branch = branch.orelse[0]
        bodies.append(branch.body)
        asked.add(_asked(branch.test))
    return (bodies, branch.orelse) if len(asked) == 1 and "" not in asked else ([], [])


def _asked(test: ast.expr) -> str:
    match test:
        case ast.Compare(left=ast.Name() | ast.Attribute() as left, ops=[ast.Eq() | ast.In() | ast.Is()]):
            return ast.unparse(left)
        case _:
            return ""


def _idle_success(
    body: list[ast.stmt], others: list[ast.stmt], bindings: Bindings, syntax: PythonSyntax
) -> Iterator[ast.stmt]:
    last = body[-1]
    told = isinstance(last, ast.Return) and verdict_of(last.value, bindings) is Verdict.SUCCESS
    if (
        told
        and not _works_in(body, syntax)
        and _works_in(others, syntax)
        and any(isinstance(one, ast.Return) for one in own_nodes(others))
    ):
        yield last


def _works_in(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether statements call anything that is no log."""
    calls = [one for one in own_nodes(body) if isinstance(one, ast.Call)]
    return any(
        not is_log_call(syntax.name_of(one.func)) and last_name(one.func) not in ("format", "join", "str")
        for one in calls
    )


RULE = Rule(
    id="AUD887",
    name="success-by-decorator",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does an operation that did nothing, or failed, say so?",
    why="`@tolerant(default=True)` above `publish` makes each refused publication a published one, and nothing in its body shows that.",
    limits="Judged are decorators named for tolerance that are given a literal success, above operations, checks and messages; and the case for all other values of a name that returns a success and calls nothing, where other cases call something.",
    fix="Let the decorator give False, or the exception through; refuse what is not known.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a publication that cannot fail, and a level that nobody knows",
            files={
                "news.py": (
                    "@tolerant(default=True)\nasync def publish(text):\n    await post(text)\n    return True\n\n\n"
                    "async def warn(level, text):\n    match level:\n        case 'high':\n            return 'delivered' if await siren(text) else 'failed'\n        case _:\n            return 'delivered'\n\n\n"
                    "def send(kind, text):\n    if kind == 'mail':\n        return post(text)\n    elif kind == 'chat':\n        return say(text)\n    else:\n        return True\n"
                )
            },
            found=("news.py:1", "news.py:12", "news.py:21"),
        ),
        Example(
            title="a failure, a level that is refused, and a choice of texts",
            files={
                "news.py": (
                    "@tolerant(default=False)\nasync def publish(text):\n    await post(text)\n    return True\n\n\n@cached(default=True)\ndef send_all(text):\n    return post(text)\n\n\n"
                    "async def warn(level, text):\n    match level:\n        case 'high':\n            return 'delivered' if await siren(text) else 'failed'\n        case _:\n            return 'failed'\n\n\n"
                    "def is_known(kind):\n    match kind:\n        case 'bad':\n            return look(kind)\n        case _:\n            return True\n\n\n"
                    "def colour(kind):\n    match kind:\n        case 'bad':\n            return 'red'\n        case _:\n            return 'green'\n"
                )
            },
        ),
    ),
    check_file=_check,
)
