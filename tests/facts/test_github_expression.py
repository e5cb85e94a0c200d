"""Expressions of GitHub workflows: read and evaluated as GitHub does, as far as a run is known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.github_expression import Call, Context, read
from auditor.facts.github_value import UNKNOWN, Begins, Value, evaluate, is_true

_KNOWN: dict[tuple[str, ...], Value] = {
    ("github", "ref"): Begins("refs/heads/release/"),
    ("github", "event_name"): "push",
    ("inputs", "skip"): True,
    ("inputs", "level"): "3",
    ("github", "event", "inputs", "skip"): None,
}


def _answer(asked: Context | Call) -> Value:
    return _KNOWN.get(asked.path, UNKNOWN) if isinstance(asked, Context) else UNKNOWN


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("github.event_name == 'PUSH'", True),
        ("github.event_name != 'push'", False),
        ("${{ github.event_name == 'push' && inputs.skip }}", True),
        ("github['event_name'] == 'push'", True),
        ("github.ref == 'refs/heads/main'", False),
        ("github.ref == 'refs/heads/release/1'", None),
        ("github.ref != 'refs/heads/main'", True),
        ("startsWith(github.ref, 'refs/heads/')", True),
        ("startsWith(github.ref, 'refs/heads/release/1.')", None),
        ("startsWith(github.ref, 'refs/tags/')", False),
        ("contains(github.ref, 'release')", True),
        ("contains(github.ref, 'hotfix')", None),
        ("endsWith(github.event_name, 'sh')", True),
        ("endsWith(github.ref, '1')", None),
        ("inputs.skip == 'true'", False),  # a text that is no number equals no truth
        ("inputs.skip == true", True),
        ("inputs.level == 3", True),
        ("github.event.inputs.skip == ''", True),
        ("!github.event.inputs.skip", True),
        ("'it''s' == 'it''s'", True),
        ("vars.X == 'y' || github.event_name == 'push'", True),
        ("vars.X == 'y' && github.event_name == 'pull_request'", False),
        ("vars.X == 'y' && inputs.skip", None),
        ("(vars.X || inputs.skip) && !(github.event_name == 'release')", True),
        ("(vars.TARGET || 'staging') == 'production'", None),
        ("(vars.X == 'a' && 'prod' || 'dev') == 'prod'", None),
        ("(vars.X || true) == true", None),
        ("(vars.X && '') == 'a'", None),
        ("vars.X && ''", False),
        ("vars.X || 'a'", True),
        ("success()", None),
        ("inputs.level > 2", None),
    ],
)
def test_a_condition_is_met_or_not_or_open(text: str, truth: bool | None) -> None:
    expression = read(text)
    assert expression is not None
    assert is_true(evaluate(expression, _answer)) is truth


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "a ==",
        "(a",
        "a b",
        "f(a",
        "f(a b)",
        "a.",
        "'open",
        "!" * 60 + "a",
        "a" * 3_000,
        "==",
        "a[0",
        "a == ²",
        "①",
    ],
)
def test_what_is_no_expression_is_none(text: str) -> None:
    assert read(text) is None


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="()[]&|!=<>.,*' aref0", max_size=60))
def test_no_text_crashes(text: str) -> None:
    expression = read(text)
    assert (None if expression is None else is_true(evaluate(expression, _answer))) in (True, False, None)
