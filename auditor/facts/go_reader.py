"""Go as a `CodeTree`. The receiver of a method is called ``this``, as in other languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from auditor.facts.code_reader import Reader, dotted, number, text_of
from auditor.facts.code_tree import NULL, CodeTree, FunctionNode, Import, Kind, Node, TypeNode
from auditor.facts.go_parts import documentation, is_conditional, notes_in, parameter_names, receiver, result_marks

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["read_go"]

_NAMES = frozenset({"identifier", "field_identifier", "package_identifier", "type_identifier", "blank_identifier"})
_CONSTANTS = {"true": True, "false": False, "nil": NULL}
_PARTS = {
    "statement_list": Kind.BLOCK, "expression_list": Kind.BLOCK, "block": Kind.BLOCK, "source_file": Kind.BLOCK,
    "for_statement": Kind.LOOP, "for_clause": Kind.BLOCK, "go_statement": Kind.OPAQUE, "send_statement": Kind.OPAQUE,
    "break_statement": Kind.LEAVE, "continue_statement": Kind.LEAVE, "goto_statement": Kind.OPAQUE, "fallthrough_statement": Kind.LEAVE,
    "var_declaration": Kind.BLOCK, "const_declaration": Kind.BLOCK, "var_spec_list": Kind.BLOCK, "type_declaration": Kind.BLOCK,
    "import_declaration": Kind.BLOCK, "import_spec_list": Kind.BLOCK, "receive_statement": Kind.BLOCK,
}  # fmt: skip
_WRAPPERS = frozenset({"parenthesized_expression", "expression_statement", "literal_element", "defer_statement"})
_SILENT = frozenset({"comment", "package_clause", "empty_statement", "type_alias"})
_BINDERS = frozenset({"short_var_declaration", "var_spec", "const_spec", "range_clause"})


def read_go(root: Syntax, path: str) -> CodeTree:
    """The tree of a whole file."""
    reader = _GoReader()
    reader.tree.conditional = is_conditional(root, path)
    reader.tree.top = reader.convert(root)
    return reader.tree


class _GoReader(Reader):
    receiver = ""

    def node(self, syntax: Syntax) -> Node:  # noqa: PLR0911 - one kind a line
        kind = syntax.type
        if kind in _NAMES:
            name = text_of(syntax)
            return self.make(Kind.NAME, syntax, name="this" if name == self.receiver else name)
        if kind in _PARTS:
            return self._block(syntax)
        if kind in _WRAPPERS:
            return self.convert(syntax.named_children[0]) if syntax.named_children else self.make(Kind.BLOCK, syntax)
        if kind in _CONSTANTS:
            return self.make(Kind.LITERAL, syntax, value=_CONSTANTS[kind])
        if kind in _BINDERS:
            return self._bind(syntax)
        handler = self.handlers.get(kind)
        if handler is not None:
            return handler(self, syntax)
        if kind in _SILENT:
            return self.make(Kind.BLOCK, syntax)
        return self.make(Kind.OPAQUE, syntax, *self.all(syntax.named_children), name=kind)

    def _block(self, syntax: Syntax) -> Node:
        children = self.all(syntax.named_children)
        if syntax.type == "block" and len(children) == 1 and children[0].kind is Kind.BLOCK:
            children = children[0].children
        return self.make(_PARTS[syntax.type], syntax, *children)

    def _string(self, syntax: Syntax) -> Node:
        return self.make(Kind.LITERAL, syntax, value=text_of(syntax)[1:-1])

    def _number(self, syntax: Syntax) -> Node:
        return self.make(Kind.LITERAL, syntax, value=number(text_of(syntax)))

    def _member(self, syntax: Syntax) -> Node:
        return self.make(
            Kind.MEMBER, syntax, *self.field(syntax, "operand"), name=text_of(syntax.child_by_field_name("field"))
        )

    def _call(self, syntax: Syntax) -> Node:
        callee, arguments = syntax.child_by_field_name("function"), syntax.child_by_field_name("arguments")
        if callee is None:
            return self.make(Kind.OPAQUE, syntax)
        function = self.convert(callee)
        given = self.all(arguments.named_children) if arguments is not None else ()
        return self.make(Kind.CALL, syntax, function, *given, name=dotted(function))

    def _operand(self, syntax: Syntax) -> Node:
        return self.make(Kind.BLOCK, syntax, *self.field(syntax, "operand"))

    def _index(self, syntax: Syntax) -> Node:
        return self.make(Kind.INDEX, syntax, *self.field(syntax, "operand"), *self.field(syntax, "index"))

    def _unary(self, syntax: Syntax) -> Node:
        operator = text_of(syntax.child_by_field_name("operator"))
        operands = self.field(syntax, "operand")
        if operator == "&" and operands:
            return operands[0]
        return self.make(Kind.UNARY, syntax, *operands, name=operator)

    def _binary(self, syntax: Syntax) -> Node:
        operator = text_of(syntax.child_by_field_name("operator"))
        return self.make(Kind.BINARY, syntax, *self.field(syntax, "left"), *self.field(syntax, "right"), name=operator)

    def _composite(self, syntax: Syntax) -> Node:
        body = syntax.child_by_field_name("body")
        items = self.all(body.named_children) if body is not None else ()
        name = text_of(syntax.child_by_field_name("type")).rpartition(".")[2]
        keyed = not items or all(one.kind is Kind.PAIR for one in items)
        return self.make(Kind.OBJECT if keyed else Kind.ARRAY, syntax, *items, name=name)

    def _nested_composite(self, syntax: Syntax) -> Node:
        items = self.all(syntax.named_children)
        keyed = bool(items) and all(one.kind is Kind.PAIR for one in items)
        return self.make(Kind.OBJECT if keyed else Kind.ARRAY, syntax, *items)

    def _pair(self, syntax: Syntax) -> Node:
        key, *values = syntax.named_children or (None,)
        text = text_of(key)
        return self.make(Kind.PAIR, syntax, *self.all(values), name=text.strip('"`'))

    def _return(self, syntax: Syntax) -> Node:
        values = [one for part in syntax.named_children for one in (part.named_children if part.type == "expression_list" else [part])]  # fmt: skip
        return self.make(Kind.RETURN, syntax, *self.all(values))

    def _if(self, syntax: Syntax) -> Node:
        parts = (one for name in ("condition", "consequence", "alternative") for one in self.field(syntax, name))
        choice = self.make(Kind.IF, syntax, *parts)
        first = self.field(syntax, "initializer")
        return self.make(Kind.BLOCK, syntax, *first, choice) if first else choice

    def _bind(self, syntax: Syntax) -> Node:
        names = syntax.child_by_field_name("left")
        targets = names.named_children if names is not None else syntax.children_by_field_name("name")
        right = syntax.child_by_field_name("right") or syntax.child_by_field_name("value")
        values = right.named_children if right is not None and right.type == "expression_list" else [right] if right is not None else []  # fmt: skip
        if len(values) == len(targets):
            pairs = zip(targets, values, strict=True)
            return self.make(Kind.BLOCK, syntax, *(self._variable(target, value) for target, value in pairs))
        bound = [self.make(Kind.VARIABLE, syntax, name=text_of(one)) for one in targets if text_of(one) != "_"]
        return self.make(Kind.BLOCK, syntax, *self.all(values), *bound)

    def _variable(self, target: Syntax, value: Syntax) -> Node:
        name = text_of(target)
        return self.convert(value) if name == "_" else self.make(Kind.VARIABLE, target, self.convert(value), name=name)

    def _assign(self, syntax: Syntax) -> Node:
        left, right = syntax.child_by_field_name("left"), syntax.child_by_field_name("right")
        targets = left.named_children if left is not None else ()
        values = right.named_children if right is not None else ()
        operator = text_of(syntax.child_by_field_name("operator"))
        if len(targets) != len(values):
            assigned = [self.make(Kind.ASSIGN, syntax, self.convert(one), name=operator) for one in targets]
            return self.make(Kind.BLOCK, syntax, *self.all(values), *assigned)
        pairs = [self.make(Kind.ASSIGN, syntax, self.convert(target), self.convert(value), name=operator) for target, value in zip(targets, values, strict=True)]  # fmt: skip
        return pairs[0] if len(pairs) == 1 else self.make(Kind.BLOCK, syntax, *pairs)

    def _step(self, syntax: Syntax) -> Node:
        return self.make(Kind.ASSIGN, syntax, *self.all(syntax.named_children), name="++")

    def _switch(self, syntax: Syntax) -> Node:
        return self.make(Kind.SWITCH, syntax, *self.all(syntax.named_children))

    def _case(self, syntax: Syntax) -> Node:
        name = "default" if syntax.type == "default_case" else ""
        children = self.all(one for one in syntax.named_children if not one.type.endswith("_type"))
        return self.make(Kind.CASE, syntax, *children, name=name)

    def _import(self, syntax: Syntax) -> Node:
        module = text_of(syntax.child_by_field_name("path")).strip('"`')
        local = text_of(syntax.child_by_field_name("name")) or _package(module)
        self.tree.imports.append(Import(local=local, module=module))
        return self.make(Kind.BLOCK, syntax)

    def _type(self, syntax: Syntax) -> Node:
        shape = syntax.child_by_field_name("type")
        name = text_of(syntax.child_by_field_name("name"))
        if shape is not None and shape.type in ("interface_type", "struct_type"):
            promises = tuple(text_of(one.child_by_field_name("name")) for one in shape.named_children if one.type in ("method_elem", "method_spec"))  # fmt: skip
            fields = [one for part in shape.named_children for one in part.named_children if one.type == "field_declaration"]  # fmt: skip
            bases = tuple(text_of(one.child_by_field_name("type")) for one in fields if one.child_by_field_name("name") is None)  # fmt: skip
            self.tree.types.append(TypeNode(name=name, bases=bases, promises=promises))
        return self.make(Kind.BLOCK, syntax)

    def _declared(self, syntax: Syntax) -> Node:
        variable, owner = receiver(syntax)
        before, self.receiver = self.receiver, variable
        function = self._function(syntax, text_of(syntax.child_by_field_name("name")), owner)
        self.receiver = before
        self.tree.functions.append(function)
        return self.with_function(Kind.DEFINITION, syntax, function)

    def _literal(self, syntax: Syntax) -> Node:
        return self.with_function(Kind.FUNCTION, syntax, self._function(syntax, "", ""))

    def _function(self, syntax: Syntax, name: str, owner: str) -> FunctionNode:
        marks = {*result_marks(syntax), *(("method",) if owner else ()), *(("exported",) if name[:1].isupper() else ())}
        body = syntax.child_by_field_name("body")
        return FunctionNode(
            name=name,
            owner=owner,
            outer=self.outer,
            line=syntax.start_point[0] + 1,
            end_line=syntax.end_point[0] + 1,
            parameters=parameter_names(syntax),
            body=self.inside(name, owner, body),
            marks=frozenset(marks),
            documentation=documentation(syntax) if name else "",
            notes=notes_in(body),
        )

    handlers: ClassVar[Mapping[str, Callable[[_GoReader, Syntax], Node]]] = {
        "interpreted_string_literal": _string,
        "raw_string_literal": _string,
        "int_literal": _number,
        "float_literal": _number,
        "selector_expression": _member,
        "call_expression": _call,
        "type_conversion_expression": _operand,
        "type_assertion_expression": _operand,
        "slice_expression": _operand,
        "index_expression": _index,
        "unary_expression": _unary,
        "binary_expression": _binary,
        "composite_literal": _composite,
        "literal_value": _nested_composite,
        "keyed_element": _pair,
        "return_statement": _return,
        "if_statement": _if,
        "assignment_statement": _assign,
        "inc_statement": _step,
        "dec_statement": _step,
        "expression_switch_statement": _switch,
        "type_switch_statement": _switch,
        "select_statement": _switch,
        "expression_case": _case,
        "type_case": _case,
        "communication_case": _case,
        "default_case": _case,
        "import_spec": _import,
        "type_spec": _type,
        "function_declaration": _declared,
        "method_declaration": _declared,
        "func_literal": _literal,
    }


def _package(module: str) -> str:
    """The name by which a package is called unless it says otherwise: the last part that is no version."""
    parts = [part for part in module.split("/") if part]
    if len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdigit():
        parts.pop()
    return parts[-1].partition(".")[0].removeprefix("go-") if parts else ""
