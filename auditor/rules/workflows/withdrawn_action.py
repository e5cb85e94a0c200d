"""AUD453: a step uses a version of an action that the forge has switched off."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ARTIFACTS, _CACHES = 3, 2
_WITHDRAWN = {
    "actions/upload-artifact": _ARTIFACTS, "actions/download-artifact": _ARTIFACTS, "actions/upload-pages-artifact": 2,
    "actions/deploy-pages": 3, "actions/cache": _CACHES,
}  # fmt: skip
"""The last major version of each that no longer runs."""
_MAJOR = pattern(r"^v(\d{1,3})$")


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        for step in job.steps:
            version = step.uses.text.partition("@")[2].strip()
            last, found = _WITHDRAWN.get(step.action), _MAJOR.search(version)
            if last is not None and found is not None and int(found.group(1)) <= last:
                message = f"GitHub has switched off {step.action}@{version}: a job that gets here fails."
                yield Hit(source.path, step.uses.line, step.uses.line, message, job.id)


RULE = Rule(
    id="AUD453",
    name="withdrawn-action",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Do all steps use versions of actions that still run?",
    why="GitHub fails a job that asks for such a version, so the workflow cannot have run of late, and will not when it is needed.",
    limits="Knows the actions for artifacts, caches and pages of GitHub by their major versions (`v3`); releases and commits of them are not judged, nor is what is only deprecated. A server of one's own (GitHub Enterprise Server) may still run them.",
    fix="Take the current major version, and run the workflow once.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-action", "github-workflow"}),
    triggers=("actions/",),
    check_file=_check,
    examples=(
        Example(
            title="an upload that no longer runs",
            files={
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v2\n        with: {path: x, key: y}\n      - run: make test\n      - uses: actions/upload-artifact@v3\n        with: {name: report, path: report}\n"
            },
            found=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:9"),
        ),
        Example(
            title="versions that run",
            files={
                ".github/workflows/ci.yml": 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v2\n      - uses: actions/cache@v4\n        with: {path: x, key: y}\n      - uses: actions/upload-artifact@v4\n        with: {name: report, path: report}\n      - run: echo "::set-output name=a::b"\n'
            },
        ),
    ),
)
