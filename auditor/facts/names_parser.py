"""Reads the names of secrets and settings out of every kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from auditor.facts.base import ParseFailure, Parser
from auditor.facts.helm_text import is_chart_template
from auditor.facts.names_config import (
    compose_names,
    configuration_names,
    dockerfile_names,
    env_names,
    hcl_names,
    manifest_names,
    template_names,
)
from auditor.facts.names_document import document_names
from auditor.facts.names_fact import Mention, Names
from auditor.facts.names_gitlab import gitlab_names
from auditor.facts.names_program import PROGRAMS, program_names
from auditor.facts.names_python import python_names
from auditor.facts.names_shell import shell_names
from auditor.facts.names_workflow import workflow_names
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template, is_template
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER"]

_WORKFLOW = pattern(r"^(?:.*/)?\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml$")
_GITLAB = pattern(r"(?:^|/)[^/]*\.gitlab-ci\.ya?ml$|^\.gitlab(?:-ci)?/.*\.ya?ml$")
_COMPOSE = pattern(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$")
_READ = frozenset(
    {
        Language.PYTHON,
        Language.SHELL,
        Language.YAML,
        Language.ENV,
        Language.DOCKERFILE,
        Language.HCL,
        Language.MARKDOWN,
        Language.INI,
        Language.TOML,
    }
    | set(PROGRAMS)
    | {Language.TEXT, Language.JSON},
)
_BY_LINES: dict[Language, Callable[[tuple[str, ...]], Iterable[Mention]]] = {
    Language.SHELL: shell_names,
    Language.DOCKERFILE: dockerfile_names,
    Language.HCL: hcl_names,
    Language.INI: configuration_names,
    Language.TOML: configuration_names,
}
_ROLES = frozenset({Role.SHIPPED, Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION, Role.DATA})


def _parse(source: Source) -> Names | None:
    try:
        found = {one for one in _mentions(source) if one.name.isascii() and one.name.isidentifier()}
    except ParseFailure:
        return None  # the parser of the format reports it
    return Names(tuple(sorted(found))) if found else None


def _mentions(source: Source) -> Iterable[Mention]:
    path, language = source.path, source.file.language
    if is_env_template(path) or language is Language.ENV:
        return env_names(source.lines)
    if is_chart_template(source.file) and "{{" in source.text:
        return template_names(source)
    if language is Language.YAML:
        return _yaml(source)
    if language in PROGRAMS:
        return program_names(source)
    return _others(source, language)


def _others(source: Source, language: Language) -> Iterable[Mention]:
    if language is Language.PYTHON:
        return python_names(source)
    if language in _BY_LINES and not (language in (Language.INI, Language.TOML) and is_template(source.path)):
        return _BY_LINES[language](source.lines)
    if language is Language.MARKDOWN or source.file.role is Role.DOCUMENTATION:
        return document_names(source)
    return _application(source) if source.file.name == "app.json" else ()


def _yaml(source: Source) -> Iterable[Mention]:
    if _WORKFLOW.match(source.path):
        return workflow_names(source)
    if _GITLAB.search(source.path):
        return gitlab_names(source)
    return compose_names(source) if _COMPOSE.search(source.path) else manifest_names(source)


def _application(source: Source) -> Iterable[Mention]:
    """Settings that a Heroku application asks for at its first deployment."""
    return env_names(tuple(line.replace('": ', "=", 1).replace('"', "") for line in source.lines))


def _accepts(file: SourceFile) -> bool:
    return (
        file.role in _ROLES
        and file.language in _READ
        and (file.language is not Language.JSON or file.name == "app.json")
    )


PARSER = Parser(fact=Names, accepts=_accepts, parse=_parse)
