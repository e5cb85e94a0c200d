"""AUD601: an alert watches a metric that nothing emits."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.prometheus import AlertRule, PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.operations.unknown_metrics import faults_of

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PrometheusFile):
        for rule in fact.rules.rules if fact.rules else ():
            yield from _hits(file.path, rule, facts)


def _hits(path: str, rule: AlertRule, facts: RepositoryFacts) -> Iterator[Hit]:
    kind = "The recording rule" if rule.records else "The alert"
    for offset, fault in faults_of(rule.expression, facts):
        line = rule.expression_line + offset
        yield Hit(path, line, line, f"{kind} `{rule.name}` watches {fault}: it never fires.", rule.name)
    for annotation in rule.annotations:
        for query, line in annotation.queries:
            for _, fault in faults_of(query, facts):
                yield Hit(path, line, line, f"The text of `{rule.name}` queries {fault}.", rule.name)
                break


_RULES = """groups:
  - name: shop
    rules:
      - alert: PaymentsFail
        expr: rate(shop_payment_errors_total[5m]) > 0.1
        for: 5m
"""

RULE = Rule(
    id="AUD601",
    name="alert-on-unknown-metric",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is every metric that an alert watches emitted by code, an exporter or a recording rule?",
    why="An alert on a metric that does not exist yields no data and never fires, which looks the same as health.",
    limits=(
        "Metrics of well-known exporters and of the images that the repository runs are taken as given. A metric counts as "
        "emitted where its name, or its end after a namespace, stands in code; whether that code runs is not asked."
    ),
    fix="Emit the metric where the event happens, or alert on one that is emitted.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"prometheus"}),
    examples=(
        Example(
            title="a chart of what is written and built elsewhere",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: press\nversion: 1.0.0\n",
                "chart/templates/rules.yaml": (
                    'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: {{ include "press.fullname" . }}\nspec:\n  groups:\n    - name: press\n      rules:\n'
                    "        - alert: NoRolls\n          expr: max (press_rolls_left) < 1\n"
                ),
                "chart/templates/config.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: press\n  labels:\n    {{- include "press_metric_labels" . | nindent 4 }}\ndata:\n  prometheus: "Counter(press_sheets_total)"\n',
            },
        ),
        Example(
            title="the code counts something else",
            files={
                "monitoring/alerts.yml": _RULES,
                "shop/pay.py": 'from prometheus_client import Counter\n\nPAYMENTS = Counter("shop_payments_total", "Payments")\n',
            },
            found=("monitoring/alerts.yml:5",),
        ),
        Example(
            title="pushed to a gateway that nothing scrapes",
            files={
                "monitoring/alerts.yml": _RULES,
                "monitoring/prometheus.yml": "rule_files: [alerts.yml]\nscrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['shop:8000']\n",
                "scripts/report.sh": 'echo "shop_payment_errors_total $FAILED" | curl --data-binary @- "$GATEWAY/metrics/job/shop"\n',
            },
            found=("monitoring/alerts.yml:5",),
        ),
        Example(
            title="an image of the project's own name, built here, and one of a third party",
            files={
                "monitoring/alerts.yml": _RULES,
                "monitoring/more.yml": _RULES.replace("shop_payment", "turnstile_entry"),
                "Makefile": "image:\n\tdocker build -t registry.example.org/shop/shop-api:latest .\n",
                "docker-compose.yml": "services:\n  api:\n    image: shop-api:latest\n  gate:\n    image: turnstile/turnstile-server:2\n",
                "api/pay.py": "def pay() -> None:\n    ...\n",
            },
            found=("monitoring/alerts.yml:5",),
        ),
        Example(
            title="a namespace is put before the name",
            files={
                "monitoring/alerts.yml": _RULES,
                "shop/pay.py": 'from prometheus_client import Counter\n\nERRORS = Counter("payment_errors", "Errors", namespace="shop")\n',
            },
        ),
        Example(
            title="a metric of an exporter",
            files={
                "monitoring/alerts.yml": _RULES.replace("shop_payment_errors_total", "node_network_receive_errs_total"),
                "shop/pay.py": "def pay() -> None:\n    ...\n",
            },
        ),
        Example(
            title="metrics of an exporter that no job asks, and of one that a job asks",
            files={
                "monitoring/alerts.yml": _RULES.replace("shop_payment_errors_total", "celery_task_failed_total"),
                "monitoring/more.yml": _RULES.replace("shop_payment_errors_total", "redis_rejected_connections_total"),
                "monitoring/prometheus.yml": "rule_files: ['*.yml']\nscrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['shop:8000', 'redis-exporter:9121']\n",
                "shop/pay.py": "def pay() -> None:\n    ...\n",
            },
            found=("monitoring/alerts.yml:5",),
        ),
        Example(
            title="metrics of machines, beside a composed Prometheus without its configuration or an exporter",
            files={
                "monitoring/alerts.yml": _RULES.replace("shop_payment_errors_total", "node_network_receive_errs_total"),
                "docker-compose.yml": "services:\n  prometheus:\n    image: prom/prometheus:v2.53.0\n  shop:\n    image: shop/shop:1.2\n",
                "shop/pay.py": "def pay() -> None:\n    ...\n",
            },
            found=("monitoring/alerts.yml:5",),
        ),
        Example(
            title="metrics of machines, and an exporter beside the Prometheus",
            files={
                "monitoring/alerts.yml": _RULES.replace("shop_payment_errors_total", "node_network_receive_errs_total"),
                "docker-compose.yml": "services:\n  prometheus:\n    image: prom/prometheus:v2.53.0\n  host:\n    image: prom/node-exporter:v1.8.1\n",
                "shop/pay.py": "def pay() -> None:\n    ...\n",
            },
        ),
        Example(
            title="a name that code puts together of a prefix and the rest",
            files={
                "monitoring/alerts.yml": _RULES,
                "shop/metrics.go": 'package shop\n\nconst metricsPrefix = "shop_payment_"\n\nvar errors = prometheus.NewDesc(\n\tmetricsPrefix+"errors_total",\n\t"Errors.", nil, nil,\n)\n',
            },
        ),
        Example(
            title="a metric of a part of the platform",
            files={
                "monitoring/alerts.yml": _RULES.replace(
                    "shop_payment_errors_total[5m]", 'scheduler_pod_preemption_total{job="kube-scheduler"}[5m]'
                ),
                "shop/pay.py": "def pay() -> None:\n    ...\n",
            },
        ),
    ),
    check_repository=_check,
)
