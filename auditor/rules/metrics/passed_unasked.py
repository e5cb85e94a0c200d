"""AUD820: a check adds a result that says passed, and stands under no condition."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, subtree, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = pattern(
    r"(?i)check|valid|verif|complian|readiness|ready|health|audit|assess|preflight|smoke|diagnos|certif|gate|inspect|probe|observab|resilien|qualif|conform|attest|control|evidence|status"
)
_RESULT = pattern(
    r"(?i)(?:check|health|status|validation|verification|test|gate|probe|audit|compliance|readiness|finding|control|criterion|assessment|component|item)\w*(?:result|status|health|check|outcome|report|entry|record|item|state|verdict)?$|(?:result|outcome|verdict)$"
)
_ADDS = frozenset({"append", "add", "insert", "add_result", "add_check", "record", "record_result", "add_component", "add_finding", "report", "register_result"})  # fmt: skip
_NAMED = frozenset({"name", "check", "check_name", "test", "test_name", "component", "service", "control", "control_id", "title", "id", "requirement", "criterion", "message", "details", "detail", "description"})  # fmt: skip
_HONEST = pattern(
    r"(?i)example|sample|mock|fake|demo|fixture|seed|default|template|initial|schema|stub|dummy|test_data|skip|disabl|exempt|not applicable|n/a|dry[ _-]?run|simulat"
)
_ABOUT_NOTHING = pattern(
    r"(?i)skip|not applicable|\bn/a\b|disabled|not required|exempt|no \w+ to|nothing to|dry[ _-]?run|simulat"
)
_TIMES = pattern(
    r"(?i)^(?:now|utcnow|time|perf_counter|monotonic|uuid\d?|isoformat|today|str|int|float|round|len|list|dict|get|getenv|field)$|^get_(?:metrics|stats|statistics|settings|config)$"
)
_OPEN = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match, ast.Raise, ast.Assert)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _CHECKS.search(view.qualified) or _HONEST.search(view.qualified):
            continue
        bindings = Bindings.of(view)
        yield from _overall(source, view, bindings, syntax)
        for call in _unconditional(view, syntax):
            if verdict_of(call, bindings) is Verdict.SUCCESS and _tells(call):
                message = f"{view.name} adds {_title(call)} as passed, and has looked at nothing for it."
                yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _overall(source: Source, view: FunctionView, bindings: Bindings, syntax: PythonSyntax) -> Iterator[Hit]:
    """``overall = Health.HEALTHY``, which is what the report says in the end."""
    given = {
        one.value.id
        for back in view.returns
        if isinstance(back.value, ast.Call)
        for one in back.value.keywords
        if one.arg in ("status", "state", "health", "overall_status") and isinstance(one.value, ast.Name)
    }
    for statement in view.body if given else ():
        if isinstance(statement, _OPEN):
            return
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value) if name in given:
                if bindings.only(name) is value and verdict_of(value, bindings) is Verdict.SUCCESS:
                    message = f"{view.name} reports {ast.unparse(value)[:40]} whatever it has found."
                    yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)
            case _:
                if not _is_harmless(statement, syntax):
                    return


def _unconditional(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.Call | ast.Dict]:
    """The results that the statements of a function add, up to the first that decides or looks at anything."""
    for statement in view.body:
        if isinstance(statement, _OPEN):
            return
        found = _added(statement, view)
        if found is not None:
            yield found
        elif not _is_harmless(statement, syntax):
            return


def _added(statement: ast.stmt, view: FunctionView) -> ast.Call | ast.Dict | None:
    """The result that a statement adds to a list, or makes under a name that is added to one."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method), args=[*_, ast.Call() | ast.Dict() as made])):
            return made if method in _ADDS else None
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as made) if last_name(made.func)[:1].isupper():
            return made if _is_collected(name, view) else None
        case _:
            return None


def _is_collected(name: str, view: FunctionView) -> bool:
    """Whether a name stands in a list: ``components=[cache, queue]``."""
    return any(isinstance(one, ast.Name) and one.id == name for held in view.of(ast.List) for one in held.elts)


