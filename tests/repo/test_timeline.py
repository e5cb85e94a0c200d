"""What the check of documents asks of a history: moves, other branches, names that were there once."""

from pathlib import Path

import pytest

from auditor.repo.timeline import Timeline, open_timeline
from tests.repo.conftest import MakeRepository, git, write


@pytest.fixture
def history(make_repository: MakeRepository) -> Path:
    """A report that was moved in the third commit, beside a file that changed in each, and on another branch."""
    folder = make_repository({"shop/store.py": "a\n"})
    for number, files in enumerate(
        ({"AUDIT.md": "# Audit\n", "shop/store.py": "a\nb\n"}, {"shop/store.py": "a\nb\nc\n"})
    ):
        write(folder, files)
        if number:
            write(folder, {"docs/old/AUDIT.md": "# Audit\n"})
            (folder / "AUDIT.md").unlink()
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", "x")
    git(folder, "checkout", "-q", "-b", "aside")
    write(folder, {"shop/store.py": "other\n", "shop/cart.py": "c\n"})
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    git(folder, "checkout", "-q", "main")
    return folder


def commits(folder: Path) -> list[str]:
    return git(folder, "rev-list", "--reverse", "main").split()


def opened(folder: Path) -> Timeline:
    return open_timeline(folder)


def test_a_document_that_was_moved_was_added_where_it_lay_before(history: Path) -> None:
    timeline = opened(history)
    found = [touch.commit for touch in timeline.touches("docs/old/AUDIT.md")]
    assert found == commits(history)[1:]
    before = timeline.before("docs/old/AUDIT.md")
    assert before is not None
    assert before.paths == {"shop/store.py"}
    assert before.read("shop/store.py") == b"a\n"
    timeline.close()


def test_a_copy_is_no_move(history: Path) -> None:
    write(history, {"COPY.md": "# Audit\n"})
    git(history, "add", "-A")
    git(history, "commit", "-q", "-m", "x")
    timeline = opened(history)
    assert [touch.commit for touch in timeline.touches("COPY.md")] == commits(history)[3:]
    timeline.close()


def test_what_came_first_has_nothing_before_it(history: Path) -> None:
    timeline = opened(history)
    assert timeline.before("shop/store.py") is None
    assert timeline.before("nowhere.md") is None


def test_versions_of_every_branch(history: Path) -> None:
    timeline = opened(history)
    found = {data for _, data in timeline.versions("shop/store.py")}
    assert found == {b"a\n", b"a\nb\n", b"a\nb\nc\n", b"other\n"}
    assert list(timeline.versions("nowhere.py")) == []
    timeline.close()


@pytest.mark.parametrize(("name", "was"), [("cart.py", True), ("AUDIT.md", True), ("never.py", False), ("*.py", False)])
def test_names_that_were_there_once(history: Path, name: str, was: bool) -> None:
    assert opened(history).was_named(name) is was
