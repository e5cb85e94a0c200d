"""Certificates and further statements, judged by code that others wrote: securesystemslib's and in-toto's own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from auditor.cli.keys import public_key
from auditor.cli.main import run
from tests.cli.certificates import Issued, issue

CERTIFICATE = "https://auditor.dev/readiness-certificate/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
SUMMARY = "https://slsa.dev/verification_summary/v1"
TYPES = {"": CERTIFICATE, ".test-result": TEST_RESULT, ".vsa": SUMMARY}

Json = dict[str, object]


def both(folder: Path, *options: str, name: str = "ready") -> Issued:
    asked = ("--sign", str(folder / "ci"), "--predicate", "test-result", "--predicate", "vsa", *options)
    return issue(folder, *asked, name=name)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return both(tmp_path_factory.mktemp("ready"))


@pytest.fixture(scope="module")
def hollow(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return both(tmp_path_factory.mktemp("hollow"), name="hollow")


def line(issued: Issued, kind: str) -> bytes:
    return issued.certificate.with_suffix(f"{kind}.intoto.jsonl").read_bytes()


def accepted(content: bytes, keys: list[SSlibKey], threshold: int) -> Statement:
    """What the envelope states, where securesystemslib verifies it and in-toto's parser takes it."""
    envelope = Envelope.from_dict(json.loads(content))
    assert len(envelope.verify(list(keys), threshold)) == threshold
    assert envelope.payload_type == "application/vnd.in-toto+json"
    message = json_format.Parse(envelope.payload, statement_pb2.Statement())
    stated = Statement.copy_from_pb(message)
    stated.validate()
    return stated


def predicate(issued: Issued, kind: str) -> Json:
    stated = accepted(line(issued, kind), [public_key(issued.key("ci.pub"))], 1)
    found: Json = json_format.MessageToDict(stated.pb.predicate)
    return found


@pytest.mark.parametrize("kind", TYPES)
def test_others_accept_what_was_issued(ready: Issued, kind: str) -> None:
    stated = accepted(line(ready, kind), [public_key(ready.key("ci.pub"))], 1)
    assert stated.pb.predicate_type == TYPES[kind]
    commit, *files = stated.pb.subject
    assert len(commit.digest["gitCommit"]) == len(commit.digest["gitTree"]) == 40
    assert [one.name for one in files] == [ready.certificate.name, f"{ready.certificate.stem}.json"]


@pytest.mark.parametrize("kind", TYPES)
def test_others_see_a_changed_byte(ready: Issued, kind: str) -> None:
    document = json.loads(line(ready, kind))
    payload = document["payload"]
    other = "A" if payload[40] != "A" else "B"
    document["payload"] = f"{payload[:40]}{other}{payload[41:]}"
    changed = json.dumps(document).encode()
    with pytest.raises(VerificationError):
        accepted(changed, [public_key(ready.key("ci.pub"))], 1)


def test_others_count_two_signatures(ready: Issued, tmp_path: Path) -> None:
    issued = ready.copy(tmp_path / "copy")
    keys = [public_key(issued.key(name)) for name in ("ci.pub", "rm.pub")]
    with pytest.raises(VerificationError):
        accepted(line(issued, ""), keys, 2)
    assert run(["sign", str(issued.certificate), "--key", issued.key("rm")]) == 0
    accepted(line(issued, ""), keys, 2)


def test_they_are_parsed_without_a_field_too_many(ready: Issued) -> None:
    result = json_format.ParseDict(predicate(ready, ".test-result"), test_result_pb2.TestResult())
    assert result.result == "PASSED"
    assert result.passed_tests
    stated = predicate(ready, ".vsa")
    # The specification has a list here, in-toto's parser of this predicate one string; the rest it must take.
    assert stated.pop("verifiedLevels") == ["AUDITOR_READY"]
    summary = json_format.ParseDict(stated, vsa_pb2.VerificationSummary())
    assert summary.verification_result == "PASSED"
    assert summary.verifier.id
    assert summary.policy.uri
    assert summary.resource_uri == "git+repository"


def test_a_go_has_no_failed_test(ready: Issued, hollow: Issued) -> None:
    assert predicate(ready, ".test-result")["failedTests"] == []
    report = json.loads(hollow.certificate.with_suffix(".json").read_bytes())
    result = predicate(hollow, ".test-result")
    assert (report["decision"], result["result"]) == ("NO-GO", "FAILED")
    grave = {
        f"{component['name']}/{one['id']}"
        for component in report["components"]
        for one in component["criteria"]
        if one["outcome"] == "not-met" and (one["blocker"] or one["severity"] in {"critical", "high"})
    }
    assert grave
    failed = result["failedTests"]
    assert isinstance(failed, list)
    assert set(failed) == grave
    assert predicate(hollow, ".vsa")["verificationResult"] == "FAILED"
    assert predicate(hollow, ".vsa")["verifiedLevels"] == ["FAILED"]


def conditional(folder: Path, *options: str) -> Issued:
    """A certificate of a folder that is not under git, which is never GO."""
    folder.mkdir()
    made = issue(folder)
    (made.folder / "repository" / ".git").rename(made.folder / "moved")
    shutil.rmtree(made.folder / "out")
    asked = ["--sign", made.key("ci"), "--predicate=test-result", "--predicate=vsa", *options]
    where = ["--out", str(made.folder / "out"), "--no-cache", "--quiet", "--jobs=1"]
    assert run(["scan", str(made.folder / "repository"), *where, *asked]) == 0
    return made


@pytest.mark.parametrize(
    ("options", "result", "level"),
    [((), "FAILED", "FAILED"), (("--vsa-conditional=passed",), "PASSED", "AUDITOR_READY_CONDITIONAL")],
)
def test_conditional_is_warned_and_passes_a_summary_only_where_that_is_asked(
    tmp_path: Path, options: tuple[str, ...], result: str, level: str
) -> None:
    issued = conditional(tmp_path / "conditional", *options)
    assert predicate(issued, ".test-result")["result"] == "WARNED"
    summary = predicate(issued, ".vsa")
    assert (summary["verificationResult"], summary["verifiedLevels"]) == (result, [level])


def test_the_resource_may_be_named(tmp_path: Path) -> None:
    issued = both(tmp_path, "--vsa-resource", "git+https://example.com/shop")
    assert predicate(issued, ".vsa")["resourceUri"] == "git+https://example.com/shop"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--predicate=vsa", "--out=out"), "--predicate without a key"),
        (("--predicate=vsa", "--sign={key}"), "--predicate without a folder"),
        (("--vsa-conditional=passed",), "without --predicate vsa"),
        (("--vsa-resource=git+x", "--predicate=test-result", "--sign={key}"), "without --predicate vsa"),
    ],
)
def test_options_without_effect_are_refused(
    ready: Issued, options: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [one.format(key=ready.key("ci")) for one in options]
    assert run(["scan", str(ready.folder / "repository"), "--no-cache", "--quiet", "--jobs=1", *asked]) == 2
    assert words in capsys.readouterr().err


def test_others_are_written_only_on_request(issued: Issued) -> None:
    assert sorted(path.suffixes[0] for path in issued.certificate.parent.iterdir()) == [".intoto", ".json", ".md"]
