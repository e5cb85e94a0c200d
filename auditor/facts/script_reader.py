"""JavaScript and TypeScript as a `CodeTree`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from auditor.facts.code_reader import Reader, dotted, number, text_of
from auditor.facts.code_tree import NULL, CodeTree, FunctionNode, Import, Kind, Node, TypeNode
from auditor.facts.script_parts import (
    comment_before,
    imports_of,
    notes_in,
    pattern_names,
    required,
    statement_of,
    string_value,
    type_of,
)  # fmt: skip

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["read_script"]

_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function", "generator_function"})
_SILENT = frozenset(
    {
        "comment", "type_annotation", "empty_statement", "ambient_declaration", "decorator",
        "function_signature", "type_arguments", "hash_bang_line", "abstract_method_signature",
        "method_signature", "debugger_statement", "accessibility_modifier", "override_modifier",
    }
)  # fmt: skip
_WRAPPERS = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "expression_statement"}
)
_LAST = frozenset({"type_assertion", "labeled_statement", "else_clause", "export_statement"})
_NAMES = frozenset({"identifier", "property_identifier", "this", "super", "private_property_identifier"})  # fmt: skip
_CONSTANTS = {"true": True, "false": False, "null": NULL, "undefined": NULL}
_PARTS = {
    "statement_block": Kind.BLOCK, "program": Kind.BLOCK, "sequence_expression": Kind.BLOCK,
    "array": Kind.ARRAY, "return_statement": Kind.RETURN, "throw_statement": Kind.THROW,
    "await_expression": Kind.AWAIT, "break_statement": Kind.LEAVE, "continue_statement": Kind.LEAVE,
    "while_statement": Kind.LOOP, "do_statement": Kind.LOOP, "for_statement": Kind.LOOP, "finally_clause": Kind.FINALLY,
    "lexical_declaration": Kind.BLOCK, "variable_declaration": Kind.BLOCK, "class_static_block": Kind.BLOCK,
    "object": Kind.OBJECT,
}  # fmt: skip
_FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "if_statement": (Kind.IF, ("condition", "consequence", "alternative")),
    "ternary_expression": (Kind.CHOICE, ("condition", "consequence", "alternative")),
    "try_statement": (Kind.TRY, ("body", "handler", "finalizer")),
    "subscript_expression": (Kind.INDEX, ("object", "index")),
}
_OPERATED: dict[str, tuple[str, tuple[str, ...]]] = {
    "unary_expression": (Kind.UNARY, ("argument",)),
    "binary_expression": (Kind.BINARY, ("left", "right")),
    "augmented_assignment_expression": (Kind.ASSIGN, ("left", "right")),
    "update_expression": (Kind.ASSIGN, ("argument",)),
}
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})


def read_script(root: Syntax) -> CodeTree:
    """The tree of a whole file."""
    reader = _ScriptReader()
    reader.tree.top = reader.convert(root)
    return reader.tree


class _ScriptReader(Reader):
    def node(self, syntax: Syntax) -> Node:  # noqa: PLR0911 - one kind a line
        kind = syntax.type
        if kind in _NAMES:
            return self.make(Kind.NAME, syntax, name=text_of(syntax))
        if kind in _PARTS:
            return self.make(_PARTS[kind], syntax, *self.all(syntax.named_children))
        if kind in _WRAPPERS:
            return self.convert(syntax.named_children[0]) if syntax.named_children else self.make(Kind.BLOCK, syntax)
        if kind in _LAST:
            return self.convert(syntax.named_children[-1]) if syntax.named_children else self.make(Kind.BLOCK, syntax)
        if kind in _FIELDS:
            into, fields = _FIELDS[kind]
            return self.make(into, syntax, *(one for name in fields for one in self.field(syntax, name)))
        if kind in _OPERATED:
            into, fields = _OPERATED[kind]
            parts = (one for name in fields for one in self.field(syntax, name))
            return self.make(into, syntax, *parts, name=text_of(syntax.child_by_field_name("operator")))
        if kind in _CONSTANTS:
            return self.make(Kind.LITERAL, syntax, value=_CONSTANTS[kind])
        if kind in _FUNCTIONS:
            return self.with_function(Kind.FUNCTION, syntax, self._function(syntax, ""))
        if kind in _CLASSES:
            return self._class(syntax)
        return self._other(syntax)

    def _other(self, syntax: Syntax) -> Node:
        handler = self.handlers.get(syntax.type)
        if handler is not None:
            return handler(self, syntax)
        if syntax.type in _SILENT:
            return self.make(Kind.BLOCK, syntax)
        return self.make(Kind.OPAQUE, syntax, *self.all(syntax.named_children), name=syntax.type)

    def _text(self, syntax: Syntax) -> Node:
        parts = [one for one in syntax.named_children if one.type == "template_substitution"]
        literal = string_value(syntax)
        if not parts:
            return self.make(Kind.LITERAL, syntax, value=literal)
        return self.make(Kind.TEXT, syntax, *self.all(one for part in parts for one in part.named_children), name=literal)  # fmt: skip

    def _number(self, syntax: Syntax) -> Node:
        return self.make(Kind.LITERAL, syntax, value=number(text_of(syntax)))

    def _member(self, syntax: Syntax) -> Node:
        name = text_of(syntax.child_by_field_name("property"))
        return self.make(Kind.MEMBER, syntax, *self.field(syntax, "object"), name=name)

    def _call(self, syntax: Syntax) -> Node:
        callee = syntax.child_by_field_name("function") or syntax.child_by_field_name("constructor")
        arguments = syntax.child_by_field_name("arguments")
        into = Kind.NEW if syntax.type == "new_expression" else Kind.CALL
        if callee is None:
            return self.make(Kind.OPAQUE, syntax, *self.all(syntax.named_children))
        function = self.convert(callee)
        plain = arguments is not None and arguments.type == "arguments"
        given = self.all(arguments.named_children if plain else [arguments]) if arguments is not None else ()
        return self.make(into, syntax, function, *given, name=dotted(function))

    def _pair(self, syntax: Syntax) -> Node:
        key = syntax.child_by_field_name("key")
        name = string_value(key) if key is not None and key.type == "string" else text_of(key)
        value = syntax.child_by_field_name("value")
        if value is not None and value.type in _FUNCTIONS:
            return self.make(Kind.PAIR, syntax, self._named(value, name, syntax, "property"), name=name)
        return self.make(Kind.PAIR, syntax, *self.field(syntax, "value"), name=name)

    def _shorthand(self, syntax: Syntax) -> Node:
        name = text_of(syntax)
        return self.make(Kind.PAIR, syntax, self.make(Kind.NAME, syntax, name=name), name=name)

    def _variable(self, syntax: Syntax) -> Node:
        pattern, value = syntax.child_by_field_name("name"), syntax.child_by_field_name("value")
        name = text_of(pattern)
        if pattern is not None and pattern.type != "identifier":
            bound = [self.make(Kind.VARIABLE, syntax, name=one) for one in pattern_names(pattern)]
            self._required(pattern, value)
            return self.make(Kind.BLOCK, syntax, *self.field(syntax, "value"), *bound)
        self._required(pattern, value)
        if value is not None and value.type in _FUNCTIONS:
            return self.make(Kind.VARIABLE, syntax, self._named(value, name, syntax), name=name)
        if value is not None and value.type == "object":
            return self.make(Kind.VARIABLE, syntax, self._within(name, value), name=name)
        return self.make(Kind.VARIABLE, syntax, *self.field(syntax, "value"), name=name)

    def _required(self, pattern: Syntax | None, value: Syntax | None) -> None:
        self.tree.imports.extend(
            Import(local=local, module=module, name=name) for local, module, name in required(pattern, value)
        )

    def _assignment(self, syntax: Syntax) -> Node:
        target, value = syntax.child_by_field_name("left"), syntax.child_by_field_name("right")
        if target is None or value is None or value.type not in _FUNCTIONS or target.type != "member_expression":
            return self.make(Kind.ASSIGN, syntax, *self.field(syntax, "left"), *self.field(syntax, "right"), name="=")
        name = text_of(target.child_by_field_name("property"))
        return self.make(
            Kind.ASSIGN, syntax, self.convert(target), self._named(value, name, syntax, "property"), name="="
        )

    def _for_in(self, syntax: Syntax) -> Node:
        left = syntax.child_by_field_name("left")
        bound = [self.make(Kind.VARIABLE, syntax, name=one) for one in pattern_names(left)]
        return self.make(Kind.LOOP, syntax, *bound, *self.field(syntax, "right"), *self.field(syntax, "body"))

    def _catch(self, syntax: Syntax) -> Node:
        bound = [self.make(Kind.VARIABLE, syntax, name=one) for one in pattern_names(syntax.child_by_field_name("parameter"))]  # fmt: skip
        body = syntax.child_by_field_name("body")
        statements = self.all(body.named_children) if body is not None else ()
        return self.make(Kind.CATCH, syntax, *bound, self.make(Kind.BLOCK, syntax, *statements))

    def _switch(self, syntax: Syntax) -> Node:
        body = syntax.child_by_field_name("body")
        return self.make(Kind.SWITCH, syntax, *self.field(syntax, "value"), *(self.all(body.named_children) if body else ()))  # fmt: skip

    def _case(self, syntax: Syntax) -> Node:
        empty = not syntax.children_by_field_name("body")
        name = "empty" if empty else "default" if syntax.type == "switch_default" else ""
        return self.make(Kind.CASE, syntax, *self.all(syntax.named_children), name=name)

    def _import(self, syntax: Syntax) -> Node:
        self.tree.imports.extend(Import(local=local, module=module, name=name) for local, module, name in imports_of(syntax))  # fmt: skip
        return self.make(Kind.BLOCK, syntax)

    def _interface(self, syntax: Syntax) -> Node:
        self.tree.types.append(type_of(syntax))
        return self.make(Kind.OPAQUE, syntax, name=syntax.type)

    def _declared(self, syntax: Syntax) -> Node:
        return self._named(syntax, text_of(syntax.child_by_field_name("name")), syntax)

    def _method(self, syntax: Syntax) -> Node:
        name = text_of(syntax.child_by_field_name("name"))
        in_class = syntax.parent is not None and syntax.parent.type == "class_body"
        accessor = {"get", "set"} & {one.type for one in syntax.children}
        marks = ("method" if in_class else "property", *(("accessor",) if accessor else ()))
        node = self._named(syntax, name, syntax, *marks)
        return node if in_class else self.make(Kind.PAIR, syntax, node, name=name)

    def _field(self, syntax: Syntax) -> Node:
        value = syntax.child_by_field_name("value")
        if value is None or value.type not in _FUNCTIONS:
            return self.make(Kind.BLOCK, syntax, *self.field(syntax, "value"))
        name = text_of(syntax.child_by_field_name("name") or syntax.child_by_field_name("property"))
        return self._named(value, name, syntax, "method")

    def _class(self, syntax: Syntax) -> Node:
        one: TypeNode = type_of(syntax)
        self.tree.types.append(one)
        body = syntax.child_by_field_name("body")
        members = self._within(one.name, body) if body is not None else self.make(Kind.BLOCK, syntax)
        return self.make(Kind.DEFINITION, syntax, *members.children, name=one.name)

    def _within(self, owner: str, syntax: Syntax) -> Node:
        before, self.owner = self.owner, owner
        try:
            if syntax.type == "class_body":
                return self.make(Kind.BLOCK, syntax, *self.all(syntax.named_children))
            return self.convert(syntax)
        finally:
            self.owner = before

    def _named(self, syntax: Syntax, name: str, place: Syntax, *marks: str) -> Node:
        function = self._function(syntax, name, place, *marks)
        self.tree.functions.append(function)
        return self.with_function(Kind.DEFINITION, syntax, function)

    def _function(self, syntax: Syntax, name: str, place: Syntax | None = None, *marks: str) -> FunctionNode:
        words = {one.type for one in syntax.children}
        found = {*marks, *(word for word in ("async", "static") if word in words)}
        found |= {"generator"} if "*" in words else set()
        outer = statement_of(place or syntax)
        found |= {"exported"} if outer.type == "export_statement" else set()
        owner = self.owner if name and {"method", "property"} & found else ""
        body = self._body(syntax, name, owner)
        documentation, decorators = comment_before(outer)
        parameters = syntax.child_by_field_name("parameters") or syntax.child_by_field_name("parameter")
        return FunctionNode(
            name=name,
            owner=owner,
            outer=self.outer,
            line=syntax.start_point[0] + 1,
            end_line=syntax.end_point[0] + 1,
            parameters=tuple(pattern_names(parameters)),
            body=body,
            marks=frozenset(found),
            decorators=decorators,
            documentation=documentation,
            notes=notes_in(syntax.child_by_field_name("body")),
        )

    def _body(self, syntax: Syntax, name: str, owner: str) -> Node | None:
        body = syntax.child_by_field_name("body")
        converted = self.inside(name, owner, body)
        if body is None or converted is None or body.type == "statement_block":
            return converted
        return self.make(Kind.BLOCK, body, self.make(Kind.RETURN, body, converted))

    handlers: ClassVar[Mapping[str, Callable[[_ScriptReader, Syntax], Node]]] = {
        "string": _text,
        "template_string": _text,
        "number": _number,
        "member_expression": _member,
        "call_expression": _call,
        "new_expression": _call,
        "pair": _pair,
        "variable_declarator": _variable,
        "assignment_expression": _assignment,
        "shorthand_property_identifier": _shorthand,
        "for_in_statement": _for_in,
        "catch_clause": _catch,
        "switch_statement": _switch,
        "switch_case": _case,
        "switch_default": _case,
        "import_statement": _import,
        "interface_declaration": _interface,
        "function_declaration": _declared,
        "generator_function_declaration": _declared,
        "method_definition": _method,
        "public_field_definition": _field,
        "field_definition": _field,
    }
