"""The documentation as a site: every link leads somewhere, every page can be reached, nothing is loaded from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser

from tests.meta.checkout import ROOT, tracked

LOADED = re.compile(
    r"<(?:script|img|iframe|source|embed|object)\b[^>]*?\b(?:src|data)=\"?(?:https?:)?//", re.IGNORECASE
)
STYLED = re.compile(
    r"<link\b[^>]*rel=\"?(?:stylesheet|preconnect|preload|icon)[^>]*href=\"?(?:https?:)?//|url\([\"']?(?:https?:)?//",
    re.IGNORECASE,
)


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=120)


def sources(folder: Path) -> Path:
    """A copy of the documentation: the build leaves nothing in this checkout."""
    for path in tracked():
        if path == "mkdocs.yml" or path.startswith("docs/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = sources(tmp_path_factory.mktemp("documentation"))
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.mark.parametrize(
    ("link", "told"),
    [("no-such-page.md", "page does not exist"), ("trust.md#no-such-heading", "anchor does not exist")],
)
def test_a_link_that_leads_nowhere_fails_the_build(link: str, told: str, tmp_path: Path) -> None:
    folder = sources(tmp_path)
    page = folder / "docs" / "waivers.md"
    page.write_text(page.read_text(encoding="utf-8") + f"\n[nowhere]({link})\n", encoding="utf-8")
    done = build(folder)
    assert done.returncode != 0
    assert told in done.stdout + done.stderr


def in_navigation(entries: object) -> Iterator[str]:
    if isinstance(entries, str):
        yield entries
    elif isinstance(entries, list):
        for one in entries:
            yield from in_navigation(one)
    elif isinstance(entries, dict):
        yield from in_navigation(list(entries.values()))


def test_every_page_is_in_the_navigation_once() -> None:
    named = list(in_navigation(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    pages = [path.removeprefix("docs/") for path in tracked() if path.startswith("docs/") and path.endswith(".md")]
    assert sorted(named) == sorted(page for page in pages if not page.startswith("rules/AUD"))


def test_no_page_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 100
    foreign = [
        page.name for page in pages if LOADED.search(text := page.read_text(encoding="utf-8")) or STYLED.search(text)
    ]
    assert foreign == []
    styles = [one.name for one in site.rglob("*.css") if STYLED.search(one.read_text(encoding="utf-8"))]
    assert styles == []


def test_a_browser_asks_nobody_else(site: Path, browser: Browser) -> None:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}/"
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index.html", "life.html", "rubrics.html", "rules/index.html"):
        page.goto(home + name, wait_until="networkidle")
    page.close()
    server.shutdown()
    server.server_close()
    assert len(asked) > 4
    assert [one for one in asked if not one.startswith((home, "data:", "blob:"))] == []
