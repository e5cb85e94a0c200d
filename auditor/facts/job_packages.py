"""Which Python packages a job installs before it goes on, as far as its own words tell."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.package_names import PackageNames, normal_package
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import Command, all_commands

__all__ = ["packages_installed"]

_OTHER_WAYS = frozenset({
    "uv", "uvx", "poetry", "pdm", "hatch", "tox", "nox", "pipenv", "conda", "mamba", "micromamba", "make", "just", "task", "invoke", "rye",
    "pixi", "docker", "docker-compose", "podman", "bash", "sh", "source", ".", "apt-get", "apt", "pipx", "earthly", "bazel", "nix",
})  # fmt: skip
"""Commands that may install packages which are not written here."""
_ACTIVATED = pattern(r"^[^/$~][^$~]*/(?:bin|Scripts)/activate$")
"""The script of an environment that the job itself made, which brings nothing but what is installed there."""
_NAME = pattern(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?(?:[=<>!~ ;].*)?$")
_VALUED = frozenset({"-i", "-f", "-c", "--constraint", "--target", "--prefix", "--timeout"})
_SOURCES = ("-url", "-links")
"""How the long options end that say where packages come from; a value follows them, too."""
_MOST_DEEP = 8


def packages_installed(job: Job, facts: RepositoryFacts) -> frozenset[str] | None:
    """The normalised names that ``pip install`` gets in this job; None where more may be installed than is written."""
    if job.container or not job.hosted:
        return None
    found: set[str] = set()
    for step in job.steps:
        if step.action.startswith("./"):
            return None
        for command in all_commands(step.program.body if step.program else ()):
            if _may_bring_more(command):
                return None
            names = _installed(command, facts)
            if names is None:
                return None
            found |= names
    return frozenset(found) if found else None


def _may_bring_more(command: Command) -> bool:
    """Whether a command may install what is not written in it; to enter an environment does not."""
    if command.name in ("source", ".") and len(command.texts) > 1 and _ACTIVATED.search(command.texts[1]):
        return False
    return command.name in _OTHER_WAYS or command.text.startswith(("./", "/"))


def _installed(command: Command, facts: RepositoryFacts) -> set[str] | None:
    words = [word.text for word in command.words]
    if "install" not in words or not any(word in ("pip", "pip3") for word in words[: words.index("install")]):
        return set()
    names: set[str] = set()
    rest = iter(words[words.index("install") + 1 :])
    for word in rest:
        if word in ("-r", "--requirement"):
            listed = _of_list(next(rest, ""), facts)
            if listed is None:
                return None
            names |= listed
        elif word in _VALUED or (word.startswith("--") and word.endswith(_SOURCES)):
            next(rest, None)
        elif word.startswith("--group"):
            return None  # a group of pyproject.toml (https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-group)
        elif word in ("-e", "--editable") or (not word.startswith("-") and not _NAME.match(word)):
            return None
        elif not word.startswith("-"):
            names.add(normal_package(pattern(r"[\[=<>!~ ;].*").sub("", word)))
    return names


def _of_list(path: str, facts: RepositoryFacts) -> set[str] | None:
    """The names of a list and of those that it takes in; None where one of them is not there."""
    names: set[str] = set()
    waiting, seen = [path.removeprefix("./")], set[str]()
    while waiting and len(seen) < _MOST_DEEP:
        one = waiting.pop()
        fact = next(_lists(one, facts), None)
        if fact is None:
            return None
        seen.add(one)
        names |= fact.names
        folder = one.rpartition("/")[0]
        waiting.extend(taken for taken in (joined_path(folder, each) for each in fact.includes) if taken not in seen)
    return names


def _lists(path: str, facts: RepositoryFacts) -> Iterator[PackageNames]:
    return (fact for fact in facts.at(path, PackageNames) if fact.is_list)
