"""Small inputs for scoring, with everything else at a sensible value."""

import json
from datetime import date
from pathlib import Path

from auditor.model.component import Component, ComponentKind, ComponentPart
from auditor.model.finding import Category, Confidence, Finding, Severity
from auditor.model.outcome import Evidence, EvidenceKind, Outcome, Proof
from auditor.model.repository import RepositoryIdentity
from auditor.model.rubric import Rubric
from auditor.scoring.inputs import RuleSummary
from auditor.scoring.score import Scorecard, score

TODAY = date(2026, 11, 21)
CLEAN = RepositoryIdentity(name="shop", commit="a" * 40, tree="b" * 40, dirty=False, git=True)
MET = Proof(
    outcome=Outcome.MET,
    evidence=(Evidence(kind=EvidenceKind.MEASURED, note="there", path="README.md", start_line=1, end_line=2),),
)
UNKNOWN = Proof(
    outcome=Outcome.UNKNOWN, evidence=(Evidence(kind=EvidenceKind.ABSENT, note="ops.md could not be judged"),)
)
ABSENT = Proof(
    outcome=Outcome.NOT_MET, evidence=(Evidence(kind=EvidenceKind.ABSENT, note="searched for a file ops.md"),)
)


def read_text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def part(
    kind: str,
    name: str = "",
    *,
    weight: int = 1,
    kinds: tuple[str, ...] = ("python",),
    unreadable: tuple[str, ...] = (),
) -> ComponentPart:
    component = Component(
        name=name or kind,
        title=(name or kind).title(),
        kind=ComponentKind(kind),
        paths=(f"/{name or kind}/**",),
        weight=weight,
    )
    return ComponentPart(
        component=component,
        files=(f"{name or kind}/a.py",),
        lines=10,
        kinds=frozenset(kinds),
        digest="d" * 64,
        unreadable=unreadable,
    )


def finding(
    number: int,
    component: str,
    *,
    rule: str = "AUD101",
    category: Category = Category.PLACEHOLDER,
    severity: Severity = Severity.HIGH,
) -> Finding:
    return Finding(
        rule=rule,
        name=f"rule-{rule.lower()}",
        category=category,
        severity=severity,
        confidence=Confidence.HIGH,
        component=component,
        path=f"{component}/a.py",
        start_line=number,
        end_line=number,
        message="It only says so.",
        excerpt="pass",
        fingerprint=f"{number:032x}",
    )


def rule(
    identifier: str = "AUD101", category: Category = Category.PLACEHOLDER, *, reads: tuple[str, ...] = ("python",)
) -> RuleSummary:
    return RuleSummary(
        id=identifier, name=f"rule-{identifier.lower()}", category=category, reads=frozenset(reads), effort=30
    )


def criterion(identifier: str, **changes: object) -> dict[str, object]:
    return {
        "id": identifier,
        "question": "Does it work?",
        "components": ["application"],
        "severity": "high",
        "section": "all",
        "risk": "It fails.",
        "mitigation": "Mend it.",
        "condition": f"Mend {identifier}",
        "forbid": {"categories": ["placeholder"]},
    } | changes


def required(identifier: str, **changes: object) -> dict[str, object]:
    described = criterion(identifier, **changes) | {"require": {"any": [{"file": "ops.md"}]}}
    del described["forbid"]
    return described


def rubric(*criteria: dict[str, object], **changes: object) -> Rubric:
    content = {
        "id": "test",
        "title": "Test",
        "version": "1.0.0",
        "kind": "production-readiness-audit",
        "impacts": {"critical": 20, "high": 10, "medium": 5, "low": 2},
        "bands": [
            {"floor": 90, "grade": "A", "status": "ready"},
            {"floor": 60, "grade": "C", "status": "after work"},
            {"floor": 0, "grade": "F", "status": "blocked"},
        ],
        "thresholds": {},
        "policy": {"due_days": {"P0": 7, "P1": 14, "P2": 30, "P3": 90}},
        "sections": {"all": "Everything"},
        "weights": {kind.value: 1 for kind in ComponentKind},
        "criteria": list(criteria),
    }
    return Rubric.model_validate_json(json.dumps(content | changes))


def scored(  # noqa: PLR0913 - every input of scoring has its name
    used: Rubric,
    *parts: ComponentPart,
    findings: tuple[Finding, ...] = (),
    proofs: dict[str, Proof] | None = None,
    rules: tuple[RuleSummary, ...] = (rule(),),
    repository: RepositoryIdentity = CLEAN,
    waived: frozenset[str] = frozenset(),
    lifted: frozenset[str] = frozenset(),
    ends: tuple[date, ...] = (),
    only: frozenset[str] = frozenset(),
) -> Scorecard:
    return score(
        rubric=used,
        parts=parts,
        findings=findings,
        proofs=proofs or {},
        rules=rules,
        repository=repository,
        today=TODAY,
        waived=waived,
        lifted=lifted,
        ends=ends,
        only=only,
    )
