"""Names of functions that a document says are in a file, or are not; totals beside their parts; events of workflows."""

from dataclasses import replace

import pytest

from auditor.check.absent_symbols import absent_symbol_statements
from auditor.check.case import Case, History
from auditor.check.part_counts import part_count_statements
from auditor.check.statement import Verdict
from auditor.check.stocks import stock_statements
from auditor.check.sums import announced_statements
from auditor.check.symbols import is_distinct, symbol_statements
from auditor.check.text import credential_statements
from auditor.check.trees import tree_mentions
from auditor.check.triggers import trigger_statements
from tests.check.cases import case, document, view

BAD, GOOD, OPEN = Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE
CLIENT = {"shop/client.py": "def fetch_all():\n    return []\n", "shop/other.py": "class RetryPolicy:\n    limit = 3\n"}
RETRIES = "def retry_with_backoff(call):\n    for _ in range(3):\n        call()\n    return None\n"


def named(text: str) -> list[Verdict]:
    return [one.verdict for one in symbol_statements(case(f"# Report\n\n{text}\n", CLIENT))]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("`fetch_all()` in `shop/client.py`", [GOOD]),
        ("`fetch_some()` in `shop/client.py`", [BAD]),
        ("`fetch_some()` function (`shop/client.py:1`)", [BAD]),
        ("`shop/client.py:1-2` - `fetch_some()`", [BAD]),
        ("| Check | Where |\n|---|---|\n| `fetch_some()` | `shop/client.py` |", [BAD]),
        ("| Missing | Where |\n|---|---|\n| `fetch_some()` | `shop/client.py` |", []),
        ("### `shop/client.py`\n\n- `fetch_some()` asks the server", [BAD]),
        ("In `shop/client.py`:\n\n- ✅ `fetch_all()` asks the server", [GOOD]),
        ("Two files, `shop/client.py` and `shop/other.py`:\n\n- `fetch_some()`", []),
        ("`RetryPolicy` in `shop/client.py`", [OPEN]),
        ("`run()` in `shop/client.py`", [OPEN]),
        ("`fetch_some()` was removed from `shop/client.py`", []),
        ("Rename to `fetch_some()` in `shop/client.py`", []),
        ("## Roadmap\n\n- `fetch_some()` in `shop/client.py`", []),
        ("`fetch_some()` in `shop/nowhere.py`", []),
        ("call `fetch_some()` before `shop/client.py`", []),
    ],
)
def test_names_that_a_file_is_said_to_have(text: str, verdicts: list[Verdict]) -> None:
    assert named(text) == verdicts


def test_a_name_of_another_version_of_the_file_is_drift() -> None:
    one = case("# Report\n\n`fetch_some()` in `shop/client.py`\n", CLIENT)
    older = replace(one, versions=lambda _path: [("before", ("def fetch_some():", "    pass"))])
    assert [found.verdict for found in symbol_statements(older)] == [OPEN]


@pytest.mark.parametrize(
    ("name", "distinct"),
    [("fetch_all", True), ("fetchAll", True), ("execute", False), ("HTTPS", False), ("a_b", False)],
)
def test_a_name_that_no_sentence_has_by_chance(name: str, *, distinct: bool) -> None:
    assert is_distinct(name) is distinct


def missed(text: str, source: str = RETRIES, **changes: object) -> list[Verdict]:
    one = case(f"# Report\n\n{text}\n", {"shop/client.py": source})
    return [found.verdict for found in absent_symbol_statements(replace(one, **changes))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("No `retry_with_backoff()` in `shop/client.py`", [BAD]),
        ("**Missing** `retry_with_backoff` function in `shop/client.py`", [BAD]),
        ("`shop/client.py`: `retry_with_backoff()` does not exist", [BAD]),
        ("| `retry_with_backoff()` | ❌ missing | `shop/client.py` |", [BAD]),
        ("The function `retry_with_backoff()` does not exist", [BAD]),
        ("`retry_with_backoff()` is not defined in `shop/client.py`", [BAD]),
        ("`retry_forever()` does not exist", [GOOD]),
        ("No `retry_forever()` in `shop/client.py`", [GOOD]),
        ("`retry_with_backoff()` not found", []),
        ("`client.retry_with_backoff()` does not exist", []),
        ("No `retry_with_backoff()` in `shop/client.py`, now added", []),
        ("`retry_with_backoff()` is missing a limit in `shop/client.py`", []),
        ("`retry_with_backoff()` does not exist in the first service", []),
    ],
)
def test_names_that_are_called_missing(text: str, verdicts: list[Verdict]) -> None:
    assert missed(text) == verdicts


