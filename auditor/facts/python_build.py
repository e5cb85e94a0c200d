"""How a Python project is built: what pyproject.toml says of its packages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.source import Source
from auditor.facts.toml_text import read_toml
from auditor.model.source import SourceFile

__all__ = ["PARSER", "PythonBuild"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonBuild(Fact):
    """The build backend (empty: setuptools by default), and whether the packages are named."""

    kind: ClassVar[str] = "python-build"
    backend: str
    names_packages: bool


def _accepts(file: SourceFile) -> bool:
    return file.path == "pyproject.toml"


def _parse(source: Source) -> PythonBuild | None:
    document = read_toml(source.text)
    build, tool = _table(document, "build-system"), _table(document, "tool")
    if not build and "project" not in document:
        return None
    setuptools = _table(tool, "setuptools")
    named = any(key in setuptools for key in ("packages", "py-modules", "package-dir", "package_dir"))
    backend = build.get("build-backend", "")
    return PythonBuild(backend=backend if isinstance(backend, str) else "", names_packages=named)


def _table(document: dict[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


PARSER = Parser(fact=PythonBuild, accepts=_accepts, parse=_parse)
