"""Which Dockerfiles the steps of a job build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.matrix import combinations, filled, reads_matrix
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.shell_program import Command, all_commands

__all__ = ["ImageBuild", "image_builds"]

_ACTION = "docker/build-push-action"
_VALUED = frozenset({
    "-t", "--tag", "--build-arg", "--target", "--platform", "--cache-from", "--cache-to", "--label", "--secret", "--ssh", "--output", "-o",
    "--builder", "--network", "--progress", "--build-context", "--iidfile", "--metadata-file", "--add-host", "--memory", "-m", "--provenance",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImageBuild:
    """A build and the path of its Dockerfile, relative to the workspace.

    `told` is the line of the axis of the matrix that names it, 0 where it is written in the step; `context` is the folder that
    it is built from, None where that cannot be told.
    """

    path: str
    line: int
    step: Step
    told: int = 0
    context: str | None = None


def image_builds(job: Job) -> Iterator[ImageBuild]:
    """Every build whose Dockerfile is told by literal words: https://docs.docker.com/reference/cli/docker/buildx/build/."""
    for step in job.steps:
        base = step.working_directory.text or job.working_directory
        if step.action == _ACTION:
            yield from _of_action(step, job)
        for command in all_commands(step.program.body if step.program else ()):
            path = _built(command, base)
            if path:
                yield ImageBuild(path, command.line, step)


def _of_action(step: Step, job: Job) -> Iterator[ImageBuild]:
    given = {one.name: one for one in step.inputs}
    if "dockerfile-inline" in given or "context" not in given:
        return  # without a context the action builds from git, at the workspace's root or wherever the event points
    path = given["file"].text if "file" in given else _inside(given["context"].text)
    line = given["file"].line if "file" in given else step.uses.line
    context = given["context"].text
    if _is_literal(path):
        yield ImageBuild(_joined("", path), line, step, context=_place(context))
    axes = [name for name, _ in job.matrix.axes if reads_matrix(path) and f"matrix.{name}" in path]
    for values in combinations(job.matrix) if len(axes) == 1 else ():
        one = filled(path, values)
        if _is_literal(one):
            told = job.matrix.line_of(axes[0])
            yield ImageBuild(_joined("", one), line, step, told, _place(filled(context, values)))


def _place(context: str) -> str | None:
    """The folder that a context is, from the workspace."""
    return _joined("", context) if _is_literal(context) else None


def _built(command: Command, base: str) -> str:
    words = [word.text if word.literal else "$" for word in command.words]
    if words[:2] == ["docker", "build"]:
        rest = words[2:]
    elif words[:3] == ["docker", "buildx", "build"]:
        rest = words[3:]
    else:
        return ""
    file, context = _arguments(rest)
    path = file or (_inside(context) if context else "")
    return _joined(base, path) if path and _is_literal(path) and "$" not in base else ""


def _arguments(words: list[str]) -> tuple[str, str]:
    """The Dockerfile that is named, and the context: the last word that belongs to no option."""
    file = context = ""
    waiting = iter(words)
    for word in waiting:
        if word in ("-f", "--file"):
            file = next(waiting, "")
        elif word.startswith("--file="):
            file = word.removeprefix("--file=")
        elif word in _VALUED:
            next(waiting, None)
        elif not word.startswith("-") or word == "-":
            context = word
    return file, context


def _inside(context: str) -> str:
    return "" if context == "-" or "://" in context else f"{context.rstrip('/')}/Dockerfile"


def _is_literal(path: str) -> bool:
    return (
        bool(path)
        and "$" not in path
        and "{" not in path
        and not path.startswith(("/", "~", ".."))
        and "://" not in path
    )


def _joined(base: str, path: str) -> str:
    parts = [part for part in f"{base}/{path}".split("/") if part not in ("", ".")]
    return "/".join(parts)
