"""A repository over three commits, audited and answered twice: a chain of three certificates, and what breaks it."""

from __future__ import annotations

import base64
import json
import re
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.e2e.conftest import Completed, git, make_repository, run_auditor

INCIDENTS = "# Incident response\n\nWho is paged first rolls back, then writes down what happened, in `docs/log.md`.\n"
HEALTH = "scripts/health_check.py"
MEASURED = """

def count_open_files() -> int:
    \"\"\"Count the files that this process has open.\"\"\"
    return len(os.listdir("/proc/self/fd"))
"""


@dataclass(frozen=True)
class Chain:
    """A folder with a clone `shop`, a key, and the certificates of three commits, oldest first."""

    home: Path
    certificates: tuple[Path, ...]
    commits: tuple[str, ...]

    @property
    def clone(self) -> Path:
        return self.home / "shop"

    def run(self, *arguments: object, **variables: str) -> Completed:
        return run_auditor(self.home, *arguments, **variables)

    def report(self, number: int) -> dict[str, object]:
        document = json.loads(self.certificates[number].with_suffix(".json").read_bytes())
        assert isinstance(document, dict)
        return document

    def states(self, number: int) -> dict[str, str]:
        """The state of each answered condition, by its criterion."""
        review = self.report(number)["review"]
        assert isinstance(review, dict)
        return {one["before"]["criterion"]: one["state"] for one in review["comparison"]["answers"]}

    def ids(self, number: int) -> dict[tuple[str, str], str]:
        conditions = self.report(number)["conditions"]
        assert isinstance(conditions, list)
        return {(one["criterion"], one["component"]): one["id"] for one in conditions}

    def verify(self, certificate: Path, *options: object) -> Completed:
        return self.run("verify", certificate, "--key", self.home / "key.pub", "--chain", *options)


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={message}")
    return (folder / ".git" / "refs" / "heads" / "main").read_text().strip()


