"""The HTML report of a whole scan."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Command


def test_a_scan_writes_it_with_links_to_the_remote(
    auditor: Command, repository: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = repository("hollow")
    remote = "https://someone:secret@github.com/shop/hollow.git"
    subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", remote], check=True)
    done = auditor("scan", folder, "--format", "html:out.html", "--format", "json:out.json", "--quiet", "--at", "HEAD")
    assert (done.returncode, done.stderr) == (1, "")
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "https://github.com/shop/hollow/blob/" in text
    assert "secret@" not in text
    again = auditor("report", "out.json", "--format", "html", "--source", "https://github.com/shop/hollow")
    assert (again.returncode, again.stdout) == (0, text)
