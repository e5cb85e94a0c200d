"""Real repositories for the command: committed with fixed dates, so that their commits have fixed ids."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORIES = Path(__file__).parent / "repositories"
EPOCH = "1790000000"

Completed = subprocess.CompletedProcess[str]
Command = Callable[..., Completed]


def git(folder: Path, *arguments: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _PERSON.items()},
    }
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment, capture_output=True)


_PERSON = {"NAME": "Test", "EMAIL": "test@localhost", "DATE": f"{EPOCH} +0000"}


def make_repository(parent: Path, name: str, called: str = "") -> Path:
    """A git repository of one of the trees beside this file, in a folder of its name or `called` otherwise."""
    folder = parent / (called or name)
    shutil.copytree(REPOSITORIES / name, folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Import")
    return folder


def run_auditor(home: Path, *arguments: object, **variables: str) -> Completed:
    """Runs the command through its real entry point, in an environment of its own, in the folder `home`."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SOURCE_DATE_EPOCH": EPOCH,
        "PYTHONWARNINGS": "error",
        **variables,
    }
    command = [sys.executable, "-m", "auditor", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=home, timeout=120)


@pytest.fixture
def repository(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a git repository of one of the trees beside this file."""
    return lambda name: make_repository(tmp_path, name)


@pytest.fixture
def auditor(tmp_path: Path) -> Command:
    """Runs the command through its real entry point, in an environment of its own."""
    return lambda *arguments, **variables: run_auditor(tmp_path, *arguments, **variables)
