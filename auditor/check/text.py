"""Faults of the text itself: wrongly decoded characters, credentials, and what is no document at all."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from itertools import pairwise

from auditor.check.case import Case, Seal
from auditor.check.document import Document
from auditor.check.reading import problem_of
from auditor.check.statement import Statement, contradicted, noted, uncheckable
from auditor.facts.credentials import MAX_TEXT, Credential, entropy, find_credentials, is_placeholder
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = [
    "credential_statements",
    "expectation_statements",
    "mojibake_statements",
    "problem_statements",
    "seal_statements",
]

_SESSION = pattern(
    r"(?i)\b(?:session|auth|access|bearer|agent|api|secret|admin|master)[_ -]?(?:token|id|key|secret)\W{1,6}([A-Za-z0-9_.:+/=-]{16,})"
)
_PERCENT = pattern(r"\d\s?%|\d/\d|\bpass\b")
_MOST = 20
SEAL_BEGINS = "<!-- auditor: begin signature; every byte above this line is signed -->"
"""The line above the signature of a certificate that `auditor` wrote."""
_RANDOM = 3.2
_LONG, _LONG_RANDOM = 32, 4.2
_FEWEST_DIGITS = 4


def mojibake_statements(document: Document) -> Iterator[Statement]:
    """One note for a document in which characters were decoded wrongly."""
    if document.mended:
        count = len(document.mended)
        yield noted(
            document.mended[0],
            f"UTF-8 was read as Windows-1252 in {count} {'line' if count == 1 else 'lines'}; it was mended before reading.",
            "mojibake",
        )


def credential_statements(document: Document) -> Iterator[Statement]:
    """Each credential or session token that was pasted into the document."""
    found = 0
    for number, line in enumerate(document.lines, 1):
        if found >= _MOST or len(line) > MAX_TEXT:
            return
        kinds = [one.kind for one in find_credentials(line) if _is_real(one, line)]
        session = _SESSION.search(line)
        if not kinds and session and _is_drawn(session.group(1)):
            kinds = ["session token"]
        if kinds:
            found += 1
            yield noted(number, f"A credential stands in the text: {kinds[0]}.", "credential")


def _is_real(one: Credential, line: str) -> bool:
    """Whether a value may open something: it is no stand-in, and where only its name tells, it is drawn at random."""
    value = line[one.start : one.end]
    if is_placeholder(value) or one.kind in ("password in a URL", "key material"):
        return False
    told_by_name = one.kind in ("assignment", "bearer token")
    if told_by_name and "arn:" in line[: one.start]:
        return False  # the name of a secret, which tells where it is kept
    return not told_by_name or (_is_token(value) and entropy(value) > _RANDOM)


def _is_token(value: str) -> bool:
    """Whether a value is drawn at random: digits and letters mixed, and no words."""
    digits = sum(character.isdigit() for character in value)
    return (
        digits >= _FEWEST_DIGITS
        and digits * 5 >= len(value)
        and any(character.isalpha() for character in value)
        and "-20" not in value
    )


def _is_drawn(value: str) -> bool:
    """Whether a value is a token, or long, of letters of both cases, and with digits in many places, as no name is."""
    runs = sum(after.isdigit() and not before.isdigit() for before, after in pairwise(f" {value}"))
    is_mixed = not value.islower() and not value.isupper() and runs >= _FEWEST_DIGITS
    is_long = len(value) >= _LONG and entropy(value) > _LONG_RANDOM and not is_placeholder(value)
    return _is_token(value) or (is_mixed and is_long)


def problem_statements(case: Case) -> Iterator[Statement]:
    """Why the bytes are no document."""
    problem = problem_of(case.document.data)
    if problem:
        yield noted(1, f"This cannot be judged: {problem}.", "problem")


def seal_statements(case: Case) -> Iterator[Statement]:
    """A signature of ours in the document, as verification sees it, or as far as its digest tells."""
    line = next((number for number, text in enumerate(case.document.lines, 1) if text == SEAL_BEGINS), 0)
    if not line:
        return
    seal = case.seal or _seal_by_digest(case.document)
    if seal.is_broken:
        yield contradicted(line, f"The signature does not hold: {seal.detail}.", "signature")
    else:
        told = f"`auditor verify` with a trusted key tells by whom it is ({seal.detail})"
        yield uncheckable(line, f"The text is as it was signed; {told}.", "signature")


def _seal_by_digest(document: Document) -> Seal:
    """Whether the text above the signature is what the envelope below names; who signed is not asked."""
    body, _, end = document.data.partition(SEAL_BEGINS.encode())
    if b"UNSIGNED" in end:
        return Seal(is_broken=False, detail="it says UNSIGNED")
    try:
        encoded = b"".join(end.split(b"```")[1].split())
        envelope = json.loads(base64.b64decode(encoded, validate=True))
        statement = json.loads(base64.b64decode(envelope["payload"]))
        digests = [subject["digest"].get("sha256") for subject in statement["subject"]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Seal(is_broken=True, detail="there is no envelope that can be read")
    is_same = hashlib.sha256(body).hexdigest() in digests
    return Seal(
        is_broken=not is_same,
        detail="the digest is that of the text" if is_same else "the text is not the one that was signed",
    )


def expectation_statements(document: Document) -> Iterator[Statement]:
    """What stands among results and is expected, not measured."""
    for line in document.texts:
        section = line.section.title
        if (
            not matches("result_sections", section)
            or matches("decision.aside_sections", section)
            or not _PERCENT.search(line.plain)
        ):
            continue
        if matches("expectation", line.plain):
            yield noted(line.number, "This stands among results, and is expected and not measured.", "expectation")
