"""Small parts of JavaScript and TypeScript: strings, patterns, imports, heritage, comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.facts.code_reader import text_of
from auditor.facts.code_tree import TypeNode

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = [
    "comment_before",
    "comment_text",
    "imports_of",
    "notes_in",
    "pattern_names",
    "required",
    "string_value",
    "type_of",
]

_BOUND = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_PATTERNS = frozenset(
    {
        "object_pattern", "array_pattern", "rest_pattern", "assignment_pattern", "object_assignment_pattern",
        "pair_pattern", "formal_parameters", "required_parameter", "optional_parameter", "lexical_declaration", "variable_declarator",
    }
)  # fmt: skip
_MOST_NAMES = 100


def string_value(syntax: Syntax) -> str:
    """The literal text of a string or template, without its substitutions."""
    parts = (text_of(one) for one in syntax.named_children if one.type in ("string_fragment", "escape_sequence"))
    return "".join(parts)


def pattern_names(syntax: Syntax | None) -> list[str]:
    """The names that a parameter list or a destructuring binds, in order."""
    found: list[str] = []
    pending = [syntax] if syntax is not None else []
    while pending and len(found) < _MOST_NAMES:
        one = pending.pop()
        if one.type in _BOUND:
            found.append(text_of(one))
        elif one.type in ("assignment_pattern", "object_assignment_pattern"):
            pending.extend(one.named_children[:1])
        elif one.type in ("required_parameter", "optional_parameter"):
            inner = one.child_by_field_name("pattern")
            pending.extend([inner] if inner is not None else [])
        elif one.type == "pair_pattern":
            inner = one.child_by_field_name("value")
            pending.extend([inner] if inner is not None else [])
        elif one.type in _PATTERNS:
            pending.extend(reversed(one.named_children))
    return found


def imports_of(syntax: Syntax) -> Iterator[tuple[str, str, str]]:
    """Local name, module and imported name (empty for the whole module) of an import statement."""
    source = syntax.child_by_field_name("source")
    module = string_value(source) if source is not None else ""
    for clause in syntax.named_children:
        if clause.type != "import_clause":
            continue
        for one in clause.named_children:
            if one.type == "identifier":
                yield text_of(one), module, "default"
            elif one.type == "namespace_import":
                yield text_of(one.named_children[-1] if one.named_children else None), module, ""
            elif one.type == "named_imports":
                for each in one.named_children:
                    name = each.child_by_field_name("name")
                    yield text_of(each.child_by_field_name("alias") or name), module, text_of(name)


def required(pattern: Syntax | None, value: Syntax | None) -> Iterator[tuple[str, str, str]]:
    """As `imports_of`, for ``const x = require("y")`` and ``const { a, b: c } = require("y")``."""
    if pattern is None or value is None or text_of(value.child_by_field_name("function")) != "require":
        return
    arguments = value.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    if first is None or first.type != "string":
        return
    module = string_value(first)
    if pattern.type == "identifier":
        yield text_of(pattern), module, ""
    for one in pattern.named_children if pattern.type == "object_pattern" else ():
        if one.type == "shorthand_property_identifier_pattern":
            yield text_of(one), module, text_of(one)
        elif one.type == "pair_pattern":
            yield text_of(one.child_by_field_name("value")), module, text_of(one.child_by_field_name("key"))


def type_of(syntax: Syntax) -> TypeNode:
    """The class or interface that a declaration declares."""
    body = syntax.child_by_field_name("body")
    promised = [
        text_of(one.child_by_field_name("name"))
        for one in (body.named_children if body is not None else ())
        if one.type in ("method_signature", "abstract_method_signature", "property_signature")
    ]
    return TypeNode(
        name=text_of(syntax.child_by_field_name("name")),
        bases=tuple(_bases(syntax)),
        promises=tuple(promised),
    )


def _bases(syntax: Syntax) -> Iterator[str]:
    for heritage in syntax.named_children:
        if heritage.type not in ("class_heritage", "extends_type_clause"):
            continue
        clauses = [one for one in heritage.named_children if one.type in ("extends_clause", "implements_clause")]
        for clause in clauses or [heritage]:
            for one in clause.named_children:
                if one.type != "type_arguments":
                    yield text_of(one).partition("<")[0]


def comment_before(syntax: Syntax) -> tuple[str, tuple[str, ...]]:
    """The first sentence of the comment that stands right before, and the names of the decorators between."""
    decorators = [_decorator(one) for one in syntax.children if one.type == "decorator"]
    before = syntax.prev_named_sibling
    last = syntax.start_point[0]
    while before is not None and before.type == "decorator":
        decorators.append(_decorator(before))
        last, before = before.start_point[0], before.prev_named_sibling
    text = ""
    while before is not None and before.type == "comment" and before.end_point[0] >= last - 1:
        text = comment_text(text_of(before)) or text
        last, before = before.start_point[0], before.prev_named_sibling
    return text, tuple(reversed(decorators))


def comment_text(comment: str) -> str:
    """The first line of a comment that says anything, without its signs."""
    lines = (line.strip().strip("/*").strip() for line in comment.splitlines())
    return next((line for line in lines if line and not line.startswith("@")), "")


def notes_in(body: Syntax | None) -> str:
    """All comments right inside a body."""
    inner = body.named_children if body is not None else ()
    return " ".join(comment_text(text_of(one)) for one in inner if one.type == "comment")


def _decorator(syntax: Syntax) -> str:
    return text_of(syntax).lstrip("@").partition("(")[0].strip()


def statement_of(syntax: Syntax) -> Syntax:
    """The statement that declares a function: what comments, decorators and `export` stand before."""
    outer = syntax
    while outer.parent is not None and outer.parent.type in (
        "variable_declarator", "lexical_declaration", "variable_declaration", "export_statement", "expression_statement",
        "assignment_expression",
    ):  # fmt: skip
        outer = outer.parent
    return outer
