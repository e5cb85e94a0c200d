"""AUD121: the program says itself that it is not implemented."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.code_functions import CodeFunctions
from auditor.facts.code_stubs import Saying
from auditor.facts.double_words import SAYS_UNDONE, SAYS_WOULD
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REHEARSAL = pattern(
    r"(?i)dry|simulat|preview|plan|what_?if|no_?op|pretend|rehears|apply|execute|commit|force|confirm|console|mock|fake|stub|dummy|print|debug"
)
"""Names by which a program only tells what it would do, or chooses whether to do it."""


_LATER = pattern(
    r"(?i)\b(?:comes? (?:with|in|later|soon)|coming (?:soon|with|in|later)|not yet|to ?do\b|tbd\b|to come|later\b|soon\b|planned|roadmap|future|next (?:release|version|sprint|phase|milestone)|phase [0-9]|pending|until .{1,40} (?:is|are|lands|exists)|will be (?:added|implemented|written|done))"
)
_FOR_OTHERS = pattern(r"(?i)subclass|overrid|deriv|implementor|backend")
"""What is left to the classes that derive."""
_OF_VALUE = pattern(r"(?i)(?:\w_\w+|value|id|key|url|token|name|password|address) is (?:a |just a )?placeholder\b")
"""``client_id is a placeholder``: a value that whoever reads this has to fill in."""
_FEW = 2


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from _in_code(source)
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        for node in view.nodes:
            if _admits(node, view, syntax):
                line = getattr(node, "lineno", view.node.lineno)
                message = f"{view.name} only says that it is not implemented."
                yield Hit(source.path, line, getattr(node, "end_lineno", line) or line, message, view.qualified)


def _in_code(source: Source) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go."""
    fact = source.fact(CodeFunctions)
    for function in fact.functions if fact is not None else ():
        for line, saying in function.sayings:
            if saying is Saying.UNIMPLEMENTED:
                message = f"{function.short_name} only says that it is not implemented."
                yield Hit(source.path, line, line, message, function.name)


def _admits(node: ast.AST, view: FunctionView, syntax: PythonSyntax) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and is_log_call(syntax.name_of(node.value.func)):
        said = strings_in(node)
        undone = (SAYS_UNDONE.search(said) is not None and not _OF_VALUE.search(said)) or (
            SAYS_WOULD.search(said) is not None and not _rehearses(view)
        )
        return undone and syntax.name_of(node.value.func) != "warnings.warn"
    if isinstance(node, ast.Raise) and node is view.body[-1]:
        return _is_put_off(node, view)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict | ast.Tuple | ast.Constant):
        alone = len(view.body) <= 3  # noqa: PLR2004 - the message is all that it does
        return alone and bool(SAYS_UNDONE.search(strings_in(node)))
    return False


def _is_put_off(node: ast.Raise, view: FunctionView) -> bool:
    """Whether all that a function does is to raise NotImplementedError with words by which it is to come later."""
    raised = node.exc
    if not isinstance(raised, ast.Call) or last_name(raised.func) != "NotImplementedError" or len(view.body) > _FEW:
        return False
    abstract = any("abstract" in last_name(one) for one in view.node.decorator_list)
    said = strings_in(raised)
    return not abstract and _LATER.search(said) is not None and not _FOR_OTHERS.search(said)


def _rehearses(view: FunctionView) -> bool:
    """Whether a function, or what it hangs on, has to do with a dry run."""
    names = (
        *view.parameters,
        view.qualified,
        *(one.id for one in view.of(ast.Name)),
        *(one.attr for one in view.of(ast.Attribute)),
    )
    return any(_REHEARSAL.search(one) for one in names)


RULE = Rule(
    id="AUD121",
    name="not-implemented-message",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is everything that can be called implemented?",
    why="A warning in the log is easily missed: the caller goes on as if the work had been done.",
    limits="Judges log lines, prints and returned messages; raising NotImplementedError is honest, and is reported only where its words put the work off to later.",
    fix="Implement it, or raise an error that the caller cannot miss.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"python", "code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("implemented", "placeholder", "stub", "coming soon", "would"),
    examples=(
        Example(
            title="put off to later, and left to others",
            files={
                "app/impact.py": "class Graph:\n    def impact(self, view):\n        raise NotImplementedError('impact analysis comes with the lineage service')\n\n    def cost(self, view):\n        raise NotImplementedError('derive and say what it costs')\n\n    def edges(self, view):\n        raise NotImplementedError\n",
            },
            found=("app/impact.py:3",),
        ),
        Example(
            title="what would be sent, and a dry run that says what would be",
            files={
                "alerts.py": 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef mail(alert):\n    logger.info(f"Would send a mail for {alert}")\n',
                "tidy.py": 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef mail(alert, dry_run):\n    if dry_run:\n        logger.info(f"Would send a mail for {alert}")\n',
                "more.py": 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef mail(alert):\n    logger.info("A mail would have been too late")\n',
            },
            found=("alerts.py:7",),
        ),
        Example(
            title="a log line instead of a backend",
            files={
                "flags.py": 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef load_from_redis():\n    logger.warning("Redis backend not yet implemented")\n'
            },
            found=("flags.py:7",),
        ),
        Example(
            title="an answer of a service",
            files={
                "api.py": 'def export_report(request):\n    return {"status": "error", "message": "Export is not implemented yet"}\n'
            },
            found=("api.py:2",),
        ),
        Example(
            title="an error that says so",
            files={"flags.py": 'def load_from_redis():\n    raise NotImplementedError("Redis is not implemented")\n'},
            found=(),
        ),
        Example(
            title="messages in TypeScript and Go",
            files={
                "src/flags.ts": "export function exportReport() {\n  return { error: 'Export is not implemented yet' };\n}\n",
                "cache.go": 'package cache\n\nimport "log"\n\nfunc loadFromRedis() {\n\tlog.Println("Redis backend not yet implemented")\n}\n',
            },
            found=("src/flags.ts:2", "cache.go:6"),
        ),
        Example(
            title="errors that say so, and notes for developers, in other languages",
            files={
                "src/flags.ts": "export function exportReport() {\n  throw new Error('Export is not implemented yet');\n}\n\nexport function subscribe(logger) {\n  logger.debug('not implemented in plugin mode');\n}\n",
                "cache.go": 'package cache\n\nimport "errors"\n\nfunc load() (*Entry, error) {\n\treturn nil, errors.New("not implemented")\n}\n',
            },
            found=(),
        ),
        Example(
            title="a value that is to be filled in, and a method that others override",
            files={
                "app/cli.py": "def create(output):\n    write(output)\n    print('client_id is a placeholder. Update it to your address.')\n\n\nclass Job:\n    def run(self, view):\n        raise NotImplementedError('to do by subclasses')\n",
            },
        ),
    ),
    check_file=_check,
)
