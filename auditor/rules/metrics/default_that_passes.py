"""AUD803: a check takes a figure of its own where there is none, and passes on it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check, gives_comparison, is_registered
from auditor.facts.python_handlers import covers_outages, handlers
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import fold, is_number, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SETTINGS = pattern(
    r"(?i)config|cfg|setting|option|kwargs|args|param|environ|env|prefs|defaults|session|request|data|body|payload|form|query|row|record|meta|attrs|props"
)
"""What may leave out what is usual: there, a default is what is meant."""
_BOTH = {Verdict.SUCCESS, Verdict.FAILURE}


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not (acts_as_check(view) or gives_comparison(view) or is_registered(view, syntax)):
            continue
        for node, name, text in _texts_given(view):
            message = f"{view.name} takes a missing {name} for {text!r}, which is what it asks for."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)
        for node, name, figure in (*_assumed(view), *_given_anyway(view), *_put_after_failure(view, syntax)):
            if _passes_on(name, figure, view):
                message = f"{view.name} takes {name} for {ast.unparse(figure)} where it is not known, and passes."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _assumed(view: FunctionView) -> Iterator[tuple[ast.Assign, str, ast.expr]]:
    """The names that get a number where what they would be worked out of is not there."""
    for node in view.of(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.IfExp(test=test, body=body, orelse=orelse)):
                absent = _is_absence(test)
                assumed, known = (body, orelse) if absent else (orelse, body)
                if (absent or _is_presence(test)) and is_number(assumed) and not is_number(known):
                    yield node, name, assumed
            case _:
                continue


def _given_anyway(view: FunctionView) -> Iterator[tuple[ast.Assign, str, ast.expr]]:
    """``coverage = float(os.environ.get("COVERAGE", "91"))``: a figure that stands in for one that nobody handed over."""
    for node in view.of(ast.Assign):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id="int" | "float"), args=[ast.Call(func=looked, args=[_, default])]),
            ) if last_name(looked) in ("get", "getenv"):
                figure = _as_figure(default)
                if figure is not None:
                    yield node, name, figure
            case _:
                continue


def _texts_given(view: FunctionView) -> Iterator[tuple[ast.Assign, str, str]]:
    """``policy = headers.get("x-frame-options", "DENY")``, of which the verdict then asks whether it is just that."""
    asked = _asked(view)
    for node in view.of(ast.Assign) if asked else ():
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(attr="get", value=held), args=[_, ast.Constant(value=str() as text)]),
            ) if text and not _SETTINGS.search(last_name(held)) and Bindings.of(view).only(name) is node.value:
                if any(_answers(question, wanted, text) for question, wanted in asked.get(name, ())):
                    yield node, name, text[:40]
            case _:
                continue


def _asked(view: FunctionView) -> dict[str, set[tuple[str, str]]]:
    """What the verdict asks of each name: how (``startswith``, ``==``, ``in``), and for which text."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in own_nodes(view.returns):
        match one:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="startswith"),
                args=[ast.Constant(value=str() as wanted)],
            ):
                found[name].add(("startswith", wanted))
            case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[ast.Constant(value=str() as wanted)]):
                found[name].add(("==", wanted))
            case ast.Compare(left=ast.Constant(value=str() as wanted), ops=[ast.In()], comparators=[ast.Name(id=name)]):
                found[name].add(("in", wanted))
            case _:
                continue
    return found


def _answers(question: str, wanted: str, text: str) -> bool:
    """Whether a text answers a question for another well."""
    if question == "==":
        return text == wanted
    return bool(wanted) and (text.startswith(wanted) if question == "startswith" else wanted in text)


def _as_figure(default: ast.expr) -> ast.expr | None:
    """The number that a default is, also where it is written as a text."""
    if not isinstance(default, ast.Constant):
        return None
    try:
        return ast.copy_location(ast.Constant(float(str(default.value)[:20])), default)
    except ValueError:
        return None


def _put_after_failure(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.Assign, str, ast.expr]]:
    """A figure that takes the place of the answer where asking has failed."""
    for attempt, handler in handlers(view):
        last = handler.body[-1]
        if not covers_outages(handler, syntax) or not isinstance(last, ast.Assign) or not is_number(last.value):
            continue
        asked = {
            last_name(to) for node in own_nodes(attempt.body) if isinstance(node, ast.Assign) for to in node.targets
        }
        if last_name(last.targets[0]) in asked:
            yield last, last_name(last.targets[0]), last.value


