"""What is known of the audited repository as a whole."""

from dataclasses import dataclass

__all__ = ["RepositoryIdentity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryIdentity:
    """Which repository, at which commit.

    `commit` and `tree` are hex object ids, or None where there is no git or no commit. `dirty` is True
    where the files that were read differ from that commit, and where there is nothing to compare with.
    `dirty_paths` holds the first few of what differs. `head_date` is the commit's date, RFC 3339, UTC.
    `not_scored` names the components that were left out of this audit on request.
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
