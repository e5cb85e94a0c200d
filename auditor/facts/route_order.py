"""The routes of an application of FastAPI or Starlette in the order in which they are tried, and which of them are never reached."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.route_settings import keyword_of

__all__ = ["PlacedRoute", "exclusive_lines", "hidden_routes", "placed_routes"]

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "websocket"})
_TREE = "{*}"
"""A segment that takes all that follows."""
_ANY = pattern(r"^\{\w+(?::str)?\}$")
_ALL = pattern(r"^\{\w+:path\}$")
_MOST = 100
"""Wide routes of one router that each further one is compared with, and conditions that are looked at."""
_LAST_LINE = 1 << 31


@dataclass(frozen=True, slots=True)
class PlacedRoute:
    """A route with the router that it is put on, its verb (`mount`: all verbs, and all paths below; `router`: any path) and its segments."""

    line: int
    router: str
    verb: str
    path: str
    name: str = ""

    @property
    def segments(self) -> tuple[str, ...]:
        """The path in its parts; parameters as ``{}``, and one that takes several parts as the last.

        A slash at the end makes another route, except for a mount; parameters of a certain form (``{id:int}``) stay as they are.
        """
        path = self.path.rstrip("/") if self.verb == "mount" else self.path
        return tuple(_TREE if _ALL.search(part) else "{}" if _ANY.search(part) else part for part in path.split("/"))


def placed_routes(nodes: Iterable[ast.AST]) -> list[PlacedRoute]:
    """The routes that the statements of one scope put on their routers, in their order."""
    return sorted(_placed(nodes), key=lambda one: one.line)


def hidden_routes(routes: list[PlacedRoute]) -> Iterator[tuple[PlacedRoute, PlacedRoute]]:
    """Each route that an earlier one of the same router takes all requests of, with that."""
    first: dict[tuple[str, str, tuple[str, ...]], PlacedRoute] = {}
    wide: dict[tuple[str, str], list[PlacedRoute]] = {}
    for one in routes:
        key = (one.router, one.verb, one.segments)
        earlier = first.get(key) if one.verb != "router" else None
        if earlier is None:
            rivals = chain(wide.get((one.router, "mount"), ()), wide.get((one.router, one.verb), ()))
            earlier = next((other for other in islice(rivals, _MOST) if _takes(other, one)), None)
        if earlier is not None:
            yield one, earlier
            continue
        first[key] = one
        if one.verb == "mount" or any(part.startswith("{") for part in one.segments):
            wide.setdefault((one.router, one.verb), []).append(one)


def _takes(earlier: PlacedRoute, later: PlacedRoute) -> bool:
    """Whether every request for the later one is one for the earlier one."""
    if later.verb == "router":
        return earlier.verb == "mount" and earlier.segments == ("",)
    mine, other = earlier.segments, later.segments
    if earlier.verb == "mount":
        return other[: len(mine)] == mine and (len(other) > len(mine) or later.verb == "mount")
    if mine[-1] == _TREE and len(other) >= len(mine):
        mine, other = mine[:-1], other[: len(mine) - 1]
    return len(mine) == len(other) and all(
        part == given or (part == "{}" and given not in ("", _TREE)) for part, given in zip(mine, other, strict=True)
    )


def _placed(nodes: Iterable[ast.AST]) -> Iterator[PlacedRoute]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for one in node.decorator_list:
                found = _decorated(one, node.name)
                if found is not None:
                    yield found
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found = _called(node, node.func)
            if found is not None:
                yield found


def _decorated(node: ast.expr, name: str) -> PlacedRoute | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in _VERBS:
        return None
    path = _text(node.args[0] if node.args else keyword_of(node, "path"))
    return None if path is None else PlacedRoute(node.lineno, ast.unparse(node.func.value), node.func.attr, path, name)


def _called(node: ast.Call, func: ast.Attribute) -> PlacedRoute | None:
    """``app.mount("/", files)``, ``app.include_router(orders)``."""
    router = ast.unparse(func.value)
    if func.attr == "include_router" and node.args:
        return PlacedRoute(node.lineno, router, "router", "", last_name(node.args[0]))
    path = _text(node.args[0] if node.args else keyword_of(node, "path")) if func.attr == "mount" else None
    return None if path is None else PlacedRoute(node.lineno, router, "mount", path)


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def exclusive_lines(nodes: Iterable[ast.AST], routes: list[PlacedRoute]) -> list[tuple[range, range]]:
    """The lines of the two branches of each condition that both put routes: of these, only one is run.

    What is behind a branch that leaves the function is its other branch.
    """
    lines = [one.line for one in routes]
    found = ((_lines(one.body), _other_lines(one)) for one in nodes if isinstance(one, ast.If))
    both = ((first, second) for first, second in found if _holds(lines, first) and _holds(lines, second))
    return list(islice(both, _MOST))


def _other_lines(condition: ast.If) -> range:
    if condition.orelse:
        return _lines(condition.orelse)
    leaves = isinstance(condition.body[-1], ast.Return | ast.Raise)
    return range(_lines(condition.body).stop, _LAST_LINE if leaves else 0)


def _holds(lines: list[int], wanted: range) -> bool:
    """Whether one of the lines, which are in order, is among those wanted."""
    at = bisect_left(lines, wanted.start)
    return at < len(lines) and lines[at] in wanted


def _lines(block: list[ast.stmt]) -> range:
    last = block[-1]
    return range(block[0].lineno, (last.end_lineno or last.lineno) + 1)
