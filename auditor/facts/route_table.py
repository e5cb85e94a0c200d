"""All routes of a repository, and whether they serve a path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from auditor.facts.included_routers import inclusions
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.route_pattern import ANY, SETTING, route_pattern
from auditor.facts.served_routes import ServedRoutes
from auditor.facts.unmounted_routers import unmounted_routers
from auditor.model.source import Language, SourceFile

__all__ = ["RouteTable", "route_table"]

_OF_FRAMEWORKS = ("docs", "redoc", "openapi.json", "swagger", "swagger.json", "api-docs", "favicon.ico", "robots.txt", "admin", "static/**",
                  "assets/**", "graphql", "graphiql", "_stcore/**", "debug/pprof/**", "debug/vars", "_next/**", ".well-known/**", "socket.io/**", "public/**", "media/**")  # fmt: skip
_APPS = ("app", "pages", "routes", "api")
_MOST_SEGMENTS = 16
_HOME_SEGMENTS = 2
_HOME_ROUTES = 3
"""So many routes below the same two segments make those the home of the project's own interface."""
_VERSION = pattern(r"^v\d{1,3}$")
"""What an interface of one version lies below."""
_METRICS = "metrics"
_TAKEN_AWAY = frozenset({"api", "backend", "server", "service"})
"""First segments that proxies take away before they hand a request on."""
_FEW_ROUTERS = 20
"""So many routers of one file may stand in one another: each with each is a square."""
Parts = tuple[str, ...]


