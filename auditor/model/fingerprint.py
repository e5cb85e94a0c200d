"""What names a finding from one commit to the next: 40 hexadecimal digits, of the defect and of the path.

The first 24 digits are of the rule, what encloses the place, the text without blanks, and which of several equal ones
in its file it is. The last 16 are of the path. So a finding keeps its name when lines move or are indented anew, and
one in a renamed file can be recognised by whoever knows the old path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

__all__ = ["content_of", "fingerprint", "of_requirement", "path_part", "squeezed"]

CONTENT_DIGITS = 24
PATH_DIGITS = 16
TEXT_LENGTH = 600
"""Characters of the text that count: the first dozen lines. What follows may change without making a defect a new one."""


def fingerprint(rule: str, path: str, symbol: str, text: str, number: int) -> str:
    """The fingerprint of the finding that is the `number`-th of equal ones in its file. `text` is squeezed."""
    return _digest(CONTENT_DIGITS, rule, symbol, text, str(number)) + path_part(path)


def of_requirement(criterion: str, component: str) -> str:
    """What stands for an artefact that a criterion asks for and that a component does not have."""
    return _digest(CONTENT_DIGITS, "requirement", criterion, "", "") + path_part(component)


def path_part(path: str) -> str:
    """The digits that stand for a path."""
    return _digest(PATH_DIGITS, path)


def content_of(name: str) -> str:
    """The digits of a fingerprint that do not depend on the path."""
    return name[:CONTENT_DIGITS]


def squeezed(lines: Iterable[str]) -> str:
    """The first of a text without what a formatter changes: blanks, line ends, and commas before closing brackets."""
    found = ""
    for line in lines:
        found += "".join(line.split())
        if len(found) > 2 * TEXT_LENGTH:
            break
    for closing in ")]}":
        found = found.replace(f",{closing}", closing)
    return found[:TEXT_LENGTH]


def _digest(digits: int, *parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:digits]
