"""What the readers of routes gather."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.facts.route_pattern import ANY

__all__ = ["MADE", "RoutesFound"]

MADE = "()"
"""What the name of a router ends with that a function makes."""


@dataclass(slots=True)
class RoutesFound:
    """Routes and prefixes as written; `included` pairs a prefix with the module whose routes it is put before.

    `top` are routes of the application itself, before which no router's prefix stands. Of the prefixes, `own` are those of the file's own routers, `outer` those that may stand before everything, `loose`
    those that may stand before routes of any file: what they are put before is not told.
    `routers` counts the routers that are made, `bare` those of them that have no prefix, and routes of routers from elsewhere; `router_line` is where the first is; `app` where an application is. `settings` are names that are set to a path.
    `takes` where routers are included with a prefix that a function is handed, `handed` what functions are handed as one.
    """

    routes: list[str] = field(default_factory=list)
    top: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    outer: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    routers: int = 0
    bare: int = 0
    router_line: int = 0
    app: bool = False
    included: list[tuple[str, str]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    handed: list[str] = field(default_factory=list)
    takes: bool = False

    def prefix(self, text: str) -> None:
        """A path that routes may be put beneath, and that may itself be answered."""
        self.prefixes.append(text)
        self.loose.append(text)
        self.routes.append(text)

    def everything_below(self, text: str) -> None:
        """A path beneath which something answers that is not read: files, another server, a library."""
        self.routes.append(f"{text.rstrip('/')}/{ANY}")
