"""AUD424: a pipeline names a job, a stage, a template or a file of its own that is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_jobs import GitlabGroup, gitlab_groups
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STAGES = {"build", "test", "deploy"}


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        yield from _missing_needs(file.path, workflow.jobs, {job.id for job in workflow.jobs})
    for group in repository.derive(gitlab_groups):
        yield from _in_group(group)


def _in_group(group: GitlabGroup) -> Iterator[Hit]:
    for path, absent in group.absent:
        message = (
            f"The pipeline includes {absent.text!r}, which is not in the repository: GitLab refuses it as a whole."
        )
        yield Hit(path, absent.line, absent.line, message, absent.text)
    if not group.complete:
        return
    for path in sorted({path for path, _ in group.jobs}):
        jobs = tuple(job for place, job in group.jobs if place == path)
        yield from _missing_needs(path, jobs, group.names)
        yield from _missing_stages(path, jobs, group)
    for path, one in (*group.jobs, *group.templates):
        for base in [base for base in group.bases.get(one.id, ()) if base not in group.names]:
            line = next((key.line for key in one.keys if key.name == "extends"), one.line)
            message = f"The job {one.id!r} extends {base!r}, and there is no such job or template."
            yield Hit(path, line, line, message, one.id)


def _missing_stages(path: str, jobs: tuple[Job, ...], group: GitlabGroup) -> Iterator[Hit]:
    stages = {one.text for one in group.stages} | {".pre", ".post"} | (set() if group.stages else _STAGES)
    for job in jobs:
        stage = next((key for key in job.keys if key.name == "stage"), None)
        own = stage is not None and job.line <= stage.line <= job.end_line
        if stage is not None and own and stage.text and stage.text not in stages and "$" not in stage.text:
            message = f"The job {job.id!r} is in the stage {stage.text!r}, which 'stages' does not list."
            yield Hit(path, stage.line, stage.line, message, job.id)


def _missing_needs(path: str, jobs: tuple[Job, ...], known: Collection[str]) -> Iterator[Hit]:
    for job in jobs:
        for need in job.needs:
            if need.job not in known and "$" not in need.job:
                message = f"The job {job.id!r} needs {need.job!r}, and there is no such job."
                yield Hit(path, need.line, need.line, message, job.id)


RULE = Rule(
    id="AUD424",
    name="missing-job",
    category=Category.MISSING_REFERENCE,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    question="Is there every job, stage, template and file that the pipeline builds on?",
    why="The platform refuses the whole pipeline: not one of its jobs runs, and no check stands in the way of anything.",
    limits=(
        "Needs of GitHub workflows; of GitLab needs, stages, templates and files that are included from the repository itself. Where a pipeline includes "
        "what is kept elsewhere, jobs and templates may be there."
    ),
    fix="Name what is there, or add what is missing.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"github-workflow", "gitlab-ci"}),
    check_repository=_check,
    examples=(
        Example(
            title="a job that is misspelt",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    needs: buidl\n    runs-on: ubuntu-latest\n    steps: [{run: ./deploy.sh}]\n"
            },
            found=(".github/workflows/deploy.yml:4",),
        ),
        Example(
            title="GitLab: a job, a stage and a template that are in no file",
            files={
                ".gitlab-ci.yml": "include:\n  - local: /.gitlab/deploy.yml\nstages: [test, release]\nunit:\n  stage: test\n  script: make test\n",
                ".gitlab/deploy.yml": (
                    "deploy:\n  stage: deploy\n  extends: .kubernetes\n  needs: [unit, integration]\n  script: make deploy\n"
                ),
            },
            found=(".gitlab/deploy.yml:2", ".gitlab/deploy.yml:3", ".gitlab/deploy.yml:4"),
        ),
        Example(
            title="GitLab: a file that is included and was never committed, and a job that stands nowhere",
            files={
                ".gitlab-ci.yml": "include:\n  - local: ci/scan.yml\nunit:\n  stage: test\n  script: make test\nship:\n  stage: deploy\n  needs: [rehearsal]\n  script: make ship\n"
            },
            found=(".gitlab-ci.yml:2", ".gitlab-ci.yml:8"),
        ),
        Example(
            title="GitLab: jobs, stages and templates of included files, and of a project that cannot be seen",
            files={
                ".gitlab-ci.yml": (
                    "include:\n  - local: .gitlab/base.yml\nstages: [test, release]\ntest:\n  extends: .base\n  needs: [prepare]\n  script: make\n"
                ),
                ".gitlab/base.yml": ".base:\n  stage: test\n  image: python\nprepare:\n  stage: test\n  script: make prepare\n",
                "other/.gitlab-ci.yml": "include:\n  - project: shared/ci\n    file: base.yml\n  - local: ci/*.yml\ntest:\n  stage: check\n  extends: .shared\n  needs: [set-up]\n",
            },
        ),
    ),
)
