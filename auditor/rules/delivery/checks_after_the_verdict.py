"""AUD529: a check stands where its failure changes nothing: behind the verdict on the job."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.counted_commands import whose_failure_counts
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_AFTER = frozenset({"after_script", "after-script"})


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        for step in job.steps:
            if step.id not in _AFTER or step.program is None:
                continue
            for command in all_commands(step.program.body):
                if whose_failure_counts(command):
                    message = f"{command.text[:60]!r} runs in `{step.id}`: how it ends changes nothing for the job {job.id!r}."
                    yield Hit(source.path, command.line, command.end_line, message, job.id)


RULE = Rule(
    id="AUD529",
    name="checks-after-the-verdict",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do tests and deployments stand where their failure counts?",
    why="GitLab does not look at how `after_script` ended (https://docs.gitlab.com/ci/yaml/#after_script): tests in it never fail a job.",
    limits="`after_script` of GitLab jobs; test runners, scanners, migrations and deployments by the name of the tool, and scripts that by their names check.",
    fix="Move the command into `script`, or into a job of its own with `when: always`.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"gitlab-ci", "pipeline"}),
    triggers=("after_script", "after-script"),
    check_file=_check,
    examples=(
        Example(
            title="tests behind the verdict, and what may stand there",
            files={
                ".gitlab-ci.yml": "integration:\n  script:\n    - make up\n  after_script:\n    - go test -tags integration ./...\n    - docker compose down\n    - docker compose logs > log.txt\n"
            },
            found=(".gitlab-ci.yml:5",),
        ),
        Example(
            title="tests in the script",
            files={
                ".gitlab-ci.yml": "integration:\n  script:\n    - go test ./...\n  after_script:\n    - rm -rf out\n"
            },
        ),
    ),
)
