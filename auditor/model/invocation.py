"""How an audit was asked for: what shapes it besides commit, rubric, rule pack and time."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Invocation", "ReadFrom", "RubricSource"]


class ReadFrom(StrEnum):
    """Where the files were read: in git's objects, in a work tree, or in a folder without git."""

    COMMIT = "commit"
    WORK_TREE = "work-tree"
    FOLDER = "folder"


class RubricSource(StrEnum):
    """Where the rubric came from: shipped with the tool, a file of the audited repository, or one of the reviewer."""

    SHIPPED = "shipped"
    REPOSITORY = "repository"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """The options of a scan that change what it says, without any path of the machine that it ran on.

    With these, the commit, and what the audit says of tool, rubric and time, it can be run again
    (`auditor.replay`). `components` are those asked for; none stands for all.
    """

    read_from: ReadFrom
    rubric_from: RubricSource
    components: tuple[str, ...] = ()
    preview: bool = False
    waivers: bool = True
