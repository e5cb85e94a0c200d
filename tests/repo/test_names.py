"""File names are bytes: whatever they are, a snapshot shows each once and reads it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.repo.snapshot import open_snapshot
from tests.repo.conftest import ENVIRONMENT, git


@pytest.fixture(scope="module")
def store() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        git(Path(folder), "init", "-q", "--bare")
        yield Path(folder)


def feed(folder: Path, data: bytes, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, env=ENVIRONMENT, input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


NAME = st.one_of(
    st.binary(min_size=1, max_size=12).map(lambda name: name.replace(b"\0", b"0").replace(b"/", b"_")),
    st.sampled_from([b"\xff", b"\\xff", b"\\\\xff", b"a\nb.py", b" ", b"-x", b"\xed\xa0\x80", b"...", b"\x1b[31m"]),
).filter(lambda name: name not in (b".", b"..", b".gitattributes", b".auditor.yaml"))


@settings(max_examples=25, deadline=None)
@given(st.sets(NAME, min_size=1, max_size=6))
def test_any_names_in_a_commit_are_shown_once_and_read(store: Path, names: set[bytes]) -> None:
    blobs = {name: feed(store, name, "hash-object", "-w", "--stdin") for name in names}
    rows = b"".join(b"100644 blob %s\t%s\0" % (blob.encode(), name) for name, blob in blobs.items())
    commit = feed(store, b"", "commit-tree", "-m", "x", feed(store, rows, "mktree", "-z"))
    snapshot = open_snapshot(store, commit)
    assert {file.blob for file in snapshot.inventory.files} == set(blobs.values())
    assert len(snapshot.inventory.all_paths) == len(names)
    for file in snapshot.inventory.files:
        content = snapshot.reader.read(file.path)
        assert blobs[content] == file.blob
        file.path.encode()


def test_a_machine_without_git_is_told_to_install_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from auditor.errors import UserError\n"
        "from auditor.repo.snapshot import open_snapshot\n"
        "try: open_snapshot(Path(sys.argv[1]))\n"
        "except UserError as error: print(error)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    top = Path(__file__).parents[2]
    done = subprocess.run(command, env={"PATH": str(tmp_path)}, cwd=top, capture_output=True, text=True, check=False)
    assert done.stdout == "git is not installed (install git 2.38 or later)\n", done.stderr
