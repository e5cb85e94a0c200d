"""``auditor verify CERT --condition ID``: whether a condition of a certificate is met now."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import click

from auditor.certificate.report import Status
from auditor.certificate.verify import verify
from auditor.cli.cache import cache_store
from auditor.cli.verify_material import Asked, material_of
from auditor.errors import Place, UserError
from auditor.model.audit import Audit
from auditor.model.codec import loads
from auditor.model.escape import visible
from auditor.model.finding import Finding
from auditor.model.outcome import OPEN_OUTCOMES, Condition, CriterionResult, Outcome
from auditor.pipeline import Request, audit_repository
from auditor.replay import had_own_rubric, pinned_rubric

__all__ = ["verify_condition"]

_NO_MATTER = {"signature", "validity", "due", "time"}
"""A condition can be met after its certificate has expired, and looked at without a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """Whether the condition is met, why, what is still found, and what makes the answer less sure."""

    condition: Condition
    met: bool
    reason: str
    commit: str | None
    findings: tuple[Finding, ...] = ()
    remark: str = ""


def verify_condition(asked: Asked, *, as_json: bool) -> int:
    """Audit what the condition is about and print the answer: 0 where it is met, 1 where it is open.

    Raises UserError where the certificate does not verify, has no such condition, or its rubric is not at hand.
    """
    if len(asked.certificates) != 1:
        raise click.UsageError("--condition asks about one certificate")
    certified = _certified(asked)
    condition = _condition_of(certified, asked)
    answer = _answer(certified, condition, _audit_again(certified, condition, asked))
    click.echo(_as_json(answer) if as_json else _as_text(answer))
    return 0 if answer.met else 1


def _certified(asked: Asked) -> Audit:
    """What the certificate says, once it is known to be unchanged and, where a key is given, signed by it."""
    (path,) = asked.certificates
    material = material_of(path, asked.trust)
    report = verify(material)
    matters = _NO_MATTER - ({"signature"} if asked.trust.keys else set())
    wrong = next((one for one in report.checks if one.status is Status.FAIL and one.name not in matters), None)
    if wrong is None and asked.trust.keys and not report.passes("signature"):
        wrong = next(one for one in report.checks if one.name == "signature")
    if wrong is not None:
        remedy = "take the certificate and its JSON as they were issued"
        raise UserError(f"it does not verify: {wrong.name}: {wrong.detail}", place=Place(str(path)), remedy=remedy)
    if material.report is None:
        place = Place(str(path.with_suffix(".json")))
        raise UserError("the JSON report is not there", place=place, remedy="put it beside the certificate")
    return loads(material.report)


def _condition_of(audit: Audit, asked: Asked) -> Condition:
    found = next((one for one in audit.conditions if one.id == asked.condition), None)
    if found is None:
        ids = ", ".join(one.id for one in audit.conditions) or "none"
        place = Place(str(asked.certificates[0]))
        raise UserError(f"there is no condition {asked.condition!r}", place=place, remedy=f"there are {ids}")
    return found


def _audit_again(certified: Audit, condition: Condition, asked: Asked) -> Audit:
    request = Request(
        repository=asked.repository,
        now=datetime.now(UTC).replace(microsecond=0),
        revision=asked.revision,
        rubric=pinned_rubric(certified, asked.rubric),
        own_rubric=had_own_rubric(certified),
        preview=certified.invocation is not None and certified.invocation.preview,
        criterion=condition.criterion,
        evidence=asked.evidence,
        jobs=os.cpu_count() or 1,
    )
    with cache_store(asked.repository, wanted=True) as store:
        now, _ = audit_repository(replace(request, store=store))
    if now.rubric.digest != certified.rubric.digest:
        raise UserError(
            f"the certificate was decided by rubric {certified.rubric.id} {certified.rubric.version} "
            f"({certified.rubric.digest[:12]}), and at hand is {now.rubric.id} {now.rubric.version} "
            f"({now.rubric.digest[:12]})",
            remedy="give the file of that rubric with --rubric",
        )
    return now


def _answer(certified: Audit, condition: Condition, now: Audit) -> _Answer:
    result = _result(condition, now)
    remark = ""
    if now.tool.rule_pack.digest != certified.tool.rule_pack.digest:
        before, after = certified.tool.rule_pack.version, now.tool.rule_pack.version
        remark = f"judged by rule pack {after}, and certified by another ({before})"
    commit = now.repository.commit
    if result is None:
        reason = f"{condition.criterion} is not asked of {condition.component} any more: only a new audit tells"
        return _Answer(condition=condition, met=False, reason=reason, commit=commit, remark=remark)
    left = tuple(one for one in now.findings if one.fingerprint in result.findings)
    met = result.outcome_as_found is Outcome.MET
    reason = f"{condition.criterion} is {result.outcome_as_found.value}"
    if result.outcome_as_found in OPEN_OUTCOMES and result.outcome not in OPEN_OUTCOMES:
        reason += "; a waiver accepts it, which is not to meet it"
    if result.reason and not met:
        reason += f" ({result.reason})"
    if result.outcome_as_found is Outcome.NOT_APPLICABLE:
        reason += _not_asked(certified, condition)
    return _Answer(condition=condition, met=met, reason=reason, commit=commit, findings=left, remark=remark)


def _not_asked(certified: Audit, condition: Condition) -> str:
    """What to do about a condition that does not apply now: it may be because evidence that it came from is not given."""
    before = _result(condition, certified)
    kinds = {one.sha256: one.kind.value for one in certified.outside.files}
    came_from = (
        {kinds[digest] for one in before.evidence for digest in one.outside if digest in kinds} if before else set()
    )
    if came_from:
        return f"; it was decided on evidence from outside: give it with --evidence ({', '.join(sorted(came_from))})"
    return ": only a new audit tells what became of it"


def _result(condition: Condition, now: Audit) -> CriterionResult | None:
    """What became of the criterion in the component."""
    parts = (part for part in now.components if part.name == condition.component)
    return next((one for part in parts for one in part.criteria if one.id == condition.criterion), None)


def _as_text(answer: _Answer) -> str:
    one = answer.condition
    lines = [f"{'MET' if answer.met else 'OPEN'}  {one.id}  {one.title}", f"  {answer.reason}"]
    lines += [f"  {found.rule}  {found.path}:{found.start_line}  {found.message}" for found in answer.findings]
    lines += [f"  ?     {answer.remark}"] if answer.remark else []
    return "\n".join(visible(line) for line in lines)


def _as_json(answer: _Answer) -> str:
    return json.dumps(asdict(answer), indent=2, ensure_ascii=True)
