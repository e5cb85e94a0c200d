"""Language and role of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model.source import Language, LeftOut, Role, SourceFile
from auditor.repo.reader import Inventory, MemoryReader, Reader

__all__ = ["Entry", "memory_inventory", "take_inventory"]


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A path of the snapshot before it is classified: git blob id and size in bytes."""

    path: str
    blob: str
    size: int


_BY_SUFFIX = {
    "py": Language.PYTHON, "pyi": Language.PYTHON, "sh": Language.SHELL, "bash": Language.SHELL,
    "yml": Language.YAML, "yaml": Language.YAML, "json": Language.JSON, "md": Language.MARKDOWN,
    "js": Language.JAVASCRIPT, "mjs": Language.JAVASCRIPT, "cjs": Language.JAVASCRIPT, "jsx": Language.JAVASCRIPT,
    "ts": Language.TYPESCRIPT, "tsx": Language.TSX, "go": Language.GO, "java": Language.JAVA, "rs": Language.RUST,
    "c": Language.C, "h": Language.C, "cpp": Language.CPP, "cc": Language.CPP, "hpp": Language.CPP,
    "tf": Language.HCL, "hcl": Language.HCL, "sql": Language.SQL, "toml": Language.TOML, "ini": Language.INI,
    "cfg": Language.INI, "xml": Language.XML, "env": Language.ENV, "mk": Language.MAKEFILE,
}  # fmt: skip


def take_inventory(entries: Iterable[Entry], reader: Reader) -> Inventory:
    """Classify every entry."""
    del reader
    files = [SourceFile(e.path, e.blob, e.size, _language(e.path), _role(e.path)) for e in entries]
    kept = tuple(sorted(f for f in files if f.role is not Role.VENDORED))
    left = tuple(LeftOut(f.path, "vendored") for f in files if f.role is Role.VENDORED)
    return Inventory(files=kept, left_out=left, all_paths=frozenset(f.path for f in files))


def memory_inventory(tree: dict[str, str]) -> tuple[Inventory, MemoryReader]:
    """The inventory of a tree in memory, by the same rules as on disk."""
    content = {path: text.encode() for path, text in tree.items()}
    entries = [Entry(path, hashlib.sha1(data, usedforsecurity=False).hexdigest(), len(data)) for path, data in content.items()]
    reader = MemoryReader(content)
    return take_inventory(entries, reader), reader


def _language(path: str) -> Language:
    name = path.rpartition("/")[2]
    if name.startswith("Dockerfile") or name.endswith(".Dockerfile"):
        return Language.DOCKERFILE
    if name == "Makefile":
        return Language.MAKEFILE
    if name.startswith(".env"):
        return Language.ENV
    return _BY_SUFFIX.get(name.rpartition(".")[2].lower(), Language.TEXT)


def _role(path: str) -> Role:
    parts = path.split("/")
    name = parts[-1]
    if "node_modules" in parts or "site-packages" in parts or "vendor" in parts:
        return Role.VENDORED
    if "tests" in parts[:-1] or "test" in parts[:-1] or name.startswith("test_") or name == "conftest.py":
        return Role.TEST
    if "examples" in parts[:-1]:
        return Role.EXAMPLE
    return Role.DOCUMENTATION if name.endswith(".md") else Role.SHIPPED
