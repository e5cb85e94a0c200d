"""AUD860: an answer with a verdict is passed on, and success is told beside it whatever it says."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.good_names import is_good_value
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, subtree, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.python_values import is_true
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERDICTS = frozenset({
    "status", "state", "health", "healthy", "is_healthy", "ok", "success", "passed", "valid", "is_valid", "verified", "outcome",
    "overall_status", "exit_code", "returncode", "errors", "failed",
})  # fmt: skip
_ASKED = pattern(
    r"(?i)check|verif|validat|health|test|probe|ping|audit|scan|inspect|restore|backup|deploy|migrat|status|assess|run|execute|smoke|evaluate"
)
_CHECKS = pattern(r"(?i)check|verif|validat|health|test|probe|ping|audit|inspect|status|assess|smoke|evaluate")
"""What these answer with under `state` is a verdict; of what others make, it is where it stands."""
_LOOKS = pattern(
    r"(?i)^_*(?:check|probe|test|get|query|fetch)_\w*(?:health|status|readiness|liveness|connectivity|reachability)$"
)
_RAN = pattern(r"(?i)complete|done|finished|ran")
"""Of what has run to its end, nothing is said of how it went."""
_TESTS = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.Match)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    own = frozenset(view.name for view in syntax.functions)
    for view in syntax.functions:
        if view.is_test:
            continue
        for what, told in _dropped(view, own, syntax):
            message = f"{view.name} tells success behind {what}, and looks at nothing that it says."
            yield Hit(source.path, told.lineno, told.end_lineno or told.lineno, message, view.qualified)
        asked = list(_before_success(view))
        passed_on = _passed_on(view, syntax) if asked else {}
        for name, checks, told in asked:
            if name in passed_on and (checks or passed_on[name] != "state"):
                message = (
                    f"{view.name} tells success beside {name}, whose {passed_on[name]} it passes on and never looks at."
                )
                yield Hit(source.path, told.lineno, told.end_lineno or told.lineno, message, view.qualified)


def _before_success(view: FunctionView) -> Iterator[tuple[str, bool, ast.stmt]]:
    """The names of answers, whether they are those of checks, and the first statement behind each in its block that tells success."""
    for block in blocks_of(view):
        told: ast.stmt | None = None
        for one in reversed(block):
            name, asked = _answer(one)
            if name and told is not None:
                yield name, _CHECKS.search(asked) is not None, told
            if _says_good(one):
                told = one


def _dropped(view: FunctionView, own: frozenset[str], syntax: PythonSyntax) -> Iterator[tuple[str, ast.stmt]]:
    """``await self.healer.check_health(name)`` and, with nothing but talk between, ``return True``; AUD873 judges what the file itself defines."""
    for block in blocks_of(view):
        what = ""
        for one in block:
            call = _bare(one)
            if call is not None and _LOOKS.search(last_name(call.func)) and last_name(call.func) not in own:
                what = last_name(call.func)
            elif what and _says_good(one):
                yield what, one
                what = ""
            elif not is_talk(one, syntax):
                what = ""


def _bare(statement: ast.stmt) -> ast.Call | None:
    """A call whose answer is dropped."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    inner = value.value if isinstance(value, ast.Await) else value
    return inner if isinstance(inner, ast.Call) else None


def _answer(statement: ast.stmt) -> tuple[str, str]:
    """The name that the answer of a check or an operation gets, and what was asked; empty for others."""
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.Await(value=ast.Call(func=asked)) | ast.Call(func=asked)
        ):
            call = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
            raises = isinstance(call, ast.Call) and any(
                one.arg == "check" and is_true(one.value) for one in call.keywords
            )
            return (name, last_name(asked)) if _ASKED.search(last_name(asked)) and not raises else ("", "")
        case _:
            return "", ""


