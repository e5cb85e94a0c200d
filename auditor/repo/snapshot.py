"""A snapshot: the files of one repository at one commit, in its work tree, or of a folder without git."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.errors import Place, UserError
from auditor.model.repository import RepositoryIdentity
from auditor.model.source import SPARSE, LeftOut, Role
from auditor.repo.byte_store import ByteStore
from auditor.repo.exclusion import without_excluded
from auditor.repo.git import GitFailure
from auditor.repo.inventory import HEAD_BYTES, LARGEST, LFS_POINTER, Entry, Separated, separate, ships, take_inventory
from auditor.repo.language import language_of
from auditor.repo.objects import MISSING, ObjectReader
from auditor.repo.observed import Observed, audited_folder, broken, look_at
from auditor.repo.reader import Inventory, Reader, ReadFailure
from auditor.repo.repository import LINK, SUBMODULE, Commit, Repository, Row, find_repository, index_rows
from auditor.repo.role import is_among_tests, role_of
from auditor.repo.seen_files import condensed, recall
from auditor.repo.worktree import WorktreeReader, show_paths, walk
from auditor.repo.worktree_state import WorktreeState, read_worktree

__all__ = ["Memory", "Snapshot", "open_snapshot"]

SUBMODULE_REASON = "submodule: another repository"
LINK_REASON = "symbolic link"
DIRTY_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which repository and commit, what is in it, and how its files are read."""

    identity: RepositoryIdentity
    inventory: Inventory
    reader: Reader


@dataclass(frozen=True, slots=True)
class Memory:
    """Where it is remembered what was seen of a work tree; `salt` stands for the code that saw it."""

    store: ByteStore
    salt: bytes


def open_snapshot(
    path: Path, revision: str | None = None, memory: Memory | None = None, observed: Observed | None = None
) -> Snapshot:
    """The work tree at `path`, or what `revision` names in its repository, without a checkout.

    A bare repository is read at its HEAD. With `memory`, files that are as they were are not read again. `observed` is what
    was seen of the work tree, where somebody has looked. What the snapshot's own configuration excludes is left out, and named.
    Raises UserError where there is nothing to audit, or the configuration is wrong.
    """
    folder = audited_folder(path)
    repository = observed.repository if observed else find_repository(folder)
    if repository is None:
        if revision is not None:
            remedy = "leave the revision away, or name a git repository"
            raise UserError(
                f"there is no revision {revision!r}: this is no git repository", place=Place(str(path)), remedy=remedy
            )
        snapshot = _plain(folder)
    elif revision is not None or repository.bare:
        snapshot = _at(repository, "HEAD" if revision is None else revision, revision)
    else:
        snapshot = _work_tree(observed or look_at(repository), memory)
    snapshot = _without_excluded(snapshot)
    if not snapshot.inventory.files and not snapshot.inventory.unreadable:
        left = sum(one.files for one in snapshot.inventory.left_out)
        what = f"all {left} files were left out" if left else "there is no file"
        raise UserError(
            f"nothing to audit: {what}", place=Place(str(path)), remedy="name a repository or revision that has files"
        )
    return snapshot


def _without_excluded(snapshot: Snapshot) -> Snapshot:
    """The snapshot without what its own configuration excludes; its identity counts what would have been judged."""
    whole, kept = snapshot.inventory, without_excluded(snapshot.inventory, snapshot.reader)
    documents = {file.path for file in whole.files if file.role is Role.DOCUMENTATION and not is_among_tests(file.path)}
    excluded = documents.union(file.path for file in whole.files if file.role is Role.SHIPPED)
    excluded |= {path for path, _ in whole.unreadable if ships(path)}
    excluded -= {file.path for file in kept.files}.union(path for path, _ in kept.unreadable)
    absent = [one for one in kept.left_out if one.reason in (SPARSE, LFS_POINTER) and ships(one.path)]
    return replace(snapshot, inventory=kept, identity=replace(snapshot.identity, unseen=len(excluded) + len(absent)))


def _plain(folder: Path) -> Snapshot:
    found = sorted(walk(folder))
    shown = show_paths([path for path, _ in found])
    refused = tuple((shown[path] or ".", reason) for path, reason in found if reason is not None)
    paths = [shown[path] for path, reason in found if reason is None]
    reader = _worktree_reader(folder, shown)
    state = read_worktree(separate(paths, reader), {}, reader, "sha1", tracked=frozenset())
    inventory = _inventory(state, reader, paths, (), refused)
    name = str(folder.name).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") or "root"
    return Snapshot(RepositoryIdentity(name=name, commit=None, tree=None, dirty=True, git=False), inventory, reader)


def _work_tree(observed: Observed, memory: Memory | None) -> Snapshot:
    repository, rows, untracked = observed.repository, index_rows(observed.index), observed.untracked.split(b"\0")[:-1]
    try:
        head = repository.commit_at(observed.head) if observed.head else None
        committed = repository.tree(head.identifier) if head else ()
    except GitFailure as failure:
        raise broken(repository, failure) from failure
    nested = [path[:-1] for path in untracked if path.endswith(b"/")]
    loose = [path for path in untracked if not path.endswith(b"/")]
    shown = show_paths(sorted({row.path for row in (*rows, *committed)}.union(nested, loose)))
    staged = _staged(rows, committed, shown)
    left, blobs = _sort_out(rows, shown)
    left += [LeftOut(shown[path], "another repository") for path in nested]
    aside = {one.path for one in left}
    tracked = frozenset(shown[row.path] for row in rows)
    paths = sorted(tracked.union(shown[path] for path in loose))
    reader = _worktree_reader(repository.folder, shown)
    del rows, committed, shown  # in a large repository they take as much memory as all that is made of them
    parts = separate(paths, reader)
    own = replace(parts, own=tuple(path for path in parts.own if path not in aside))
    seen = recall(memory.store, memory.salt, repository.folder) if memory else None
    state = read_worktree(own, blobs, reader, repository.algorithm, tracked=tracked, seen=seen, stamps=observed.stamps)
    dirty = sorted(set(state.changed) | (staged - parts.members.keys()))
    rest = [one for one in left if one.path not in parts.members]
    inventory = _inventory(state, reader, [path for path in paths if path not in state.gone], rest)
    identity = _identity(repository, observed.name, head, tuple(dirty), is_dirty=bool(dirty) or head is None)
    return Snapshot(identity, inventory, reader)


