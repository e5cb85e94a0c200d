"""Names in GitLab pipelines: variables that they declare, and those that their scripts take from the project's settings."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.mended_yaml import read_meant
from auditor.facts.names_fact import Act, Mention, Via
from auditor.facts.names_known import is_secret_name
from auditor.facts.names_shell import assigned_names, shell_names
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, walk

__all__ = ["gitlab_names"]

_SCRIPTS = ("before_script", "script", "after_script")


def gitlab_names(source: Source) -> Iterator[Mention]:
    """Every mention in one pipeline. Raises ParseFailure on broken YAML.

    A variable is declared where any job of the file has it; a secret that no job has is one of the project's.
    """
    documents = [document for document in read_meant(source.text).documents if isinstance(document, Mapping)]
    scripts = [script for document in documents for script in _scripts(document)]
    given = {name for script in scripts for name in assigned_names(_lines(script, source))}
    for document in documents:
        for node in walk(document):
            for name, value in node.mapping("variables").pairs if isinstance(node, Mapping) else ():
                taken = isinstance(value, Scalar) and "$" in value.text
                given.add(name.text)
                yield Mention(name.line, name.text, Act.PASSED if taken else Act.DECLARED)
                yield from _asked((value.text,), value.line) if taken and isinstance(value, Scalar) else ()
    for script in scripts:
        first = script.line + 1 if script.block else script.line
        yield from (one for one in _asked(_lines(script, source), first) if one.name not in given)


def _scripts(document: Mapping) -> Iterator[Scalar]:
    holders = [document, *(value for _, value in document.pairs if isinstance(value, Mapping))]
    for holder in holders:
        for section in _SCRIPTS:
            waiting: list[Node] = [holder.get(section) or Sequence((), 0, 0)]
            while waiting:
                node = waiting.pop()
                if isinstance(node, Scalar):
                    yield node
                elif isinstance(node, Sequence) and not node.tag:
                    waiting.extend(reversed(node.items))


def _lines(script: Scalar, source: Source) -> tuple[str, ...]:
    return source.lines[script.line : script.end_line] if script.block else (script.text,)


def _asked(lines: tuple[str, ...], first: int) -> Iterator[Mention]:
    for one in shell_names(lines, first):
        via = Via.SECRET if is_secret_name(one.name) else Via.VARIABLE
        yield Mention(one.line, one.name, one.act, via, one.default)
