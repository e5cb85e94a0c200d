"""What the pipelines of a repository can run: the words of commands, actions and inputs in jobs and steps that are not switched off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.invocations import Origin, invocations
from auditor.facts.kept_joins import kept
from auditor.facts.package_scripts import PackageScripts
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import all_commands
from auditor.facts.work_units import running_jobs

__all__ = ["RunByPipelines", "run_by_pipelines"]

_NEVER = pattern(r"^(?:\$\{\{\s*)?(?:false|0|'')(?:\s*\}\})?$")
_TALKS = frozenset({"echo", "printf", ":", "true", "cat"})
_INSTALLS = pattern(
    r"^(?:sudo )?(?:(?:python3? -m )?pip3? (?:install|download)|npm (?:install|i|ci)|yarn add|pnpm (?:add|install)|apt(?:-get)? install|brew install|uv (?:pip install|sync|add)|poetry (?:install|add)|go install|cargo install)\b"
)
_CALLS_OTHERS = pattern(
    r"^(?:make|gmake|just|task|npm (?:run|test|t)|yarn|pnpm|bun|tox|nox|pre-commit|invoke|inv|rake|mage|earthly|bazel|gradle|\./gradlew|mvn|\./mvnw|nx|turbo|lerna|hatch|pdm|\.{0,2}/?[\w./-]+\.(?:sh|bash|py|js|ts)|(?:bash|sh|python3?|node) [\w./-]+\.(?:sh|bash|py|js|ts))(?:\s|$)"
)
_HOOKS = pattern(
    r"\bpre-commit\b|\bprek\b|\blefthook\b|\bmegalinter\b|\bsuper-linter\b|\btrunk-action\b|\bqlty\b|\bdagger\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunByPipelines:
    """`commands` are the commands, actions and inputs, each on a line of its own in small letters; `jobs` tells how many jobs there are.

    `known` is False where some of them call what cannot be looked into: workflows elsewhere, which `away` tells alone, or hooks.
    """

    commands: str
    jobs: int
    known: bool
    away: bool


@kept
def run_by_pipelines(facts: RepositoryFacts) -> RunByPipelines:
    """What the pipelines of a repository can run; for `RepositoryFacts.derive`."""
    every = [job for _, job in running_jobs(facts)]
    jobs = [job for job in every if not (job.never.is_set or _is_off(job.condition))]
    lines = [line for job in jobs for line in _of_job(job)]
    if any(_CALLS_OTHERS.match(line) or line.startswith("uses ./") for line in lines):
        lines.extend(_behind(facts))
    away = any(job.uses.is_set and not job.uses.text.startswith("./") for job in jobs)
    known = not away and not any(_HOOKS.search(line) for line in lines)
    return RunByPipelines(commands="\n".join(lines).lower(), jobs=len(every), known=known, away=away)


def _is_off(condition: Setting) -> bool:
    return condition.is_set and _NEVER.match(condition.text.strip()) is not None


def _of_job(job: Job) -> Iterator[str]:
    if job.uses.is_set:
        yield f"uses {job.uses.text}"
    for step in job.steps:
        if not _is_off(step.condition):
            yield from _of_step(step)


def _of_step(step: Step) -> Iterator[str]:
    if step.uses.is_set:
        yield f"uses {step.uses.text}"
    yield from (f"with {one.name}: {' '.join(one.text.split())}" for one in step.inputs)
    for command in all_commands(step.program.body) if step.program else ():
        text = " ".join(" ".join(command.texts).split())
        if command.name not in _TALKS and not _INSTALLS.match(text):
            yield text


def _behind(facts: RepositoryFacts) -> Iterator[str]:
    """The commands of scripts, makefiles and programs, any of which a pipeline may call."""
    for one in facts.derive(invocations):
        if one.origin not in (Origin.DOCUMENT, Origin.WORKFLOW) and one.name not in _TALKS:
            yield " ".join(one.words)
    yield from (script.command for _, fact in facts.of(PackageScripts) for script in fact.scripts)
