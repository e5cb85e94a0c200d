"""Reports that are not what they were given as: each is named, with its line where there is one, and none ends in another error."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.errors import UserError
from auditor.evidence.outside import Circumstances, weigh
from auditor.model.outside import EvidenceFile, EvidenceKey, ReportKind
from auditor.reports.parse import parse_report
from auditor.reports.signature import check_signature
from auditor.rubric.yaml_file import read_located

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><testsuite name="&b;"/>'
EXTERNAL = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite name="s"><testcase name="&a;"/></testsuite>'
)
SKIPPED = '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><testsuite name="s"><system-out>&a;</system-out></testsuite>'
PLAIN = "statement: drill\nby: Ada\ndate: 2026-11-01\nexpires: 2026-12-24\nlink: https://x.example/1\n"


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        ("junit", "", "file: this file is empty"),
        ("junit", "<testsuite><testcase/>", "file:1: broken XML: no element found"),
        ("junit", "<coverage/>", "file:1: this is no JUnit report: it begins with <coverage>"),
        ("junit", '\n<testsuite tests="NaN"/>', "file:2: tests is no count: 'NaN'"),
        ("junit", '<testsuite><testcase time="-1"/></testsuite>', "file:1: time is no number of seconds: '-1'"),
        ("junit", '<testsuite timestamp="yesterday"/>', "file:1: timestamp is no time: 'yesterday'"),
        ("junit", "<testsuite>" * 200, "file:1: elements are nested deeper than 100"),
        ("junit", BOMB, "file:1: document types with declarations in XML are not read"),
        ("junit", EXTERNAL, "file:1: document types with declarations in XML are not read"),
        ("junit", SKIPPED, "file:1: entities in XML are not read"),
        ("junit", '<?xml version="1.0" encoding="klingon"?><testsuite/>', "file: XML in an encoding that cannot be read: unknown encoding"),
        ("coverage", "<testsuite/>", "file:1: this is no Cobertura report: it begins with <testsuite>"),
        ("coverage", '<coverage line-rate="NaN"/>', "file:1: line-rate is no number that it can be: 'NaN'"),
        ("coverage", '<coverage lines-valid="-3"/>', "file:1: lines-valid is no number that it can be: '-3'"),
        ("runs", "{}", "file:1: this is no list of runs"),
        ("runs", '[{"databaseId": 1}]', "file, run 1: the key 'workflowName' is missing"),
        ("runs", '[{"databaseId": 1,\n"databaseId": 2}]', "file: broken JSON: the key 'databaseId' stands twice"),
        ("runs", "[1,\n2", "file:2: broken JSON"),
        ("runs", "[" * 100_000, "file: JSON that is nested too deeply"),
        ("scorecard", '{"date": "2026-11-01", "score": NaN}', "file: broken JSON: NaN is no number"),
        ("scorecard", '{"date": "2026-11-01", "score": 1e999}', "file: broken JSON: 1e999 is too large a number"),
        ("scorecard", '{"date": "x", "repo": {}, "score": 1, "checks": []}', "file: date is no time: 'x'"),
        ("sarif", '{"version": "2.0.0", "runs": []}', "file: this is SARIF '2.0.0', and 2.1.0 is read"),
        ("sarif", '{"version": "2.1.0"}', "file: the key 'runs' is missing"),
        ("attestation", PLAIN.replace("by: Ada\n", ""), "file:1: the key 'by' is missing"),
        ("attestation", PLAIN + "by: Eve\n", "file:6: the key 'by' stands here twice (first in line 2)"),
        ("attestation", PLAIN.replace("Ada", "&a Ada"), "file:2: anchors and aliases are not read here"),
        ("attestation", PLAIN.replace("Ada", "!!python/name:os.system x"), "file:2: tags are not read here"),
        ("attestation", PLAIN.replace("2026-12-24", "2026-02-30"), "file:4: expires: day is out of range"),
        ("attestation", PLAIN.replace("2026-12-24", "2026-10-24"), "file:1: `expires` lies before `date`"),
        ("attestation", PLAIN.replace("https", "http"), "file:5: link: "),
        ("attestation", PLAIN + "proof: yes\n", "file:6: unknown key 'proof'"),
        ("attestation", "- a\n", "file: there is no mapping in this file"),
    ],
)  # fmt: skip
def test_what_is_not_of_its_kind_is_named(kind: str, content: str, told: str) -> None:
    with pytest.raises(UserError) as error:
        parse_report(EvidenceFile(kind=ReportKind(kind), name="file", content=content.encode()), read_located)
    assert str(error.value).startswith(told)
    assert error.value.remedy


VALID = {
    ReportKind.JUNIT: '<testsuites><testsuite name="s" tests="1"><testcase name="t" time="0.1"><failure/></testcase></testsuite></testsuites>',
    ReportKind.COVERAGE: '<coverage timestamp="1" line-rate="1"><packages><package><classes><class filename="a">'
    '<lines><line number="1" hits="1" condition-coverage="50% (1/2)"/></lines></class></classes></package></packages></coverage>',
    ReportKind.RUNS: json.dumps([{"databaseId": 1, "workflowName": "CI", "headSha": "a" * 40, "status": "completed",
                                  "conclusion": "success", "createdAt": "2026-11-01T00:00:00Z"}]),
    ReportKind.SCORECARD: json.dumps({"date": "2026-11-01", "repo": {"name": "n", "commit": "a" * 40}, "score": 5.0,
                                      "checks": [{"name": "SAST", "score": 5}]}),
    ReportKind.SARIF: json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t", "rules": [{"id": "r"}]}}, "results": [
        {"ruleIndex": 0, "message": {"text": "m"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a"}, "region": {"startLine": 1}}}]}]}]}),
    ReportKind.ATTESTATION: PLAIN,
}  # fmt: skip


@pytest.mark.parametrize("kind", list(ReportKind))
def test_the_valid_ones_are_read(kind: ReportKind) -> None:
    assert parse_report(EvidenceFile(kind=kind, name="file", content=VALID[kind].encode()), read_located).facts.says


def survives(kind: ReportKind, content: bytes) -> None:
    """It is weighed, or the user is told; with whatever standing, no other error leaves."""
    circumstances = Circumstances(
        now=datetime(2026, 11, 27, tzinfo=UTC), commit="a" * 40, commit_date="2026-11-01T00:00:00Z", evidence_days=30
    )
    try:
        [one] = weigh([EvidenceFile(kind=kind, name="file", content=content)], circumstances, read_located)
    except UserError as error:
        assert error.place is not None  # noqa: PT017 - nothing need be raised
    else:
        assert one.file.size == len(content)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(ReportKind)), st.binary(max_size=200))
def test_any_bytes(kind: ReportKind, content: bytes) -> None:
    survives(kind, content)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(ReportKind)), st.data())
def test_any_bytes_in_the_place_of_some_of_a_valid_report(kind: ReportKind, data: st.DataObject) -> None:
    valid = VALID[kind].encode()
    start = data.draw(st.integers(0, len(valid)))
    end = data.draw(st.integers(start, min(start + 30, len(valid))))
    middle = data.draw(st.binary(max_size=20) | st.text(max_size=10).map(str.encode) | st.just(valid))
    survives(kind, valid[:start] + middle + valid[end:])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([ReportKind.RUNS, ReportKind.SCORECARD, ReportKind.SARIF]), JSON, st.data())
def test_any_value_in_the_place_of_one_in_valid_json(kind: ReportKind, value: object, data: st.DataObject) -> None:
    document = json.loads(VALID[kind])
    at = document
    while isinstance(at, (dict, list)) and at:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else list(range(len(at)))))
        if data.draw(st.booleans()) or not isinstance(at[key], (dict, list)):
            at[key] = value
            break
        at = at[key]
    survives(kind, json.dumps(document).encode())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_any_bytes_as_a_signature(signature: bytes) -> None:
    key = EvidenceKey(keyid="k", public=bytes(32))
    armoured = b"-----BEGIN SSH SIGNATURE-----\n" + signature + b"\n-----END SSH SIGNATURE-----"
    for one in (signature, armoured):
        try:
            assert check_signature(b"content", one, [key], "file").keyid is None
        except UserError as error:
            assert error.place is not None  # noqa: PT017 - nothing need be raised


def test_a_million_tests_are_counted_and_one_more_is_refused() -> None:
    case = b"<testcase name='%d'/>"
    content = b"<testsuite>" + b"".join(case % number for number in range(1_000_000))
    report = parse_report(
        EvidenceFile(kind=ReportKind.JUNIT, name="file", content=content + b"</testsuite>"), read_located
    )
    assert report.facts.says == "1000000 tests: 0 failed, 0 errors, 0 skipped, in 0.000 s"
    more = EvidenceFile(kind=ReportKind.JUNIT, name="file", content=content + case % -1 + b"</testsuite>")
    with pytest.raises(UserError, match="more than 1000000 tests"):
        parse_report(more, read_located)
