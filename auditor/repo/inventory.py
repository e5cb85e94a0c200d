"""What a snapshot holds: language and role of every file, and what is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.model.source import Language, LeftOut, Role, SourceFile
from auditor.repo.attributes import ATTRIBUTES_NAME, Attributes, read_attributes
from auditor.repo.language import language_named, language_of
from auditor.repo.objects import blob_id
from auditor.repo.reader import Inventory, MemoryReader, Reader, ReadFailure
from auditor.repo.role import DELIVERY_FOLDERS, is_deployed_as_is, role_of
from auditor.repo.vendored import VendoredTrees

__all__ = [
    "HEAD_BYTES",
    "LARGEST",
    "LFS_HEAD",
    "TOO_LARGE",
    "Entry",
    "Separated",
    "memory_inventory",
    "named_file",
    "separate",
    "ships",
    "take_inventory",
    "too_large",
]

HEAD_BYTES = 8192
"""How much of a file is looked at to classify it."""
LARGEST = 5 * 1024 * 1024
TOO_LARGE = "larger than 5 MB"
LFS_POINTER = "Git LFS pointer: the content is not in the repository"
LFS_HEAD = b"version https://git-lfs.github.com/spec/v1\n"
_LFS_LARGEST = 1024
_JUDGED_BY = ("linguist-generated", "linguist-documentation", "linguist-language")
"""Attributes that change as what a file is judged."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A path of the snapshot before it is classified: git blob id and size in bytes.

    `head` holds the first HEAD_BYTES where they are known, so that the file is not read again. `tracked`
    is False for what lies in the work tree and is not in git.
    """

    path: str
    blob: str
    size: int
    head: bytes | None = field(default=None, compare=False, repr=False)
    tracked: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Separated:
    """The paths that are the repository's own, the vendored trees, and the marks of `.gitattributes`."""

    own: tuple[str, ...]
    trees: Mapping[str, str]
    members: Mapping[str, str]
    """Path to the root of its vendored tree."""
    attributes: Attributes

    def left_out(self, tracked: Iterable[str] | None = None) -> tuple[LeftOut, ...]:
        """One entry for each vendored tree, counting all its files, or the tracked ones alone."""
        chosen = self.members.values() if tracked is None else (self.members[p] for p in tracked if p in self.members)
        counts = Counter(chosen)
        return tuple(LeftOut(root, f"vendored: {self.trees[root]}", counts[root]) for root in sorted(counts))


def separate(paths: Sequence[str], reader: Reader) -> Separated:
    """Tell the repository's own files from vendored trees. Reads nothing but `.gitattributes` files."""
    found = VendoredTrees(paths)
    members = {path: root for path in paths if (root := found.root_of(path)) is not None}
    names = [p for p in paths if p not in members and p.rpartition("/")[2] == ATTRIBUTES_NAME]
    attributes = read_attributes((path, data) for path in names if (data := _try_read(reader, path)) is not None)
    trees = dict(found.roots)
    if attributes.knows("linguist-vendored"):
        _apply_marks(paths, attributes, members, trees)
    own = tuple(sorted(path for path in paths if path not in members))
    return Separated(own, trees, members, attributes)


def take_inventory(entries: Iterable[Entry], reader: Reader, separated: Separated | None = None) -> Inventory:
    """Classify every entry. What cannot be read, is too large or is somebody else's is named, not dropped.

    `separated` is what `separate` said of the same paths, where it is known.
    """
    by_path = {entry.path: entry for entry in entries}
    parts = separated or separate(tuple(by_path), reader)
    charts = frozenset(path.rpartition("/")[0] for path in by_path if path.rpartition("/")[2] == "Chart.yaml")
    files: list[SourceFile] = []
    left: list[LeftOut] = []
    unreadable: list[tuple[str, str]] = []
    marks: Counter[str] = Counter()
    marked = any(map(parts.attributes.knows, _JUDGED_BY))
    for path in parts.own:
        if path not in by_path:
            continue
        try:
            one = _classify(by_path[path], reader, parts.attributes, charts)
        except ReadFailure as failure:
            unreadable.append((path, str(failure)))
            continue
        if isinstance(one, SourceFile):
            files.append(one)
            if marked:
                marks.update(_marks(one, parts.attributes))
        else:
            left.append(one)
    left += [LeftOut(ATTRIBUTES_NAME, f"marks as {what} what would be judged", marks[what]) for what in marks]
    tracked = [entry.path for entry in by_path.values() if entry.tracked]
    return Inventory(
        files=tuple(files),
        left_out=tuple(sorted([*left, *parts.left_out()])),
        all_paths=frozenset(by_path),
        unreadable=tuple(unreadable),
        vendored_trees=parts.left_out(tracked),
    )


def memory_inventory(tree: Mapping[str, str]) -> tuple[Inventory, MemoryReader]:
    """The inventory of a tree in memory, by the same rules as on disk."""
    content = {path: text.encode() for path, text in tree.items()}
    entries = [Entry(path, blob_id(data, "sha1"), len(data)) for path, data in content.items()]
    reader = MemoryReader(content)
    return take_inventory(entries, reader), reader


