"""Words by which a repository can have its Python packages installed: requirement files, projects, locks and install commands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "PythonRequirements", "normalised"]

_MANIFEST = pattern(
    r"(?i)(?:^|/)(?:[\w.-]*requirements?[\w.-]*\.(?:txt|in|pip|lock)|requirements/[\w.-]+\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|pipfile(?:\.lock)?|"
    r"(?:environment|conda)[\w.-]*\.ya?ml|tox\.ini|noxfile\.py|hatch\.toml|pixi\.toml|constraints[\w.-]*\.txt|(?:uv|poetry|pdm)\.lock)$"
)
_INSTALLS = pattern(
    r"(?i)\b(?:pip3?|uv|poetry|pdm|conda|mamba|pipx|apt(?:-get)?|apk|dnf|yum)\b[^\n]{0,40}\b(?:install|add)\b"
)
_WORD = pattern(r"[A-Za-z][A-Za-z0-9_.-]{1,60}")
_SHELLS = frozenset({Language.SHELL, Language.DOCKERFILE, Language.YAML, Language.MAKEFILE})
_MOST = 2_000_000
_MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class PythonRequirements(Fact):
    """The words of one file, normalised. `manifest` tells that it is made to list packages."""

    kind: ClassVar[str] = "python-requirements"
    words: tuple[str, ...]
    manifest: bool


def normalised(name: str) -> str:
    """A name of a package as it is compared: lower case, with underscores."""
    return name.lower().replace("-", "_").replace(".", "_").strip("_")


def _parse(source: Source) -> PythonRequirements | None:
    if len(source.data) > _MOST:
        return None
    if source.file.language is Language.PYTHON and not _MANIFEST.search(source.path):
        own = tuple(dict.fromkeys(_of_script(source)))
        return PythonRequirements(own, manifest=False) if own else None
    manifest = _MANIFEST.search(source.path) is not None
    lines = source.lines if manifest else [line for line in _joined(source.lines) if _INSTALLS.search(line[:4000])]
    words: dict[str, None] = {}
    for line in lines:
        for match in _WORD.finditer(line[:4000]):
            words[normalised(match.group())] = None
        if len(words) > _MOST_WORDS:
            break
    return PythonRequirements(tuple(words), manifest) if words else None


def _of_script(source: Source) -> Iterator[str]:
    """The words of the block by which a script of one file lists its packages (https://peps.python.org/pep-0723/)."""
    if b"# /// script" not in source.data:
        return
    inside = False
    for line in source.lines:
        if inside and (not line.startswith("#") or line.rstrip() == "# ///"):
            return
        if inside:
            yield from (normalised(match.group()) for match in _WORD.finditer(line[:400]))
        inside = inside or line.rstrip() == "# /// script"


def _joined(lines: tuple[str, ...] | list[str]) -> list[str]:
    """Lines with those onto which they are continued."""
    found: list[str] = []
    open_line = ""
    for line in lines:
        open_line = f"{open_line} {line}" if open_line else line
        if line.rstrip().endswith("\\") and len(open_line) < 4000:  # noqa: PLR2004 - bounds the work
            continue
        found.append(open_line)
        open_line = ""
    return [*found, open_line] if open_line else found


def _accepts(file: SourceFile) -> bool:
    return _MANIFEST.search(file.path) is not None or (
        file.role is Role.SHIPPED and file.language in _SHELLS | {Language.PYTHON}
    )


PARSER = Parser(fact=PythonRequirements, accepts=_accepts, parse=_parse)
