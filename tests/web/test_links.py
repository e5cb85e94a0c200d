"""Addresses of lines: which remotes become links, and which never."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.repo.remote import remote_address
from auditor.web.links import source_links
from tests.certificate.conftest import COMMIT, build

HOSTS = {"github.com", "gitlab.com", "codeberg.org", "bitbucket.org"}


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/o/r.git", f"https://github.com/o/r/blob/{COMMIT}/a%20b/c.py#L3-L5"),
        ("https://user:token@github.com/o/r", f"https://github.com/o/r/blob/{COMMIT}/a%20b/c.py#L3-L5"),
        ("git@github.com:o/r.git", f"https://github.com/o/r/blob/{COMMIT}/a%20b/c.py#L3-L5"),
        ("ssh://git@gitlab.com/g/s/r.git", f"https://gitlab.com/g/s/r/-/blob/{COMMIT}/a%20b/c.py#L3-5"),
        ("https://codeberg.org/o/r/", f"https://codeberg.org/o/r/src/commit/{COMMIT}/a%20b/c.py#L3-L5"),
        ("https://bitbucket.org/o/r", f"https://bitbucket.org/o/r/src/{COMMIT}/a%20b/c.py#lines-3:5"),
        ("https://git.example.org/r?h={commit}&p={path}#n{line}", f"https://git.example.org/r?h={COMMIT}&p=a%20b/c.py#n3"),
    ],
)  # fmt: skip
def test_a_known_host_leads_to_the_lines_at_the_commit(remote: str, address: str) -> None:
    links = source_links(remote)
    assert links is not None
    assert links.line(build(), "a b/c.py", 3, 5) == address


@pytest.mark.parametrize(
    "remote",
    [
        "http://github.com/o/r", "https://evil.example/o/r", "https://github.com.evil.example/o/r", "javascript:alert(1)",
        "https://github.com/../../o", "https://github.com/o/r\n", "https://github.com/o/r?x", "/srv/git/r", "file:///r",
        "https://evil.example/@github.com/o/r", "javascript:{commit}{path}", "http://example.org/{commit}/{path}",
        "https://ex ample.org/{commit}/{path}", "https://github.com/o", "git@github.com",
    ],
)  # fmt: skip
def test_anything_else_becomes_no_link(remote: str) -> None:
    assert source_links(remote) is None


@given(st.text(max_size=40) | st.from_regex(r"(https|ssh)://[a-z@:.]{1,20}/[a-z./@]{1,20}"), st.text(max_size=30))
@settings(deadline=None)
def test_whatever_the_remote_and_the_path_a_link_leads_to_a_known_host(remote: str, path: str) -> None:
    links = source_links(remote)
    if links is not None and "{commit}" not in remote:
        address = links.line(build(), path, 1, 2)
        assert address is not None
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc in HOSTS, parts.username) == ("https", True, None)
        assert address.isascii()
        assert address.isprintable()


def test_files_that_no_commit_has_get_no_link() -> None:
    links = source_links("https://github.com/o/r")
    assert links is not None
    audit = build()
    assert links.line(replace(audit, repository=replace(audit.repository, dirty=True)), "a", 1, 1) is None
    assert links.line(build(commit=None), "a", 1, 1) is None


def test_the_remote_is_read_from_the_clone_alone(tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path)]
    assert remote_address(tmp_path / "nowhere") is None
    assert remote_address(tmp_path) is None
    subprocess.run([*git, "init", "-q"], check=True)
    assert remote_address(tmp_path) is None
    (tmp_path / "planted").write_text('[remote "origin"]\n\turl = https://github.com/planted/r\n', encoding="utf-8")
    subprocess.run([*git, "config", "include.path", str(tmp_path / "planted")], check=True)
    assert remote_address(tmp_path) is None
    subprocess.run([*git, "config", "remote.origin.url", "https://github.com/o/r"], check=True)
    assert remote_address(tmp_path) == "https://github.com/o/r"
