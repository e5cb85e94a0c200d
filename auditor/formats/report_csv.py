"""The findings as CSV (RFC 4180), every cell quoted, for spreadsheets.

A cell that a spreadsheet would take for a formula gets an apostrophe in front
(https://owasp.org/www-community/attacks/CSV_Injection), and so does one that begins with an apostrophe:
taking one away gives back what was there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from auditor.formats.text import clipped, single_line
from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.finding import Finding

__all__ = ["COLUMNS", "MOST_CHARACTERS", "chunks"]

COLUMNS = (
    "rule", "name", "category", "severity", "confidence", "component", "path", "start_line", "end_line", "message",
    "fingerprint", "reached_from", "waived_by",
)  # fmt: skip
MOST_CHARACTERS = 32_766
"""Of a cell of a spreadsheet, without the apostrophe."""
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠'")  # noqa: RUF001 - full-width signs begin a formula, too
_BATCH = 1_000


def chunks(audit: Audit) -> Iterator[bytes]:
    """A row of titles, then one row for each finding, in the order of the report."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, finding in enumerate(audit.findings, start=1):
        writer.writerow(map(_cell, _row(finding)))
        if number % _BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "backslashreplace")


def _row(finding: Finding) -> tuple[str, ...]:
    return (
        visible(finding.rule),
        visible(finding.name),
        finding.category.value,
        finding.severity.value,
        finding.confidence.value,
        visible(finding.component),
        visible(finding.path),
        str(finding.start_line),
        str(finding.end_line),
        single_line(finding.message),
        visible(finding.fingerprint),
        visible(finding.reached_from or ""),
        visible(finding.waived_by or ""),
    )


def _cell(text: str) -> str:
    cut = clipped(text, MOST_CHARACTERS)
    return f"'{cut}" if cut[:1] in _FORMULA and cut else cut
