"""What happened to a certificate that does not verify, where that can be told. It never makes anything right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from auditor.certificate.envelope import BEGIN, END, BrokenCertificate, Parts, split
from auditor.certificate.signed import digest_of, stated, statement_of
from auditor.certificate.undoing import changes_that_explain
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.codec import dumps, loads

__all__ = ["diagnose_report", "diagnose_text"]

MOST_BYTES = 4_000_000
"""Of more, nothing is tried."""
_MOST_SHOWN = 80
_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_DECISION = "**Decision: "
_CERTIFICATE = "- **Certificate** `"

Render = Callable[[Audit, bool], str]
"""Gives the body of a certificate from its audit, and whether it is signed."""


def diagnose_text(certificate: bytes, report: bytes | None, render: Render) -> tuple[str, ...]:
    """What became of a certificate whose form or text is not what was signed, in sentences with their remedy."""
    if certificate[:2] in _ENCODINGS:
        return ("it was saved in another encoding (UTF-16): save it as UTF-8 without a byte order mark",)
    sections = _about_sections(certificate)
    if sections or len(certificate) > MOST_BYTES:
        return sections
    try:
        text = certificate.decode("utf-8")
    except UnicodeDecodeError as error:
        line = certificate.count(b"\n", 0, error.start) + 1
        return (f"line {line} is no UTF-8: it was cut there, or saved in another encoding",)
    undone = changes_that_explain(text, _is_signed)
    return undone or _about_content(text, report, render)


def diagnose_report(report: bytes, wanted: str | None, certificate_id: str | None) -> tuple[str, ...]:
    """What became of a JSON report whose digest is not the one that was signed."""
    if len(report) > MOST_BYTES or hashlib.sha256(report).hexdigest() == wanted:
        return ()
    text = report.decode("utf-8", "replace")
    undone = changes_that_explain(text, lambda one: hashlib.sha256(one.encode()).hexdigest() == wanted)
    if undone:
        return tuple(f"of the JSON report: {one}" for one in undone)
    try:
        audit = loads(report)
    except UserError as error:
        return (f"the JSON report was cut off or edited: {error.message}",)
    if audit.certificate_id != certificate_id:
        return (f"the JSON report is that of another certificate: {audit.certificate_id}",)
    if hashlib.sha256(dumps(audit)).hexdigest() == wanted:
        return ("the JSON report was written anew by another program, with the same content: take it as it was issued",)
    return ("the JSON report was edited, or belongs to another signature of this certificate",)


def _about_sections(certificate: bytes) -> tuple[str, ...]:
    lines = [line.strip() for line in certificate.splitlines()]
    begins = [at for at, line in enumerate(lines, 1) if line == BEGIN.encode()]
    ends = [at for at, line in enumerate(lines, 1) if line == END.encode()]
    if len(begins) > 1:
        return (_about_several(lines, begins, ends),)
    if begins and not ends:
        return (f"it was cut off in its signature section, which begins on line {begins[0]}: take it whole",)
    if ends and not begins:
        return (f"the begin of its signature section was cut out; it ends on line {ends[0]}: take it whole",)
    if not begins:
        what = (
            "it was cut off before its signature section"
            if any(line.startswith(_CERTIFICATE.encode()) for line in lines)
            else ""
        )
        return (f"{what or 'this is no certificate of auditor, or only a part of one'} ({len(lines)} lines)",)
    fences = [at for at, line in enumerate(lines, 1) if line == b"```" and at > begins[0]]
    if len(fences) > 2:  # noqa: PLR2004 - one before and one behind the envelope
        return (f"two envelopes stand in its signature section; the second begins on line {fences[2]}",)
    return ()


def _about_several(lines: list[bytes], begins: list[int], ends: list[int]) -> str:
    first_end = next((at for at in ends if at > begins[0]), begins[1] - 1)
    between = [at for at in range(first_end + 1, begins[1]) if lines[at - 1].startswith(b"# ")]
    count = {2: "two"}.get(len(begins), str(len(begins)))
    if between:
        return (
            f"{count} certificates stand in this file; the second begins on line {between[0]}: give each its own file"
        )
    return (
        f"{count} signature sections, each with an envelope, stand in this file; the second begins on line {begins[1]}"
    )


def _is_signed(text: str) -> bool:
    """Whether this is a certificate whose text is the one that its own envelope names."""
    try:
        parts = split(text.encode())
    except BrokenCertificate:
        return False
    return digest_of(statement_of(parts.envelope), ".md") == hashlib.sha256(parts.body).hexdigest()


def _about_content(text: str, report: bytes | None, render: Render) -> tuple[str, ...]:
    try:
        parts = split(text.replace("\r\n", "\n").encode())
    except BrokenCertificate:
        return ()
    signed = statement_of(parts.envelope)
    body = parts.body.decode("utf-8", "replace")
    name, meant = _word_behind(_CERTIFICATE, body), stated(signed, "certificateId")
    if meant and name and name != meant:
        return (f"the envelope is that of another certificate: {meant}, and the text is {name}",)
    said, decided = _word_behind(_DECISION, body), stated(signed, "decision")
    found = []
    if decided and said and said != decided:
        found.append(f"the text says {said}, and what was signed is {decided}")
    if report is not None and digest_of(signed, ".json") == hashlib.sha256(report).hexdigest():
        found.extend(_first_edit(body, report, parts, render))
    return tuple(found)


def _word_behind(begin: str, body: str) -> str | None:
    """What the first line that begins so says, up to its mark-up."""
    line = next((one for one in body.split("\n") if one.startswith(begin)), None)
    return _cut(line.removeprefix(begin).partition("`")[0].partition("*")[0]) if line else None


def _first_edit(body: str, report: bytes, parts: Parts, render: Render) -> tuple[str, ...]:
    """Where the text first differs from what the JSON report says."""
    try:
        wanted = render(loads(report), parts.envelope is not None)
    except UserError:
        return ()
    if "".join(body.split()) == "".join(wanted.split()):
        return ("its lines were wrapped or indented anew: take the certificate as it was issued",)
    here, there = body.split("\n"), wanted.split("\n")
    at = next((at for at, (one, other) in enumerate(zip(here, there, strict=False)) if one != other), None)
    if at is None:
        return (f"it was edited at its end: it has {len(here)} lines, and {len(there)} were signed",)
    return (f"it was edited on line {at + 1}: {_cut(here[at])!r} stands there, and {_cut(there[at])!r} was signed",)


def _cut(line: str) -> str:
    return line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}..."
