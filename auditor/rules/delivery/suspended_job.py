"""AUD514: a job that is to run by the clock is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.kubernetes_containers import KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REHEARSED = pattern(r"(?i)(?:^|[/._-])(?:dev\w*|local|test\w*|staging|preview|sandbox|examples?|demo)(?:[/._-]|$)")
_BY_HAND = pattern(r"(?i)manual|on-?demand|ad-?hoc|one-?off|template")


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(KubernetesContainers)
    if fact is None or _REHEARSED.search(source.path):
        return
    for one in fact.suspended:
        if not _BY_HAND.search(one.name) and not _BY_HAND.search(source.path):
            message = f"The job {one.name!r} is suspended: its schedule `{one.schedule}` never starts it."
            yield Hit(source.path, one.line, one.line, message, one.name)


_JOB = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {name}\nspec:\n  schedule: '0 2 * * *'\n  suspend: {off}\n  jobTemplate: {{}}\n"

RULE = Rule(
    id="AUD514",
    name="suspended-job",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are the scheduled jobs of the manifests switched on?",
    why="A nightly backup that is suspended makes no copies, and nothing ever fails to tell of it.",
    limits="CronJobs of Kubernetes with `suspend: true`; those of development, tests and staging, and those whose name says that they are started by hand, are left alone.",
    fix="Switch it on, or delete the manifest and what relies on it.",
    since="0.6.0",
    effort=10,
    reads=frozenset({"kubernetes-containers"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("suspend",),
    check_file=_check,
    examples=(
        Example(
            title="a backup that never starts",
            files={"k8s/backup.yaml": _JOB.format(name="backup", off="true")},
            found=("k8s/backup.yaml:7",),
        ),
        Example(
            title="one that runs, one of staging, and one that people start",
            files={
                "k8s/backup.yaml": _JOB.format(name="backup", off="false"),
                "k8s/staging/backup.yaml": _JOB.format(name="backup", off="true"),
                "k8s/restore.yaml": _JOB.format(name="restore-manual", off="true"),
            },
        ),
    ),
)