NONE = "No `retry_with_backoff()` in `shop/client.py`"


def test_what_may_have_been_missing_contradicts_nobody() -> None:
    empty = view({"shop/client.py": "a = 1\n"})
    full = view({"shop/client.py": RETRIES})
    assert missed(NONE, before=lambda: empty) == [OPEN]
    assert missed(NONE, before=lambda: full) == [BAD]
    assert missed(NONE, history=History(is_import=True)) == [OPEN]
    assert missed(f"{NONE}\n\n- Created `retry_with_backoff()`") == [OPEN]
    assert missed(NONE, "def retry_with_backoff(call):\n    # TODO\n    call()\n") == [OPEN]
    assert missed(NONE, "use(retry_with_backoff)\n") == [OPEN]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("- Total tests: 6\n- Passed: 11\n- Failed: 0", [BAD]),
        ("- Total tests: 10\n- Passed: 8 (80%)\n- Failed: 2", [GOOD]),
        ("- Total tests: 10\n- Passed: 8\n- Failed: 1", [OPEN]),
        ("- Total tests: 10\n- Passed: 8\n- Failed: 1\n- Skipped: 0", [BAD]),
        ("- Total tests: 10\n- Passed: 8\n- Failed: 1\n- Skipped: 0\n- Blocked: 1", [OPEN]),
        ("- Total tests: 10+\n- Passed: 8\n- Failed: 1", []),
        ("**Total Tests**: 13\n**Passed**: 9\n**Failed**: 5", [BAD]),
        ("Tests: 3 failed, 97 passed, 100 total", [GOOD]),
        ("Tests: 3 failed, 98 passed, 100 total", [BAD]),
        ("Total: 35 passed, 6 failed", []),
        ("- Total findings: 30\n- Critical: 3\n- High: 9\n- Medium: 8\n- Low: 4", [BAD]),
        ("- Total findings: 24\n- Critical: 3\n- High: 9\n- Medium: 8\n- Low: 4\n- Info: 6", [GOOD]),
        ("| Metric | Value |\n|---|---|\n| Total tests | 6 |\n| Passed | 11 ✅ |\n| Failed | 0 |", [BAD]),
        ("| Metric | Value |\n|---|---|\n| Passed | 4 |\n| Failed | 1 |\n| Total | 6 |", []),
        ("- Total tests: 10\n- Passed: 8\n\n## Unit\n\n- Passed: 8\n- Failed: 1", []),
    ],
)
def test_totals_beside_their_parts(text: str, verdicts: list[Verdict]) -> None:
    assert [one.verdict for one in part_count_statements(document(f"# Report\n\n{text}\n"))] == verdicts


def workflow(events: str) -> dict[str, str]:
    steps = "jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n"
    return {".github/workflows/ci.yml": f"on: {events}\n{steps}"}


def started(text: str, files: dict[str, str]) -> list[Verdict]:
    made: Case = case(f"# Report\n\n{text}\n", {**files, "a.py": "a = 1\n"})
    return [one.verdict for one in trigger_statements(made)]


