"""Evidence from outside taken into an audit: before it is scored, findings and proofs; afterwards, what the certificate says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from auditor.engine.judged import Judgement, content_digest
from auditor.evidence.outside import Circumstances, Weighed, weigh
from auditor.evidence.outside_answers import Asked
from auditor.evidence.outside_findings import Places, with_findings
from auditor.evidence.outside_proofs import absent_reports, complete
from auditor.model.audit import Audit
from auditor.model.outside import GivenEvidence, Outside
from auditor.model.rubric import Rubric
from auditor.repo.components import REST
from auditor.repo.snapshot import Snapshot
from auditor.rubric.yaml_file import read_located

__all__ = ["OutsideEvidence", "receive", "take_in", "with_outside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideEvidence:
    """What was given, weighed against the audit's time and commit."""

    weighed: tuple[Weighed, ...]
    keys: tuple[str, ...]
    now: datetime
    commit: str | None


def receive(given: GivenEvidence, now: datetime, rubric: Rubric, snapshot: Snapshot) -> OutsideEvidence:
    """Read and weigh the files. Raises UserError, naming file and line, where one is not of the kind that it was given as."""
    identity = snapshot.identity
    circumstances = Circumstances(
        now=now,
        commit=identity.commit,
        commit_date=identity.head_date,
        evidence_days=rubric.policy.evidence_days,
        keys=given.keys,
    )
    weighed = weigh(given.files, circumstances, read_located)
    keys = tuple(sorted({one.keyid for one in given.keys}))
    return OutsideEvidence(weighed=weighed, keys=keys, now=now, commit=identity.commit)


def take_in(
    received: OutsideEvidence, judged: Judgement, rubric: Rubric, snapshot: Snapshot, owner: Mapping[str, str]
) -> tuple[Judgement, Outside]:
    """The judgement with the findings and proofs that come from outside, and what the certificate says of them.

    `owner` is the component of each path. Nothing of it is remembered: a judgement in the cache is one of the
    repository alone.
    """
    lines = {one.path: one.lines for one in judged.files}
    places = Places(lines=lines, owner=owner, fallback_owner=REST, reader=snapshot.reader)
    weighed, findings = with_findings(received.weighed, places)
    accepted = tuple(one for one in weighed if one.counts)
    asked = Asked(accepted=accepted, now=received.now, commit=received.commit)
    proofs = complete(rubric, dict(judged.proofs), asked)
    judged = replace(judged, findings=(*judged.findings, *findings), proofs=tuple(proofs.items()))
    absent = absent_reports(rubric, proofs, asked)
    outside = Outside(files=tuple(one.file for one in weighed), absent=absent, keys=received.keys)
    return _with_digests(judged, {one.path for one in findings}, snapshot), outside


def with_outside(audit: Audit, outside: Outside) -> Audit:
    """The audit with what was given; it ends no later than the first attestation that counts."""
    ends = [one.valid_until for one in outside.files if one.valid_until and not one.refused]
    return replace(audit, outside=outside, valid_until=min([audit.valid_until, *ends]))


def _with_digests(judged: Judgement, cited: set[str], snapshot: Snapshot) -> Judgement:
    """The digest of each file that only a finding from outside cites."""
    files = (
        replace(one, sha256=one.sha256 or content_digest(one.path, snapshot)) if one.path in cited else one
        for one in judged.files
    )
    return replace(judged, files=tuple(files))
