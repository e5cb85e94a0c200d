"""The digests of every obvious cut of a document, and of the files that it may speak of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property

from auditor.check.case import Case
from auditor.check.document import plain
from auditor.check.mentions import mentions
from auditor.check.resolution import resolve
from auditor.facts.vocabulary import words

__all__ = ["ALGORITHMS", "Digests"]

ALGORITHMS = {
    32: ("md5",),
    40: ("sha1",),
    56: ("sha224",),
    64: ("sha256", "sha3_256", "blake2s"),
    96: ("sha384",),
    128: ("sha512", "sha3_512", "blake2b"),
}
"""The hash functions by the hexadecimal digits that they give."""
_MOST_FILES, _MOST_FILE_BYTES = 60, 8_000_000
_MOST_CUTS_BYTES = 1_000_000


class Digests:
    """The digests of every obvious cut of the document, each with the name of the cut; computed when asked for."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._by_length: dict[int, dict[str, str]] = {}

    def of_length(self, length: int) -> dict[str, str]:
        """The names of the cuts by their digests of so many hexadecimal digits."""
        if length not in self._by_length:
            found: dict[str, str] = {}
            for name, data in _cuts(self.case):
                for algorithm in ALGORITHMS[length]:
                    found.setdefault(hashlib.new(algorithm, data, usedforsecurity=False).hexdigest(), name)
            self._by_length[length] = found
        return self._by_length[length]

    def file_with(self, digits: str) -> str:
        """The file of the repository that has this digest; empty where none of those that are looked at has it."""
        for path, data in self._files:
            for algorithm in ALGORITHMS[len(digits)]:
                if hashlib.new(algorithm, data, usedforsecurity=False).hexdigest() == digits:
                    return path
        return ""

    @cached_property
    def _files(self) -> tuple[tuple[str, bytes], ...]:
        return tuple(_files(self.case))

    def beginning_with(self, digits: str) -> str:
        """The name of the cut of which a digest begins so; empty where there is none."""
        tables = (self.of_length(length) for length in ALGORITHMS)
        return next((name for table in tables for one, name in table.items() if one.startswith(digits)), "")


def _files(case: Case) -> Iterator[tuple[str, bytes]]:
    """The files that the document names, and those beside it, as far as they are few and small."""
    if not case.views:
        return
    view, left = case.views[0], _MOST_FILE_BYTES
    named = [path for mention in mentions(case.document) for path in resolve(mention.path, view, case.folder).paths]
    beside = sorted(path for path in view.paths if path.rpartition("/")[0] == case.folder)
    for path in list(dict.fromkeys((*named, *beside)))[:_MOST_FILES]:
        data = view.data(path)
        left -= len(data or b"")
        if data is None or left < 0:
            return
        yield path, data


def _cuts(case: Case) -> Iterator[tuple[str, bytes]]:
    data = case.document.data
    if len(data) > _MOST_CUTS_BYTES:
        return
    bodies = [("this document", data)]
    for label, lines in case.versions(case.home) if case.home else ():
        bodies.append((f"this document {label}", "\n".join((*lines, "")).encode()))
    for name, body in bodies:
        seen: set[bytes] = set()
        for what, part in _parts(body.replace(b"\r\n", b"\n")):
            for form in (part, part.rstrip(), part.rstrip() + b"\n", part.replace(b"\n", b"\r\n")):
                if form not in seen:
                    seen.add(form)
                    yield f"{name}{what}", form
        yield name, body


def _parts(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The whole, what precedes each line that may hold the hash, and the whole without it."""
    yield "", body
    lines = body.split(b"\n")
    marks = [index for index, line in enumerate(lines) if _opens_signature(line)][-6:]
    for index in marks:
        yield " up to its signature", b"\n".join(lines[:index]) + b"\n"
        yield " up to its signature", b"\n".join(lines[: index + 1]) + b"\n"
        yield " without the line of the hash", b"\n".join((*lines[:index], *lines[index + 1 :]))
        head, colon, _ = lines[index].partition(b":")
        for blank in (head + colon, head + colon + b" "):
            yield " with the hash left out", b"\n".join((*lines[:index], blank, *lines[index + 1 :]))


def _opens_signature(line: bytes) -> bool:
    text = plain(line.decode("utf-8", "replace"))[:200]
    if text.lower().lstrip("# ").startswith(("signature", "signed", "sign-off", "attestation", "---")):
        return True
    label = text.lstrip("-*# ").partition(":")[0].replace("_", " ").strip()
    return words("hash.own").fullmatch(label) is not None or words("hash.bare").fullmatch(label) is not None
