"""AUD343: Prometheus looks for a service inside of its own container."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TARGETS = pattern(r"^\s*-?\s*targets:\s*\[([^\]]+)\]")
_LOCAL = pattern(r"(?:localhost|127\.0\.0\.1):(\d{2,5})")
_ELSEWHERE = pattern(r"[\"'\[,\s]([a-z][a-z0-9\-_]*[a-z0-9])(?:\.[a-z0-9\-.]+)?:\d{2,5}")
_CONTAINER = pattern(r"\bprom/prometheus|prometheus/prometheus:|quay\.io/prometheus/prometheus")
_OWN = frozenset({"9090"})
_HERE = frozenset({"localhost"})


def _check(source: Source) -> Iterator[Hit]:
    if "scrape_configs:" not in source.text or is_template(source.path) or is_working_copy(source.path):
        return
    targets = list(_targets(source))
    elsewhere = any(name.group(1) not in _HERE for _, text in targets for name in _ELSEWHERE.finditer(f"[{text}"))
    if not elsewhere and not _CONTAINER.search(source.text):
        return
    for number, text in targets:
        ports = [found.group(1) for found in _LOCAL.finditer(text)]
        if any(port not in _OWN for port in ports):
            yield Hit(
                source.path,
                number,
                number,
                f"Prometheus in a container scrapes itself at {text.strip()}, and not the service.",
            )


def _targets(source: Source) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.lines, 1):
        found = _TARGETS.search(line)
        if found:
            yield number, found.group(1)


RULE = Rule(
    id="AUD343",
    name="scraped-localhost",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does Prometheus scrape the services, where they run?",
    why="In a container `localhost` is the container: the target is down for ever, and every alert on its metrics is silent.",
    limits="Judged where other targets are names of services, or the same file starts Prometheus as a container; port 9090 is Prometheus itself.",
    fix="Name the service as the container network knows it.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"yaml", "python", "shell"}),
    triggers=("scrape_configs",),
    check_file=_check,
    examples=(
        Example(
            title="a service beside others that are named",
            files={
                "prometheus.yml": (
                    "scrape_configs:\n  - job_name: prometheus\n    static_configs:\n      - targets: ['localhost:9090']\n"
                    "  - job_name: cache\n    static_configs:\n      - targets: ['cache-exporter:9121']\n"
                    "  - job_name: app\n    static_configs:\n      - targets: ['localhost:8000']\n"
                ),
            },
            found=("prometheus.yml:10",),
        ),
        Example(
            title="everything on one host",
            files={
                "prometheus.yml": (
                    "scrape_configs:\n  - job_name: node\n    static_configs:\n      - targets: ['localhost:9100']\n"
                    "  - job_name: app\n    static_configs:\n      - targets: ['localhost:8000']\n"
                ),
            },
        ),
    ),
)
