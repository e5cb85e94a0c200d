"""``auditor completion``."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from auditor.cli.main import run


@pytest.mark.parametrize(
    ("shell", "mark"), [("bash", "complete -o"), ("zsh", "#compdef auditor"), ("fish", "complete --no-files")]
)
def test_the_script_of_each_shell_is_printed(shell: str, mark: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert mark in capsys.readouterr().out


def test_the_protocol_behind_it_completes_a_command() -> None:
    settings = {"_AUDITOR_COMPLETE": "bash_complete", "COMP_WORDS": "auditor rul", "COMP_CWORD": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "auditor"], env=os.environ | settings, capture_output=True, text=True, check=False
    )
    assert "plain,rules" in ended.stdout
