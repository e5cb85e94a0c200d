"""Which Python packages a file names: lists of requirements whole, of other files those that plug into pytest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "PackageNames", "is_plugin", "normal_package"]

_LANGUAGES = frozenset(
    {
        Language.TEXT, Language.TOML, Language.INI, Language.YAML, Language.PYTHON, Language.DOCKERFILE, Language.SHELL,
        Language.MAKEFILE, Language.JSON, Language.MARKDOWN,
    }
)  # fmt: skip
_LISTED = pattern(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~;@#]|$)")
_INCLUDED = pattern(r"^\s*(?:-r|--requirement|-c)[ =]\s*(\S+)")
_PLUGIN = pattern(r"(?i)\b(?:pytest[-_][a-z0-9_-]+|allure[-_]pytest|syrupy|pytest_[a-z0-9_]+)")
_ADDED = pattern(r"addoption\(\s*(?:[\"']-\w[\"'],\s*)?[\"'](--[\w-]+)[\"']")
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageNames(Fact):
    """`names` are normalised (lower case, hyphens). `is_list` where the file is a list of requirements, `includes` those it takes in.

    `options` are those that code adds to pytest itself.
    """

    kind: ClassVar[str] = "package-names"
    names: frozenset[str]
    is_list: bool
    includes: tuple[str, ...]
    options: frozenset[str]


def normal_package(name: str) -> str:
    """The name of a distribution as indexes compare it (https://peps.python.org/pep-0503/#normalized-names)."""
    return pattern(r"[-_.]+").sub("-", name.lower()).strip("-")


def is_plugin(name: str) -> bool:
    """Whether a normalised name is that of something which plugs into pytest."""
    return name.startswith("pytest-") or name in ("allure-pytest", "syrupy")


def _is_list(file: SourceFile) -> bool:
    lowered = file.path.lower()
    return lowered.endswith((".txt", ".in")) and "require" in lowered


def _parse(source: Source) -> PackageNames | None:
    listed = _is_list(source.file)
    if not listed and "pytest" not in source.text and "addoption" not in source.text:
        return None
    names = {normal_package(match.group()) for match in _PLUGIN.finditer(source.text)}
    includes: list[str] = []
    for line in source.lines[:_MOST_LINES] if listed else ():
        name, taken = _LISTED.match(line), _INCLUDED.match(line)
        names.update([normal_package(name.group(1))] if name else [])
        includes.extend([taken.group(1)] if taken else [])
    options = {match.group(1) for match in _ADDED.finditer(source.text)}
    if not (names or options or listed):
        return None
    return PackageNames(names=frozenset(names), is_list=listed, includes=tuple(includes), options=frozenset(options))


PARSER = Parser(fact=PackageNames, accepts=lambda file: file.language in _LANGUAGES, parse=_parse)
