"""Certificates on disk: one by its path, and a folder of them by their ids. Reads are bounded; nothing is trusted."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from auditor.errors import UserError
from auditor.model.strict_json import strict_json
from auditor.repo.given_file import read_given_file

__all__ = ["MOST_BYTES", "Folder", "read_certificate", "report_path"]

MOST_BYTES = 64_000_000
"""A certificate is text that people read; what is larger is none."""
MOST_FILES = 10_000


def read_certificate(path: Path) -> bytes:
    """The bytes of a certificate or report. Raises UserError where it cannot be read or is too large to be one."""
    return read_given_file(path, most=MOST_BYTES, what="a certificate")


def report_path(path: Path) -> Path:
    """Where the JSON of a certificate is: beside its Markdown, or the file itself."""
    return path.with_suffix(".json") if path.suffix == ".md" else path


class Folder:
    """A folder of certificates; what cannot be read in it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, certificate_id: str) -> tuple[bytes, bytes] | None:
        """The Markdown and the JSON of a certificate, or None where one of them is missing."""
        certificate, report = (self._path / f"{certificate_id}{ending}" for ending in (".md", ".json"))
        if not certificate.is_file() or not report.is_file():
            return None
        try:
            return read_certificate(certificate), read_certificate(report)
        except UserError:
            return None

    def reports(self) -> tuple[Path, ...]:
        """The JSON files that lie beside a Markdown file of the same name, sorted."""
        found = sorted(self._path.glob("*.json"))[:MOST_FILES]
        return tuple(path for path in found if path.is_file() and path.with_suffix(".md").is_file())

    def answering(self, certificate_id: str) -> tuple[tuple[str, str], ...]:
        """Ids and times of the certificates here that say that they answer this one, sorted."""
        return self._answers.get(certificate_id, ())

    @cached_property
    def _answers(self) -> dict[str, tuple[tuple[str, str], ...]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for path in self.reports():
            said = _says(path)
            if said is not None:
                found.setdefault(said[0], []).append(said[1:])
        return {earlier: tuple(sorted(answers)) for earlier, answers in found.items()}


def _says(path: Path) -> tuple[str, str, str] | None:
    """The id of what a report answers, its own id and its time; None where it answers nothing."""
    try:
        document = strict_json(read_certificate(path), str(path))
    except UserError:
        return None
    values = (_at(document, "review", "earlier", "certificate_id"), _at(document, "certificate_id"),
              _at(document, "scanned_at"))  # fmt: skip
    earlier, own, when = values
    if not isinstance(earlier, str) or not isinstance(own, str) or not isinstance(when, str):
        return None
    return earlier, own, when


def _at(document: object, *keys: str) -> object:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document
