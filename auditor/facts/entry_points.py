"""Where the repository is entered: what its workflows, images, services, commands and schedules start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.mention_target import resolve_mention
from auditor.facts.module_index import module_index
from auditor.facts.path_mentions import PathMentions
from auditor.facts.pipeline_model import Job
from auditor.facts.python_project import PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.facts.work_units import running_jobs
from auditor.model.source import Language, SourceFile

__all__ = ["Entry", "entry_points"]

_BUILD_TOOLS = frozenset(
    {
        "Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "Taskfile.yml", "tox.ini", "noxfile.py", "package.json",
        ".pre-commit-config.yaml", "Jenkinsfile", ".travis.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "dodo.py",
    }
)  # fmt: skip
_SERVICES = frozenset(
    {"Procfile", "crontab", "supervisord.conf", "app.yaml", "fly.toml", "render.yaml", "ecosystem.config.js"}
)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """`path` is started at `origin`, which tells file and place. `exercises` where that happens before a release."""

    origin: str
    path: str
    exercises: bool = False


def entry_points(facts: RepositoryFacts) -> tuple[Entry, ...]:
    """All entries, pipelines first, packages last, so that the most telling way to a file is told."""
    jobs: dict[str, list[Job]] = {}
    for path, job in running_jobs(facts):
        jobs.setdefault(path, []).append(job)
    started = sorted(_pipelines(facts, jobs))
    others = sorted(_others(facts, frozenset(jobs)))
    return (*started, *others, *sorted(_packages(facts)))


def _pipelines(facts: RepositoryFacts, jobs: dict[str, list[Job]]) -> Iterator[Entry]:
    for file, fact in facts.of(PathMentions, lambda file: file.path in jobs):
        for line, target in _targets(facts, fact, file):
            place = _place(jobs[file.path], line)
            yield Entry(f"{file.path}{place}", target, exercises=True)
    yield from (Entry(path, path) for path in jobs)


def _place(jobs: list[Job], line: int) -> str:
    for job in jobs:
        if job.line <= line <= job.end_line:
            for number, step in enumerate(job.steps, 1):
                if step.line <= line <= step.end_line:
                    return f" job {job.id}, step {number}"
            return f" job {job.id}"
    return ""


def _others(facts: RepositoryFacts, pipelines: frozenset[str]) -> Iterator[Entry]:
    starts = facts.of(PathMentions, lambda file: file.path not in pipelines and (_builds(file) or _is_service(file)))
    for file, fact in starts:
        yield Entry(file.path, file.path)
        for _, target in _targets(facts, fact, file):
            yield Entry(file.path, target, exercises=_builds(file))


def _builds(file: SourceFile) -> bool:
    return file.name in _BUILD_TOOLS or file.path.startswith((".github/actions/", ".circleci/", ".buildkite/"))


def _is_service(file: SourceFile) -> bool:
    name = file.name.lower()
    return (
        file.language is Language.DOCKERFILE
        or file.name in _SERVICES
        or (file.language is Language.YAML and ("compose" in name))
        or name.endswith((".service", ".timer", ".cron"))
        or "/cron" in file.path
    )


def _targets(facts: RepositoryFacts, fact: PathMentions, file: SourceFile) -> Iterator[tuple[int, str]]:
    folder = file.path.rpartition("/")[0]
    if folder.startswith((".github", ".circleci", ".buildkite")):
        folder = ""
    for mention in fact.paths:
        target = resolve_mention(mention.text, folder, facts)
        if target:
            yield mention.line, target
    index = facts.derive(module_index)
    for mention in fact.modules:
        yield from ((mention.line, path) for path in index.files(mention.text, ""))


def _packages(facts: RepositoryFacts) -> Iterator[Entry]:
    index = facts.derive(module_index)
    for file, fact in facts.of(PythonProject):
        folder = file.path.removesuffix(file.name)
        for script in fact.scripts:
            for path in index.files(script.module, file.path):
                yield Entry(f"{file.path} (command {script.name})", path)
        roots = [root for name in fact.packages for root in (f"{folder}{name}/", f"{folder}src/{name}/")]
        for one in facts.files:
            if one.language is Language.PYTHON and one.path.startswith(tuple(roots)):
                yield Entry(f"{file.path} (package {fact.name})", one.path)
