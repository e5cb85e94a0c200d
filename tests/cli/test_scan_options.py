"""An audit says how it was asked for, so that it can be run again."""

from dataclasses import fields

from auditor.cli.scan import scan
from auditor.model.invocation import Invocation

RECORDED = {"components": "components", "preview": "preview", "revision": "read_from", "rubric": "rubric_from"}
"""Options that change what an audit says, and the field of its invocation that tells."""
CHANGES_NOTHING = {"repository", "outputs", "out", "sign", "fail_on", "jobs", "no_cache", "profile", "quiet"}


def test_every_option_of_a_scan_is_recorded_or_changes_nothing() -> None:
    assert {one.name for one in scan.params} == RECORDED.keys() | CHANGES_NOTHING
    assert {one.name for one in fields(Invocation)} == set(RECORDED.values())
