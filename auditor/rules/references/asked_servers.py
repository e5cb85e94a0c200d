"""Which files ask the project's own server, and whether that answers."""

from __future__ import annotations

from auditor.facts.endpoint_uses import EndpointUse
from auditor.facts.route_table import RouteTable
from auditor.model.source import Role, SourceFile
from auditor.rules.references.asked_paths import says_nothing
from auditor.rules.references.told_commands import about_other_times

__all__ = ["is_document", "is_judged", "is_served"]


def is_document(file: SourceFile | None) -> bool:
    """Whether a file is a document."""
    return file is not None and file.role is Role.DOCUMENTATION


def is_judged(file: SourceFile | None) -> bool:
    """Whether what a file asks is asked of the project as it is now."""
    if file is None:
        return False
    return file.role is Role.SHIPPED or (is_document(file) and not about_other_times(file.path))


def is_served(one: EndpointUse, table: RouteTable, proxied: tuple[str, ...]) -> bool:
    """Whether code of the repository, or a proxy by a rule of its own, may answer what is asked."""
    path = one.path.rstrip("/") or "/"
    if says_nothing(path):
        return True
    if one.side.proxied and any(_is_handed_on(path, base, table) for base in proxied):
        return True
    return table.may_serve(path, one.side.folder, behind_proxy=one.side.proxied, based=one.side.based)


def _is_handed_on(path: str, base: str, table: RouteTable) -> bool:
    """Whether a proxy answers the path by a rule of its own; one for all of the project's interface only hands it on."""
    return path == base or (path.startswith(f"{base}/") and (not table.is_home(path) or table.is_home(base)))
