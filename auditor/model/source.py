"""A file of the audited repository, as the inventory sees it."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["SPARSE", "Language", "LeftOut", "Role", "SourceFile"]

SPARSE = "not in this sparse work tree"


class Role(StrEnum):
    """What a file is there for; it decides which rules judge it."""

    SHIPPED = "shipped"
    TEST = "test"
    EXAMPLE = "example"
    DOCUMENTATION = "documentation"
    GENERATED = "generated"
    VENDORED = "vendored"
    DATA = "data"


class Language(StrEnum):
    """The syntax of a file, told from its name or its first line."""

    C = "c"
    CPP = "cpp"
    DOCKERFILE = "dockerfile"
    ENV = "env"
    GO = "go"
    HCL = "hcl"
    INI = "ini"
    JAVA = "java"
    JAVASCRIPT = "javascript"
    JSON = "json"
    MAKEFILE = "makefile"
    MARKDOWN = "markdown"
    PYTHON = "python"
    RUST = "rust"
    SHELL = "shell"
    SQL = "sql"
    TOML = "toml"
    TSX = "tsx"
    TYPESCRIPT = "typescript"
    XML = "xml"
    YAML = "yaml"
    TEXT = "text"
    BINARY = "binary"


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    r"""One file of a snapshot.

    `path` is relative, with forward slashes, and always valid Unicode: a byte that is no UTF-8 stands
    as ``\xNN``. `blob` is the git object id of the content (hex; computed where there is no git),
    `size` is in bytes.
    """

    path: str
    blob: str
    size: int
    language: Language
    role: Role

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """Something that the scan did not read: where, why, and how many files it stands for."""

    path: str
    reason: str
    files: int = 1