def _classify(entry: Entry, reader: Reader, attributes: Attributes, charts: frozenset[str]) -> SourceFile | LeftOut:
    if entry.size > LARGEST:
        return too_large(entry.path)
    head = reader.read(entry.path)[:HEAD_BYTES] if entry.head is None else entry.head
    if head.startswith(LFS_HEAD) and entry.size <= _LFS_LARGEST:
        return LeftOut(entry.path, LFS_POINTER)
    if _hides_text(entry.path, head):
        raise ReadFailure("it holds NUL bytes, as no text does")
    language = _language(entry, head, attributes, charts)
    return SourceFile(entry.path, entry.blob, entry.size, language, _role(entry, language, head, attributes))


def _hides_text(path: str, head: bytes) -> bool:
    """Whether it would be judged but for a NUL byte, behind which a shell, for one, reads on."""
    if b"\0" not in head[:8000]:
        return False
    first = head.partition(b"\n")[0].replace(b"\0", b"") if head.startswith(b"#!") else b""
    return _ships(_named(path, first))


def too_large(path: str) -> LeftOut:
    """What becomes of a file that is larger than LARGEST: left out, or ReadFailure where it would be judged."""
    if ships(path):
        raise ReadFailure(TOO_LARGE)
    return LeftOut(path, TOO_LARGE)


def named_file(path: str) -> SourceFile | None:
    """The file that a name alone promises, or None where it tells no language."""
    return _named(path, b"")


def ships(path: str) -> bool:
    """Whether the name alone says that rules would judge the file as a part of what ships, or of what is said of it."""
    return _ships(named_file(path))


def _named(path: str, head: bytes) -> SourceFile | None:
    language = language_of(path, head)
    known = language is not Language.TEXT or language_named(path) is not None
    return SourceFile(path, "", 0, language, role_of(path, language, 0, head)) if known else None


def _ships(file: SourceFile | None) -> bool:
    if file is None or file.language in (Language.TEXT, Language.BINARY):
        return False
    return file.role in (Role.SHIPPED, Role.DOCUMENTATION)


def _language(entry: Entry, head: bytes, attributes: Attributes, charts: frozenset[str]) -> Language:
    told = language_of(entry.path, head)
    if told is Language.BINARY:
        return told
    marked = (attributes.value(entry.path, "linguist-language") or "").lower()
    wanted = _LINGUIST_NAMES.get(marked)
    judged = told is not Language.TEXT
    if wanted and not (judged and (wanted is Language.TEXT or is_deployed_as_is(entry.path, told))):
        return wanted
    chart, found, _ = entry.path.rpartition("/templates/")
    if found and chart in charts:  # a Go template that becomes YAML, and is none
        return Language.TEXT
    return told


_LINGUIST_NAMES = {language.value: language for language in Language if language is not Language.BINARY} | {
    "c++": Language.CPP,
    "terraform": Language.HCL,
    "bash": Language.SHELL,
    "dotenv": Language.ENV,
}


def _role(entry: Entry, language: Language, head: bytes, attributes: Attributes) -> Role:
    role = role_of(entry.path, language, entry.size, head)
    if role is Role.SHIPPED and is_deployed_as_is(entry.path, language):
        return role  # as where the head of the file says that a tool wrote it
    for attribute, marked in (("linguist-generated", Role.GENERATED), ("linguist-documentation", Role.DOCUMENTATION)):
        flag = attributes.flag(entry.path, attribute)
        if flag:
            return marked
        if flag is False and role is marked:
            return Role.SHIPPED
    return role


def _marks(file: SourceFile, attributes: Attributes) -> Iterator[str]:
    """What `.gitattributes` calls a file that its name would have us judge as something else."""
    named = named_file(file.path)
    if named is None or named.role is not Role.SHIPPED:
        return
    for attribute, role in (("linguist-generated", Role.GENERATED), ("linguist-documentation", Role.DOCUMENTATION)):
        if file.role is role and attributes.flag(file.path, attribute):
            yield role.value
    told = named.language is not Language.TEXT
    if told and file.language is not named.language and attributes.value(file.path, "linguist-language"):
        yield "another language"


def _apply_marks(paths: Iterable[str], attributes: Attributes, members: dict[str, str], trees: dict[str, str]) -> None:
    """Let `linguist-vendored` put files into vendored trees, or take them out."""
    marked: list[str] = []
    busy: set[str] = set()
    for path in paths:
        flag = None if path.startswith(DELIVERY_FOLDERS) else attributes.flag(path, "linguist-vendored")
        if flag is False:
            members.pop(path, None)
        elif flag and path not in members:
            marked.append(path)
            continue
        busy.update(_folders(path))
    for path in marked:
        root = next((folder for folder in _folders(path) if folder not in busy), path)
        members[path] = root
        trees.setdefault(root, "marked in .gitattributes")


def _folders(path: str) -> Iterable[str]:
    """The folders that a path lies in, from the top."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


def _try_read(reader: Reader, path: str) -> bytes | None:
    try:
        return reader.read(path)
    except ReadFailure:
        return None
