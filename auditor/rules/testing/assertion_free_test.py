"""AUD436: a test that asserts nothing and says that all is well."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.flaws import Flaw
from auditor.facts.pattern import pattern
from auditor.facts.python_asserting import ASSERTS, asserts
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, all_nodes, strings_in, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_VERDICT = pattern(
    r"(?i)\x{2713}|\x{2714}|\x{2705}|\b(?:passed|pass|ok|success(?:ful(?:ly)?)?|works?|working|verified|complete)\b"
)
_SHOWS = pattern(
    r"(?i)(?:^|_)(?:prints?|printing|repr|str|string|formats?|formatting|displays?|shows?|output|logs?|logging|perf\w*|bench\w*|latency|throughput|load|stress|measure\w*|speed|time|timing|smoke|renders?|example)(?:_|$)"
)
"""Tests of what is shown, and measurements."""
_PRODUCED = pattern(r"^(?:print|len|str|range|list|dict|set|time\.|asyncio\.sleep|logging\.|datetime\.)")


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(source, Flaw.NO_ASSERTION, "{test} asserts nothing, and says that all is well.")
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test and _gives_verdict_away(view, syntax):
            message = f"{view.name} asserts nothing, and returns its verdict, at which no test runner looks."
            yield Hit(source.path, view.node.lineno, view.node.lineno, message, view.qualified)
            continue
        if not view.is_test or view.name == "test" or asserts(view, syntax) or not view.body:
            continue
        calls = [call for call in view.calls if not is_log_call(syntax.name_of(call.func))]
        idle = all(_PRODUCED.search(syntax.name_of(call.func)) for call in calls)
        talks = [call for call in view.calls if is_log_call(syntax.name_of(call.func))]
        shown = None if idle else _shown(view, talks, syntax)
        if shown is not None:
            message = f"{view.name} prints what it was given, and asserts nothing of it."
            yield Hit(source.path, view.node.lineno, view.node.lineno, message, view.qualified)
        elif (idle and talks) or any(_VERDICT.search(strings_in(call)) for call in talks):
            message = f"{view.name} asserts nothing" + (
                ", and calls nothing that it could test." if idle else ", and prints that it passed."
            )
            yield Hit(source.path, view.node.lineno, view.node.lineno, message, view.qualified)


def _shown(view: FunctionView, talks: list[ast.Call], syntax: PythonSyntax) -> ast.Call | None:
    """The print or log line that shows what a call under test gave, in a test that is not about showing."""
    if _SHOWS.search(view.name):
        return None
    given = {
        target.id
        for one in view.of(ast.Assign)
        if any(
            isinstance(node, ast.Call) and not _PRODUCED.search(syntax.name_of(node.func))
            for node in subtree(one.value)
        )
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for call in talks:
        if any(isinstance(node, ast.Name) and node.id in given for part in call.args for node in subtree(part)):
            return call
    return None


def _gives_verdict_away(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a test only returns what it found, and nobody in its file asks for it."""
    verdicts = [one.value for one in view.returns if isinstance(one.value, ast.Dict | ast.Constant | ast.Tuple)]
    bare = all(one.value is None or one.value in verdicts for one in view.returns)
    if not verdicts or not bare or all(isinstance(one, ast.Constant) and one.value is None for one in verdicts):
        return False
    if any(isinstance(node, ast.Assert | ast.Raise | ast.Yield) for node in view.nodes) or view.parameters:
        return False
    if any(ASSERTS.search(syntax.name_of(call.func)) for call in view.calls):
        return False
    named = [node for node in all_nodes(syntax.tree) if isinstance(node, ast.Name | ast.Attribute)]
    return not any((node.id if isinstance(node, ast.Name) else node.attr) == view.name for node in named)


RULE = Rule(
    id="AUD436",
    name="assertion-free-test",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every test assert something?",
    why="A test that prints a check mark after calling the code passes whatever the code returned.",
    limits="Judges tests that print a verdict or what they were given, or call nothing; a call that must merely not raise is accepted, and so are helpers named after asserting, checking and the like.",
    fix="Assert on what the code returned or changed.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python", "code-tests"}),
    roles=frozenset({Role.TEST}),
    triggers=("print", "log", "return"),
    examples=(
        Example(
            title="an answer that must not be an error, and one that is only printed",
            files={
                "tests/test_desk.py": (
                    "def test_door(client):\n    response = client.get('/door')\n    print(response.text)\n    response.raise_for_status()\n\n\n"
                    "def test_window(client):\n    response = client.get('/window')\n    print(response.text)\n    response.close()\n"
                )
            },
            found=("tests/test_desk.py:7",),
        ),
        Example(
            title="a verdict that is only returned",
            files={
                "tests/test_archive.py": 'async def test_archive(tmp_path=None):\n    return {"success": True}\n\n\nasync def test_unpack():\n    if unpack():\n        return {"success": True}\n    return {"success": False}\n'
            },
            found=("tests/test_archive.py:5",),
        ),
        Example(
            title="an answer that is only printed",
            files={
                "tests/test_desk.py": (
                    "async def test_closing(desk):\n    found = await desk.close('today')\n    print('closed:', found)\n\n\n"
                    "def test_str(desk):\n    found = desk.line()\n    print(found)\n\n\n"
                    "def test_opening(desk):\n    found = desk.open()\n    print(found)\n    assert found.open\n"
                )
            },
            found=("tests/test_desk.py:1",),
        ),
        Example(
            title="a check mark for nothing",
            files={
                "tests/test_agent.py": 'def test_agent():\n    agent = make_agent()\n    agent.run("x")\n    print("\\u2713 agent works")\n'
            },
            found=("tests/test_agent.py:1",),
        ),
        Example(
            title="a helper that asserts",
            files={
                "tests/test_agent.py": 'def test_agent():\n    assert_runs(make_agent())\n    print("passed")\n',
                "tests/conftest.py": "import pytest\n\n\n@pytest.fixture(scope='session')\ndef test_settings() -> dict[str, str]:\n    return {'a': 'b'}\n",
            },
            found=(),
        ),
        Example(
            title="check marks in JavaScript and Go",
            files={
                "test/agent.test.js": "test('agent', async () => {\n  const agent = makeAgent();\n  await agent.run('x');\n  console.log('agent works');\n});\n",
                "agent_test.go": 'package agent\n\nimport "testing"\n\nfunc TestAgent(t *testing.T) {\n\tnewAgent().Start("x")\n\tt.Log("agent works")\n}\n',
            },
            found=("test/agent.test.js:1", "agent_test.go:5"),
        ),
        Example(
            title="helpers that assert in other languages",
            files={
                "test/agent.test.js": "test('agent', async () => {\n  await assertRuns(makeAgent());\n  console.log('agent works');\n});\n",
                "agent_test.go": 'package agent\n\nimport "testing"\n\nfunc TestAgent(t *testing.T) {\n\trunAgent(t, "x")\n\tt.Log("agent works")\n}\n',
            },
            found=(),
        ),
    ),
    check_file=_check,
)
