"""The settings of pytest: where its tests lie, and sections that it does not read.

See https://docs.pytest.org/en/stable/reference/customize.html#configuration-file-formats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "PytestSettings", "TestPath"]

_SECTIONS = {
    "pytest.ini": "pytest", ".pytest.ini": "pytest", "tox.ini": "pytest", "setup.cfg": "tool:pytest", "pyproject.toml": "tool.pytest.ini_options",
}  # fmt: skip
_IGNORED = {"pytest.ini": "tool:pytest", ".pytest.ini": "tool:pytest", "tox.ini": "tool:pytest", "setup.cfg": "pytest"}
_SECTION = pattern(r"^\[([^\[\]]+)\]\s*(?:[#;].*)?$")
_KEY = pattern(r"^testpaths\s*=\s*(.*)$")
_MARKERS = pattern(r"^markers\s*=\s*(.*)$")
_MARKER = pattern(r"(?:^|[\[,])\s*[\"']{0,3}([A-Za-z_]\w*)")
_STRICT = pattern(r"--strict(?:-markers)?(?:[^\w-]|$)|^strict(?:_markers)?\s*=\s*(?:true|1|yes|on)\b")
_RERUNS = pattern(r"^[^#;]*(?:--reruns[= ]+[1-9]|--max-runs[= ]+[2-9]|--force-flaky)|^reruns\s*=\s*[\"']?[1-9]")
_PLUGIN = "pytest11"
_NAMES = pattern(r"^python_files\s*=\s*(.*)$")
_USUAL = frozenset({"test_*.py", "*_test.py", "tests.py"})
_ANY_KEY = pattern(r"^[A-Za-z_][\w-]*\s*=|^\[")
_WORD = pattern(r"[^\s\"',\[\]]+")
_MOST_LINES = 5_000


@dataclass(frozen=True, slots=True, order=True)
class TestPath:
    """One of the folders or files that pytest collects, as written, with its line."""

    line: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestSettings(Fact):
    """`ignored` is the line of a section that pytest does not read in a file of this name (0: there is none), `section` its name.

    `own_names` tells that it says itself which files are tests, and not what is usual. `strict` where only the `markers` may
    be used that are registered. `reruns` is the line by which each test that fails is run again (0: there is none).
    """

    kind: ClassVar[str] = "pytest-settings"
    test_paths: tuple[TestPath, ...]
    ignored: int
    section: str
    expected: str
    own_names: bool
    strict: bool = False
    markers: tuple[str, ...] = ()
    reruns: int = 0


def _accepts(file: SourceFile) -> bool:
    return file.language in (Language.INI, Language.TOML)


def _parse(source: Source) -> PytestSettings | None:
    expected, wrong = _SECTIONS.get(source.file.name, ""), _IGNORED.get(source.file.name, "")
    if not expected:
        return None
    lines = source.lines[:_MOST_LINES]
    sections = dict(_sections(lines))
    ignored = sections.get(wrong, 0) if expected not in sections else 0
    if expected not in sections and not ignored:
        return None
    start = sections.get(expected, ignored)
    return PytestSettings(
        test_paths=tuple(_test_paths(lines, start)),
        ignored=ignored,
        section=wrong if ignored else "",
        expected=expected,
        own_names=any(_is_own(match.group(1)) for line in lines[start:] if (match := _NAMES.search(line)) is not None),
        strict=_PLUGIN not in source.text and any(_STRICT.search(line) for line in _of_section(lines, start)),
        reruns=next((at for at, line in enumerate(lines, 1) if at > start and _RERUNS.search(line)), 0),
        markers=tuple(
            sorted({one.group(1) for _, text in _values(lines, start, _MARKERS) for one in _MARKER.finditer(text)})
        ),
    )


def _of_section(lines: tuple[str, ...], start: int) -> Iterator[str]:
    """The lines of a section, without comments."""
    for line in lines[start:]:
        if _SECTION.search(line):
            return
        if not line.lstrip().startswith(("#", ";")):
            yield line


def _is_own(value: str) -> bool:
    """Whether the names of test files differ from the usual ones; true where they stand on further lines."""
    names = [match.group() for match in _WORD.finditer(value)]
    return not names or not _USUAL.issuperset(names)


def _sections(lines: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """The names of the sections with their lines."""
    for number, line in enumerate(lines, 1):
        match = _SECTION.search(line)
        if match is not None:
            yield match.group(1).strip(), number


def _test_paths(lines: tuple[str, ...], start: int) -> Iterator[TestPath]:
    for number, text in _values(lines, start, _KEY):
        yield from (TestPath(number, match.group()) for match in _WORD.finditer(text))


def _values(lines: tuple[str, ...], start: int, wanted: Pattern) -> Iterator[tuple[int, str]]:
    """What stands after a key: on its line, and on those below it until the next key."""
    inside = False
    for number, line in enumerate(lines[start:], start + 1):
        key = wanted.search(line)
        if _SECTION.search(line):
            return
        if key is None and (not inside or _ANY_KEY.search(line)):
            inside = False
            continue
        inside = True
        yield number, (key.group(1) if key else line).partition("#")[0]


PARSER = Parser(fact=PytestSettings, accepts=_accepts, parse=_parse)
