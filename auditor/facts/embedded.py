"""Documents inside of programs: configuration and scripts that a file writes out, as files of their own.

A text of several lines in Python, a dictionary in Python, a here-document in shell, or a program of Python that a command is given becomes a Source of its own
language, padded with empty lines in front, so that its lines bear the numbers that they have in the file that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.base import ParseFailure
from auditor.facts.embedded_document import Candidate
from auditor.facts.embedded_kinds import Shape, shape_of
from auditor.facts.embedded_python import python_candidates
from auditor.facts.embedded_shell import shell_candidates
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.model.source import Language, Role, SourceFile

__all__ = ["JOINED", "MAX_BYTES", "MAX_DOCUMENTS", "embedded_sources"]

JOINED = frozenset({"prometheus", "alertmanager", "grafana-dashboard", "generated-script"})
"""The kinds of facts that count for the whole repository, as if they stood in a file of their own."""
MAX_DOCUMENTS = 40
MAX_BYTES = 1_000_000
_WORTH = pattern(
    r"groups|scrape_configs|receivers|services|apiVersion|FROM |#!/|\[Service\]|<<|write_text|[\"']w[\"']|dump|[\"']expr[\"']|[\"']panels[\"']|python[0-9.]*\s+-"
)
_HOSTS = frozenset({Language.PYTHON, Language.SHELL, Language.YAML})


@lru_cache(maxsize=2)
def embedded_sources(source: Source) -> tuple[Source, ...]:
    """The documents in a shipped file, in the order of the text; none where the file does not parse.

    At most MAX_DOCUMENTS of files up to MAX_BYTES, and none inside of them again.
    """
    file = source.file
    if file.role is not Role.SHIPPED or file.language not in _HOSTS or len(source.data) > MAX_BYTES:
        return ()
    if is_template(file.path) or not _WORTH.search(source.text):
        return ()
    found: list[Source] = []
    for candidate in _candidates(source):
        shape = shape_of(candidate)
        if shape is not None:
            found.append(_source(file, candidate, shape))
        if len(found) == MAX_DOCUMENTS:
            break
    return tuple(found)


def _candidates(source: Source) -> Iterator[Candidate]:
    if source.file.language is not Language.PYTHON:
        yield from shell_candidates(source)
        return
    try:
        tree = source.python
    except ParseFailure:
        return
    yield from python_candidates(tree, source.lines)


def _source(host: SourceFile, candidate: Candidate, shape: Shape) -> Source:
    """The document as a file; below the path of its host, so that what that path says of its use holds."""
    path = shape.path or f"{host.path}/{shape.name}"
    data = ("\n" * (candidate.line - 1) + candidate.text).encode("utf-8", "replace")
    return Source(SourceFile(path, host.blob, len(data), shape.language, Role.SHIPPED), data)
