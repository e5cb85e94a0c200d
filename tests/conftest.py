"""A real browser: the Chromium of the system, one for each process that runs tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "AUDITOR_TEST_BROWSER"


def browser_program() -> str:
    """The program of a Chromium; without one these tests fail, and say what to do."""
    for name in (os.environ.get(VARIABLE), *NAMES):
        program = shutil.which(name) if name else None
        if program:
            return program
    pytest.fail(f"there is no Chromium: apt-get install chromium, or name the program of one in {VARIABLE}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - most tests need no browser

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_program())
        yield started
        started.close()
