"""Words, lines and comments of a shell text that tree-sitter-bash has parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.facts.shell_program import Comment, Word

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["ShellText", "expands", "mask_expressions"]

_EXPANSIONS = frozenset({
    "simple_expansion", "expansion", "command_substitution", "arithmetic_expansion", "process_substitution",
    "brace_expression",
})  # fmt: skip


def mask_expressions(data: bytes) -> bytes:
    """Replace every ``${{ ... }}`` by an identifier of the same length: it is no shell, and must not be parsed."""
    parts: list[bytes] = []
    position = 0
    while (start := data.find(b"${{", position)) >= 0 and (end := data.find(b"}}", start)) >= 0:
        parts.append(data[position:start])
        parts.append(bytes(10 if byte == 10 else 95 for byte in data[start : end + 2]))  # noqa: PLR2004 - LF and _
        position = end + 2
    parts.append(data[position:])
    return b"".join(parts)


class ShellText:
    """The text behind a syntax tree. `first_line` is the number of its first line in the file."""

    def __init__(self, data: bytes, first_line: int) -> None:
        self.data = data
        self.offset = first_line

    def line(self, node: Syntax) -> int:
        """The number of the node's first line."""
        return self.offset + int(node.start_point[0])

    def end(self, node: Syntax) -> int:
        """The number of the last line on which the node has text."""
        row, column = node.end_point
        return self.offset + int(row) - (1 if column == 0 and row > node.start_point[0] else 0)

    def raw(self, node: Syntax) -> str:
        """The text of the node, with its quotes and its expressions."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def comments(self, root: Syntax) -> tuple[Comment, ...]:
        """All comments, in the order of the lines."""
        found: list[Comment] = []
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node.type == "comment":
                start = self.data.rfind(b"\n", 0, node.start_byte) + 1
                alone = not self.data[start : node.start_byte].strip()
                text = self.raw(node).lstrip("#").removeprefix(" ").rstrip()
                found.append(Comment(text=text, line=self.line(node), alone=alone))
            waiting.extend(reversed(node.children))
        return tuple(sorted(found, key=lambda comment: comment.line))

    def word(self, node: Syntax) -> Word:
        """The node as a word, without quotes."""
        text = self.raw(node)
        quoted = node.type in ("string", "raw_string", "ansi_c_string", "translated_string")
        text = _unquoted(text)
        literal = "${{" not in text and not expands(node)
        return Word(text=text, line=self.line(node), literal=literal, quoted=quoted)


def _unquoted(text: str) -> str:
    for quote in ('"', "'"):
        if len(text) > 1 and text[0] == text[-1] == quote:
            return text[1:-1]
    if text.startswith(("$'", '$"')) and len(text) > 2:  # noqa: PLR2004 - the opening takes two characters
        return text[2:-1]
    return text


def expands(node: Syntax) -> bool:
    """Whether anything below the node is expanded by the shell."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type in _EXPANSIONS:
            return True
        waiting.extend(one.children)
    return False
