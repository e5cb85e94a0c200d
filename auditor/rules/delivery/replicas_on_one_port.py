"""AUD520: a service is started several times, and each of its containers wants the same port or name."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile, ComposeService
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SCALED = pattern(r"^[\"']?([A-Za-z0-9][\w.-]*)=([2-9]|[1-9][0-9]{1,3})[\"']?$")
_SEVERAL = 2


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    services: dict[str, list[ComposeService]] = {}
    several: list[tuple[str, ComposeService]] = []
    for file, fact in facts.of(ComposeFile, lambda file: not is_working_copy(file.path)):
        for service in fact.services:
            services.setdefault(service.name, []).append(service)
            if service.replicas >= _SEVERAL and _kept(service):
                several.append((file.path, service))
    if not services:
        return
    commands = facts.derive(invocations)
    if any(_is_swarm(one) for one in commands):
        return  # a swarm gives a published port to all tasks of the service
    for path, service in several:
        message = (
            f"{service.name!r} is to run {service.replicas} times, and {_kept(service)}: the second one does not start."
        )
        yield Hit(path, service.replicas_line, service.replicas_line, message, service.name)
    for one in commands:
        yield from _scaled(one, services)


def _kept(service: ComposeService) -> str:
    """What only one container of the service can have."""
    if service.container:
        return f"sets the name of its container, {service.container!r}"
    return f"publishes the port {service.held} of the machine" if service.held else ""


def _is_swarm(one: Invocation) -> bool:
    return one.name == "docker" and one.words[1:2] in (("stack",), ("swarm",), ("service",))


def _scaled(one: Invocation, services: dict[str, list[ComposeService]]) -> Iterator[Hit]:
    """Calls of compose that ask for more containers of such a service."""
    if one.origin is Origin.DOCUMENT or "compose" not in " ".join(one.words[:2]):
        return
    for at, word in enumerate(one.words):
        option, _, inline = word.partition("=")
        match = _SCALED.search(inline or next(iter(one.words[at + 1 : at + 2]), "")) if option == "--scale" else None
        known = services.get(match.group(1), []) if match else []
        if match and known and all(_kept(service) for service in known):
            message = f"{match.group(1)!r} is to run {match.group(2)} times, and {_kept(known[0])}: the second one does not start."
            yield Hit(one.path, one.lines[at], one.lines[at], message, one.symbol)


_COMPOSE = (
    "services:\n  till:\n    image: shop/till:1\n    ports:\n      - '8080:8080'\n    deploy:\n      replicas: 3\n"
)

RULE = Rule(
    id="AUD520",
    name="replicas-on-one-port",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can every service that is to run several times be started a second time?",
    why="Docker gives a port of the machine and a name to one container: what is meant to share the load, or to replace the old version without a gap, stops with an error.",
    limits="Ports that one container takes (no ranges) and `container_name`, with `replicas`, `scale` or `--scale`; where anything in the repository starts a swarm, nothing is said.",
    fix="Publish the port in a proxy in front of the service, or a range of ports, and leave the name to compose.",
    since="0.8.0",
    effort=20,
    reads=frozenset({"compose", "shell"}),
    check_repository=_check,
    examples=(
        Example(
            title="three containers for one port, one name for two, and an update that starts a second one",
            files={
                "compose.yml": (
                    f"{_COMPOSE}  stock:\n    image: shop/stock:1\n    container_name: stock\n    scale: 2\n  letters:\n    image: shop/letters:1\n    ports:\n      - '${{LETTERS_PORT:-8090}}:8090'\n"
                ),
                "deploy.sh": "#!/bin/bash\nset -e\ndocker compose pull\ndocker compose up -d --no-deps --scale letters=2 letters\n",
            },
            found=("compose.yml:11", "compose.yml:7", "deploy.sh:4"),
        ),
        Example(
            title="ranges, ports that Docker chooses, one container, and more of what takes nothing",
            files={
                "compose.yml": (
                    "services:\n  till:\n    image: shop/till:1\n    ports:\n      - '8080-8085:8080'\n      - '9090'\n    deploy:\n      replicas: 3\n  stock:\n    image: shop/stock:1\n    container_name: stock\n"
                    "    deploy:\n      replicas: 1\n  letters:\n    image: shop/letters:1\n    expose: ['8090']\n"
                ),
                "deploy.sh": "#!/bin/bash\ndocker compose up -d --scale letters=2 --scale stock=1\n",
            },
        ),
        Example(
            title="a swarm",
            files={"compose.yml": _COMPOSE, "deploy.sh": "#!/bin/bash\ndocker stack deploy -c compose.yml shop\n"},
        ),
    ),
)
