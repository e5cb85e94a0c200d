"""A certificate that the command itself issued, in several keys' hands."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from securesystemslib.dsse import Envelope

from auditor.certificate.envelope import envelope_json, section, split
from auditor.certificate.keys import openssh_text
from auditor.cli.keys import public_key
from auditor.cli.main import run
from tests.e2e.conftest import REPOSITORIES, git

EPOCH = str(int(time.time()))
"""One time for all certificates of a run, not long ago: verification asks the real clock."""


@dataclass(frozen=True)
class Issued:
    """A folder with keys ``ci`` and ``rm`` and a certificate that the first of them signed."""

    folder: Path

    @property
    def certificate(self) -> Path:
        (found,) = (self.folder / "out").glob("*.md")
        return found

    @property
    def line(self) -> Path:
        return self.certificate.with_suffix(".intoto.jsonl")

    def key(self, name: str) -> str:
        return str(self.folder / name)

    def keyid(self, name: str) -> str:
        return public_key(self.key(name)).keyid

    def openssh(self, name: str) -> str:
        return openssh_text(public_key(self.key(name)))

    def envelope(self) -> Envelope:
        found = split(self.certificate.read_bytes()).envelope
        assert found is not None
        return found

    def put(self, envelope: Envelope) -> None:
        """Write the certificate with another envelope, in the form that auditor would give it."""
        body = split(self.certificate.read_bytes()).body
        self.certificate.write_bytes(body + section(envelope).encode())
        self.line.write_bytes(envelope_json(envelope))

    def trust(self, text: str) -> str:
        """Write a trust file; ``{ci}`` and ``{rm}`` stand for public keys, ``{ci_id}`` for an id."""
        filled = text
        for name in ("ci", "rm"):
            filled = filled.replace(f"{{{name}}}", self.openssh(name)).replace(f"{{{name}_id}}", self.keyid(name))
        path = self.folder / "trust.yaml"
        path.write_text(filled, encoding="utf-8")
        return str(path)

    def copy(self, folder: Path) -> Issued:
        shutil.copytree(self.folder, folder)
        return Issued(folder)


BOTH = """version: 1
keys:
  - {name: CI, role: ci, key: "{ci}"}
  - {name: Release, role: release-manager, key: "{rm}"}
require:
  - {role: ci, count: 1}
  - {role: release-manager, count: 1}
"""


def issue(folder: Path, *options: str, name: str = "ready", epoch: str = EPOCH) -> Issued:
    """Scan a small repository; without further options, `ci` signs."""
    repository = folder / "repository"
    shutil.copytree(REPOSITORIES / name, repository)
    git(repository, "init", "--quiet", "--initial-branch=main")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=Import")
    for key in ("ci", "rm"):
        assert run(["keys", "generate", str(folder / key)]) == 0
    chosen = options or ("--sign", str(folder / "ci"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", epoch)
        done = run(["scan", str(repository), "--no-cache", "--quiet", "--jobs=1", "--fail-on=never", "--out", str(folder / "out"), *chosen])  # fmt: skip
    assert done == 0
    return Issued(folder)
