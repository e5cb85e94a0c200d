"""Digests whose form alone shows that they are none: of the wrong length, or a text in base64."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator

from auditor.check.digest_cuts import ALGORITHMS
from auditor.check.document import Document, plain
from auditor.check.hash_lines import lines_of_no_statement, value_below
from auditor.check.statement import Statement, contradicted
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["form_statements", "length_of"]

_FIELD = pattern(r"^\W*([A-Za-z][A-Za-z0-9 _-]{2,40}?)\s*[:=|]\s*(.*)$")
_ALGORITHM = pattern(r"(?i)^(?:[a-z]+ ){0,2}(sha-?(?:1|224|256|384|512)|md5)(?: [a-z]+){0,2}$")
_HEX = pattern(r"^[0-9A-Fa-f]+$")
_BEGIN = pattern(r"^-{4,5}BEGIN [A-Z0-9 ]{3,60}-{4,5}$")
_END = pattern(r"^-{4,5}END ")
_LONGEST_BLOCK, _LEAST_TEXT = 40, 12
_LONGEST = 400


def length_of(algorithm: str) -> int:
    """How many hexadecimal digits a named algorithm gives."""
    name = algorithm.lower().replace("-", "")
    return 2 * hashlib.new(name, usedforsecurity=False).digest_size


def form_statements(document: Document) -> Iterator[Statement]:
    """Every value that is called by an algorithm and has the length of another, and every signature that is a text."""
    code = lines_of_no_statement(document)
    for number, text in enumerate(document.lines, 1):
        field = _FIELD.match(plain(text)) if len(text) <= _LONGEST and number not in code else None
        if field is None:
            continue
        label = field.group(1).replace("_", " ").strip()
        yield from _of_length(document, number, label, field.group(2).strip(" `\"'|"))
        if not field.group(2).strip(" *") and words("hash.signed").fullmatch(label):
            yield from _of_text(document, number, label)


def _of_length(document: Document, number: int, label: str, value: str) -> Iterator[Statement]:
    named = _ALGORITHM.match(label)
    if named is None or matches("hash.shortened", label):
        return
    where, digits = (number, value) if value else value_below(document, number)
    if not _HEX.match(digits) or len(digits) not in ALGORITHMS or len(digits) == length_of(named.group(1)):
        return
    told = f"`{label}` has {len(digits)} hexadecimal digits, and {named.group(1)} gives {length_of(named.group(1))}."
    yield contradicted(where, told, "hash")


def _of_text(document: Document, number: int, label: str) -> Iterator[Statement]:
    """A signature below its label, as a block between two marks, that says something when it is decoded."""
    lines = [text.strip() for text in document.lines[number : number + _LONGEST_BLOCK]]
    begin = next((index for index, text in enumerate(lines[:3]) if _BEGIN.match(text)), None)
    end = next((index for index, text in enumerate(lines) if _END.match(text)), None)
    if begin is not None and end is not None and _is_text(lines[begin + 1 : end]):
        yield contradicted(number + begin + 2, f"`{label}` is a text in base64, and no signature.", "hash")


def _is_text(lines: list[str]) -> bool:
    try:
        data = b"".join(base64.b64decode(text + "=" * (-len(text) % 4), validate=True) for text in lines)
    except (binascii.Error, ValueError):
        return False
    return len(data) >= _LEAST_TEXT and all(32 <= one < 127 or one in b"\r\n\t" for one in data)  # noqa: PLR2004 - printable
