"""AUD722: a job uses files of the repository without checking it out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.checkouts import checks_out
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.job_files import created_paths, files_named
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        uploaded = [
            step.given("path") for job in workflow.jobs for step in job.steps if "upload-artifact" in step.action
        ]
        for job in workflow.jobs:
            if not job.container:
                yield from _in_job(repository, file.path, job, "\n".join(uploaded))


def _in_job(repository: RepositoryFacts, path: str, job: Job, uploaded: str) -> Iterator[Hit]:
    made = created_paths(job)
    seen: set[str] = set()
    for named in files_named(job):
        top = named.path.partition("/")[0]
        if named.path in seen or not repository.exists(named.path) or checks_out(job, named.line):
            continue
        seen.add(named.path)
        if not _mentions(made, top) and not _mentions(uploaded, top):
            message = f"The job {job.id!r} uses {named.path!r} of the repository, and does not check it out."
            yield Hit(path, named.line, named.line, message, f"{job.id}/{named.step.name}")
    yield from _uploads(path, job, made)


def _uploads(path: str, job: Job, made: str) -> Iterator[Hit]:
    """Files that are uploaded from a workspace that only the job's own commands fill, and none of them makes."""
    if any(step.uses.is_set and "upload-artifact" not in step.action for step in job.steps):
        return
    names = {part.strip().rpartition("/")[2] for part in made.split("\n") if ":" not in part}
    for step in job.steps:
        if "upload-artifact" not in step.action:
            continue
        setting = next((one for one in step.inputs if one.name == "path"), None)
        for number, item in enumerate(setting.text.split("\n") if setting else ()):
            name = item.strip().rpartition("/")[2]
            if setting and name and "." in name and "*" not in name and "$" not in name and name not in names and made:
                message = f"The job {job.id!r} uploads {item.strip()!r}, and nothing in it makes that file."
                yield Hit(path, setting.line + number, setting.line + number, message, job.id)


def _mentions(text: str, top: str) -> bool:
    return any(
        part.strip().removeprefix("./").partition("/")[0] in (top, ".", "*", "")
        for part in text.split("\n")
        if part.strip()
    )


RULE = Rule(
    id="AUD722",
    name="workspace-file-without-checkout",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every job that uses files of the repository check it out?",
    why="The workspace of a job is empty until something fills it: the script is not there, and the step fails or its failure is swallowed.",
    limits="Jobs in which an unknown action might fill the workspace are left alone, and so are files that an artifact might bring.",
    fix="Check the repository out first, or use the path inside of the artifact.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="A script in an empty workspace",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: bash scripts/deploy.sh\n",
                "scripts/deploy.sh": "true\n",
            },
            found=(".github/workflows/deploy.yml:6",),
        ),
        Example(
            title="Two scripts in an empty workspace, one of them twice",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          bash scripts/deploy.sh\n          python scripts/smoke.py\n          bash scripts/deploy.sh\n",
                "scripts/deploy.sh": "true\n",
                "scripts/smoke.py": "print(1)\n",
            },
            found=(".github/workflows/deploy.yml:7", ".github/workflows/deploy.yml:8"),
        ),
        Example(
            title="A script after a checkout",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: bash scripts/deploy.sh\n",
                "scripts/deploy.sh": "true\n",
            },
        ),
    ),
)