def _passed_on(view: FunctionView, syntax: PythonSyntax) -> dict[str, str]:
    """The names of which a verdict is read, by the verdict, where no condition and no function is given anything of them."""
    read: dict[str, str] = {}
    for node in view.of(ast.Subscript, ast.Attribute, ast.Call):
        name, key = _part(node)
        if key in _VERDICTS and read.get(name, "state") == "state":
            read[name] = key
    if not read:
        return {}
    judged: set[str] = set()
    for branch in view.of(*_TESTS):
        judged |= _names(branch.subject if isinstance(branch, ast.Match) else branch.test)
    for node in view.of(ast.Compare, ast.BoolOp, ast.UnaryOp, ast.comprehension):
        judged |= _names(node)
    for call in view.calls:
        plain = is_log_call(syntax.name_of(call.func)) or last_name(call.func) in ("len", "str", "get", "append")
        if not plain and not last_name(call.func)[:1].isupper():
            judged |= {name for one in (*call.args, *(word.value for word in call.keywords)) for name in _names(one)}
    for given in view.returns:
        judged |= {given.value.id} if isinstance(given.value, ast.Name) else set()
    return {name: key for name, key in read.items() if name not in judged}


def _part(node: ast.AST) -> tuple[str, str]:
    """The name and key of ``report["status"]``, ``report.status`` and ``report.get("status")``."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key))):
            return name, key
        case ast.Attribute(value=ast.Name(id=name), attr=key, ctx=ast.Load()):
            return name, key
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[ast.Constant(value=str(key)), *_]):
            return name, key
        case _:
            return "", ""


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in subtree(node) if isinstance(one, ast.Name)}


def _says_good(statement: ast.stmt) -> bool:
    """``results["status"] = "healthy"``, ``return True``, or a table that says so, made without the answer's own verdict."""
    match statement:
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute() as target], value=value):
            stored = stored_name(target)
            return _is_good(stored, value) if stored else False
        case ast.Return(value=ast.Dict(keys=keys, values=values)):
            told = zip(keys, values, strict=True)
            return any(isinstance(key, ast.Constant) and _is_good(str(key.value), one) for key, one in told)
        case ast.Return(value=value):
            return is_true(value)
        case _:
            return False


def _is_good(name: str, value: ast.expr) -> bool:
    if not isinstance(value, ast.Constant) or not isinstance(value.value, bool | str):
        return False
    return not _RAN.search(str(value.value)[:20]) and is_good_value(name, value.value)


RULE = Rule(
    id="AUD860",
    name="verdict-passed-on",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the verdict of an answer looked at before success is told?",
    why="`results['store'] = 'healthy'` with the failed report of the store in its details passes the deployment that it should have stopped.",
    limits="Judged are answers of checks and operations whose status, state or flag is read only to be written down or logged, in blocks that then tell success by a literal, and questions for a health or status whose answer is dropped right before; what is handed to a function or asked for in any condition is left alone.",
    fix="Derive the success that is told from the verdict of the answer.",
    since="0.8.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="healthy beside a report that nobody judged",
            files={
                "verify.py": (
                    "async def verify_store(self):\n    try:\n        report = await check_store()\n        self.results['store']['status'] = 'healthy'\n        self.results['store']['details'] = {'report': report['status']}\n        return True\n"
                    "    except Exception as error:\n        self.results['store']['status'] = 'failed'\n        return False\n\n\n"
                    "def verify_mail(client):\n    answer = client.run_test()\n    return {'healthy': True, 'answer': answer.status}\n\n\n"
                    "async def heal(self, name):\n    await self.healer.check_node_health(name)\n    log.info('healed %s', name)\n    return True\n"
                )
            },
            found=("verify.py:14", "verify.py:20", "verify.py:4"),
        ),
        Example(
            title="a report that decides, and one that somebody else judges",
            files={
                "verify.py": (
                    "async def verify_store(self):\n    report = await check_store()\n    good = report['status'] == 'healthy'\n    self.results['store'] = {'status': 'healthy' if good else 'failed', 'report': report['status']}\n    return good\n\n\n"
                    "def verify_mail(client):\n    answer = client.run_test()\n    raise_for(answer.status)\n    return {'healthy': True, 'answer': answer.status}\n\n\n"
                    "def queue(client):\n    job = client.run_job()\n    return {'success': True, 'state': job.state}\n\n\n"
                    "def command(words):\n    done = subprocess.run(words, check=True)\n    return {'success': True, 'returncode': done.returncode}\n\n\ndef compute(client):\n    done = client.execute('sum')\n    return {'success': True, 'sum': done.result}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
