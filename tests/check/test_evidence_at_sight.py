"""What other people's reports say of files, and what explains that it is not so: causes found by reading hundreds of them."""

from dataclasses import replace

import pytest

from auditor.check.absences import absence_statements
from auditor.check.case import Case, History
from auditor.check.counts import count_statements
from auditor.check.evidence import file_statements, range_statements
from auditor.check.lengths import length_statements
from auditor.check.mentions import mentions
from auditor.check.passed_tests import no_skips_statements
from auditor.check.passed_tests import test_result_statements as result_statements
from auditor.check.quotations import quotation_statements
from auditor.check.resolution import Found, resolve_content
from auditor.check.statement import Verdict
from auditor.check.text import credential_statements
from auditor.check.wholes import folder_statements, whole_statements
from tests.check.cases import case, document, view

BAD, GOOD, OPEN = Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE
LEFT_OUT = {
    "mobile/.gitignore": "local.ini\n",
    ".gitmodules": '[submodule "tools"]\n\tpath = lib/tools\n\turl = https://host/tools.git\n',
    "lib/own.py": "",
    "mobile/src/mobile.service.py": "",
}
STORE = {"shop/store.py": "a = 1\nb = 2\nc = 3\nd = 4\n"}


def lengths(text: str, files: dict[str, str] | None = None) -> list[Verdict]:
    return [one.verdict for one in length_statements(case(f"# Report\n\n{text}\n", files or STORE))]


@pytest.mark.parametrize(
    ("text", "path", "count"),
    [
        (r"`D:\work\shop\src\store-2.js:79`", "/work/shop/src/store-2.js", 0),
        (r"**File**: `src\shop\store.py` (12 lines)", "src/shop/store.py", 12),
        (r"escaped\_name.py", "", 0),
        ("JavaScript/Node.js in 25 min", "", 0),
        ("`docs/plan - Final version 2.md` (840 lines)", "", 0),
        ("`wc -l docs/plan.md`", "docs/plan.md", 0),
        ("`a/b.py:3, c/d.py:4`", "a/b.py", 0),
        ("see https://host/x.py and `a/b.py`, 31 lines", "a/b.py", 31),
        ("`a/b.py` (NEW, 294 lines)", "a/b.py", 294),
        ("`a/b.py` (full module with 449 lines)", "a/b.py", 449),
        ("`a/b.py` (920+ lines claimed)", "a/b.py", 0),
        ("`c/[id].py` and `a/b.py` (920 lines)", "a/b.py", 920),
    ],
)
def test_names_as_people_write_them(text: str, path: str, count: int) -> None:
    found = mentions(document(text))[:1]
    assert [(one.path, one.count) for one in found] == ([(path, count)] if path else [])


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("`shop/store.py` (1 lines of checks)", [OPEN]),
        ("`shop/store.py` (20 lines of checks)", [BAD]),
        ("## Files modified\n\n- `shop/store.py` (1 lines)", [OPEN]),
        ("## Files created and modified\n\n### Created\n\n- `shop/store.py` (1 lines)", [BAD]),
        ("| File | Status | Lines |\n|---|---|---|\n| `shop/store.py` | Modified | +2 |", []),
        ("| # | File | Lines |\n|---|---|---|\n| 1 | `shop/store.py` | 20 |", [BAD]),
        (
            "| File | Purpose | Lines |\n|---|---|---|\n| `shop/store.py` | Save | 20 |\n| `shop/b.py` | Load | 3-9 |",
            [],
        ),
        ("## Test coverage\n\n- `shop/store.py` (20 lines)", [BAD]),
        ("- [ ] `shop/store.py` (20 lines)", []),
        ("- **Before:** `shop/store.py` (20 lines)", []),
        ("- **After:** `shop/store.py` (20 lines)", [BAD]),
        ("| File | Function | Lines |\n|---|---|---|\n| `shop/store.py:2` | `save()` | 20 |", []),
    ],
)
def test_lengths_of_a_file_and_of_parts(text: str, verdicts: list[Verdict]) -> None:
    assert lengths(text) == verdicts


def test_a_round_number_that_is_near_is_an_estimate() -> None:
    files = {"shop/store.py": "a = 1\n" * 96}
    claims = {"100": OPEN, "150": BAD, "100+": BAD, "99": BAD, "90": BAD, "110": BAD, "85": BAD}
    assert {one: lengths(f"`shop/store.py` ({one} lines)", files) for one in claims} == {
        one: [verdict] for one, verdict in claims.items()
    }
    files = {"shop/store.py": "a = 1\n" * 394}
    claims = {"400": OPEN, "400+": OPEN, "380": OPEN, "390": OPEN, "370": BAD, "405": BAD, "391": BAD, "410+": BAD}
    assert {one: lengths(f"`shop/store.py` ({one} lines)", files) for one in claims} == {
        one: [verdict] for one, verdict in claims.items()
    }


