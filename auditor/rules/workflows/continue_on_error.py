"""AUD401: a check that may fail without failing the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.facts.github_action import GithubAction
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.gitlab_jobs import gitlab_groups
from auditor.facts.other_pipelines import OtherPipeline
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import all_commands
from auditor.facts.templates import is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SIDE_SHOW = pattern(
    r"(?i)upload|codecov|coveralls|comment|notif|slack|cache|artifact|badge|telemetry|announce|label|publish[- ](unit-)?test|"
    r"test-report|download|clean ?up|teardown|debug|diagnos|log(s|ging)?\b|summary|free disk|^(print|show|list|display) |^clean|^stop|restore|delete-(?:package-versions|workflow-runs)|container-(?:retention|prune)|ghcr-(?:cleanup|prune)"
)
_COMPILED = (".lock.yml", ".lock.yaml")
"""How workflows end that a compiler wrote, which decides what they tolerate (https://github.github.com/gh-aw)."""
_GRAVE = pattern(
    r"(?i)secur|bandit|safety|audit|scan|trivy|snyk|codeql|secret|deploy|migrat|roll ?back|backup|test|smoke|health"
)


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    github = [(file.path, job) for file, fact in repository.of(GithubWorkflow) for job in fact.jobs]
    github += [(file.path, fact.job) for file, fact in repository.of(GithubAction)]
    groups = repository.derive(gitlab_groups)
    manual = {(path, job.id) for group in groups for path, job in group.jobs if job.manual}
    gitlab = [(file.path, job) for file, fact in repository.of(GitlabPipeline) for job in (*fact.jobs, *fact.templates)]
    others = [(file.path, job) for file, fact in repository.of(OtherPipeline) for job in fact.jobs]
    asked_for = {file.path for file, fact in repository.of(GithubWorkflow) if _is_by_hand(fact)}
    strict = {text for _, job in github if not job.continue_on_error.is_set for text in _commands(job, strict=True)}
    for path, job in (*github, *others, *(one for one in gitlab if (one[0], one[1].id) not in manual)):
        by_hand = path in asked_for or path.endswith(_COMPILED) or is_template(path)
        yield from (replace(one, severity=Severity.MEDIUM) if by_hand else one for one in _in_job(path, job, strict))


def _is_by_hand(workflow: GithubWorkflow) -> bool:
    """Whether only a person starts the workflow, who looks at what comes of it: nothing waits for it to be green."""
    return {one.name for one in workflow.triggers} == {"workflow_dispatch"}


def _commands(job: Job, *, strict: bool) -> set[str]:
    """The commands that a job runs, or those of them whose failure counts."""
    steps = (one for one in job.steps if one.program and not (strict and one.continue_on_error.is_set))
    return {command.text for step in steps if step.program for command in all_commands(step.program.body)}


def _in_job(path: str, job: Job, strict: set[str]) -> Iterator[Hit]:
    name = job.name or job.id
    aside = _SIDE_SHOW.search(name) and not _GRAVE.search(name)
    if _is_on(job.continue_on_error) and not job.manual and not aside:
        one = _hit(path, job.continue_on_error, f"job {name!r}", job.id)
        grave = {text for text in _commands(job, strict=False) if _GRAVE.search(text)}
        elsewhere = bool(grave) and grave <= strict
        yield replace(one, severity=Severity.MEDIUM) if elsewhere else one
    examined = " ".join(expression.text for expression in job.expressions)
    for step in job.steps:
        if _is_on(step.continue_on_error) and not _may_fail(step, examined):
            one = _hit(path, step.continue_on_error, f"step {_title(step)!r}", f"{job.id}/{_title(step)}", step)
            yield replace(one, severity=Severity.MEDIUM) if _is_shown_elsewhere(step, job) else one


def _is_shown_elsewhere(step: Step, job: Job) -> bool:
    """Whether what a scan finds is handed to where the platform shows and judges findings of scans."""
    return any("upload-sarif" in one.action for one in job.steps if one.line > step.line)


def _is_on(value: Setting) -> bool:
    return value.is_set and value.text.strip().lower() in ("true", "${{ true }}")


def _may_fail(step: Step, examined: str) -> bool:
    if step.id and (f"steps.{step.id}.outcome" in examined or f"steps.{step.id}.conclusion" in examined):
        return True
    return _SIDE_SHOW.search(f"{step.name} {step.action}") is not None


def _title(step: Step) -> str:
    if step.name or step.uses.is_set:
        return step.name or step.uses.text
    first = next(all_commands(step.program.body), None) if step.program else None
    return first.text[:60] if first else step.id or "without a name"


def _hit(path: str, value: Setting, what: str, symbol: str, step: Step | None = None) -> Hit:
    name = value.name
    message = f"The {what} may fail without failing the run ({name})."
    grave = _GRAVE.search(what) or (step is not None and _GRAVE.search(step.action))
    return Hit(path, value.line, value.line, message, symbol, Severity.HIGH if grave else Severity.MEDIUM)


RULE = Rule(
    id="AUD401",
    name="continue-on-error",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every check of the pipeline stop it when it fails?",
    why="A check that may fail is green whatever it finds; nobody reads the log of a green run.",
    limits=(
        "Uploads, comments, notifications and the like may fail; so may a step whose outcome a later step examines, a "
        "manual job, and one whose tolerance is computed (a matrix of experimental versions)."
    ),
    fix="Remove the tolerance, and mend or narrow the check until it passes.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"github-workflow", "github-action", "gitlab-ci", "pipeline"}),
    check_repository=_check,
    examples=(
        Example(
            title="old images that are taken away as far as they can be",
            files={
                ".github/workflows/tidy.yml": "on: push\njobs:\n  tidy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/delete-package-versions@v5\n        continue-on-error: true\n        with:\n          package-name: shop\n"
            },
        ),
        Example(
            title="a failure that Jenkins catches and tells, and one that it passes on",
            files={
                "Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('Integration') {\n      steps {\n        script {\n          try {\n            sh 'make integration'\n          } catch (err) {\n            echo \"failed: ${err}\"\n          }\n        }\n      }\n    }\n    stage('Unit') {\n      steps {\n        script {\n          try {\n            sh 'make unit'\n          } catch (err) {\n            error 'unit tests failed'\n          }\n        }\n      }\n    }\n  }\n}\n",
            },
            found=("Jenkinsfile:9",),
        ),
        Example(
            title="A security scan and a GitLab job that may fail",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Security scan\n"
                    "        run: bandit -r src\n        continue-on-error: true\n"
                ),
                ".gitlab-ci.yml": "unit-tests:\n  script: [pytest]\n  allow_failure: true\n",
            },
            found=(".github/workflows/ci.yml:8", ".gitlab-ci.yml:3"),
        ),
        Example(
            title="Checks of other services that may fail",
            files={
                "azure-pipelines.yml": "steps:\n  - script: bandit -r src\n    displayName: Security scan\n    continueOnError: true\n",
                ".woodpecker.yml": "steps:\n  - name: unit tests\n    image: python:3.12\n    failure: ignore\n    commands: [pytest]\n",
                "ci/tekton/scan.yaml": "apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  steps:\n    - name: scan\n      image: aquasec/trivy:0.50\n      onError: continue\n      script: trivy fs .\n",
                "Jenkinsfile": "pipeline {\n  stages {\n    stage('Smoke tests') {\n      steps {\n        catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE') {\n          sh './smoke.sh'\n        }\n      }\n    }\n  }\n}\n",
            },
            found=(".woodpecker.yml:4", "Jenkinsfile:5", "azure-pipelines.yml:4", "ci/tekton/scan.yaml:7"),
        ),
        Example(
            title="An upload that may fail, and a step whose outcome is examined",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - name: Upload coverage\n        uses: codecov/codecov-action@v4\n        continue-on-error: true\n"
                    "      - id: unit\n        run: pytest\n        continue-on-error: true\n"
                    "      - if: steps.unit.outcome == 'failure'\n        run: exit 1\n"
                ),
                ".gitlab-ci.yml": (
                    ".by-hand:\n  when: manual\nload-tests:\n  extends: .by-hand\n  script: make load\n  allow_failure: true\n"
                    "notify-chat:\n  script: ./notify.sh\n  allow_failure: true\n"
                ),
            },
        ),
    ),
)
