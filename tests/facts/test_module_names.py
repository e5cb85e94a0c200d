"""Which module a dotted name means: as a mapping of every end of every name would tell it."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.module_names import ModuleNames

PARTS = st.lists(st.sampled_from(("a", "b", "ab", "", "B")), min_size=1, max_size=4).map(".".join)


def told(names: list[str]) -> tuple[dict[str, int], set[str]]:
    """The place of every end of a name, and those that several have: what comes first counts, and a whole name always."""
    places: dict[str, int] = {}
    ambiguous: set[str] = set()
    for place, name in enumerate(names):
        parts = name.split(".")
        for start in range(len(parts)):
            end = ".".join(parts[start:])
            if end in places and start:
                ambiguous.add(end)
            elif end:
                places[end] = place
    return places, ambiguous


@given(st.lists(PARTS, max_size=12), st.lists(PARTS, max_size=20))
def test_every_name_means_what_a_mapping_tells(names: list[str], asked: list[str]) -> None:
    found, (places, ambiguous) = ModuleNames(names), told(names)
    for name in {*asked, *places, *names, ""}:
        assert found.place(name) == (None if name in ambiguous else places.get(name))
        assert (name in found) == (name in places)


def test_a_whole_name_comes_before_an_end() -> None:
    found = ModuleNames(["lib.pay", "pay", "shop.send", "shop.send", "web.shop.view"])
    assert [found.place(name) for name in ("pay", "lib.pay", "send", "shop.send", "view", "shop", "")] == [
        1, 0, None, 3, 4, None, None,
    ]  # fmt: skip
