"""The codec of the cache: everything that it writes comes back the same, and nothing else is let in."""

import json
from dataclasses import dataclass
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.engine.map_stage import map_file
from auditor.engine.packed import Shelf, pack
from auditor.engine.typed_codec import CodecError, Converter, converter
from auditor.errors import InternalError
from auditor.facts.base import Parser
from auditor.facts.registry import parsers
from auditor.repo.inventory import memory_inventory
from auditor.rules.base import Example
from auditor.rules.registry import rules


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    count: int
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    leaves: tuple[Leaf, ...]
    below: "tuple[Leaf | Branch, ...]"
    colours: frozenset[Colour]
    pair: tuple[str, int]
    maybe: int | None
    share: float = 0.5


leaves = st.builds(Leaf, st.text(), st.integers(), st.booleans())
branches: st.SearchStrategy[Branch] = st.recursive(
    st.builds(
        Branch,
        leaves=st.tuples(leaves),
        below=st.just(()),
        colours=st.frozensets(st.sampled_from(Colour)),
        pair=st.tuples(st.text(), st.integers()),
        maybe=st.none() | st.integers(),
        share=st.floats(allow_nan=False),
    ),
    lambda inner: st.builds(
        Branch,
        leaves=st.just(()),
        below=st.tuples(inner, leaves),
        colours=st.just(frozenset()),
        pair=st.just(("", 0)),
        maybe=st.none(),
    ),
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(branches)
def test_what_is_written_comes_back_equal(value: Branch) -> None:
    form = converter(Branch)
    assert form.decode(json.loads(json.dumps(form.encode(value)))) == value


@given(ANY_JSON)
def test_any_other_json_is_refused_with_one_error(value: object) -> None:
    form = converter(Branch)
    try:
        found = form.decode(value)
    except CodecError:
        return
    assert form.encode(found) == value


@pytest.mark.parametrize(
    "value",
    [
        ["a", True, True],
        ["a", 1, 1],
        ["a", 1.0, True],
        [1, 1, True],
        ["a", 1],
        ["a", 1, True, None],
        {"name": "a", "count": 1, "open": True},
        "a",
    ],
)
def test_a_field_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(CodecError):
        converter(Leaf).decode(value)


def test_a_type_without_an_exact_form_is_our_bug() -> None:
    with pytest.raises(InternalError):
        converter(bytes)
    with pytest.raises(InternalError):
        converter(dict[str, str])


def test_a_value_that_is_not_of_its_type_is_not_written() -> None:
    with pytest.raises(CodecError):
        converter(tuple[str, ...]).encode(["a"])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (tuple[str, int], ("a", 1)),
        (tuple[tuple[Leaf, ...], tuple[tuple[str, str], ...]], ((Leaf("a", 1, open=True),), (("a", "b"),))),
        (int | None, 3),
        (Leaf | Branch, Leaf("a", 1, open=False)),
        (frozenset[tuple[str, int]], frozenset({("a", 1), ("b", 2)})),
        (Colour, Colour.RED),
    ],
    ids=["pair", "nested", "optional", "union", "set", "enumeration"],
)
def test_every_type_can_be_the_outermost(kind: object, value: object) -> None:
    form = converter(kind)
    assert form.decode(json.loads(json.dumps(form.encode(value)))) == value


def test_equal_sets_of_other_types_are_not_made_one() -> None:
    for kind, value in ((bool, True), (int, 1), (bool, True)):
        (one,) = converter(frozenset[kind]).decode([value])  # type: ignore[valid-type]
        assert type(one) is kind


def test_equal_texts_are_made_one() -> None:
    for kind in (frozenset[str], tuple[str, ...], frozenset[Colour]):
        values = [one.value for one in Colour]
        assert converter(kind).decode(values) is converter(kind).decode(list(values))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_the_facts_and_hits_of_every_example_survive(rule: object) -> None:
    examples: tuple[Example, ...] = getattr(rule, "examples", ())
    for example in examples:
        inventory, reader = memory_inventory(example.files)
        for file in inventory.files:
            data = reader.read(file.path)
            mapped = map_file(file, data, parsers(), rules())
            row = pack(mapped, data)
            if row is None:
                continue  # it holds a credential
            packed = Shelf(lambda _: pytest.fail("a whole row needs no second look")).unpack(file.path, row)
            assert packed is not None
            assert (packed.lines, packed.many, packed.hits) == (mapped.lines, len(mapped.hits), mapped.hits)
            assert {one.hit.path for one in mapped.hits} <= {file.path}  # where `HitTable` looks for them
            assert tuple(packed.fact(at)[0] for at in range(len(packed.kinds))) == mapped.facts


@pytest.mark.parametrize("parser", parsers(), ids=lambda parser: parser.fact.kind)
def test_every_kind_of_fact_has_a_form(parser: Parser) -> None:
    assert isinstance(converter(parser.fact), Converter)


@pytest.mark.parametrize("value", [1, 1.0, "1", "0x1", "0x1.0p0", "x", "0x1p99999"])
def test_a_number_that_is_not_as_it_was_written_is_refused(value: object) -> None:
    with pytest.raises(CodecError):
        converter(float).decode(value)


@pytest.mark.parametrize("many", [0, 1, 99, 100, 101, 250])
def test_pieces_are_what_is_encoded(many: int) -> None:
    form = converter(Branch)
    leaves = tuple(Leaf(f"leaf {number}", number, number % 2 == 0) for number in range(many))
    tree = Branch(leaves=leaves, below=leaves, colours=frozenset(Colour), pair=("a", 1), maybe=None)
    pieces = list(form.pieces(tree))
    assert "".join(pieces) == json.dumps(form.encode(tree), separators=(",", ":"))
    assert max(map(len, pieces)) <= 100 * len('["Leaf",["leaf 249",249,false]],')


def test_pieces_of_what_is_not_of_the_type_are_refused() -> None:
    others: tuple[object, ...] = (Leaf("a", 1, open=True), [], ("a",))
    for value in others:
        with pytest.raises(CodecError):
            list(converter(Branch).pieces(value))
    with pytest.raises(CodecError):
        list(converter(tuple[Leaf, ...]).pieces((Leaf("a", 1, open=True), "b")))


def test_a_form_of_ones_own_is_written_as_a_whole() -> None:
    assert list(Converter(lambda value: [value], lambda value: value).pieces("a")) == ['["a"]']
