"""The report of `auditor check` as JSON: ``documents``, each with decision, counts and findings."""

from __future__ import annotations

import dataclasses
import json

from auditor import __version__
from auditor.model.checked import CheckedDocument, CheckReport

__all__ = ["SCHEMA", "dumps"]

SCHEMA = "auditor-check/1"


def dumps(report: CheckReport, *, draft: bool = False) -> bytes:
    """The report; with `draft` each document also lists the statements that nothing decides, as ``open``."""
    plain = {
        "schema": SCHEMA,
        "tool": {"name": "auditor", "version": __version__},
        "documents": [_document(one, draft=draft) for one in report.documents],
    }
    return (json.dumps(plain, indent=2, ensure_ascii=True) + "\n").encode()


def _document(document: CheckedDocument, *, draft: bool) -> dict[str, object]:
    found = dataclasses.asdict(document)
    if not draft:
        del found["open"]
    return found
