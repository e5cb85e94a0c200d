"""Patterns answer as re2 itself does, with positions in characters."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

import auditor.facts.pattern
from auditor.facts.pattern import Match, Pattern

EXPRESSIONS = (
    r"(?i)a(b)?|c", r"^a*", r"a*", r"\bfoo\b", r"(?m)^x*$", r"$", r"(a)|(b)|(é)", r"[^\n]*\.py\b", r"\b", r"x*|b", r"(?P<one>a)(?P<two>b)?",
)  # fmt: skip
TEXTS = st.text(alphabet="ab c\nxé.pyfo\ud800\U0001d4b3", max_size=14)


def _shown(match: Match | None, groups: int) -> list[tuple[int, int, str]]:
    return [(match.start(one), match.end(one), match.group(one)) for one in range(groups + 1)] if match else []


def _expected(match: object, groups: int) -> list[tuple[int, int, str]]:
    ask = match
    return [(ask.start(one), ask.end(one), ask.group(one) or "") for one in range(groups + 1)] if ask else []  # type: ignore[attr-defined]


@pytest.mark.parametrize("beneath", [True, False], ids=["native", "by its own methods"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(text=TEXTS)
def test_a_pattern_finds_what_re2_finds(expression: str, beneath: bool, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not beneath:  # as with a version of re2 that has nothing beneath its methods
            patch.setattr(auditor.facts.pattern, "_ANCHORS", None)
            for name, how in (("_SEARCH", "search"), ("_MATCH", "match"), ("_FULLMATCH", "fullmatch")):
                patch.setattr(auditor.facts.pattern, name, how)
        own, theirs = Pattern(expression), re2.compile(expression)
        plain = text.encode("utf-8", "replace").decode()
        for how in ("search", "match", "fullmatch"):
            found, expected = getattr(own, how)(text), getattr(theirs, how)(plain)
            assert _shown(found, theirs.groups) == _expected(expected, theirs.groups)
        each = [_shown(one, theirs.groups) for one in own.finditer(text)]
        assert each == [_expected(one, theirs.groups) for one in theirs.finditer(plain)]
        assert own.sub("-", text) == "".join(_replaced(theirs, plain))


def _replaced(compiled: object, text: str) -> list[str]:
    parts, position = [], 0
    for match in compiled.finditer(text):  # type: ignore[attr-defined]
        parts += [text[position : match.start()], "-"]
        position = match.end()
    return [*parts, text[position:]]


def test_groups_have_names() -> None:
    found = Pattern(EXPRESSIONS[-1]).search("-ab")
    assert found is not None
    assert (found.group("one"), found.group("two")) == ("a", "b")


@given(text=TEXTS)
def test_no_line_that_matches_is_missed_by_one_question_for_all(text: str) -> None:
    for expression in EXPRESSIONS:
        own = Pattern(expression)
        if any(own.search(line) for line in text.split("\n")):
            assert own.in_lines(text)
