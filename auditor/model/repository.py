"""What is known of the audited repository as a whole."""

from dataclasses import dataclass, replace

__all__ = ["Nickname", "RepositoryIdentity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryIdentity:
    """Which repository, at which commit.

    `commit` and `tree` are hex object ids, or None where there is no git or no commit. `dirty` is True
    where the files that were read differ from that commit, and where there is nothing to compare with.
    `dirty_paths` holds the first few of what differs. `head_date` is the commit's date, RFC 3339, UTC.
    `not_scored` names the components that were left out of this audit on request, `unseen` counts the files that ship or
    document and were not looked at: its own configuration excludes them, or only a pointer or nothing stands for them.
    """

    name: str
    commit: str | None
    tree: str | None
    dirty: bool
    git: bool
    revision: str | None = None
    shallow: bool = False
    head_date: str | None = None
    dirty_paths: tuple[str, ...] = ()
    not_scored: tuple[str, ...] = ()
    unseen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Nickname:
    """What a clone is called and how it was asked for: another clone of the same commit has others."""

    name: str
    revision: str | None
    shallow: bool

    def of(self, identity: RepositoryIdentity) -> RepositoryIdentity:
        """The same repository, as this other clone knew it."""
        return replace(identity, name=self.name, revision=self.revision, shallow=self.shallow)
