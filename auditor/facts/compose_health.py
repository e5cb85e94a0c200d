"""The health checks of compose services (https://docs.docker.com/reference/compose-file/services/#healthcheck)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.base import ParseFailure
from auditor.facts.compose_file import looks_like_compose
from auditor.facts.mended_yaml import read_meant
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["HealthTest", "health_tests"]

_FORMS = frozenset({"CMD", "CMD-SHELL"})
_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthTest:
    """What a service is asked: the words of its command joined by blanks, without ``CMD`` and without a shell before it."""

    service: str
    text: str
    line: int
    end_line: int


def health_tests(source: Source) -> Iterator[HealthTest]:
    """The checks of a compose file in the order of its services; none for other files, and none that are switched off."""
    if not looks_like_compose(source.file.name):
        return
    try:
        roots = read_meant(source.text).documents
    except ParseFailure:
        return  # the parser of compose files reports it
    root = roots[0] if roots else None
    for key, service in root.mapping("services").pairs if isinstance(root, Mapping) else ():
        test = service.mapping("healthcheck").get("test") if isinstance(service, Mapping) else None
        words = _words(test)
        if test is not None and words and words[0] != "NONE":
            yield HealthTest(service=key.text, text=" ".join(words), line=test.line, end_line=test.end_line)


def _words(test: Node | None) -> list[str]:
    if isinstance(test, Scalar):
        return [test.text.strip()]
    if not isinstance(test, Sequence):
        return []
    words = [one.text for one in test.items if isinstance(one, Scalar)]
    words = words[1:] if words[:1] and words[0] in _FORMS else words
    return words[2:] if words[1:2] == ["-c"] and words[0] in _SHELLS else words
