"""Audits in a chain, made by scoring itself: each with its conditions named as the one before left them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from auditor.comparison.names import FIRST_NAMES, ConditionNames
from auditor.comparison.review import names_since, reviewed
from auditor.model.audit import SCHEMA, Audit, InventorySummary, RulePack, Tool
from auditor.model.comparison import Answer, EarlierCertificate, SignatureState
from auditor.model.component import ComponentPart
from auditor.model.finding import Category, Finding
from auditor.model.outcome import Proof, Waiver
from auditor.model.repository import RepositoryIdentity
from auditor.model.rubric import Rubric
from auditor.scoring.components import identity_of
from auditor.scoring.score import score
from tests.scoring.build import CLEAN, TODAY, criterion, part, required, rubric, rule

RULES = (rule(), rule("AUD201", Category.MOCKED_METRIC))
RUBRIC = rubric(
    criterion("APP-1", severity="critical", blocker=True, waivable=True, forbid={"categories": ["mocked-metric"]}),
    criterion("APP-2", severity="medium", components=["application", "tests"]),
    required("OPS-1", severity="low"),
)
PARTS = (part("application", weight=2), part("tests"))


def made(  # noqa: PLR0913 - all that scoring is given
    number: int,
    *,
    findings: tuple[Finding, ...] = (),
    proofs: dict[str, Proof] | None = None,
    waived: frozenset[str] = frozenset(),
    used: Rubric = RUBRIC,
    parts: tuple[ComponentPart, ...] = PARTS,
    names: ConditionNames = FIRST_NAMES,
    repository: RepositoryIdentity = CLEAN,
    only: frozenset[str] = frozenset(),
    rules: str = "e" * 64,
) -> Audit:
    """The audit of day `number` of the month."""
    card = score(
        rubric=used, parts=parts, findings=findings, proofs=proofs or {}, rules=RULES, repository=repository,
        today=TODAY, waived=waived, only=only, names=names,
    )  # fmt: skip
    covered = tuple(one.fingerprint for one in card.findings if one.fingerprint in waived)
    waiver = Waiver(
        id="W1", rule="any", path="*", reason="known", approver="lead", expires="2027-01-01", findings=covered
    )
    return Audit(
        schema=SCHEMA,
        certificate_id=f"PRA-SHOP-202611{number:02}-000000",
        tool=Tool(name="auditor", version="0", rule_pack=RulePack(version="1", digest=rules)),
        repository=repository,
        rubric=identity_of(used, "f" * 64),
        scanned_at=f"2026-11-{number:02}T00:00:00Z",
        valid_until=card.valid_until,
        decision=card.verdict.decision,
        score=card.score,
        verdict=card.verdict,
        components=card.components,
        conditions=card.conditions,
        waivers=(waiver,) if covered else (),
        findings=tuple(replace(one, waived_by="W1" if one.fingerprint in covered else None) for one in card.findings),
        secrets=(),
        inventory=InventorySummary(files=2, lines=20, by_language=(), by_role=(), left_out=(), unjudged=()),
        evidence_files=(),
        limits=(),
    )


def answering(earlier: Audit, number: int, **inputs: Any) -> Audit:  # noqa: ANN401 - those of `made`
    """The re-audit of day `number` that answers `earlier`."""
    link = EarlierCertificate(
        certificate_id=earlier.certificate_id, body_sha256="a" * 64, report_sha256="b" * 64,
        signature=SignatureState.UNSIGNED, signers=(),
    )  # fmt: skip
    audit = made(number, names=names_since(earlier), **inputs)
    return reviewed(as_final_review(audit, f"FIN-SHOP-202611{number:02}-000000"), earlier, link)


def as_final_review(audit: Audit, certificate_id: str) -> Audit:
    """The audit as a re-audit is made: of the kind final-review, under its own id."""
    return replace(audit, certificate_id=certificate_id, rubric=replace(audit.rubric, kind="final-review"))


def answers(audit: Audit) -> dict[str, Answer]:
    """The answers of a re-audit by the id of the condition."""
    assert audit.review is not None
    return {one.before.id: one for one in audit.review.comparison.answers}
