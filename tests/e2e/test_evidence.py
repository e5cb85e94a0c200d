"""Evidence from outside through the real command: what counts, what is refused, and what a certificate says of it.

``evidence/`` holds what coverage.py and zizmor wrote about the repository ``ready`` (the paths of the machine and
the code flows left out); the JUnit report is made here by pytest, the log of ruff by ruff.
"""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.e2e.conftest import Command

Make = Callable[[str], Path]
EVIDENCE = Path(__file__).parent / "evidence"
STAMP = int(re.findall(r'timestamp="(\d+)"', (EVIDENCE / "coverage.xml").read_text())[0]) // 1000
NOW = datetime.fromtimestamp(STAMP + 3600, UTC)
AT = str(STAMP + 3600)
"""An hour after coverage.py wrote its report."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all these scans: what is remembered there is the judgement of the repository, and nothing from outside."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def auditor(home: Path, auditor: Command) -> Command:
    return partial(auditor, HOME=str(home), XDG_CACHE_HOME=str(home))


def scan(auditor: Command, folder: Path, *options: object, at: str = AT) -> dict[str, Any]:
    done = auditor("scan", folder, "--format", "json", "--fail-on", "never", *options, SOURCE_DATE_EPOCH=at)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def outcome(report: dict[str, Any], criterion: str) -> dict[str, Any]:
    [found] = [one for part in report["components"] for one in part["criteria"] if one["id"] == criterion]
    return dict(found)


def points(report: dict[str, Any]) -> object:
    """Everything that is scored: two scans that agree in it were judged alike."""
    criteria = [
        [one["id"], one["outcome"], one["deduction"]] for part in report["components"] for one in part["criteria"]
    ]
    return [report["score"], report["decision"], criteria, [one["fingerprint"] for one in report["findings"]]]


def ago(days: float) -> str:
    return f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def written(path: Path, value: object) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def junit(path: Path, *, failed: int = 0, when: str | None = None, commit: str = "") -> Path:
    cases = [f'<testcase name="t{one}">{"<failure/>" if one < failed else ""}</testcase>' for one in range(3)]
    properties = f'<properties><property name="git.commit" value="{commit}"/></properties>' if commit else ""
    head = f'<testsuite name="s" tests="3" failures="{failed}" timestamp="{when or ago(1)}">'
    return written(path, f"{head}{properties}{''.join(cases)}</testsuite>")


def run(number: int, workflow: str, commit: str, conclusion: str, days: float) -> dict[str, object]:
    return {
        "databaseId": number, "workflowName": workflow, "headSha": commit, "status": "completed",
        "conclusion": conclusion, "createdAt": ago(days), "event": "push", "headBranch": "main",
    }  # fmt: skip


def attestation(path: Path, statement: str, *, done: float = 10, expires: float = 20, **more: str) -> Path:
    day = [f"{NOW - timedelta(days=done):%Y-%m-%d}", f"{NOW + timedelta(days=expires):%Y-%m-%d}"]
    lines = [
        f"statement: {statement}", "by: Ada Example <ada@example.org>", f"date: {day[0]}", f"expires: {day[1]}",
        "link: https://wiki.example.org/drill", *(f"{key}: {value!r}" for key, value in more.items()),
    ]  # fmt: skip
    return written(path, "\n".join(lines) + "\n")


def head(folder: Path) -> str:
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def signed_by_ssh(path: Path, key: Path, namespace: str = "auditor-attestation") -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(key), str(path)]
    subprocess.run(command, check=True, capture_output=True)


class TestMeasured:
    def test_the_report_of_pytest_itself(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder, report = repository("ready"), tmp_path / "junit.xml"
        command: list[str | Path] = [
            sys.executable,
            "-B",
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={report}",
            "tests",
        ]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        stamp = re.findall(r'timestamp="([^"]+)"', report.read_text())[0]
        at = str(int(datetime.fromisoformat(stamp).timestamp()) + 5)
        found = scan(auditor, folder, "--evidence", f"junit:{report}", at=at)
        [file] = found["outside"]["files"]
        assert (file["kind"], file["name"], file["refused"]) == ("junit", "junit.xml", "")
        assert file["says"].startswith("3 tests: 0 failed, 0 errors, 0 skipped, in ")
        result = outcome(found, "TST-5")
        assert (result["outcome"], result["evidence"][0]["kind"]) == ("met", "measured")
        assert result["evidence"][0]["note"] == "3 of 3 tests passed, 0 skipped (junit.xml)"
        assert result["evidence"][0]["outside"] == [file["sha256"]]
        assert not found["repository"]["dirty"]

    def test_coverage_is_counted_and_costs_where_it_is_low(self, repository: Make, auditor: Command) -> None:
        found = scan(auditor, repository("ready"), "--evidence", f"coverage:{EVIDENCE / 'coverage.xml'}")
        assert found["outside"]["files"][0]["says"] == "35 of 51 lines of 4 files covered (68%)"
        result = outcome(found, "TST-6")
        assert (result["outcome"], result["deduction"]) == ("not-met", 5)

    def test_a_failing_test_costs(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        given = junit(tmp_path / "j.xml", failed=1)
        found = scan(auditor, repository("ready"), "--evidence", f"junit:{given}")
        assert outcome(found, "TST-5")["outcome"] == "not-met"
        assert found["decision"] == "CONDITIONAL"
        [condition] = [one for one in found["conditions"] if one["criterion"] == "TST-5"]
        assert "--evidence" in condition["acceptance"]

    def test_runs_tell_this_commit_from_history(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder = repository("ready")
        runs = [
            run(4, "CI", head(folder), "success", 0),
            run(3, "CI", head(folder), "failure", 1),
            run(2, "Deploy to production", "a" * 40, "failure", 2),
            run(1, "Deploy to production", "b" * 40, "success", 30),
        ]
        found = scan(auditor, folder, "--evidence", f"runs:{written(tmp_path / 'r.json', runs)}")
        assert outcome(found, "WFL-3")["outcome"] == "met"
        assert outcome(found, "WFL-4")["outcome"] == "met"
        late = scan(auditor, folder, "--evidence", f"runs:{written(tmp_path / 'r.json', runs[1:3])}")
        assert (outcome(late, "WFL-3")["outcome"], outcome(late, "WFL-4")["outcome"]) == ("not-met", "not-met")
        other = scan(auditor, folder, "--evidence", f"runs:{written(tmp_path / 'r.json', runs[2:])}")
        assert (outcome(other, "WFL-3")["outcome"], outcome(other, "WFL-4")["outcome"]) == ("not-applicable", "met")

    def test_scorecard(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        card = {
            "date": ago(1), "repo": {"name": "github.com/example/ledger", "commit": ""}, "score": 4.9,
            "checks": [{"name": "Fuzzing", "score": 0}, {"name": "License", "score": 10}, {"name": "SAST", "score": -1}],
        }  # fmt: skip
        found = scan(auditor, repository("ready"), "--evidence", f"scorecard:{written(tmp_path / 's.json', card)}")
        assert outcome(found, "EXT-3")["outcome"] == "not-met"
        assert "score 4.9 of 10" in found["outside"]["files"][0]["says"]


class TestOtherTools:
    def test_results_of_zizmor_are_findings_and_verify_finds_their_lines(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        folder, out = repository("ready"), tmp_path / "out"
        given = f"sarif:{EVIDENCE / 'zizmor.sarif'}"
        found = scan(auditor, folder, "--evidence", given, "--out", out)
        own = {one["fingerprint"] for one in scan(auditor, folder)["findings"]}
        new = [one for one in found["findings"] if one["fingerprint"] not in own]
        assert len(new) == 10
        assert {(one["category"], one["path"].rpartition("/")[0]) for one in new} == {("delivery", ".github/workflows")}
        [injection] = [one for one in new if one["rule"] == "zizmor/template-injection"]
        assert injection["severity"] == "high"
        assert "inputs.version" in injection["excerpt"]
        assert "not-met" in outcome_of_all(found, "DEL-4")
        done = auditor("verify", next(out.glob("*.md")), "--repo", folder)
        assert "ok    arithmetic" in done.stdout
        assert "ok    evidence" in done.stdout

    def test_ruff_calls_every_result_an_error_in_an_absolute_path_and_gets_the_mildest_severity(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        folder = repository("ready")
        command = [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--select=D",
            "--output-format=sarif",
        ]
        done = subprocess.run([*command, folder], check=False, capture_output=True, text=True)
        assert '"uri": "file:///' in done.stdout
        found = scan(auditor, folder, "--evidence", f"sarif:{written(tmp_path / 'ruff.sarif', done.stdout)}")
        ruff = [one for one in found["findings"] if one["rule"].startswith("ruff/")]
        assert ruff
        assert {(one["severity"], one["category"]) for one in ruff} == {("low", "reported")}
        assert all((folder / one["path"]).is_file() for one in ruff)

    def test_a_path_that_leads_out_is_no_finding(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        uris = [
            "../../etc/passwd",
            "/etc/passwd",
            "file:///etc/passwd",
            "%2e%2e/x",
            "https://x/README.md",
            "a\0b",
            "",
            "x/%00",
        ]
        folder = repository("ready")
        found = scan(auditor, folder, "--evidence", f"sarif:{log(tmp_path, *uris)}")
        assert points(found) == points(scan(auditor, folder))
        assert found["outside"]["files"][0]["says"] == "8 results of Tool; 8 of them in no audited file"

    def test_a_rule_of_another_tool_cannot_pass_for_one_of_ours(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        found = scan(auditor, repository("ready"), "--evidence", f"sarif:{log(tmp_path, 'README.md', rule='AUD203')}")
        [one] = [one for one in found["findings"] if one["path"] == "README.md"]
        assert (one["rule"], one["name"]) == ("tool/AUD203", "tool/AUD203")
        assert outcome_of_all(found, "EXT-1") == {"not-met", "not-applicable"}

    def test_a_secret_in_a_message_is_masked(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
        given = log(tmp_path, "README.md", message=f"found token {secret}\u202e\x1b[31m here")
        found = scan(auditor, repository("ready"), "--evidence", f"sarif:{given}", "--out", tmp_path / "out")
        text = next((tmp_path / "out").glob("*.md")).read_text()
        assert secret not in json.dumps(found)
        assert secret not in text
        assert "\u202e" not in text
        assert "\x1b" not in text

    def test_a_line_behind_the_end_is_of_another_version(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        found = scan(auditor, repository("ready"), "--evidence", f"sarif:{log(tmp_path, 'README.md', line=5000)}")
        assert found["outside"]["files"][0]["refused"].startswith(
            "foreign: it names line 5000 of README.md, which has "
        )


def outcome_of_all(report: dict[str, Any], criterion: str) -> set[str]:
    return {one["outcome"] for part in report["components"] for one in part["criteria"] if one["id"] == criterion}


def log(folder: Path, *uris: str, rule: str = "rule", message: str = "m", line: int = 1) -> Path:
    places = [{"artifactLocation": {"uri": uri}, "region": {"startLine": line}} for uri in uris]
    results = [
        {"ruleId": rule, "level": "error", "message": {"text": message}, "locations": [{"physicalLocation": place}]}
        for place in places
    ]
    runs = [{"tool": {"driver": {"name": "Tool"}}, "results": results}]
    return written(folder / "log.sarif", {"version": "2.1.0", "runs": runs})


class TestAttested:
    def test_an_unsigned_statement_is_shown_as_unsigned_and_takes_no_deduction_away(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        folder, given = repository("hollow"), attestation(tmp_path / "a.yaml", "restore-test")
        found, plain = scan(auditor, folder, "--evidence", f"attestation:{given}"), scan(auditor, folder)
        assert found["outside"]["files"][0]["says"].endswith("(unsigned)")
        assert outcome(found, "DR-5")["outcome"] == "met"
        assert outcome(found, "DR-5")["evidence"][0]["kind"] == "attested"
        assert outcome(plain, "DR-3")["outcome"] == outcome(found, "DR-3")["outcome"] == "not-met"
        assert found["score"]["overall"] == plain["score"]["overall"]

    def test_one_that_a_given_key_signed_does(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder, given = repository("hollow"), attestation(tmp_path / "a.yaml", "restore-test")
        signed_by_ssh(given, tmp_path / "key")
        option = ("--evidence", f"attestation:{given}")
        found = scan(auditor, folder, *option, "--evidence-key", tmp_path / "key.pub")
        assert outcome(found, "DR-3")["outcome"] == "met"
        assert found["outside"]["keys"] == [found["outside"]["files"][0]["signed_by"]]
        stranger = scan(auditor, folder, *option)
        assert outcome(stranger, "DR-3")["outcome"] == "not-met"
        assert "unsigned: signed by a key that was not given" in stranger["outside"]["files"][0]["says"]

    def test_one_byte_changed_after_it_was_signed(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        given = attestation(tmp_path / "a.yaml", "restore-test")
        signed_by_ssh(given, tmp_path / "key")
        written(given, given.read_text().replace("Ada", "Eve"))
        option = ("--evidence", f"attestation:{given}", "--evidence-key", tmp_path / "key.pub")
        folder = repository("hollow")
        found = scan(auditor, folder, *option)
        assert "the signature is not what key" in found["outside"]["files"][0]["refused"]
        assert points(found) == points(scan(auditor, folder))

    def test_a_signature_for_another_purpose(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        given = attestation(tmp_path / "a.yaml", "restore-test")
        signed_by_ssh(given, tmp_path / "key", namespace="git")
        option = ("--evidence", f"attestation:{given}", "--evidence-key", tmp_path / "key.pub")
        found = scan(auditor, repository("hollow"), *option)
        assert found["outside"]["files"][0]["refused"] == "the signature is for 'git', not for 'auditor-attestation'"

    def test_a_dsse_envelope_beside_it(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        from securesystemslib.dsse import Envelope  # noqa: PLC0415 - as whoever signs does, with other code than ours
        from securesystemslib.signer import CryptoSigner  # noqa: PLC0415

        given = attestation(tmp_path / "a.yaml", "restore-test")
        signer = CryptoSigner.generate_ed25519()
        envelope = Envelope(given.read_bytes(), "application/vnd.auditor.attestation+yaml", {})
        envelope.sign(signer)
        written(tmp_path / "a.yaml.dsse.json", envelope.to_dict())
        public = bytes.fromhex(signer.public_key.keyval["public"])
        pem = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + public).decode()
        written(tmp_path / "key.pub", f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n")
        option = ("--evidence", f"attestation:{given}", "--evidence-key", tmp_path / "key.pub")
        found = scan(auditor, repository("hollow"), *option)
        assert found["outside"]["files"][0]["signed_by"] == signer.public_key.keyid
        assert outcome(found, "DR-3")["outcome"] == "met"

    def test_a_certificate_ends_no_later_than_what_it_rests_on(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        given = attestation(tmp_path / "a.yaml", "rollback-drill", expires=5)
        option = ("--evidence", f"attestation:{given}", "--out", tmp_path / "out")
        found = scan(auditor, repository("ready"), *option)
        assert date.fromisoformat(found["valid_until"]) == NOW.date() + timedelta(days=5)
        (text,) = (tmp_path / "out").glob("*.md")
        assert f"**valid until** {found['valid_until']}, when the attestation a.yaml ends" in text.read_text()


class TestRefused:
    """Refused evidence is shown with its reason, and the scan is judged as without it."""

    def test_a_stale_report_of_failing_tests(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder, given = repository("ready"), junit(tmp_path / "j.xml", failed=1, when="2026-10-01T00:00:00Z")
        found = scan(auditor, folder, "--evidence", f"junit:{given}", "--out", tmp_path / "out")
        assert found["outside"]["files"][0]["refused"] == "stale: 57 days old, and 30 are allowed"
        assert points(found) == points(scan(auditor, folder))
        assert "| **refused**: stale" in next((tmp_path / "out").glob("*.md")).read_text()

    def test_two_reports_of_one_suite_that_disagree(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        """The one that failed counts: a second report never makes a first one better."""
        folder = repository("ready")
        good, bad = junit(tmp_path / "a.xml"), junit(tmp_path / "b.xml", failed=1)
        found = scan(auditor, folder, "--evidence", f"junit:{good}", "--evidence", f"junit:{bad}")
        assert [one["refused"] for one in found["outside"]["files"]] == [
            "contradictory: of the suite s, 1 test passed in one and failed in the other: see b.xml",
            "",
        ]
        assert points(found) == points(scan(auditor, folder, "--evidence", f"junit:{bad}"))

    def test_coverage_whose_totals_are_better_than_its_lines(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        text = (EVIDENCE / "coverage.xml").read_text().replace('line-rate="0.6863"', 'line-rate="0.9863"', 1)
        folder = repository("ready")
        found = scan(auditor, folder, "--evidence", f"coverage:{written(tmp_path / 'c.xml', text)}")
        assert found["outside"]["files"][0]["refused"] == (
            "contradictory: line-rate is stated as 0.9863, and comes to 35 of 51"
        )
        assert points(found) == points(scan(auditor, folder))

    def test_an_expired_attestation(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        given = attestation(tmp_path / "a.yaml", "rollback-drill", expires=-1)
        folder = repository("ready")
        found = scan(auditor, folder, "--evidence", f"attestation:{given}")
        assert found["outside"]["files"][0]["refused"].startswith("expired on ")
        assert points(found) == points(scan(auditor, folder))
        assert found["valid_until"] == scan(auditor, folder)["valid_until"]

    def test_the_order_of_the_options_does_not_matter(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder = repository("ready")
        given = [
            f"junit:{junit(tmp_path / 'j.xml')}",
            f"coverage:{EVIDENCE / 'coverage.xml'}",
            f"sarif:{EVIDENCE / 'zizmor.sarif'}",
        ]
        forth = [word for one in given for word in ("--evidence", one)]
        back = [word for one in reversed(given) for word in ("--evidence", one)]
        assert scan(auditor, folder, *forth) == scan(auditor, folder, *back)

    def test_the_cache_remembers_nothing_of_it(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder = repository("ready")
        plain = auditor("scan", folder, "--format", "json", SOURCE_DATE_EPOCH=AT).stdout
        given = auditor(
            "scan",
            folder,
            "--format",
            "json",
            "--evidence",
            f"junit:{junit(tmp_path / 'j.xml', failed=1)}",
            SOURCE_DATE_EPOCH=AT,
        )
        assert plain != given.stdout
        assert auditor("scan", folder, "--format", "json", SOURCE_DATE_EPOCH=AT).stdout == plain


def refused(auditor: Command, folder: Path, *options: object) -> str:
    done = auditor("scan", folder, *options, SOURCE_DATE_EPOCH=AT)
    assert done.returncode == 2, done.stdout + done.stderr
    return done.stderr


class TestBadInput:
    def test_latin_1_that_calls_itself_utf_8(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b'<?xml version="1.0" encoding="utf-8"?>\n<testsuite name="caf\xe9"/>')
        told = refused(auditor, repository("ready"), "--evidence", f"junit:{tmp_path / 'file'}")
        assert "file:2: broken XML: not well-formed (invalid token)" in told

    def test_utf_16_is_legal_in_xml_and_not_in_json(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder, plain = repository("ready"), junit(tmp_path / "j.xml")
        (tmp_path / "wide.xml").write_bytes(plain.read_text().encode("utf-16"))
        (tmp_path / "wide.json").write_bytes("[]".encode("utf-16"))
        found = scan(auditor, folder, "--evidence", f"junit:{tmp_path / 'wide.xml'}")
        assert outcome(found, "TST-5")["outcome"] == "met"
        told = refused(auditor, folder, "--evidence", f"runs:{tmp_path / 'wide.json'}")
        assert "wide.json: this file is UTF-16, and JSON is UTF-8" in told

    def test_a_file_of_200_mb_is_refused_unread(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        with (tmp_path / "large").open("wb") as file:
            file.truncate(200_000_000)
        told = refused(auditor, repository("ready"), "--evidence", f"junit:{tmp_path / 'large'}")
        assert "of at most 64000000 bytes" in told

    def test_what_is_not_there_an_unknown_kind_and_twice_the_same(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        folder, given = repository("ready"), f"junit:{junit(tmp_path / 'j.xml')}"
        assert "absent: cannot be read: No such file" in refused(auditor, folder, "--evidence", "junit:absent")
        assert "cannot be read: Is a directory" in refused(auditor, folder, "--evidence", f"junit:{tmp_path}")
        assert "unknown kind 'unit'; there are junit, coverage" in refused(auditor, folder, "--evidence", "unit:x")
        assert "no path after 'junit'" in refused(auditor, folder, "--evidence", "junit")
        assert "j.xml: this evidence is given twice" in refused(
            auditor, folder, "--evidence", given, "--evidence", given
        )

    def test_a_broken_signature_file_and_two_of_them(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder, given = repository("ready"), attestation(tmp_path / "a.yaml", "drill")
        written(tmp_path / "a.yaml.sig", "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n")
        option = ("--evidence", f"attestation:{given}")
        assert "a.yaml, its signature: this is no SSH signature" in refused(auditor, folder, *option)
        written(tmp_path / "a.yaml.sig", "{}")
        assert "this is neither an SSH signature nor a DSSE envelope" in refused(auditor, folder, *option)
        written(tmp_path / "a.yaml.dsse.json", "{}")
        assert "there are two signatures beside it" in refused(auditor, folder, *option)

    def test_hostile_names_and_texts_stay_data(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        name = "x|y`\n# GO\x1b[31m.yaml"
        given = attestation(tmp_path / name, "rollback-drill", detail="| **GO** | <script> [x](javascript:1)")
        folder = repository("ready")
        done = auditor(
            "scan",
            folder,
            "--quiet",
            "--out",
            tmp_path / "out",
            "--evidence",
            f"attestation:{given}",
            SOURCE_DATE_EPOCH=AT,
        )
        assert done.returncode == 0, done.stderr
        text = next((tmp_path / "out").glob("*.md")).read_text()
        assert "\n# GO" not in text
        assert "\x1b" not in text
        tokens = [token for one in MarkdownIt().enable("table").parse(text) for token in (one, *(one.children or ()))]
        assert not [token.content for token in tokens if token.type in ("html_inline", "link_open", "image")]


def test_a_rubric_can_demand_evidence(repository: Make, auditor: Command, tmp_path: Path) -> None:
    rubric = written(
        tmp_path / "strict.yaml",
        "extends: production-readiness\nid: strict\nversion: 1.0.0\ncriteria:\n"
        "  - {id: TST-5, absent: not-met}\n  - {id: TST-6, absent: unknown}\n",
    )
    found = scan(auditor, repository("ready"), "--rubric", rubric)
    assert (outcome(found, "TST-5")["outcome"], outcome(found, "TST-5")["deduction"]) == ("not-met", 10)
    assert (outcome(found, "TST-6")["outcome"], outcome(found, "TST-6")["deduction"]) == ("unknown", 3)


@pytest.mark.parametrize(
    ("probe", "told"),
    [
        (
            "{report: {kind: junit, line_rate: 80}}",
            "a report of kind junit has no line_rate: it has min_tests, pass_rate",
        ),
        ("{report: {kind: coverage}}", "coverage asks for neither line_rate nor branch_rate"),
        ("{report: {kind: sarif}}", "one of junit, coverage, runs, scorecard"),
        ("{attestation: {statement: Drill!}}", "statement"),
    ],
)
def test_a_rubric_with_a_broken_report_probe(
    probe: str, told: str, repository: Make, auditor: Command, tmp_path: Path
) -> None:
    rubric = written(
        tmp_path / "r.yaml",
        f"extends: library\nid: r\nversion: 1.0.0\ncriteria:\n  - id: TST-5\n    require: {{all: [{probe}]}}\n",
    )
    assert told in refused(auditor, repository("ready"), "--rubric", rubric)


def test_a_certificate_with_evidence_is_signed_and_verified(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder, key = repository("ready"), tmp_path / "key"
    assert auditor("keys", "generate", key).returncode == 0
    given = junit(tmp_path / "j.xml")
    options = ("--quiet", "--out", tmp_path / "out", "--sign", key, "--evidence", f"junit:{given}")
    assert auditor("scan", folder, *options, SOURCE_DATE_EPOCH=AT).returncode == 0
    done = auditor("verify", next((tmp_path / "out").glob("*.md")), "--key", f"{key}.pub", "--repo", folder)
    assert "FAIL" not in done.stdout.replace("FAIL  validity", "")
