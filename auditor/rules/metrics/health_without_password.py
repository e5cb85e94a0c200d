"""AUD271: the health check of a Redis with a password asks without it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import ParseFailure
from auditor.facts.compose_file import looks_like_compose
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, walk
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = pattern(r"redis-cli|valkey-cli")
_GIVES = pattern(r"(?:^|\s)(?:-a|--pass|-u|--user)(?:\s|=|$)|REDISCLI_AUTH|\|\s*grep|PONG")
_AUTHENTICATED = "REDISCLI_AUTH"


def _check(source: Source) -> Iterator[Hit]:
    if not looks_like_compose(source.file.name):
        return
    try:
        roots = read_meant(source.text).documents
    except ParseFailure:
        return  # the parser of compose files reports it
    root = roots[0] if roots else None
    for key, service in root.mapping("services").pairs if isinstance(root, Mapping) else ():
        if not isinstance(service, Mapping) or "requirepass" not in _text(service.get("command")):
            continue
        test = service.mapping("healthcheck").get("test")
        text = _text(test)
        if (
            test is None
            or not _ASKS.search(text)
            or _GIVES.search(text)
            or _AUTHENTICATED in _text(service.get("environment"))
        ):
            continue
        message = (
            "Redis answers `NOAUTH` to this check, and redis-cli ends with 0: the service is healthy whatever happens."
        )
        yield Hit(source.path, test.line, test.line, message, key.text)


def _text(node: Node | None) -> str:
    """All scalars below a node, names of a mapping included, as one text."""
    if node is None:
        return ""
    found = [one.text for one in walk(node) if isinstance(one, Scalar)]
    names = [key.text for one in walk(node) if isinstance(one, Mapping) for key, _ in one.pairs]
    return " ".join((*names, *found))


_SERVICE = "services:\n  cache:\n    image: redis:7\n    command: redis-server --requirepass ${REDIS_PASSWORD:?}\n"

RULE = Rule(
    id="AUD271",
    name="health-without-password",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can the health check of Redis fail?",
    why="What depends on a healthy cache starts beside one that answers nobody, and the orchestrator never restarts it.",
    limits="Compose services whose command sets `requirepass`, and whose check is a redis-cli that gives no password and looks at no answer.",
    fix='Write `redis-cli -a "$$REDIS_PASSWORD" ping | grep PONG`, or set `REDISCLI_AUTH`.',
    since="0.3.0",
    effort=10,
    reads=frozenset({"compose"}),
    triggers=("requirepass",),
    check_file=_check,
    examples=(
        Example(
            title="a check that is refused, and counted as healthy",
            files={
                "docker-compose.yml": _SERVICE
                + '    healthcheck:\n      test: ["CMD", "redis-cli", "--raw", "incr", "ping"]\n'
            },
            found=("docker-compose.yml:6",),
        ),
        Example(
            title="with the password, by the environment, and with a look at the answer",
            files={
                "docker-compose.yml": _SERVICE
                + '    healthcheck:\n      test: ["CMD", "redis-cli", "-a", "$REDIS_PASSWORD", "ping"]\n',
                "compose.yaml": _SERVICE
                + "    environment:\n      REDISCLI_AUTH: ${REDIS_PASSWORD:?}\n    healthcheck:\n      test: redis-cli ping\n",
                "docker-compose.prod.yml": _SERVICE + "    healthcheck:\n      test: redis-cli ping | grep PONG\n",
            },
        ),
    ),
)