class RouteTable:
    """The routes by the folder of their code, and every prefix that may stand before any of them.

    Where it is known with which prefixes a Python module is included, its routes are whole. Before all others any
    combination may stand of the prefixes of their own file and of those of which it is not told what they stand before.
    Routes of modules that no application takes in are none.
    """

    def __init__(self, facts: RepositoryFacts) -> None:
        self._routes: list[tuple[str, Parts]] = []
        self._prefixes: list[tuple[str, Parts]] = []
        self._own_prefixes: dict[str, set[Parts]] = {}
        self._whole: list[tuple[str, Parts]] = []
        self._outer: set[Parts] = set()
        self._settings = _settings(facts)
        included = facts.derive(inclusions)
        unmounted = frozenset(one.path for one, _ in facts.derive(unmounted_routers))
        for file, fact in facts.of(ServedRoutes):
            if file.path not in unmounted:
                self._add(file.path, fact, included.prefixes(file.path))
                self._add_prefixes(file, fact, is_known=file.path in included.graph.by_path)
        self._prefixes.extend((path, self._parts(one)) for path, one in included.unresolved if one)
        self._take_prefixes(facts)
        self._of_libraries = {_parts(one) for one in _OF_FRAMEWORKS}
        if any(fact.exposes for _, fact in facts.of(ServedRoutes)):
            self._of_libraries.add((_METRICS,))
        self._whole.extend((path, (*self._parts(prefix), ANY)) for path, prefix in included.foreign)
        self.serves = any(route for _, route in (*self._routes, *self._whole))
        self._routes.extend(_of_files(facts.all_paths))
        self._paths = facts.all_paths
        self._homes = Counter(
            route[:_HOME_SEGMENTS]
            for _, route in {*self._whole, *self._routes}
            if len(route) > _HOME_SEGMENTS and not {"{}", ANY} & set(route[:_HOME_SEGMENTS])
        ) + Counter(
            route[:1] for _, route in {*self._whole, *self._routes} if len(route) > 1 and _VERSION.search(route[0])
        )

    def _add(self, path: str, fact: ServedRoutes, before: frozenset[str]) -> None:
        self._outer.update(self._parts(one) for one in fact.outer)
        self._whole.extend((path, self._parts(one)) for one in fact.top)
        if not before:
            first = [self._parts(one) for one in fact.own] if fact.prefixed else [()]
            self._routes.extend((path, (*one, *self._parts(route))) for one in first for route in fact.routes)
            return
        own = self._own(fact)
        if len(own) <= _FEW_ROUTERS:
            own += [(*one, *other) for one in own for other in own if one and other and one != other]
        for prefix in sorted(before):
            self._whole.extend(
                (path, (*self._parts(prefix), *inner, *self._parts(one))) for inner in own for one in fact.routes
            )

    def _add_prefixes(self, file: SourceFile, fact: ServedRoutes, *, is_known: bool) -> None:
        """Prefixes that may stand before any route, and those that only stand before what is in their file."""
        told = is_known and file.language is Language.PYTHON
        self._prefixes.extend((file.path, self._parts(one)) for one in (fact.loose if told else fact.prefixes))
        if told:
            self._own_prefixes[file.path] = {self._parts(one) for one in fact.prefixes}

    def _own(self, fact: ServedRoutes) -> list[Parts]:
        """What the file's own routers may put before their routes."""
        return [*([] if fact.prefixed else [()]), *(self._parts(one) for one in fact.own)]

    def _take_prefixes(self, facts: RepositoryFacts) -> None:
        """Where a function includes the routers that it is handed, any prefix that functions are handed may stand before them."""
        takers = [file.path for file, fact in facts.of(ServedRoutes) if fact.takes]
        handed = {one for _, fact in facts.of(ServedRoutes) for one in fact.handed} if takers else set()
        self._prefixes.extend((path, self._parts(one)) for path in takers for one in sorted(handed) or (ANY,))

    def _parts(self, text: str) -> Parts:
        """The segments, settings replaced by what they are set to; by anything, where that is not one value."""
        return tuple(part for one in _parts(text) for part in self._set_to(one))

    def _set_to(self, segment: str) -> Parts:
        if not segment.startswith(SETTING):
            return (segment,)
        values = self._settings.get(segment.removeprefix(SETTING), ())
        return _parts(values[0]) if len(values) == 1 else (ANY,)

    def is_beside(self, path: str) -> bool:
        """Whether other routes begin with the same segment as the path."""
        first = _parts(path)[:1]
        return any(route[:1] == first and len(route) > 1 for _, route in (*self._whole, *self._routes))

    def is_home(self, path: str) -> bool:
        """Whether the path lies where several routes of the repository do, as ``/api/v1``: then it can only be meant for them."""
        wanted = _parts(path)
        if len(wanted) < _HOME_SEGMENTS:
            return False
        inner = self._homes[wanted[:_HOME_SEGMENTS]] if len(wanted) > _HOME_SEGMENTS else 0
        return max(inner, self._homes[wanted[:1]]) >= _HOME_ROUTES

    def may_serve(
        self,
        path: str,
        folder: str = "",
        *,
        behind_proxy: bool = False,
        based: bool = False,
        among: frozenset[str] | None = None,
    ) -> bool:
        """Whether code (that of a folder or `among` these files, where given and it has routes) may answer the path.

        Behind a proxy, more may stand before what the code itself knows. Where the path is put behind an address that
        may be `based` on a path of its own, it may be the end of any route.
        """
        wanted = tuple(part for part in path.split("/") if part)[:_MOST_SEGMENTS]
        if not wanted or self._is_file(path):
            return True
        if not _below(self._routes, folder, among) and not _below(self._whole, folder, among):
            folder, among = "", None
        found = self._serves(wanted, folder, among, based=based, is_home=self.is_home(path))
        if found or not behind_proxy or wanted[0] not in _TAKEN_AWAY:
            return found
        return self._serves(wanted[1:], folder, among, based=based, is_home=False)

    def _serves(self, wanted: Parts, folder: str, among: frozenset[str] | None, *, based: bool, is_home: bool) -> bool:
        held = _by_file(self._routes, folder, among)
        whole = _below(self._whole, folder, among)
        if is_home:
            whole -= {(ANY,)}  # what answers everything else, pages as a rule, is asked last
            held = {file: routes - {(ANY,)} for file, routes in held.items()}
        if based and any(_matches(wanted, one) for routes in (*held.values(), whole) for one in _ends(routes)):
            return True
        if any(_matches(wanted[start:], route) for start in _starts(wanted, self._outer, set()) for route in whole):
            return True
        prefixes = _below(self._prefixes, folder, among)
        cut = _ends(prefixes) if based else set()
        shared = _starts(wanted, prefixes, cut)
        held[""] = held.get("", set()) | self._of_libraries
        for file, routes in held.items():
            own = {one for one in self._own_prefixes.get(file, set()) if _fits_in(wanted, one)}
            starts = _starts(wanted, prefixes | own, cut) if own - prefixes else shared
            if any(_matches(wanted[start:], route) for start in starts for route in routes):
                return True
        return False

    def _is_file(self, path: str) -> bool:
        """Whether a file of the repository may be what is served."""
        name = path.rpartition("/")[2]
        return "." in name and any(one.endswith(path) for one in self._paths)


