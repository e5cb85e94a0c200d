"""AUD290: a block that is guarded against every failure does nothing that could fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_handlers import is_broad
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_talk import is_idle, is_sleep
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HONEST = pattern(
    r"(?i)noop|no_op|dummy|fake|mock|stub|null|base|abstract|default|hook|on_|dry|live|alive|ping|clean|shutdown|stop|close|teardown|dispose"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or view.node.decorator_list or _HONEST.search(view.qualified):
            continue
        attempt = _whole(view, syntax)
        if attempt is not None and _succeeds(attempt, view, syntax):
            message = f"{view.name} guards against every failure of work that is not there, and reports success."
            yield Hit(
                source.path, attempt.lineno, attempt.body[-1].end_lineno or attempt.lineno, message, view.qualified
            )


def _whole(view: FunctionView, syntax: PythonSyntax) -> ast.Try | None:
    """The one block that a function consists of, but for talk before it."""
    rest = [one for one in view.body if not is_idle(one, syntax) or isinstance(one, ast.Return)]
    return rest[0] if len(rest) == 1 and isinstance(rest[0], ast.Try) else None


def _succeeds(attempt: ast.Try, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the block only talks and reports success, and what catches everything would report a failure."""
    *before, last = attempt.body
    if not isinstance(last, ast.Return) or not all(
        is_idle(one, syntax) and not is_sleep(one, syntax) for one in before
    ):
        return False
    bindings = Bindings.of(view)
    if verdict_of(last.value, bindings) is not Verdict.SUCCESS or not _is_literal(last.value):
        return False
    return any(is_broad(one, syntax) for one in attempt.handlers)


def _is_literal(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant | ast.Dict | ast.Tuple)


RULE = Rule(
    id="AUD290",
    name="nothing-tried",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is there work in every block whose success is reported?",
    why="`try: return True except Exception: return False` looks like a guarded initialisation, and initialises nothing.",
    limits="Judged are functions that consist of one guarded block which only talks, keeps literals and returns a literal success.",
    fix="Do the work within the block, or raise NotImplementedError.",
    since="0.4.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("except",),
    examples=(
        Example(
            title="an initialisation of nothing",
            files={
                "start.py": (
                    "class Startup:\n"
                    "    async def _initialize_limits(self):\n"
                    '        """Set up the limits of the engine."""\n'
                    "        try:\n"
                    '            self.log.info("setting up limits")\n'
                    "            return True\n"
                    "        except Exception as error:\n"
                    '            self.log.error("limits: %s", error)\n'
                    "            return False\n"
                ),
            },
            found=("start.py:4",),
        ),
        Example(
            title="work that is guarded",
            files={
                "start.py": (
                    "class Startup:\n"
                    "    async def _initialize_limits(self):\n"
                    "        try:\n"
                    "            self.limits = load_limits()\n"
                    "            return True\n"
                    "        except Exception as error:\n"
                    '            self.log.error("limits: %s", error)\n'
                    "            return False\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
