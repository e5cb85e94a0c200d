"""Web templates that a Python module renders, by their literal names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import all_nodes
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "PythonTemplates", "RenderedTemplate"]

_RENDERERS = frozenset({"TemplateResponse", "render_template", "render_to_string", "get_template", "select_template"})
_NAME = pattern(r"^[A-Za-z0-9_][\w.-]*(?:/[\w.-]+)*\.(?:html|htm|jinja|jinja2|j2|txt|mjml)$")
_MOST_NODES = 200_000


@dataclass(frozen=True, slots=True, order=True)
class RenderedTemplate:
    """The name of a template, relative to a folder of templates, and its line."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class PythonTemplates(Fact):
    """What one module renders."""

    kind: ClassVar[str] = "python-templates"
    templates: tuple[RenderedTemplate, ...]


def _parse(source: Source) -> PythonTemplates | None:
    if not any(word in source.text for word in _RENDERERS):
        return None
    nodes = all_nodes(source.python)
    found = {one for node in nodes[:_MOST_NODES] if isinstance(node, ast.Call) for one in _rendered(node)}
    return PythonTemplates(tuple(sorted(found))) if found else None


def _rendered(call: ast.Call) -> Iterator[RenderedTemplate]:
    if last_name(call.func) not in _RENDERERS:
        return
    named = [one.value for one in call.keywords if one.arg in ("name", "template_name")]
    for argument in (*call.args[:2], *named):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and _NAME.search(argument.value):
            yield RenderedTemplate(argument.lineno, argument.value)
            return


PARSER = Parser(
    fact=PythonTemplates,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