def route_table(facts: RepositoryFacts) -> RouteTable:
    """The table of a repository; use it through `RepositoryFacts.derive`."""
    return RouteTable(facts)


def _below(held: list[tuple[str, Parts]], folder: str, among: frozenset[str] | None) -> set[Parts]:
    return set().union(*_by_file(held, folder, among).values())


def _by_file(held: list[tuple[str, Parts]], folder: str, among: frozenset[str] | None) -> dict[str, set[Parts]]:
    base = f"{folder}/" if folder else ""
    found: dict[str, set[Parts]] = {}
    for path, parts in held:
        if path.startswith(base) and (among is None or path in among):
            found.setdefault(path, set()).add(parts)
    return found


def _settings(facts: RepositoryFacts) -> dict[str, tuple[str, ...]]:
    """All values of the settings that are paths, by name."""
    found: dict[str, set[str]] = {}
    for _, fact in facts.of(ServedRoutes):
        for name, value in fact.settings:
            found.setdefault(name, set()).add(value)
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _parts(text: str) -> Parts:
    return tuple(part for part in text.split("/") if part)


def _ends(held: set[Parts]) -> set[Parts]:
    """What is left of paths of which a proxy takes the beginning away."""
    return {parts[start:] for parts in held for start in range(1, len(parts)) if parts[start:] not in (("{}",), (ANY,))}


def _starts(wanted: Parts, prefixes: set[Parts], first: set[Parts]) -> list[int]:
    """The places in the path up to which prefixes, one after the other, can reach; those of `first` only begin."""
    reached = [False] * (len(wanted) + 1)
    reached[0] = True
    for start in range(len(wanted)):
        for prefix in (prefixes if start else prefixes | first) if reached[start] else ():
            for end in range(start, len(wanted) + 1):
                if _matches(wanted[start:end], prefix):
                    reached[end] = True
    return [place for place, is_reached in enumerate(reached) if is_reached]


def _fits_in(wanted: Parts, prefix: Parts) -> bool:
    """Whether a prefix may stand for a part of these segments."""
    named = [part for part in prefix if part not in (ANY, "{}")]
    return all(part in wanted for part in named) or any(_is_open(part) for part in wanted)


def _matches(wanted: Parts, route: Parts) -> bool:
    """Whether a pattern stands for exactly these segments."""
    places = {0}
    for part in route:
        if part == ANY:
            places = set(range(min(places), len(wanted) + 1)) if places else places
        else:
            places = {
                at + 1 for at in places if at < len(wanted) and (part in ("{}", wanted[at]) or _is_open(wanted[at]))
            }
        if not places:
            return False
    return len(wanted) in places


def _is_open(segment: str) -> bool:
    """Whether a segment of the wanted path is only known when it is asked."""
    return "$" in segment or "{" in segment or "<" in segment


def _of_files(paths: Iterable[str]) -> Iterator[tuple[str, Parts]]:
    """Routes that frameworks make of files: Next, Nuxt, SvelteKit, Astro, functions of hosting platforms."""
    for path in sorted(paths):
        stem, _, ending = path.rpartition(".")
        if ending not in ("ts", "tsx", "js", "jsx", "mjs", "vue", "svelte", "astro"):
            continue
        parts = [part for part in stem.split("/") if not part.startswith("(")]
        last = parts[-1]
        if last in ("route", "page", "+server", "+page", "index", "+page.server"):
            parts = parts[:-1]
        elif not any(part in ("pages", "api", "functions") for part in parts[:-1]):
            continue
        for at, part in enumerate(parts):
            if part in _APPS:
                yield path, _parts(route_pattern("/".join(parts[at if part == "api" else at + 1 :])))
