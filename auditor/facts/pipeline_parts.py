"""What the readers of pipelines have in common: steps from commands, jobs from steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import NOTHING, Job, Need, Setting, Step, setting
from auditor.facts.shell_program import ShellProgram, join
from auditor.facts.yaml_shell import program_of, scalar_setting, settings_of, text_of
from auditor.facts.yaml_tree import Mapping, Node, Scalar
from auditor.facts.yaml_tree import Sequence as YamlList

__all__ = [
    "Lines",
    "is_shell",
    "job_of_steps",
    "mappings",
    "named_environment",
    "needs_of",
    "plain_texts",
    "programs_of",
    "shell_arguments",
    "step_of",
    "switched",
]

Lines = Sequence[str]
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_OPTION = pattern(r"^[-+][A-Za-z]")
_TRUE = frozenset({"true", "yes", "on"})


def programs_of(value: Node | None, lines: Lines) -> ShellProgram | None:
    """The program of a scalar or of a list of commands; None where there is none."""
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Scalar) and one.text.strip():
            found.append(program_of(one, lines))
        elif isinstance(one, YamlList):
            waiting.extend(reversed(one.items))
    program = join(found) if found else None
    return program if program is not None and (program.body or program.comments) else None


def is_shell(words: Iterable[str]) -> bool:
    """Whether one of the words of a command is a shell of POSIX: ``/usr/bin/env bash``, and not ``pwsh``."""
    return any(word.rpartition("/")[2] in _SHELLS for word in words)


def shell_arguments(command: Node | None, arguments: Node | None, lines: Lines) -> ShellProgram | None:
    """What ``command: [sh, -c]`` runs of its arguments, or of what stands behind it: the first that is no option.

    The name of an option of ``set`` is none either (``bash -o pipefail -c``):
    https://www.gnu.org/software/bash/manual/html_node/Invoking-Bash.html
    """
    words = _words(command)
    shell = next((at for at, one in enumerate(words) if is_shell([one.text])), None)
    words += _words(arguments) if isinstance(arguments, YamlList) else []
    named = False
    for one in words[shell + 1 :] if shell is not None else ():
        if one.text.startswith(("-", "+")):
            named = _OPTION.search(one.text) is not None and one.text.endswith(("o", "O"))
        elif not named:
            return programs_of(one, lines)
        else:
            named = False
    return None


def _words(node: Node | None) -> list[Scalar]:
    """The words of a command: those of a list, or of the text that stands in its place."""
    if isinstance(node, Scalar):
        return [replace(node, text=word) for word in node.text.split()]
    return [one for one in node.items if isinstance(one, Scalar)] if isinstance(node, YamlList) else []


def step_of(
    node: Mapping, name: str, program: ShellProgram | None, *, tolerated: Setting = NOTHING, condition: str = ""
) -> Step:
    """A step with the program that it runs."""
    return Step(
        name=name,
        id=node.text("id") or node.text("name"),
        line=node.line,
        end_line=max(node.line, node.end_line),
        env=settings_of(node.mapping("env")) or settings_of(node.mapping("environment")),
        program=program,
        shell="bash {0}" if program is not None else "",  # of the options nothing is known
        condition=scalar_setting(node, condition) if condition else NOTHING,
        continue_on_error=tolerated,
    )


def job_of_steps(key: Scalar, node: Mapping, steps: Iterable[Step], service: str) -> Job:
    """A job that runs in a container or on a machine of its own; `key` is its name, `service` what runs it."""
    return Job(
        id=key.text,
        name=node.text("displayName") or key.text,
        line=key.line,
        end_line=max(key.line, node.end_line),
        runs_on=service,
        env=settings_of(node.mapping("variables")) or settings_of(node.mapping("environment")),
        container=True,
        steps=tuple(steps),
    )


def needs_of(nodes: Iterable[Node]) -> tuple[Need, ...]:
    """The jobs that a list names."""
    return tuple(Need(job=one.text, line=one.line) for one in nodes if isinstance(one, Scalar) and one.text)


def named_environment(name: str, line: int) -> Setting:
    """The environment of a job; not set where it has no name."""
    return setting("environment", name, line) if name else NOTHING


def switched(node: Mapping, key: str, *values: str) -> Setting:
    """The setting where it says that failures are tolerated; not set otherwise."""
    found = scalar_setting(node, key)
    return setting(key, "true", found.line) if found.text.lower() in (values or _TRUE) else NOTHING


def mappings(value: Node | None) -> Iterator[Mapping]:
    """The mappings of a list, through lists in it and what a template puts around them (``${{ if ... }}``)."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, YamlList):
            waiting.extend(reversed(one.items))
        elif isinstance(one, Mapping):
            if len(one.pairs) == 1 and one.pairs[0][0].text.startswith("${{"):
                waiting.append(one.pairs[0][1])
            else:
                yield one


def plain_texts(value: Node | None) -> tuple[str, ...]:
    """The words of a scalar or of a list."""
    if isinstance(value, YamlList):
        return tuple(one.text for one in value.items if isinstance(one, Scalar))
    return tuple(text_of(value).split())
