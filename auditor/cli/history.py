"""``auditor history``: score and open conditions over a chain of certificates."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.output import write_bytes
from auditor.cli.reports import read_report
from auditor.errors import Place, UserError
from auditor.formats.history import history_svg, history_text, point_of
from auditor.model.audit import Audit
from auditor.model.forms import is_certificate_id
from auditor.repo.certificate_folder import Folder

__all__ = ["history"]

MOST_CERTIFICATES = 1000


@click.command()
@click.argument("certificates", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CERT...|DIR")
@click.option(
    "--svg", type=click.Path(path_type=Path), metavar="PATH", help="Draw it here, too (- for standard output)."
)
def history(certificates: tuple[Path, ...], *, svg: Path | None) -> None:
    """Draw score and open conditions over time.

    One CERT stands for its chain: those that it answers are looked for beside it. Several are drawn as
    named, and DIR stands for all certificates in it. It repeats what is written there; `auditor verify
    --chain` tells whether that is true.
    """
    audits = _audits(certificates)
    names = sorted({one.repository.name for one in audits})
    if len(names) != 1:
        remedy = "name the certificates of one"
        raise UserError(f"these are certificates of several repositories: {', '.join(names)}", remedy=remedy)
    ordered = sorted(audits, key=lambda one: (one.scanned_at, one.certificate_id))
    points = [point_of(one) for one in ordered]
    if svg is None or str(svg) != "-":
        click.echo(history_text(points), nl=False)
    if svg is not None:
        picture = history_svg(points, f"Readiness of {names[0]}").encode("utf-8")
        write_bytes(picture, None if str(svg) == "-" else svg)


def _audits(paths: tuple[Path, ...]) -> tuple[Audit, ...]:
    if len(paths) == 1 and not paths[0].is_dir():
        return _chain(paths[0])
    found: dict[str, Audit] = {}
    for path in paths:
        for audit in _in_folder(path) if path.is_dir() else (read_report(path),):
            found[audit.certificate_id] = audit
    return tuple(found.values())


def _in_folder(folder: Path) -> tuple[Audit, ...]:
    reports = Folder(folder).reports()
    if not reports:
        remedy = "name a folder that `auditor scan --out` wrote into"
        raise UserError("there are no certificates with their JSON here", place=Place(str(folder)), remedy=remedy)
    if len(reports) > MOST_CERTIFICATES:
        remedy = "name the certificates one by one"
        raise UserError(f"more than {MOST_CERTIFICATES} certificates", place=Place(str(folder)), remedy=remedy)
    return tuple(read_report(path) for path in reports)


def _chain(path: Path) -> tuple[Audit, ...]:
    """The certificate and those before it, as far as they lie beside it; a chain that comes back to itself ends there."""
    audits = [read_report(path)]
    seen = {audits[0].certificate_id}
    while (review := audits[-1].review) is not None:
        name = review.earlier.certificate_id
        beside = path.with_name(f"{name}.json")
        if name in seen or not is_certificate_id(name) or not beside.is_file():
            break
        seen.add(name)
        audits.append(read_report(beside))
    return tuple(audits)
