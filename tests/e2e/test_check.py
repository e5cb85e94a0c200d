"""``auditor check`` through its real entry point."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from tests.e2e.conftest import Command, Completed

GOOD = (
    "# Readiness audit\n\n**Date**: 2026-09-21\n\n**Decision**: GO\n\n## Files reviewed\n\n- `app/store.py` (2 lines)\n"
)
BAD = "# Readiness audit\n\n**Decision**: GO\n\n- `app/store.py` (120 lines)\n\n## Signature\n\nCertificate Hash: SHA256-WORDS\n"
SARIF_SCHEMA = Path(__file__).parents[1] / "formats" / "data" / "sarif-schema-2.1.0.json"
STORE = "def save(item):\n    raise NotImplementedError\n"

Repository = Callable[..., Path]


@pytest.fixture
def committed(tmp_path: Path) -> Repository:
    """Makes a repository, one commit for each tree: (day, files)."""

    def make(*commits: tuple[str, dict[str, str]]) -> Path:
        folder = tmp_path / "project"
        folder.mkdir()
        _git(folder, "2026-01-01", "init", "--quiet", "--initial-branch=main")
        for day, files in commits:
            for path, text in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, encoding="utf-8")
            _git(folder, day, "add", "--all")
            _git(folder, day, "commit", "--quiet", "--message=x")
        return folder

    return make


def _git(folder: Path, day: str, *arguments: str) -> None:
    person = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "T"), ("EMAIL", "t@localhost"), ("DATE", f"{day}T12:00:00Z"))
    }
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **person}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment, capture_output=True)


def documents(done: Completed) -> list[dict[str, object]]:
    found = json.loads(done.stdout)["documents"]
    assert isinstance(found, list)
    return found


def rules_of(document: dict[str, object]) -> list[str]:
    findings = document["findings"]
    assert isinstance(findings, list)
    return [one["rule"] for one in findings]


def test_a_document_that_tells_the_truth_passes(auditor: Command, committed: Repository) -> None:
    folder = committed(("2026-09-21", {"app/store.py": STORE, "docs/AUDIT.md": GOOD}))
    done = auditor("check", folder / "docs/AUDIT.md", "--format", "json")
    assert done.returncode == 0, done.stderr
    (one,) = documents(done)
    assert one["decision"] == "GO"
    assert one["findings"] == []
    counts = one["statements"]
    assert isinstance(counts, dict)
    assert counts["checked"] == counts["supported"] + counts["uncheckable"] > 2
    assert set(counts) == {"checked", "supported", "contradicted", "uncheckable"}


def test_a_document_that_does_not_fails_the_gate_unless_told_otherwise(auditor: Command, committed: Repository) -> None:
    folder = committed(("2026-09-21", {"app/store.py": STORE, "docs/AUDIT.md": BAD}))
    done = auditor("check", folder / "docs/AUDIT.md", "--format", "json")
    assert done.returncode == 1
    assert rules_of(documents(done)[0]) == ["AUD744", "AUD740"]
    assert auditor("check", folder / "docs/AUDIT.md", "--fail-on", "never").returncode == 0
    told = auditor("check", folder / "docs/AUDIT.md")
    assert told.returncode == 1
    assert "has 2 lines at commit" in told.stdout


def test_the_commit_that_added_the_document_counts_and_another_can_be_named(
    auditor: Command, committed: Repository
) -> None:
    folder = committed(
        ("2026-09-20", {"app/store.py": STORE, "docs/AUDIT.md": GOOD.replace("2026-09-21", "2026-09-20")}),
        ("2026-09-22", {"app/store.py": STORE * 9}),
    )
    assert auditor("check", folder / "docs/AUDIT.md").returncode == 0
    later = auditor("check", folder / "docs/AUDIT.md", "--at", "main", "--format", "json")
    assert rules_of(documents(later)[0]) == []
    assert "2 lines at commit" in json.dumps(
        json.loads(
            auditor("check", folder / "docs/AUDIT.md", "--at", "main", "--format", "json", "--draft-evidence").stdout
        )
    )
    unknown = auditor("check", folder / "docs/AUDIT.md", "--at", "v9")
    assert unknown.returncode == 2
    assert "there is no revision 'v9'" in unknown.stderr


def test_dates_against_git(auditor: Command, committed: Repository) -> None:
    folder = committed(
        ("2026-09-20", {"app/store.py": STORE}),
        (
            "2026-09-22",
            {
                "docs/LATE_AUDIT.md": GOOD.replace("2026-09-21", "2026-10-09"),
                "docs/EARLY_AUDIT.md": GOOD.replace("2026-09-21", "2026-01-09"),
            },
        ),
    )
    done = auditor("check", folder / "docs/LATE_AUDIT.md", folder / "docs/EARLY_AUDIT.md", "--format", "json")
    late, early = documents(done)
    assert rules_of(late) == rules_of(early) == ["AUD760"]
    assert "was made on 2026-09-22" in json.dumps(late)
    assert "begins on 2026-09-20" in json.dumps(early)


def test_what_was_true_on_the_day_that_a_document_is_dated(auditor: Command, committed: Repository) -> None:
    report = "# Readiness audit\n\n**Date**: 2026-09-20\n\n- `app/store.py` (2 lines)\n"
    longer = STORE + "save(1)\n" * 40
    folder = committed(
        ("2026-09-01", {"app/store.py": STORE}), ("2026-09-25", {"app/store.py": longer, "docs/AUDIT.md": report})
    )
    supported = []
    for arguments in ((), ("--at", "HEAD")):
        done = auditor("check", folder / "docs/AUDIT.md", *arguments, "--format", "json")
        supported.append(json.loads(done.stdout)["documents"][0]["statements"]["supported"])
    assert supported == [3, 2]


def test_what_was_made_on_the_day_of_the_document_may_have_been_missing(
    auditor: Command, committed: Repository
) -> None:
    report = "# Readiness audit\n\n**Date**: {}\n\n- `app/store.py` does not exist\n"
    folder = committed(
        ("2026-09-01", {"docs/README.md": "x\n"}),
        ("2026-09-20", {"app/store.py": STORE}),
        (
            "2026-09-25",
            {"docs/AUDIT.md": report.format("2026-09-20"), "docs/LATE_AUDIT.md": report.format("2026-09-21")},
        ),
        ("2026-09-26", {"docs/FIRST_AUDIT.md": report.format("2026-09-01").replace("app/store.py", "docs/README.md")}),
    )
    named = [folder / "docs" / name for name in ("AUDIT.md", "LATE_AUDIT.md", "FIRST_AUDIT.md")]
    done = auditor("check", *named, "--format", "json")
    assert [rules_of(one) for one in documents(done)] == [[], ["AUD746"], []]


def test_what_is_older_than_the_history_is_not_called_wrong(auditor: Command, committed: Repository) -> None:
    report = "# Readiness audit\n\n**Date**: 2026-09-10\n\n- `app/store.py` (200 lines)\n"
    folder = committed(("2026-09-21", {"app/store.py": STORE}), ("2026-09-22", {"docs/AUDIT.md": report}))
    done = auditor("check", folder / "docs/AUDIT.md", "--draft-evidence")
    assert done.returncode == 0
    assert "older than this history" in done.stdout
    assert "brought along from elsewhere" in done.stdout


def test_a_document_outside_of_the_repository(auditor: Command, committed: Repository, tmp_path: Path) -> None:
    folder = committed(("2026-09-21", {"app/store.py": STORE}))
    (tmp_path / "audit.md").write_text(BAD, encoding="utf-8")
    assert rules_of(documents(auditor("check", tmp_path / "audit.md", "--repo", folder, "--format", "json"))[0]) == [
        "AUD744",
        "AUD740",
    ]


def test_without_a_repository_what_can_be_checked_still_is(auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "audit.md").write_text(BAD, encoding="utf-8")
    done = auditor("check", tmp_path / "audit.md", "--format", "json")
    (one,) = documents(done)
    assert rules_of(one) == ["AUD740"]
    assert one["moment"] == "itself alone, without a repository"


def test_a_folder_without_git_is_looked_into(auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "plain/app").mkdir(parents=True)
    (tmp_path / "plain/app/store.py").write_text(STORE, encoding="utf-8")
    (tmp_path / "audit.md").write_text(BAD, encoding="utf-8")
    done = auditor("check", tmp_path / "audit.md", "--repo", tmp_path / "plain", "--format", "json")
    assert rules_of(documents(done)[0]) == ["AUD744", "AUD740"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "it is empty"), (b"\x89PNG\0\0", "it is binary"), (b"a line\n" * 7_500_000, "it is larger than 2 MB")],
    ids=["empty", "binary", "50 MB"],
)
def test_what_is_no_document_is_named_and_ends_nothing(
    auditor: Command, tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "odd.md").write_bytes(content)
    (tmp_path / "audit.md").write_text(BAD, encoding="utf-8")
    done = auditor("check", tmp_path / "odd.md", tmp_path / "audit.md", "--format", "json")
    odd, audit = documents(done)
    assert (odd["decision"], rules_of(odd)) == ("unknown", ["AUD772"])
    assert reason in json.dumps(odd)
    assert rules_of(audit) == ["AUD740"]


def test_line_ends_of_windows_and_ragged_tables(auditor: Command, tmp_path: Path) -> None:
    text = "# Audit\n\n| Component | Score |\n|---|---|\n| A | 75/100 | x | y |\n| B |\n| C | 85/100 |\n| **Overall** | 90/100 |\n\n**Decision**: NO-GO\n"
    (tmp_path / "audit.md").write_bytes(text.replace("\n", "\r\n").encode())
    (one,) = documents(auditor("check", tmp_path / "audit.md", "--format", "json"))
    assert (one["decision"], rules_of(one)) == ("NO-GO", ["AUD730"])


def test_text_that_is_no_markdown_is_read_as_text(auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "notes.rst").write_text("Notes\n=====\n\n.. note:: nothing\n", encoding="utf-8")
    done = auditor("check", tmp_path / "notes.rst", "--format", "json")
    assert done.returncode == 0
    assert documents(done)[0]["decision"] == "unknown"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("absent.md",), "cannot be read: no such file"), ((".",), "cannot be read"), ((), "Missing argument")],
)
def test_bad_usage(auditor: Command, arguments: tuple[str, ...], message: str) -> None:
    done = auditor("check", *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_repository_that_is_not_there(auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "audit.md").write_text(GOOD, encoding="utf-8")
    done = auditor("check", tmp_path / "audit.md", "--repo", tmp_path / "absent")
    assert done.returncode == 2
    assert "absent: no such folder" in done.stderr


def test_an_unknown_format(auditor: Command, tmp_path: Path) -> None:
    assert "unknown format 'xml'" in auditor("check", tmp_path, "--format", "xml").stderr


def test_a_hostile_document_cannot_forge_the_output(auditor: Command, tmp_path: Path) -> None:
    hash_line = "Certificate Hash: \x1b[2J<script>alert(1)</script>`|\u202e[x](http://evil)\n"
    (tmp_path / "audit.md").write_text(f"# Audit\n\n{hash_line}", encoding="utf-8")
    for name in ("text", "md"):
        shown = auditor("check", tmp_path / "audit.md", "--format", name, "--fail-on", "never").stdout
        assert "AUD740" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert "<script>" not in shown.replace("`<script>", "").replace("<script>alert(1)</script>``", "")
    json.loads(auditor("check", tmp_path / "audit.md", "--format", "json").stdout)


def test_credentials_are_found_and_not_shown(auditor: Command, tmp_path: Path) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    (tmp_path / "audit.md").write_text(f"# Audit\n\nToken: {token}\n", encoding="utf-8")
    for name in ("text", "json", "md", "sarif"):
        shown = auditor("check", tmp_path / "audit.md", "--format", name).stdout
        assert "AUD771" in shown
        assert token not in shown


def test_sarif_has_what_code_scanning_asks_for(auditor: Command, committed: Repository, tmp_path: Path) -> None:
    folder = committed(("2026-09-21", {"app/store.py": STORE, "docs/AUDIT.md": BAD}))
    target = tmp_path / "out.sarif"
    done = auditor("check", folder / "docs/AUDIT.md", "--format", f"sarif:{target}", "--format", "text")
    assert done.returncode == 1
    log = json.loads(target.read_text(encoding="utf-8"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    described = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert described[result["ruleIndex"]] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "docs/AUDIT.md"
        region = place["region"]
        assert set(region) == {"startLine", "startColumn", "endLine", "endColumn"}
        assert region["endLine"] >= region["startLine"] >= 1
        assert result["partialFingerprints"]["auditorFinding/v1"]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert "security-severity" not in rule["properties"]


def test_sarif_follows_the_published_schema(auditor: Command, committed: Repository, tmp_path: Path) -> None:
    texts = {"docs/AUDIT.md": BAD, "docs/B_AUDIT.md": GOOD, "docs/C_AUDIT.md": "\0"}
    folder = committed(("2026-09-21", {"app/store.py": STORE, **texts}))
    target = tmp_path / "out.sarif"
    auditor("check", *(folder / path for path in texts), "--format", f"sarif:{target}")
    schema = jsonschema_rs.validator_for(json.loads(SARIF_SCHEMA.read_bytes()))
    log = json.loads(target.read_text(encoding="utf-8"))
    assert len(log["runs"][0]["results"]) >= 3
    assert [str(error) for error in schema.iter_errors(log)] == []
    assert not schema.is_valid({**log, "version": "2"})


def test_the_same_document_gives_the_same_bytes(auditor: Command, committed: Repository) -> None:
    folder = committed(("2026-09-21", {"app/store.py": STORE, "docs/AUDIT.md": BAD, "docs/B_AUDIT.md": GOOD}))
    for name in ("text", "json", "sarif", "md"):
        runs = {
            auditor("check", folder / "docs/AUDIT.md", folder / "docs/B_AUDIT.md", "--format", name).stdout
            for _ in range(2)
        }
        assert len(runs) == 1


def test_what_the_author_would_have_to_add(auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "audit.md").write_text("# Audit\n\n## Signature\n\nCertificate Hash: pending\n", encoding="utf-8")
    assert (
        "to add evidence for: `Certificate Hash` is left open"
        in auditor("check", tmp_path / "audit.md", "--draft-evidence").stdout
    )
    assert (
        "What the author would have to add"
        in auditor("check", tmp_path / "audit.md", "--draft-evidence", "--format", "md").stdout
    )


RUBRIC = """\
extends: library
id: honest
version: 1.0.0
criteria:
  - id: DOC-1
    question: Do the repository's own certificates survive the check?
    components: [documentation, application, delivery]
    severity: high
    effort: 1h
    section: documentation
    risk: A certificate that is not true.
    mitigation: Correct it.
    condition: Correct the certificates
    forbid:
      rules: [hash-of-nothing, line-count-off]
"""


def test_a_rubric_can_demand_that_certificates_survive(auditor: Command, committed: Repository, tmp_path: Path) -> None:
    folder = committed(("2026-09-21", {"app/store.py": STORE, "docs/AUDIT.md": BAD}))
    (tmp_path / "honest.yaml").write_text(RUBRIC, encoding="utf-8")
    asked = json.loads(auditor("scan", folder, "--rubric", tmp_path / "honest.yaml", "--format", "json").stdout)
    found = {
        (one["rule"], one["path"], one["start_line"])
        for one in asked["findings"]
        if one["rule"] in ("AUD740", "AUD744")
    }
    assert found == {("AUD740", "docs/AUDIT.md", 9), ("AUD744", "docs/AUDIT.md", 5)}
    plain = json.loads(auditor("scan", folder, "--rubric", "library", "--format", "json").stdout)
    assert not [one for one in plain["findings"] if one["rule"].startswith("AUD74")]
    outcomes = [one["outcome"] for part in asked["components"] for one in part["criteria"] if one["id"] == "DOC-1"]
    assert "not-met" in outcomes
