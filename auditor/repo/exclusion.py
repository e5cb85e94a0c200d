"""What `.auditor.yaml` excludes from the audit: left out, and always named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from auditor.model.source import LeftOut
from auditor.repo.configuration import CONFIGURATION_NAME, read_configuration
from auditor.repo.matching import PathMatcher
from auditor.repo.reader import Inventory, Reader

__all__ = ["EXCLUDED", "without_excluded"]

EXCLUDED = f"excluded in {CONFIGURATION_NAME}"


def without_excluded(inventory: Inventory, reader: Reader) -> Inventory:
    """The inventory without the files that the snapshot's configuration excludes.

    Each pattern that excludes something becomes one entry of `left_out`, with the number of its files. The
    configuration itself cannot be excluded. Raises UserError where the configuration is wrong.
    """
    patterns = read_configuration(inventory, reader).exclude
    if not patterns:
        return inventory
    matcher = PathMatcher(patterns)
    counts: Counter[str] = Counter()
    excluded: set[str] = set()
    for path in (*(file.path for file in inventory.files), *(path for path, _ in inventory.unreadable)):
        if path != CONFIGURATION_NAME and matcher.matches(path):
            index = matcher.last_match(path)
            counts[patterns[index or 0]] += 1
            excluded.add(path)
    left = [LeftOut(pattern, EXCLUDED, files) for pattern, files in counts.items()]
    return replace(
        inventory,
        files=tuple(file for file in inventory.files if file.path not in excluded),
        unreadable=tuple(pair for pair in inventory.unreadable if pair[0] not in excluded),
        left_out=tuple(sorted([*inventory.left_out, *left])),
    )
