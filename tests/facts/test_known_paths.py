"""The paths of a repository by name and by folder, against looking through all of them."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.known_paths import PathIndex
from auditor.facts.paths import folders_of

PART = st.sampled_from(("a", "b", "a.py", "ab", "", "a-b", "\u00e9", "~"))
PATHS = st.frozensets(st.lists(PART.filter(bool), min_size=1, max_size=4).map("/".join), max_size=30)


@given(PATHS, PART)
def test_what_has_a_name_is_found_by_it(paths: frozenset[str], name: str) -> None:
    folders = folders_of(paths)
    named = [one for one in paths | folders if one.rpartition("/")[2] == name]
    assert list(PathIndex(paths, folders).named(name)) == sorted(named)


@given(PATHS, st.data())
def test_what_lies_in_a_folder_is_found_there(paths: frozenset[str], data: st.DataObject) -> None:
    folders = folders_of(paths)
    folder = data.draw(st.sampled_from(("", "none", *sorted(folders))))
    inside = {one.rpartition("/")[2]: one for one in sorted(paths) if one.rpartition("/")[0] == folder}
    found = PathIndex(paths, folders).in_folder(folder)
    assert list(found.items()) == list(inside.items())
