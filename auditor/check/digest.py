"""Hashes that a document gives of itself: whether the value can be one, and whether it is."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from itertools import islice, pairwise

from auditor.check.case import Case
from auditor.check.digest_cuts import ALGORITHMS, Digests
from auditor.check.digest_forms import form_statements, length_of
from auditor.check.document import Document, Kind, plain
from auditor.check.hash_lines import before_remark, lines_of_no_statement, value_below
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["hash_statements"]

_FIELD = pattern(r"^\W*(?:\d{1,2}[.)]\s+\W*)?([A-Za-z][A-Za-z0-9 _()/-]{2,60}?)\s*[:=|]\s*(.*)$")
_HEX = pattern(r"^(?:0x)?([0-9A-Fa-f]+)$")
_PREFIX = pattern(
    r"(?i)^(?:(sha-?(?:1|224|256|384|512)|md5)|sha-?3-\d{3}|blake\d?[bs]?|keccak-?\d{0,3}|hex)(?:\s*[:=-]\s*|\s+|$)"
)
_CUT_SHORT = pattern(r"^([0-9A-Fa-f]{4,64})(?:\.{2,3}|…)([0-9A-Fa-f]{0,16})$")
_COLONS = pattern(r"^(?:[0-9A-Fa-f]{2}:){15,63}[0-9A-Fa-f]{2}$")
_BASE64 = pattern(r"^[A-Za-z0-9+/_-]{42,90}={0,2}$")
_SHORTEST_PREFIX = 7
_SHORT_FORMS = frozenset({8, 12, 16, 20, 24})
"""To how many digits programs cut the digest of evidence."""
REGULAR, REGULAR_LONG, LONG = 0.85, 0.75, 64
"""From this share of neighbours that alternate between digits and letters on, a value was typed and not computed.

