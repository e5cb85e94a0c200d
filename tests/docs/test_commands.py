"""Every command that a document shows is run, or named here with the reason why it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.commands import Block, blocks, missing_lines, run_page
from tests.docs.fixtures import FIXTURES
from tests.meta.checkout import ROOT, tracked

NOT_RUN = {
    ("mcp.md", "pip install 'auditor[mcp]'"): "installs from a registry, and then serves until its client ends it",
    (
        "terminal.md",
        "auditor scan . --watch                 # while you mend: what each change resolves and adds",
    ): "runs until it is interrupted",
}
"""The page and the first line of a block that cannot be run here, and why: a cloud's keys, a hosting platform."""
RUN_ELSEWHERE = {"life.md": "tests/e2e/test_life.py"}

PAGES = sorted(path.removeprefix("docs/") for path in tracked() if path.startswith("docs/") and path.count("/") == 1
               and path.endswith(".md"))  # fmt: skip


def shown(page: str) -> list[Block]:
    return blocks((ROOT / "docs" / page).read_text(encoding="utf-8"))


def commands(page: str) -> list[Block]:
    return [block for block in shown(page) if block.language in {"sh", "bash", "console", "shell"}]


RUN = [page for page in PAGES if any(one.mark == "run" for one in commands(page))]


def test_every_block_of_commands_is_run_or_listed_with_a_reason() -> None:
    listed = {(page, one.text.splitlines()[0]) for page in PAGES for one in commands(page) if one.mark != "run"}
    assert listed == set(NOT_RUN)
    assert all(reason.strip() for reason in NOT_RUN.values())


def test_marks_stand_before_what_they_mark() -> None:
    for page in PAGES:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        marked = [one for one in shown(page) if one.mark]
        assert len(marked) == text.count("<!-- run") + text.count("<!-- shows"), page
        assert all(one.language == ("sh" if one.mark == "run" else "text") for one in marked), page


def test_pages_that_are_run_elsewhere_are() -> None:
    for page, test in RUN_ELSEWHERE.items():
        assert page in RUN
        assert f'"{page}"' in (ROOT / test).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [page for page in RUN if page not in RUN_ELSEWHERE])
def test_the_commands_of_a_page_run_as_they_are_shown(page: str, tmp_path: Path) -> None:
    printed = run_page(ROOT / "docs" / page, tmp_path, FIXTURES)
    assert set(printed) == {one.line for one in shown(page) if one.mark == "run"}


PAGE = """# Page

<!-- run: checkout -->
```sh
word=hello
echo "$word" "day $((1 + 2))"
```

<!-- shows -->
```text
hello day ...
```

<!-- run: exit 3 -->
```sh
true
bash -c 'exit 3'
```
"""


class TestTheRunner:
    """It can fail: at a status, at what is shown, at a command in the middle."""

    def test_a_page_that_is_right_passes(self, tmp_path: Path) -> None:
        (tmp_path / "page.md").write_text(PAGE)
        assert run_page(tmp_path / "page.md", tmp_path / "run", FIXTURES) == {4: "hello day 3\n", 15: ""}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("word=hello", "word=hello; false"),
            ("hello day ...", "hello night ..."),
            ("exit 3'", "exit 4'"),
            ("exit 3'", "exit 0'"),
            ("true\n", "bash -c 'exit 3' early\n"),
        ],
    )
    def test_what_differs_from_the_page_fails(self, old: str, new: str, tmp_path: Path) -> None:
        assert old in PAGE
        (tmp_path / "page.md").write_text(PAGE.replace(old, new))
        with pytest.raises(AssertionError):
            run_page(tmp_path / "page.md", tmp_path / "run", FIXTURES)

    def test_lines_must_come_in_order(self) -> None:
        assert missing_lines("a\nb ...\n", "x\na\nb 1\n") == []
        assert missing_lines("b ...\na\n", "x\na\nb 1\n") == ["a"]
