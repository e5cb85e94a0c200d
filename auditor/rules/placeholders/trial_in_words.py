"""AUD927: a dry run that says how things would go, and has tried nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from math import inf

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DRY = pattern(
    r"(?i)^_?(?:is_)?(?:dry_?run|check_?only|validate_?only|no_?op|preview|what_?if|trial|simulate_only|plan_?only)$"
)
_VERDICT = pattern(
    r"(?i)\bwould (?:pass|succeed|be (?:ok|fine|accepted|valid|promoted|successful)|work|validate)\b|\b(?:all|every) [\w ]{1,40}(?:pass(?:es|ed)?|ok|valid|succeed\w*|green|fine)\b|\bno (?:problems?|errors?|issues?|violations?|conflicts?|differences|drift)\b|\bvalidation (?:passed|ok|succeeded)\b|\bis valid\b|\bchecks? passed\b|\blooks good\b|\bsafe to\b"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        for branch in view.of(ast.If):
            told = _promise(branch, syntax) if _asks_dry(branch.test) else None
            if told is not None and not _tried_before(view, branch, syntax):
                message = f"{view.name} says of a dry run how it would go, and has evaluated nothing."
                yield Hit(source.path, told.lineno, told.end_lineno or told.lineno, message, view.qualified)


def _asks_dry(test: ast.expr) -> bool:
    return isinstance(test, ast.Name | ast.Attribute) and _DRY.search(last_name(test)) is not None


def _promise(branch: ast.If, syntax: PythonSyntax) -> ast.Call | None:
    """The fixed words by which a branch that only talks, and ends, tells a verdict."""
    last = branch.body[-1]
    ends = isinstance(last, ast.Return) or (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call))
    if not ends or len(branch.body) > 4:  # noqa: PLR2004 - a few lines of talk
        return None
    found = None
    for one in branch.body:
        call = one.value if isinstance(one, ast.Expr) else None
        if isinstance(call, ast.Call) and is_log_call(syntax.name_of(call.func)):
            found = call if _VERDICT.search(strings_in(call)) and _is_fixed(call) else found
        elif not (one is last and isinstance(last, ast.Return) and isinstance(last.value, ast.Constant | None)):
            return None
    return found


def _is_fixed(call: ast.Call) -> bool:
    return not any(isinstance(one, ast.Call) for part in call.args for one in own_nodes([part]))


def _tried_before(view: FunctionView, branch: ast.If, syntax: PythonSyntax) -> bool:
    """Whether anything is looked at before: a branch or loop, or a call of which something is kept that is used in one."""
    top, tried = _first_tried(view, syntax)
    return id(branch) not in top or tried < branch.lineno  # within another branch or loop, that may have decided


@lru_cache(maxsize=2)
def _first_tried(view: FunctionView, syntax: PythonSyntax) -> tuple[frozenset[int], float]:
    """The statements at the top of a function, and the line on which the first that looks at anything ends."""
    kinds = ast.If | ast.For | ast.While | ast.Raise | ast.Try | ast.Await | ast.Assert | ast.AsyncFor
    tried = (
        one.end_lineno or one.lineno
        for one in view.body
        if _evaluates(one, syntax) or any(isinstance(node, kinds) for node in own_nodes([one]))
    )
    return frozenset(map(id, view.body)), next(tried, inf)


def _evaluates(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement calls something for what it does: a check that raises, say."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Call) and not is_log_call(syntax.name_of(value.func))


RULE = Rule(
    id="AUD927",
    name="trial-in-words",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a dry run try what it speaks of?",
    why="`if dry_run: print('all gates would pass'); return` says so of a candidate that no gate would let through.",
    limits="Judged are branches on a dry run that print a verdict in fixed words and end, at the top of a function in which nothing was checked before.",
    fix="Evaluate everything but the change itself, and print what came of it.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"python"}),
    triggers=("dry", "only", "preview", "trial", "noop", "no_op", "what"),
    check_file=_check,
    examples=(
        Example(
            title="gates that would all pass",
            files={
                "till/cli.py": (
                    "def promote(name, version, dry_run):\n    promoter = Promoter(registry())\n    if dry_run:\n        click.echo('all gates would pass')\n        return\n    promoter.promote(name, version)\n\n\n"
                    "def main(args):\n    if args.validate_only:\n        print('configuration is valid')\n        return 0\n    return run(args)\n"
                )
            },
            found=("till/cli.py:11", "till/cli.py:4"),
        ),
        Example(
            title="what was evaluated before, and what says only what it would do",
            files={
                "till/cli.py": (
                    "def promote(name, dry_run):\n    failed = [one for one in gates(name) if not one.passed]\n    if failed:\n        raise SystemExit(1)\n    if dry_run:\n        click.echo('all gates would pass')\n        return\n\n\n"
                    "def remove(name, dry_run):\n    if dry_run:\n        print(f'would remove {name}')\n        return\n    drop(name)\n\n\n"
                    "def check(args):\n    validate(args.path)\n    if args.dry_run:\n        print('no errors')\n        return 0\n    return run(args)\n"
                )
            },
        ),
    ),
)
