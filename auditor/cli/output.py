"""Formats of a scan: which there are, and where each one goes. They never change the exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.repo.publish import publish

if TYPE_CHECKING:
    from auditor.web.report import Earlier

__all__ = ["FORMATS", "Output", "parse_output", "write_bytes", "write_outputs"]


def _json(audit: Audit) -> bytes:
    from auditor.formats.report_json import dumps  # noqa: PLC0415 - pydantic only where needed

    return dumps(audit)


def _markdown(audit: Audit) -> bytes:
    from auditor.certificate.render import render_body  # noqa: PLC0415 - jinja2 only where needed

    return render_body(audit).encode()


def _html(audit: Audit, source: str | None = None, history: tuple[Earlier, ...] = ()) -> bytes:
    from auditor.web.links import source_links  # noqa: PLC0415 - jinja2 only where needed
    from auditor.web.report import Surroundings, render_report  # noqa: PLC0415 - as above

    return render_report(audit, Surroundings(source=source_links(source) if source else None, history=history))


FORMATS: dict[str, Callable[[Audit], bytes]] = {"html": _html, "json": _json, "md": _markdown}


@dataclass(frozen=True, slots=True)
class Output:
    """One report: its format, and the file it goes to (None: standard output)."""

    format: str
    path: Path | None


def parse_output(text: str) -> Output:
    """Read ``F`` or ``F:PATH``; no path and ``-`` mean standard output. Raises click.BadParameter on an unknown format or an empty path."""
    name, colon, path = text.partition(":")
    if name not in FORMATS:
        raise click.BadParameter(f"unknown format {name!r}; there are {', '.join(FORMATS)}")
    if colon and not path:
        raise click.BadParameter(f"no path after {text!r}")
    return Output(name, Path(path) if path not in ("", "-") else None)


def write_outputs(
    audit: Audit,
    outputs: tuple[Output, ...],
    *,
    repository: Path | None = None,
    source: str | None = None,
    history: tuple[Earlier, ...] = (),
) -> None:
    """Write every report. The HTML report links to `source`, or else to the remote of `repository`, and shows `history`.

    Raises UserError where a path is given twice or cannot be written.
    """
    paths = [output.path for output in outputs]
    if len(paths) != len(set(paths)):
        raise UserError("two reports go to one place", remedy="give each --format a path of its own")
    for output in outputs:
        made = _html(audit, source or _remote(repository), history) if output.format == "html" else None
        write_bytes(made or FORMATS[output.format](audit), output.path)


def _remote(repository: Path | None) -> str | None:
    from auditor.repo.remote import remote_address  # noqa: PLC0415 - git only where needed

    return remote_address(repository) if repository else None


def write_bytes(content: bytes, path: Path | None) -> None:
    """Write one report to a file, or to standard output. Raises UserError where the file cannot be written."""
    if path is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    if path.is_char_device() or path.is_fifo():
        path.write_bytes(content)
        return
    publish(path.parent, {path.name: content})
