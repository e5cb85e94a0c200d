"""The folders in which the commands of documents run, by the name that a page's first mark gives. Each is made anew."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.certificate.keys import openssh_text
from auditor.cli.keys import public_key
from tests.e2e.conftest import REPOSITORIES, run_auditor

__all__ = ["FIXTURES"]

EVIDENCE = REPOSITORIES.parent / "evidence"
REAL_TIME = {"SOURCE_DATE_EPOCH": ""}


def git(folder: Path, *arguments: str) -> None:
    """Unlike that of the other tests, with the time of the clock: certificates are verified on today's day."""
    person = {f"GIT_{who}_{what}": "t@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **person}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={message}")


def auditor(home: Path, *arguments: object) -> None:
    done = run_auditor(home, *arguments, **REAL_TIME)
    assert done.returncode == 0, done.stdout + done.stderr


def checkout(work: Path) -> Path:
    """Nothing: the page begins with what the reader has, a checkout of auditor."""
    return work


def hollow(work: Path) -> Path:
    """A repository with old findings."""
    return _repository(work / "shop", "hollow")


def shop(work: Path) -> Path:
    """A repository that is ready, and beside it a ``run`` that stands for the script of a checkout."""
    folder = _repository(work / "shop", "ready")
    _keep_out(folder, "run")
    script = folder / "run"
    script.write_text('#!/bin/sh\nexec auditor "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def keys(work: Path) -> Path:
    """The same with two keys, and a trust file that asks for both."""
    folder = shop(work)
    _keep_out(
        folder,
        "*.key",
        "*.pub",
        "*.yaml",
        "*.html",
        "*.svg",
        "/certificates/",
        "/public/",
        "/CERT.*",
        "/ID.*",
        "/PATH/",
    )
    entries = ""
    for name in ("ci", "release"):
        auditor(folder, "keys", "generate", f"{name}.key")
        public = openssh_text(public_key(str(folder / f"{name}.key.pub")))
        entries += f'  - {{name: "{name}", role: {name}, key: "{public}"}}\n'
    required = "".join(f"  - {{role: {name}, count: 1}}\n" for name in ("ci", "release"))
    (folder / "trust.yaml").write_text(f"version: 1\nkeys:\n{entries}require:\n{required}")
    return folder


def named(work: Path) -> Path:
    """The same with a fault that a certificate names as C1 and that is mended since, under the names that pages use."""
    folder = keys(work)
    _spoil(folder)
    commit(folder, "Spoil")
    git(folder, "tag", "REV")
    auditor(folder, "scan", ".", "--out", "certificates", "--sign", "ci.key", "--quiet")
    (text,) = (folder / "certificates").glob("*.md")
    for name in ("CERT", "ID"):
        for suffix in (".md", ".json"):
            shutil.copy(text.with_suffix(suffix), folder / f"{name}{suffix}")
            shutil.copy(text.with_suffix(suffix), folder)
    auditor(folder, "report", f"{text.stem}.json", "--format", "letter:LETTER")
    git(folder, "clone", "--quiet", "--branch=main", ".", "../remote/shop")
    git(folder, "remote", "add", "origin", "../remote/shop")
    git(folder, "fetch", "--quiet", "origin")
    git(folder, "checkout", "--quiet", "-b", "change")
    _mend(folder)
    commit(folder, "Mend")
    git(folder, "clone", "--quiet", ".", "PATH")
    shutil.copy(folder / "ci.key.pub", folder / "CI.pub")
    shutil.copy(folder / "release.key.pub", folder / "release.pub")
    time.sleep(max(0, 1 - time.time() % 1))  # an answer comes after what it answers, and times are whole seconds
    return folder


def evidence(work: Path) -> Path:
    """A repository with a report of every kind beside it, an attestation and who signed it."""
    folder = _repository(work / "shop", "ready")
    _keep_out(folder, "*.xml", "*.json", "*.sarif", "drill.yaml*", "restore.yaml*", "ada*", "/certificates/")
    now = datetime.now(UTC)
    when = f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    suite = f'<testsuite name="s" tests="1" timestamp="{when}"><testcase name="t"/></testsuite>'
    (folder / "junit.xml").write_text(suite)
    for name in ("coverage.xml", "zizmor.sarif"):
        shutil.copy(EVIDENCE / name, folder / name)
    run = {
        "databaseId": 1, "workflowName": "CI", "headSha": "0" * 40, "status": "completed", "conclusion": "success",
        "createdAt": when, "event": "push", "headBranch": "main",
    }  # fmt: skip
    (folder / "runs.json").write_text(json.dumps([run]))
    for statement, name in (("rollback-drill", "drill"), ("restore-test", "restore")):
        (folder / f"{name}.yaml").write_text(
            f"statement: {statement}\nby: Ada Example\ndate: {now:%Y-%m-%d}\nexpires: {now + timedelta(days=30):%Y-%m-%d}\n"
            "link: https://wiki.example.org/drill\n"
        )
    home = work.parent / "home" / ".ssh"
    home.mkdir(mode=0o700)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", home / "id_ed25519"], check=True)
    shutil.copy(home / "id_ed25519.pub", folder / "ada.pub")
    return folder


def documents(work: Path) -> Path:
    """A repository with documents about itself, and beside it the one that others are about."""
    _repository(work / "shop", "ready")
    git(work / "shop", "tag", "v1.4.0")
    folder = _repository(work / "desk", "ready")
    for path in ("docs/READINESS.md", "docs/AUDIT.md", "reports/first.md"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(
            "# Readiness\n\n**Decision: GO**\n\n`deploy/rollback.sh` puts the old version back.\n"
        )
    commit(folder, "Write reports")
    return folder


FIXTURES: Mapping[str, Callable[[Path], Path]] = {
    made.__name__: made for made in (checkout, hollow, shop, keys, named, evidence, documents)
}
"""Each gets the folder of the run and gives the one in which the page's commands start."""


def _repository(folder: Path, name: str) -> Path:
    shutil.copytree(REPOSITORIES / name, folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "Import")
    return folder


def _keep_out(folder: Path, *patterns: str) -> None:
    """What lies in the work tree and is none of the repository's: git does not see it."""
    with (folder / ".git" / "info" / "exclude").open("a") as file:
        file.writelines(f"{pattern}\n" for pattern in patterns)


def _spoil(folder: Path) -> None:
    for path, old, new in _FAULTS:
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new))


def _mend(folder: Path) -> None:
    for path, old, new in _FAULTS[-1:]:
        text = (folder / path).read_text()
        (folder / path).write_text(text.replace(new, old))


_FAULTS = (
    (".github/workflows/ci.yml", "python -m pytest tests\n", "python -m pytest tests || true\n"),
    ("monitoring/alerts.yml", "ledger_request_errors_total{", "ledger_failures_total{"),
    ("service/server.py", "one row.", "one row.  \n\n    TODO: ask the replica, too."),
)