def _staged(rows: Iterable[Row], committed: Iterable[Row], shown: dict[bytes, str]) -> set[str]:
    """The paths at which the index differs from the commit, and those that a merge left open."""
    before = {row.path: row for row in committed}
    differing = set()
    for row in rows:
        one = before.pop(row.path, None)
        if one is None or (one.mode, one.blob, 0) != (row.mode, row.blob, row.stage):
            differing.add(shown[row.path])
    return differing.union(shown[path] for path in before)


def _at(repository: Repository, revision: str, asked: str | None) -> Snapshot:
    commit = repository.commit(revision)
    if commit is None:
        what = "the repository has no commit" if asked is None else f"there is no commit {asked!r} in this repository"
        remedy = "commit something first" if asked is None else "name a commit, branch or tag that `git log` shows"
        raise UserError(what, place=Place(str(repository.folder)), remedy=remedy)
    try:
        rows, absent = repository.tree(commit.identifier), repository.missing(commit.identifier)
    except GitFailure as failure:
        raise broken(repository, failure) from failure
    shown = show_paths([row.path for row in rows])
    left, blobs = _sort_out(rows, shown)
    reader = ObjectReader(repository.folder, repository.git_dir, blobs, absent, repository.algorithm)
    paths = [shown[row.path] for row in rows]
    parts = separate(paths, reader)
    state = _read_objects(parts, {path: blobs[path] for path in parts.own if path in blobs}, repository, reader, absent)
    inventory = _inventory(state, reader, paths, [one for one in left if one.path not in parts.members])
    reader.close()
    identity = _identity(repository, repository.name(), commit, (), is_dirty=False)
    return Snapshot(replace(identity, revision=asked), inventory, reader)


def _read_objects(
    parts: Separated, blobs: dict[str, str], repository: Repository, reader: ObjectReader, absent: frozenset[str]
) -> WorktreeState:
    try:
        sizes = repository.sizes(tuple(sorted(set(blobs.values()) - absent)))
    except GitFailure as failure:
        raise broken(repository, failure) from failure
    entries: list[Entry] = []
    refused: list[tuple[str, str]] = []
    for path, blob in blobs.items():
        if blob not in sizes:
            refused.append((path, MISSING))
            continue
        try:
            head = b"" if sizes[blob] > LARGEST else condensed(reader.read(path)[:HEAD_BYTES])
        except ReadFailure as failure:
            refused.append((path, str(failure)))
        else:
            entries.append(Entry(path, blob, sizes[blob], head))
    unreadable = tuple(refused)
    return WorktreeState(
        entries=tuple(entries), left_out=(), unreadable=unreadable, changed=(), gone=frozenset(), parts=parts
    )


def _sort_out(rows: Iterable[Row], shown: dict[bytes, str]) -> tuple[list[LeftOut], dict[str, str]]:
    """What is no regular file, named; and the blob of every other path."""
    left: list[LeftOut] = []
    blobs: dict[str, str] = {}
    for row in rows:
        path = shown[row.path]
        if row.mode == SUBMODULE:
            left.append(LeftOut(path, SUBMODULE_REASON))
        elif row.mode == LINK:
            left.append(LeftOut(path, LINK_REASON))
        elif row.sparse:
            left.append(LeftOut(path, SPARSE))
        else:
            blobs[path] = row.blob
    return left, blobs


def _inventory(
    state: WorktreeState,
    reader: Reader,
    paths: Iterable[str],
    left: Iterable[LeftOut],
    refused: tuple[tuple[str, str], ...] = (),
) -> Inventory:
    known = take_inventory(state.entries, reader, state.parts)
    unread = {*known.unreadable, *state.unreadable, *refused}
    data = {(path, reason) for path, reason in unread if _is_data(path)}
    unjudged_data = [LeftOut(path, reason) for path, reason in data]
    return replace(
        known,
        left_out=tuple(sorted({*known.left_out, *state.left_out, *left, *unjudged_data})),
        unreadable=tuple(sorted(unread - data)),
        all_paths=frozenset(paths),
        vendored_trees=state.parts.left_out(state.tracked_members(paths)),
        contents=state.contents,
    )


def _is_data(path: str) -> bool:
    """Whether the name alone tells that no rule would judge the file: a picture, a log, an archive."""
    return role_of(path, language_of(path, b""), 0, b"") is Role.DATA


def _identity(
    repository: Repository, name: str, commit: Commit | None, dirty: tuple[str, ...], *, is_dirty: bool
) -> RepositoryIdentity:
    return RepositoryIdentity(
        name=name,
        commit=commit.identifier if commit else None,
        tree=commit.tree if commit else None,
        dirty=is_dirty,
        git=True,
        shallow=repository.shallow,
        head_date=commit.date if commit else None,
        dirty_paths=dirty[:DIRTY_SHOWN],
    )


def _worktree_reader(folder: Path, shown: dict[bytes, str]) -> WorktreeReader:
    return WorktreeReader(folder, {text: raw for raw, text in shown.items() if text.encode() != raw})
