"""GitLab jobs as they run: with what they inherit from templates, included files and the defaults.

https://docs.gitlab.com/ci/yaml/#extends and https://docs.gitlab.com/ci/yaml/includes/
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pipeline_model import Job, Setting
from auditor.facts.repository import RepositoryFacts

__all__ = ["GitlabGroup", "gitlab_groups", "local_path"]

_LEVELS = 11
"""As deep as GitLab lets templates extend one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitlabGroup:
    """A pipeline of all files that it includes. `jobs` and `templates` go with the paths of their files.

    It is `complete` where everything that it includes is in the repository and could be read.
    """

    jobs: tuple[tuple[str, Job], ...]
    templates: tuple[tuple[str, Job], ...]
    extends: tuple[tuple[str, str], ...]
    stages: tuple[Setting, ...]
    complete: bool

    @property
    def names(self) -> frozenset[str]:
        """The names of all jobs and templates."""
        return frozenset(job.id for _, job in (*self.jobs, *self.templates))

    def lacks(self, job: str) -> bool:
        """Whether a template that the job extends, itself or by way of others, cannot be read."""
        bases, waiting = set[str](), [job]
        while waiting:
            following = [base for name, base in self.extends if name == waiting[-1] and base not in bases]
            waiting.pop()
            bases |= set(following)
            waiting.extend(following)
        return not bases <= self.names


def gitlab_groups(repository: RepositoryFacts) -> tuple[GitlabGroup, ...]:
    """One for every ``.gitlab-ci.yml``, each job with what it inherits; for `RepositoryFacts.derive`."""
    files = {file.path: fact for file, fact in repository.of(GitlabPipeline)}
    roots = [path for path in files if path.rpartition("/")[2] in (".gitlab-ci.yml", ".gitlab-ci.yaml")]
    return tuple(_group(root, files, repository) for root in roots)


def local_path(include: Setting) -> str:
    """The path of a local include in the repository; empty for other includes and those that stand for several files."""
    text = include.text.removeprefix("./").lstrip("/")
    return text if include.name == "local" and "*" not in text and "$" not in text else ""


def _group(root: str, files: dict[str, GitlabPipeline], repository: RepositoryFacts) -> GitlabGroup:
    included, complete, waiting = dict[str, GitlabPipeline](), True, [root]
    while waiting:
        path = waiting.pop()
        if path in included:
            continue
        if path not in files:
            complete = complete and not (path and repository.exists(path))
            continue  # what is not there gives no job; where it is, it could not be read
        included[path] = files[path]
        for one in files[path].includes:
            complete = complete and (bool(local_path(one)) or one.name in ("rules", "inputs"))
            waiting += [local_path(one)] if local_path(one) else []
    facts = sorted(included.items())
    extends = tuple(pair for _, fact in facts for pair in fact.extends)
    jobs = {job.id: job for _, fact in facts for job in (*fact.templates, *fact.jobs)}
    default = next((fact.default for fact in (files[root], *included.values()) if fact.default.keys), None)
    return GitlabGroup(
        jobs=tuple((path, _resolved(job, jobs, extends, default)) for path, fact in facts for job in fact.jobs),
        templates=tuple((path, job) for path, fact in facts for job in fact.templates),
        extends=extends,
        stages=tuple(stage for _, fact in facts for stage in fact.stages),
        complete=complete,
    )


def _resolved(job: Job, jobs: dict[str, Job], extends: tuple[tuple[str, str], ...], default: Job | None) -> Job:
    chain, level = [job], [job]
    for _ in range(_LEVELS):
        level = [jobs[base] for one in level for name, base in reversed(extends) if name == one.id and base in jobs]
        level = [base for base in level if base not in chain]
        chain.extend(level)
    for base in chain[1:]:
        job = _inherited(job, base)
    return _inherited(job, default) if default is not None else job


def _inherited(own: Job, base: Job) -> Job:
    """The job with all that only its template says."""
    keys = {key.name for key in own.keys}
    return replace(
        own,
        environment=own.environment if "environment" in keys else base.environment,
        continue_on_error=own.continue_on_error if "allow_failure" in keys else base.continue_on_error,
        condition=own.condition if "when" in keys else base.condition,
        manual=own.manual or (base.manual and "rules" not in keys),
        never=own.never if keys & {"rules", "only", "except"} else base.never,
        needs=own.needs if keys & {"needs", "dependencies"} else base.needs,
        env=_together(own.env, base.env),
        steps=(*own.steps, *(step for step in base.steps if step.id not in keys)),
        keys=_together(own.keys, base.keys),
    )


def _together(own: Iterable[Setting], base: Iterable[Setting]) -> tuple[Setting, ...]:
    names = {one.name for one in own}
    return (*own, *(one for one in base if one.name not in names))
