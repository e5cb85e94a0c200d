"""The data files that ship with this package: rubrics and templates.

In a wheel they lie in ``auditor/data``; in a source checkout beside the package.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

from auditor.errors import InternalError

__all__ = ["published_schema", "resource_names", "resource_text"]


def resource_text(name: str) -> str:
    """The text of a shipped file by its name, such as ``rubrics/library.yaml``. Raises InternalError where it is not shipped."""
    for root in _roots():
        file = root.joinpath(*name.split("/"))
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise InternalError(f"{name} is not among the files that ship with auditor")


def resource_names(folder: str, suffix: str = "") -> tuple[str, ...]:
    """The names of the files in a shipped folder, sorted; only those that end with `suffix`. Empty where it is not shipped."""
    found: set[str] = set()
    for root in _roots():
        directory = root.joinpath(*folder.split("/"))
        if directory.is_dir():
            found.update(f"{folder}/{file.name}" for file in directory.iterdir() if file.name.endswith(suffix))
    return tuple(sorted(found))


def _roots() -> tuple[Traversable, ...]:
    package = files("auditor")
    shipped = package.joinpath("data")
    return (shipped,) if shipped.is_dir() else (package.joinpath(".."),)


def published_schema(name: str) -> str:
    """The text of a JSON Schema that https://www.schemastore.org publishes, such as ``github-workflows``."""
    package = find_spec("check_jsonschema")  # found and not imported: that would load its whole command line
    if package is None or not package.submodule_search_locations:
        raise InternalError("check-jsonschema is not installed, with which the published schemas come")
    folder = Path(package.submodule_search_locations[0], "builtin_schemas", "vendor")
    return folder.joinpath(f"{name}.json").read_text(encoding="utf-8")
