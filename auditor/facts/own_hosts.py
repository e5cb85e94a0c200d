"""Whether a host and port are the repository's own: code of it answers there, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.facts.invocations import invocations
from auditor.facts.own_variables import is_own_host, is_own_variable, is_tool
from auditor.facts.pattern import pattern
from auditor.facts.ports_served import PortsServed
from auditor.facts.python_project import PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.facts.service_addresses import Service, ServiceAddresses
from auditor.facts.shell import ShellFile
from auditor.facts.shell_paths import variables_of
from auditor.model.source import Language

__all__ = ["OwnHosts", "Side", "own_hosts"]

_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"})  # noqa: S104 - compared, not bound
_OTHERS = frozenset({
    22, 25, 443, 587, 1025, 1433, 1521, 2181, 2375, 2376, 2379, 2380, 3100, 3306, 4222, 4317, 4318, 4444, 4566, 5044, 5432, 5601, 5672,
    6333, 6334, 6379, 7233, 7474, 7687, 8025, 8086, 8123, 8200, 8222, 8428, 8500, 8529, 8761, 8848, 9000, 9001, 9042, 9200, 9300, 9411,
    9870, 10250, 10255, 11211, 11434, 14268, 15672, 15692, 16686, 19530, 26379, 27017,
})  # fmt: skip
_OF_APPLICATIONS = frozenset({5000, 8000})
"""Ports of applications under development, which few others' servers take by themselves."""
_EXPORTERS = range(9090, 9600)
_CODE = frozenset(
    {
        Language.PYTHON,
        Language.JAVASCRIPT,
        Language.TYPESCRIPT,
        Language.TSX,
        Language.GO,
        Language.DOCKERFILE,
        Language.SHELL,
    }
)
_MAPPED = pattern(r"^(?:[\d.]+:)?(\d{2,5}):\d{2,5}$")
_LONG_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of an own address: the folder of its code (empty: any), and whether a proxy may stand before it.

    `based` where it may have a path of its own, as ``https://host/api/v1`` has; `guessed` where nothing but a port that
    applications have by custom tells that it is an own one.
    """

    folder: str = ""
    proxied: bool = False
    based: bool = False
    guessed: bool = False


class OwnHosts:
    """Answers for one repository."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self._services: dict[str, list[tuple[str, Service]]] = {}
        self._published: dict[int, list[tuple[str, Service]]] = {}
        for file, fact in facts.of(ServiceAddresses):
            base = file.path.rpartition("/")[0]
            for one in fact.services:
                self._services.setdefault(one.name, []).append((base, one))
                for port in one.published:
                    self._published.setdefault(port, []).append((base, one))
        self._bound = {port for file, fact in facts.of(PortsServed) if file.language in _CODE for port in fact.ports}
        self._lent = _lent_ports(facts)
        self._tools = {
            file.path: " ".join(value for name, value in variables_of(fact.program, file.path).items() if is_tool(name))
            for file, fact in facts.of(ShellFile)
        }
        names = [one.name for _, one in facts.of(PythonProject)]
        self._names = {name.lower() for name in names if len(name) >= _LONG_ENOUGH}

    def of_address(self, host: str, port: int | None) -> Side | None:
        """The side of a literal address; None where it is not the repository's own, or cannot be told."""
        if host in _LOCAL:
            return self._local(port) if port is not None else None
        return self.of_service(host)

    def of_service(self, name: str) -> Side | None:
        """The side of a compose service; None where the repository builds no such service."""
        held = self._services.get(name, [])
        return self._side(held)

    def of_variable(self, name: str, path: str = "") -> Side | None:
        """The side of an address that a variable holds which is named after the project's own server.

        One that is named after no server in particular is it where the `path` behind it is of the kind that only interfaces have.
        """
        return Side(proxied=True, based=True) if is_own_variable(name, path) else None

    def of_open_host(self, host: str) -> Side | None:
        """The side of a host that variables stand in which are named after the project's own server."""
        return Side(proxied=True) if is_own_host(host) else None

    def of_public_name(self, host: str) -> Side | None:
        """The side of a host on the internet that bears the name of the project."""
        labels = host.lower().split(".")[:-1]
        return Side(proxied=True) if any(label in self._names for label in labels) else None

    def is_of_tool(self, file: str, host: str, port: str) -> bool:
        """Whether the file holds this address in a variable that is named after somebody's server."""
        return f"{host}:{port}" in self._tools.get(file, "")

    def _local(self, port: int) -> Side | None:
        held = self._published.get(port, [])
        if held:
            return self._side(held)
        if port in _OTHERS or port in _EXPORTERS or port in self._lent or port not in self._bound | _OF_APPLICATIONS:
            return None
        return Side(guessed=port not in self._bound)

    def _side(self, held: list[tuple[str, Service]]) -> Side | None:
        """The side of services of one name or port: all of them must be built, each in some file at least."""
        folders: set[str] = set()
        for name in sorted({one.name for _, one in held}):
            built = [(base, one.build) for base, one in self._services[name] if one.build is not None]
            if not built:
                return None
            folders |= {_joined(base, build) for base, build in built}
        return Side(folder=folders.pop() if len(folders) == 1 else "") if held else None


def own_hosts(facts: RepositoryFacts) -> OwnHosts:
    """The answers of a repository; use it through `RepositoryFacts.derive`."""
    return OwnHosts(facts)


def _joined(base: str, build: str) -> str:
    """The folder that a service is built from; empty for the root and for what lies outside."""
    parts = [part for part in f"{base}/{build}".split("/") if part not in ("", ".")]
    return "" if ".." in parts or "$" in build else "/".join(parts)


def _lent_ports(facts: RepositoryFacts) -> set[int]:
    """Ports that commands give to something else: containers that they run, tunnels that they open."""
    found: set[int] = set()
    for one in facts.derive(invocations):
        tunnel = one.name == "kubectl" and "port-forward" in one.words
        if tunnel or (one.name in ("docker", "podman") and "run" in one.words):
            ports = {int(match.group(1)) for word in one.words if (match := _MAPPED.search(word))}
            own = tunnel and not any(map(is_tool, one.words[1:]))
            found |= ports - _OF_APPLICATIONS if own else ports
    return found
