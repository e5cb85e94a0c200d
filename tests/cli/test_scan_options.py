"""An audit says how it was asked for, so that it can be run again."""

from dataclasses import fields

from auditor.cli.scan import scan
from auditor.model.invocation import Invocation

RECORDED = {
    "components": "components", "preview": "preview", "revision": "read_from", "rubric": "rubric_from", "own_rubric": "rubric_from", "no_waivers": "waivers",
}  # fmt: skip
"""Options that change what an audit says, and the field of its invocation that tells."""
TOLD_ELSEWHERE = {"evidence", "evidence_key", "since", "since_keys"}
"""In `outside` with digests, and in `review` with the certificate that is answered."""
CHANGES_NOTHING = {
    "repository", "outputs", "out", "sign", "predicates", "vsa_conditional", "vsa_resource", "fail_on", "jobs", "no_cache", "profile",
    "quiet", "new_only", "baseline", "base", "explain", "watching",
}  # fmt: skip
"""What is written, how, and what the gate is about; what changed since a base is in no certificate."""


def test_every_option_of_a_scan_is_recorded_or_changes_nothing() -> None:
    assert {one.name for one in scan.params} == RECORDED.keys() | TOLD_ELSEWHERE | CHANGES_NOTHING
    assert {one.name for one in fields(Invocation)} == set(RECORDED.values())