def test_a_table_below_a_title_that_counts_lines_of_code() -> None:
    files = {"shop/store.py": "a = 1\n\n# remark\n" * 40}
    text = "## Largest files ({})\n\n| File | Lines |\n|---|---|\n| `shop/store.py` | 77 |"
    assert [lengths(text.format(one), files) for one in ("LOC", "all lines")] == [[OPEN], [BAD]]


def test_an_estimate_of_any_moment_is_one() -> None:
    first, later = ({"shop/store.py": "a = 1\n" * length} for length in (394, 900))
    found = case("# Report\n\n`shop/store.py` (390 lines)\n", first, later)
    assert [one.verdict for one in length_statements(found)] == [OPEN]


def test_a_length_behind_two_names_may_be_that_of_both() -> None:
    files = {**STORE, "shop/cart.py": "e = 5\n"}
    assert lengths("`shop/store.py` + `shop/cart.py` (5 lines)", files) == []
    assert lengths("`shop/store.py` (4 lines) + `shop/cart.py` (9 lines)", files) == [GOOD, BAD]


@pytest.mark.parametrize(
    ("dated", "verdict"),
    [
        ("**Date:** 2024-06-30", OPEN),
        ("**Verification date:** 2024-03-02", OPEN),
        ("## What was found on 2024-06-30", BAD),
        ("**Date:** 2024-07-01", BAD),
        ("**Date:** 2022-07-01", BAD),
    ],
)
def test_what_came_with_the_first_commit_may_be_of_an_earlier_day(dated: str, verdict: Verdict) -> None:
    found = case(f"# Report\n\n{dated}\n\n`shop/store.py:90`\n", STORE)
    begun = History(added="2024-07-01", changed="2024-07-01", first="2024-07-01", is_import=True)
    assert [one.verdict for one in range_statements(replace(found, history=begun))] == [verdict]
    grown = replace(begun, is_import=False)
    assert [one.verdict for one in range_statements(replace(found, history=grown))] == [BAD]


def test_a_document_that_was_written_on_and_brought_along() -> None:
    begun = History(added="2024-07-09", changed="2024-07-09", first="2024-07-01")
    text = "# Report\n\n**Date:** 2024-05-05{}\n\n`shop/store.py:90`\n"
    shown = [case(text.format(more), STORE) for more in ("", " - last updated 2024-06-20")]
    verdicts = [[one.verdict for one in range_statements(replace(each, history=begun))] for each in shown]
    assert verdicts == [[BAD], [OPEN]]


def test_a_day_in_the_name_of_what_came_with_the_first_commit() -> None:
    begun = History(added="2024-07-01", changed="2024-07-01", first="2024-07-01", is_import=True)
    found = replace(case("# Report\n\n`shop/store.py:90`\n", STORE), history=begun)
    named = replace(found, home="docs/audit-2024-06-30.md")
    assert [[one.verdict for one in range_statements(each)] for each in (found, named)] == [[BAD], [OPEN]]


def test_lines_of_an_example_are_not_looked_for() -> None:
    assert list(range_statements(case("# Report\n\n## Example of a claim\n\n`shop/store.py:90`\n", STORE))) == []


def test_lengths_in_a_drawn_tree() -> None:
    tree = "```\nproject/\n├── shop/\n│   ├── store.py   # Keeps what is sold ({} lines)\n```"
    assert lengths(tree.format(4)) == [GOOD]
    assert lengths(tree.format(30)) == [BAD]
    assert lengths(tree.format(30).replace("shop/\n", "other/\n")) == []


def test_lines_of_code_may_be_fewer_than_lines() -> None:
    code = {"shop/store.py": '"""Says\nwhat it is."""\n\nimport os\n\nx = 1\n# remark\ny = 2\n'}
    assert lengths("`shop/store.py` (5 LOC)", code) == [OPEN]
    assert lengths("`shop/store.py` (1 LOC)", code) == [BAD]
    assert lengths("`shop/store.py` (20 LOC)", code) == [BAD]
    assert lengths("`shop/store.py` (5 lines)", code) == [BAD]


