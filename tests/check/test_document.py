"""Documents taken apart, whatever they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.check.case import Case
from auditor.check.document import Kind, plain
from auditor.check.mojibake import repaired
from auditor.check.reading import MOST_BYTES, problem_of, read_document
from auditor.engine.documents import check_case
from auditor.rules.registry import rules
from tests.check.cases import document

TEXT = """# Title

Intro **one**
and two.

## Part

- [x] done
- [ ] open
  - deeper

| A | B |
|---|---|
| 1 |
| 2 | 3 | 4 |

```python
x = 1
```
"""


def test_lines_keep_their_numbers_and_sections() -> None:
    found = document(TEXT)
    kinds = [(line.number, line.kind, line.section.title) for line in found.texts]
    assert kinds[:5] == [
        (1, Kind.HEADING, "Title"),
        (3, Kind.PARAGRAPH, "Title"),
        (4, Kind.PARAGRAPH, "Title"),
        (6, Kind.HEADING, "Part"),
        (8, Kind.ITEM, "Part"),
    ]
    assert [line.box for line in found.texts if line.kind is Kind.ITEM] == [True, False, None]
    assert [(fence.number, fence.lines) for fence in found.fences] == [(18, ("x = 1",))]


def test_ragged_rows_are_read() -> None:
    (table,) = document(TEXT).tables
    assert [row.number for row in table.rows] == [14, 15]
    assert table.header == ("A", "B")


def test_line_ends_of_windows_change_nothing() -> None:
    assert read_document("a.md", TEXT.replace("\n", "\r\n").encode()).texts == document(TEXT).texts


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "empty"), (b" \n", "empty"), (b"PNG\0", "binary"), (b"a" * (MOST_BYTES + 1), "larger")],
)
def test_what_is_no_document_says_why(data: bytes, problem: str) -> None:
    assert problem in problem_of(data)
    assert read_document("a.md", data).texts == ()


@pytest.mark.parametrize("text", ["✅ done", "5% → 25%", "🔴 critical", "café, naïve"])
def test_wrongly_decoded_text_is_mended(text: str) -> None:
    broken = text.encode().decode("cp1252", "replace")
    if "\ufffd" not in broken:
        assert repaired(broken) == (text, True)
    assert repaired(text) == (text, False)


@settings(deadline=None)  # the first call loads what the others share
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_right_text_without_the_signs_stays_as_it_is(text: str) -> None:
    mended, changed = repaired(text)
    assert changed == (mended != text)


def test_marks_links_and_tags_are_no_words() -> None:
    assert plain("**a** [b](http://x) <br> `c` __d__") == "a b c d"


@settings(deadline=None)  # the first call loads what the others share
@given(st.binary(max_size=600))
def test_any_bytes_are_checked_without_an_error(data: bytes) -> None:
    checked = check_case(Case(document=read_document("a.md", data)), rules())
    counts = checked.statements
    assert counts.checked == counts.supported + counts.contradicted + counts.uncheckable


PIECES = st.sampled_from(
    ["# ", "## Decision\n", "**Status**: ", "GO", "NO-GO", "\n", "\n\n", "- ", "| a | b |\n", "|---|---|\n", "```\n", "82/100 ", "(B+)",
     "Total: ", "3 hours", "`a/b.py:3-9`", "(12 lines)", "Certificate Hash: ", "abc", "> ", "  ", "27/28 (96%)", "<b>", "[x](y)", "\t"]
)  # fmt: skip


@settings(deadline=None)  # the first call loads what the others share
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_arrangement_of_what_reports_are_made_of_is_checked(text: str) -> None:
    first = check_case(Case(document=document(text)), rules())
    assert first == check_case(Case(document=document(text)), rules())


def test_written_out_ends_of_lines_are_ends_and_keep_the_lines_of_the_file() -> None:
    found = document("# Audit\\n\\n## Part\\n\\nOne\\ntwo\\n\nThree\n")
    assert [line.plain for line in found.texts] == ["Audit", "Part", "One", "two", "Three"]
    assert [found.place(line.number) for line in found.texts] == [1, 1, 1, 1, 2]
    few = document("# Audit\n\nA path such as C:\\new\\notes\n")
    assert (few.origins, few.place(3)) == ((), 3)
