"""What a rubric requires, looked for in the repository."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.evidence.fruitless import Fruitless
from auditor.evidence.globs import Globs
from auditor.evidence.probes import Found, probe_files
from auditor.evidence.texts import Texts
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Finding
from auditor.model.outcome import Evidence, EvidenceKind, Outcome, Proof
from auditor.model.rubric import Require, Rubric
from auditor.repo.reader import Reader

__all__ = ["proofs", "prove"]

MAX_DOUBTS = 3
ENOUGH = 2
"""Places that prove the same: more are not looked for."""


def proofs(  # noqa: PLR0913, PLR0917 - what is asked, of what, and what is known of it
    rubric: Rubric,
    facts: RepositoryFacts,
    reader: Reader,
    findings: Iterable[Finding] = (),
    fruitless: Fruitless | None = None,
    globs: Globs | None = None,
) -> dict[str, Proof]:
    """The proof of every criterion that requires something, by its id.

    MET rests on regions of files; NOT_MET says what was searched; UNKNOWN names the files that might have been
    the proof and cannot be read, or do not do what they say as grave placeholder and mock findings show.
    `fruitless` tells files in which an earlier scan found nothing, and learns those of this one; `globs` does so with the
    files that globs mean.
    What is looked for outside of the repository is left to `auditor.evidence.outside_proofs`.
    """
    texts = Texts(facts, reader, tuple(findings), fruitless or Fruitless(), globs or Globs())
    return {one.id: prove(one.require, texts) for one in rubric.criteria if one.require is not None}


def prove(require: Require, texts: Texts) -> Proof:
    """Whether what is required is in the repository: in any of the places there, or in all of them.

    Where there are none, nothing of `any` is there, and all of `all` is.
    """
    found = _search(require, texts)
    there = [one for one in found if one.evidence]
    if len(there) == len(found) if require.all else there:
        return Proof(outcome=Outcome.MET, evidence=_unique(there))
    missing = [one for one in found if not one.evidence]
    doubts = sorted({doubt for one in missing for doubt in one.doubts})
    if doubts:
        unknown = tuple(Evidence(kind=EvidenceKind.ABSENT, note=doubt) for doubt in doubts[:MAX_DOUBTS])
        return Proof(outcome=Outcome.UNKNOWN, evidence=unknown)
    return Proof(outcome=Outcome.NOT_MET, evidence=tuple(_absent(one) for one in missing))


def _search(require: Require, texts: Texts) -> list[Found]:
    found: list[Found] = []
    for probe in require.any or require.all:
        if probe.outside:
            continue
        found.append(probe_files(probe, texts))
        if require.any and sum(bool(one.evidence) for one in found) >= ENOUGH:
            break
    return found


def _absent(found: Found) -> Evidence:
    return Evidence(kind=EvidenceKind.ABSENT, note=f"searched for {found.searched}")


def _unique(found: list[Found]) -> tuple[Evidence, ...]:
    kept: dict[tuple[str | None, int | None], Evidence] = {}
    for one in found:
        for evidence in one.evidence:
            kept.setdefault((evidence.path, evidence.start_line), evidence)
    return tuple(kept.values())[:5]