def test_a_bare_name_that_several_files_bear_accuses_none() -> None:
    files = {"main.py": "a = 1\n", "api/main.py": "b = 2\n", "docs/guide.md": "x\n", "guide.md": "y\n" * 9}
    assert lengths("**main.py** (900 lines)", files) == []
    assert lengths("`guide.md` (900 lines)", files) == [BAD]
    assert lengths("`guide.md` (9 lines)", files) == [OPEN]
    assert resolve_content("main.py", view(files), "docs").found is Found.MANY
    assert resolve_content("guide.md", view(files), "docs").paths == ("docs/guide.md",)


@pytest.mark.parametrize(
    "text",
    [
        "**File**: `infra/main.tf` (in S3 only - 450+ lines)",
        "**File**: `/static/css/site.css`",
        "**File**: `web/dist/app.js`",
        "- Removed `shop/old.py` (1,341 lines of dead code)",
        "**Allowed files:** `shop/later.py` (or equivalent)",
        "**File**: `shop.zip` → `services/shop.ts`",
        "**Status**: Ready for implementation\n\n**Implementation**: `core/late.py`",
        "**File**: `elsewhere/kept/part.py`",
        "## Example output\n\n**Location**: `services/auth.js:45`",
        "## What remains\n\n**File**: `tests/test_later.py`",
        "**Guide**: GUIDE.md (600+ lines)",
        "- `mobile/key.properties` (5 lines)",
        "- Create: `shop/later.py` (400 lines)",
        "- `mobile/service.py:45` - takes any",
        "Format: `shop/store.py:12` or `path/to/shop/part.py:45-50`",
        "**Files**: `shop/_/dto/_.dto.py`",
        "**Location**: `lib/tools/shop/state.py:428`",
        "**File**: `mobile/local.ini`",
    ],
)
def test_a_file_whose_absence_is_explained_is_not_called_missing(text: str) -> None:
    found = case(f"# Report\n\n{text}\n", {**STORE, **LEFT_OUT})
    assert BAD not in [one.verdict for one in file_statements(found)]


def test_a_file_that_is_missing_is_still_called_missing() -> None:
    found = case("# Report\n\n**File**: `shop/cart.py`\n", STORE)
    assert [one.verdict for one in file_statements(found)] == [BAD]
    named = replace(found, was_named=lambda name: name == "cart.py")
    assert [one.verdict for one in file_statements(named)] == [OPEN]
    assert [one.verdict for one in file_statements(replace(found, home="agents/AUDIT.md"))] == [OPEN]
    plan = case("# Implementation plan\n\n**File**: `shop/cart.py`\n", STORE)
    assert list(file_statements(plan)) == []


@pytest.mark.parametrize(
    ("there", "verdict"),
    [
        ("src/shop.cart.py", OPEN),
        ("src/old cart.py", OPEN),
        ("src/workshop.cart.py", BAD),
        ("src/gocart.py", BAD),
    ],
)
def test_a_longer_name_explains_a_missing_file_only_from_a_boundary_on(there: str, verdict: Verdict) -> None:
    found = case("# Report\n\n**File**: `shop/cart.py`\n", {**STORE, there: "x = 1\n"})
    assert [one.verdict for one in file_statements(found)] == [verdict]


def test_a_pattern_is_supported_by_what_it_fits() -> None:
    found = case("# Report\n\n**Files**: `shop/*.py`\n\n**Files**: `shop/*.ts`\n", STORE)
    assert [one.verdict for one in file_statements(found)] == [GOOD, OPEN]


def test_lines_that_a_field_below_the_file_cites() -> None:
    text = "# Report\n\n**File**: `shop/store.py`\n**Lines**: {}\n"
    assert [one.verdict for one in range_statements(case(text.format("1-3"), STORE))] == [GOOD]
    assert [one.verdict for one in range_statements(case(text.format("10-20"), STORE))] == [BAD]
    assert list(range_statements(case("# Report\n\n- `shop/store.py:90` - these lines don't exist\n", STORE))) == []


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("No Dockerfile", [BAD]),
        ("❌ No LICENSE file", [GOOD]),
        ("| Dockerfile | ❌ Missing |", [BAD]),
        ("**Missing**: `shop/`", []),
        ("No `shop/` directory", [BAD]),
        ("`shop/` (missing)", []),
        ("No Dockerfile in the backend", []),
        ("`shop/store.py` - missing remarks", []),
        ("`shop/store.py` | ❌ Missing", [BAD]),
        ("`shop/store.py` is missing - write it", [BAD]),
        ("`shop/store.py:2` | Missing-scope check", []),
        ("`shop/store.py` missing `.env`, and more", []),
    ],
)
def test_absences_of_files_without_an_ending_and_of_folders(text: str, verdicts: list[Verdict]) -> None:
    table = "| File | State |\n|---|---|\n" if text.startswith("|") else ""
    files = {**STORE, "Dockerfile": "FROM x\n"}
    assert [one.verdict for one in absence_statements(case(f"# Report\n\n{table}{text}\n", files))] == verdicts


