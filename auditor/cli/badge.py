"""``auditor badge``: what a certificate says, small enough for a README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auditor.cli.clock import now
from auditor.errors import Place, UserError
from auditor.formats.badge import Badge, badge_json, badge_svg, readiness_badge
from auditor.model.forms import FULL_SCORE
from auditor.model.outcome import Decision
from auditor.model.strict_json import strict_json
from auditor.model.waiver import day_of
from auditor.repo.certificate_folder import read_certificate

__all__ = ["badge"]


@click.command()
@click.argument("certificate", metavar="CERT|REPORT", type=click.Path(path_type=Path))
@click.option("--svg", is_flag=True, help="Print a picture instead of the answer of an endpoint for shields.io.")
def badge(certificate: Path, *, svg: bool) -> None:
    """Print the badge of a certificate.

    CERT is a certificate (its JSON is looked for beside it), REPORT a JSON report. The badge repeats what
    is written there; `auditor verify` tells whether that is true.
    """
    made = _read_badge(certificate.with_suffix(".json") if certificate.suffix == ".md" else certificate)
    click.echo(badge_svg(made) if svg else badge_json(made), nl=False)


def _read_badge(path: Path) -> Badge:
    content = read_certificate(path)
    try:
        report: Any = strict_json(content, str(path))
        decision, score, until = Decision(report["decision"]), report["score"]["overall"], report["valid_until"]
    except (UserError, ValueError, KeyError, TypeError) as error:
        raise _no_report(path) from error
    if type(score) is not int or not 0 <= score <= FULL_SCORE or not isinstance(until, str) or day_of(until) is None:
        raise _no_report(path)
    return readiness_badge(decision, score, until, now().date().isoformat())


def _no_report(path: Path) -> UserError:
    remedy = "name a certificate, or what `auditor scan --format json` wrote"
    return UserError("this is no report of auditor", place=Place(str(path)), remedy=remedy)
