"""AUD298: of what was parsed or read, a test asserts only that it is not empty."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READS = frozenset(
    {
        "safe_load",
        "loads",
        "load",
        "read_text",
        "read_bytes",
        "read",
        "full_load",
        "load_all",
        "safe_load_all",
        "render",
        "dumps",
        "to_dict",
        "model_dump",
        "as_dict",
    }
)
_CLAIMS_MORE = pattern(
    r"(?i)valid|accept|correct|complete|match|equal|current|consistent|conform|compatib|work|right|pass|all|every|expected|secure|enforc|rule|schema|config"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        node = _lone_truth(view) if view.is_test and _CLAIMS_MORE.search(view.name) else None
        if node is not None:
            message = f"{view.name} asserts only that what it has read is not empty."
            yield Hit(source.path, view.node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _lone_truth(view: FunctionView) -> ast.Assert | None:
    """The one assertion of a test, where it is the truth of a name for what a parser or a reader gave."""
    found = view.of(ast.Assert)
    if len(found) != 1 or any(
        last_name(call.func).startswith(("assert", "check", "verify", "validate", "raises")) for call in view.calls
    ):
        return None
    test = found[0].test
    if (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.Gt | ast.NotEq)
        and isinstance(test.left, ast.Call)
        and last_name(test.left.func) == "len"
    ):
        test = test.left.args[0] if test.left.args and _is_nothing(test.comparators[0]) else test
    value = Bindings.of(view).only(test.id) if isinstance(test, ast.Name) else None
    return found[0] if isinstance(value, ast.Call) and last_name(value.func) in _READS else None


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value == 0


RULE = Rule(
    id="AUD298",
    name="only-truth-asserted",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a test assert what its name promises?",
    why="`test_server_accepts_the_configuration` that parses a file and asserts that it is not empty passes with every configuration.",
    limits="Judged are tests whose names promise more, and whose only assertion is that something parsed or read is true.",
    fix="Assert the fields that matter, or run what has to accept it.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    examples=(
        Example(
            title="a configuration that is not empty",
            files={
                "tests/test_output.py": (
                    "import yaml\n"
                    "\n"
                    "\n"
                    "def test_server_accepts_routes(files):\n"
                    '    routes = yaml.safe_load(files["routes.yml"])\n'
                    "    assert routes\n"
                ),
            },
            found=("tests/test_output.py:4",),
        ),
        Example(
            title="fields that are asserted, and a name that promises no more",
            files={
                "tests/test_output.py": (
                    "import yaml\n"
                    "\n"
                    "\n"
                    "def test_server_accepts_routes(files):\n"
                    '    routes = yaml.safe_load(files["routes.yml"])\n'
                    '    assert routes["default"] == "team"\n'
                    "\n"
                    "\n"
                    "def test_reads(files):\n"
                    '    routes = yaml.safe_load(files["routes.yml"])\n'
                    "    assert routes\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
