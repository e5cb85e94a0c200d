"""Changes that are named are those that were made, and no more."""

import unicodedata
from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.certificate.undoing import changes_that_explain

ORIGINAL = "# Müller\n\n| | Café | Nº |\n|---|--:|:-:|\n| a | b | ¦ |\n\nText.\n"
CHANGES: dict[str, Callable[[str], str]] = {
    "byte order mark": lambda text: "\ufeff" + text,
    "ends of lines": lambda text: text.replace(".", ".  ").replace("Müller", "Müller \t"),
    "normalised": lambda text: unicodedata.normalize("NFD", text),
    "tables": lambda text: text.replace(" | ", "   |  ").replace("---", "-----"),
    "end of the file": lambda text: text + "\n\n",
    "CRLF": lambda text: text.replace("\n", "\r\n"),
}


@given(st.permutations(list(CHANGES)), st.integers(1, len(CHANGES)))
def test_any_changes_are_named_and_no_other(names: list[str], count: int) -> None:
    made = names[:count]
    text = ORIGINAL
    for name, change in CHANGES.items():
        text = change(text) if name in made else text
    told = changes_that_explain(text, lambda one: one == ORIGINAL)
    assert len(told) == count
    assert all(any(name in one for one in told) for name in made)


@given(st.text())
def test_what_nothing_explains_is_not_explained(text: str) -> None:
    assume(text != ORIGINAL)
    assert changes_that_explain(text, lambda _: False) == ()


def test_a_text_that_is_right_needs_no_change() -> None:
    assert changes_that_explain(ORIGINAL, lambda one: one == ORIGINAL) == ()
