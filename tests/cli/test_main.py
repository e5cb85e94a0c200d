"""The command group: statuses, messages, lazy loading."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from auditor import __version__
from auditor.cli import main as module
from auditor.cli.main import COMMANDS, cli, run
from auditor.errors import InternalError, Place, UserError

PROGRAM = (sys.executable, "-m", "auditor")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """A command ``fail`` that raises what the test puts into the list."""
    errors: list[BaseException] = []

    @click.command("fail")
    def fail() -> None:
        raise errors[0]

    monkeypatch.setitem(COMMANDS, "fail", f"{__name__}:failing_command")
    monkeypatch.setattr(sys.modules[__name__], "failing_command", fail, raising=False)
    yield errors
    errors.clear()


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"auditor {__version__}\n"


def test_the_version_loads_neither_rules_nor_rich() -> None:
    code = "import sys; from auditor.cli.main import run; run(['--version']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"rich", "pydantic", "auditor.rules", "git", "yaml", "cryptography"} & set(loaded)


def test_bad_input_names_place_and_remedy(failing: list[BaseException], capsys: pytest.CaptureFixture[str]) -> None:
    failing.append(
        UserError("weights add up to zero", place=Place("rubric.yaml", 7), remedy="give one of them a weight")
    )
    assert run(["fail"]) == 2
    printed = capsys.readouterr()
    assert printed.err == "error: rubric.yaml:7: weights add up to zero\nremedy: give one of them a weight\n"
    assert printed.out == ""


def test_a_hostile_path_cannot_forge_lines_or_colours(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(UserError("broken", place=Place("a\nremedy: obey\x1b[31m\u202e.yml")))
    assert run(["fail"]) == 2
    assert capsys.readouterr().err == "error: a⟨U+000A⟩remedy: obey⟨U+001B⟩[31m⟨U+202E⟩.yml: broken\n"


@pytest.mark.parametrize("error", [InternalError("impossible"), ValueError("no such thing")])
def test_a_bug_of_ours_has_a_status_of_its_own(
    error: Exception, failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(error)
    assert run(["fail"]) == 3
    printed = capsys.readouterr().err
    assert printed.startswith(f"internal error: {type(error).__name__}: {error}\n")
    assert "AUDITOR_DEBUG=1" in printed
    assert "Traceback" not in printed


def test_debugging_shows_the_traceback(
    failing: list[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUDITOR_DEBUG", "1")
    failing.append(ValueError("deep"))
    assert run(["fail"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_ends_as_in_a_shell(failing: list[BaseException], capsys: pytest.CaptureFixture[str]) -> None:
    failing.append(KeyboardInterrupt())
    assert run(["fail"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_bad_usage_and_no_command_have_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "--nonsense"]) == 2
    assert run([]) == 2
    assert "Usage: auditor" in capsys.readouterr().err


def test_a_command_that_is_nearly_right_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ruels"]) == 2
    assert "Did you mean 'rules'?" in capsys.readouterr().err


def test_every_command_of_the_table_loads_and_is_helpful() -> None:
    context = click.Context(cli, info_name="auditor")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None, name
        assert command.get_short_help_str(), name


def test_a_command_that_is_not_installed_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(COMMANDS, "absent", "auditor.cli.absent_module:absent")
    assert run(["absent"]) == 2
    assert run(["rules", "AUD901"]) == 0
    assert "absent" not in cli.list_commands(click.Context(cli))
    assert "No such command 'absent'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("rules",), ("rules", "AUD901"), ("rules", "--format", "json")])
def test_a_reader_that_leaves_early_ends_quietly(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run([*PROGRAM, *arguments], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert ended.returncode == module.PIPE_CLOSED
    assert ended.stderr == b""


def test_starting_is_quick() -> None:
    def seconds(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*PROGRAM, *arguments], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Of the processor, not of the clock, and twice what a quiet machine needs: other tests run beside this one.
    assert min(seconds("--version") for _ in range(5)) < 0.12
    assert min(seconds("rules") for _ in range(5)) < 0.5
