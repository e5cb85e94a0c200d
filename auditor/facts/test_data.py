"""Files that tests read, rather than run: their code is an input, and often wrong on purpose."""

from __future__ import annotations

__all__ = ["is_test_data"]

_FOLDERS = frozenset(
    {"fixtures", "testdata", "test_data", "test-data", "corpus", "corpora", ".semgrep", "semgrep-rules"}
)


def is_test_data(path: str) -> bool:
    """Whether a file lies among the data of tests, as its path says."""
    return not _FOLDERS.isdisjoint(path.split("/")[:-1])
