"""AUD266: a program that tells of a failure, goes on, and ends by telling of success."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, subtree, syntax_of
from auditor.facts.soft_failures import soft_failures
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FAILED = pattern(
    r"(?i)\x{274C}|\x{2717}|\x{2718}|\x{26A0}|\b(?:fail(?:ed|ure|s|ing)?|missing|not found|unhealthy|unreachable|unavailable|invalid|incorrect|mismatch|could not|no \w+ found)\b"
)
_SUCCEEDED = pattern(
    r"(?i)\b(?:complete[d]? successfully|successfully (?:complete[d]?|validated|verified|deployed|configured)|properly configured|correctly configured|all (?:\w+ ){0,3}(?:passed|verified|valid|healthy|operational|ok|good)|"
    r"is (?:now |fully )*(?:operational|healthy|ready|running|working)|ready (?:for|to) \w+|production[- ]ready|working (?:perfectly|correctly|as expected)|"
    r"functioning (?:as expected|correctly|properly)|(?:validation|verification|tests?|checks?|testing) (?:passed|successful|succeeded)|everything (?:is |works|looks)\w*)\b"
)
_CAUTIOUS = pattern(r"(?i)\b(?:if|not|unless|once|when|until|with (?:warnings|errors|issues)|optional|should)\b")
_CLOSES = pattern(r"(?i)\b(?:passed|verified|validated|succeeded|successful|successfully|healthy|all good)\W*$")
_LEAVES = frozenset({"sys.exit", "exit", "os._exit", "quit"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        verdict = _last_verdict(view, syntax)
        if verdict is None:
            verdict = None if view.is_test else _after_trouble(view, syntax)
            if verdict is not None:
                message = f"{view.name} ends by telling of success, whatever trouble it has found."
                yield Hit(source.path, verdict.lineno, verdict.end_lineno or verdict.lineno, message, view.qualified)
            continue
        before = [one for one in _straight(view.body) if one.lineno < verdict.lineno]
        told = [one for one in before if _tells_failure(one, syntax)]
        if told and not any(_may_leave(one, syntax) for one in before[before.index(told[-1]) + 1 :]):
            message = f"{view.name} ends by telling of success, also where it has told of a failure before."
            yield Hit(source.path, verdict.lineno, verdict.end_lineno or verdict.lineno, message, view.qualified)


def _after_trouble(view: FunctionView, syntax: PythonSyntax) -> ast.stmt | None:
    """The closing message of success, also one with a name in it, after a branch that finds trouble and only tells of it."""
    branch = next(soft_failures(view, syntax), None)
    for one in reversed(view.body) if branch is not None else ():
        if branch is None or one.lineno <= branch.lineno:
            break
        call = one.value if isinstance(one, ast.Expr) else None
        if isinstance(call, ast.Call) and is_log_call(syntax.name_of(call.func)):
            return one if _CLOSES.search(strings_in(call)) and not _CAUTIOUS.search(strings_in(call)) else None
    return None


def _straight(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that every run comes through, those within ``with`` and ``try`` blocks among them."""
    found: list[ast.stmt] = []
    for one in body:
        inner = one.body if isinstance(one, ast.With | ast.AsyncWith) else []
        found += _straight(inner) if inner else [one]
    return found


def _last_verdict(view: FunctionView, syntax: PythonSyntax) -> ast.stmt | None:
    """The first of the success messages at the end of a function that no condition stands before."""
    found = None
    for one in reversed(_straight(view.body)[-6:]):
        text = _fixed_text(one, syntax)
        if text is None:
            if isinstance(one, ast.Return | ast.Expr):
                continue
            break
        if _SUCCEEDED.search(text) and not _CAUTIOUS.search(text):
            found = one
    return found


def _fixed_text(statement: ast.stmt, syntax: PythonSyntax) -> str | None:
    """What a statement prints or logs, where that is literal; None for others."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not is_log_call(syntax.name_of(call.func)):
        return None
    open_parts = any(isinstance(one, ast.FormattedValue | ast.Name) for arg in call.args for one in subtree(arg))
    return None if open_parts else strings_in(call)


def _tells_failure(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a branch within a statement tells of a failure and goes on."""
    for node in own_nodes([statement]):
        for block in _branches(node):
            if _ends_it(block, syntax):
                continue
            calls = [one.value for one in block if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
            texts = [strings_in(one) for one in calls if is_log_call(syntax.name_of(one.func))]
            if any(_FAILED.search(text) and not _CAUTIOUS.search(text) for text in texts):
                return True
    return False


def _branches(node: ast.AST) -> list[list[ast.stmt]]:
    if isinstance(node, ast.If):
        return [node.body, node.orelse]
    return [node.body] if isinstance(node, ast.ExceptHandler) else []


def _ends_it(block: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether a branch returns, raises or exits, or sets something aside that may be asked for later."""
    for node in own_nodes(block):
        if isinstance(node, ast.Return | ast.Raise):
            return True
        if isinstance(node, ast.Call) and syntax.name_of(node.func) in _LEAVES:
            return True
    return False


def _may_leave(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    return any(_ends_it(block, syntax) for node in own_nodes([statement]) for block in _branches(node))


RULE = Rule(
    id="AUD266",
    name="success-told-regardless",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the closing message of a check depend on what it found?",
    why="'MISSING' in the middle of the output and 'the database is properly configured' at its end: the last line is the one that is quoted.",
    limits=(
        "Judged are functions that end in a literal message of success after a branch that printed or logged a failure and went on, "
        "with no later branch that leaves the function. Messages with counts in them are left alone."
    ),
    fix="Keep count of the failures; print the verdict that follows from it, and exit with 1 where there were any.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=(
        "success",
        "ready",
        "properly",
        "correctly",
        "all ",
        "working",
        "operational",
        "passed",
        "everything",
        "verified",
        "validated",
        "succeeded",
        "healthy",
    ),
    examples=(
        Example(
            title="a missing table, and a database that is properly configured",
            files={
                "check_tables.py": "def validate(there):\n    for table in ('orders', 'items'):\n        if table in there:\n            print(f'found {table}')\n        else:\n            print(f'{table} is MISSING')\n    print('Database is properly configured')\n\n\ndef main(client):\n    try:\n        client.ping()\n    except OSError:\n        print('ping failed')\n    print('Setup completed successfully')\n"
            },
            found=("check_tables.py:15", "check_tables.py:7"),
        ),
        Example(
            title="a list of failures, and a version that is verified although another one runs",
            files={
                "check_steps.py": "def main():\n    failed = [one for one in STEPS if not one()]\n    if failed:\n        print(f'{len(failed)} steps want a look')\n    print('STEPS PASSED')\n    return 0\n\n\ndef verify(args):\n    running = ask(args.url)\n    if running != args.version:\n        print(f'{running} is running')\n    print(f'{args.version} verified')\n"
            },
            found=("check_steps.py:13", "check_steps.py:5"),
        ),
        Example(
            title="a verdict that follows from the count, and a failure that ends it",
            files={
                "check_tables.py": "import sys\n\n\ndef validate(there):\n    missing = 0\n    for table in ('orders', 'items'):\n        if table not in there:\n            print(f'{table} is MISSING')\n            missing += 1\n    if missing:\n        sys.exit(1)\n    print('Database is properly configured')\n\n\ndef main(client):\n    if not client.ping():\n        print('ping failed')\n        return 1\n    print('Setup completed successfully')\n    return 0\n"
            },
        ),
    ),
    check_file=_check,
)
