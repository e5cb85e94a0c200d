"""The routes of an Alertmanager side by side: the first that an alert meets takes it, unless it says ``continue``.

https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.pattern import pattern
from auditor.facts.yaml_tree import Mapping, Node, Scalar

__all__ = ["Choice", "RouteSide", "sides_of"]

_MATCHER = pattern(r"""^\s*["']?(\w+)["']?\s*(=~|!=|!~|=)\s*["']?([^"']*)["']?\s*$""")
_NAMES = pattern(r"^[\w.:@ -]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A label and the values of it that a route takes."""

    label: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSide:
    """One of several routes beside one another.

    `exact` where all its matchers are known values; `goes_on` where the next route is asked, too. `group` numbers the routes
    that stand beside one another.
    """

    group: int
    line: int
    receiver: str
    choices: tuple[Choice, ...]
    exact: bool
    goes_on: bool


def sides_of(root: Mapping) -> Iterator[RouteSide]:
    """All routes below the root, in the order in which they are asked within their group."""
    waiting, group = [root], 0
    while waiting:
        children = [one for one in waiting.pop().items("routes") if isinstance(one, Mapping)]
        group += 1
        for child in children:
            yield _side(child, group)
        waiting.extend(children)


def _side(route: Mapping, group: int) -> RouteSide:
    found = [*_equal(route), *_regular(route), *_written(route)]
    known = tuple(one for one in found if one is not None)
    return RouteSide(
        group=group,
        line=route.line,
        receiver=route.text("receiver"),
        choices=known,
        exact=len(known) == len(found),
        goes_on=route.text("continue").lower() == "true",
    )


def _equal(route: Mapping) -> Iterator[Choice | None]:
    for key, value in route.mapping("match").pairs:
        yield _choice(key.text, "=", value)


def _regular(route: Mapping) -> Iterator[Choice | None]:
    for key, value in route.mapping("match_re").pairs:
        yield _choice(key.text, "=~", value)


def _written(route: Mapping) -> Iterator[Choice | None]:
    for item in route.items("matchers"):
        match = _MATCHER.match(item.text) if isinstance(item, Scalar) else None
        yield _choice(match.group(1), match.group(2), match.group(3)) if match else None


def _choice(label: str, operator: str, value: Node | str) -> Choice | None:
    text = value.text if isinstance(value, Scalar) else value
    if not isinstance(text, str) or operator not in ("=", "=~"):
        return None
    texts = text.strip("^$()").split("|") if operator == "=~" else [text]
    known = all(_NAMES.match(one) for one in texts) and not (operator == "=~" and "." in text)
    return Choice(label=label, values=frozenset(texts)) if known else None