def _tells(made: ast.Call | ast.Dict) -> bool:
    """Whether a result is about something that it names, is named as one, and is made of nothing that was asked."""
    if isinstance(made, ast.Dict):
        keys = {one.value for one in made.keys if isinstance(one, ast.Constant)}
        named = bool(keys & _NAMED)
        values = made.values
    else:
        named = bool({one.arg for one in made.keywords} & _NAMED) or bool(
            made.args and isinstance(made.args[0], ast.Constant)
        )
        named = named and _RESULT.search(last_name(made.func)) is not None
        values = [*made.args, *(one.value for one in made.keywords)]
    if not named or _ABOUT_NOTHING.search(strings_in(made)):
        return False
    return not any(_asks(one) for value in values for one in subtree(value))


def _title(made: ast.Call | ast.Dict) -> str:
    """What a result says that it is about."""
    pairs = [*keyed(made)] if isinstance(made, ast.Dict) else [(one.arg or "", one.value) for one in made.keywords]
    pairs += [("name", one) for one in made.args[:1]] if isinstance(made, ast.Call) else []
    texts = [value.value for key, value in pairs if key in _NAMED and isinstance(value, ast.Constant)]
    return repr(str(texts[0])[:60]) if texts else "a result"


def _asks(node: ast.AST) -> bool:
    """Whether a part of a result is an answer, or a choice."""
    if isinstance(node, ast.Await | ast.IfExp | ast.Compare | ast.BoolOp):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = last_name(node.func)
    return not name[:1].isupper() and not _TIMES.search(name)


def _is_harmless(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement only talks, adds something else to a list, or keeps what needs no asking."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method))) if method in _ADDS or method == "extend":
            return True
        case ast.Expr(value=ast.Call(func=func)):
            return is_log_call(syntax.name_of(func))
        case ast.Assign() | ast.AnnAssign():
            return all(
                not _asks(one) or isinstance(one, ast.IfExp | ast.Compare | ast.BoolOp)
                for one in own_nodes([statement])
            )
        case ast.Expr(value=ast.Constant()):
            return True
        case _:
            return False


RULE = Rule(
    id="AUD820",
    name="passed-unasked",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every result of a check rest on something that was looked at?",
    why="A report of twenty checks of which nine are added as passed, with a sentence that says how it should be, is nine sentences.",
    limits=(
        "Judged are functions named for checks, health, compliance and the like. A result counts that says passed, names what it is about, and comes before "
        "any condition, loop, attempt or call that could have told something; what says that it was skipped is left alone."
    ),
    fix="Look at what the result is about, or report it as not checked.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("append", "add", "record", "report", "insert", "["),
    examples=(
        Example(
            title="controls that hold in words, and components that are well",
            files={
                "audit/controls.py": (
                    "class ControlAudit:\n"
                    "    async def check_network(self):\n"
                    "        found = []\n"
                    "        found.append(await self.check_ports())\n"
                    "        found.append(ControlResult(name='egress filtered', status=Status.PASSED, message='policy applied'))\n"
                    "        found.append({'check': 'flow logs', 'passed': True, 'message': 'kept for 90 days'})\n"
                    "        return found\n"
                    "\n"
                    "\n"
                    "def health(queue):\n"
                    "    figures = queue.get_stats()\n"
                    "    broker = ComponentHealth(name='broker', status=Health.HEALTHY, depth=figures['depth'])\n"
                    "    overall = Health.HEALTHY\n"
                    "    return Report(status=overall, components=[broker], at=now())\n"
                ),
            },
            found=("audit/controls.py:12", "audit/controls.py:13", "audit/controls.py:5", "audit/controls.py:6"),
        ),
        Example(
            title="results of what was looked at, and what was left out",
            files={
                "audit/controls.py": (
                    "def check_network(client):\n"
                    "    found = []\n"
                    "    found.append(Result(name='docs', status=Status.PASSED, message='skipped: not applicable'))\n"
                    "    client.ping()\n"
                    "    found.append(Result(name='ping', status=Status.PASSED, message='answered'))\n"
                    "    return found\n"
                    "\n"
                    "\n"
                    "def check_ports(client):\n"
                    "    found = []\n"
                    "    if client.open_ports():\n"
                    "        return [Result(name='ports', status=Status.FAILED)]\n"
                    "    found.append(Result(name='ports', status=Status.PASSED, message='closed'))\n"
                    "    return found\n"
                    "\n"
                    "\n"
                    "def check_depth(queue):\n"
                    "    found = []\n"
                    "    found.append(Result(name='depth', passed=True, message=queue.measure()))\n"
                    "    return found\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
