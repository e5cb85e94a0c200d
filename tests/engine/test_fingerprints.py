"""Fingerprints survive what does not change a defect, and tell apart what is not the same one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.finding import Finding
from auditor.model.fingerprint import content_of, fingerprint, path_part, squeezed
from tests.waivers.ledgers import ledger_of

HOLLOW = Path(__file__).parent.parent / "e2e" / "repositories" / "hollow"
FILES = {
    path.relative_to(HOLLOW).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(HOLLOW.rglob("*"))
    if path.is_file()
}
CODE = [path for path in FILES if path.endswith((".py", ".yml"))]


def findings(files: Mapping[str, str]) -> tuple[Finding, ...]:
    return ledger_of(files).findings


def names(files: Mapping[str, str]) -> set[str]:
    found = findings(files)
    assert len({one.fingerprint for one in found}) == len(found)
    return {one.fingerprint for one in found}


BEFORE = names(FILES)


def test_there_is_something_to_name() -> None:
    assert len(BEFORE) > 20
    assert all(len(one) == 40 for one in BEFORE)


@settings(max_examples=12, deadline=None)
@given(st.fixed_dictionaries({path: st.integers(0, 40) for path in CODE}), st.sampled_from(["", "# a note"]))
def test_lines_that_move_change_no_name(above: dict[str, int], line: str) -> None:
    moved = {path: f"{line}\n" * above.get(path, 0) + text for path, text in FILES.items()}
    assert names(moved) == BEFORE


@settings(max_examples=8, deadline=None)
@given(st.integers(2, 4), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", " ", "\t "]))
def test_blanks_change_no_name(times: int, end: str, trailing: str) -> None:
    def again(text: str) -> str:
        lines = [" " * (len(line) - len(line.lstrip(" "))) * times + line.lstrip(" ") for line in text.split("\n")]
        return (trailing + end).join(lines[:-1]) + trailing + end + lines[-1]

    reformatted = {path: again(text) if path.endswith(".py") else text for path, text in FILES.items()}
    assert names(reformatted) == BEFORE


@settings(max_examples=8, deadline=None)
@given(st.from_regex(r"[a-z]{3,12}", fullmatch=True), st.sampled_from(["app", "app/inner", "lib"]))
def test_a_renamed_file_keeps_the_part_of_the_content(name: str, folder: str) -> None:
    old, new = "app/pay.py", f"{folder}/{name}.py"
    files = {path: text for path, text in FILES.items() if path != old} | {new: FILES[old]}
    before = {one.fingerprint for one in findings(FILES) if one.path == old and one.rule == "AUD101"}
    after = {one.fingerprint for one in findings(files) if one.path == new and one.rule == "AUD101"}
    assert before
    assert {content_of(one) for one in before} == {content_of(one) for one in after}
    assert {one.removeprefix(content_of(one)) for one in after} == {path_part(new)}


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 6))
def test_a_block_that_is_repeated_is_told_apart(times: int) -> None:
    line = "    # TODO: charge the card\n"
    once = "def pay() -> int:\n" + line + "    return 1\n"
    several = "def pay() -> int:\n" + line * times + "    return 1\n"
    first = {one.fingerprint for one in findings({"app/pay.py": once, "a.md": "# A\n"}) if one.rule == "AUD101"}
    all_of_them = [
        one.fingerprint for one in findings({"app/pay.py": several, "a.md": "# A\n"}) if one.rule == "AUD101"
    ]
    assert len(set(all_of_them)) == len(all_of_them) == times
    assert first <= set(all_of_them)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["foo(a, b)"], ["foo(", "    a,", "    b,", ")"]),
        (["x = [1, 2]"], ["x = [", "  1,", "  2,", "]"]),
        (["if a:  # why"], ["\tif a: # why  "]),
    ],
)
def test_what_a_formatter_changes_is_squeezed_out(one: list[str], other: list[str]) -> None:
    assert squeezed(one) == squeezed(other)


@settings(deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=8), min_size=4, max_size=4),
    st.integers(0, 3),
    st.text(min_size=1, max_size=8),
)
def test_each_part_counts(parts: list[str], changed: int, other: str) -> None:
    rule, path, symbol, text = parts
    parts[changed] = parts[changed] + other
    assert fingerprint(rule, path, symbol, text, 1) != fingerprint(parts[0], parts[1], parts[2], parts[3], 1)
    assert fingerprint(rule, path, symbol, text, 1) != fingerprint(rule, path, symbol, text, 2)
