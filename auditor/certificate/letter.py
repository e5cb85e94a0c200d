"""The decision letter: what a certificate decides, on one or two pages. It is signed through the certificate that it names.

Like a certificate it is a pure function of the audit, so it can be made again and compared byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from auditor import __version__
from auditor.certificate.render import environment, tidy
from auditor.certificate.report import Check, failed, passed
from auditor.certificate.view import View
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.codec import dumps, loads
from auditor.model.forms import is_certificate_id
from auditor.model.outcome import Priority

__all__ = ["check_letter", "named_certificate", "render_letter"]

_OPEN, _CLOSE = "<!-- auditor: decision letter of ", " -->"
_LIMITS: Mapping[str, int] = {"reasons": 5, "components": 15, "conditions": 20, "steps": 8}
"""Rows of each list: with all of them it is two pages."""


def render_letter(audit: Audit) -> str:
    """The letter of a certificate. The same audit gives the same text, whoever signs the certificate.

    Raises UserError where the audit has no id that a certificate can have.
    """
    if not is_certificate_id(audit.certificate_id):
        remedy = "take the JSON report as auditor wrote it"
        raise UserError(f"{audit.certificate_id!r} is the id of no certificate", remedy=remedy)
    certified = replace(audit, change=None)  # as it is certified
    text = (
        environment()
        .get_template("_letter.md.j2")
        .render(
            audit=certified,
            view=View(certified),
            limit=_LIMITS,
            pressing=tuple(one for one in certified.conditions if one.priority in {Priority.P0, Priority.P1}),
            report_name=f"{certified.certificate_id}.json",
            digest=hashlib.sha256(dumps(certified)).hexdigest(),
        )
    )
    return f"{_OPEN}{certified.certificate_id}{_CLOSE}\n{tidy(text)}"


def named_certificate(text: bytes) -> str | None:
    """The id of the certificate of which this is a letter; None where it is none."""
    first = text.partition(b"\n")[0].decode("utf-8", "replace")
    if not (first.startswith(_OPEN) and first.endswith(_CLOSE)):
        return None
    name = first.removeprefix(_OPEN).removesuffix(_CLOSE)
    return name if is_certificate_id(name) else None


def check_letter(letter: bytes, report: bytes | None) -> Check:
    """Whether the letter is what the JSON report says. What cannot be compared fails: nothing else vouches for it."""
    if report is None:
        return failed("letter", "the JSON report that it follows from is not at hand")
    try:
        audit = loads(report)
    except UserError as error:
        return failed("letter", str(error))
    if audit.tool.version != __version__:
        return failed(
            "letter", f"auditor {audit.tool.version} wrote this, and this is {__version__}: verify it with that"
        )
    if letter == render_letter(audit).encode("utf-8", "replace"):
        return passed("letter", "the letter is what the JSON report says, byte for byte")
    return failed("letter", "the letter is not what the JSON report says")
