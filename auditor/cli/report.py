"""``auditor report``: the formats of a scan, from a certificate that is there already."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.output import FORMATS, Output, parse_outputs, write_outputs
from auditor.errors import UserError
from auditor.repo.certificate_folder import MOST_BYTES
from auditor.repo.given_file import read_given_file
from auditor.repo.site_folder import certificate_names, read_certificate

if TYPE_CHECKING:
    from auditor.model.audit import Audit
    from auditor.web.report import Earlier

__all__ = ["report"]


def _outputs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Output, ...]:
    return parse_outputs(values)


@click.command()
@click.argument("certificate", metavar="CERT|REPORT", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "outputs",
    multiple=True,
    required=True,
    metavar="F[:PATH]",
    callback=_outputs,
    help=f"{', '.join(FORMATS)}; to standard output, or to PATH. Repeatable.",
)
@click.option(
    "--history",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Show in the HTML report how the certificates in this folder came to this one. They are not verified.",
)
@click.option("--source", metavar="URL", help="Where the HTML report's links to lines lead; see docs/report.md.")
def report(certificate: Path, *, outputs: tuple[Output, ...], history: Path | None, source: str | None) -> None:
    """Write reports of an audit that was made before.

    CERT is a certificate (its JSON is looked for beside it), REPORT a JSON report. Nothing is audited again
    and nothing is verified: `auditor verify` tells whether it is true.
    """
    from auditor.model.codec import loads  # noqa: PLC0415 - pydantic only where needed

    path = certificate.with_suffix(".json") if certificate.suffix == ".md" else certificate
    audit = loads(
        read_given_file(path, most=MOST_BYTES, what="a certificate, or what `auditor scan --format json` wrote"),
        str(path),
    )
    address = _known(source)
    points = _history(audit, history) if history else ()
    write_outputs(audit, outputs, source=address, history=points)


def _known(source: str | None) -> str | None:
    """The address as it was given. Raises BadParameter where no link can be made of it."""
    from auditor.web.links import source_links  # noqa: PLC0415 - only where needed

    if source is not None and source_links(source) is None:
        hint = "give the address of a repository on a known host, or one with {commit} and {path} in it"
        raise click.BadParameter(f"{source!r} leads to no lines; {hint}", param_hint="--source")
    return source


def _history(audit: Audit, folder: Path) -> tuple[Earlier, ...]:
    """The audits of this repository in a folder that were made before this one, and this one."""
    from auditor.model.codec import loads  # noqa: PLC0415 - as above
    from auditor.web.report import earlier_of  # noqa: PLC0415 - jinja2 only where needed

    found = {audit.certificate_id: earlier_of(audit)}
    for name in certificate_names(folder)[0]:
        content = read_certificate(folder, name).files.get(".json", b"")
        with contextlib.suppress(UserError):  # a broken one is no part of a history
            other = loads(content)
            if other.repository.name == audit.repository.name and other.scanned_at < audit.scanned_at:
                found[other.certificate_id] = earlier_of(other)
    return tuple(sorted(found.values(), key=lambda one: (one.scanned_at, one.certificate_id)))