def test_what_came_with_the_document_may_have_been_missing_before() -> None:
    found = case("# Report\n\n`shop/store.py` does not exist\n", STORE)
    mended = replace(found, before=lambda: view({"shop/other.py": ""}))
    there = replace(found, before=lambda: view(STORE))
    imported = replace(there, history=History(is_import=True))
    assert [[one.verdict for one in absence_statements(each)] for each in (mended, there, imported)] == [
        [OPEN],
        [BAD],
        [OPEN],
    ]


@pytest.mark.parametrize(
    ("path", "text", "claimed", "verdict"),
    [
        ("t/a.test.ts", "it('a', () => {})\ntest('b', () => {})\n", 9, BAD),
        ("t/a.test.ts", "it.each([1])('a', () => {})\ntest('b', () => {})\n", 9, OPEN),
        ("t/a_test.go", "func TestA(t *testing.T) {}\n", 9, BAD),
        ("t/a_test.go", "func TestA(t *testing.T) {\n\tt.Run('x', f)\n}\n", 9, OPEN),
        ("t/a.rs", "#[test]\nfn a() {}\n", 9, BAD),
        ("t/ATest.java", "@Test\nvoid a() {}\n", 9, BAD),
        ("t/test_a.py", "def test_one(url):\n    pass\n\n\ntest_one('a')\ntest_one('b')\n", 9, OPEN),
        ("t/test_a.py", "class TestA(TestBase):\n    def test_one(self):\n        pass\n", 9, OPEN),
    ],
)
def test_counts_of_tests_in_other_languages(path: str, text: str, claimed: int, verdict: Verdict) -> None:
    found = count_statements(case(f"# Report\n\n- `{path}` ({claimed} tests)\n", {path: text}))
    assert [one.verdict for one in found] == [verdict]


def test_a_count_that_another_version_has_is_drift() -> None:
    now = {"t/test_a.py": "def test_one():\n    pass\n"}
    found = case("# Report\n\n- `t/test_a.py` (2 tests)\n", now)
    old = ("def test_one():", "    pass", "def test_two():", "    pass")
    drifted = Case(document=found.document, views=found.views, versions=lambda _path: iter([("at commit 0", old)]))
    assert [one.verdict for one in count_statements(found)] == [BAD]
    assert [one.verdict for one in count_statements(drifted)] == [OPEN]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("`shop/` (1 files)", [GOOD]),
        ("12 files in `shop/`", [BAD]),
        ("`shop/` (2 files)", [GOOD]),
        ("12 files will be in `shop/`", []),
    ],
)
def test_counts_of_the_files_of_a_folder(text: str, verdicts: list[Verdict]) -> None:
    files = {**STORE, "shop/readme.md": "x\n"}
    assert [one.verdict for one in folder_statements(case(f"# Report\n\n- {text}\n", files))] == verdicts


def test_more_lines_of_code_than_the_repository_has_lines() -> None:
    text = "# Report\n\n- **Lines of Code**: {}\n"
    assert [one.verdict for one in whole_statements(case(text.format("12,000"), STORE))] == [BAD]
    long = {"shop/store.py": "a = 1\n" * 13_000}
    assert [one.verdict for one in whole_statements(case(text.format("12,000"), long))] == [OPEN]


def test_unit_tests_that_passed_where_there_are_none() -> None:
    text = "# Report\n\n- All unit tests passed\n- All tests passed\n- All integration tests pass in the browser\n"
    assert [one.verdict for one in result_statements(case(text, STORE))] == [BAD, OPEN, OPEN]
    tested = {**STORE, "tests/test_store.py": "def test_a():\n    pass\n"}
    assert BAD not in [one.verdict for one in result_statements(case(text, tested))]


def test_an_open_box_is_no_result() -> None:
    tests = {"tests/test_store.py": "import pytest\n\n\n@pytest.mark.skip\ndef test_a():\n    pass\n"}
    found = case("# Report\n\n- [ ] No skipped tests\n- [ ] All unit tests pass\n- No skipped tests\n", tests)
    assert [one.line for one in no_skips_statements(found)] == [5]
    assert list(result_statements(found)) == []


