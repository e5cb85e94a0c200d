"""Where a shell program waits for somebody to type an answer, whatever it was called with."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import (
    Case,
    Chain,
    Command,
    Function,
    Group,
    If,
    Loop,
    Node,
    Pipeline,
    Prefixed,
    ShellProgram,
)

__all__ = ["prompts_of"]

_PROMPT = pattern(r"^-[a-oq-su-zA-Z]*p$")
_WAITS_BRIEFLY = pattern(r"^-[a-zA-Z]*t")
_FILE_TEST = pattern(r"^\[\[? !? ?-[dfersx] ")


def prompts_of(program: ShellProgram) -> tuple[Command, ...]:
    """Every ``read -p`` that each run of the program comes to; one behind a switch, an option or a choice is not among them."""
    functions = {one.name: one for one in program.functions}
    seen: set[str] = set()
    found: list[Command] = []
    waiting = [program.body]
    while waiting:
        for command in _certain(waiting.pop()):
            if _asks(command):
                found.append(command)
            elif command.name in functions and command.name not in seen:
                seen.add(command.name)
                waiting.append(functions[command.name].body)
    return tuple(found)


def _certain(body: tuple[Node, ...]) -> Iterator[Command]:
    """The commands that run whatever the program was called with."""
    waiting = list(reversed(body))
    while waiting:
        node = waiting.pop()
        match node:
            case Command():
                yield node
            case If():
                waiting.extend(reversed(_of_branches(node)))
            case Chain():
                waiting.extend((node.left,) if _is_switch(node.left) else (node.right, node.left))
            case Group() if not node.redirects:
                waiting.extend(reversed(node.body))
            case Prefixed() if node.operator == "!":
                waiting.append(node.body)
            case Group() | Prefixed() | Loop() | Case() | Pipeline() | Function():
                continue


def _of_branches(node: If) -> list[Node]:
    inner: list[Node] = [one for branch in node.branches for one in branch.condition]
    if not any(_is_switch(one) for branch in node.branches for one in branch.condition):
        inner.extend(one for branch in node.branches for one in branch.body)
        inner.extend(node.otherwise)
    return inner


def _is_switch(node: Node) -> bool:
    """Whether it asks for a variable, which whoever calls the program may set."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Command):
            asks = one.name in ("[", "[[", "test", "((")
            if (asks and "$" in one.text and not _FILE_TEST.match(one.text)) or (asks and " -t " in f" {one.text} "):
                return True
        elif isinstance(one, Chain):
            waiting.extend((one.left, one.right))
        elif isinstance(one, Prefixed):
            waiting.append(one.body)
    return False


def _asks(command: Command) -> bool:
    options = [text for text in command.texts[1:] if text.startswith("-")]
    return (
        command.name == "read"
        and any(_PROMPT.match(one) for one in options)
        and not any(_WAITS_BRIEFLY.match(one) for one in options)
        and not any(one.operator.startswith("<") and "tty" not in one.target.text for one in command.redirects)
    )
