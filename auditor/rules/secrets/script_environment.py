"""What the scripts that a workflow starts cannot do without, and nothing there puts into their environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.checkouts import brings_other_files
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.names_fact import Act, Default, Names, Via
from auditor.facts.names_known import is_given
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.step_writes import written_environment
from auditor.rules.secrets.undeclared import strict_scripts, takes_settings

__all__ = ["UnmetScript", "unmet_scripts"]

_SHELLS = frozenset({"bash", "sh"})
_GIVES_MORE = pattern(
    r"vault|secret|doppler|infisical|1password|dotenv|load-?env|set-?env|env-?file|configure-aws-credentials|google-github-actions/auth|azure/login|chamber"
)
"""Actions that put names into the environment of the steps after them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetScript:
    """A command of a step that starts `script`, and the names that it lacks."""

    path: str
    line: int
    place: str
    script: str
    names: tuple[str, ...]


def unmet_scripts(facts: RepositoryFacts) -> Iterator[UnmetScript]:
    """Every start of a script of the repository, by a step, that lacks a name without which the script ends."""
    libraries = _set_by_libraries(facts)
    demanded = {path: names for path in facts.derive(strict_scripts) if (names := _demanded(path, facts) - libraries)}
    if not demanded:
        return
    for file, workflow in facts.of(GithubWorkflow):
        for job in workflow.jobs:
            if brings_other_files(job) or any(_GIVES_MORE.search(step.action) for step in job.steps):
                continue
            yield from _in_job(file.path, job, workflow.env, demanded)


def _demanded(path: str, facts: RepositoryFacts) -> frozenset[str]:
    """The names that the script takes from its environment without an alternative."""
    items = [one for names in facts.at(path, Names) for one in names.items if one.via is Via.ENVIRONMENT]
    spared = {one.name for one in items if one.act is Act.USED and one.default is not Default.NONE}
    wanted = {one.name for one in items if one.act in (Act.USED, Act.VALIDATED)}
    return frozenset(name for name in wanted - spared if "_" in name and not is_given(name))


def _set_by_libraries(facts: RepositoryFacts) -> frozenset[str]:
    """The names that any shell file assigns: a library that is sourced may be among them."""
    shells = (fact for _, fact in facts.of(ShellFile))
    return frozenset(
        each.name for fact in shells for one in all_commands(fact.program.body) for each in one.assignments
    )


def _in_job(
    path: str, job: Job, shared: tuple[Setting, ...], demanded: dict[str, frozenset[str]]
) -> Iterator[UnmetScript]:
    given = {one.name.upper() for one in (*shared, *job.env)}
    for step in job.steps:
        if step.program is None:
            continue
        commands = list(all_commands(step.program.body))
        own = (
            given | {one.name.upper() for one in step.env} | {one.name for each in commands for one in each.assignments}
        )
        own |= {text.partition("=")[0] for each in commands for text in each.texts if "=" in text}
        unknown = step.working_directory.is_set or any(map(takes_settings, commands))
        for command in () if unknown else commands:
            script = _script(command)
            names = tuple(sorted(demanded.get(script, frozenset()) - own))
            if names:
                yield UnmetScript(
                    path=path, line=command.line, place=f"{job.id}/{step.name}", script=script, names=names
                )
        written = _handed_on(step)
        if written is None:
            return
        given |= written


def _handed_on(step: Step) -> set[str] | None:
    """The names that a step gives to those after it; None where nobody can tell."""
    text = next((key.text for key in step.keys if key.name == "run"), "")
    if "GITHUB_ENV" not in text and "set-env" not in text:
        return set()
    written = written_environment(step)
    return None if written is None else {name.upper() for name in written}


def _script(command: Command) -> str:
    """The script that a command starts; empty where it starts none."""
    words = command.texts
    if command.name in _SHELLS:
        words = tuple(one for one in words[1:] if not one.startswith("-"))
    first = words[0] if words else ""
    return first.removeprefix("./") if first.endswith((".sh", ".bash")) else ""
