"""Where paths of the project's own server are asked for: by commands, health checks and Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from auditor.facts.health_paths import HealthPaths
from auditor.facts.image_health import ImageHealth
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.kubernetes_containers import KubernetesContainers
from auditor.facts.named_endpoints import NamedEndpoints
from auditor.facts.own_containers import own_containers
from auditor.facts.own_hosts import OwnHosts, Side, own_hosts
from auditor.facts.own_variables import is_tool
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.facts.route_pattern import without_query
from auditor.facts.route_table import RouteTable, route_table
from auditor.facts.service_addresses import ServiceAddresses
from auditor.facts.shell import ShellFile
from auditor.facts.shell_paths import expand, variables_of
from auditor.facts.shell_program import Function, Loop, ShellProgram, all_commands, walk
from auditor.facts.told_endpoints import told_endpoints

__all__ = ["EndpointUse", "endpoint_uses"]

_ASKERS = frozenset(
    {"curl", "wget", "http", "https", "hey", "ab", "wrk", "httpx", "xh", "k6", "vegeta", "wait-on", "wscat", "websocat"}
)
_ENTERS = frozenset({"kubectl", "oc", "docker", "docker-compose", "podman", "nerdctl"})
_SAYERS = frozenset({"echo", "printf"})
_URL = pattern(r"(?:https?|wss?)://([\w.-]+|\[::1\])(?::(\d{2,5}))?(/[^\s\"'`\\|;,)\]]*)?")
_OF_VARIABLE = pattern(r"^\$\{?(\w+)(?::?-[^}]*)?\}?(/[^\s\"'`\\|;]*)$")
_OF_OPEN_HOST = pattern(r"^(?:https?|wss?)://([\w.:${}-]*\$\{?\w+\}?[\w.:${}-]*)(/[^\s\"'`\\|;]*)$")
_BY_PARAMETER = pattern(r"^(\$\{?\w+\}?|https?://[\w.:-]+)\$\{?(\w+)\}?$")
_POSITION = pattern(r"^\$\{?(\d)(?::?-[^}]*)?\}?$")
_PATH = pattern(r"^/[\w./{}$-]*$")
_OF_REGISTRIES = pattern(r"^/v2(?:/?$|/_catalog|/.+/(?:tags|manifests|blobs)(?:/|$))")
"""Paths of a registry of images, which listens on port 5000: https://distribution.github.io/distribution/spec/api/."""
_LOCAL_PREFIX = ("localhost", "127.0.0.1")
Home = Callable[[str], bool]
"""Tells whether a path lies where several routes of the repository do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointUse:
    """One path that is asked for. `said` where a text only tells people of it, `unsure` where another server may be meant."""

    file: str
    line: int
    path: str
    side: Side
    symbol: str
    said: bool = False
    unsure: bool = False


def endpoint_uses(facts: RepositoryFacts) -> tuple[EndpointUse, ...]:
    """All uses of own endpoints, by path and line; for `RepositoryFacts.derive`."""
    hosts, table = facts.derive(own_hosts), facts.derive(route_table)
    home = table.is_home
    assigned = tuple(_of_assignments(facts, hosts, home))
    held = {(one.file, one.path) for one in assigned}
    found = [
        *(one for one in _of_commands(facts, hosts, home) if (one.file, one.path) not in held),
        *_of_variables(facts, hosts, table),
        *_of_functions(facts, hosts),
        *_of_health(facts, hosts),
        *_of_pods(facts),
        *_of_scrapes(facts, hosts),
        *_of_names(facts),
        *_of_infrastructure(facts),
        *_of_texts(facts),
        *assigned,
    ]
    meant = (_weighed(one, table) for one in found if not (one.side.guessed and _OF_REGISTRIES.search(one.path)))
    return tuple(sorted(meant, key=lambda one: (one.file, one.line, one.path)))


def _weighed(one: EndpointUse, table: RouteTable) -> EndpointUse:
    """The use, unsure where its port is the only sign of whose server is asked, and no own route lies beside the path."""
    return replace(one, unsure=True) if one.side.guessed and not table.is_beside(one.path) else one


def _of_commands(facts: RepositoryFacts, hosts: OwnHosts, home: Home) -> Iterator[EndpointUse]:
    for one in facts.derive(invocations):
        first = _asker(one)
        if first is None:
            continue
        for word, line in zip(one.words[first + 1 :], one.lines[first + 1 :], strict=True):
            for path, side in _asked(word, hosts, home, one.path, said=one.name in _SAYERS):
                yield EndpointUse(
                    file=one.path, line=line, path=path, side=side, symbol=one.symbol, said=one.name in _SAYERS
                )


def _asker(one: Invocation) -> int | None:
    """Where the program stands that asks: first, or where a container is told to run it."""
    if one.name in (_ASKERS if one.origin is Origin.DOCUMENT else _ASKERS | _SAYERS):
        return 0
    if one.name not in _ENTERS or "exec" not in one.words[:3]:
        return None
    return next((index for index, word in enumerate(one.words) if word in _ASKERS and index > 1), None)


def _asked(word: str, hosts: OwnHosts, home: Home, file: str, *, said: bool) -> Iterator[tuple[str, Side]]:
    match = _OF_VARIABLE.search(word)
    if match and not said:
        side = hosts.of_variable(match.group(1), match.group(2))
        if side is not None:
            yield without_query(match.group(2)), side
        return
    opened = _OF_OPEN_HOST.search(word)
    if opened and not said:
        side = hosts.of_open_host(opened.group(1))
        if side is not None:
            yield without_query(opened.group(2)), side
        return
    for found in _URL.finditer(word) if said or word.startswith(("http", "ws")) else ():
        path = without_query(found.group(3)).rstrip(".:") if found.group(3) else ""
        side = _side(found.group(1), found.group(2), hosts) or _side_of_home(found.group(1), found.group(2), path, home)
        if side is not None and path and not hosts.is_of_tool(file, found.group(1), found.group(2)):
            yield path, side


def _side_of_home(host: str, port: str, path: str, home: Home) -> Side | None:
    """The side of a proxy on this machine: it hands on what lies where the routes of the repository do."""
    return Side(proxied=True) if host in _LOCAL_PREFIX and not port and home(path) else None


def _of_assignments(facts: RepositoryFacts, hosts: OwnHosts, home: Home) -> Iterator[EndpointUse]:
    """Whole addresses that variables of scripts hold."""
    for file, fact in facts.of(ShellFile):
        for command in all_commands(fact.program.body):
            for one in command.assignments:
                text = one.value.text.strip("\"'")
                for path, side in _asked(text, hosts, home, file.path, said=False) if _URL.fullmatch(text) else ():
                    yield EndpointUse(file=file.path, line=one.value.line, path=path, side=side, symbol=one.name)


def _of_variables(facts: RepositoryFacts, hosts: OwnHosts, table: RouteTable) -> Iterator[EndpointUse]:
    """Paths behind a variable that is named after the own server and set to its public name, where own routes lie beside them."""
    for file, fact in facts.of(ShellFile):
        known = variables_of(fact.program, file.path)
        for command in all_commands(fact.program.body):
            for word in command.words[1:] if command.name in _ASKERS else ():
                match = _OF_VARIABLE.search(word.text.strip("\"'"))
                url = _URL.match(known.get(match.group(1), "")) if match else None
                if match is None or url is None or "." not in url.group(1) or url.group(1) in _LOCAL_PREFIX:
                    continue
                side = None if is_tool(url.group(1)) else hosts.of_variable(match.group(1), match.group(2))
                path = without_query(match.group(2))
                if side is not None and table.is_beside(path):
                    yield EndpointUse(
                        file=file.path, line=word.line, path=path, side=side, symbol=match.group(1), unsure=True
                    )


def _side(host: str, port: str, hosts: OwnHosts) -> Side | None:
    return hosts.of_address(host, int(port) if port else None) or hosts.of_public_name(host)


def _of_functions(facts: RepositoryFacts, hosts: OwnHosts) -> Iterator[EndpointUse]:
    """Paths handed to a function of the script that asks for them, and paths that a loop goes through."""
    for file, fact in facts.of(ShellFile):
        known = variables_of(fact.program, file.path)
        askers = {one.name: asked for one in fact.program.functions if (asked := _parameter(one, known, hosts))}
        for command in all_commands(fact.program.body) if askers else ():
            asked = askers.get(command.name)
            if asked is None or len(command.words) <= asked[0] or "404" in command.text:
                continue
            word = command.words[asked[0]]
            if _PATH.search(word.text):
                yield EndpointUse(file=file.path, line=word.line, path=word.text, side=asked[1], symbol=command.name)
        yield from _of_loops(file.path, fact.program, known, hosts)


def _parameter(function: Function, known: dict[str, str], hosts: OwnHosts) -> tuple[int, Side] | None:
    """Which argument of a function is a path that it asks its server for, and whose server that is."""
    places: dict[str, int] = {str(number): number for number in range(1, 10)}
    for command in all_commands(function.body):
        for one in command.assignments:
            match = _POSITION.search(one.value.text)
            if match:
                places[one.name] = int(match.group(1))
    for command in all_commands(function.body):
        for name, side in _by_variable(command.texts, known, hosts) if command.name in _ASKERS else ():
            if name in places:
                return places[name], side
    return None


def _by_variable(texts: tuple[str, ...], known: dict[str, str], hosts: OwnHosts) -> Iterator[tuple[str, Side]]:
    """The variables that hold paths put behind an own address, in the words of one command."""
    for text in texts[1:]:
        match = _BY_PARAMETER.search(text.replace('"', ""))
        if not match:
            continue
        base, variable = match.group(1), match.group(1).strip("${}")
        url = _URL.search(expand(base, known))
        side = _side(url.group(1), url.group(2), hosts) if url else hosts.of_variable(variable)
        if side is not None:
            yield match.group(2), side


def _of_loops(path: str, program: ShellProgram, known: dict[str, str], hosts: OwnHosts) -> Iterator[EndpointUse]:
    for loop in walk(program.body):
        if not isinstance(loop, Loop) or loop.keyword != "for":
            continue
        for command in all_commands(loop.body):
            sides = [side for _, side in _by_variable(command.texts, known, hosts)] if command.name in _ASKERS else []
            for word in loop.words if sides else ():
                if _PATH.search(word.text):
                    yield EndpointUse(file=path, line=word.line, path=word.text, side=sides[0], symbol="")


def _of_health(facts: RepositoryFacts, hosts: OwnHosts) -> Iterator[EndpointUse]:
    for file, fact in facts.of(ServiceAddresses):
        for service in fact.services:
            side = hosts.of_service(service.name)
            for probe in service.probes if side is not None else ():
                yield EndpointUse(
                    file=file.path,
                    line=probe.line,
                    path=without_query(probe.path),
                    side=side or Side(),
                    symbol=service.name,
                )
    for file, image in facts.of(ImageHealth):
        for command in image.commands:
            for match in _URL.finditer(command.text):
                if (
                    match.group(1) in _LOCAL_PREFIX
                    and match.group(3)
                    and hosts.of_address("localhost", int(match.group(2) or 0))
                ):
                    yield EndpointUse(
                        file=file.path,
                        line=command.line,
                        path=without_query(match.group(3)),
                        side=Side(),
                        symbol="HEALTHCHECK",
                    )


def _of_pods(facts: RepositoryFacts) -> Iterator[EndpointUse]:
    """The probes of containers that run an image of the repository, and what is scraped of them."""
    for file, one in facts.derive(own_containers):
        for probe in one.probes:
            if _PATH.search(probe.path):
                path = without_query(probe.path)
                yield EndpointUse(file=file, line=probe.line, path=path, side=Side(), symbol=one.name)
    annotated = {file for file, _ in facts.derive(own_containers)}
    for manifest, fact in facts.of(KubernetesContainers):
        for scrape in fact.scrapes if manifest.path in annotated else ():
            yield EndpointUse(
                file=manifest.path, line=scrape.line, path=without_query(scrape.path), side=Side(), symbol=scrape.kind
            )


def _of_scrapes(facts: RepositoryFacts, hosts: OwnHosts) -> Iterator[EndpointUse]:
    for file, fact in facts.of(PrometheusFile):
        for job in fact.jobs:
            sides = [hosts.of_service(target.text.partition(":")[0]) for target in job.targets]
            if job.metrics_path is None or job.dynamic or not sides or not all(sides):
                continue
            side = sides[0] if len(sides) == 1 and sides[0] else Side()
            yield EndpointUse(
                file=file.path,
                line=job.metrics_path.line,
                path=without_query(job.metrics_path.text),
                side=side,
                symbol=job.name,
            )


def _of_infrastructure(facts: RepositoryFacts) -> Iterator[EndpointUse]:
    for file, fact in facts.of(HealthPaths):
        for path, line in fact.paths:
            yield EndpointUse(file=file.path, line=line, path=path, side=Side(proxied=True), symbol="", unsure=True)


def _of_texts(facts: RepositoryFacts) -> Iterator[EndpointUse]:
    for path, line, asked, whole in told_endpoints(facts):
        side = Side(proxied=True, based=not whole)
        yield EndpointUse(file=path, line=line, path=asked, side=side, symbol="", unsure=True)


def _of_names(facts: RepositoryFacts) -> Iterator[EndpointUse]:
    for file, fact in facts.of(NamedEndpoints):
        for path, line in fact.paths:
            yield EndpointUse(file=file.path, line=line, path=without_query(path), side=Side(proxied=True), symbol="")
