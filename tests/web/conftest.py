"""Pages in a real browser. Every page that a test opens is watched. At the end nothing may have been written to the console, refused
by the policy of the page, asked of a network, or shown as a dialog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


@dataclass
class Watched:
    """A page, and everything that it did beside showing itself."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", self._spoken)
        self.page.on("request", lambda request: self._requested(request.url))

    def _spoken(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, address: str) -> None:
        if not address.startswith(("file:", "data:")):
            self.complaints.append(f"request: {address}")

    def all(self) -> list[str]:
        return [*self.complaints, *(f"refused: {one}" for one in self.page.evaluate("window.refused"))]


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a file of ours; at the end of the test nobody may have complained."""
    watched: list[Watched] = []

    def load(path: Path, *, width: int = 1280, scheme: Any = "light") -> Page:  # noqa: ANN401 - a literal of the driver
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        one = Watched(context.new_page())
        watched.append(one)
        one.page.goto(path.as_uri())
        return one.page

    yield load
    complaints = [text for one in watched for text in one.all()]
    for one in watched:
        one.page.context.close()
    assert complaints == []


def accessibility(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical: the rule, and the first element."""
    session = page.context.new_cdp_session(page)  # not bound by the policy of the page, as a script in it would be
    session.send("Runtime.evaluate", {"expression": AXE})
    asked = {"expression": "axe.run().then((result) => result.violations)", "awaitPromise": True, "returnByValue": True}
    violations = session.send("Runtime.evaluate", asked)["result"]["value"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in violations
        if one["impact"] in {"serious", "critical"}
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
