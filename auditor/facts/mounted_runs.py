"""Files of the repository that are read inside of a container into which a step mounts it: ``docker run -v "$PWD:/w" -w /w image run load.js``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Step
from auditor.facts.shell_program import Command, Word, all_commands

__all__ = ["mounted_files"]

_ENGINES = frozenset({"docker", "podman", "nerdctl"})
_HERE = pattern(
    r"^(?:\$\{?PWD\}?|\$\(pwd\)|`pwd`|\.|\$\{\{ ?github\.workspace ?\}\}|\$\{?GITHUB_WORKSPACE\}?)(/[\w./-]*)?$"
)
_FILE = pattern(
    r"^[\w@][\w./@-]*\.(?:js|mjs|ts|py|ya?ml|json|sh|sql|lua|jmx|toml|conf|rb|scala|xml|txt)$|^/[\w./@-]+\.(?:js|mjs|ts|py|ya?ml|json|sh|sql|lua|jmx|toml|conf|rb|scala|xml|txt)$"
)
_WRITES = pattern(r"^(?:-o|--out|--output\w*|--summary-export|--report\w*|--log\w*|-w|--workdir|-e|--env|--name|>)")
_MOUNTS = ("-v", "--volume")
_FOLDERS = ("-w", "--workdir")


def mounted_files(step: Step) -> Iterator[tuple[str, int]]:
    """The paths, as seen from the repository, that containers of a step are given to read, with their lines."""
    for command in all_commands(step.program.body) if step.program else ():
        texts = command.texts
        if command.name in _ENGINES and "run" in texts[1:3]:
            yield from _of_run(command)


def _of_run(command: Command) -> Iterator[tuple[str, int]]:
    words = list(command.words)
    mounts = [one for one in (_mount(text) for text in _values(words, _MOUNTS)) if one is not None]
    folder = next(iter(_values(words, _FOLDERS)), "")
    for before, word in itertools.pairwise(words):
        if not mounts or not _FILE.search(word.text) or _WRITES.search(before.text) or before.text in _MOUNTS:
            continue
        inside = word.text if word.text.startswith("/") else f"{folder.rstrip('/')}/{word.text}" if folder else ""
        for place, own in mounts:
            if inside.startswith(f"{place}/"):
                yield joined_path(own, inside[len(place) + 1 :]), word.line


def _values(words: list[Word], names: tuple[str, ...]) -> list[str]:
    """What is given for an option, behind it or behind an equals sign."""
    found = [after.text for one, after in itertools.pairwise(words) if one.text in names]
    return found + [
        one.text.partition("=")[2] for one in words if one.text.partition("=")[0] in names and "=" in one.text
    ]


def _mount(text: str) -> tuple[str, str] | None:
    """Where in the container which folder of the repository lies; None for what is no part of it."""
    outside, _, rest = text.rpartition(":") if text.count(":") == 1 else text.partition(":")
    place = rest.partition(":")[0]
    match = _HERE.match(outside)
    if match is None or not place.startswith("/"):
        return None
    return place.rstrip("/"), (match.group(1) or "").strip("/")
