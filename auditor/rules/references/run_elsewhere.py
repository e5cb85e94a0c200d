"""Files that a job gives to others to run or read: hosts that it reaches, and containers that it starts."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.checkouts import checks_out
from auditor.facts.job_files import created_paths, is_built
from auditor.facts.mounted_runs import mounted_files
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import all_commands
from auditor.model.finding import Hit
from auditor.rules.references.named_paths import is_kept_beside

__all__ = ["in_containers", "on_the_host"]

_RUN_THERE = pattern(
    r"^\s*(?:sudo\s+)?(?:(?:bash|sh|python3?)\s+)?(?:\./|/(?:opt|srv|home|var/www)/(?:[\w.-]+/){1,3}?)?((?:scripts?|tools|ops|bin|deploy|deployment)/(?:[\w-]+/)*[\w-]+\.(?:sh|bash|py))(?:\s|$)"
)


def in_containers(repository: RepositoryFacts, path: str, job: Job) -> Iterator[Hit]:
    """Files that a container is given to read, from the repository that is mounted into it."""
    for step in job.steps:
        for named, line in mounted_files(step):
            made = named.rpartition("/")[2] in created_paths(job, line) or is_built(named)
            if not made and checks_out(job, line) and not repository.exists(named):
                message = (
                    f"The container is given {named!r} to read, which is not in the repository that is mounted into it."
                )
                yield Hit(path, line, line, message, f"{job.id}/{step.name}")


def on_the_host(repository: RepositoryFacts, path: str, job: Job) -> Iterator[Hit]:
    """Programs that a host is told to run, where they lie beside others of the repository: it has a copy of that."""
    for step in job.steps:
        for text, first in _told_to_hosts(step):
            for number, line in enumerate(text.split("\n")):
                match = _RUN_THERE.search(line)
                told = match.group(1) if match else ""
                if told and not repository.exists(told) and is_kept_beside(told, repository):
                    message = f"The host is told to run {told!r}, which is not in the repository."
                    yield Hit(path, first + number, first + number, message, f"{job.id}/{step.name}")


def _told_to_hosts(step: Step) -> Iterator[tuple[str, int]]:
    """What ``ssh`` is given, as a here-document or in quotes, and the scripts of actions that do its work."""
    for command in all_commands(step.program.body) if step.program else ():
        if command.name == "ssh":
            yield from (
                (one.target.text, one.target.line) for one in command.redirects if one.operator.startswith("<<")
            )
            yield from ((word.text, word.line) for word in command.words if " " in word.text)
    if "ssh" in step.action:
        yield from ((one.text, one.line) for one in step.inputs if one.name == "script")
