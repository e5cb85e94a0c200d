"""Where the comments of each language stand, and what they say without their signs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from auditor.facts.pattern import pattern
from auditor.facts.syntax import syntax_tree
from auditor.model.source import Language

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar
    from tree_sitter import Node, Query, Tree

__all__ = ["Piece", "embedded_shell", "line_comments", "python_comments", "syntax_comments"]

_QUERIES = {
    Language.JAVA: "[(line_comment) (block_comment)] @c",
    Language.RUST: "[(line_comment) (block_comment)] @c",
    Language.SQL: "[(comment) (marginalia)] @c",
}
_SCRIPT_KEYS = frozenset(
    {
        "after_script", "args", "bash", "before_script", "build", "cmd", "command", "commands", "entrypoint", "inline",
        "inlinescript", "install", "post_build", "pre_build", "run", "script", "shell",
    },
)  # fmt: skip
"""Keys whose block texts a shell runs: GitHub, GitLab, Azure, Compose, Kubernetes, Ansible, CodeBuild, CircleCI."""
_SIGNS = pattern(r"^[ \t]*(?:#+!?|//+!?|/\*+!?|\*+/|\*+|--+|;+|<!--)?[ \t]?|[ \t]*(?:\*+/|-->)?[ \t\r]*$")
_PYTHON = pattern(
    r"""#[^\n]*|\"\"\"(?:[^"\\]|\\(?s:.)|"[^"\\]|""[^"\\]|"{1,2}\\(?s:.))*\"\"\"|'\'\'(?:[^'\\]|\\(?s:.)|'[^'\\]|''[^'\\]|'{1,2}\\(?s:.))*'\'\'"""
    r"""|"(?:[^"\\\n]|\\(?s:.))*"|'(?:[^'\\\n]|\\(?s:.))*'"""
)
"""A comment, or a string, in which no comment begins."""
_ONE_BYTE = bytes((*range(128), *(63,) * 128))
"""Puts a question mark in the place of each byte of other letters, so that places in text and bytes are the same."""
_EXPRESSION = pattern(r"\$\{\{[^}\n]*\}\}")

Piece = tuple[int, str, bool]
"""A 1-based line, what its comment says, and whether the comment follows code on its line."""


def syntax_comments(language: Language, data: bytes) -> Iterator[Piece]:
    """Every line of every comment that the grammar of `language` sees, without comment signs."""
    tree = syntax_tree(language, data)
    if tree is None:
        return
    for node in _captures(tree, _QUERIES.get(language, "(comment) @c")):
        text = (node.text or b"").decode("utf-8", "replace")
        before = data[node.start_byte - node.start_point.column : node.start_byte]
        trailing = bool(before.strip())
        for offset, line in enumerate(text.removesuffix("\n").split("\n")):
            yield node.start_point.row + 1 + offset, _SIGNS.sub("", line), trailing


def python_comments(data: bytes) -> Iterator[Piece]:
    """Every comment of a Python file, as `syntax_comments` finds them, many times faster than a grammar does.

    What a comment is depends on strings alone (https://docs.python.org/3/reference/lexical_analysis.html#comments).
    """
    text = data.translate(_ONE_BYTE).decode()
    line, counted = 1, 0
    for match in _PYTHON.finditer(text):
        start, end = match.start(), match.end()
        if text[start] != "#":
            continue
        line += text.count("\n", counted, start)
        counted = start
        before = text[text.rfind("\n", 0, start) + 1 : start]
        yield line, _SIGNS.sub("", data[start:end].decode("utf-8", "replace")), bool(before.strip())


def line_comments(lines: tuple[str, ...], signs: str) -> Iterator[Piece]:
    """Comments of formats that know nothing but lines: a sign that begins a line or follows a blank outside quotes."""
    for number, line in enumerate(lines, 1):
        stripped = line.lstrip()
        if stripped[:1] and stripped[0] in signs:
            yield number, _SIGNS.sub("", stripped), False
            continue
        at = line.find(" #")
        if at >= 0 and line[:at].count('"') % 2 == 0 and line[:at].count("'") % 2 == 0:
            yield number, _SIGNS.sub("", line[at + 1 :]), True


def embedded_shell(data: bytes) -> Iterator[Piece]:
    """Shell comments inside the block texts of a YAML file that a shell runs (``run: |`` and its like)."""
    tree = syntax_tree(Language.YAML, data)
    if tree is None:
        return
    for node in _captures(tree, "(block_scalar) @c"):
        if not _runs(_key_of(node)):
            continue
        text = (node.text or b"").decode("utf-8", "replace")
        if "#" not in text:
            continue
        script = _dedented(text)
        for line, comment, trailing in syntax_comments(Language.SHELL, script.encode()):
            yield node.start_point.row + line, comment, trailing


def _captures(tree: Tree, query: str) -> list[Node]:
    """What the query captures as ``@c``, in the order of the text."""
    from tree_sitter import QueryCursor  # noqa: PLC0415 - native, and not every command parses

    nodes = QueryCursor(_query(tree.language, query)).captures(tree.root_node).get("c", [])
    return sorted(nodes, key=lambda node: node.start_byte)


@cache  # compiling takes longer than most files take to be searched
def _query(language: Grammar, query: str) -> Query:
    from tree_sitter import Query  # noqa: PLC0415 - native, and not every command parses

    return Query(language, query)


def _key_of(node: object) -> str:
    """The key that holds a block text, directly or as an item of its list."""
    parent = getattr(node, "parent", None)
    while parent is not None and parent.type in ("block_node", "block_sequence_item", "block_sequence"):
        parent = parent.parent
    if parent is None or parent.type != "block_mapping_pair":
        return ""
    key = parent.child_by_field_name("key")
    return (key.text or b"").decode("utf-8", "replace").strip("\"' ").lower() if key is not None else ""


def _runs(key: str) -> bool:
    return key in _SCRIPT_KEYS or key.endswith((".sh", ".bash"))


def _dedented(block: str) -> str:
    """The content of a block text as the shell gets it; the header's line stays, empty, so that lines still count."""
    lines = [_EXPRESSION.sub("EXPRESSION", line.removesuffix("\r")) for line in block.split("\n")[1:]]
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    cut = min(indents, default=0)
    return "\n".join(["", *(line[cut:] for line in lines)])
