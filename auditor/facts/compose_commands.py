"""What a call of compose asks for: which files, and which of their services (https://docs.docker.com/reference/cli/docker/compose/)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.facts.invocations import Invocation
from auditor.facts.pattern import pattern

__all__ = ["USUAL_FILES", "ComposeCall", "compose_call"]

USUAL_FILES = frozenset({"docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"})
"""Of these compose takes the one that is there, where no file is given."""
_NAME = pattern(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
_GLOBAL_VALUES = frozenset({
    "-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory", "--ansi", "--progress",
    "--parallel", "-c", "--context", "-H", "--host", "--log-level",
})  # fmt: skip
_VALUES = frozenset({
    "-t", "--timeout", "--exit-code-from", "--pull", "--wait-timeout", "-u", "--user", "-e", "--env", "-w", "--workdir",
    "--index", "--name", "-v", "--volume", "--publish", "--entrypoint", "-l", "--label", "-n", "--tail",
    "--since", "--until", "--build-arg", "--progress", "-m", "--memory", "--ssh", "--builder", "--filter", "--format", "--status",
    "-s", "--signal", "--no-attach", "--env-from-file",
})  # fmt: skip
_MANY = frozenset({
    "up", "start", "stop", "restart", "logs", "build", "pull", "push", "rm", "kill", "pause", "unpause", "top", "create", "scale",
    "watch", "ps", "images", "port",
})  # fmt: skip
_ONE = frozenset({"exec", "run", "port"})
_NAMING = frozenset({"--scale", "--attach", "--exit-code-from", "--no-attach"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeCall:
    """The files that ``-f`` names and the services that are asked for, with their lines.

    `told` where every word before the verb is known, so that the files are all there are.
    """

    files: tuple[tuple[str, int], ...]
    services: tuple[tuple[str, int], ...]
    told: bool


def compose_call(one: Invocation) -> ComposeCall | None:
    """The call of compose in a command; None where it is another command."""
    words = list(zip(one.words, one.lines, strict=True))
    if one.name == "docker" and len(words) > 1 and words[1][0] == "compose":
        at = 2
    elif one.name in ("docker-compose", "podman-compose"):
        at = 1
    else:
        return None
    files: list[tuple[str, int]] = []
    told = True
    while at < len(words) and (words[at][0].startswith("-") or "$" in words[at][0]):
        option, line = words[at]
        name, equals, inline = option.partition("=")
        told = told and "$" not in option
        if name in ("-f", "--file"):
            files.append((inline, line) if equals else words[at + 1] if at + 1 < len(words) else ("", 0))
        at += 2 if name in _GLOBAL_VALUES and not equals else 1
    if at >= len(words):
        return None
    return ComposeCall(files=tuple(files), services=tuple(_services(words[at][0], words[at + 1 :])), told=told)


def _services(verb: str, words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    if verb not in _MANY and verb not in _ONE:
        return []
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(words):
        word, line = words[at]
        at += 1
        name, equals, inline = word.partition("=")
        if name in _NAMING:
            value = inline if equals else words[at][0] if at < len(words) else ""
            found.append((value.partition("=")[0], line))
            at += 0 if equals else 1
        elif word.startswith("-"):
            at += 1 if name in _VALUES and not equals else 0
        else:
            found.append((name if verb == "scale" else word, line))
            if verb in _ONE:
                break
    return [(name, line) for name, line in found if _NAME.search(name) and not (name.isupper() or name.isdigit())]
