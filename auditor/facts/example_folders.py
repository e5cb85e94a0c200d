"""Whether a file is part of an example, whatever it does there: a test of an example is shown rather than relied on."""

from __future__ import annotations

__all__ = ["is_in_examples"]

_FOLDERS = frozenset({"example", "examples", "sample", "samples", "demo", "demos"})


def is_in_examples(path: str) -> bool:
    """Whether a path of the repository leads through a folder that is named for examples."""
    return not _FOLDERS.isdisjoint(path.lower().split("/")[:-1])
