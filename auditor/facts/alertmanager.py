"""Alertmanager: where alerts go (https://prometheus.io/docs/alerting/latest/configuration/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.alert_routes import RouteSide, sides_of
from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_shell import looks_templated
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml, walk
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "Address", "AlertmanagerFile", "Receiver", "RouteTo"]


_ADDRESSES = frozenset(
    {
        "url", "api_url", "to", "webhook_url", "service_key", "routing_key", "api_key", "user_key", "token", "bot_token",
    }
)  # fmt: skip


_ALERT_NAME = pattern(r"""^\s*["']?alertname["']?\s*=~?\s*["']?([^"']+)["']?\s*$""")
_WORD = pattern(r"^[A-Za-z_]\w*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A value that says where a message goes: its key, its text and its line."""

    key: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """One receiver; one without integrations throws every alert away."""

    name: str
    line: int
    integrations: tuple[str, ...]
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTo:
    """Alerts of these matchers go to this receiver."""

    receiver: str
    line: int
    matchers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerFile(Fact):
    """The configuration of an Alertmanager.

    `alerts` are the names of alerts by which routes and inhibitions choose, `sides` the routes as they are asked one after the other.
    """

    kind: ClassVar[str] = "alertmanager"
    receivers: tuple[Receiver, ...]
    routes: tuple[RouteTo, ...]
    alerts: tuple[Address, ...] = ()
    sides: tuple[RouteSide, ...] = ()


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML


def _parse(source: Source) -> AlertmanagerFile | None:
    if "receivers:" not in source.text or "route:" not in source.text:
        return None
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        if looks_templated(source.text):
            return None
        raise
    for root in roots:
        if not isinstance(root, Mapping) or not isinstance(root.get("route"), Mapping):
            continue
        if isinstance(root.get("receivers"), Sequence):
            receivers = tuple(_receiver(one) for one in root.items("receivers") if isinstance(one, Mapping))
            routes = tuple(_routes(root.mapping("route")))
            sides = tuple(sides_of(root.mapping("route")))
            return AlertmanagerFile(receivers=receivers, routes=routes, alerts=tuple(_alerts(root)), sides=sides)
    return None


def _receiver(receiver: Mapping) -> Receiver:
    addresses: list[Address] = []
    integrations = []
    for key, value in receiver.pairs:
        if key.text.endswith("_configs"):
            integrations.append(key.text)
            addresses.extend(_addresses(value))
    return Receiver(
        name=receiver.text("name"),
        line=receiver.line,
        integrations=tuple(integrations),
        addresses=tuple(addresses),
    )


def _addresses(value: Node) -> Iterator[Address]:
    for item in value.items if isinstance(value, Sequence) else ():
        for key, inner in item.pairs if isinstance(item, Mapping) else ():
            if isinstance(inner, Scalar) and key.text in _ADDRESSES:
                yield Address(key=key.text, text=inner.text, line=inner.line)


def _routes(route: Mapping) -> Iterator[RouteTo]:
    waiting = [route]
    while waiting:
        one = waiting.pop()
        yield RouteTo(receiver=one.text("receiver"), line=one.line, matchers=_matchers(one))
        waiting.extend(child for child in reversed(one.items("routes")) if isinstance(child, Mapping))


def _matchers(route: Mapping) -> str:
    pairs = [*route.mapping("match").pairs, *route.mapping("match_re").pairs]
    texts = [f"{key.text}={value.text}" for key, value in pairs if isinstance(value, Scalar)]
    texts.extend(item.text for item in route.items("matchers") if isinstance(item, Scalar))
    return ", ".join(texts)


def _alerts(root: Mapping) -> Iterator[Address]:
    for part in (root.mapping("route"), *root.items("inhibit_rules")):
        for node in walk(part):
            for key, value in node.pairs if isinstance(node, Mapping) else ():
                if key.text == "alertname" and isinstance(value, Scalar):
                    yield from _names(key.text, value.text, value.line)
                elif key.text.endswith("matchers") and isinstance(value, Sequence):
                    for item in value.items:
                        match = _ALERT_NAME.match(item.text) if isinstance(item, Scalar) else None
                        if match:
                            yield from _names(key.text, match.group(1), item.line)


def _names(key: str, text: str, line: int) -> Iterator[Address]:
    """The names that a value or a choice of values (``A|B``) gives; none where it is a real pattern."""
    names = text.strip("^$()").split("|")
    if all(_WORD.match(name) for name in names):
        yield from (Address(key=key, text=name, line=line) for name in names)


PARSER = Parser(fact=AlertmanagerFile, accepts=_accepts, parse=_parse)