@pytest.mark.parametrize(
    ("text", "events", "verdicts"),
    [
        ("CI runs on every push and pull request", "[push, pull_request]", [GOOD, GOOD]),
        ("CI runs on every push and pull request", "push", [GOOD, BAD]),
        ("`.github/workflows/ci.yml` runs on every commit", "workflow_dispatch", [BAD]),
        ("`.github/workflows/ci.yml` runs nightly", "workflow_call", [GOOD]),
        ("`.github/workflows/other.yml` runs nightly", "push", []),
        ("The workflow runs on every push, not on a schedule", "push", []),
        ("The workflow should run on every pull request", "push", []),
        ("The pre-commit hook of the pipeline runs on every commit", "workflow_dispatch", []),
        ("Migrations run on every commit", "workflow_dispatch", []),
    ],
)
def test_events_on_which_workflows_are_said_to_run(text: str, events: str, verdicts: list[Verdict]) -> None:
    assert started(text, workflow(events)) == verdicts


def test_without_workflows_another_service_may_run_something() -> None:
    assert started("CI runs on every push", {}) == [BAD]
    assert started("CI runs on every push", {".gitlab-ci.yml": "a: 1\n"}) == [OPEN]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("**25 test cases across 2 parts**:\n\n- Storage: 12 tests\n- Queue: 9 tests", [BAD]),
        ("21+ tests:\n\n- Storage: 12 tests\n- Queue: 9 tests", [GOOD]),
        ("30+ tests:\n\n- Storage: 12 tests\n- Queue: 9 tests", [BAD]),
        ("- 25 tests:\n  - Storage: 12 tests\n  - Queue: 13 tests", [GOOD]),
        ("25 tests:\n\n- Storage: 12 tests\n- Queue", []),
        ("25 tests:\n\n- Storage: 12 tests\n  - Reading: 3 tests\n- Queue: 9 tests", []),
        ("25 tests:\n\n- Storage: ~12 tests\n- Queue: 9 tests", []),
        ("25 tests pass:\n\n- Storage: 12 tests\n- Queue: 9 tests", []),
    ],
)
def test_amounts_that_are_announced_above_their_list(text: str, verdicts: list[Verdict]) -> None:
    assert [one.verdict for one in announced_statements(document(f"# Report\n\n{text}\n"))] == verdicts


@pytest.mark.parametrize(
    ("text", "files", "verdicts"),
    [
        ("6 GitHub Actions workflows", workflow("push"), [BAD]),
        ("1 GitHub workflow", workflow("push"), [GOOD]),
        ("1+ workflow files", workflow("push"), [GOOD]),
        ("Plan: 6 GitHub workflows will follow", workflow("push"), []),
        ("3 alert rules", {"ops/alerts.yml": "groups:\n  - rules:\n      - alert: Down\n"}, [BAD]),
        ("3 alert rules", {"ops/alerts.yml": "a: 1\n"}, []),
        ("1 alert rules", {"ops/alerts.yml": "- alert: Down\n- alert: Slow\n"}, [OPEN]),
        ("3 of 6 alert rules", {"ops/alerts.yml": "- alert: Down\n"}, []),
    ],
)
def test_how_many_workflows_and_alert_rules_there_are(
    text: str, files: dict[str, str], verdicts: list[Verdict]
) -> None:
    assert [one.verdict for one in stock_statements(case(f"# Report\n\n{text}\n", files))] == verdicts


def test_a_folder_of_a_tree_may_have_a_picture_before_its_name() -> None:
    tree = "# Report\n\n```\n├── 🔐 shop/\n│   ├── client.py  (20 lines)\n│   └── other.py\n```\n"
    assert [one.path for one in document(tree).derive(tree_mentions)] == ["shop/client.py"]


def test_a_key_that_is_drawn_at_random_is_a_credential() -> None:
    line = "# Report\n\n**Generated API Key**: `"
    drawn = "X4Pf6w7C-nagTfwqX_EyERa-nlegzEdUPQV06BC36qU"
    assert [one.verdict for one in credential_statements(document(f"{line}{drawn}`\n"))] == [Verdict.NOTED]
    assert list(credential_statements(document(f"{line}AnotherVeryLongNameOfAClassForTheKeyStore2024`\n"))) == []
    assert list(credential_statements(document(f"{line}read-from-the-environment-at-start-2024`\n"))) == []
