"""The forms of what every output repeats as it is: ids of certificates, days, moments and scores.

They are ours in an audit that was just made; in a report that was read they are whatever somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model.audit import Audit
from auditor.model.waiver import day_of

__all__ = ["FULL_SCORE", "first_misshapen", "is_certificate_id"]

FULL_SCORE = 100

_ID = re.compile(r"[A-Z]{3}-[A-Z0-9-]{1,60}-[0-9]{8}-[0-9]{6}")
_HOUR = re.compile(r"T([01][0-9]|2[0-3])(:[0-5][0-9]){2}Z")
_DAY = len("2026-12-01")


def is_certificate_id(text: str) -> bool:
    """Whether this can be the id of a certificate, and so the name of its files in a folder."""
    return _ID.fullmatch(text) is not None


def first_misshapen(audit: Audit) -> str:
    """What is wrong with the first field that has not its form; empty where all have theirs."""
    return next(_misshapen(audit), "")


def _misshapen(audit: Audit) -> Iterator[str]:
    if not is_certificate_id(audit.certificate_id):
        yield "certificate_id: this is no id of a certificate"
    if not _is_moment(audit.scanned_at):
        yield "scanned_at: this is no time in UTC"
    days = {"valid_until": audit.valid_until}
    days |= {f"conditions.{number}.due": one.due for number, one in enumerate(audit.conditions)}
    yield from (f"{field}: this is no day" for field, text in days.items() if day_of(text) is None)
    scores = {"score.overall": audit.score.overall, "score.as_found": audit.score.as_found}
    scores |= {f"components.{number}.score": one.score for number, one in enumerate(audit.components)}
    yield from (f"{field}: this is no score" for field, score in scores.items() if not 0 <= score <= FULL_SCORE)


def _is_moment(text: str) -> bool:
    return day_of(text[:_DAY]) is not None and _HOUR.fullmatch(text[_DAY:]) is not None
