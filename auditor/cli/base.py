"""``auditor scan --base``: what a change adds, resolves and moves, from the commit at which it began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from auditor.comparison.compare import compare
from auditor.comparison.review import names_since
from auditor.comparison.worse import adds_conditions, gets_worse
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.outside import GivenEvidence, ReportKind
from auditor.pipeline import Audited, Request, run_audit
from auditor.repo.clone import open_clone
from auditor.repo.configuration import CONFIGURATION_NAME
from auditor.repo.merge_base import merge_base

__all__ = ["change_fails", "with_change"]

OWN_FOLDER = ".auditor/"
"""Waivers and the like: what the repository tells its auditor."""


def with_change(request: Request, audited: Audited, base: str, progress: Callable[[int, int], None] | None) -> Audit:
    """The audit together with what changed since the merge base of `base`, which is audited by the same rubric.

    Raises UserError where there is no merge base, or it cannot be audited.
    """
    began, ours = merge_base(request.repository, request.revision, base)
    names = names_since(audited.audit)  # so that one condition has one id on both sides
    given = _of_both(request.evidence)
    earlier = replace(request, revision=began, judged_by=audited.rubric, names=names, kind=None, evidence=given)
    try:
        old = run_audit(earlier, progress).audit
    except UserError as error:
        what = f"the merge base {began[:12]} cannot be audited: {error.message}"
        raise UserError(what, place=error.place, remedy=error.remedy) from error
    change = compare(old, audited.audit)
    return replace(audited.audit, change=replace(change, notes=_notes(request, audited, began, ours)))


def change_fails(audit: Audit, gate: str) -> tuple[str, ...]:
    """Why the gate (of --fail-on) fails over what the change adds; empty where it passes.

    `no-go` asks that nothing gets worse, `conditional` that no condition is added or regresses either.
    """
    if audit.change is None or gate == "never":
        return ()
    worse = gets_worse(audit.change, audit)
    return worse if gate == "no-go" else (*worse, *adds_conditions(audit.change))


def _of_both(given: GivenEvidence) -> GivenEvidence:
    """What was given that says as much of the merge base: what people attest. Reports are of the commit that is audited."""
    return replace(given, files=tuple(one for one in given.files if one.kind is ReportKind.ATTESTATION))


def _notes(request: Request, audited: Audited, began: str, ours: str) -> tuple[str, ...]:
    """That the change also changes how it is judged: a weaker rubric or a waiver resolves nothing."""
    clone = open_clone(request.repository)
    changed = clone.changed(began, ours)
    clone.close()
    own = {CONFIGURATION_NAME, None if request.rubric else audited.configuration.rubric}
    touched = [path for path in changed if path in own or path.startswith(OWN_FOLDER)]
    if not touched:
        return ()
    return (f"this change also changes how it is judged: {', '.join(touched[:5])}",)
