"""Which evidence from outside counts, for this commit and at this time, and what it answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.evidence.outside import Circumstances, weigh
from auditor.evidence.outside_answers import Answer, Asked, answer
from auditor.evidence.outside_findings import MAPPING_FILE, _mapping
from auditor.model.finding import Category, Severity
from auditor.model.outcome import EvidenceKind
from auditor.model.outside import EvidenceFile, OutsideFile, ReportKind
from auditor.model.rubric import Probe
from auditor.resources import resource_text
from auditor.rubric.yaml_file import read_located

COMMIT = "a1b2c3d4" * 5
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CIRCUMSTANCES = Circumstances(now=NOW, commit=COMMIT, commit_date="2026-11-20T00:00:00Z", evidence_days=30)

Given = tuple[ReportKind, str]


def ago(days: float) -> str:
    return f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def junit(*verdicts: str, when: str = ago(1), head: str = "", inside: str = "") -> Given:
    cases = "".join(f'<testcase name="t{at}">{f"<{one}/>" * bool(one)}</testcase>' for at, one in enumerate(verdicts))
    stamp = f'timestamp="{when}"' if when else ""
    return ReportKind.JUNIT, f'<testsuite name="s" {stamp} {head}>{inside}{cases}</testsuite>'


def coverage(hits: str, *, head: str = "", when: int = int(NOW.timestamp())) -> Given:
    lines = "".join(f'<line number="{at}" hits="{one}"/>' for at, one in enumerate(hits, start=1))
    inside = f'<class filename="a.py"><methods><method><lines>{lines}</lines></method></methods><lines>{lines}</lines></class>'
    return ReportKind.COVERAGE, f'<coverage timestamp="{when}" {head}><classes>{inside}</classes></coverage>'


def attestation(done: str, expires: str, **more: str) -> Given:
    lines = ["statement: drill", "by: Ada", f"date: {done}", f"expires: {expires}", "link: https://x.example/1"]
    return ReportKind.ATTESTATION, "\n".join([*lines, *(f"{key}: {value!r}" for key, value in more.items())])


def runs(*each: tuple[str, str, str, float]) -> Given:
    rows = ", ".join(
        f'{{"databaseId": {at}, "workflowName": "{name}", "headSha": "{commit}", "createdAt": "{ago(days)}", '
        f'"status": "{"completed" if end else "queued"}", "conclusion": "{end}"}}'
        for at, (name, commit, end, days) in enumerate(each)
    )
    return ReportKind.RUNS, f"[{rows}]"


def files(*each: Given) -> list[EvidenceFile]:
    return [EvidenceFile(kind=kind, name=f"{at}", content=text.encode()) for at, (kind, text) in enumerate(each)]


def standing(given: Given) -> OutsideFile:
    [one] = weigh(files(given), CIRCUMSTANCES, read_located)
    return one.file


def asked(probe: dict[str, Any], *each: Given) -> Answer:
    weighed = weigh(files(*each), CIRCUMSTANCES, read_located)
    made = Probe.model_validate(probe, strict=False).outside
    assert made is not None
    return answer(made, Asked(accepted=tuple(one for one in weighed if one.counts), now=NOW, commit=COMMIT))


class TestStanding:
    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            (junit("", when="2026-10-01T00:00:00Z"), "stale: 57 days old, and 30 are allowed; foreign: it was produced before"),
            (junit("", when="2026-12-24T00:00:00Z"), "it is dated 2026-12-24T00:00:00Z, after this audit"),
            (junit("", when="2026-11-10T00:00:00Z"), "foreign: it was produced before the audited commit was made"),
            (junit("", when=""), "undated: nothing in it says when it was produced"),
            (junit(), "empty: there is no test in it"),
            (junit("", head='tests="2"'), "contradictory: line 1 states 2 tests; its test cases come to 1"),
            (junit("failure", head='failures="0"'), "contradictory: line 1 states 0 failures; its test cases come to 1"),
            (junit("skipped", head='skipped="0" errors="1"'), "contradictory: line 1 states 1 errors; its test cases come to 0, and 1 more such"),
            (junit("", inside=f'<properties><property name="GITHUB_SHA" value="{"c" * 40}"/></properties>'), f"foreign: it names commit {'c' * 40}, and {COMMIT} was audited"),
            (coverage("110", when=0), "undated: "),
            (coverage("110", head='line-rate="0.9"'), "contradictory: line-rate is stated as 0.9, and comes to 2 of 3"),
            (coverage("110", head='lines-covered="3"'), "contradictory: lines-covered is stated as 3, and comes to 2"),
            (coverage(""), "empty: there is no line in it"),
            (attestation("2026-11-01", "2026-11-26"), "expired on 2026-11-26"),
            (attestation("2026-12-05", "2026-12-26"), "it is dated 2026-12-05T00:00:00Z, after this audit"),
            (attestation("2026-11-01", "2026-12-26", commit="ccccccc"), "foreign: it names commit ccccccc"),
            (runs(("CI", COMMIT, "success", -5)), "it is dated "),
            ((ReportKind.RUNS, "[]"), "empty: there is no run in it"),
        ],
    )  # fmt: skip
    def test_what_is_refused_says_why(self, given: Given, reason: str) -> None:
        assert standing(given).refused.startswith(reason)

    @pytest.mark.parametrize(
        "given",
        [
            junit("", "failure", "skipped", head='tests="3" failures="1" errors="0" skipped="1"'),
            junit("", when=ago(0).replace("Z", "+00:00")),
            junit("error", head='tests="2"'),  # pytest counts an error of the teardown once more
            junit("", inside=f'<properties><property name="commit" value="{COMMIT[:8]}"/></properties>'),
            coverage("110", head='line-rate="0.667" lines-valid="3" lines-covered="2"'),
            coverage("110", when=int(NOW.timestamp()) * 1000),
            attestation("2026-01-01", "2026-11-27", commit=COMMIT[:7]),
        ],
    )
    def test_what_counts(self, given: Given) -> None:
        assert standing(given).refused == ""

    def test_without_a_commit_what_names_one_is_foreign(self) -> None:
        bare = Circumstances(now=NOW, commit=None, commit_date=None, evidence_days=30)
        [one] = weigh(files(attestation("2026-11-01", "2026-12-26", commit="ccccccc")), bare, read_located)
        assert one.file.refused == "foreign: it names commit ccccccc, and no commit was audited"

    def test_of_two_reports_that_disagree_the_rosier_is_refused_whichever_comes_first(self) -> None:
        bad, good = junit("", "failure"), junit("", "")
        for pair, wanted in ((files(bad, good), ["", "contradictory"]), (files(good, bad), ["contradictory", ""])):
            weighed = weigh(pair, CIRCUMSTANCES, read_located)
            assert [one.file.refused.partition(":")[0] for one in weighed] == wanted

    def test_reports_of_two_suites_do_not_disagree(self) -> None:
        other = (ReportKind.JUNIT, junit("", "failure")[1].replace('name="s"', 'name="py312"'))
        weighed = weigh(files(junit("", ""), other), CIRCUMSTANCES, read_located)
        assert [one.file.refused for one in weighed] == ["", ""]

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.lists(st.sampled_from(["", "failure"]), min_size=1, max_size=4), min_size=1, max_size=3))
    def test_one_more_report_never_makes_failing_tests_pass(self, reports: list[list[str]]) -> None:
        distinct = [junit(*one, when=ago(1 + at / 100)) for at, one in enumerate(reports)]
        answers = [
            asked({"report": {"kind": "junit"}}, *distinct[:count]).holds for count in range(1, len(distinct) + 1)
        ]
        assert answers == sorted(answers, reverse=True)


class TestAnswers:
    @pytest.mark.parametrize(
        ("probe", "given", "holds"),
        [
            ({"kind": "junit"}, junit("", ""), True),
            ({"kind": "junit", "min_tests": 3}, junit("", ""), False),
            ({"kind": "junit", "min_tests": 2}, junit("", "", "skipped"), True),
            ({"kind": "junit", "pass_rate": 50}, junit("", "failure"), True),
            ({"kind": "junit", "pass_rate": 51}, junit("", "error"), False),
            ({"kind": "junit"}, junit("skipped"), False),
            ({"kind": "coverage", "line_rate": 66}, coverage("110"), True),
            ({"kind": "coverage", "line_rate": 67}, coverage("110"), False),
            ({"kind": "coverage", "branch_rate": 1}, coverage("110"), False),
            ({"kind": "runs", "workflow": "*deploy*"}, runs(("CI / Deploy", COMMIT, "success", 3)), True),
            ({"kind": "runs", "workflow": "deploy*"}, runs(("CI", COMMIT, "success", 3)), False),
            ({"kind": "runs", "within_days": 2}, runs(("CI", COMMIT, "success", 3)), False),
            ({"kind": "runs"}, runs(("CI", COMMIT, "", 3)), False),
            ({"kind": "runs", "latest": True}, runs(("CI", COMMIT, "success", 3), ("CI", COMMIT, "failure", 2)), False),
            ({"kind": "runs", "latest": True}, runs(("CI", COMMIT, "failure", 3), ("CI", COMMIT, "success", 2)), True),
            ({"kind": "runs", "latest": True}, runs(("CI", COMMIT, "success", 3), ("E2E", COMMIT, "failure", 2)), False),
            ({"kind": "runs", "latest": True}, runs(("CI", COMMIT, "success", 3), ("CI", COMMIT, "cancelled", 2)), True),
        ],
    )  # fmt: skip
    def test_a_report_that_was_given(self, probe: dict[str, Any], given: Given, *, holds: bool) -> None:
        found = asked({"report": probe}, given)
        assert (found.given, found.holds, found.evidence.kind) == (True, holds, EvidenceKind.MEASURED)

    def test_runs_of_other_commits_say_nothing_of_this_one(self) -> None:
        found = asked({"report": {"kind": "runs", "this_commit": True}}, runs(("CI", "d" * 40, "failure", 3)))
        assert (found.given, found.holds, found.evidence.kind) == (False, False, EvidenceKind.ABSENT)

    def test_the_worst_of_two_coverage_reports_counts(self) -> None:
        found = asked({"report": {"kind": "coverage", "line_rate": 80}}, coverage("111"), coverage("100"))
        assert not found.holds

    @pytest.mark.parametrize(
        ("probe", "holds"),
        [({}, True), ({"within_days": 30}, True), ({"within_days": 20}, False), ({"signed": True}, False)],
    )
    def test_an_attestation(self, probe: dict[str, Any], *, holds: bool) -> None:
        found = asked({"attestation": {"statement": "drill", **probe}}, attestation("2026-11-01", "2026-12-26"))
        assert (found.given, found.holds) == (True, holds)
        assert found.evidence.kind is (EvidenceKind.ATTESTED if holds else EvidenceKind.ABSENT)


def test_every_row_of_the_mapping_names_a_category_and_the_last_takes_everything() -> None:
    rows = _mapping()
    assert len(rows) == resource_text(MAPPING_FILE).count("- {tool:")
    assert (rows[-1].category, rows[-1].most) == (Category.REPORTED, Severity.CRITICAL)
