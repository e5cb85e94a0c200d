"""AUD245: a report whose checklist is ticked in the program that writes it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FEWEST = 2
_TICKED = pattern(
    r"(?im)^[ \t]*(?:[-*+]|\d+\.)[ \t]*(?:\[x\]|\x{2705}|\x{2714}\x{FE0F}?|\x{2611}\x{FE0F}?)[ \t]+.*\b(?:verified|validated|passed|tested|confirmed|checked|met|"
    r"complete[d]?|compliant|secure[d]?|healthy|operational|ready|working|achieved|aligned|successful(?:ly)?|no (?:critical|blocking|known|security)|zero|100%|enabled|configured|available|documented)\b"
)
_OPEN = pattern(r"(?m)^[ \t]*[-*+][ \t]*\[ \]")
_PROSE = pattern(r"(?i)prompt|template|example|readme|help|usage|instruction|system_message")


def _check(source: Source) -> Iterator[Hit]:
    if _PROSE.search(source.path):
        return
    for view in syntax_of(source).functions:
        inside = {id(part) for node in view.nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        documentation = view.node.body[0].value if isinstance(view.node.body[0], ast.Expr) else None
        for node in view.nodes:
            if id(node) in inside or node is documentation or not isinstance(node, ast.JoinedStr | ast.Constant):
                continue
            yield from _in_text(source, node, view.qualified)


def _in_text(source: Source, node: ast.JoinedStr | ast.Constant, symbol: str) -> Iterator[Hit]:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(
        str(one.value) if isinstance(one, ast.Constant) and isinstance(one.value, str) else "\0" for one in parts
    )
    if "\n" not in text or _OPEN.search(text):
        return
    ticked = [match for match in _TICKED.finditer(text) if "\0" not in match.group()]
    if len(ticked) < _FEWEST:
        return
    lines = source.lines[node.lineno - 1 : node.end_lineno]
    wanted = [match.group().strip() for match in ticked]
    found = [node.lineno + at for at, line in enumerate(lines) if any(one in line for one in wanted)]
    if found:
        message = f"{len(ticked)} entries of the checklist are ticked in the text itself, whatever was found."
        yield Hit(source.path, found[0], found[-1], message, symbol)


RULE = Rule(
    id="AUD245",
    name="ticked-checklist",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are the ticks in generated reports set by what was found?",
    why="'[x] Docker environment verified' in the text of a report is there before anything was verified, and when it failed.",
    limits="Sees texts in Python functions with two ticked entries that state a result, no open one, and nothing computed in them. Prompts and templates by their file's name are left alone.",
    fix="Write each tick from the result of its check.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("[x]", "\u2705", "\u2714", "\u2611"),
    examples=(
        Example(
            title="a report with its ticks in place",
            files={
                "report.py": 'def write_report(path, seconds):\n    content = f"""# Validation\n\nTook {seconds} s.\n\n- [x] Docker environment verified\n- [x] Zero blocking failures\n"""\n    path.write_text(content)\n'
            },
            found=("report.py:6",),
        ),
        Example(
            title="ticks that are computed, and a list to fill in",
            files={
                "report.py": 'def write_report(path, ok):\n    mark = "x" if ok else " "\n    path.write_text(f"""# Validation\n\n- [{mark}] Docker environment verified\n- [{mark}] Zero blocking failures\n""")\n\n\nFORM = """\n- [x] read the guide, verified\n- [ ] tests passed\n- [ ] docs checked\n"""\n'
            },
        ),
    ),
    check_file=_check,
)
