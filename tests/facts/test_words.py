"""All words are found in one pass, and one by one where the matcher gives up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.words import WordSet

LETTERS = b"abc. [\xc3\xa9"
WORDS = st.lists(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=4).map(bytes), max_size=30)
DATA = st.lists(st.sampled_from(LETTERS + b"\x00"), max_size=200).map(bytes)


@given(words=WORDS, data=DATA)
def test_the_words_that_are_there_are_found(words: list[bytes], data: bytes) -> None:
    assert WordSet(words).found_in(data) == {word for word in words if word in data}


@given(words=WORDS, data=DATA)
def test_so_they_are_where_the_matcher_has_no_memory_for_them(words: list[bytes], data: bytes) -> None:
    assert WordSet(words, memory=1).found_in(data) == {word for word in words if word in data}
