"""Modules of Python that something starts by their dotted names: commands, images, units, compositions and programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "StartedModule", "StartedModules"]

_STARTS = pattern(
    r"(?:\bpython[0-9.]*|sys\.executable|\$\(?\{?(?:PY|PYTHON)\w*\}?\)?)[\"']?[,\s]+(?:[\"']?-[A-Zbdsuv]+[\"']?[,\s]+)*[\"']?-m[\"']?[,\s]+[\"']?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)"
    r"|\b(?:uvicorn|gunicorn|hypercorn|granian)[\"']?[,\s](?:[\w\"',=/.\-]+\s)?\s*[\"']?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+):[A-Za-z_]"
    r"|\bcelery[\"']?[,\s]+[\"']?(?:-A|--app)[\"']?[=,\s]+[\"']?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)"
    r"|\b(?:find_spec|import_module)\(\s*[\"']([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)[\"']"
)
_LANGUAGES = frozenset({
    Language.YAML, Language.SHELL, Language.DOCKERFILE, Language.MAKEFILE, Language.INI, Language.TOML, Language.PYTHON, Language.MARKDOWN,
    Language.HCL, Language.JSON,
})  # fmt: skip
_SIGNS = ("-m", "corn", "granian", "celery", "find_spec", "import_module")
_COMMENT = ("#", "//", ";")
_GROUPS = 4
"""So many groups of `_STARTS` hold a name."""
_MOST = 500
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, order=True)
class StartedModule:
    """A dotted name of at least two parts, and its line; `run` where the module itself is, not a server of it."""

    line: int
    name: str
    run: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedModules(Fact):
    """What one file starts, each name once, by line."""

    kind: ClassVar[str] = "started-modules"
    items: tuple[StartedModule, ...]


def _parse(source: Source) -> StartedModules | None:
    if not any(sign in source.text for sign in _SIGNS):
        return None
    commented = source.file.language is not Language.MARKDOWN
    first: dict[str, StartedModule] = {}
    for number, line in enumerate(source.lines, 1):
        if len(line) > _LONGEST or (commented and line.lstrip().startswith(_COMMENT)):
            continue
        for match in _STARTS.finditer(line):
            name = next(filter(None, map(match.group, range(1, _GROUPS + 1))))
            first.setdefault(name, StartedModule(number, name, run=bool(match.group(1))))
    found = sorted(first.values())
    return StartedModules(items=tuple(found[:_MOST])) if found else None


PARSER = Parser(fact=StartedModules, accepts=lambda file: file.language in _LANGUAGES, parse=_parse)
