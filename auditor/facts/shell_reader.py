"""Reads shell text into a ShellProgram, by way of tree-sitter-bash."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.facts.base import ParseFailure
from auditor.facts.shell_program import (
    Assignment,
    Branch,
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
    Redirect,
    ShellProgram,
    Word,
    attach_redirects,
)  # fmt: skip
from auditor.facts.shell_text import ShellText, expands, mask_expressions
from auditor.facts.syntax import syntax_tree
from auditor.model.source import Language

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["MAX_DEPTH", "read_shell"]

MAX_DEPTH = 100
_DECLARATIONS = frozenset({"declaration_command", "unset_command"})
_OPERATORS = frozenset({"&&", "||"})
_ARRAY_LIMIT = 500


def read_shell(text: str, first_line: int = 1) -> ShellProgram:
    """The program of a text whose first line has the number `first_line`.

    Syntax errors leave out what cannot be read. Raises ParseFailure on nesting deeper than MAX_DEPTH.
    """
    data = text.encode("utf-8", "replace")
    tree = syntax_tree(Language.SHELL, mask_expressions(data))
    assert tree is not None
    return _Reader(data, first_line).program(tree.root_node)


class _Reader(ShellText):
    depth = 0

    def program(self, root: Syntax) -> ShellProgram:
        body = self.statements(root.children)
        end = self.offset + self.data.count(b"\n")
        return ShellProgram(
            body=body, comments=self.comments(root), line=self.offset, end_line=end, broken=root.has_error
        )

    def statements(self, nodes: list[Syntax]) -> tuple[Node, ...]:
        found: list[Node] = []
        for node in nodes:
            if node.type == "&" and found:
                last = found.pop()
                found.append(Prefixed(operator="&", body=last, line=last.line, end_line=last.end_line))
                continue
            statement = self.statement(node)
            if statement is not None:
                found.append(statement)
        return tuple(found)

    def statement(self, node: Syntax) -> Node | None:
        if not node.is_named or node.type in ("comment", "heredoc_body", "heredoc_end"):
            return None
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ParseFailure(f"shell nested deeper than {MAX_DEPTH} levels", self.line(node))
        try:
            return self._statement(node)
        finally:
            self.depth -= 1

    def _statement(self, node: Syntax) -> Node | None:
        if node.type == "compound_statement" and node.child_count and node.children[0].type == "((":
            return self.test(node)
        read = _READERS.get(node.type)
        return None if read is None else read(self, node)

    def pipeline(self, node: Syntax) -> Node:
        return Pipeline(parts=self.statements(node.children), line=self.line(node), end_line=self.end(node))

    def negated(self, node: Syntax) -> Node | None:
        body = self.statements(node.children)
        return Prefixed(operator="!", body=body[0], line=self.line(node), end_line=self.end(node)) if body else None

    def group(self, node: Syntax) -> Node:
        return Group(body=self.statements(node.children), line=self.line(node), end_line=self.end(node))

    def command(self, node: Syntax) -> Command:
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirects: list[Redirect] = []
        for child in node.children:
            if child.type == "variable_assignment":
                assignments.append(self.assignment(child))
            elif child.type in ("file_redirect", "herestring_redirect", "heredoc_redirect"):
                redirects.extend(self.redirects([child]))
            elif child.is_named or node.type in _DECLARATIONS:
                words.append(self.word(child))
        if node.type == "variable_assignment":
            assignments, words = [self.assignment(node)], []
        return Command(
            words=tuple(words),
            assignments=tuple(assignments),
            redirects=tuple(redirects),
            substitutions=self.substitutions(node),
            line=self.line(node),
            end_line=self.end(node),
        )

    def assignment(self, node: Syntax) -> Assignment:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        word = self.word(value) if value is not None else Word(text="", line=self.line(node))
        return Assignment(name=self.raw(name) if name is not None else "", value=word)

    def substitutions(self, node: Syntax) -> tuple[Node, ...]:
        found: list[Node] = []
        waiting = list(reversed(node.children))
        while waiting:
            child = waiting.pop()
            if child.type in ("command_substitution", "process_substitution"):
                found.extend(self.statements(child.children))
            else:
                waiting.extend(reversed(child.children))
        return tuple(found)

    def test(self, node: Syntax) -> Command:
        words: list[Word] = []
        waiting = list(reversed(node.children))
        while waiting:
            child = waiting.pop()
            if child.type.endswith("_expression") and child.type != "brace_expression":
                waiting.extend(reversed(child.children))
            else:
                words.append(self.word(child))
        return Command(
            words=tuple(words),
            substitutions=self.substitutions(node),
            line=self.line(node),
            end_line=self.end(node),
        )

    def chain(self, node: Syntax) -> Node | None:
        operator = next((child.type for child in node.children if child.type in _OPERATORS), "&&")
        parts = self.statements([child for child in node.children if child.type not in _OPERATORS])
        if len(parts) < 2:  # noqa: PLR2004 - a chain has two sides
            return parts[0] if parts else None
        return Chain(left=parts[0], operator=operator, right=parts[1], line=self.line(node), end_line=self.end(node))

    def redirects(self, nodes: list[Syntax]) -> list[Redirect]:
        found: list[Redirect] = []
        for node in nodes:
            if node.type == "heredoc_redirect":
                found.extend(self.heredoc(node))
                continue
            target = node.child_by_field_name("destination") or (node.children[-1] if node.children else node)
            descriptor = node.child_by_field_name("descriptor")
            operator = next((child.type for child in node.children if not child.is_named), ">")
            descriptor_text = self.raw(descriptor) if descriptor is not None else ""
            found.append(Redirect(operator=operator, target=self.word(target), descriptor=descriptor_text))
        return found

    def heredoc(self, node: Syntax) -> list[Redirect]:
        body = next((child for child in node.children if child.type == "heredoc_body"), None)
        inner = [child for child in node.children if child.type in ("file_redirect", "herestring_redirect")]
        if body is None:
            return self.redirects(inner)
        text = Word(text=self.raw(body), line=self.line(body), literal=not expands(body), quoted=True)
        return [*self.redirects(inner), Redirect(operator="<<", target=text)]

    def redirected(self, node: Syntax) -> Node | None:
        body = node.child_by_field_name("body")
        statement = self.statement(body) if body is not None else None
        outer = [child for child in node.children if child.type.endswith("_redirect")]
        redirects = tuple(self.redirects(outer))
        end = self.end(node)
        if statement is None:
            return Command(redirects=redirects, line=self.line(node), end_line=end)
        extra = tuple(
            inner for child in outer if child.type == "heredoc_redirect" for inner in self.substitutions(child)
        )
        result = attach_redirects(statement, redirects, extra, end)
        for child in outer:
            if child.type == "heredoc_redirect":
                result = self.continued(child, result, end)
        return result

    def continued(self, heredoc: Syntax, before: Node, end: int) -> Node:
        """``cat <<EOF | tee x`` and ``cat <<EOF || true`` hang what follows below the here-document."""
        right = heredoc.child_by_field_name("right")
        operator = heredoc.child_by_field_name("operator")
        after = self.statement(right) if right is not None else None
        if after is not None and operator is not None:
            return Chain(left=before, operator=operator.type, right=after, line=before.line, end_line=end)
        pipes = [child for child in heredoc.children if child.type == "pipeline"]
        parts = tuple(part for pipe in pipes for part in self.statements(pipe.children))
        return Pipeline(parts=(before, *parts), line=before.line, end_line=end) if parts else before

    def conditional(self, node: Syntax) -> If:
        own = [child for child in node.children if child.type not in ("elif_clause", "else_clause")]
        branches = [self.branch(own, node)]
        otherwise: tuple[Node, ...] = ()
        for child in node.children:
            if child.type == "elif_clause":
                branches.append(self.branch(child.children, child))
            elif child.type == "else_clause":
                otherwise = self.statements(child.children)
        return If(branches=tuple(branches), otherwise=otherwise, line=self.line(node), end_line=self.end(node))

    def branch(self, parts: list[Syntax], node: Syntax) -> Branch:
        split = next((index for index, child in enumerate(parts) if child.type == "then"), len(parts))
        condition, body = self.statements(parts[:split]), self.statements(parts[split:])
        end = body[-1].end_line if body else self.line(node)
        return Branch(condition=condition, body=body, line=self.line(node), end_line=end)

    def loop(self, node: Syntax) -> Loop:
        body = node.child_by_field_name("body")
        inner = self.statements(body.children) if body is not None else ()
        condition: tuple[Node, ...] = ()
        words: tuple[Word, ...] = ()
        if node.type == "while_statement":
            condition = self.statements([child for child in node.children if child != body])
        elif node.type == "for_statement":
            words = tuple(self.word(child) for child in node.children_by_field_name("value")[:_ARRAY_LIMIT])
            condition = self.substitutions_of(node, body)
        variable = node.child_by_field_name("variable")
        return Loop(
            keyword=node.children[0].type if node.child_count else "for",
            variable=self.raw(variable) if variable is not None else "",
            condition=condition,
            words=words,
            body=inner,
            line=self.line(node),
            end_line=self.end(node),
        )

    def substitutions_of(self, node: Syntax, body: Syntax | None) -> tuple[Node, ...]:
        return tuple(part for child in node.children if child != body for part in self.substitutions(child))

    def case(self, node: Syntax) -> Case:
        subject = node.child_by_field_name("value")
        arms = []
        for child in node.children:
            if child.type != "case_item":
                continue
            bracket = next((index for index, part in enumerate(child.children) if part.type == ")"), 0)
            arms.append(self.statements(child.children[bracket + 1 :]))
        text = self.raw(subject) if subject is not None else ""
        return Case(subject=text, arms=tuple(arms), line=self.line(node), end_line=self.end(node))

    def function(self, node: Syntax) -> Function:
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        statements = self.statements(body.children) if body is not None else ()
        text = self.raw(name) if name is not None else ""
        return Function(name=text, body=statements, line=self.line(node), end_line=self.end(node))


_READERS: dict[str, Callable[[_Reader, Syntax], Node | None]] = {
    "command": _Reader.command,
    "variable_assignment": _Reader.command,
    "variable_assignments": _Reader.command,
    "declaration_command": _Reader.command,
    "unset_command": _Reader.command,
    "test_command": _Reader.test,
    "list": _Reader.chain,
    "pipeline": _Reader.pipeline,
    "negated_command": _Reader.negated,
    "redirected_statement": _Reader.redirected,
    "if_statement": _Reader.conditional,
    "while_statement": _Reader.loop,
    "for_statement": _Reader.loop,
    "c_style_for_statement": _Reader.loop,
    "case_statement": _Reader.case,
    "function_definition": _Reader.function,
    "compound_statement": _Reader.group,
    "subshell": _Reader.group,
    "ERROR": _Reader.group,
}
