"""AUD249: a check says that something is wrong, and returns success in the same breath."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, strings_in, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = pattern(
    r"(?i)(?:^|_)(?:main|run|cli|checks?|validat\w*|verif\w*|tests?|deploy\w*|health\w*|ready|readiness|assess\w*|gates?|audit\w*|"
    r"scan\w*|smoke\w*|migrat\w*|backup\w*|restore\w*|rollback\w*|security|compliance|ensure|confirm)(?:_|$)"
)
_WRONG = pattern(
    r"(?i)❌|✗|⚠|\b(?:failed|failing|fails|failure|not (?:ready|healthy|found|available|configured|running|installed|executable|met|valid)|"
    r"missing|unhealthy|below (?:the )?(?:threshold|target|minimum)|insufficient|too (?:low|high|old|small)|invalid|corrupt\w*|unreachable)\b"
)
_FINE = pattern(
    r"(?i)✅|\b(?:no|0|zero|without|if|unless|when|optional|already|dry.?run|skip\w*|nothing|not (?:required|needed|applicable))\b|passed|success"
)
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _CHECKS.search(view.name) or not _may_fail(view):
            continue
        handled = {id(one) for node in view.nodes if isinstance(node, ast.ExceptHandler) for one in node.body}
        for block in blocks_of(view):
            if not block or id(block[0]) in handled:
                continue
            told = _told_then_fine(_tail(block) if block is view.body else block, syntax)
            if told is not None:
                message = f"{view.name} says that something is wrong, and returns success all the same."
                yield Hit(source.path, told.lineno, block[-1].end_lineno or told.lineno, message, view.qualified)


def _may_fail(view: FunctionView) -> bool:
    """Whether the function has an answer for the bad case at all, or ends a program: others only carry something out."""
    answers = [_outcome(one.value) for one in view.returns]
    fails = any(one is False or (one not in (None, 0) and one is not True) for one in answers)
    return fails or (0 in answers and view.name in ("main", "run", "cli"))


def _tail(body: list[ast.stmt]) -> list[ast.stmt]:
    """What a function does after the last question on which it may have returned already."""
    asked = [at for at, one in enumerate(body) if isinstance(one, ast.If) and isinstance(one.body[-1], ast.Return)]
    return body[asked[-1] + 1 :] if asked else []


def _told_then_fine(block: list[ast.stmt], syntax: PythonSyntax) -> ast.stmt | None:
    """The statement that tells of the failure, where the block goes on to return success and does nothing else."""
    if len(block) < _FEWEST or not isinstance(block[-1], ast.Return) or not _is_success(block[-1].value):
        return None
    before = block[:-1]
    told = [one for one in before if is_talk(one, syntax)]
    if len(told) != len(before):
        return None
    text = " ".join(strings_in(one) for one in told)
    return told[0] if _WRONG.search(text) and not _FINE.search(text) else None


def _is_success(value: ast.expr | None) -> bool:
    outcome = _outcome(value)
    return outcome is True or (outcome == 0 and outcome is not False)


def _outcome(value: ast.expr | None) -> object:
    """True, False or an exit status, also where it is the first part of a tuple; None for what is worked out."""
    if isinstance(value, ast.Tuple) and value.elts:
        value = value.elts[0]
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, int) else None


RULE = Rule(
    id="AUD249",
    name="failure-told-success-returned",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check that tells of a failure return a failure?",
    why="The pipeline looks at what is returned, not at what is printed: the check is green when its own text says that it failed.",
    limits="Only blocks that print and then return a constant are judged, in functions named for checks that also have an answer for failure; what is said to be optional, skipped or absent by intent is left alone.",
    fix="Return False, or a status other than 0, where the text says that something is wrong.",
    since="0.2.0",
    effort=15,
    reads=frozenset({"python"}),
    triggers=("return",),
    examples=(
        Example(
            title="a failed check that passes, and a program that ends with 0 on both ways",
            files={
                "scripts/check.py": (
                    "def check_config(path):\n    if not path.exists():\n        print('Config not found')\n        return True\n    if path.stat().st_size == 0:\n        return False\n    return True\n\n\n"
                    "def main():\n    if all(results()):\n        print('All checks passed')\n        return 0\n    else:\n        print('Some checks FAILED')\n        return 0\n"
                )
            },
            found=("scripts/check.py:15", "scripts/check.py:3"),
        ),
        Example(
            title="failures that count, and texts about nothing being wrong",
            files={
                "scripts/check.py": (
                    "def check_config(path):\n    if not path.exists():\n        print('Config not found')\n        return False\n    if path.is_dir():\n        print('Optional folder missing, skipped')\n        return True\n    return True\n\n\n"
                    "def main():\n    if all(results()):\n        print('No check failed')\n        return 0\n    print('Some checks FAILED')\n    return 1\n"
                )
            },
        ),
    ),
    check_file=_check,
)
