"""Formats of a scan: which there are, and where each one goes. They never change the exit status."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.errors import UserError
from auditor.repo.publish import publish

if TYPE_CHECKING:
    from auditor.model.audit import Audit
    from auditor.web.report import Earlier

__all__ = ["FORMATS", "Output", "parse_outputs", "write_bytes", "write_outputs"]

Content = bytes | Iterable[bytes]
"""A report as a whole, or in pieces that are written as they are made."""


def _markdown(audit: Audit) -> bytes:
    from auditor.certificate.render import render_body  # noqa: PLC0415 - jinja2 only where needed

    return render_body(audit).encode()


def _letter(audit: Audit) -> bytes:
    from auditor.certificate.letter import render_letter  # noqa: PLC0415 - as above

    return render_letter(audit).encode("utf-8", "replace")


def _html(audit: Audit, source: str | None = None, history: tuple[Earlier, ...] = ()) -> bytes:
    from auditor.web.links import source_links  # noqa: PLC0415 - jinja2 only where needed
    from auditor.web.report import Surroundings, render_report  # noqa: PLC0415 - as above

    return render_report(audit, Surroundings(source=source_links(source) if source else None, history=history))


def _made_by(module: str, function: str = "chunks") -> Callable[[Audit], Content]:
    """A format that is written by a function of a module of `auditor.formats`, imported when it is asked for."""

    def write(audit: Audit) -> Content:
        made: Content = getattr(importlib.import_module(f"auditor.formats.{module}"), function)(audit)
        return made

    return write


FORMATS: dict[str, Callable[[Audit], Content]] = {
    "html": _html,
    "json": _made_by("report_json"),
    "md": _markdown,
    "letter": _letter,
    "summary": _made_by("report_summary"),
    "comment": _made_by("report_summary", "comment_chunks"),
    "sarif": _made_by("report_sarif"),
    "sarif-upload": _made_by("report_sarif", "upload_chunks"),
    "github": _made_by("report_github"),
    "gitlab": _made_by("report_gitlab"),
    "junit": _made_by("report_junit"),
    "csv": _made_by("report_csv"),
    "badge": _made_by("report_badge"),
    "badge-svg": _made_by("report_badge", "svg_chunks"),
    "env": _made_by("report_env"),
}
"""What writes each format; docs/formats.md says what it holds and how large it gets."""


@dataclass(frozen=True, slots=True)
class Output:
    """One report: its format, and the file it goes to (None: standard output)."""

    format: str
    path: Path | None


def _parse_output(text: str, names: Collection[str] = FORMATS) -> Output:
    """Read ``F`` or ``F:PATH``; no path and ``-`` mean standard output. Raises click.BadParameter on an unknown format or an empty path."""
    name, colon, path = text.partition(":")
    if name not in names:
        raise click.BadParameter(f"unknown format {name!r}; there are {', '.join(names)}")
    if colon and not path:
        raise click.BadParameter(f"no path after {text!r}")
    return Output(name, Path(path) if path not in ("", "-") else None)


def parse_outputs(texts: Iterable[str], names: Collection[str] = FORMATS) -> tuple[Output, ...]:
    """Read several. Raises UserError where two of them go to one place, however it is written."""
    outputs = tuple(_parse_output(text, names) for text in texts)
    places = [output.path and os.path.realpath(output.path) for output in outputs]
    if len(places) != len(set(places)):
        raise UserError("two reports go to one place", remedy="give each --format a path of its own")
    return outputs


def write_outputs(
    audit: Audit,
    outputs: tuple[Output, ...],
    *,
    repository: Path | None = None,
    source: str | None = None,
    history: tuple[Earlier, ...] = (),
) -> None:
    """Write every report. The HTML report links to `source`, or else to the remote of `repository`, and shows `history`.

    Raises UserError where one cannot be written.
    """
    for output in outputs:
        made = _html(audit, source or _remote(repository), history) if output.format == "html" else None
        write_bytes(FORMATS[output.format](audit) if made is None else made, output.path)


def _remote(repository: Path | None) -> str | None:
    from auditor.repo.remote import remote_address  # noqa: PLC0415 - git only where needed

    return remote_address(repository) if repository else None


def write_bytes(content: Content, path: Path | None) -> None:
    """Write one report to a file, or to standard output. Raises UserError where the file cannot be written."""
    if path is None:
        sys.stdout.buffer.writelines(_pieces(content))
        sys.stdout.buffer.flush()
        return
    if path.is_char_device() or path.is_fifo():
        with path.open("wb") as device:
            device.writelines(_pieces(content))
        return
    publish(path.parent, {path.name: content})


def _pieces(content: Content) -> Iterable[bytes]:
    return [content] if isinstance(content, bytes) else content
