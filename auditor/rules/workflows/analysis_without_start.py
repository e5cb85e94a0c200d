"""AUD471: an action is called that needs another one before it, and that one is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NEEDS = {
    "github/codeql-action/analyze": "github/codeql-action/init",
    "github/codeql-action/autobuild": "github/codeql-action/init",
    "google-github-actions/get-gke-credentials": "google-github-actions/auth",
    "aws-actions/amazon-ecr-login": "aws-actions/configure-aws-credentials",
}
_BY_ENVIRONMENT = ("AWS_ACCESS_KEY_ID", "GOOGLE_APPLICATION_CREDENTIALS")


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        seen: set[str] = set()
        unknown = not job.hosted or any(one.name in _BY_ENVIRONMENT for one in job.env)
        for step in job.steps:
            needed = _NEEDS.get(step.action)
            unknown = unknown or step.action.startswith("./") or any(one.name in _BY_ENVIRONMENT for one in step.env)
            if needed and needed not in seen and not unknown:
                message = f"`{step.action}` needs `{needed}` before it in the same job: without it, it always fails."
                yield Hit(source.path, step.uses.line, step.uses.line, message, job.id)
            seen.add(step.action)


_HEAD = "on: push\njobs:\n  scan:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="AUD471",
    name="analysis-without-start",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every action have before it what it needs?",
    why="The second half of an analysis fails on its own, every time; with `continue-on-error` nobody sees that nothing is analysed.",
    limits="Knows CodeQL, and logins to registries and clusters, on hosted runners, in jobs that call no action of the repository itself.",
    fix="Add the action that it needs before it.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    triggers=("codeql-action", "get-gke-credentials", "amazon-ecr-login"),
    check_file=_check,
    examples=(
        Example(
            title="an analysis that was never started",
            files={".github/workflows/scan.yml": _HEAD + "      - uses: github/codeql-action/analyze@v3\n"},
            found=(".github/workflows/scan.yml:7",),
        ),
        Example(
            title="started before",
            files={
                ".github/workflows/scan.yml": _HEAD
                + "      - uses: github/codeql-action/init@v3\n      - uses: github/codeql-action/analyze@v3\n"
            },
        ),
    ),
)
