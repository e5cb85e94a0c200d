"""AUD433: a test that no run ever executes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.flaws import Flaw
from auditor.facts.python_handlers import skip_in
from auditor.facts.python_syntax import PythonSyntax, strings_in, syntax_of, without_docstring
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_ALWAYS = frozenset({"pytest.mark.skip", "unittest.skip"})
_SOMETIMES = frozenset({"pytest.mark.skipif", "unittest.skipIf"})


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(source, Flaw.SKIPPED, "{test} is always skipped{detail}.")
        yield from flaw_hits(source, Flaw.UNWRITTEN, "{test} is still to be written.")
        return
    syntax = syntax_of(source)
    for node in (*syntax.classes, *((view.node, view.qualified) for view in syntax.functions)):
        for decorator in node[0].decorator_list:
            if _skips_always(decorator, syntax):
                yield _hit(source, decorator, node[1])
    for view in syntax.functions:
        skip = skip_in(without_docstring(view.node.body), syntax) if view.is_test else None
        if skip is not None and not any(isinstance(one, ast.If) for one in view.node.body):
            yield _hit(source, skip, view.qualified)
    for statement in source.python.body:
        if isinstance(statement, ast.Assign) and _skips_module(statement, syntax):
            yield _hit(source, statement, "module")


def _hit(source: Source, node: ast.AST, symbol: str) -> Hit:
    reason = strings_in(node)[:80]
    message = f"{symbol} is always skipped" + (f": {reason}." if reason else ".")
    line = getattr(node, "lineno", 1)
    return Hit(source.path, line, getattr(node, "end_lineno", line) or line, message, symbol)


def _skips_always(node: ast.expr, syntax: PythonSyntax) -> bool:
    name = syntax.name_of(node.func if isinstance(node, ast.Call) else node)
    if name in _ALWAYS:
        return True
    condition = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return name in _SOMETIMES and fold(condition) in (True, 1)


def _skips_module(statement: ast.Assign, syntax: PythonSyntax) -> bool:
    named = any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in statement.targets)
    marks = statement.value.elts if isinstance(statement.value, ast.List | ast.Tuple) else [statement.value]
    return named and any(_skips_always(mark, syntax) for mark in marks)


RULE = Rule(
    id="AUD433",
    name="permanently-skipped",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every test that is kept also run?",
    why="A test that is always skipped looks like coverage in the list of tests, and checks nothing.",
    limits="Conditions on platforms and versions are accepted whatever they come to; those that pipelines fulfil are told by a rule of their own.",
    fix="Make the test run, or delete it; a skip that waits for something names the issue and an end date.",
    since="0.1.0",
    effort=45,
    reads=frozenset({"python", "code-tests"}),
    roles=frozenset({Role.TEST}),
    triggers=("skip", "todo", "xit", "xtest", "xdescribe", "xspecify", "xcontext"),
    examples=(
        Example(
            title="a decorator",
            files={
                "tests/test_flow.py": 'import pytest\n\n@pytest.mark.skip(reason="layer not yet implemented")\ndef test_flow():\n    assert flow()\n'
            },
            found=("tests/test_flow.py:3",),
        ),
        Example(
            title="a condition that is always true",
            files={
                "tests/test_flow.py": 'import unittest\n\nclass FlowTest(unittest.TestCase):\n    @unittest.skipIf(True, "flaky")\n    def test_flow(self):\n        self.assertTrue(flow())\n'
            },
            found=("tests/test_flow.py:4",),
        ),
        Example(
            title="a condition on the platform",
            files={
                "tests/test_flow.py": 'import sys\n\nimport pytest\n\n@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs 3.12")\ndef test_flow():\n    assert flow()\n'
            },
            found=(),
        ),
        Example(
            title="JavaScript and Go",
            files={
                "src/flow.test.ts": "describe.skip('flow', () => {\n  it('flows', () => expect(flow()).toBe(1));\n});\n\nit.todo('ebbs');\n",
                "flow_test.go": 'package flow\n\nimport "testing"\n\nfunc TestFlow(t *testing.T) {\n\tt.Skip("flaky")\n\tif flow() != 1 {\n\t\tt.Fatal("no flow")\n\t}\n}\n',
            },
            found=("src/flow.test.ts:1", "src/flow.test.ts:5", "flow_test.go:6"),
        ),
        Example(
            title="skips with a condition in other languages",
            files={
                "src/flow.test.ts": "test('flows', async ({ browserName }) => {\n  test.skip(browserName === 'firefox', 'no flow there');\n  expect(await flow()).toBe(1);\n});\n"
            },
            found=(),
        ),
    ),
    check_file=_check,
)
