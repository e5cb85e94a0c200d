"""Which files of the repository a command needs to be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from auditor.facts.compose_commands import compose_call
from auditor.facts.files_of_tools import CONFIGURED_BY, INTERPRETERS, RUNNERS, worked_on_places
from auditor.facts.invocations import Invocation
from auditor.facts.pattern import pattern
from auditor.facts.shell_paths import ROOT

__all__ = ["NeededFile", "chosen_files", "needed_files"]

_PROGRAM = pattern(r"^(?:@/|\.{1,2}/)?[\w.-]+(?:/[\w.-]+)*\.(?:sh|bash|py|js|mjs|cjs|ts|rb|pl|bat|cmd|ps1)$")
_LOCAL = pattern(r"^(?:@/|\.{1,2}/)[\w.-]+(?:/[\w.-]+)*$")
_FILE = pattern(r"^(?:@/|\.{1,2}/)?[\w.-]+(?:/[\w.-]+)*\.[A-Za-z][A-Za-z0-9]{0,9}$")
_CHOSEN = pattern(r"^@/(?:[\w.-]+/)+[\w.-]*\$[^/]*$")
_TEMPLATE = pattern(r"^(?:@/|\./)?(?:[\w.-]+/)*\.?env(?:[.-]\w+)*[.-](?:example|sample|template|dist)$")
_HANDED = pattern(r"^(?:[\w-]+=)?(?:fileb?://|@)((?:\.{1,2}/)?[\w.-]+(?:/[\w.-]+)*\.[A-Za-z][A-Za-z0-9]{0,9})$")
"""How the clients of clouds and of HTTP are told to send what a file holds: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html."""
_SENDERS = {"aws": "file", "awslocal": "file", "curl": "@", "http": "@"}
_UPLOADS = frozenset({"-d", "--data", "--data-binary", "--data-raw", "--json", "-F", "--form"})
_DOCKERFILE = pattern(r"^(?:@/|\./)?(?:[\w.-]+/)+[\w.-]*[Dd]ockerfile[\w.-]*$")
_FLAGS = {
    "pip": ("-r", "--requirement"), "pip3": ("-r", "--requirement"), "kubectl": ("-f", "--filename"), "psql": ("-f", "--file"),
    "docker": ("--env-file",), "docker-compose": ("--env-file",), "alembic": ("-c", "--config"), "locust": ("-f", "--locustfile"),
    **CONFIGURED_BY,
    "helm": ("-f", "--values"), "ansible-playbook": ("-i", "--inventory"), "uvicorn": ("--log-config",), "gunicorn": ("-c", "--config"),
    "wrk": ("-s", "--script"), "wrk2": ("-s", "--script"), "jmeter": ("-t",), "vegeta": ("-targets",), "terraform": ("-var-file",), "newman": ("-e", "--environment"), "oc": ("-f", "--filename"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededFile:
    """A path as written, ``@/`` before what is anchored in the repository; `runs` where it is a program."""

    path: str
    line: int
    runs: bool


def needed_files(one: Invocation) -> Iterator[NeededFile]:
    """The files that the command runs, sources or reads. Paths with a variable that is not known are none."""
    if not one.words or "$" in one.words[0]:
        return
    if _LOCAL.search(one.words[0]):
        yield NeededFile(path=one.words[0], line=one.lines[0], runs=True)
    yield from _script(one)
    yield from _copied(one)
    flags = _FLAGS.get(one.name, ())
    pairs = list(zip(one.words, one.lines, strict=True))
    for (flag, _), (value, line) in pairwise(pairs):
        if flag in flags and _FILE.search(value):
            yield NeededFile(path=value, line=line, runs=False)
    yield from _handed(one)
    yield from _built_from(one)
    yield from _worked_on(one)
    call = compose_call(one)
    for path, line in call.files if call else ():
        if _FILE.search(path):
            yield NeededFile(path=path, line=line, runs=False)


def chosen_files(one: Invocation) -> Iterator[tuple[str, int]]:
    """Anchored files whose name is only told when the program runs, that are sourced or given to an option that reads one."""
    flags = _FLAGS.get(one.name, ())
    pairs = list(zip(one.words, one.lines, strict=True))
    for (before, _), (word, line) in pairwise(pairs):
        if (before in (".", "source") or before in flags) and _CHOSEN.search(word):
            yield word, line


def _copied(one: Invocation) -> Iterator[NeededFile]:
    """What is copied from a place that is surely the repository's, and templates of settings, which people keep there."""
    rest = [(word, line) for word, line in zip(one.words[1:], one.lines[1:], strict=True) if not word.startswith("-")]
    for word, line in rest[:-1] if one.name == "cp" else ():
        if (word.startswith(f"{ROOT}/") and _FILE.search(word)) or _TEMPLATE.search(word):
            yield NeededFile(path=word, line=line, runs=False)


def _handed(one: Invocation) -> Iterator[NeededFile]:
    """What the clients of clouds and of HTTP send: ``--policy-document file://policy.json``, ``--data @order.json``."""
    sign = _SENDERS.get(one.name, "")
    for before, word, line in zip(one.words, one.words[1:], one.lines[1:], strict=False) if sign else ():
        value = word.rpartition("=")[2] if word.startswith("--") and sign == "file" else word
        match = _HANDED.search(value)
        if match and sign in value and (sign == "file" or before in _UPLOADS):
            yield NeededFile(path=match.group(1), line=line, runs=False)


def _built_from(one: Invocation) -> Iterator[NeededFile]:
    """The Dockerfile that a build of an image names, below a folder."""
    if one.name not in ("docker", "podman") or "build" not in one.words[1:3]:
        return
    for before, word, line in zip(one.words, one.words[1:], one.lines[1:], strict=False):
        path = (
            word.removeprefix("--file=") if word.startswith("--file=") else word if before in ("-f", "--file") else ""
        )
        if _DOCKERFILE.search(path):
            yield NeededFile(path=path, line=line, runs=False)


def _worked_on(one: Invocation) -> Iterator[NeededFile]:
    yield from (
        NeededFile(path=one.words[at], line=one.lines[at], runs=True) for at in worked_on_places(one.name, one.words)
    )


def _script(one: Invocation) -> Iterator[NeededFile]:
    start = 0
    if one.name in RUNNERS:
        start = next((index for index, word in enumerate(one.words) if word in INTERPRETERS), len(one.words))
    elif one.name not in INTERPRETERS:
        return
    rest = list(zip(one.words, one.lines, strict=True))[start + 1 :]
    if any(word in ("-c", "-m", "-e") for word, _ in rest[:2]):
        return
    argument = next(((word, line) for word, line in rest if not word.startswith("-")), None)
    if argument is None:
        return
    anchored = one.name in ("source", ".") and argument[0].startswith(ROOT + "/") and _LOCAL.search(argument[0])
    if _PROGRAM.search(argument[0]) or anchored:
        yield NeededFile(path=argument[0], line=argument[1], runs=True)
