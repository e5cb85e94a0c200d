"""Differences of JSON documents: all of them, at the places that their pointers name."""

import copy
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.certificate.difference import differences

PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)


def follow(document: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON
    """The value that a pointer names, as RFC 6901 has it."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


@given(JSON)
def test_a_document_does_not_differ_from_its_copy(document: object) -> None:
    assert list(differences(document, copy.deepcopy(document))) == []


@given(JSON, JSON)
def test_documents_that_differ_do_so_at_a_place_that_one_of_them_has(old: object, new: object) -> None:
    found = list(differences(old, new))
    assume(found)
    for one in found:
        places = []
        for document in (old, new):
            try:
                places.append(follow(document, one.pointer))
            except (KeyError, IndexError, TypeError, ValueError):
                continue
        assert places
        assert len(places) < 2 or places[0] != places[1] or type(places[0]) is not type(places[1])


def test_places_are_named_in_the_order_of_the_document() -> None:
    old = {"score": 62, "list": [1, {"a/b": True}], "gone": "x" * 100, "same": 1}
    new = {"score": 70, "list": [1, {"a/b": 1}, 3], "same": 1}
    assert [str(one) for one in differences(old, new)] == [
        "/score: 62 -> 70",
        "/list/1/a~1b: True -> 1",
        "/list/2: nothing -> 3",
        f"/gone: '{'x' * 59}... -> nothing",
    ]
