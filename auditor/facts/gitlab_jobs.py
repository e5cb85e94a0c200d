"""GitLab jobs as they run: with what they inherit from templates, included files and the defaults.

https://docs.gitlab.com/ci/yaml/#extends and https://docs.gitlab.com/ci/yaml/includes/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pipeline_model import Job, Setting
from auditor.facts.repository import RepositoryFacts

__all__ = ["GitlabGroup", "gitlab_groups"]

_LEVELS = 11
"""As deep as GitLab lets templates extend one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitlabGroup:
    """A pipeline of all files that it includes. `jobs` and `templates` go with the paths of their files.

    `names` are those of all of them, `bases` what each extends, in order. It is `complete` where everything that it includes is in the repository and could be read; what is said to be in the
    repository and is not is `absent` (with the file that includes it), and no reason for it to be incomplete.
    """

    jobs: tuple[tuple[str, Job], ...]
    templates: tuple[tuple[str, Job], ...]
    names: frozenset[str]
    bases: Mapping[str, tuple[str, ...]]
    stages: tuple[Setting, ...]
    complete: bool
    absent: tuple[tuple[str, Setting], ...] = ()

    def lacks(self, job: str) -> bool:
        """Whether a template that the job extends, itself or by way of others, cannot be read."""
        bases, waiting = set[str](), [job]
        while waiting:
            following = [base for base in self.bases.get(waiting.pop(), ()) if base not in bases]
            bases |= set(following)
            waiting.extend(following)
        return not bases <= self.names


def gitlab_groups(repository: RepositoryFacts) -> tuple[GitlabGroup, ...]:
    """One for every ``.gitlab-ci.yml``, each job with what it inherits; for `RepositoryFacts.derive`."""
    files = {file.path: fact for file, fact in repository.of(GitlabPipeline)}
    roots = [path for path in files if path.rpartition("/")[2] in (".gitlab-ci.yml", ".gitlab-ci.yaml")]
    return tuple(_group(root, files, repository) for root in roots)


def _group(root: str, files: dict[str, GitlabPipeline], repository: RepositoryFacts) -> GitlabGroup:
    included, complete, waiting = dict[str, GitlabPipeline](), True, [root]
    absent: list[tuple[str, Setting]] = []
    while waiting:
        path = waiting.pop()
        if path in included:
            continue
        if path not in files:
            complete = False
            continue
        included[path] = files[path]
        for one in files[path].includes:
            complete = complete and one.name in ("local", "rules", "inputs")
            if one.name != "local":
                continue
            target = one.text.removeprefix("./").lstrip("/")
            if _is_absent(target, repository):
                absent.append((path, one))
            else:
                waiting.append(target)
    facts = sorted(included.items())
    bases: dict[str, dict[str, None]] = {}
    for name, base in (pair for _, fact in facts for pair in fact.extends):
        bases.setdefault(name, {})[base] = None
    extended = {name: tuple(found) for name, found in bases.items()}
    jobs = {job.id: job for _, fact in facts for job in (*fact.templates, *fact.jobs)}
    default = next((fact.default for fact in (files[root], *included.values()) if fact.default.keys), None)
    return GitlabGroup(
        jobs=tuple((path, _resolved(job, jobs, extended, default)) for path, fact in facts for job in fact.jobs),
        templates=tuple((path, job) for path, fact in facts for job in fact.templates),
        names=frozenset(jobs),
        bases=extended,
        stages=tuple(stage for _, fact in facts for stage in fact.stages),
        complete=complete,
        absent=tuple(absent),
    )


def _is_absent(target: str, repository: RepositoryFacts) -> bool:
    plain = target.endswith((".yml", ".yaml")) and not set("$*?[{") & set(target)
    return plain and target not in repository.all_paths


def _resolved(job: Job, jobs: dict[str, Job], bases: Mapping[str, tuple[str, ...]], default: Job | None) -> Job:
    chain, level = {job.id: job}, [job]
    for _ in range(_LEVELS):
        names = (base for one in level for base in reversed(bases.get(one.id, ())))
        level = [jobs[base] for base in dict.fromkeys(names) if base in jobs and base not in chain]
        chain.update((base.id, base) for base in level)
    for base in list(chain.values())[1:]:
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
