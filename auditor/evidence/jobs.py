"""Jobs of workflows, and what they run."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.glob import matches
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import ShellProgram, commands
from auditor.facts.work_units import unreadable_paths
from auditor.model.rubric import JobProbe
from auditor.model.source import SourceFile

__all__ = ["find_jobs"]

Scripts = Mapping[str, tuple[str, ...]]
"""The commands of every shell script of the repository, by its path."""

_SAYS = frozenset({"echo", "printf", "true", ":", "sleep", "export", "cd", "set"})
"""Commands that only say something or prepare: they prove no job."""


def find_jobs(facts: RepositoryFacts, probe: JobProbe) -> Iterator[tuple[SourceFile, int, int, str]]:
    """Each job that the probe asks for: its file, lines, and a note on what it runs."""
    scripts = facts.derive(_scripts)
    for file, jobs in _pipelines(facts):
        if matches(probe.workflow, file.path):
            for job in jobs:
                yield from _proof(file, job, probe, scripts)


def _pipelines(facts: RepositoryFacts) -> Iterator[tuple[SourceFile, tuple[Job, ...]]]:
    broken = unreadable_paths(facts)
    yield from ((file, workflow.jobs) for file, workflow in facts.of(GithubWorkflow) if file.path not in broken)
    yield from ((file, pipeline.jobs) for file, pipeline in facts.of(GitlabPipeline) if file.path not in broken)


def _proof(file: SourceFile, job: Job, probe: JobProbe, scripts: Scripts) -> Iterator[tuple[SourceFile, int, int, str]]:
    if probe.name is not None and not any(pattern(probe.name).search(name) for name in (job.id, job.name)):
        return
    if probe.runs is None:
        if any(True for step in job.steps for _ in _work(step)):
            yield file, job.line, job.end_line, f"job {job.id}"
        return
    wanted = pattern(probe.runs)
    for step in job.steps:
        for line, end_line, text in _work(step):
            if any(wanted.search(one) for one in (text, *_through_scripts(text, scripts))):
                yield file, line, end_line, f"job {job.id} runs it"
                return


def _scripts(facts: RepositoryFacts) -> Scripts:
    return {file.path: _texts(script.program) for file, script in facts.of(ShellFile)}


def _texts(program: ShellProgram) -> tuple[str, ...]:
    return tuple(command.text for command in commands(program.body) if command.name not in _SAYS)


def _through_scripts(text: str, scripts: Scripts) -> Iterator[str]:
    """What a command runs by way of the repository's own shell scripts, however many call one another."""
    seen: set[str] = set()
    waiting = [text]
    while waiting:
        for word in waiting.pop().split():
            path = posixpath.normpath(word.strip("\"'"))
            if path in scripts and path not in seen:
                seen.add(path)
                waiting.extend(scripts[path])
                yield from scripts[path]


def _work(step: Step) -> Iterator[tuple[int, int, str]]:
    if step.uses.is_set:
        inputs = " ".join(f"{one.name}={one.text}" for one in step.inputs)
        yield step.line, step.end_line, f"{step.uses.text} {inputs}".strip()
    if step.program is not None:
        for command in commands(step.program.body):
            if command.name not in _SAYS:
                yield command.line, command.end_line, command.text
