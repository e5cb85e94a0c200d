"""A whole audit with every outcome in it, made by scoring itself."""

from dataclasses import replace

from auditor.model.audit import SCHEMA, Audit, InventorySummary, RulePack, Tool
from auditor.model.finding import Category, Severity
from auditor.model.outcome import Waiver
from auditor.scoring.components import identity_of
from tests.scoring.build import ABSENT, CLEAN, MET, UNKNOWN, criterion, finding, part, required, rubric, rule, scored

RUBRIC = rubric(
    criterion(
        "APP-1", severity="critical", blocker=True, forbid={"categories": ["placeholder"], "min_severity": "high"}
    ),
    criterion("APP-2", severity="low", impact=3, forbid={"categories": ["placeholder"]}),
    criterion("APP-3", severity="medium", forbid={"rules": ["AUD201"]}),
    required("OPS-1"),
    required("OPS-2", severity="medium"),
    required("OPS-3", severity="low"),
    criterion("TST-1", components=["tests"], severity="high", forbid={"categories": ["skipped-test"]}),
)
FINDINGS = (
    finding(1, "application"),
    finding(2, "application"),
    finding(3, "application", severity=Severity.LOW),
    finding(4, "application", severity=Severity.LOW),
    finding(5, "application", rule="AUD201", category=Category.MOCKED_METRIC),
    finding(6, "tests", rule="AUD430", category=Category.SKIPPED_TEST),
)
WAIVED = FINDINGS[4].fingerprint
LIFTED = "OPS-2 of application"


def audit(*, lifted: bool = False) -> Audit:
    card = scored(
        RUBRIC,
        part("application", weight=2),
        part("tests"),
        findings=FINDINGS,
        proofs={"OPS-1": MET, "OPS-2": ABSENT, "OPS-3": UNKNOWN},
        rules=(rule(), rule("AUD201", Category.MOCKED_METRIC), rule("AUD430", Category.SKIPPED_TEST)),
        waived=frozenset({WAIVED}),
        lifted=frozenset({LIFTED} if lifted else ()),
    )
    waiver = Waiver(
        id="W1",
        rule="AUD201",
        path="application/a.py",
        reason="known",
        approver="lead",
        expires="2027-01-01",
        findings=(WAIVED,),
        requirements=(LIFTED,) if lifted else (),
    )
    return Audit(
        schema=SCHEMA,
        certificate_id="PRA-SHOP-20261121-000000",
        tool=Tool(name="auditor", version="0", rule_pack=RulePack(version="1", digest="e" * 64)),
        repository=CLEAN,
        rubric=identity_of(RUBRIC, "f" * 64),
        scanned_at="2026-11-21T00:00:00Z",
        valid_until=card.valid_until,
        decision=card.verdict.decision,
        score=card.score,
        verdict=card.verdict,
        components=card.components,
        conditions=card.conditions,
        waivers=(waiver,),
        findings=tuple(replace(one, waived_by="W1" if one.fingerprint == WAIVED else None) for one in card.findings),
        secrets=(),
        inventory=InventorySummary(files=2, lines=20, by_language=(), by_role=(), left_out=(), unjudged=()),
        evidence_files=(),
        limits=(),
    )
