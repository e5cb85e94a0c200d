"""The recipes of a Makefile as shell programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.code_reader import text_of
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import ShellProgram
from auditor.facts.shell_reader import read_shell
from auditor.facts.source import Source
from auditor.model.source import Language

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["PARSER", "MakeRecipes", "Recipe"]

_NAME = pattern(r"^[A-Za-z0-9][\w./-]*$")
_VARIABLE = pattern(r"\$\(([^()$]*)\)")
_WORD = pattern(r"^\w+$")
_MOST_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is run for one target. `needs` are the prerequisites of the target, which may do the work."""

    target: str
    needs: tuple[str, ...]
    program: ShellProgram
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRecipes(Fact):
    """All recipes of one Makefile, pattern rules and special targets left out."""

    kind: ClassVar[str] = "make-recipes"
    recipes: tuple[Recipe, ...]


def _parse(source: Source) -> MakeRecipes | None:
    tree = source.syntax
    if tree is None:
        return None
    found = [recipe for rule in _rules(tree.root_node) for recipe in _recipe(rule, source.lines)]
    return MakeRecipes(recipes=tuple(found))


def _rules(root: Syntax) -> Iterator[Syntax]:
    pending = [root]
    while pending:
        one = pending.pop()
        if one.type == "rule":
            yield one
        if one.type in ("makefile", "conditional", "elsif_directive", "else_directive", "rule", "recipe", "ERROR"):
            pending.extend(reversed(one.named_children))


def _recipe(rule: Syntax, lines: tuple[str, ...]) -> Iterator[Recipe]:
    targets = next((one for one in rule.named_children if one.type == "targets"), None)
    body = next((one for one in rule.named_children if one.type == "recipe"), None)
    name = text_of(targets)
    if body is None or not _NAME.search(name):
        return
    commands = [one for one in body.named_children if one.type == "recipe_line"]
    if not commands or len(commands) > _MOST_LINES or any(one.type == "conditional" for one in body.named_children):
        return  # what runs depends on variables
    first, last = commands[0].start_point[0], commands[-1].end_point[0]
    if not lines[first].startswith("\t"):
        return
    shell = "\n".join(_shell_lines(lines[first : last + 1]))
    yield Recipe(
        target=name,
        needs=tuple(text_of(rule.child_by_field_name("normal")).split()),
        program=read_shell(shell, first + 1),
        line=rule.start_point[0] + 1,
        end_line=last + 1,
    )


def _shell_lines(lines: tuple[str, ...]) -> Iterator[str]:
    """The lines as a shell sees them: without the marks of make; ``-`` says that a failure does not count."""
    ignored = continued = False
    for line in lines:
        text = line if continued else line.lstrip()
        if not continued:
            bare = text.lstrip("@-+ \t")
            ignored = "-" in text[: len(text) - len(bare)]
            text = bare
        continued = text.endswith("\\")
        yield _expanded(text) + (" || true" if ignored and text and not continued else "")


def _expanded(text: str) -> str:
    """Variables of make as variables of a shell; its functions as commands that nobody knows."""
    parts: list[str] = []
    at = 0
    for match in _VARIABLE.finditer(text):
        word = match.group(1)
        parts += (text[at : match.start()], f"${{{word}}}" if _WORD.search(word) else "${MAKE_FUNCTION}")
        at = match.end()
    return "".join((*parts, text[at:])).replace("$$", "$")


PARSER = Parser(fact=MakeRecipes, accepts=lambda file: file.language is Language.MAKEFILE, parse=_parse)
