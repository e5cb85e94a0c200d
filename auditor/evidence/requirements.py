"""What a rubric requires, looked for in the repository."""

from __future__ import annotations

from auditor.evidence.probes import Found, probe_files
from auditor.evidence.texts import Texts
from auditor.facts.repository import RepositoryFacts
from auditor.model.outcome import Evidence, EvidenceKind, Outcome, Proof
from auditor.model.rubric import Require, Rubric
from auditor.repo.reader import Reader

__all__ = ["proofs", "prove"]


def proofs(rubric: Rubric, facts: RepositoryFacts, reader: Reader) -> dict[str, Proof]:
    """The proof of every criterion that requires something, by its id.

    MET rests on regions of files; NOT_MET says what was searched; UNKNOWN names the files that might have
    been the proof and cannot be read.
    """
    texts = Texts(facts, reader)
    return {one.id: prove(one.require, texts) for one in rubric.criteria if one.require is not None}


def prove(require: Require, texts: Texts) -> Proof:
    """Whether what is required is there: in any of the places, or in all of them."""
    found = [probe_files(probe, texts) for probe in require.any or require.all]
    there = [one for one in found if one.evidence]
    if there and (require.any or len(there) == len(found)):
        return Proof(outcome=Outcome.MET, evidence=_unique(there))
    missing = [one for one in found if not one.evidence]
    unread = sorted({path for one in missing for path in one.unread})
    if unread:
        note = f"cannot be told: {', '.join(unread[:5])} could not be judged"
        return Proof(outcome=Outcome.UNKNOWN, evidence=(Evidence(kind=EvidenceKind.ABSENT, note=note),))
    return Proof(outcome=Outcome.NOT_MET, evidence=tuple(_absent(one) for one in missing))


def _absent(found: Found) -> Evidence:
    return Evidence(kind=EvidenceKind.ABSENT, note=f"searched for {found.searched}")


def _unique(found: list[Found]) -> tuple[Evidence, ...]:
    kept: dict[tuple[str | None, int | None], Evidence] = {}
    for one in found:
        for evidence in one.evidence:
            kept.setdefault((evidence.path, evidence.start_line), evidence)
    return tuple(kept.values())[:5]
