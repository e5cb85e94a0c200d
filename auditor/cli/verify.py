"""``auditor verify``: whether a certificate is what it claims to be, and still holds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.certificate.freshness import Wanted
from auditor.certificate.report import Check, Status, VerificationReport, failed
from auditor.certificate.verify import Material
from auditor.certificate.verify import verify as make_checks
from auditor.cli.chain import Chain, chain_options
from auditor.cli.evidence import evidence_options, given_evidence
from auditor.cli.main import INPUT_ERROR, report_input
from auditor.cli.options import names_in
from auditor.cli.trusting import trust_options
from auditor.cli.verify_material import Asked, letter_at, material_of
from auditor.errors import UserError
from auditor.model.codec import loads
from auditor.model.escape import visible
from auditor.model.outcome import Decision
from auditor.model.outside import GivenEvidence
from auditor.scoring.partial import component_decision

if TYPE_CHECKING:
    from auditor.certificate.trust import Trust
    from auditor.repo.clone import Clone

__all__ = ["verify"]

_MARKS = {Status.PASS: "ok  ", Status.FAIL: "FAIL", Status.UNKNOWN: "?   "}
_ENOUGH = {"go": {Decision.GO}, "conditional": {Decision.GO, Decision.CONDITIONAL}}


@click.command()
@click.argument("certificates", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CERT...")
@trust_options
@click.option(
    "--repo", type=click.Path(path_type=Path), metavar="PATH", help="A clone, to check commit and evidence in."
)
@click.option(
    "--require", type=click.Choice(list(_ENOUGH), case_sensitive=False), help="Fail on a decision below this."
)
@click.option("--at", "revision", metavar="REV", help="Ask whether it holds for this revision of the clone.")
@click.option("--partial", is_flag=True, help="Carry the decision over for the components that are as certified.")
@click.option("--components", metavar="A,B", help="With --partial: for these components alone.")
@click.option("--replay", is_flag=True, help="Run the audit again, and compare its report byte for byte.")
@click.option("--condition", metavar="ID", help="Look whether this condition of CERT is met now, and nothing else.")
@click.option("--rubric", metavar="PATH", help="With --replay and --condition: the rubric, where it was a file.")
@evidence_options
@chain_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def verify(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    certificates: tuple[Path, ...],
    *,
    trust: Trust,
    repo: Path | None,
    require: str | None,
    revision: str | None,
    partial: bool,
    components: str | None,
    replay: bool,
    condition: str | None,
    rubric: str | None,
    chain: Chain,
    format_: str,
) -> None:
    """Check the certificates CERT... and the JSON report beside each; or a decision letter, through the certificate beside it.

    Exits with 1 unless every one is signed by a trusted key (--key) or by as many as --trust requires, is unchanged, adds up, is neither expired nor
    overdue, and is borne out by the clone (--repo). What cannot be checked is marked "?" and fails nothing by itself,
    except the signature: without a trusted signature nothing is verified.
    """
    only = names_in(components)
    _refuse_alone(repo, {"--at": revision, "--partial": partial, "--replay": replay, "--condition": condition})
    _refuse_together(partial=partial, only=only, rubric=rubric, reruns=replay or condition is not None)
    if condition is not None and repo is not None:
        from auditor.cli.verify_condition import verify_condition  # noqa: PLC0415 - the rules only where needed

        asked = Asked(certificates, condition, repo, revision, rubric, trust, given_evidence(context))
        context.exit(verify_condition(asked, as_json=format_ == "json"))
    with _clone_of(repo) as clone:
        commit = clone.resolve(revision) if clone and revision else None
        wanted = Wanted(commit=commit, partial=partial, only=only, decide=component_decision)
        verifier = _Verifier(trust, clone, wanted, chain, repo if replay else None, rubric, given_evidence(context))
        reports, unread = verifier.all(certificates)
    _show(reports, require, as_json=format_ == "json")
    good = all(report.authentic and _decides(report, require) for _, report in reports)
    context.exit(INPUT_ERROR if unread else 0 if good else 1)


def _refuse_alone(repo: Path | None, given: dict[str, object]) -> None:
    for option, value in given.items():
        if value and repo is None:
            raise click.UsageError(f"{option} needs a clone to look into: --repo PATH")


def _refuse_together(*, partial: bool, only: tuple[str, ...], rubric: str | None, reruns: bool) -> None:
    if only and not partial:
        raise click.UsageError("--components needs --partial")
    if rubric and not reruns:
        raise click.UsageError("--rubric needs --replay or --condition")


@contextmanager
def _clone_of(repo: Path | None) -> Iterator[Clone | None]:
    if repo is None:
        yield None
        return
    from auditor.repo.clone import open_clone  # noqa: PLC0415 - git only where there is a clone

    clone = open_clone(repo)
    try:
        yield clone
    finally:
        clone.close()


@dataclass(frozen=True, slots=True)
class _Verifier:
    """With what certificates are verified; `replay_in` is the clone to run their audits again in, if at all."""

    trust: Trust
    clone: Clone | None
    wanted: Wanted
    chain: Chain
    replay_in: Path | None
    rubric: str | None
    evidence: GivenEvidence

    def all(self, paths: tuple[Path, ...]) -> tuple[list[tuple[Path, VerificationReport]], bool]:
        """The report on each certificate that can be read, and whether any cannot; those are told at once."""
        reports: list[tuple[Path, VerificationReport]] = []
        unread = False
        for path in paths:
            try:
                reports.append((path, self._one(path)))
            except UserError as error:
                report_input(error)
                unread = True
        return reports, unread

    def _one(self, path: Path) -> VerificationReport:
        letter = letter_at(path)
        if letter is None:
            return self._certificate(path)
        from auditor.certificate.letter import check_letter  # noqa: PLC0415 - only for letters

        report = self._certificate(letter[0])
        made = check_letter(letter[1], material_of(letter[0], self.trust).report)
        return replace(report, checks=(*report.checks, made))

    def _certificate(self, path: Path) -> VerificationReport:
        material = material_of(path, self.trust)
        report = make_checks(replace(material, files=self.clone, wanted=self.wanted))
        report = self.chain.added(report, path, self.trust)
        if self.replay_in is None:
            return report
        return replace(report, checks=(*report.checks, self._replayed(material, report, self.replay_in)))

    def _replayed(self, material: Material, report: VerificationReport, repository: Path) -> Check:
        if material.report is None or not report.passes("report"):
            return failed("replay", "there is no JSON report that could be compared")
        from auditor.replay import replay  # noqa: PLC0415 - the whole scanner, only where it is asked for

        audit = loads(material.report)
        return replay(
            audit, material.report, repository, rubric=self.rubric, evidence=self.evidence, jobs=os.cpu_count() or 1
        )


def _show(reports: list[tuple[Path, VerificationReport]], require: str | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_plain(path, report) for path, report in reports], indent=2, ensure_ascii=True))
        return
    for path, report in reports:
        _print(path, report, require)


def _decides(report: VerificationReport, require: str | None) -> bool:
    return require is None or report.decision in _ENOUGH[require.lower()]


def _print(path: Path, report: VerificationReport, require: str | None) -> None:
    verdict = "VERIFIED" if report.authentic else "NOT VERIFIED"
    decision = report.decision.value if report.decision else "no decision"
    before = f" (certified {report.certified})" if report.certified is not report.decision else ""
    click.echo(visible(f"{verdict}  {decision}{before}  {report.certificate_id or path}"))
    for check in report.checks:
        click.echo(visible(f"  {_MARKS[check.status]}  {check.name}: {check.detail}"))
    if not _decides(report, require):
        click.echo(visible(f"  FAIL  require: {str(require).upper()} is required, and the decision is {decision}"))


def _plain(path: Path, report: VerificationReport) -> dict[str, object]:
    checks = [{"name": one.name, "status": one.status.value, "detail": one.detail} for one in report.checks]
    return {
        "certificate": str(path),
        "id": report.certificate_id,
        "decision": report.decision,
        "certified": report.certified,
        "verified": report.authentic,
        "checks": checks,
        "freshness": asdict(report.freshness) if report.freshness else None,
    }
