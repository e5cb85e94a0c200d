"""AUD431: whatever goes wrong in the test becomes a skip."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache

from auditor.facts.flaws import Flaw
from auditor.facts.python_asserting import is_assertion
from auditor.facts.python_handlers import caught, handlers, is_broad, skip_in
from auditor.facts.python_imports import imports_of
from auditor.facts.python_names import BUILT_IN
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_FAILURES = frozenset({"AssertionError", "AttributeError", "TypeError", "ValueError", "KeyError", "RuntimeError"})
_OF_PATHS = ("pathlib.", "os.path.")


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(
            source, Flaw.SKIPPED_ON_ERROR, "{test} turns any exception into a skip, so that a failure never shows."
        )
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        for attempt, handler in handlers(view):
            skip = skip_in(handler.body, syntax)
            names = caught(handler, syntax)
            broad = is_broad(handler, syntax)
            hides = broad or _FAILURES & set(names) or _is_unwritten(attempt, names, syntax)
            if skip is None or not hides:
                continue
            if _asks_the_machine(attempt, view, syntax) or (
                not broad and (_is_probe(attempt, view) or _looks_for_place(attempt, syntax))
            ):
                continue
            what = " or ".join(name or "any exception" for name in names)
            message = f"{view.name} turns {what} into a skip, so that a failure never shows."
            imports = all(isinstance(one, ast.Import | ast.ImportFrom) for one in attempt.body)
            milder = Severity.MEDIUM if imports or _asserts_only_later(attempt, view) else None
            yield Hit(source.path, skip.lineno, skip.end_lineno or skip.lineno, message, view.qualified, milder)


def _asks_the_machine(attempt: ast.Try, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a helper only calls the standard library: whether a limit can be raised, a link or a socket be made."""
    names = [syntax.name_of(call.func) for call in own_nodes(attempt.body) if isinstance(call, ast.Call)]
    plain = all(name.partition(".")[0] in sys.stdlib_module_names or name in BUILT_IN for name in names)
    return not view.is_test and bool(names) and plain


def _looks_for_place(attempt: ast.Try, syntax: PythonSyntax) -> bool:
    """Whether a block only works with paths: where something lies on this machine."""
    names = [syntax.name_of(call.func) for call in own_nodes(attempt.body) if isinstance(call, ast.Call)]
    return bool(names) and all(name.startswith(_OF_PATHS) or name.endswith(".relative_to") for name in names)


def _asserts_only_later(attempt: ast.Try, view: FunctionView) -> bool:
    """Whether the block asks for what the test then judges: wrong answers still fail, and only missing ones do not."""
    if any(isinstance(one, ast.Assert) for one in own_nodes(attempt.body)):
        return False
    return any(one.lineno > (attempt.end_lineno or attempt.lineno) for one in view.of(ast.Assert))


