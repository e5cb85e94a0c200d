"""What a Python distribution declares: its name, console scripts and packages (pyproject.toml, setup.cfg, setup.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.toml_text import read_toml

__all__ = ["PARSER", "ConsoleScript", "PythonProject"]

_SCRIPT = pattern(r"(?m)^\s*[\"']?([A-Za-z0-9_.-]+)\s*=\s*([A-Za-z_][\w.]*):[A-Za-z_][\w.]*")
_NAME = pattern(r"(?m)^\s*name\s*=\s*[\"']?([A-Za-z0-9_.-]+)")
_PYTHON = pattern(r"(?m)^\s*python_requires\s*=\s*[\"']?([^\"'#\n,]+)")
_REQUIRED = pattern(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_MOST_LISTED = 1_000
_NESTED_TABLES = ("tool", "poetry")
_MOST = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleScript:
    """A command, the module that it starts, and what it calls there; line 0 where that cannot be told."""

    name: str
    module: str
    function: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonProject(Fact):
    """One distribution. `packages` are import names that it is told to ship, the name itself included.

    `requires` are the distributions without which it cannot be installed, `extras` those that only its extras bring,
    in lower case with underscores, where pyproject.toml lists them. `python` says which versions of Python it is for.
    """

    kind: ClassVar[str] = "python-project"
    name: str
    scripts: tuple[ConsoleScript, ...]
    packages: tuple[str, ...]
    requires: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()
    python: str = ""


def _parse(source: Source) -> PythonProject | None:
    if len(source.data) > _MOST:
        return None
    if source.file.name == "pyproject.toml":
        return _from_pyproject(source)
    named = _NAME.search(source.text)
    scripts = tuple(
        ConsoleScript(name=match.group(1), module=match.group(2)) for match in _SCRIPT.finditer(source.text)
    )
    name = named.group(1) if named else ""
    python = _PYTHON.search(source.text)
    return PythonProject(
        name=name,
        scripts=scripts,
        packages=(_import_name(name),) if name else (),
        python=python.group(1).strip() if python else "",
    )


def _from_pyproject(source: Source) -> PythonProject | None:
    try:
        root = read_toml(source.text)
    except ParseFailure:
        return None  # whether TOML is broken is not this fact's question
    project = _table(root, "project") or _table(root, *_NESTED_TABLES)
    if not project:
        return None
    name = project.get("name")
    name = name if isinstance(name, str) else ""
    requires = frozenset(_import_name(one) for one in _requires(root))
    return PythonProject(
        name=name,
        scripts=tuple(sorted(_scripts(root, source.lines), key=lambda one: (one.name, one.module))),
        packages=tuple(dict.fromkeys(_packages(root, name))),
        requires=requires,
        extras=frozenset(_import_name(one) for one in _extras(root)) - requires,
        python=_python(root),
    )


def _python(root: dict[str, Any]) -> str:
    """The versions of Python under ``requires-python``, or among the dependencies that poetry is told of."""
    wanted = _table(root, "project").get("requires-python") or _table(root, *_NESTED_TABLES, "dependencies").get(
        "python"
    )
    return wanted.strip() if isinstance(wanted, str) else ""


def _table(root: object, *keys: str) -> dict[str, Any]:
    for key in keys:
        root = root.get(key) if isinstance(root, dict) else None
    return root if isinstance(root, dict) else {}


def _scripts(root: dict[str, Any], lines: tuple[str, ...]) -> Iterator[ConsoleScript]:
    project = _table(root, "project")
    tables = [_table(project, "scripts"), _table(project, "gui-scripts"), _table(root, *_NESTED_TABLES, "scripts")]
    tables.extend(table for table in _table(project, "entry-points").values() if isinstance(table, dict))
    for table in tables:
        for name, target in table.items():
            if isinstance(target, str):
                module, _, function = target.partition(":")
                yield ConsoleScript(
                    name=name,
                    module=module.strip(),
                    function=function.partition("[")[0].strip(),
                    line=_line(name, target, lines),
                )


def _line(name: str, target: str, lines: tuple[str, ...]) -> int:
    return next((number for number, line in enumerate(lines, 1) if name in line and target in line), 0)


def _packages(root: dict[str, Any], name: str) -> Iterator[str]:
    if name:
        yield _import_name(name)
    setuptools = _table(root, "tool", "setuptools").get("packages")
    yield from (one for one in setuptools if isinstance(one, str)) if isinstance(setuptools, list) else ()
    wheel = _table(root, "tool", "hatch", "build", "targets", "wheel").get("packages")
    yield from (one for one in wheel if isinstance(one, str)) if isinstance(wheel, list) else ()
    poetry = _table(root, *_NESTED_TABLES).get("packages")
    for one in poetry if isinstance(poetry, list) else ():
        included = one.get("include") if isinstance(one, dict) else None
        if isinstance(included, str):
            yield included


def _requires(root: dict[str, Any]) -> Iterator[str]:
    """The names of what must be installed (https://packaging.python.org/en/latest/specifications/pyproject-toml/#dependencies-optional-dependencies)."""
    yield from _names(_table(root, "project").get("dependencies"))
    for name, wanted in _table(root, *_NESTED_TABLES, "dependencies").items():
        if not (isinstance(wanted, dict) and wanted.get("optional")):
            yield name


def _extras(root: dict[str, Any]) -> Iterator[str]:
    """The names of what is installed with one of the extras alone."""
    for listed in list(_table(root, "project", "optional-dependencies").values())[:_MOST_LISTED]:
        yield from _names(listed)
    for name, wanted in _table(root, *_NESTED_TABLES, "dependencies").items():
        if isinstance(wanted, dict) and wanted.get("optional"):
            yield name


def _names(listed: object) -> Iterator[str]:
    for one in listed[:_MOST_LISTED] if isinstance(listed, list) else ():
        named = _REQUIRED.match(one) if isinstance(one, str) else None
        if named is not None:
            yield named.group(1)


def _import_name(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


PARSER = Parser(
    fact=PythonProject,
    accepts=lambda file: file.name in ("pyproject.toml", "setup.cfg", "setup.py"),
    parse=_parse,
)
