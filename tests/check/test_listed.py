"""Files that lists name, documents that are named by their titles, and dates that are no dates of the document."""

from dataclasses import replace

import pytest

from auditor.check.case import History
from auditor.check.chronology import chain_statements, date_statements
from auditor.check.evidence import file_statements, range_statements
from auditor.check.lengths import length_statements
from auditor.check.marked_lines import marker_statements
from auditor.check.quotations import quotation_statements
from auditor.check.statement import Verdict
from auditor.check.stocks import stock_statements
from tests.check.cases import case

BAD, GOOD, OPEN = Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE
SHOP = {
    "shop/cart.py": "a = 1\n",
    "shop/till.py": "b = 2\n",
    "docs/RETURNS_POLICY.md": "x\n" * 120,
    "docs/notes.md": "y\n",
}


@pytest.mark.parametrize(
    ("items", "verdicts"),
    [
        ("- `shop/cart.py`\n- `shop/basket.py`\n", [GOOD, BAD]),
        ("1. ✅ `shop/cart.py` - totals\n2. ✅ `shop/basket.py` (new)\n", [GOOD, BAD]),
        ("- **Cart**: `shop/cart.py`\n- **Basket**: `shop/basket.py`\n", [GOOD, BAD]),
        ("- [Notes](docs/notes.md)\n- [Guide](docs/guide.md)\n", [GOOD, BAD]),
        ("- `shop/cart.py`\n- `shop/Till.py`\n", [GOOD, OPEN]),
        ("- `shop/basket.py`\n- `shop/other.py`\n", []),
        ("- `shop/cart.py`\n- See `shop/basket.py` for what is meant\n", [GOOD]),
        ("- `shop/cart.py`\n- `shop/basket.py` will follow\n", [GOOD]),
        ("- Removed:\n  - `shop/basket.py`\n  - `shop/cart.py`\n", []),
        ("**Deliverables:**\n- `shop/cart.py` for carts\n- `shop/basket.py` for baskets\n", []),
        ("- `shop/cart.py`\n- Moved:\n  - `shop/basket.py`\n", [GOOD]),
    ],
)
def test_a_list_whose_other_files_are_there(items: str, verdicts: list[Verdict]) -> None:
    assert [one.verdict for one in file_statements(case(f"# Report\n\n## Modules\n\n{items}", SHOP))] == verdicts


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("Returns are documented in `docs/returns.md`.", [BAD]),
        ("Carts are implemented in `shop/cart.py`.", [GOOD]),
        ("Returns should be documented in `docs/returns.md`.", []),
        ("Whether returns are documented in another repository: `docs/returns.md`.", []),
    ],
)
def test_a_sentence_says_where_something_is(text: str, verdicts: list[Verdict]) -> None:
    assert [one.verdict for one in file_statements(case(f"# Report\n\n{text}\n", SHOP))] == verdicts


def test_files_that_were_created_are_there_and_those_to_create_are_not() -> None:
    text = "# Report\n\n## {}\n\n- `shop/basket.py` - totals\n"
    assert [one.verdict for one in file_statements(case(text.format("New files created"), SHOP))] == [BAD]
    assert list(file_statements(case(text.format("New files to create"), SHOP))) == []


@pytest.mark.parametrize(
    ("line", "verdicts"),
    [
        ("- Wrote the Returns Policy (400+ lines)", [BAD]),
        ("- Returns Policy (120 lines)", [GOOD]),
        ("- Returns Policy (will have 400 lines)", []),
        ("- Notes (400+ lines)", []),
        ("- Privacy Policy (400+ lines)", []),
    ],
)
def test_lengths_of_documents_that_are_named_by_their_titles(line: str, verdicts: list[Verdict]) -> None:
    assert [one.verdict for one in length_statements(case(f"# Report\n\n{line}\n", SHOP))] == verdicts


def test_a_title_that_two_documents_share_names_neither() -> None:
    files = {**SHOP, "old/returns-policy.md": "x\n"}
    assert list(length_statements(case("# Report\n\nReturns Policy (400+ lines)\n", files))) == []


