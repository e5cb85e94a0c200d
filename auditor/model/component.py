"""Components: the named parts of a repository that are scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Component", "ComponentFiles", "ComponentKind", "ComponentPart"]


class ComponentKind(StrEnum):
    """What a component is there for; rubrics ask their questions by kind."""

    DELIVERY = "delivery"
    DEPLOYMENT = "deployment"
    CONFIGURATION = "configuration"
    MONITORING = "monitoring"
    TESTS = "tests"
    APPLICATION = "application"
    DOCUMENTATION = "documentation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A named part of the repository. `paths` are gitignore-style patterns; the first component whose patterns match a file owns it."""

    name: str
    title: str
    kind: ComponentKind
    paths: tuple[str, ...]
    weight: int = 1
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentPart:
    """A component together with the files of this snapshot that it owns.

    `kinds` are the languages and fact kinds that occur in it: what decides whether a criterion applies.
    `digest` is the sha256 over the sorted lines ``blob path`` of its files. `unreadable` are its shipped
    files that could not be judged; `unread_kinds`, the languages and fact kinds that they would have had
    (left empty, they might have been anything).
    """

    component: Component
    files: tuple[str, ...]
    lines: int
    kinds: frozenset[str]
    digest: str
    unreadable: tuple[str, ...] = ()
    unread_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFiles:
    """The files of a component at a commit: its kind, the digest of its content, and the blob of each path."""

    kind: str
    digest: str
    blobs: Mapping[str, str]
