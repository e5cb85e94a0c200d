"""The answers of ``auditor mcp`` about an audit: pure functions to JSON, each bounded."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from auditor.agent.quoting import Json, answer, line, lines
from auditor.errors import UserError
from auditor.formats.order import worst_first
from auditor.model.audit import Audit
from auditor.model.finding import Finding
from auditor.model.outcome import ComponentResult, Condition, CriterionResult
from auditor.rules.registry import rules
from auditor.scoring.way_up import way_up

__all__ = ["PAGE", "closing_answer", "component_answer", "criterion_answer", "scan_answer"]

PAGE = 20
"""Findings of one page."""
_MOST = 60
"""Entries of any other list."""


def scan_answer(audit: Audit, page: int) -> Json:
    """The decision with its reasons, components, conditions, and one page of the findings, worst first.

    Raises UserError where there is no such page.
    """
    found = worst_first(audit.findings)
    pages = max(-(-len(found) // PAGE), 1)
    if not 1 <= page <= pages:
        raise UserError(f"there is no page {page}", remedy=f"there are {pages}")
    shown = found[(page - 1) * PAGE : page * PAGE]
    ours = {
        **_verdict(audit),
        "findings": len(found),
        "page": page,
        "pages": pages,
        "next": "explain a component, criterion or rule; what_closes tells how to close a condition",
    }
    quoted = {
        "repository": _repository(audit),
        "why_not_better": [line(one) for one in audit.verdict.why_not_better[:10]],
        "components": [_component(one) for one in audit.components[:_MOST]],
        "conditions": [_condition(one) for one in audit.conditions[:_MOST]],
        "path_to_go": [one.condition for one in audit.verdict.path_to_go[:_MOST]],
        "findings": [_finding(one) for one in shown],
    }
    return answer(ours, quoted)


def component_answer(audit: Audit, component: ComponentResult) -> Json:
    """Why a component has its score: each criterion that cost points with its worst findings, and the shortest way up."""
    lost = sorted((one for one in component.criteria if one.deduction), key=lambda one: (-one.deduction, one.id))
    steps = way_up(component, audit.conditions, audit.rubric.grades)
    ours = {
        "about": "component",
        **_verdict(audit),
        "component_score": component.score if component.evaluated else None,
        "held_down_by_a_blocker": component.capped,
        "fixes": _fixes(audit, [key for one in lost for key in one.findings]),
    }
    quoted = {
        "component": _component(component),
        "criteria": [_criterion(audit, one, most=5) for one in lost],
        "shortest_way_up": [{"condition": one.condition, "score_after": one.score} for one in steps],
    }
    return answer(ours, quoted)


def criterion_answer(audit: Audit, name: str) -> Json:
    """What a criterion came to in every component. Raises UserError with the closest names where there is none of the name."""
    found = [(part, one) for part in audit.components for one in part.criteria if one.id.lower() == name.lower()]
    if not found:
        raise _unknown(name, {one.id for part in audit.components for one in part.criteria} | _names(audit))
    ours = {
        "about": "criterion",
        **_verdict(audit),
        "fixes": _fixes(audit, [key for _, one in found for key in one.findings]),
    }
    answers = [{"component": line(part.name), **_criterion(audit, one, most=10)} for part, one in found]
    return answer(ours, {"answers": answers})


def closing_answer(audit: Audit, wanted: str) -> Json:
    """What closes a condition: what is to be done, the findings left, the fixes, and how it is accepted.

    Raises UserError with the ids that there are where there is none of this one.
    """
    condition = next((one for one in audit.conditions if one.id.lower() == wanted.lower()), None)
    if condition is None:
        ids = ", ".join(one.id for one in audit.conditions[:_MOST]) or "none"
        raise UserError(f"there is no open condition {wanted!r}", remedy=f"there are {ids}")
    part = next(one for one in audit.components if one.name == condition.component)
    criterion = next(one for one in part.criteria if one.id == condition.criterion)
    ours = {
        "about": "condition",
        "id": condition.id,
        "priority": condition.priority.value,
        "effort_minutes": condition.effort,
        "due": condition.due,
        "findings_left": len(condition.findings),
        "fixes": _fixes(audit, condition.findings),
        "check": "scan again: it is closed when no condition has this criterion and component",
    }
    quoted = {
        **_condition(condition),
        "acceptance": line(condition.acceptance),
        "question": line(criterion.question),
        "mitigation": line(criterion.mitigation),
        "findings": [_finding(one) for one in _named(audit, condition.findings)],
        "evidence": [_evidence(one.note, one.path, one.start_line) for one in criterion.evidence[:PAGE]],
    }
    return answer(ours, quoted)


def _verdict(audit: Audit) -> Json:
    score = audit.score
    return {
        "decision": audit.decision.value,
        "score": score.overall,
        "score_as_found": score.as_found,
        "evidence_coverage": score.evidence_coverage,
        "open_conditions": len(audit.conditions),
    }


def _repository(audit: Audit) -> Json:
    one = audit.repository
    grade = line(audit.score.grade)  # the repository's rubric may have words of its own
    return {"name": line(one.name), "commit": one.commit, "dirty": one.dirty, "git": one.git, "grade": grade}


def _component(one: ComponentResult) -> Json:
    score = one.score if one.evaluated else None
    names = {"name": line(one.name), "title": line(one.title), "grade": line(one.grade)}
    return {**names, "weight": one.weight, "score": score}


def _condition(one: Condition) -> Json:
    return {
        "id": one.id,
        "priority": one.priority.value,
        "criterion": line(one.criterion),
        "component": line(one.component),
        "title": line(one.title),
        "owner": line(one.owner),
        "effort_minutes": one.effort,
        "due": one.due,
        "findings_left": len(one.findings),
    }


def _criterion(audit: Audit, one: CriterionResult, most: int) -> Json:
    return {
        "id": line(one.id),
        "outcome": one.outcome.value,
        "severity": one.severity.value,
        "blocker": one.blocker,
        "points_lost": one.deduction,
        "question": line(one.question),
        "reason": line(one.reason),
        "condition": one.condition,
        "findings_in_all": len(one.findings),
        "findings": [_finding(found) for found in _named(audit, one.findings)[:most]],
        "evidence": [_evidence(proof.note, proof.path, proof.start_line) for proof in one.evidence[:most]],
    }


def _finding(one: Finding) -> Json:
    return {
        "rule": line(one.rule),
        "severity": one.severity.value,
        "confidence": one.confidence.value,
        "component": line(one.component),
        "path": line(one.path),
        "line": one.start_line,
        "message": line(one.message),
        "excerpt": lines(one.excerpt),
        "waived": one.waived_by is not None,
    }


def _evidence(note: str, path: str | None, start: int | None) -> Json:
    return {"note": line(note), "path": None if path is None else line(path), "line": start}


def _named(audit: Audit, fingerprints: Iterable[str]) -> list[Finding]:
    """The findings of these fingerprints, in their order."""
    known = {one.fingerprint: one for one in audit.findings}
    return [known[one] for one in fingerprints if one in known]


def _fixes(audit: Audit, fingerprints: Sequence[str]) -> list[Json]:
    """What our rules say of mending these findings; rules of other tools say nothing here."""
    known = {rule.id: rule for rule in rules()}
    named = dict.fromkeys(one.rule for one in _named(audit, fingerprints) if one.rule in known)
    return [{"rule": name, "name": known[name].name, "fix": known[name].fix} for name in named]


def _names(audit: Audit) -> set[str]:
    return {one.name for one in audit.components} | {rule.id for rule in rules()}


def _unknown(name: str, known: set[str]) -> UserError:
    close = ", ".join(difflib.get_close_matches(name, sorted(known), n=3))
    remedy = f"did you mean {close}?" if close else "name a rule, or a component or criterion of the scan"
    return UserError(f"there is no rule, component or criterion {name!r}", remedy=remedy)
