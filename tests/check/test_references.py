"""Cited files, lines, lengths, quotations and absences, against a repository at several moments."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from auditor.check.absences import absence_statements
from auditor.check.case import Case, History
from auditor.check.chronology import chain_statements, date_statements
from auditor.check.counts import count_statements
from auditor.check.evidence import file_statements, range_statements
from auditor.check.lengths import length_statements
from auditor.check.mentions import mentions
from auditor.check.quotations import quotation_statements
from auditor.check.resolution import Found, resolve
from auditor.check.statement import Statement, Verdict
from tests.check.cases import case, document, view

BAD, GOOD, OPEN = Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE
FILES = {
    "app/store.py": "def save(item):\n    raise NotImplementedError\n",
    "app/queue.py": "x = 1\n",
    "lib/queue.py": "y = 2\n",
}
Check = Callable[[Case], Iterator[Statement]]


def judged(check: Check, text: str, *moments: dict[str, str]) -> list[Verdict]:
    return [one.verdict for one in check(case(text, *(moments or (FILES,))))]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("app/store.py", Found.EXACT),
        ("./app/store.py", Found.EXACT),
        ("/home/somebody/shop/app/store.py", Found.EXACT),
        ("../app/store.py", Found.EXACT),
        ("store.py", Found.EXACT),
        ("queue.py", Found.MANY),
        ("app/*.py", Found.MANY),
        ("{app,lib}/queue.py", Found.MANY),
        ("store.js", Found.NONE),
        ("other/store.py", Found.NONE),
    ],
)
def test_a_name_stands_for_a_file(name: str, found: Found) -> None:
    assert resolve(name, view(FILES), "docs").found is found


@pytest.mark.parametrize(
    ("text", "path", "first", "last", "count"),
    [
        ("`a/b.py:3`", "a/b.py", 3, 3, 0),
        ("(a/b.py:3-9)", "a/b.py", 3, 9, 0),
        ("`a/b.py` (lines 3-9)", "a/b.py", 3, 9, 0),
        ("a/b.py, line 7", "a/b.py", 7, 7, 0),
        ("`a/b.py` (1,465 lines)", "a/b.py", 0, 0, 1465),
        ("**b.md**: 443 lines", "b.md", 0, 0, 443),
        ("`a/b.py` (12 lines added)", "a/b.py", 0, 0, 0),
        ("see https://host/a/b.py", "", 0, 0, 0),
        ("Node.js, v1.2.py", "", 0, 0, 0),
        ("/etc/app/b.conf", "", 0, 0, 0),
    ],
)
def test_a_mention_carries_what_it_cites(text: str, path: str, first: int, last: int, count: int) -> None:
    found = [(one.path, one.first, one.last, one.count) for one in mentions(document(text))]
    assert found == ([(path, first, last, count)] if path else [])


def test_a_file_that_only_another_commit_has_is_not_called_missing() -> None:
    found = case("# A\n\n**File**: `app/late.py`\n", FILES)
    later = Case(document=found.document, views=found.views, versions=lambda _path: iter([("at commit 2", ("x",))]))
    assert [one.verdict for one in file_statements(found)] == [BAD]
    assert [one.verdict for one in file_statements(later)] == [OPEN]


def test_a_document_about_another_repository_accuses_nobody() -> None:
    items = "".join(f"- `src/part{number}.rs` (10 lines)\n" for number in range(6))
    assert set(judged(file_statements, f"# A\n\n## Files reviewed\n\n{items}")) == {OPEN}


@pytest.mark.parametrize(
    "text",
    [
        "**Files to create:**\n- `app/new.py` (~200 lines)\n",
        "## Next steps\n\n- Write `app/new.py`\n",
        "**Outputs:**\n- Report file: `reports/today.json`\n",
        "Run `scripts/none.sh` first.\n",
        "- ⏸️ `app/new.py` (600 lines) - DEFERRED\n",
    ],
)
def test_plans_and_outputs_are_no_claims(text: str) -> None:
    assert judged(file_statements, f"# A\n\n{text}") == []


def test_a_file_of_data_may_be_written_when_a_program_runs() -> None:
    assert judged(file_statements, "# A\n\n**File**: `config/state.json`\n") == [OPEN]


def test_a_file_that_lies_elsewhere_is_uncheckable() -> None:
    assert judged(file_statements, "# A\n\n**File**: `old/store.py`\n") == [OPEN]


@pytest.mark.parametrize(("cited", "verdict"), [("1-2", GOOD), ("3", GOOD), ("4", BAD), ("1-40", BAD)])
def test_cited_lines(cited: str, verdict: Verdict) -> None:
    assert judged(range_statements, f"`app/store.py:{cited}`\n") == [verdict]


def test_lines_of_an_ambiguous_name_are_not_judged() -> None:
    assert judged(range_statements, "`queue.py:90`\n") == []


@pytest.mark.parametrize(
    ("claim", "verdicts"),
    [
        ("2 lines", [GOOD]),
        ("3 lines", [GOOD]),
        ("1 lines", [GOOD]),
        ("9 lines", [BAD]),
        ("~9 lines", [OPEN]),
        ("2+ lines", [GOOD]),
    ],
)
def test_claimed_lengths(claim: str, verdicts: list[Verdict]) -> None:
    assert judged(length_statements, f"- `app/store.py` ({claim})\n") == verdicts


def test_a_length_that_is_right_when_the_document_was_changed_is_right() -> None:
    assert judged(length_statements, "`app/store.py` (9 lines)\n", FILES, {"app/store.py": "x\n" * 9}) == [GOOD]


def test_lengths_in_a_table_of_files_but_not_of_coverage() -> None:
    row = "| `app/store.py` | 40 |\n"
    assert judged(length_statements, f"# A\n\n| File | Lines |\n|---|---|\n{row}") == [BAD]
    assert judged(length_statements, f"# A\n\n## Coverage\n\n| File | Lines |\n|---|---|\n{row}") == []


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        ("def save(item):\n    raise NotImplementedError", [GOOD]),
        ("def save(item):   # the author's remark\n    raise   NotImplementedError", [GOOD]),
        ("def save(item):\n    ...\n    raise NotImplementedError", [GOOD]),
        ("def load(identifier):\n    return database.find_one(identifier)", [BAD]),
        ("def save(item):\n    return database.insert_one(item)", [OPEN]),
        ("x = 1", []),
    ],
)
def test_quotations(code: str, verdicts: list[Verdict]) -> None:
    assert judged(quotation_statements, f"**File**: `app/store.py:1`\n```python\n{code}\n```\n") == verdicts


def test_a_quotation_of_another_version_is_drift() -> None:
    found = case("**File**: `app/store.py`\n```python\ndef older(value):\n    return value * 2\n```\n", FILES)
    old = Case(
        document=found.document,
        views=found.views,
        versions=lambda _path: iter([("at commit 0", ("def older(value):", "    return value * 2"))]),
    )
    (one,) = quotation_statements(old)
    assert (one.verdict, "at commit 0" in one.message) == (OPEN, True)


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("`app/store.py` does not exist\n", [BAD]),
        ("- No `app/*.py` files found\n", [BAD]),
        ("`app/gone.py` (not found)\n", [GOOD]),
        ("`app/store.py` was missing and was added\n", []),
        ("`app/store.py` lacks tests\n", []),
        ("If `app/store.py` is missing, an error is raised\n", []),
    ],
)
def test_absences(text: str, verdicts: list[Verdict]) -> None:
    assert judged(absence_statements, text) == verdicts


TESTS = {"tests/test_store.py": "def test_a():\n    assert 1\n\n\ndef test_b():\n    assert 1\n"}


@pytest.mark.parametrize(
    ("claim", "verdicts"), [("2 tests", [GOOD]), ("9 tests", [BAD]), ("1 test", [OPEN]), ("9 tests passing", [])]
)
def test_counts_of_tests(claim: str, verdicts: list[Verdict]) -> None:
    assert judged(count_statements, f"- `tests/test_store.py`: {claim}\n", TESTS) == verdicts


@pytest.mark.parametrize(("claim", "verdict"), [("1 alerts", BAD), ("1 slow alerts", OPEN), ("9 slow alerts", BAD)])
def test_counts_of_some_kind_of_rules(claim: str, verdict: Verdict) -> None:
    rules = "groups:\n- name: a\n  rules:\n  - alert: Down\n    expr: up == 0\n  - alert: Slow\n    expr: lag > 9\n"
    text = f"- {claim} configured in `m/alerts.yml`\n"
    assert judged(count_statements, text, {"m/alerts.yml": rules}) == [verdict]


def test_counts_of_rules_and_panels() -> None:
    rules = "groups:\n- name: a\n  rules:\n  - alert: Down\n    expr: up == 0\n  - record: x\n    expr: sum(up)\n"
    board = '{"panels": [{"type": "graph"}, {"type": "row", "panels": [{"type": "stat"}]}]}'
    text = "- `m/alerts.yml`: 30 alert rules\n- `m/board.json`: 2 panels\n"
    assert judged(count_statements, text, {"m/alerts.yml": rules, "m/board.json": board}) == [BAD, GOOD]


@pytest.mark.parametrize(
    ("dated", "verdict"),
    [("2024-01-05", BAD), ("2024-01-05 (draft) - **Last updated:** 2024-06-20", OPEN), ("2024-06-20", OPEN)],
)
def test_a_document_that_is_much_older_than_the_repository(dated: str, verdict: Verdict) -> None:
    found = case(f"# A\n\n**Date:** {dated}\n", FILES)
    found = replace(found, history=History(added="2024-07-03", changed="2024-07-03", first="2024-07-01"))
    assert [one.verdict for one in date_statements(found)] == [verdict]


def test_a_document_whose_name_has_its_day_was_brought_along() -> None:
    found = case("# A\n\n**Date:** 2024-02-05\n", FILES)
    history = History(added="2024-07-03", changed="2024-07-03", first="2024-07-01")
    named = replace(found, home="docs/2024-02-05_report/AUDIT.md", history=history)
    assert [one.verdict for one in date_statements(replace(found, history=history))] == [BAD]
    assert [one.verdict for one in date_statements(named)] == [OPEN]


@pytest.mark.parametrize(("first", "verdict"), [("2024-06-01", BAD), ("2025-02-01", OPEN)])
def test_a_document_that_is_dated_after_its_commit(first: str, verdict: Verdict) -> None:
    found = case("# A\n\n**Date:** 2024-09-05\n", FILES)
    found = replace(found, history=History(added="2024-07-03", changed="2024-07-03", first=first))
    assert [one.verdict for one in date_statements(found)] == [verdict]


def test_without_a_repository_nothing_of_it_is_judged() -> None:
    text = "`app/store.py:99` (12 lines) does not exist, 5 tests\n"
    for check in (
        file_statements,
        range_statements,
        length_statements,
        absence_statements,
        count_statements,
        chain_statements,
        date_statements,
    ):
        assert list(check(Case(document=document(text)))) == []
