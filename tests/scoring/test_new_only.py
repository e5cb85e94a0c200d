"""What is new against a baseline, and what the rubric decides about that alone."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.audit import Audit
from auditor.model.finding import Finding
from auditor.model.fingerprint import content_of, of_requirement, path_part
from auditor.model.outcome import Decision
from auditor.scoring.new_only import compare, gate_on_new, names_of
from tests.scoring.audits import audit

AUDIT = audit()
NAMES = names_of(AUDIT)


def test_what_is_waived_is_not_known_and_what_is_missing_has_a_name() -> None:
    unwaived = {one.fingerprint for one in AUDIT.findings if one.waived_by is None}
    missing = {of_requirement("OPS-2", "application"), of_requirement("OPS-3", "application")}
    assert unwaived | missing == NAMES


def test_where_nothing_is_new_nothing_is_decided() -> None:
    known = compare(AUDIT, NAMES, {})
    assert (known.new, known.new_requirements, known.gone, known.known) == ((), (), frozenset(), len(NAMES))
    assert gate_on_new(AUDIT, known) is None


def test_where_all_is_new_the_gate_is_the_certificate() -> None:
    gate = gate_on_new(AUDIT, compare(AUDIT, frozenset(), {}))
    assert gate is not None
    assert (gate.decision, gate.score) == (AUDIT.decision, AUDIT.score.overall)


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(NAMES))))
def test_knowing_more_never_makes_the_gate_worse(known: set[str]) -> None:
    order = [Decision.NO_GO, Decision.CONDITIONAL, Decision.GO]
    some, more = (gate_on_new(AUDIT, compare(AUDIT, frozenset(one), {})) for one in (known, {*known, min(NAMES)}))
    if some and more:
        assert more.score >= some.score >= AUDIT.score.overall
        assert order.index(more.decision) >= order.index(some.decision)


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(NAMES))))
def test_nothing_is_lost_between_new_and_known(known: set[str]) -> None:
    comparison = compare(AUDIT, frozenset(known), {})
    assert len(comparison.new) + len(comparison.new_requirements) + comparison.known == len(NAMES)
    assert comparison.growth == len(NAMES) - len(known)


def renamed(one: Finding, path: str) -> Finding:
    return replace(one, path=path, fingerprint=content_of(one.fingerprint) + path_part(path))


def moved_audit(old: str, new: str) -> tuple[Audit, Audit]:
    """The same audit with its findings of one component first at one path, then at another."""
    before = replace(AUDIT, findings=tuple(renamed(one, old) for one in AUDIT.findings if one.waived_by is None))
    return before, replace(before, findings=tuple(renamed(one, new) for one in before.findings))


def unlike(one: Audit) -> Audit:
    """Fingerprints that differ in their content, too."""
    findings = tuple(
        replace(each, fingerprint=f"{number:024x}" + path_part(each.path)) for number, each in enumerate(one.findings)
    )
    return replace(one, findings=findings)


def test_a_renamed_file_is_known_where_git_says_so_and_new_where_it_does_not() -> None:
    before, after = (unlike(one) for one in moved_audit("app/a.py", "app/b.py"))
    baseline = names_of(before)
    told, untold = compare(after, baseline, {"app/b.py": "app/a.py"}), compare(after, baseline, {})
    assert (told.new, len(told.moved), told.gone) == ((), len(before.findings), frozenset())
    assert len(untold.new) == len(untold.gone) == len(before.findings)


def test_a_copy_of_a_file_that_is_still_there_is_new() -> None:
    before, after = (unlike(one) for one in moved_audit("app/a.py", "app/b.py"))
    both = replace(before, findings=(*before.findings, *after.findings))
    assert len(compare(both, names_of(before), {"app/b.py": "app/a.py"}).new) == len(after.findings)


def test_what_is_wrong_with_waivers_is_always_new() -> None:
    expired = replace(AUDIT.findings[0], rule="AUD903", fingerprint="e" * 40)
    one = replace(AUDIT, findings=(*AUDIT.findings, expired))
    comparison = compare(one, names_of(one) | {"e" * 40}, {})
    assert comparison.new == (expired,)
    assert comparison.growth == 0
    assert "e" * 40 in comparison.gone
