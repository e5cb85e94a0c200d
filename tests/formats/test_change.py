"""What the formats tell about a change: what it adds, resolves and moves, and nothing else."""

from dataclasses import replace

import pytest

from auditor.comparison.compare import compare
from auditor.formats import report_summary
from auditor.model.audit import Audit
from tests.formats.build import audit, audit_of, finding, written
from tests.formats.readers import READERS
from tests.formats.test_hostile_names import HOSTILE, comparable, expected_message, expected_path, hostile_audit
from tests.formats.test_limits import many

OLD, GONE, NEW = (finding(number, "application") for number in (1, 2, 3))
CHANGE_FORMATS = ("summary", "comment")


def changed(before: Audit, after: Audit) -> Audit:
    return replace(after, change=compare(before, after))


@pytest.mark.parametrize("name", CHANGE_FORMATS)
def test_a_page_tells_what_is_new_and_what_is_gone_and_not_what_stays(name: str) -> None:
    made = changed(audit_of([OLD, replace(GONE, path="gone.py")]), audit_of([OLD, replace(NEW, path="new.py")]))
    text = written(name, made).decode()
    added, _, resolved = text.partition("## What it resolves")
    assert "`new.py:3`" in added
    assert "`gone.py:2`" in resolved
    assert "application/a.py" not in text
    assert "It adds 1 finding and resolves 1." in text


def test_annotations_are_about_what_is_new() -> None:
    made = changed(audit_of([OLD]), audit_of([OLD, NEW]))
    assert len(READERS["github"](written("github", made))) == 1
    assert "This change: NO-GO as before" in written("github", made).decode()


def test_what_is_new_and_waived_is_not_told() -> None:
    waived = replace(NEW, waived_by="W1", path="waived.py")
    made = changed(audit_of([OLD]), audit_of([OLD, waived]))
    assert "waived.py" not in written("summary", made).decode()
    assert READERS["github"](written("github", made)) == []
    assert b"added=0\n" in written("env", made)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", CHANGE_FORMATS)
def test_what_a_change_adds_and_resolves_is_read_back_whatever_it_is_called(name: str, text: str) -> None:
    wanted = comparable(name, [(expected_path(name, text), expected_message(name, text)), ("b.py", "fine")])
    for made in (changed(audit_of([]), hostile_audit(text)), changed(hostile_audit(text), audit_of([]))):
        assert comparable(name, READERS[name](written(name, made))) == wanted


@pytest.mark.parametrize(
    ("name", "most"), [("summary", report_summary.MOST_BYTES), ("comment", report_summary.MOST_COMMENT_BYTES)]
)
def test_a_large_change_is_cut_and_its_verdict_is_not(name: str, most: int) -> None:
    long = "ü" * 5_000
    before = (replace(one, path=f"old/{long}", fingerprint=f"old{one.fingerprint}") for one in many(1_000))
    after = (replace(one, path=f"new/{long}", message=long) for one in many(1_000))
    data = written(name, changed(audit_of(before), audit_of(after)))
    assert len(data) <= most
    assert b"It adds 1,000 findings and resolves 1,000." in data
    assert data.count(b" more findings.") == 2


def test_without_a_change_there_is_no_word_of_one() -> None:
    assert "change" not in written("summary", audit()).decode()
    assert b"before" not in written("env", audit())