A computed one of 64 digits has 47% of such neighbours, and 75% or more in 4 of a million cases.
"""
_STATE = pattern(r"^[\x{2705}\x{274C}\x{26A0}\x{2713}\x{2714}][^0-9]{0,30}(?:$|\|)")  # tells of a hash, gives none
_SIGNED = pattern(
    r"(?i)^(?:sha-?(?:1|224|256|384|512)|md5|blake2b)\s*[:=-]\s*`?[\w-]{8,130}`?(?:\.{2,3}|\x{2026})?`?(?:$|\s[(\[])"
)
_OF_HASHES = (".txt", ".sha256", ".sha512", ".asc", ".sig")
_NAMES_FILE = pattern(r"^[\w.-]{1,80}(?:/[\w.-]{1,80}){1,12}\.\w{1,5}$")
_ITEM = pattern(r"^\s*(?:[-*+]|\d{1,2}[.)]|[\x{2705}\x{2713}\x{2714}])\s")
_ADDRESS = pattern(r"^(?:Qm[1-9A-HJ-NP-Za-km-z]{44}|baf[a-z2-7]{40,80})\b")
_SHORT_NAME = pattern(r"^[0-9a-f]{7,40}$")
_OF_THIS = pattern(r"(?i)\s*\((?:of|for) this (?:report|document|file|certificate|audit)\)$")
_SHORT_LINE = 120
_PROSE_WORDS, _LONG_DESCRIPTION = 3, 5
_MOST_PERIOD = 16
_LEAST_VARIETY = 7
_LONGEST_RUN = 6
_MOST_HASHES = 50


def hash_statements(case: Case) -> Iterator[Statement]:
    """Each value that the document gives as a hash of itself, and what it is."""
    digests = Digests(case)
    told: set[int] = set()
    for line, label, value in islice(_labelled(case.document), _MOST_HASHES):
        told.add(line)
        yield _judged(digests, line, label, value)
    yield from islice((one for one in form_statements(case.document) if one.line not in told), _MOST_HASHES)


def _labelled(document: Document) -> Iterator[tuple[int, str, str]]:
    section, above = "", ""
    titles = {one.line: one.title for one in document.sections[1:]}
    code = lines_of_no_statement(document)
    for number, text in enumerate(document.lines, 1):
        section = titles.get(number, section)
        if len(text) > 400 or text.strip() == "`" or number in code:  # noqa: PLR2004 - no field
            continue
        match = _FIELD.match(plain(text)) if (":" in text or "=" in text or "|" in text) else None
        is_signed, above = words("hash.signed").fullmatch(above) is not None, match.group(1) if match else ""
        label = _named(match.group(1)) if match else ""
        value, others = _cells(match.group(2)) if match else ("", "")
        if (
            not match
            or _is_row_of_others(value, others)
            or not (_is_own(label, "signature" if is_signed else section) or _is_signature(label, value))
        ):
            continue
        where = number
        if not value and number < len(document.lines):
            where, value = value_below(document, number)
        is_told = _ITEM.match(text) and (matches("hash.explained", value) or _is_described(match.group(1), value))
        is_said = _is_prose(label, value) and not (is_signed and matches("hash.checked", value))
        if value and not is_told and not is_said and not _is_of_app(document, number):
            yield where, label, value


def _is_of_app(document: Document, number: int) -> bool:
    """Whether the lines around a hash tell of the certificate that an app is signed with."""
    around = document.lines[max(0, number - 4) : number + 3]
    return any(matches("hash.of_apps", text) for text in around if len(text) < _SHORT_LINE)


def _cells(text: str) -> tuple[str, str]:
    """A value, and what stands in further columns of its row."""
    value, _, others = text.strip(" |").partition(" | ")
    return value.strip(" |\"'`"), others.strip(" |\"'`")


def _is_row_of_others(value: str, others: str) -> bool:
    """Whether a row of several columns compares hashes, or tells in words what one is."""
    second = others.partition(" | ")[0].strip(" \"'`")
    is_hash = _CUT_SHORT.match(second) or (_HEX.match(second) and len(second) >= _SHORTEST_PREFIX)
    return bool(others) and (is_hash is not None or not any(letter.isdigit() for letter in value))


def _named(label: str) -> str:
    """What a field is called; one "of this report" is that of the document."""
    name = label.replace("_", " ").strip()
    of_this = _OF_THIS.search(name)
    return f"Document {name[: of_this.start()]}" if of_this else name


def _is_own(label: str, section: str) -> bool:
    if matches("hash.others", label) or matches("hash.foreign_sections", section) or label.startswith("X-"):
        return False
    if words("hash.own").fullmatch(label):
        return True
    return words("hash.bare").fullmatch(label) is not None and matches("hash.sections", section)


def _is_signature(label: str, value: str) -> bool:
    """Whether a signature is given as a hash: ``Signature: SHA256: ...``."""
    return words("hash.signed").fullmatch(label) is not None and _SIGNED.match(value) is not None


def _is_described(name: str, value: str) -> bool:
    """Whether a list tells what a field of a program is for: ``attestation_hash: Integrity seal``."""
    return "_" in name and " " in value and not any(character.isdigit() for character in value)


def _is_prose(label: str, value: str) -> bool:
    """Whether the words behind a label tell something of a hash, and are not given as one."""
    if matches("hash.stated", value.strip(" `*.✅✓")) or _STATE.match(value):
        return True
    head = before_remark(value).strip(" `")
    digits = _HEX.match(head)
    if _CUT_SHORT.match(head) or (digits and len(digits.group(1)) >= _SHORTEST_PREFIX):
        return False
    if matches("hash.claimed", value):
        return False
    tokens = value.split()
    is_strict = matches("hash.strict", label)
    if matches("hash.described", value) and (not is_strict or len(tokens) > _LONG_DESCRIPTION):
        return True
    plainly = sum(token.strip("(),.;").isalpha() and token[1:].islower() for token in tokens)
    if len(tokens) > 1 and matches("hash.told", value):
        return True
    is_sentence = len(tokens) >= _PROSE_WORDS and plainly * 2 > len(tokens)
    return is_sentence and not (is_strict and (matches("hash.promised", value) or value[0].isdigit()))


def _judged(known: Digests, line: int, label: str, value: str) -> Statement:
    shown = value if len(value) <= 80 else value[:77] + "..."  # noqa: PLR2004 - as much as identifies it
    whole, value = value, before_remark(value).strip(" `\"'")
    other = _other_than_digest(whole, value)
    if other:
        return uncheckable(line, f"`{label}` {other}.", "hash")
    prefix = _PREFIX.match(value)
    stripped = value[prefix.end() :].strip(" `\"'") if prefix else value
    stripped = stripped.replace(":", "") if _COLONS.match(stripped) else stripped
    cut = _CUT_SHORT.match(stripped)
    found = _HEX.match(cut.group(1) + cut.group(2) if cut else stripped)
    digits = found.group(1).lower() if found else _from_base64(stripped)
    if not digits:
        return contradicted(line, f"`{label}` is `{shown}`: words and not the value of any hash function.", "hash")
    if cut or len(digits) not in ALGORITHMS:
        return _of_prefix(known, line, label, cut.group(1).lower() if cut else digits, is_cut=cut is not None)
    if prefix and prefix.group(1) and len(digits) != length_of(prefix.group(1)):
        told = (
            f"`{label}` has {len(digits)} hexadecimal digits, and {prefix.group(1)} gives {length_of(prefix.group(1))}."
        )
        return contradicted(line, told, "hash")
    return _of_digest(known, line, label, digits)


def _other_than_digest(whole: str, value: str) -> str:
    """What stands in the place of a digest without being called one; empty where the value is given as a digest."""
    named = _PREFIX.sub("", value).strip(" `")
    if not named or any(matches("hash.absent", one) for one in (whole, value, _PREFIX.sub("", whole).strip(" `"))):
        return "is left open"
    if (matches("hash.commits", whole) and _SHORT_NAME.match(value)) or _ADDRESS.match(value):
        return "names what may be a commit or a content address"
    if (_NAMES_FILE.match(value) or value.endswith(_OF_HASHES)) and not _PREFIX.match(value):
        return "names the file that is said to hold it"
    return ""


def _from_base64(value: str) -> str:
    if not _BASE64.match(value) or ("-" in value.strip("-") and value.count("-") > 3):  # noqa: PLR2004 - words
        return ""
    try:
        raw = base64.b64decode(value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) * 2 in ALGORITHMS else ""


def _of_prefix(known: Digests, line: int, label: str, digits: str, *, is_cut: bool) -> Statement:
    """Fewer digits than a digest has: the beginning of a real one, the name of a commit, or nothing."""
    if len(digits) >= _SHORTEST_PREFIX:
        cut = known.beginning_with(digits)
        if cut:
            return supported(line, f"`{label}` begins the hash of {cut}.", "hash")
        if known.case.is_object(digits):
            return uncheckable(
                line, f"`{label}` names an object of the repository, and is no hash of this text.", "hash"
            )
    is_of_evidence = words("hash.evidence").search(label) is not None and len(digits) in _SHORT_FORMS
    if (is_cut or is_of_evidence) and not matches("hash.strict", label):
        return uncheckable(line, f"`{label}` is cut short, and what it is a hash of is not said.", "hash")
    return contradicted(
        line,
        f"`{label}` has {len(digits)} hexadecimal digits, which no hash function gives, and begins no hash of this document.",
        "hash",
    )


def _of_digest(known: Digests, line: int, label: str, digits: str) -> Statement:
    cut = known.of_length(len(digits)).get(digits)
    if cut:
        return supported(line, f"`{label}` is the hash of {cut}.", "hash")
    if known.case.is_object(digits):
        return uncheckable(line, f"`{label}` names an object of the repository, and is no hash of this text.", "hash")
    path = known.file_with(digits)
    if path:
        return supported(line, f"`{label}` is the hash of `{path}`.", "hash")
    why = _emptiness(digits) or _regularity(digits)
    if why:
        return contradicted(line, f"`{label}` {why}.", "hash")
    is_own = words("hash.own").fullmatch(label) and matches("hash.strict", label)
    if not is_own or label.lower().startswith("signature") or _is_of_run(known.case.document, line, digits):
        return uncheckable(line, f"What `{label}` is a hash of is not said; it is none of this document.", "hash")
    return contradicted(
        line, f"`{label}` is the hash of neither this document, nor any part or earlier version of it.", "hash"
    )


def _is_of_run(document: Document, number: int, digits: str) -> bool:
    """Whether a digest is one of several that are told: of what was done, as rows of a table say, or as those beside it."""
    beside = (_FIELD.match(plain(text)) for text in document.lines[max(0, number - 4) : number + 3])
    labels = (found.group(1).replace("_", " ") for found in beside if found)
    if any(matches("hash.runs", label) or _is_of_another(label) for label in labels):
        return True
    starts = (f"{digits[:length]}{dots}" for length in (7, 8, 10, 12, 16) for dots in ("...", "\u2026"))
    rows = [line.text.lower() for line in document.texts if line.kind is Kind.ROW]
    return any(start in row for start in starts for row in rows)


def _is_of_another(label: str) -> bool:
    return matches("hash.others", label) and matches("hash.promised", label)


def _emptiness(digits: str) -> str:
    """Whether a digest is that of no data at all, as it is computed where there was nothing to hash."""
    empty = (hashlib.new(name, usedforsecurity=False).hexdigest() for name in ALGORITHMS[len(digits)])
    return "is the hash of no data at all" if digits in empty else ""


def _regularity(digits: str) -> str:
    """Why a value was typed and not computed; empty where it may be a digest."""
    why = _pattern(digits)
    return f"only looks like a digest: {why}" if why else ""


def _pattern(digits: str) -> str:
    """The pattern that a value has and no digest would have; empty where there is none."""
    pairs = list(pairwise(digits))
    alternating = sum(one.isdigit() != two.isdigit() for one, two in pairs) / len(pairs)
    if alternating > (REGULAR_LONG if len(digits) >= LONG else REGULAR):
        return f"digits and letters alternate in {round(alternating * 100)}% of its places"
    if len(set(digits)) < _LEAST_VARIETY:
        return f"it uses only {len(set(digits))} different digits"
    for period in range(1, min(_MOST_PERIOD, len(digits) // 2) + 1):
        if all(digits[index] == digits[index - period] for index in range(period, len(digits))):
            return f"it repeats itself every {period} digits"
    steps = "".join("+" if (int(two, 16) - int(one, 16)) % 16 == 1 else "." for one, two in pairs)
    if "+" * _LONGEST_RUN in steps:
        return "it counts upwards"
    return ""