STEPS = {
    "shop/panel.tsx": "export function PanelIntegration(props) {\n  return render(props.session, props.symbol)\n}\n",
    "shop/routes.py": "async def find(item: str, owner: str = Depends(owner)) -> Item:\n    if item not in store:\n        raise HTTPException(404, detail=f'{item} not found')\n    return store[item]\n",
}


@pytest.mark.parametrize(
    ("path", "code", "verdicts"),
    [
        ("shop/panel.tsx", "<PanelIntegration\n  session='session-123'\n  symbol='ABCDEF'\n/>", [OPEN]),
        ("shop/panel.tsx", "function RenderedElsewhere(props) {\n  return somethingElse(props)\n}", [BAD]),
        (
            "shop/routes.py",
            "async def find(item: str, owner: str = Depends(owner)):\n    if item not in store:\n        raise HTTPException(404, detail='not found')\n    return Reply(item)",
            [OPEN],
        ),
    ],
)
def test_code_that_uses_a_file_or_tells_it_in_short(path: str, code: str, verdicts: list[Verdict]) -> None:
    text = f"# Report\n\n**File**: `{path}`\n```ts\n{code}\n```\n"
    assert [one.verdict for one in quotation_statements(case(text, STEPS))] == verdicts


def test_tests_and_files_beside_the_names_of_a_drawn_tree() -> None:
    tree = "# Report\n\n```\nproject/\n├── tests/          # {} files\n│   └── test_a.py   # {} tests\n```\n"
    files = {"tests/test_a.py": "def test_one():\n    pass\n"}
    right, wrong = case(tree.format(1, 1), files), case(tree.format(7, 7), files)
    for check in (count_statements, folder_statements):
        assert [one.verdict for one in check(right)] == [GOOD]
        assert [one.verdict for one in check(wrong)] == [BAD]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("116 test files cover it", [BAD]),
        ("1 test files", []),
        ("add 116 test files", []),
        ("Success criteria:\n\n- 116 test files", []),
    ],
)
def test_more_files_of_tests_than_there_can_be(text: str, verdicts: list[Verdict]) -> None:
    found = case(f"# Report\n\n{text}\n", {**STORE, "tests/test_a.py": "def test_one():\n    pass\n"})
    assert [one.verdict for one in whole_statements(found)] == verdicts


def test_a_folder_that_a_tree_names_alone_lies_at_the_root() -> None:
    tree = "# Report\n\n```\n├── parts  # 40 files\n└── end\n```\n"
    assert [one.verdict for one in folder_statements(case(tree, {"parts/a.py": ""}))] == [BAD]
    assert list(folder_statements(case(tree, {"shop/parts/a.py": ""}))) == []


def test_lines_that_a_link_cites() -> None:
    text = "# Report\n\n- [store](shop/store.py#L{}) is slow\n"
    assert [one.verdict for one in range_statements(case(text.format(2), STORE))] == [GOOD]
    assert [one.verdict for one in range_statements(case(text.format("20-L30"), STORE))] == [BAD]


def test_a_bare_name_is_not_looked_for_where_it_is_not_said_to_lie() -> None:
    files = {"services/shop/main.py": "a = 1\n", "services/shop/sale_tax.py": "b = 2\n"}
    assert lengths("`main.py` (900 lines)", files) == []
    assert lengths("`sale_tax.py` (900 lines)", files) == [BAD]
    assert lengths("**Location**: `services/bank/`\n- `sale_tax.py` (900 lines)", files) == []
    assert lengths("**Location**: `services/shop/`\n- `sale_tax.py` (900 lines)", files) == [BAD]


