"""What documents say about commands, files and versions is so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from auditor import __version__
from auditor.cli.main import COMMANDS, cli
from auditor.cli.output import FORMATS
from auditor.rules import registry
from tests.meta.checkout import ROOT, tracked

DOCUMENTS = [
    path
    for path in tracked()
    if path in {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} or path.startswith("docs/adr/")
]
JOBS = {"test", "lint"}
SHIPPED_DATA = ("rubrics/", "templates/", "vocabulary/", "bench/precision.json", "rules.json")
COMMAND_LINE = re.compile(r"(?:\./run|\bauditor) ([a-z]+)((?: +[^\s#`|]+)*)")


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def unknown_in(command_line: re.Match[str]) -> list[str]:
    """The command, and those of its options, that the command line does not have."""
    name, rest = command_line.groups()
    if name in JOBS:
        return []
    if name not in COMMANDS:
        return [name]
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None, f"{name} is documented and not there"
    for word in rest.split():
        if isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
    known = {option for parameter in command.params for option in parameter.opts}
    return [word for word in rest.split() if word.startswith("--") and word.partition("=")[0] not in known]


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md"])
def test_commands_and_options_that_are_shown_exist(path: str) -> None:
    shown = [*re.findall(r"```sh\n(.*?)```", _text(path), re.DOTALL), *re.findall(r"`([^`\n]+)`", _text(path))]
    assert shown
    lines = [match for text in shown for match in COMMAND_LINE.finditer(text)]
    assert [unknown for line in lines for unknown in unknown_in(line)] == []


def test_an_unknown_command_or_option_would_be_seen() -> None:
    commands = ["./run scna PATH", "./run rules --colour AUD101", "./run rules AUD101"]
    found = [unknown_in(match) for match in map(COMMAND_LINE.search, commands) if match]
    assert found == [["scna"], ["--colour"], []]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_links_lead_to_files(path: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", _text(path))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (ROOT / path).parent.joinpath(target).exists()] == []


def test_the_two_commands_of_the_readme_can_be_run() -> None:
    readme = _text("README.md")
    assert "./run scan PATH" in readme
    assert "./run test" in readme
    for script in ("run", ".ci/run"):
        assert (ROOT / script).stat().st_mode & 0o111
        subprocess.run(["sh" if script == "run" else "bash", "-n", ROOT / script], check=True)


def test_every_version_says_what_moves_scores() -> None:
    sections = re.split(r"\n## ", _text("CHANGELOG.md"))[1:]
    assert sections
    assert all("### Scores change\n\n- " in section for section in sections)
    assert registry.RULE_PACK_VERSION in _text("CHANGELOG.md")


def test_the_changelog_leads_to_this_version() -> None:
    headings = re.findall(r"^## \[([^\]]+)\]", _text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased" or headings[0] == __version__


def test_decision_records_are_numbered_and_have_their_parts() -> None:
    records = [path for path in DOCUMENTS if path.startswith("docs/adr/")]
    assert [Path(path).name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    for path in records:
        assert all(f"\n## {part}\n" in _text(path) for part in ("Context and problem", "Decision", "Consequences"))


def test_the_wheel_holds_rubrics_templates_vocabulary_and_the_measurement(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for path in tracked():
        if path.startswith(("auditor/", *SHIPPED_DATA)) or path in {
            "pyproject.toml",
            "README.md",
            "LICENSE",
        }:
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, source / path)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=source,
        check=True,
        capture_output=True,
    )
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    shipped = {f"auditor/data/{path}" for path in tracked() if path.startswith(SHIPPED_DATA)}
    assert shipped
    assert shipped | {path for path in tracked() if path.startswith("auditor/")} <= names
    assert not any(name.startswith("tests/") for name in names)


def named_tests() -> Iterator[tuple[str, str]]:
    """The file and the test that every line of the threat model names; an empty test where it names a file alone."""
    file = ""
    for token in re.findall(
        r"`((?:tests/[\w/.]+)?(?:::\w+)?)`", (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
    ):
        path, _, test = token.partition("::")
        file = path or file
        if token:
            yield file, test


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = list(named_tests())
    assert named
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).is_file() or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert missing == []


def test_no_job_of_the_run_script_hides_a_command() -> None:
    jobs = re.findall(r"^    (\w+)\) shift;", (ROOT / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert jobs
    assert not set(jobs) & set(COMMANDS)


def test_every_format_is_described() -> None:
    page = _text("docs/formats.md")
    assert [name for name in FORMATS if f"\n| `{name}` |" not in page] == []
