"""Consoles: what reaches a terminal."""

from __future__ import annotations

import pytest

from auditor.cli.console import PLAIN_WIDTH, diagnostics_console, report_console


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
