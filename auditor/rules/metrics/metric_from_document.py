"""AUD212: a measurement that is read from a document."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, subtree, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DOCUMENT = pattern(r"(?i)^[\w./ -]+\.(?:md|rst|markdown|adoc)$")
_SUBJECTS = frozenset(
    "rate coverage latency health status performance metrics tests pass throughput accuracy uptime availability errors".split()  # noqa: SIM905 - reads better
)
_FIGURE = pattern(r"[0-9]+(?:\.[0-9]+)?\s?%|[0-9]+/[0-9]+|[0-9]+(?:\.[0-9]+)?\s?ms\b")
_READS = frozenset({"read_text", "read", "readlines", "open", "read_bytes"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not claims_of(view.name) & {Claim.CHECK, Claim.MEASURE} or view.is_test:
            continue
        yield from _documents(source, view, syntax)
        yield from _written_figures(source, view)


def _documents(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    reads = any(
        syntax.name_of(call.func) == "open" or (isinstance(call.func, ast.Attribute) and call.func.attr in _READS)
        for call in view.calls
    )
    if not reads or not _SUBJECTS & set(words_of(view.name)):
        return
    for node in view.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOCUMENT.search(node.value):
            message = f"{view.name} reads its figure from {node.value}, which people write, and measures nothing."
            yield Hit(source.path, node.lineno, node.lineno, message, view.qualified)
            return


def _written_figures(source: Source, view: FunctionView) -> Iterator[Hit]:
    """Figures that stand in the code: a text that the outcome hangs on, or the message of a success."""
    bindings = Bindings.of(view)
    for node in view.nodes:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], ast.In):
            left = node.test.left
            if isinstance(left, ast.Constant) and isinstance(left.value, str) and _FIGURE.search(left.value):
                message = f"{view.name} is decided by whether a text holds the figure {left.value[:60]!r}."
                yield Hit(source.path, node.lineno, node.test.end_lineno or node.lineno, message, view.qualified)
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple | ast.Dict | ast.Call):
            plain = not any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in subtree(node.value))
            success = verdict_of(node.value, bindings) is Verdict.SUCCESS
            if plain and success and _FIGURE.search(strings_in(node.value)):
                message = f"{view.name} returns a figure that is written in the code as if it had been measured."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


RULE = Rule(
    id="AUD212",
    name="metric-from-document",
    category=Category.MOCKED_METRIC,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    question="Do figures come from measurements rather than from documents or literals?",
    why="A pass rate that is parsed from a status page, or written into the check, stays good when the tests fail.",
    limits="Judges functions whose names claim a check or a measurement of a rate, coverage, latency, health and the like.",
    fix="Read the report that the run itself produced.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a status page",
            files={
                "health.py": 'from pathlib import Path\n\n\ndef check_pass_rate(root: Path):\n    content = (root / "STATUS.md").read_text()\n    return parse_rate(content) > 95\n'
            },
            found=("health.py:5",),
        ),
        Example(
            title="a figure in the code",
            files={
                "health.py": 'def check_pass_rate(content):\n    if "98.2% passing" in content:\n        return True, "98.2% pass rate"\n    return False, "below"\n'
            },
            found=("health.py:2", "health.py:3"),
        ),
        Example(
            title="a report of the run",
            files={
                "health.py": 'import json\nfrom pathlib import Path\n\n\ndef check_coverage(root: Path):\n    data = json.loads((root / "coverage.json").read_text())\n    return data["totals"]["percent_covered"] >= 85\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
