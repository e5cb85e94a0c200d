"""Files that lists name, documents that are named by their titles, and dates that are no dates of the document."""

from dataclasses import replace

import pytest

from auditor.check.case import History
from auditor.check.chronology import chain_statements, date_statements
from auditor.check.evidence import file_statements
from auditor.check.lengths import length_statements
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
        ("- `shop/cart.py`\n- Moved:\n  - `shop/basket.py`\n", [GOOD]),
    ],
)
def test_a_list_whose_other_files_are_there(items: str, verdicts: list[Verdict]) -> None:
    assert [one.verdict for one in file_statements(case(f"# Report\n\n## Modules\n\n{items}", SHOP))] == verdicts


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
