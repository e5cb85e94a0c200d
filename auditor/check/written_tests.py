"""How many tests are written in a file, as far as its text tells, in the languages whose tests can be told from its lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from auditor.check.case import View
from auditor.facts.pattern import Pattern, pattern

__all__ = ["may_be_more_tests", "tests_in"]


@dataclass(frozen=True, slots=True)
class _Style:
    """How a language writes a test, and what makes several of one."""

    endings: tuple[str, ...]
    test: Pattern
    expanded: Pattern


_STYLES = (
    _Style(
        (".py",),
        pattern(r"^\s*(?:async\s+)?def\s+test_?\w*\s*\("),
        pattern(
            r"parametrize|subTest|\bfor\s+\w+\s+in\b.*test|hypothesis|@given|params\s*=|pytest_generate_tests|load_tests|setattr\(|^class\s+Test\w*\((?:[^)]*(?:Mixin|Tests?\b|Base\b|Suite))"
        ),
    ),
    _Style(
        (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs"),
        pattern(r"^\s*(?:it|test)(?:\.(?:only|skip|concurrent|fails|todo|failing))?\s*\("),
        pattern(r"\.each\b|\.forEach\(|\bfor\s*\(|\.map\(|describe\.each|fc\.assert|RuleTester"),
    ),
    _Style((".go",), pattern(r"^func Test\w*\("), pattern(r"\.Run\(|suite\.Run")),
    _Style(
        (".rs",), pattern(r"^\s*#\[(?:\w+::)*test\b"), pattern(r"rstest|test_case|proptest!|quickcheck|macro_rules!")
    ),
    _Style(
        (".java", ".kt"),
        pattern(r"^\s*@(?:Test|ParameterizedTest|RepeatedTest)\b"),
        pattern(r"ParameterizedTest|RepeatedTest|TestFactory|DynamicTest|\bextends\s+\w*Test"),
    ),
    _Style((".dart",), pattern(r"^\s*(?:test|testWidgets|blocTest)\s*[(<]"), pattern(r"\bfor\s*\(|\.forEach\(")),
    _Style((".swift",), pattern(r"^\s*func\s+test\w*\s*\(|^\s*@Test\b"), pattern(r"arguments:")),
)
_CALL = pattern(r"\b((?:run_?|check_?)?_?test\w*)\s*\(")


def _style(path: str) -> _Style | None:
    return next((style for style in _STYLES if path.endswith(style.endings)), None)


def tests_in(view: View, path: str) -> int | None:
    """The tests that are written in a file; None where it has none, or its language is not known."""
    style = _style(path)
    found = sum(style.test.match(line) is not None for line in view.lines(path) or ()) if style else 0
    return found or None


def may_be_more_tests(view: View, path: str) -> bool:
    """Whether a run may count more tests than are written: where they are expanded, inherited, or called as helpers."""
    style = _style(path)
    lines = view.lines(path) or ()
    return style is None or any(style.expanded.search(line) for line in lines) or _calls_tests(lines)


def _calls_tests(lines: tuple[str, ...]) -> bool:
    """Whether one function of tests is called again and again: each call counts as a test."""
    called = Counter(
        match.group(1)
        for line in lines
        if "def " not in line and "func" not in line
        for match in _CALL.finditer(line)
        if match.group(1) not in ("test", "it", "testWidgets")
    )
    return any(count > 1 for count in called.values())
