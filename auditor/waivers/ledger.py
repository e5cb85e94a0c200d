"""The waivers of one audit: read, settled, and what they make of its findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from auditor.engine.judged import Judgement
from auditor.model.component import ComponentPart
from auditor.model.finding import Finding
from auditor.model.rubric import Rubric
from auditor.model.waiver import Standing, Waiver
from auditor.repo.owners import read_owners
from auditor.repo.snapshot import Snapshot
from auditor.rules.base import Detector
from auditor.rules.card import RuleCard
from auditor.waivers.approval import Approval
from auditor.waivers.declared import Declared, inline_declared
from auditor.waivers.settle import Case, settle

if TYPE_CHECKING:
    from auditor.engine.map_stage import RuleHit

__all__ = ["Ledger", "hits_about", "open_ledger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Every waiver with its standing, and all findings: waived ones name their waiver, new ones are about waivers."""

    waivers: tuple[Waiver, ...]
    findings: tuple[Finding, ...]

    @property
    def in_force(self) -> tuple[Waiver, ...]:
        """The waivers that count."""
        return tuple(one for one in self.waivers if one.standing is Standing.IN_FORCE)

    @property
    def void(self) -> tuple[Waiver, ...]:
        """The waivers that do not count, each with the reason."""
        return tuple(one for one in self.waivers if one.standing is not Standing.IN_FORCE)

    @property
    def waived(self) -> frozenset[str]:
        """The fingerprints that are taken out of the score."""
        return frozenset(key for one in self.in_force for key in one.findings)

    @property
    def lifted(self) -> frozenset[str]:
        """The requirements that are taken out of the score, as ``DR-1 of delivery``."""
        return frozenset(name for one in self.in_force for name in one.requirements)

    @property
    def ends(self) -> tuple[date, ...]:
        """The days on which what counts runs out."""
        return tuple(date.fromisoformat(one.expires) for one in self.in_force)

    def named(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings, each with the id of the waiver that covers it."""
        by_fingerprint = {key: one.id for one in self.in_force for key in one.findings}
        pairs = ((one, by_fingerprint.get(one.fingerprint)) for one in findings)
        return tuple(one if one.waived_by == waiver else replace(one, waived_by=waiver) for one, waiver in pairs)


def open_ledger(  # noqa: PLR0913 - what waivers are held against, each by its name
    snapshot: Snapshot,
    judged: Judgement,
    filed: Sequence[Declared],
    *,
    rubric: Rubric,
    parts: Sequence[ComponentPart],
    chosen: frozenset[str],
    rules: Sequence[RuleCard],
    owner: Mapping[str, str],
    fallback_owner: str,
    today: date,
    apply: bool,
) -> Ledger:
    """Settle the waivers of a snapshot: those of its file (`filed`), and those in comments."""
    owners = read_owners(snapshot.inventory, snapshot.reader)
    by_file = {path: owners.of(path) for path in dict(judged.inline)}
    declared = (*filed, *inline_declared(judged.inline, by_file))
    if not declared:
        return Ledger(waivers=(), findings=judged.findings)
    from auditor.rules.registry import cards  # noqa: PLC0415 - loads every rule, and most repositories waive nothing

    case = Case(
        rubric=rubric,
        parts=parts,
        findings=judged.findings,
        proofs=dict(judged.proofs),
        chosen=chosen,
        looked_for=frozenset(name for rule in rules for name in (rule.id, rule.name)),
        known=frozenset(name for rule in cards() for name in (rule.id, rule.name)),
        approval=Approval(rubric.policy.waivers, owners, today, tuple(file.path for file in snapshot.inventory.files)),
    )
    waivers = settle(declared, case, apply=apply)
    about = _findings_about(waivers, rules, snapshot, owner, fallback_owner)
    return Ledger(waivers=waivers, findings=(*judged.findings, *about))


def _findings_about(
    waivers: tuple[Waiver, ...],
    rules: Iterable[RuleCard],
    snapshot: Snapshot,
    owner: Mapping[str, str],
    fallback_owner: str,
) -> tuple[Finding, ...]:
    from auditor.engine.capture import Captor  # noqa: PLC0415 - as above
    from auditor.rules.late import detectors  # noqa: PLC0415 - as above

    real = detectors(rules)
    captor = Captor(
        rules={rule.id: rule for rule in real},
        reader=snapshot.reader,
        owner=owner,
        reached_from={},
        fallback_owner=fallback_owner,
    )
    return captor.capture(hits_about(waivers, real))


def hits_about(waivers: tuple[Waiver, ...], rules: Iterable[Detector]) -> tuple[RuleHit, ...]:
    """What the rules about waivers say of them, by place."""
    from auditor.engine.map_stage import RuleHit  # noqa: PLC0415 - as above

    asked = (rule for rule in rules if rule.check_waivers is not None)
    found = [RuleHit(rule.id, hit) for rule in asked if rule.check_waivers for hit in rule.check_waivers(waivers)]
    return tuple(sorted(found, key=lambda one: (one.hit, one.rule)))