def _is_probe(attempt: ast.Try, view: FunctionView) -> bool:
    """Whether a block before the test proper asserts nothing and leaves nothing behind that is used: it asks what a library can do."""
    if any(is_assertion(one) for one in own_nodes(attempt.body)):
        return False
    imported = [one for one in own_nodes(attempt.body) if isinstance(one, ast.Import | ast.ImportFrom)]
    made = {alias.asname or alias.name.partition(".")[0] for one in imported for alias in one.names}
    made |= {one.id for one in own_nodes(attempt.body) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    end, used = attempt.end_lineno or 0, _last_uses(view)
    return used[""] > end and not any(used.get(name, 0) > end for name in made)


@lru_cache(maxsize=2)
def _last_uses(view: FunctionView) -> Mapping[str, int]:
    """The last line on which a function uses each name; under the empty one, on which it does anything."""
    found = {"": 0}
    for node in view.nodes:
        line = getattr(node, "lineno", 0)
        for name in ("", node.id) if isinstance(node, ast.Name) else ("",):
            found[name] = max(line, found.get(name, 0))
    return found


def _is_unwritten(tried: ast.Try, names: tuple[str, ...], syntax: PythonSyntax) -> bool:
    """Whether a test lets what it imports be unwritten; the standard library says the same of what a platform cannot do."""
    if names != ("NotImplementedError",):
        return False
    calls = [one for one in own_nodes(tried.body) if isinstance(one, ast.Call)]
    called = {syntax.name_of(one.func).partition(".")[0] for one in calls}
    imported = {one.module.partition(".")[0] for one in imports_of(syntax)}
    return bool(called & imported - sys.stdlib_module_names - {"pytest"})


RULE = Rule(
    id="AUD431",
    name="skip-on-exception",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Do failures of the code under test fail the test?",
    why="A test that skips on any exception cannot fail: the defect it was written for is reported as a skip.",
    limits="Sees handlers that skip directly; a skip behind a helper function is not followed.",
    fix="Let the exception fail the test; decide before the code under test runs whether the test applies.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python", "code-tests"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.TEST}),
    triggers=("skip",),
    examples=(
        Example(
            title="a broad handler that skips",
            files={
                "tests/test_plan.py": 'import pytest\n\ndef test_plan(planner):\n    try:\n        assert planner.plan("x")\n    except Exception as error:\n        pytest.skip(f"not testable: {error}")\n'
            },
            found=("tests/test_plan.py:7",),
        ),
        Example(
            title="a library that is too old, a limit of the machine, and a result that is used",
            files={
                "tests/test_plan.py": (
                    "import resource\n\nimport pytest\n\nimport tables\nfrom shop import plan\n\n\n"
                    "def test_tables():\n    try:\n        tables.open(mode='quick')\n    except TypeError:\n        pytest.skip('tables is too old')\n    assert plan(tables) == 3\n\n\n"
                    "def more_files(wanted):\n    try:\n        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))\n    except Exception:\n        pytest.skip('too few files')\n\n\n"
                    "def test_plan():\n    try:\n        made = plan('x')\n    except ValueError:\n        pytest.skip('no plan')\n    assert made\n"
                )
            },
            found=("tests/test_plan.py:28",),
        ),
        Example(
            title="where the package lies on this machine",
            files={
                "tests/test_home.py": (
                    "import pathlib\n\nimport pytest\n\nimport shop\n\n\ndef test_home(router):\n    here = pathlib.Path(shop.__file__).parent\n    try:\n        place = pathlib.Path('~') / here.relative_to(pathlib.Path.home())\n"
                    "    except ValueError:\n        pytest.skip('not below the home directory')\n    assert router.add(str(place)) == here\n"
                )
            },
        ),
        Example(
            title="assertions of a test case, before more of the test",
            files={
                "tests/test_plan.py": (
                    "import unittest\n\nimport tables\nfrom shop import plan\n\n\nclass TestPlan(unittest.TestCase):\n    def test_plan(self):\n        try:\n            self.assertEqual(plan('x'), 3)\n"
                    "        except ValueError:\n            self.skipTest('no plan')\n        self.assertEqual(plan('y'), 4)\n\n    def test_tables(self):\n        try:\n            tables.open(mode='quick')\n"
                    "        except TypeError:\n            self.skipTest('tables is too old')\n        self.assertEqual(plan(tables), 3)\n"
                )
            },
            found=("tests/test_plan.py:12",),
        ),
        Example(
            title="a client that is still to be written",
            files={
                "tests/test_link.py": 'import pytest\n\nfrom shop.links import Client\n\n\ndef test_link():\n    try:\n        Client().fetch()\n    except NotImplementedError:\n        pytest.skip("not there")\n'
            },
            found=("tests/test_link.py:10",),
        ),
        Example(
            title="a platform that cannot do it",
            files={
                "tests/test_link.py": 'import pytest\n\ndef test_link(tmp_path):\n    try:\n        (tmp_path / "a").symlink_to("b")\n    except NotImplementedError:\n        pytest.skip("no symbolic links here")\n    assert (tmp_path / "a").is_symlink()\n'
            },
            found=(),
        ),
        Example(
            title="a handler in JavaScript that skips",
            files={
                "test/live.test.js": "it('answers', async function () {\n  try {\n    expect(await ping()).toBe('pong');\n  } catch (error) {\n    this.skip();\n  }\n});\n"
            },
            found=("test/live.test.js:4",),
        ),
        Example(
            title="a handler in JavaScript that asserts",
            files={
                "test/live.test.js": "it('refuses', async function () {\n  try {\n    await ping();\n  } catch (error) {\n    expect(error.code).toBe(403);\n  }\n});\n"
            },
            found=(),
        ),
    ),
    check_file=_check,
)
