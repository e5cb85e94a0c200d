"""AUD647: the configuration of a Prometheus or an Alertmanager that nothing loads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.alertmanager import AlertmanagerFile
from auditor.facts.handed_files import deploys, is_handed
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SHOWS = pattern(r"(?i)example|sample|template|(?:^|/)docs?/|\.dist\b")
"""Paths of configurations that are there to be copied from."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    if not deploys(facts):
        return
    for file, program in _configurations(facts):
        if not is_handed(file.path, facts):
            message = (
                f"Nothing in the repository mounts, copies or applies this configuration: no {program} ever reads it."
            )
            yield Hit(file.path, 1, 1, message)


def _configurations(facts: RepositoryFacts) -> Iterator[tuple[SourceFile, str]]:
    found = [(file, "Prometheus") for file, fact in facts.of(PrometheusFile) if fact.is_config and "prom" in file.name]
    found += [(file, "Alertmanager") for file, _ in facts.of(AlertmanagerFile)]
    yield from (
        (file, program)
        for file, program in found
        if file.language is Language.YAML and file.role is Role.SHIPPED and not _SHOWS.search(file.path)
    )


_SCRAPES = "scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['shop:8000']\n"
_ROUTES = "route:\n  receiver: mail\nreceivers:\n  - name: mail\n    email_configs:\n      - to: ops@shop.de\n"
_COMPOSE = "services:\n  shop:\n    image: shop/shop:1.2\n"

RULE = Rule(
    id="AUD647",
    name="monitoring-never-loaded",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every configuration of Prometheus and Alertmanager given to one that runs?",
    why="The configuration is reviewed and counted as monitoring, and no server has ever read it.",
    limits=(
        "Judged where the repository composes services or has workloads of Kubernetes. A configuration counts as loaded where a composition mounts it or its folder, "
        "an image copies it, or another configuration or a command that does more than look names it; documents and tests do not count."
    ),
    fix="Mount it into the server that the repository deploys, or delete it.",
    since="0.5.0",
    effort=30,
    reads=frozenset({"prometheus", "alertmanager"}),
    check_repository=_check,
    examples=(
        Example(
            title="beside a composition without monitoring",
            files={
                "config/prometheus.yml": _SCRAPES,
                "config/alertmanager.yml": _ROUTES,
                "docker-compose.yml": _COMPOSE,
                "docs/monitoring.md": "# Monitoring\n\nSee `config/prometheus.yml`.\n",
                "scripts/check.sh": "#!/bin/sh\n[ -f config/alertmanager.yml ] || exit 1\ncat > /etc/prometheus/prometheus.yml < /dev/null\n",
            },
            found=("config/alertmanager.yml:1", "config/prometheus.yml:1"),
        ),
        Example(
            title="mounted, copied, and put into a config map",
            files={
                "monitoring/prometheus.yml": _SCRAPES,
                "docker-compose.yml": _COMPOSE + "    volumes:\n      - ./monitoring:/etc/prometheus:ro\n",
                "routes/alertmanager.yml": _ROUTES,
                "Dockerfile": "FROM prom/alertmanager:v0.27.0\nCOPY routes/alertmanager.yml /etc/alertmanager/\n",
                "cluster/prometheus.yaml": _SCRAPES,
                "deploy.sh": "#!/bin/sh\nkubectl create configmap prometheus --from-file=cluster/\n",
                "other/prometheus.yml": _SCRAPES,
                "other/kustomization.yaml": "configMapGenerator:\n  - name: prometheus\n    files:\n      - prometheus.yml\n",
            },
        ),
        Example(
            title="carried with a folder around it, from the folder of the script, and named from the root of the repository",
            files={
                "docker-compose.yml": _COMPOSE,
                "watch/servers/main/prometheus.yml": _SCRAPES,
                "ops/cluster/alerts/alertmanager.yml": _ROUTES,
                "ops/extra/prometheus.yml": _SCRAPES,
                "Makefile": "deploy:\n\tcd ops && kubectl apply --filename cluster\n",
                "install.sh": (
                    '#!/bin/sh\nroot="$(cd "$(dirname "$0")" && pwd)"\nscp -r "$root/watch" server:/etc/\n'
                    'scp "$root/ops/extra/prometheus.yml" server:/etc/prometheus.yml\n'
                ),
            },
        ),
        Example(title="a repository that deploys nothing", files={"config/prometheus.yml": _SCRAPES}),
    ),
)
