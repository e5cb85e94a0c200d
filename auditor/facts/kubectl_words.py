"""What a kubectl command picks besides an object: pods, labels, containers and the namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from auditor.facts.deployed_names import resource_named
from auditor.facts.invocations import Invocation
from auditor.facts.pattern import pattern

__all__ = [
    "Picked",
    "containers_picked",
    "label_picked",
    "namespace_picked",
    "namespaces_made",
    "options_given",
    "pod_picked",
]

_NAMESPACE = pattern(r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")
_POD = pattern(r"^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)-(\d{1,2})$")
_LABEL = pattern(r"^([A-Za-z][A-Za-z0-9./_-]*)={1,2}([A-Za-z0-9][A-Za-z0-9._-]*)$")
_SET = pattern(r"^([a-z][a-z0-9-]*)=\S*[/:$]\S*$")
_PODS = frozenset({"pod", "pods", "po"})
_ON_KINDS = frozenset({"delete", "describe", "get", "wait"})
_ON_PODS = _ON_KINDS | {"exec", "logs", "cp", "attach", "port-forward", "debug"}
_VALUES = frozenset({
    "-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server", "--token", "--as", "--as-group", "--request-timeout", "-v",
    "-c", "--container", "-l", "--selector", "--field-selector", "-o", "--output", "--template", "--sort-by", "-L", "--label-columns", "--chunk-size",
    "--tail", "--since", "--since-time", "--limit-bytes", "--max-log-requests", "--pod-running-timeout", "--timeout", "--for", "--grace-period",
    "--image", "--target", "--copy-to", "--profile", "--env", "--address", "--retries",
})  # fmt: skip
"""Options of kubectl that take a value (https://kubernetes.io/docs/reference/kubectl/generated/)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A name with its line; `key` is that of a label, `owner` the workload (kind and name) around a container."""

    name: str
    line: int
    key: str = ""
    owner: tuple[str, str] = ("", "")


def _words(one: Invocation) -> list[tuple[str, int]]:
    """The words of the command itself: what stands behind ``--`` runs in the container."""
    words = list(zip(one.words, one.lines, strict=True))[1:]
    end = next((index for index, (word, _) in enumerate(words) if word == "--"), len(words))
    return words[:end]


def _given(words: list[tuple[str, int]], *options: str) -> Iterator[tuple[str, int]]:
    """The values of options, written behind them or after an equals sign."""
    for index, (word, line) in enumerate(words):
        option, sign, value = word.partition("=")
        if option in options and sign:
            yield value, line
        elif word in options and index + 1 < len(words):
            yield words[index + 1]


def options_given(one: Invocation, *options: str) -> tuple[str, ...]:
    """The values that a command gives to options of one meaning, in order."""
    return tuple(value for value, _ in _given(_words(one), *options))


def namespace_picked(one: Invocation) -> Picked | None:
    """The namespace that a command acts in, if it is written out."""
    found = next(_given(_words(one), "-n", "--namespace"), None)
    return Picked(name=found[0], line=found[1]) if found and _NAMESPACE.search(found[0]) else None


def namespaces_made(one: Invocation) -> Iterator[str]:
    """The namespaces that a command makes, which may hold variables."""
    words = _words(one)
    plain = [word for word, _ in words]
    if one.name in ("kubectl", "oc"):
        yield from (
            word
            for before, word in pairwise(plain)
            if before in ("namespace", "ns", "project", "new-project") and "create" in plain
        )
    elif one.name == "helm" and "--create-namespace" in plain:
        yield from (value for value, _ in _given(words, "-n", "--namespace"))


def pod_picked(one: Invocation) -> Picked | None:
    """The stateful set behind a pod that is named with its number (``store-0``)."""
    for word, line in _pods_named(_plain(_words(one))):
        kind, slash, name = word.rpartition("/")
        match = _POD.match(name)
        if match and (not slash or kind in _PODS):
            return Picked(name=match.group(1), line=line)
    return None


def _pods_named(words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Where the command, whose options are left out, names pods; other kinds may be among them, before a slash."""
    verb, named = (words[0][0], words[1:]) if words else ("", [])
    if verb in _ON_KINDS:
        return named[1:] if named and named[0][0] in _PODS else [one for one in named if "/" in one[0]]
    if verb == "cp":
        return [(word.partition(":")[0], line) for word, line in named if ":" in word]
    return named[:1] if verb in _ON_PODS else []


def _plain(words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The words that are neither options nor their values."""
    before = ["", *(word for word, _ in words)]
    return [pair for last, pair in zip(before, words, strict=False) if last not in _VALUES and pair[0][:1] != "-"]


def label_picked(one: Invocation) -> Iterator[Picked]:
    """The labels that pods must have, if they are written out."""
    words = _words(one)
    plain = [word for word, _ in words]
    if "logs" not in plain[:3] and not (_ON_PODS & set(plain[:3]) and _PODS & set(plain)):
        return
    for value, line in _given(words, "-l", "--selector"):
        for part in value.split(","):
            match = _LABEL.match(part)
            if match:
                yield Picked(name=match.group(2), line=line, key=match.group(1))


def containers_picked(one: Invocation) -> Iterator[Picked]:
    """The containers of a workload that a command names: to put an image into, to enter, or to read from."""
    workload = resource_named(one)
    if workload is None:
        return
    owner = (workload.kind, workload.name)
    words = _words(one)
    if [word for word, _ in words if not word.startswith("-")][:2] == ["set", "image"]:
        for word, line in words:
            match = _SET.match(word)
            if match:
                yield Picked(name=match.group(1), line=line, owner=owner)
    if any(word in ("exec", "logs") for word, _ in words[:3]):
        for value, line in _given(words, "-c", "--container"):
            if _NAMESPACE.search(value):
                yield Picked(name=value, line=line, owner=owner)
