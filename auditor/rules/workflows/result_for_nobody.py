"""AUD936: a program works out how things went, and ends with success all the same: nobody takes what it gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_exits import PythonExits, is_zero
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_JUDGES = pattern(
    r"(?i)(?:^|[_.\-])(?:checks?|checker|validat\w*|verif\w*|smoke\w*|audit\w*|gates?|readiness|compliance|health\w*|acceptance|uat|drill|preflight|sanity|e2e|deploy\w*|gitops|rollback|restore|migrat\w*|chaos)(?:[_.\-]|$)"
)
_COMMANDS = pattern(r"(?i)^_*(?:cmd_\w+|\w+_(?:command|cmd)|(?:check|verify|validate|run)_\w+)$")


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(PythonExits)
    if fact is None:
        return
    stem = source.path.rpartition("/")[2].removesuffix(".py")
    for one in fact.given if _JUDGES.search(stem) else ():
        message = f"{one.function} gives back how it went, and the program ends with status 0 without looking at it."
        yield Hit(source.path, one.line, one.end_line, message, one.function)
    for view in syntax_of(source).functions if fact.commands else ():
        end = view.body[-1] if view.body else None
        if _COMMANDS.search(view.name) and isinstance(end, ast.Return) and _is_deaf(view):
            message = f"{view.name} tells good from bad, and ends with 0 for both."
            yield Hit(source.path, end.lineno, end.end_lineno or end.lineno, message, view.qualified)


def _is_deaf(view: FunctionView) -> bool:
    """Whether a function gives nothing but 0, and has worked out a word for success or failure before."""
    if not all(is_zero(one.value) for one in view.returns) or view.of(ast.Raise, ast.Assert):
        return False
    return any(_tells(one) for one in view.of(ast.IfExp))


def _tells(choice: ast.IfExp) -> bool:
    """``"healthy" if ... else "unhealthy"``."""
    words = [one.value for one in (choice.body, choice.orelse) if isinstance(one, ast.Constant)]
    verdicts = {verdict_of_word(one) for one in words if isinstance(one, str)}
    return {Verdict.SUCCESS, Verdict.FAILURE} <= verdicts


_MAIN = "def main():\n    report = {'status': 'completed' if ask() else 'failed'}\n    print(report)\n    return report\n\n\ndef ask():\n    return 1\n\n\nif __name__ == '__main__':\n    main()\n"

RULE = Rule(
    id="AUD936",
    name="result-for-nobody",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a program that works out how things went end with a status that says it?",
    why="A deployment that failed, told in a report that main returns to nobody, ends with status 0: whatever started it goes on.",
    limits="Judged are programs named for checks and deliveries in which nothing raises or exits, and sub-commands that give nothing but 0 after choosing a word for success or failure.",
    fix="Hand what main gives to `sys.exit`.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"python", "python-exits"}),
    check_file=_check,
    examples=(
        Example(
            title="a report that main gives to nobody, and a health command that is always 0",
            files={
                "ops/deploy.py": _MAIN,
                "ops/tool.py": (
                    "import sys\n\n\ndef health_command(ask):\n    state = {'api': 'healthy' if ask() else 'unhealthy'}\n    print(state)\n    return 0\n\n\n"
                    "def main(args):\n    if args.command == 'health':\n        return health_command(args.ask)\n    return 1\n\n\nif __name__ == '__main__':\n    sys.exit(main(sys.argv))\n"
                ),
            },
            found=("ops/deploy.py:4", "ops/tool.py:7"),
        ),
        Example(
            title="a program that exits with it, one that raises, and one that judges nothing",
            files={
                "ops/deploy.py": _MAIN.replace(
                    "    main()", "    import sys\n    sys.exit(main()['status'] != 'completed')"
                ),
                "ops/check.py": _MAIN.replace("return 1", "raise OSError"),
                "ops/render.py": _MAIN,
            },
        ),
    ),
)
