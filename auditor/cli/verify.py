"""``auditor verify``: whether a certificate is what it claims to be, and still holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.certificate.report import Status, VerificationReport
from auditor.certificate.verify import Material
from auditor.certificate.verify import verify as make_checks
from auditor.cli.chain import Chain, chain_options
from auditor.cli.keys import public_key
from auditor.model.escape import visible
from auditor.model.outcome import Decision
from auditor.repo.certificate_folder import read_certificate
from auditor.repo.clone import open_clone
from auditor.scoring.recompute import recompute

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey

    from auditor.repo.clone import Clone

__all__ = ["verify"]

_MARKS = {Status.PASS: "ok  ", Status.FAIL: "FAIL", Status.UNKNOWN: "?   "}
_ENOUGH = {"go": {Decision.GO}, "conditional": {Decision.GO, Decision.CONDITIONAL}}


@click.command()
@click.argument("certificates", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CERT...")
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PUB",
    help="A trusted public key. Repeatable.",
)
@click.option(
    "--repo", type=click.Path(path_type=Path), metavar="PATH", help="A clone, to check commit and evidence in."
)
@click.option(
    "--require", type=click.Choice(list(_ENOUGH), case_sensitive=False), help="Fail on a decision below this."
)
@chain_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def verify(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    certificates: tuple[Path, ...],
    *,
    keys: tuple[Path, ...],
    repo: Path | None,
    require: str | None,
    chain: Chain,
    format_: str,
) -> None:
    """Check the certificates CERT... and the JSON report beside each.

    Exits with 1 unless every one is signed by a trusted key (--key), unchanged, adds up, and is borne out
    by the clone (--repo). What cannot be checked is marked "?" and fails nothing by itself, except the
    signature: without a trusted signature nothing is verified.
    """
    trusted = tuple(public_key(path) for path in keys)
    clone = open_clone(repo) if repo else None
    reports = [(path, chain.added(_checked(path, trusted, clone), path, trusted)) for path in certificates]
    if clone:
        clone.close()
    if format_ == "json":
        click.echo(json.dumps([_plain(path, report) for path, report in reports], indent=2, ensure_ascii=True))
    else:
        for path, report in reports:
            _print(path, report, require)
    good = all(report.authentic and _decides(report, require) for _, report in reports)
    context.exit(0 if good else 1)


def _checked(path: Path, keys: tuple[SSlibKey, ...], clone: Clone | None) -> VerificationReport:
    report = path.with_suffix(".json")
    material = Material(
        certificate=read_certificate(path),
        report=read_certificate(report) if report.is_file() else None,
        keys=keys,
        files=clone,
        recompute=recompute,
        today=datetime.now(UTC).date(),
    )
    return make_checks(material)


def _decides(report: VerificationReport, require: str | None) -> bool:
    return require is None or report.decision in _ENOUGH[require.lower()]


def _print(path: Path, report: VerificationReport, require: str | None) -> None:
    verdict = "VERIFIED" if report.authentic else "NOT VERIFIED"
    decision = report.decision.value if report.decision else "no decision"
    click.echo(visible(f"{verdict}  {decision}  {report.certificate_id or path}"))
    for check in report.checks:
        click.echo(visible(f"  {_MARKS[check.status]}  {check.name}: {check.detail}"))
    if not _decides(report, require):
        click.echo(visible(f"  FAIL  require: {str(require).upper()} is required, and the decision is {decision}"))


def _plain(path: Path, report: VerificationReport) -> dict[str, object]:
    checks = [{"name": one.name, "status": one.status.value, "detail": one.detail} for one in report.checks]
    return {
        "certificate": str(path),
        "id": report.certificate_id,
        "decision": report.decision.value if report.decision else None,
        "verified": report.authentic,
        "checks": checks,
    }
