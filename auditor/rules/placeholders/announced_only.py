"""AUD115: work that is announced and not done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FEWEST = 2
_PROGRESS = pattern(
    r"^[^A-Za-z]*(?:\[[^\]]*\]\s*)?(?:step \d+[:.)]\s*|phase \d+[:.)]\s*)?(?i:initiali[sz]|sav|persist|load|deploy|validat|verif|check|test|connect|clean|sync|updat|"
    r"creat|build|configur|migrat|restor|back|roll|start|stopp|drain|scal|enabl|disabl|clos|flush|notify|send|publish|register|"
    r"monitor|scann|run|execut|install|upload|download|analy[sz]|process|apply|switch|shutt|warm|invalidat|encrypt|rotat|purg|delet|remov|activat)"
    r"\w*ing\b[^?]*(?:\.\.\.|\x{2026})\s*$"
)
_TALKS = pattern(r"(?i)help|usage|banner|instruction|demo|example|print_|show_|display|menu|simulat|mock|dry_?run")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _TALKS.search(view.name):
            continue
        for block in blocks_of(view):
            yield from _runs(source, view, block, syntax)


def _runs(source: Source, view: FunctionView, block: list[ast.stmt], syntax: PythonSyntax) -> Iterator[Hit]:
    """Announcements that follow one another: all but the last are of work that nobody does."""
    run: list[ast.stmt] = []
    for statement in [*block, None]:
        if statement is not None and _announces(statement, syntax):
            run.append(statement)
            continue
        if len(run) >= _FEWEST:
            message = f"{view.name} announces work in {len(run)} lines, with nothing between them that does it."
            yield Hit(source.path, run[0].lineno, run[-1].end_lineno or run[-1].lineno, message, view.qualified)
        run = []


def _announces(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not call.args or not is_log_call(syntax.name_of(call.func)):
        return False
    return _PROGRESS.search(strings_in(call.args[0])) is not None


RULE = Rule(
    id="AUD115",
    name="announced-only",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does work follow each line that announces work?",
    why="'Saving state...', 'Persisting the graph...' in a row is what a shutdown looks like that saves and persists nothing.",
    limits="Sees at least two progress messages ('Loading ...') in a row in one block of Python; helps, banners and dry runs are left alone.",
    fix="Do the work after its message, or delete the message.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("...", "\u2026"),
    examples=(
        Example(
            title="a shutdown",
            files={
                "service.py": 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\nasync def shutdown(app):\n    logger.info("Cleaning up sessions...")\n    logger.info("Saving coalition states...")\n    logger.info("Persisting knowledge graph...")\n'
            },
            found=("service.py:7",),
        ),
        Example(
            title="work after each message",
            files={
                "service.py": 'def start(app):\n    print("Starting the service...")\n    print("=" * 40)\n    app.start()\n    print("Loading models...")\n    app.load()\n    print("Waiting...")\n'
            },
        ),
    ),
    check_file=_check,
)
