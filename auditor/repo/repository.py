"""Finds the git repository at a path, and asks it what a snapshot needs to know."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sys import intern

from auditor.errors import Place, UserError
from auditor.repo.borrowed import refuse_borrowed_git
from auditor.repo.git import Asked, GitFailure, GitRunner

__all__ = ["Commit", "Repository", "Row", "find_repository", "index_rows"]

SUBMODULE = "160000"
LINK = "120000"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit with its tree and date (RFC 3339, UTC; None where it states none that exists)."""

    identifier: str
    tree: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the index or of a tree.

    `stage` is not 0 in a merge that is not finished; `sparse` files are left out of the work tree on purpose.
    """

    mode: str
    blob: str
    path: bytes
    stage: int = 0
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository: its git directory, and whether it has a work tree at `folder`."""

    folder: Path
    git_dir: str
    bare: bool
    shallow: bool
    algorithm: str
    runner: GitRunner

    def commit(self, revision: str) -> Commit | None:
        """The commit that a revision names, or None where it names none."""
        identifier = self.commit_named(revision)
        return self.commit_at(identifier) if identifier else None

    def commit_named(self, revision: str) -> str | None:
        """The id of the commit that a revision names, or None where it names none."""
        try:
            return self.runner.text("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        except GitFailure:
            return None

    def commit_at(self, identifier: str) -> Commit | None:
        """The commit of an id, or None where it cannot be read."""
        try:
            headers = self.runner.text("cat-file", "commit", identifier).partition("\n\n")[0].split("\n")
        except GitFailure:
            return None
        values = dict(reversed([line.partition(" ")[::2] for line in headers]))
        return Commit(identifier, values.get("tree", ""), _date(values.get("committer", "")))

    def tree(self, identifier: str) -> tuple[Row, ...]:
        """Every file of a tree. Raises GitFailure where a part of it is missing."""
        rows = self.runner.run("ls-tree", "-r", "-z", "--full-tree", identifier).split(b"\0")[:-1]
        found = []
        for row in rows:
            words, _, path = row.partition(b"\t")
            mode, _, blob = words.decode("ascii").split(" ")
            found.append(Row(intern(mode), intern(blob), path))
        return tuple(found)

    def index(self) -> Asked:
        """Asks for every file of the index; `index_rows` reads the answer."""
        return self.runner.ask("ls-files", "-z", "-s", "-t")

    def untracked(self) -> Asked:
        """Asks for every file of the work tree that is neither tracked nor ignored.

        Each stands before a NUL; a nested repository ends in a slash.
        """
        return self.runner.ask("ls-files", "-z", "--others", "--exclude-standard")

    def missing(self, commit: str) -> frozenset[str]:
        """The objects of a commit that a partial clone does not have; asks no remote for them."""
        if not self._is_partial():
            return frozenset()
        lines = self.runner.run("rev-list", "--objects", "--no-walk", "--missing=print", commit).splitlines()
        return frozenset(line[1:].decode("ascii", "replace") for line in lines if line.startswith(b"?"))

    def sizes(self, blobs: tuple[str, ...]) -> dict[str, int]:
        """The size in bytes of every blob that the store has."""
        output = self.runner.feed(blobs, "cat-file", "--batch-check").decode("ascii", "replace")
        rows = (line.split() for line in output.splitlines())
        return {row[0]: int(row[2]) for row in rows if len(row) == 3}  # noqa: PLR2004 - "<id> <type> <size>"

    def name(self) -> str:
        """The last part of the origin's address without credentials, or the name of the folder."""
        try:
            address = self.runner.text("config", "--local", "--no-includes", "--get", "remote.origin.url")
        except GitFailure:
            address = ""
        last = (
            address.rstrip("/")
            .replace("\\", "/")
            .replace(":", "/")
            .rpartition("/")[2]
            .partition("?")[0]
            .rpartition("@")[2]
        )
        name = "".join(char for char in last.removesuffix(".git") if char.isprintable())
        folder = self.folder.name.removesuffix(".git") or self.folder.parent.name
        return name or os.fsencode(folder).decode("utf-8", "backslashreplace")

    def _is_partial(self) -> bool:
        try:
            return bool(
                self.runner.run(
                    "config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"
                )
            )
        except GitFailure:
            return False


def index_rows(listed: bytes) -> tuple[Row, ...]:
    """The files that `Repository.index` lists."""
    found = []
    for row in listed.split(b"\0")[:-1]:
        words, _, path = row.partition(b"\t")
        tag, mode, blob, stage = words.decode("ascii").split(" ")
        found.append(Row(intern(mode), intern(blob), path, int(stage), tag == "S"))
    return tuple(found)


def find_repository(folder: Path) -> Repository | None:
    """The repository whose top is `folder`, or None where it is a folder without git.

    Raises UserError where the folder lies inside a repository, where its git data cannot be read, and where that belongs
    to another repository.
    """
    asked = ("--absolute-git-dir", "--is-bare-repository", "--is-shallow-repository", "--show-object-format")
    try:
        answers = GitRunner(folder).text("rev-parse", *asked).split("\n")
    except GitFailure as failure:
        if not os.path.lexists(folder / ".git") and "not a git repository" in str(failure):
            return None
        remedy = "mend the repository, or clone it anew"
        raise UserError(
            f"git cannot read this repository: {failure}", place=Place(str(folder)), remedy=remedy
        ) from failure
    *lines, bare, shallow, algorithm = answers
    git_dir = "\n".join(lines)  # a path may hold line ends
    is_bare = bare == "true"
    work_tree = not is_bare and _is_top(folder, git_dir)
    if not work_tree and not (is_bare and (_same(folder, git_dir) or _is_top(folder, git_dir))):
        raise _inside(folder, git_dir, is_bare)
    refuse_borrowed_git(folder, git_dir)
    runner = GitRunner(folder, git_dir, folder if work_tree else None)
    return Repository(folder, git_dir, not work_tree, shallow == "true", algorithm, runner)


def _is_top(folder: Path, git_dir: str) -> bool:
    marker = folder / ".git"
    return marker.is_file() or _same(marker, git_dir)


def _same(folder: Path, git_dir: str) -> bool:
    return os.path.realpath(folder) == os.path.realpath(git_dir)


def _inside(folder: Path, git_dir: str, is_bare: bool) -> UserError:
    top = git_dir
    if not is_bare:
        try:
            top = GitRunner(folder).text("rev-parse", "--show-toplevel")
        except GitFailure:  # inside the git directory itself
            top = str(Path(git_dir).parent)
    return UserError(
        f"this folder lies inside the repository {top}",
        place=Place(str(folder)),
        remedy=f"audit {top}, and name the folder as a component in its .auditor.yaml",
    )


def _date(committer: str) -> str | None:
    try:
        seconds = int(committer.rpartition("> ")[2].partition(" ")[0])
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None
