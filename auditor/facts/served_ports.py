"""All ports on which something of the repository listens."""

from __future__ import annotations

from auditor.facts.ports_served import PortsServed
from auditor.facts.repository import RepositoryFacts

__all__ = ["served_ports"]


def served_ports(facts: RepositoryFacts) -> frozenset[int]:
    """The ports of all files; for `RepositoryFacts.derive`."""
    return frozenset(port for _, fact in facts.of(PortsServed) for port in fact.ports)