QUOTED = "raise HTTPException(404, detail=f'{item} not found')\nreturn store[item]"
INVENTED = "connection = open_connection(timeout=30)\nreturn connection.fetch_everything()"


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        (f"# shop/routes.py:3-4 - VULNERABLE\n{QUOTED}", [GOOD]),
        (f"# shop/routes.py:3-4 - VULNERABLE\n{INVENTED}", [BAD]),
        (f"# shop/routes.py:3\n{QUOTED}\n\n# shop/panel.tsx:2\n{INVENTED}", [GOOD, BAD]),
        (f"# shop/routes.py:3-4 - fixed\n{INVENTED}", []),
        (f"# shop/routes.py:3-4\n{INVENTED}\n# rest of the function", [OPEN]),
        (f"# routes.py\n{INVENTED}", []),
        (f"# gone.py:3-4\n{INVENTED}", []),
        (f"# shop/routes.py:3-4\n# Change from:\n{INVENTED}", [OPEN]),
        (f"# shop/routes.py:3-4\n# Opens it anew\n{INVENTED}", [BAD]),
        (f"error: this can be derived\n  --> shop/routes.py:3:1\n{INVENTED}", []),
        (f"# shop/routes.py:3-4\n{QUOTED}\n{INVENTED}\nclose(connection)", [OPEN]),
        (f"# shop/routes.py:3-4\n{INVENTED}  # ❌ opens twice", [OPEN]),
    ],
)
def test_code_below_a_remark_that_names_its_place(code: str, verdicts: list[Verdict]) -> None:
    text = f"# Report\n\n**Injection**\n```python\n{code}\n```\n"
    assert [one.verdict for one in quotation_statements(case(text, STEPS))] == verdicts


def test_code_in_a_plan_is_no_quotation() -> None:
    text = "# {}\n\n**File**: `shop/routes.py:3`\n\n```python\n" + INVENTED + "\n```\n"
    shown = [text.format("Audit"), text.format("Action plan")]
    assert [[one.verdict for one in quotation_statements(case(one, STEPS))] for one in shown] == [[BAD], [OPEN]]


def test_a_list_of_what_is_done_in_a_code_block_is_no_quotation() -> None:
    done = "\n".join(f"\u2705 Opens the connection {word} (complete)" for word in ("once", "twice", "late"))
    text = f"# Report\n\n**File**: `shop/routes.py`\n\n```python\n{done}\n```\n"
    assert list(quotation_statements(case(text, STEPS))) == []


def test_code_that_is_introduced_as_no_quotation() -> None:
    text = "# Report\n\n**{}:**\n\n```python\n# shop/routes.py:3-4\n" + INVENTED + "\n```\n"
    shown = [text.format("Evidence"), text.format("Integration points (ready to use)")]
    assert [[one.verdict for one in quotation_statements(case(one, STEPS))] for one in shown] == [[BAD], []]


@pytest.mark.parametrize("text", ["Lines 20-30 of `shop/store.py`", "- **Applied at:** Lines 20-30 (shop/store.py)"])
def test_lines_that_stand_before_the_name(text: str) -> None:
    assert [one.verdict for one in range_statements(case(f"# Report\n\n{text}\n", STORE))] == [BAD]


def test_the_name_of_a_secret_is_no_credential() -> None:
    told = "# Report\n\nARN: arn:aws:secretsmanager:eu-west-1:123456789012:secret:{}\n"
    given = "# Report\n\nAPI_SECRET: {}\n"
    value = "q7Vx2Lm9Rz4Kp8Wd1Nc6"
    assert list(credential_statements(document(told.format(value)))) == []
    assert len(list(credential_statements(document(given.format(value))))) == 1


@pytest.mark.parametrize(
    ("path", "home", "there", "verdict"),
    [
        ("../other/src/shop/a.ts", "AUDIT.md", {"shop/b.ts": ""}, OPEN),
        ("../../shop/a.ts", "docs/x/AUDIT.md", {"shop/b.ts": ""}, BAD),
        ("src/shop/a.ts", "AUDIT.md", {"src/shop/b.java": ""}, OPEN),
        ("src/shop/a.ts", "AUDIT.md", {"src/pages/b.ts": ""}, BAD),
        ("front/src/shop/a.ts", "AUDIT.md", {"front/src/shop/b.ts": ""}, OPEN),
        ("front/src/shop/a.ts", "AUDIT.md", {"front/src/shop/b.ts": "", "front/package.json": ""}, BAD),
    ],
)
def test_what_lies_in_another_project_is_not_missing(
    path: str, home: str, there: dict[str, str], verdict: Verdict
) -> None:
    one = replace(case(f"# Report\n\n**File**: `{path}`\n", there), home=home)
    assert [found.verdict for found in file_statements(one)] == [verdict]


@pytest.mark.parametrize(
    "field", ["**Status**: ✅ / ⚠️ / ❌", "**Notes**: _______________", "☐ Yes ☐ No", "**Result**: ✅ | ❌"]
)
def test_a_form_that_nobody_filled_in_cites_nothing(field: str) -> None:
    cited = "# Checks\n\n## Access\n\n**Evidence**: `shop/rules.py`\n"
    assert [one.verdict for one in file_statements(case(cited, STORE))] == [BAD]
    assert list(file_statements(case(f"{cited}{field}\n", STORE))) == []
