"""AUD420: a program finds that something failed, prints it and ends with success."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.operational_python import (
    complains,
    entry_block,
    handlers_that_talk,
    leaves_with_status,
    only_talks,
    started_functions,
)
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import is_broad
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.facts.told_verdicts import told_verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OPERATES = pattern(
    r"(?i)(?:^|[/_.\-])(?:checks?|validat\w*|verif\w*|deploy\w*|health\w*|smoke\w*|stop|start|migrat\w*|backup\w*|restore\w*|rollback\w*|benchmarks?|"
    r"setup|install\w*|provision\w*|monitor\w*|audit\w*|scan\w*|gates?|readiness|compliance|tests?|lint|acceptance|uat|suite|drill|preflight|e2e)(?:[/_.\-]|$)"
)


_JUDGES = pattern(
    r"(?i)(?:^|[_.\-])(?:checks?|checker|validat\w*|verif\w*|smoke\w*|audit\w*|gates?|readiness|compliance|tests?|testing|tester|health\w*|acceptance|uat|security|drill|suite|preflight|qa|sanity|e2e|integration)(?:[_.\-]|$)"
)
"""Names of programs that are run for their verdict."""


def _check(source: Source) -> Iterator[Hit]:
    name = source.path.rpartition("/")[2]
    block = entry_block(source.python) if _OPERATES.search(name) or _OPERATES.search(source.path) else []
    if not block:
        return
    syntax = syntax_of(source)
    if leaves_with_status(source.python, syntax):
        return
    started = started_functions(block, syntax)
    found = list(_in_nodes(tuple(own_nodes(block)), source.path, "main", syntax))
    unheard = _unheard(block)
    for view in started:
        if not _hands_on(view) or (view.name in unheard and not view.of(ast.Raise)):
            found.extend(_in_nodes(view.nodes, source.path, view.qualified, syntax))
    yield from found or _only_told(source, syntax, block, started)


def _only_told(
    source: Source, syntax: PythonSyntax, block: list[ast.stmt], started: list[FunctionView]
) -> Iterator[Hit]:
    """Where the entry block starts what prints a verdict, and nothing it starts raises."""
    stem = source.path.rpartition("/")[2].partition(".")[0]
    raises = any(isinstance(node, ast.Raise) for view in started for node in view.nodes)
    if raises or _JUDGES.search(stem) is None:
        return
    call = told_verdict(source.python, syntax)
    if call is not None:
        last = block[-1]
        message = f"What line {call.lineno} prints as the verdict decides nothing: the program ends with status 0 whatever it is."
        yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, "main")


def _unheard(block: list[ast.stmt]) -> set[str]:
    """The functions that the entry block calls on a line of their own: what they return, nobody looks at."""
    calls = [one.value for one in block if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    return {one.func.id for one in calls if isinstance(one.func, ast.Name)}


def _hands_on(view: FunctionView) -> bool:
    """Whether a function raises, or returns what its caller may look at."""
    return any(isinstance(node, ast.Raise) for node in view.nodes) or any(one.value is not None for one in view.returns)


def _in_nodes(nodes: tuple[ast.AST, ...], path: str, symbol: str, syntax: PythonSyntax) -> Iterator[Hit]:
    for node in nodes:
        if isinstance(node, ast.If) and _is_verdict(node):
            told = [_without_return(one) for one in (node.body, node.orelse)]
            body = next((one for one in told if only_talks(one, syntax) and complains(one)), None)
            if body:
                yield _hit(path, node.lineno if body is told[0] else body[0].lineno, body[-1].end_lineno, symbol)
    for _, handler in handlers_that_talk(nodes, syntax):
        if is_broad(handler, syntax):
            yield _hit(path, handler.lineno, handler.end_lineno, symbol)


def _without_return(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a branch but for a bare ``return`` at its end, which gives nobody a status either."""
    last = body[-1] if body else None
    return body[:-1] if isinstance(last, ast.Return) and last.value is None else body


def _is_verdict(node: ast.If) -> bool:
    """Whether an ``if`` tells success and failure apart: both are spoken about, or the condition is a plain negation."""
    negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
    unknown = isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], ast.NotIn)
    return bool(node.orelse) or negated or unknown