@pytest.mark.parametrize(
    ("line", "verdicts"),
    [
        ("- **Python modules**: 24 files", [BAD]),
        ("- Python files: 24", [BAD]),
        ("- 24 Python files", [BAD]),
        ("- 2 Python modules", [GOOD]),
        ("- 1 Python file and 1 Python files", [OPEN]),
        ("- Removed 24 Python files", []),
    ],
)
def test_how_many_files_of_a_language_there_are(line: str, verdicts: list[Verdict]) -> None:
    assert [one.verdict for one in stock_statements(case(f"# Report\n\n{line}\n", SHOP))] == verdicts


def test_a_date_of_review_that_lies_ahead_is_that_of_the_next_one() -> None:
    history = History(added="2026-03-01", changed="2026-03-01", first="2026-01-01")
    text = "# Report\n\n**{}:** 2026-04-01 (30 days)\n"
    dated = [
        [one.verdict for one in date_statements(replace(case(text.format(label), SHOP), history=history))]
        for label in ("Review Date", "Report Date")
    ]
    assert dated == [[], [BAD]]


def test_when_an_earlier_document_was_updated_is_not_when_it_was_written() -> None:
    text = "# Re-audit\n\n**Date**: 2026-02-01\n\nIn response to `docs/FIRST.md`.\n"
    first = "# Audit\n\n**{}**: 2026-02-09\n"
    judged = [
        [one.verdict for one in chain_statements(case(text, {"docs/FIRST.md": first.format(label)}))]
        for label in ("Last Updated", "Date")
    ]
    assert judged == [[], [BAD]]


def test_a_message_is_no_quotation() -> None:
    text = "# Report\n\n```python\n# shop/cart.py:1\n{}\n```\n"
    assert list(quotation_statements(case(text.format('f"Remove the prefix that nothing needs"'), SHOP))) == []
    found = quotation_statements(case(text.format("total = sum(prices_of_all_items)"), SHOP))
    assert [one.verdict for one in found] == [BAD]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("- `shop/todo.py:3` - TODO: retry", [GOOD]),
        ("- `shop/todo.py:8` - TODO: retry", [GOOD]),
        ("- `shop/todo.py:30` - TODO: retry", [BAD]),
        ("- `shop/cart.py:1` - FIXME", [BAD]),
        ("- `shop/todo.py:30` - retry", []),
        ("- `shop/todo.py:30` - TODO removed", []),
        ("- [x] `shop/todo.py:30` - TODO", []),
        ("- `shop/todo.py:900` - TODO: retry", []),
        ("| File | Line | What |\n|---|---|---|\n| `shop/todo.py` | 30 | TODO: retry |", [BAD]),
        ("| File | Line | What |\n|---|---|---|\n| `shop/todo.py` | 3 | TODO: retry |", [GOOD]),
        ("| File | Lines | What |\n|---|---|---|\n| `shop/todo.py` | 30 | TODO: retry |", []),
    ],
)
def test_where_a_marker_is_said_to_stand(text: str, verdicts: list[Verdict]) -> None:
    files = {**SHOP, "shop/todo.py": "a = 1\nb = 2\nc = 3  # TODO: retry\n" + "d = 4\n" * 40}
    assert [one.verdict for one in marker_statements(case(f"# Report\n\n{text}\n", files))] == verdicts


def test_a_marker_of_another_version_is_uncheckable() -> None:
    found = case("# Report\n\n- `shop/cart.py:1` - TODO\n", SHOP)
    drifted = replace(found, versions=lambda _path: iter([("at commit 0", ("a = 1  # TODO",))]))
    assert [one.verdict for one in marker_statements(drifted)] == [OPEN]


def test_lines_that_a_column_cites_lie_within_the_file() -> None:
    text = "# Report\n\n| File | Line |\n|---|---|\n| `shop/cart.py` | {} |\n"
    judged = [[one.verdict for one in range_statements(case(text.format(line), SHOP))] for line in ("1", "40")]
    assert judged == [[GOOD], [BAD]]