def certify(home: Path, when: int, *options: object) -> Path:
    out = home / "certificates"
    before = set(out.glob("*.md")) if out.is_dir() else set()
    asked = ("scan", home / "shop", "--out", out, "--sign", home / "key", "--fail-on", "never", "--quiet", *options)
    done = run_auditor(home, *asked, SOURCE_DATE_EPOCH=str(when))
    assert (done.returncode, done.stderr) == (0, "")
    (new,) = set(out.glob("*.md")) - before
    return new


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The first commit lacks much; the second gains an incident response and measures more; the third loses the former."""
    home = tmp_path_factory.mktemp("chain")
    now = int(time.time())
    clone = make_repository(home, "hollow", called="shop")
    assert run_auditor(home, "keys", "generate", home / "key").returncode == 0
    commits = [commit_of(clone)]
    certificates = [certify(home, now - 300)]
    (clone / "docs" / "incident.md").write_text(INCIDENTS)
    health = (clone / HEALTH).read_text()
    fixed = health.replace("random.uniform(80, 120)", "measure()").replace("import random\n", "import os\n") + MEASURED
    (clone / HEALTH).write_text(fixed)
    commits.append(commit(clone, "Incidents"))
    certificates.append(certify(home, now - 200, "--since", certificates[0]))
    (clone / "docs" / "incident.md").unlink()
    commits.append(commit(clone, "No incidents"))
    certificates.append(certify(home, now - 100, "--since", certificates[1]))
    return Chain(home, tuple(certificates), tuple(commits))


def commit_of(clone: Path) -> str:
    return (clone / ".git" / "refs" / "heads" / "main").read_text().strip()


@pytest.fixture
def chain(issued: Chain, tmp_path: Path) -> Chain:
    """The same, in a copy that a test may break."""
    home = tmp_path / "home"
    shutil.copytree(issued.home, home)
    moved = tuple(home / "certificates" / one.name for one in issued.certificates)
    return Chain(home, moved, issued.commits)


def refused(done: Completed) -> str:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "remedy: " in done.stderr
    return done.stderr


class TestWhatAReAuditSays:
    def test_it_is_a_final_review_and_the_first_is_not(self, issued: Chain) -> None:
        assert [one.name[:3] for one in issued.certificates] == ["PRA", "FIN", "FIN"]
        assert issued.certificates[1].read_text(encoding="utf-8").startswith("# Final review\n")

    def test_conditions_are_resolved_and_then_regress(self, issued: Chain) -> None:
        assert (issued.states(1)["OPS-6"], issued.states(2)["OPS-6"]) == ("resolved", "regressed")

    def test_fewer_findings_are_partly_resolved(self, issued: Chain) -> None:
        assert issued.states(1)["MET-1"] == "partly-resolved"
        assert issued.states(2)["MET-1"] == "open"

    def test_every_condition_has_an_answer_and_keeps_its_id(self, issued: Chain) -> None:
        first = issued.ids(0)
        assert len(first) > 15
        for number in (1, 2):
            review = issued.report(number)["review"]
            assert isinstance(review, dict)
            answers = review["comparison"]["answers"]
            answered = {
                (one["before"]["criterion"], one["before"]["component"]): one["before"]["id"] for one in answers
            }
            assert first.items() <= answered.items()
            for place, name in issued.ids(number).items():
                assert answered.get(place, name) == name

    def test_the_text_names_state_reason_and_commit(self, issued: Chain) -> None:
        second, third = (one.read_text(encoding="utf-8") for one in issued.certificates[1:])
        assert "| **resolved** | OPS-6 is met" in second
        assert f"As of commit `{issued.commits[1]}`." in second
        name = issued.certificates[1].stem
        assert f"| **regressed** | was resolved in {name}, and OPS-6 is not met" in third

    def test_scores_move_from_and_to_with_what_changed(self, issued: Chain) -> None:
        review = issued.report(1)["review"]
        assert isinstance(review, dict)
        moved = {one["component"]: one for one in review["comparison"]["components"]}
        assert moved["documentation"]["after"] == moved["documentation"]["before"] + 5
        assert moved["documentation"]["causes"] == ["code"]

    def test_the_link_is_part_of_what_is_signed(self, issued: Chain) -> None:
        envelope = json.loads(issued.certificates[2].with_suffix(".intoto.jsonl").read_bytes())
        answers = json.loads(base64.b64decode(envelope["payload"]))["predicate"]["answers"]
        review = issued.report(2)["review"]
        assert isinstance(review, dict)
        assert answers == {
            "certificateId": issued.certificates[1].stem,
            "digest": {
                "body": {"sha256": review["earlier"]["body_sha256"]},
                "report": {"sha256": review["earlier"]["report_sha256"]},
            },
            "place": 3,
        }
        assert review["earlier"]["signature"] == "signed by a trusted key"

    def test_it_says_so_where_the_earlier_one_is_unsigned_or_by_a_key_that_was_not_given(self, chain: Chain) -> None:
        scan = ("scan", chain.clone, "--fail-on", "never", "--format", "json", "--at", chain.commits[1])
        stranger = json.loads(chain.run(*scan, "--since", chain.certificates[0], SOURCE_DATE_EPOCH="").stdout)
        assert stranger["review"]["earlier"]["signature"] == "signed, not checked against a key"
        out = chain.home / "unsigned"
        unsigned = ("scan", chain.clone, "--out", out, "--at", chain.commits[0], "--quiet", "--fail-on", "never")
        assert chain.run(*unsigned, SOURCE_DATE_EPOCH=str(int(time.time()) - 50)).returncode == 0
        (earlier,) = out.glob("*.md")
        answer = json.loads(chain.run(*scan, "--since", earlier, SOURCE_DATE_EPOCH="").stdout)
        assert answer["review"]["earlier"]["signature"] == "unsigned"


class TestTheChain:
    def test_it_is_walked_to_its_first_certificate(self, issued: Chain) -> None:
        done = issued.verify(issued.certificates[2], "--repo", issued.clone)
        assert done.returncode == 0, done.stdout
        links = [line for line in done.stdout.splitlines() if "  chain: " in line]
        assert [line.split()[0] for line in links] == ["ok", "ok"]
        assert f"{issued.certificates[2].stem} answers {issued.certificates[1].stem}" in links[0]
        assert f"{issued.certificates[1].stem} answers {issued.certificates[0].stem}" in links[1]

    def test_without_a_chain_nothing_is_looked_for(self, issued: Chain) -> None:
        done = issued.run("verify", issued.certificates[2], "--key", issued.home / "key.pub")
        assert done.returncode == 0
        assert "chain:" not in done.stdout

    def test_the_earlier_ones_may_be_in_another_folder(self, chain: Chain) -> None:
        away = chain.home / "away"
        away.mkdir()
        moved = [
            shutil.move(path, away) for path in chain.certificates[2].parent.glob(f"{chain.certificates[2].stem}.*")
        ]
        assert len(moved) == 3
        newest = away / chain.certificates[2].name
        assert "are not in the folder" in chain.verify(newest).stdout
        assert chain.verify(newest, "--chain-folder", chain.certificates[0].parent).returncode == 0

    def test_a_missing_link_is_named(self, chain: Chain) -> None:
        chain.certificates[0].unlink()
        done = chain.verify(chain.certificates[2])
        assert done.returncode == 1
        assert f"FAIL  chain: {chain.certificates[1].stem} answers {chain.certificates[0].stem}, whose" in done.stdout

    @pytest.mark.parametrize("ending", [".md", ".json"])
    def test_a_changed_link_is_named(self, chain: Chain, ending: str) -> None:
        path = chain.certificates[0].with_suffix(ending)
        path.write_bytes(path.read_bytes().replace(b"Write runbooks", b"Ignore runbook"))
        done = chain.verify(chain.certificates[2])
        assert done.returncode == 1
        assert f"answers {chain.certificates[0].stem}, which is broken" in done.stdout

    def test_a_link_that_was_signed_anew_is_another_certificate(self, chain: Chain) -> None:
        first = chain.certificates[0]
        when = str(int(datetime.strptime(first.stem[-15:] + "+0000", "%Y%m%d-%H%M%S%z").timestamp()))
        assert chain.run("keys", "generate", chain.home / "forger").returncode == 0
        forged = (
            "scan", chain.clone, "--at", chain.commits[1], "--out", first.parent, "--sign", chain.home / "forger",
            "--fail-on", "never", "--quiet",
        )  # fmt: skip
        assert chain.run(*forged, SOURCE_DATE_EPOCH=when).returncode == 0
        done = chain.verify(chain.certificates[2])
        assert done.returncode == 1
        assert f"answers {first.stem}, and the one in the folder is another: its digest differs" in done.stdout

    def test_an_answer_that_passes_over_another_is_named(self, chain: Chain) -> None:
        """Rollback: the first certificate is answered once more, as if the second had never been."""
        around = certify(chain.home, int(time.time()) - 10, "--since", chain.certificates[0])
        done = chain.verify(around)
        assert done.returncode == 1
        assert f"{chain.certificates[1].stem} had answered before" in done.stdout

    def test_one_that_is_not_the_newest_says_so(self, issued: Chain) -> None:
        done = issued.verify(issued.certificates[0])
        assert f"?     chain: {issued.certificates[1].stem} has answered it" in done.stdout

    def test_a_certificate_that_answers_nothing_is_a_chain_of_one(self, issued: Chain) -> None:
        assert "ok    chain: it is the first of its chain" in issued.verify(issued.certificates[0]).stdout


class TestWhatIsRefused:
    def scan(self, chain: Chain, earlier: Path, *options: object, **variables: str) -> Completed:
        return chain.run(
            "scan", chain.clone, "--quiet", "--since", earlier, *options, **({"SOURCE_DATE_EPOCH": ""} | variables)
        )

    def test_an_audit_that_is_dated_before_what_it_answers(self, issued: Chain) -> None:
        told = refused(self.scan(issued, issued.certificates[2], SOURCE_DATE_EPOCH="1790000000"))
        assert "this audit 2026-09-21T14:13:20Z: an answer comes after what it answers" in told

    def test_a_certificate_of_another_repository(self, issued: Chain, tmp_path: Path) -> None:
        other = make_repository(tmp_path, "ready", called="shop")
        told = refused(issued.run("scan", other, "--since", issued.certificates[2], SOURCE_DATE_EPOCH=""))
        assert f"it is of commit {issued.commits[2]}, which this repository does not have" in told

    def test_a_clone_under_another_name(self, chain: Chain) -> None:
        chain.clone.rename(chain.home / "store")
        told = refused(chain.run("scan", chain.home / "store", "--since", chain.certificates[2], SOURCE_DATE_EPOCH=""))
        assert "it is of the repository 'shop', and this is 'store'" in told

    def test_a_certificate_without_its_json(self, chain: Chain) -> None:
        chain.certificates[0].with_suffix(".json").unlink()
        assert "the JSON of the earlier certificate is not beside it" in refused(
            self.scan(chain, chain.certificates[0])
        )

    @pytest.mark.parametrize(("ending", "reason"), [(".md", "the text is not"), (".json", "the JSON report is not")])
    def test_a_certificate_that_was_changed(self, chain: Chain, ending: str, reason: str) -> None:
        path = chain.certificates[0].with_suffix(ending)
        path.write_bytes(path.read_bytes().replace(b"Write runbooks", b"Ignore runbook"))
        told = refused(self.scan(chain, chain.certificates[0]))
        assert f"{chain.certificates[0].name}: the earlier certificate is broken: {reason}" in told

    def test_an_unsigned_one_whose_json_drops_a_condition(self, chain: Chain) -> None:
        out = chain.home / "unsigned"
        assert chain.run("scan", chain.clone, "--out", out, "--quiet", "--fail-on", "never").returncode == 0
        (earlier,) = out.glob("*.json")
        report = json.loads(earlier.read_bytes())
        report["conditions"].pop()
        earlier.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        assert "the earlier certificate is broken" in refused(self.scan(chain, earlier.with_suffix(".md")))

    def test_one_that_none_of_the_given_keys_signed(self, chain: Chain) -> None:
        assert chain.run("keys", "generate", chain.home / "other").returncode == 0
        told = refused(self.scan(chain, chain.certificates[0], "--since-key", chain.home / "other.pub"))
        assert "which is not trusted" in told
        signed = ("--since-key", chain.home / "key.pub", "--fail-on", "never")
        assert self.scan(chain, chain.certificates[0], *signed).returncode == 0

    def test_a_key_without_a_certificate(self, issued: Chain) -> None:
        assert "--since" in refused(issued.run("scan", issued.clone, "--since-key", issued.home / "key.pub"))

    def test_what_is_no_certificate(self, issued: Chain, tmp_path: Path) -> None:
        report = issued.certificates[0].with_suffix(".json")
        assert "this is a report" in refused(self.scan(issued, report))
        assert "cannot be read" in refused(self.scan(issued, tmp_path / "absent.md"))


class TestDiff:
    def test_it_says_what_the_re_audit_says(self, issued: Chain) -> None:
        done = issued.run("diff", *issued.certificates[:2], "--format", "json")
        assert (done.returncode, done.stderr) == (0, "")
        told = json.loads(done.stdout)
        review = issued.report(1)["review"]
        assert isinstance(review, dict)
        assert told.pop("schema") == "https://auditor.dev/schema/comparison/v1"
        assert told == review["comparison"]

    def test_text_and_markdown(self, issued: Chain) -> None:
        reports = [one.with_suffix(".json") for one in issued.certificates[1:]]
        text = issued.run("diff", *reports).stdout
        told = re.search(
            r"(C\d+) regressed: Write down the incident response \(documentation\): was resolved in FIN-", text
        )
        assert told is not None
        markdown = issued.run("diff", *reports, "--format", "md").stdout
        assert markdown.startswith("### Readiness: NO-GO, as before · ")
        assert f"| {told.group(1)} | Write down the incident response | documentation | **regressed** |" in markdown

    def test_it_fails_on_worse_alone_where_asked(self, issued: Chain) -> None:
        fixed, broken = issued.certificates[1], issued.certificates[0]
        assert issued.run("diff", broken, fixed, "--fail-on", "worse").returncode == 0
        assert issued.run("diff", fixed, broken).returncode == 0

    def test_bad_input(self, issued: Chain, tmp_path: Path) -> None:
        first = issued.certificates[0]
        alone = tmp_path / first.name
        alone.write_bytes(first.read_bytes())
        assert "is not beside it" in refused(issued.run("diff", alone, first))
        assert "no such file" in refused(issued.run("diff", tmp_path / "absent.md", first))
        (tmp_path / "x.json").write_text("{}")
        assert "this is no report" in refused(issued.run("diff", tmp_path / "x.json", first))

    def test_two_repositories_are_not_compared(self, issued: Chain, tmp_path: Path) -> None:
        other = make_repository(tmp_path, "ready")
        report = tmp_path / "ready.json"
        assert issued.run("scan", other, "--format", f"json:{report}").returncode == 0
        assert "of the repository 'shop'" in refused(issued.run("diff", issued.certificates[0], report))


class TestHistory:
    def test_it_follows_the_chain_of_one_certificate(self, issued: Chain) -> None:
        lines = issued.run("history", issued.certificates[1]).stdout.splitlines()
        assert [line.split()[-1] for line in lines[1:]] == ["chain", "above"]
        assert issued.certificates[0].stem in lines[1]
        assert "NO-GO" in lines[2]

    def test_it_draws_all_of_a_folder_as_a_picture(self, issued: Chain, tmp_path: Path) -> None:
        done = issued.run("history", issued.certificates[0].parent, "--svg", tmp_path / "h.svg")
        assert (done.returncode, len(done.stdout.splitlines())) == (0, 4)
        picture = ET.parse(tmp_path / "h.svg").getroot()
        name = "{http://www.w3.org/2000/svg}"
        assert len(picture.findall(f".//{name}circle")) == 3
        score = issued.report(2)["score"]
        assert isinstance(score, dict)
        assert f"NO-GO, score {score['overall']}, " in picture.findtext(f"{name}desc", "")

    def test_certificates_of_two_repositories_are_refused(self, issued: Chain, tmp_path: Path) -> None:
        other = make_repository(tmp_path, "ready")
        report = tmp_path / "ready.json"
        assert issued.run("scan", other, "--format", f"json:{report}").returncode == 0
        told = refused(issued.run("history", issued.certificates[0], report))
        assert "of several repositories: ready, shop" in told

    def test_a_folder_without_certificates(self, issued: Chain, tmp_path: Path) -> None:
        assert "there are no certificates" in refused(issued.run("history", tmp_path))
