"""AUD514: a job that is to run by the clock is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.helm_text import COMPUTED
from auditor.facts.kubernetes_containers import KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform_settings import TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REHEARSED = pattern(
    r"(?i)(?:^|[/._-])(?:dev(?:el\w*)?|local|test\w*|staging|preview|sandbox|examples?|demo)(?:[/._-]|$)"
)
_BY_HAND = pattern(r"(?i)manual|on-?demand|ad-?hoc|one-?off|template")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _in_terraform(facts)
    judged = [(file, fact) for file, fact in facts.of(KubernetesContainers) if not _REHEARSED.search(file.path)]
    resumed = {name for _, fact in judged for name in fact.resumed}
    for file, fact in judged if "*" not in resumed else ():
        for one in fact.suspended:
            if one.name in resumed or _BY_HAND.search(one.name.replace(COMPUTED, "")) or _BY_HAND.search(file.name):
                continue
            message = f"The job {one.name!r} is suspended: its schedule `{one.schedule}` never starts it."
            yield Hit(file.path, one.line, one.line, message, one.name)


def _in_terraform(facts: RepositoryFacts) -> Iterator[Hit]:
    """Backups, checks of health and schedules of AWS that are switched off."""
    for file, fact in facts.of(TerraformSettings):
        if file.role is not Role.SHIPPED or _REHEARSED.search(file.path):
            continue
        copies = {
            one.blocks for one in fact.items if one.name in ("replicate_source_db", "replication_source_identifier")
        }
        for one in fact.items:
            kind = one.blocks[1] if len(one.blocks) == 3 and one.blocks[0] == "resource" else ""  # noqa: PLR2004 - kind, type and name
            if one.blocks[-1:] == ("backup_configuration",) and (one.name, one.value) == ("enabled", "false"):
                message = f"The backups of `{'.'.join(one.blocks[1:3])}` are switched off."
                yield Hit(file.path, one.line, one.line, message, ".".join(one.blocks[2:3]), Severity.MEDIUM)
            if (one.name, one.value.strip('"').lower()) in _OFF.get(kind, ()) and one.blocks not in copies:
                message = f"`{kind}.{one.blocks[2]}` is switched off: `{one.name} = {one.value}`."
                yield Hit(file.path, one.line, one.line, message, one.blocks[2], Severity.MEDIUM)


_OFF: dict[str, tuple[tuple[str, str], ...]] = {
    "aws_db_instance": (("backup_retention_period", "0"),),
    "aws_rds_cluster": (("backup_retention_period", "0"),),
    "google_monitoring_alert_policy": (("enabled", "false"),),
    "azurerm_monitor_metric_alert": (("enabled", "false"),),
    "aws_route53_health_check": (("disabled", "true"),),
    "aws_cloudwatch_event_rule": (("is_enabled", "false"), ("state", "disabled")),
    "aws_scheduler_schedule": (("state", "disabled"),),
}
_JOB = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {name}\nspec:\n  schedule: '0 2 * * *'\n  suspend: {off}\n  jobTemplate: {{}}\n"

RULE = Rule(
    id="AUD514",
    name="suspended-job",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are the scheduled jobs of the manifests switched on?",
    why="A nightly backup that is suspended makes no copies, and nothing ever fails to tell of it.",
    limits="CronJobs of Kubernetes with `suspend: true`, and backups, health checks and schedules of AWS that Terraform switches off; those of development, tests and staging, and those whose name says that they are started by hand, are left alone, as are those that another manifest, or a patch of a kustomization, switches on.",
    fix="Switch it on, or delete the manifest and what relies on it.",
    since="0.6.0",
    effort=10,
    reads=frozenset({"kubernetes-containers", "terraform-settings"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="backups and alerts of another cloud that are switched off",
            files={
                "infra/main.tf": 'resource "google_sql_database_instance" "shop" {\n  settings {\n    backup_configuration {\n      enabled = false\n    }\n  }\n}\n\nresource "google_monitoring_alert_policy" "shop" {\n  enabled = false\n}\n',
            },
            found=("infra/main.tf:10", "infra/main.tf:4"),
        ),
        Example(
            title="backups and a health check that Terraform switches off, a copy of another database, and a stage for tests",
            files={
                "infra/main.tf": 'resource "aws_db_instance" "shop" {\n  backup_retention_period = 0\n}\n\nresource "aws_route53_health_check" "shop" {\n  disabled = true\n}\n\nresource "aws_db_instance" "copy" {\n  replicate_source_db     = aws_db_instance.shop.id\n  backup_retention_period = 0\n}\n',
                "infra/staging/main.tf": 'resource "aws_db_instance" "shop" {\n  backup_retention_period = 0\n}\n',
            },
            found=(
                "infra/main.tf:2",
                "infra/main.tf:6",
            ),
        ),
        Example(
            title="bases whose jobs are switched on by overlays: by a manifest, and by patches in the kustomization",
            files={
                "k8s/base/jobs.yaml": "---\n".join(
                    _JOB.format(name=one, off="true") for one in ("backup", "cleanup", "report")
                ),
                "k8s/overlays/production/backup.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: backup\nspec:\n  suspend: false\n",
                "k8s/overlays/production/kustomization.yaml": (
                    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\npatches:\n  - path: backup.yaml\n  - target: {kind: CronJob, name: cleanup}\n    patch: |-\n"
                    "      - op: replace\n        path: /spec/suspend\n        value: false\n  - patch: |-\n      kind: CronJob\n      metadata:\n        name: report\n      spec:\n        suspend: false\n"
                ),
            },
        ),
        Example(
            title="a job of the operators' own folder, and one that only an overlay for staging switches on",
            files={
                "devops/backup.yaml": _JOB.format(name="backup", off="true"),
                "k8s/base/cleanup.yaml": _JOB.format(name="cleanup", off="true"),
                "k8s/staging/cleanup.yaml": _JOB.format(name="cleanup", off="false"),
            },
            found=("devops/backup.yaml:7", "k8s/base/cleanup.yaml:7"),
        ),
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
