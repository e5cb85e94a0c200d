"""``auditor verify``: whether a certificate is what it claims to be, and still holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.certificate.report import Status, VerificationReport
from auditor.certificate.trust import plain_trust
from auditor.certificate.verify import Material
from auditor.certificate.verify import verify as make_checks
from auditor.cli.keys import public_key
from auditor.errors import UserError
from auditor.model.escape import visible
from auditor.model.outcome import Decision
from auditor.repo.clone import open_clone
from auditor.repo.given_file import read_given_file
from auditor.scoring.recompute import recompute

if TYPE_CHECKING:
    from auditor.certificate.trust import Trust
    from auditor.repo.clone import Clone

__all__ = ["read_certificate", "verify"]

_MARKS = {Status.PASS: "ok  ", Status.FAIL: "FAIL", Status.UNKNOWN: "?   "}
_ENOUGH = {"go": {Decision.GO}, "conditional": {Decision.GO, Decision.CONDITIONAL}}
MOST_BYTES = 64_000_000
"""A certificate is text that people read; what is larger is none."""


@click.command()
@click.argument("certificates", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CERT...")
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="PUB",
    help="A public key that is trusted for everything. Repeatable.",
)
@click.option(
    "--trust",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A file of trusted keys, their roles, and how many of each role must sign.",
)
@click.option(
    "--repo", type=click.Path(path_type=Path), metavar="PATH", help="A clone, to check commit and evidence in."
)
@click.option(
    "--require", type=click.Choice(list(_ENOUGH), case_sensitive=False), help="Fail on a decision below this."
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def verify(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    certificates: tuple[Path, ...],
    *,
    keys: tuple[str, ...],
    trust: Path | None,
    repo: Path | None,
    require: str | None,
    format_: str,
) -> None:
    """Check the certificates CERT... and the JSON report beside each.

    Exits with 1 unless every one is signed by a trusted key (--key) or by as many as --trust requires, is
    unchanged, adds up, and is borne out by the clone (--repo). What cannot be checked is marked "?" and fails nothing by itself, except the
    signature: without a trusted signature nothing is verified.
    """
    trusted = _trust(keys, trust)
    clone = open_clone(repo) if repo else None
    reports = [(path, _checked(path, trusted, clone)) for path in certificates]
    if clone:
        clone.close()
    if format_ == "json":
        click.echo(json.dumps([_plain(path, report) for path, report in reports], indent=2, ensure_ascii=True))
    else:
        for path, report in reports:
            _print(path, report, require)
    good = all(report.authentic and _decides(report, require) for _, report in reports)
    context.exit(0 if good else 1)


def read_certificate(path: Path) -> bytes:
    """The bytes of a certificate, or of its JSON report. Raises UserError where they cannot be read."""
    return read_given_file(path, most=MOST_BYTES, what="a certificate")


def _trust(keys: tuple[str, ...], trust: Path | None) -> Trust:
    """Whom the reviewer trusts, as he says on the command line. No file is looked for that he does not name."""
    if keys and trust is not None:
        remedy = "write the key into the trust file, with its role"
        raise UserError("--key and --trust do not go together", remedy=remedy)
    if trust is not None:
        from auditor.cli.trust import trust_at  # noqa: PLC0415 - YAML only where needed

        return trust_at(trust)
    return plain_trust(tuple(public_key(key) for key in keys))


def _checked(path: Path, trust: Trust, clone: Clone | None) -> VerificationReport:
    report = path.with_suffix(".json")
    material = Material(
        certificate=read_certificate(path),
        report=read_certificate(report) if report.is_file() else None,
        trust=trust,
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
