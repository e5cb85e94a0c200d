"""Shell programs and expressions inside YAML, with the lines of the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Expression, Setting, setting
from auditor.facts.shell_program import ShellProgram
from auditor.facts.shell_reader import read_shell
from auditor.facts.yaml_tree import Mapping, Node, Scalar, walk

__all__ = ["expressions_of", "looks_templated", "program_of", "scalar_setting", "settings_of", "text_of"]

_FOLDED = pattern(r">[-+0-9]*\s*(#.*)?$")
_TEMPLATE = pattern(r"(?m)^\s*(\{%|\{\{)|[^$]\{%-? ")


def program_of(scalar: Scalar, lines: Sequence[str]) -> ShellProgram:
    """The program in a scalar; `lines` are those of the file. Raises ParseFailure where it nests too deep."""
    if not scalar.block:
        return read_shell(scalar.text, scalar.line)
    header = lines[scalar.line - 1] if scalar.line <= len(lines) else ""
    if _FOLDED.search(header):
        return read_shell(_unfolded(lines[scalar.line : scalar.end_line]), scalar.line + 1)
    return read_shell(scalar.text, scalar.line + 1)


def _unfolded(lines: Sequence[str]) -> str:
    """A ``>`` text as shell: the joined lines become continuation lines, so that line numbers stay."""
    widths = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    margin = min(widths, default=0)
    parts = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        joined = line.strip() and following.strip() and following[margin : margin + 1] not in (" ", "\t", "")
        parts.append(line[margin:] + (" \\" if joined else ""))
    return "\n".join(parts)


def text_of(node: Node | None) -> str:
    """The text of a scalar; of a list of scalars, joined; else nothing."""
    if isinstance(node, Scalar):
        return node.text
    if node is None or isinstance(node, Mapping):
        return ""
    return " ".join(item.text for item in node.items if isinstance(item, Scalar))


def scalar_setting(mapping: Mapping, key: str) -> Setting:
    """The scalar (or list of scalars) under a key, with the line of the key."""
    for name, value in mapping.pairs:
        if name.text == key:
            return setting(key, text_of(value), name.line)
    return Setting(name=key, text="", line=0)


def settings_of(mapping: Mapping) -> tuple[Setting, ...]:
    """The scalars of a mapping. A block text counts from its first line."""
    return tuple(
        setting(name.text, value.text, value.line + (1 if value.block else 0))
        for name, value in mapping.pairs
        if isinstance(value, Scalar)
    )


def expressions_of(node: Node) -> Iterator[Expression]:
    """Every ``${{ ... }}`` of the scalars below a node."""
    for scalar in walk(node):
        if isinstance(scalar, Scalar) and "${{" in scalar.text:
            yield from _expressions(scalar)


def _expressions(scalar: Scalar) -> Iterator[Expression]:
    position, before = 0, 1 if scalar.block else 0
    while (start := scalar.text.find("${{", position)) >= 0 and (end := scalar.text.find("}}", start)) >= 0:
        before += scalar.text.count("\n", position, start) if scalar.block else 0
        line = min(scalar.line + before, scalar.end_line)
        yield Expression(text=scalar.text[start + 3 : end].strip(), line=line)
        before += scalar.text.count("\n", start, end) if scalar.block else 0
        position = end + 2


def looks_templated(text: str) -> bool:
    """Whether the text is a template that yields YAML (Jinja, Go, ERB), and no YAML yet."""
    return _TEMPLATE.search(text) is not None