def _hit(path: str, first: int, last: int | None, symbol: str) -> Hit:
    message = "The failure is only printed: the program ends with status 0, and nothing that runs it can tell."
    return Hit(path, first, last or first, message, symbol)


RULE = Rule(
    id="AUD420",
    name="failure-without-status",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does a script that checks, deploys or migrates end with a status that says how it went?",
    why="Pipelines, schedulers and other scripts see the exit status alone: a validation that prints 'failed' and ends with 0 passes.",
    limits="Programs named for such work that never exit, nor raise in what they start; only their entry block and the functions that it calls are read.",
    fix="Return the verdict from `main` and end with `sys.exit(main())`.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python"}),
    triggers=("__main__",),
    check_file=_check,
    examples=(
        Example(
            title="a validation and a deployment that only print",
            files={
                "scripts/validate_config.py": (
                    "def main():\n    ok = load()\n    if ok:\n        print('all targets met')\n    else:\n        print('improvements needed')\n\n\n"
                    "def load():\n    return open('x').read()\n\n\nif __name__ == '__main__':\n    main()\n"
                ),
                "deploy/run.py": (
                    "import logging\n\nlogger = logging.getLogger(__name__)\n\n\nclass Deployment:\n    def run(self):\n        for step in self.steps():\n            try:\n"
                    "                step()\n            except Exception as error:\n                logger.error(f'step failed: {error}')\n        logger.info('complete')\n\n\n"
                    "if __name__ == '__main__':\n    Deployment().run()\n"
                ),
                "deploy/gitops.py": (
                    "import sys\n\n\ndef main():\n    chosen = sys.argv[1]\n    if chosen not in ('staging', 'production'):\n        print('Error: no such environment')\n        return\n    report = ship(chosen)\n    return report\n\n\n"
                    "def ship(chosen):\n    return chosen\n\n\nif __name__ == '__main__':\n    main()\n"
                ),
                "stop_server.py": "if __name__ == '__main__':\n    stopped = stop()\n    if not stopped:\n        print('the server is still running')\n",
            },
            found=("deploy/gitops.py:6", "deploy/run.py:11", "scripts/validate_config.py:6", "stop_server.py:3"),
        ),
        Example(
            title="a suite that prints how many failed, and forgets what its main function returns",
            files={
                "scripts/acceptance_suite.py": (
                    "import asyncio\n\n\nclass Suite:\n    async def run(self):\n        self.failed = [one for one in CASES if not await one()]\n        self.report()\n\n"
                    "    def report(self):\n        print(f'Tests failed: {len(self.failed)}')\n\n\nasync def main():\n    await Suite().run()\n    return 1\n\n\n"
                    "if __name__ == '__main__':\n    asyncio.run(main())\n"
                ),
                "scripts/security_audit.py": (
                    "def main():\n    score = measure()\n    print(f'Security score: {score}')\n    if score < 80:\n        raise RuntimeError\n\n\nif __name__ == '__main__':\n    main()\n"
                ),
                "scripts/import_orders.py": "def main():\n    failed = load()\n    print(f'{failed} failed')\n\n\nif __name__ == '__main__':\n    main()\n",
                "scripts/health_watch.py": "def main():\n    while True:\n        failed = ask()\n        print(f'failed: {failed}')\n\n\nif __name__ == '__main__':\n    main()\n",
            },
            found=("scripts/acceptance_suite.py:19",),
        ),
        Example(
            title="programs that exit, and others",
            files={
                "scripts/validate_config.py": (
                    "import sys\n\n\ndef main():\n    if not load():\n        print('failed')\n        return 1\n    return 0\n\n\nif __name__ == '__main__':\n    sys.exit(main())\n"
                ),
                "scripts/verify.py": "def main():\n    if not load():\n        print('failed')\n        raise RuntimeError\n\n\nif __name__ == '__main__':\n    main()\n",
                "shop/report.py": "def main():\n    if not load():\n        print('nothing failed')\n\n\nif __name__ == '__main__':\n    main()\n",
            },
        ),
    ),
)
