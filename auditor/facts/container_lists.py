"""Lists of containers that a script goes through and asks docker for, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Loop, ShellProgram, all_commands, walk

__all__ = ["listed_containers"]

_ARRAY = pattern(r"^\$\{(\w+)\[[@*]\]\}$")
_NAME = pattern(r"^[A-Za-z0-9][A-Za-z0-9_.-]+$")
_ASKS = frozenset({"inspect", "exec", "logs", "restart"})


def listed_containers(fact: ShellFile) -> Iterator[tuple[tuple[str, int], ...]]:
    """The names of each such list, with their lines."""
    arrays = _arrays(fact.program)
    for node in walk(fact.program.body):
        if isinstance(node, Loop) and node.variable and _asks_docker(node):
            named = [item for word in node.words for item in _items(word.text, word.line, arrays)]
            if named and all(_NAME.search(name) for name, _ in named):
                yield tuple(named)


def _asks_docker(loop: Loop) -> bool:
    """Whether the loop looks for a container of this name: ``docker inspect "$one"``, ``docker ps | grep "^${one}$"``."""
    marks = (f"${loop.variable}", f"${{{loop.variable}}}")
    commands = list(all_commands(loop.body))
    lists = any(one.name == "docker" and "ps" in one.texts[1:2] for one in commands)
    for one in commands:
        given = any(mark in text for text in one.texts[1:] for mark in marks)
        if given and (
            (one.name == "docker" and one.texts[1:2] and one.texts[1] in _ASKS) or (lists and "grep" in one.name)
        ):
            return True
    return False


def _items(text: str, line: int, arrays: dict[str, list[tuple[str, int]]]) -> list[tuple[str, int]]:
    array = _ARRAY.search(text)
    if array is None:
        return [(text, line)]
    return arrays.get(array.group(1), [])


def _arrays(program: ShellProgram) -> dict[str, list[tuple[str, int]]]:
    """The arrays that are written out, by name: their items with their lines."""
    found: dict[str, list[tuple[str, int]]] = {}
    for command in all_commands(program.body):
        for one in command.assignments:
            if one.value.text.startswith("(") and "$" not in one.value.text:
                lines = enumerate(one.value.text.strip("()").split("\n"), one.value.line)
                found[one.name] = [
                    (item.strip("\"'"), number) for number, text in lines for item in text.partition("#")[0].split()
                ]
    return found