def _is_presence(test: ast.expr) -> bool:
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], ast.IsNot) and _is_nothing(test.comparators[0])
    return isinstance(test, ast.Name | ast.Attribute)


def _is_absence(test: ast.expr) -> bool:
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], ast.Is) and _is_nothing(test.comparators[0])
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and _is_presence(test.operand)


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _passes_on(name: str, figure: ast.expr, view: FunctionView) -> bool:
    """Whether what is decided by comparing the name comes out well for the assumed figure."""
    others = [one for one in Bindings.of(view).assigned.get(name, ()) if one is not figure]
    if len(others) != 1 or is_number(others[0]):
        return False
    known = Bindings(assigned={name: [figure]})
    for choice in view.of(ast.IfExp):
        if isinstance(choice.test, ast.Compare) and isinstance(fold(choice.test, known), bool):
            verdicts = [verdict_of(one, Bindings()) for one in (choice.body, choice.orelse)]
            if set(verdicts) == _BOTH:
                return verdicts[0 if fold(choice.test, known) else 1] is Verdict.SUCCESS
    return any(fold(one, known) is True for given in view.returns for one in _verdicts(given.value))


def _verdicts(value: ast.expr | None) -> list[ast.expr]:
    """The comparisons that a result consists of, begins with, or is made of."""
    given = [value] if value is not None else []
    if isinstance(value, ast.Tuple):
        given = value.elts[:1]
    elif isinstance(value, ast.Call) and last_name(value.func)[:1].isupper():
        given = [*value.args, *(one.value for one in value.keywords)]
    return [one for one in given if isinstance(one, ast.Compare)]


RULE = Rule(
    id="AUD803",
    name="default-that-passes",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check that has no figure say so?",
    why="A licence of which nobody has told the check when it ends has '365 days left', this year and the next.",
    limits="Judged are checks that write a number where a date or source is not there, in one expression, and compare it with a literal.",
    fix="Report the check as failed, or as not made, where there is nothing to compare.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a default of the environment, and a figure in the place of an answer",
            files={
                "ops/ready.py": 'import os\n\n\ndef check_coverage():\n    coverage = float(os.environ.get("COVERAGE", "91"))\n    return coverage >= 80\n\n\nasync def check_queue(client):\n    try:\n        depth = await client.depth("orders")\n    except ConnectionError:\n        depth = 0\n    return depth < 500\n\n\ndef check_age(client):\n    try:\n        age = client.age()\n    except ConnectionError:\n        age = 9999\n    return age < 500\n',
            },
            found=("ops/ready.py:13", "ops/ready.py:5"),
        ),
        Example(
            title="a header that is taken for what is asked of it, one that must be there, and a setting",
            files={
                "probe.py": (
                    "async def frames(client):\n    answer = await client.get('/')\n    policy = answer.headers.get('x-frame-options', 'DENY')\n    return Outcome('frames', policy == 'DENY', policy)\n\n\n"
                    "async def sniffing(client):\n    answer = await client.get('/')\n    policy = answer.headers.get('x-content-type-options', '')\n    return Outcome('sniffing', policy == 'nosniff', policy)\n\n\n"
                    "def is_local(config):\n    place = config.get('place', 'local')\n    return place == 'local'\n\n\n"
                    "def holds_fields(schema):\n    kind = schema.get('type', 'object')\n    return kind == 'object'\n\n\n"
                    "def keeps_open(headers):\n    wanted = headers.get('connection', 'keep-alive')\n    return wanted == 'keep-alive'\n"
                )
            },
            found=("probe.py:3",),
        ),
        Example(
            title="an age that is assumed, and a number of days",
            files={
                "checks.py": (
                    "class LicenceProbe:\n"
                    "    def check(self):\n"
                    "        left = (self.ends - today()).days if self.ends else 400\n"
                    "        state = State.HEALTHY if left > 30 else State.DEGRADED\n"
                    "        return Outcome(state, left)\n"
                    "\n"
                    "\n"
                    "def check_backup(last):\n"
                    "    age = 0 if last is None else now() - last\n"
                    "    return age < 86400\n"
                ),
            },
            found=("checks.py:3", "checks.py:9"),
        ),
        Example(
            title="a figure that fails, and one that decides nothing",
            files={
                "checks.py": (
                    "def check_licence(ends):\n"
                    "    left = (ends - today()).days if ends else 0\n"
                    "    return left > 30\n"
                    "\n"
                    "\n"
                    "def check_backup(last, most):\n"
                    "    age = now() - last if last else 0\n"
                    "    return age < most\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
