"""Small parts of Go: receivers, parameters, results, comments, build constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.facts.code_reader import text_of
from auditor.facts.pattern import pattern

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["documentation", "is_conditional", "notes_in", "parameter_names", "receiver", "result_marks"]

_PLATFORM = pattern(
    r"_(?:windows|linux|darwin|unix|freebsd|openbsd|netbsd|solaris|aix|js|wasm|plan9|android|ios|amd64|arm64|386|arm|other|"
    r"unsupported|stub|nocgo|cgo|posix|bsd)\.go$"
)
_MOST_COMMENTS = 50


def receiver(syntax: Syntax) -> tuple[str, str]:
    """The name and the type of the receiver of a method; empty for functions."""
    group = syntax.child_by_field_name("receiver")
    declared = next((one for one in group.named_children if one.type == "parameter_declaration"), None) if group else None  # fmt: skip
    if declared is None:
        return "", ""
    kind = text_of(declared.child_by_field_name("type")).lstrip("*").partition("[")[0].strip()
    return text_of(declared.child_by_field_name("name")), kind


def parameter_names(syntax: Syntax) -> tuple[str, ...]:
    """The names of all parameters."""
    group = syntax.child_by_field_name("parameters")
    declared = group.named_children if group is not None else ()
    return tuple(text_of(name) for one in declared for name in one.children_by_field_name("name"))


def result_marks(syntax: Syntax) -> tuple[str, ...]:
    """``error`` where the last result is an error, ``named`` where results have names, ``void`` where there is none."""
    result = syntax.child_by_field_name("result")
    if result is None:
        return ("void",)
    last = result.named_children[-1] if result.type == "parameter_list" and result.named_children else result
    kind = last.child_by_field_name("type") if last.type == "parameter_declaration" else last
    named = result.type == "parameter_list" and bool(last.children_by_field_name("name"))
    return (*(("error",) if text_of(kind) == "error" else ()), *(("named",) if named else ()))


def documentation(syntax: Syntax) -> str:
    """The first line of the comment right before a function, without the function's name."""
    lines: list[str] = []
    before, last = syntax.prev_named_sibling, syntax.start_point[0]
    while before is not None and before.type == "comment" and before.end_point[0] >= last - 1:
        lines.append(text_of(before).strip("/* \n\t"))
        last, before = before.start_point[0], before.prev_named_sibling
        if len(lines) > _MOST_COMMENTS:
            break
    first = next((line for line in reversed(lines) if line), "").partition("\n")[0]
    return first.removeprefix(text_of(syntax.child_by_field_name("name"))).strip()


def notes_in(body: Syntax | None) -> str:
    """All comments right inside a body."""
    found = []
    for one in body.named_children if body is not None else ():
        inner = one.named_children if one.type == "statement_list" else [one]
        found += [text_of(each).strip("/* \n\t") for each in inner if each.type == "comment"]
    return " ".join(found)


def is_conditional(root: Syntax, path: str) -> bool:
    """Whether a file is built on some platforms or with some tags alone."""
    if _PLATFORM.search(path):
        return True
    for one in root.children:
        if one.type == "comment" and text_of(one).startswith(("//go:build", "// +build")):
            return True
        if one.type == "package_clause":
            return False
    return False
