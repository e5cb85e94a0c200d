"""AUD277: a command that makes checks, prints what they gave, and exits with 0."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMMANDS = pattern(r"(?i)^_*(?:async_)?(?:main|cli|run|dispatch|cmd_\w+|\w+_command|command|entry_?point|handle)$")
_CHECKS = pattern(
    r"(?i)^_*(?:evaluate|verify|validate|check|audit|assess|probe|smoke|preflight|health_?check|run_(?:all_)?(?:checks|gates|probes|validations|tests|audit))(?:_\w+)?$"
)
_SHOWS = pattern(
    r"(?i)print|echo|log|info|debug|warning|write|dump|report|render|format|show|display|save|export|table|emit|append|join|len|str|asdict|to_dict|as_dict"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _COMMANDS.search(view.name):
            continue
        for block in blocks_of(view):
            end = _success(block[-1], syntax) if block else None
            if end is not None and _shown_only(block, view):
                message = f"{view.name} shows what its check found, and exits with success whatever that was."
                yield Hit(source.path, end.lineno, end.end_lineno or end.lineno, message, view.qualified)


def _success(statement: ast.stmt, syntax: PythonSyntax) -> ast.stmt | None:
    """A statement that ends a command with 0."""
    match statement:
        case ast.Return(value=ast.Constant(value=0)):
            zero = statement.value.value if isinstance(statement.value, ast.Constant) else None
            return statement if zero is not False else None
        case ast.Expr(value=ast.Call() as call) | ast.Raise(exc=ast.Call() as call):
            leaves = syntax.name_of(call.func) in ("sys.exit", "exit", "SystemExit", "typer.Exit")
            given = [*call.args, *(one.value for one in call.keywords)]
            return statement if leaves and [ast.unparse(one) for one in given] == ["0"] else None
        case _:
            return None


def _shown_only(block: list[ast.stmt], view: FunctionView) -> bool:
    """Whether the block, or a ``with`` block in it, keeps the result of a check that nothing but showing is done with."""
    for node in own_nodes(block):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            continue
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(value, ast.Call) and _CHECKS.search(last_name(value.func)):
            name = node.targets[0].id
            if not _decides(view, name):
                return True
    return False


def _decides(view: FunctionView, name: str) -> bool:
    """Whether a name is read anywhere but in what is shown: in conditions, other calls, returns and further values."""
    shown: set[int] = set()
    loops: set[str] = set()
    for node in view.nodes:
        if isinstance(node, ast.Call) and _SHOWS.search(last_name(node.func)):
            shown.update(id(one) for one in own_nodes([*node.args, *(key.value for key in node.keywords)]))
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Name) and node.iter.id == name:
            shown.add(id(node.iter))
            loops.update(one.id for one in own_nodes([node.target]) if isinstance(one, ast.Name))
    read = [one for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load) and one.id in {name, *loops}]
    return not read or any(id(one) not in shown for one in read)


RULE = Rule(
    id="AUD277",
    name="exit-regardless",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a command that checks something exit with what came of it?",
    why="The pipeline that runs the command looks at its status alone; the report it printed is read by nobody.",
    limits="Judged are functions named for a command that end in 0, and the result of a call named for checking of which all that is done is to print, log or write it.",
    fix="Exit with 1 where any result is bad.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("0",),
    examples=(
        Example(
            title="a report, and 0",
            files={
                "cli.py": (
                    "async def dispatch(args):\n    if args.command == 'objectives':\n        async with session() as open_session:\n            monitor = Monitor(open_session)\n            states = await monitor.evaluate()\n            print(await monitor.write_report(states))\n        return 0\n    return 1 if failed() else 0\n\n\n"
                    "def main():\n    results = run_checks()\n    for result in results:\n        print(result)\n    return 0\n"
                )
            },
            found=("cli.py:15", "cli.py:7"),
        ),
        Example(
            title="a status that depends on the results",
            files={
                "cli.py": (
                    "def main():\n    results = run_checks()\n    for result in results:\n        print(result)\n    return 0 if all(one.ok for one in results) else 1\n\n\n"
                    "def run():\n    results = run_checks()\n    if not results:\n        return 1\n    print(results)\n    return 0\n\n\n"
                    'def cli():\n    """Nothing yet."""\n'
                )
            },
        ),
    ),
    check_file=_check,
)
