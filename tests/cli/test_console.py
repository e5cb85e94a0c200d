"""Consoles: what reaches a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.cli.console import PLAIN_WIDTH, diagnostics_console, printable, report_console


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_control_character_survives(text: str) -> None:
    shown = printable(text)
    assert all(one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cf", "Cs"} for one in shown)
    shown.encode("utf-8")


def test_plain_text_is_untouched() -> None:
    assert printable("größe 42 [bold] \\n\n\t日本") == "größe 42 [bold] \\n\n\t日本"


def test_reports_and_diagnostics_go_apart(capsys: pytest.CaptureFixture[str]) -> None:
    report_console().print("[red]report[/red] :smile:")
    diagnostics_console().print("progress")
    printed = capsys.readouterr()
    assert printed.out == "[red]report[/red] :smile:\n"
    assert printed.err == "progress\n"


def test_without_a_terminal_the_width_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert report_console().width == PLAIN_WIDTH
    monkeypatch.setenv("COLUMNS", "77")
    assert report_console().width == 77
