"""AUD428: a health check takes every answer for a good one."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_health import health_tests
from auditor.facts.image_health import ImageHealth
from auditor.facts.kubernetes_containers import KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Chain, Command, If, Loop, Node, Prefixed, walk
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HEALTH = pattern(
    r"(?i)(?:https?://|\$\{?\w*(?:url|host|addr|endpoint|base)\w*\}?)\S*/(?:\w+/)*(?:-/)?(?:health\w*|healthy|ready\w*|readiness|live\w*|liveness|status|ping|heartbeat|up)/?[\"']?(?:\s|$|[)?|;&'\"])"
)
_FAILS = pattern(r"(?:^|\s)(?:-[a-zA-Z]*f[a-zA-Z]*|--fail\S*)(?:\s|$)")
_LOOKS = pattern(
    r"http_code|response_code|(?:^|\s)(?:-w|--write-out|-K|--config)\b|\||(?:^|\s)(?:-X\s?(?:POST|PUT|PATCH|DELETE)|--request|-d|--data\S*)\b"
)
_PYTHON = pattern(r"(?:requests|httpx)\.(?:get|head)\(")
_PYTHON_LOOKS = pattern(r"raise_for_status|status_code|\.ok\b|is_success|assert")
_NODE = pattern(r"\bhttps?['\"]?\)?\.(?:get|request)\(|\bfetch\(")
_NODE_LOOKS = pattern(r"statusCode|\.ok\b|\.status\b")
_WORD = pattern(r"^[\"']?[A-Za-z_-]+[\"']?$")
_TELLS = "counts every answer, errors of the service included, as healthy"


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for text, line, end_line, symbol in (*_declared(source), *_asked(source)):
        if line not in seen and _ignores_status(text):
            seen.add(line)
            yield Hit(source.path, line, end_line, f"{text.strip()[:70]!r} {_TELLS}.", symbol)


def _declared(source: Source) -> Iterator[tuple[str, int, int, str]]:
    """The health commands of images, compose services and pods."""
    image, pods = source.fact(ImageHealth), source.fact(KubernetesContainers)
    for one in image.commands if image is not None else ():
        yield one.text, one.line, one.end_line, "HEALTHCHECK"
    for test in health_tests(source):
        yield test.text, test.line, test.end_line, test.service
    for container in pods.containers if pods is not None else ():
        for words, line in container.probe_commands:
            yield " ".join(words), line, line, container.name


def _asked(source: Source) -> Iterator[tuple[str, int, int, str]]:
    """The requests of shell programs on whose status something depends."""
    for unit in units_of(source):
        for node in walk(unit.body):
            for command in _deciding(node):
                if command.name == "curl":
                    yield " ".join(command.texts), command.line, command.end_line, unit.symbol


def _deciding(node: Node) -> Iterator[Command]:
    conditions: tuple[Node, ...] = ()
    if isinstance(node, If):
        conditions = tuple(one for branch in node.branches for one in branch.condition)
    elif isinstance(node, Loop) and node.keyword in ("while", "until"):
        conditions = node.condition
    elif isinstance(node, Chain):
        conditions = () if _gives_word(node.right) else (node.left,)
    for one in conditions:
        inner = one.body if isinstance(one, Prefixed) else one
        if isinstance(inner, Command):
            yield inner


def _gives_word(right: Node) -> bool:
    """``$(curl ... || echo unreachable)``: the answer itself is told, and a word in the place of one that did not come."""
    return (
        isinstance(right, Command)
        and right.name in ("echo", "printf")
        and _WORD.search(" ".join(right.texts[1:])) is not None
    )


def _ignores_status(text: str) -> bool:
    if "curl" in text:
        asks = text[text.index("curl") :].split("||", maxsplit=1)[0].split("&&", maxsplit=1)[0]
        return bool(_HEALTH.search(asks)) and not _FAILS.search(asks) and not _LOOKS.search(asks)
    if _PYTHON.search(text):
        return _PYTHON_LOOKS.search(text) is None
    return "node" in text and _NODE.search(text) is not None and _NODE_LOOKS.search(text) is None


RULE = Rule(
    id="AUD428",
    name="health-status-ignored",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a health check fail when the service answers that it is ill?",
    why="curl without --fail ends with 0 on every answer: a service that says 503 to its own health check counts as healthy, and the release goes on.",
    limits="Requests of curl, requests, httpx and node to paths of health, in health checks of containers and in conditions of shell programs; where the answer is read, nothing is said.",
    fix="Write `curl --fail`, or look at the status.",
    since="0.4.0",
    effort=5,
    reads=frozenset(
        {
            "shell",
            "gitlab-ci",
            "pipeline",
            "github-action",
            "github-workflow",
            "image-health",
            "kubernetes-containers",
            "compose",
            "make-recipes",
        }
    ),
    triggers=("curl", "requests.", "httpx.", "http", "fetch("),
    check_file=_check,
    examples=(
        Example(
            title="checks that take every answer",
            files={
                "Dockerfile": "FROM alpine:3.20\nHEALTHCHECK CMD curl -s http://localhost:8000/healthz || exit 1\n",
                "docker-compose.yml": (
                    'services:\n  api:\n    image: shop:1.0\n    healthcheck:\n      test: ["CMD", "python", "-c", "import requests; requests.get(\'http://localhost:8000/health\')"]\n'
                ),
                "wait.sh": 'until curl -sS "$BASE_URL/health" > /dev/null; do sleep 2; done\nup() {\n  if curl -s http://api:8000/ready; then\n    echo ready\n  fi\n}\n',
            },
            found=("Dockerfile:2", "docker-compose.yml:5", "wait.sh:1", "wait.sh:3"),
        ),
        Example(
            title="checks that fail on errors, read the answer, or ask for something else",
            files={
                "Dockerfile": "FROM alpine:3.20\nHEALTHCHECK CMD curl -fsS http://localhost:8000/healthz || exit 1\n",
                "docker-compose.yml": (
                    'services:\n  api:\n    image: shop:1.0\n    healthcheck:\n      test: ["CMD-SHELL", "curl -s http://localhost:8000/health | grep -q ok"]\n'
                ),
                "wait.sh": 'until curl -s --fail "$BASE_URL/health" > /dev/null; do sleep 2; done\ncurl -s http://search:9200 || exit 1\ncurl -X POST http://api/status || exit 1\nSTATE="$(curl -s http://api:8000/health || echo unreachable)"\n',
            },
        ),
    ),
)
