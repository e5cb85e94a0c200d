"""Names that programs in other languages take from their environment, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_fact import Act, Default, Mention
from auditor.facts.names_known import stands_in
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PROGRAMS", "program_names"]

_SCRIPT = r"(?:process\.env|import\.meta\.env|Deno\.env|Bun\.env)(?:\.|\[[\"']|\.get\([\"'])([A-Z][A-Z0-9_]{2,})(?:[\"']\)?\]?)?(\s*(?:\|\||\?\?)\s*(?:[\"'`][^\"'`]+|\d|[a-z]))?"
_GETENV = r"(?:os\.Getenv|os\.LookupEnv|System\.getenv|env::var(?:_os)?|std::getenv|secure_getenv|\bgetenv)\(\s*\"([A-Z][A-Z0-9_]{2,})\"\s*\)(\.unwrap_or(?:_else)?\([^)]|\s*orElse)?"
PROGRAMS = {
    Language.JAVASCRIPT: _SCRIPT, Language.TYPESCRIPT: _SCRIPT, Language.TSX: _SCRIPT, Language.GO: _GETENV, Language.JAVA: _GETENV,
    Language.RUST: _GETENV, Language.C: _GETENV, Language.CPP: _GETENV,
}  # fmt: skip
"""The languages read here, and how they name the environment."""
_REFUSES = pattern(
    r"\bthrow\b|process\.exit|log\.Fatal|panic\(|os\.Exit|System\.exit|\.expect\(|\.unwrap\(\)|\?;|return .*(?:errors\.New|fmt\.Errorf)"
)
_GIVEN = pattern(r"\bSetenv\(\s*\"([A-Z][A-Z0-9_]{2,})\",|\"([A-Z][A-Z0-9_]{2,})=")
"""What a program of Go sets for itself or, behind a word for the environment, for one that it starts: ``cmd.Env = append(os.Environ(), "NAME=1")``."""
_ENVIRONMENT = pattern(r"[Ee]nv")
REACH = 4


def _given(line: str) -> Iterator[str]:
    """The names that a line of Go gives values to."""
    spoken = _ENVIRONMENT.search(line)
    if spoken is None:
        return
    for match in _GIVEN.finditer(line):
        if match.group(1) or match.start() > spoken.start():
            yield match.group(1) or match.group(2)


def program_names(source: Source) -> Iterator[Mention]:
    """What the program reads from the environment, and what it refuses to do without."""
    if b"env" not in source.data and b"Env" not in source.data:
        return
    expression = pattern(PROGRAMS[source.file.language])
    for number, line in enumerate(source.lines, 1):
        if line.lstrip().startswith(("//", "*", "/*")) or len(line) > 2000:  # noqa: PLR2004 - no source, a bundle
            continue
        if source.file.language is Language.GO:
            yield from (Mention(number, name, Act.PASSED) for name in _given(line))
        for match in expression.finditer(line):
            default = Default.VALUE if match.group(2) and not stands_in(match.group(2)) else Default.EMPTY
            yield Mention(number, match.group(1), Act.USED, default=default)
            if default is Default.EMPTY and any(
                _REFUSES.search(later) for later in source.lines[number - 1 : number - 1 + REACH]
            ):
                yield Mention(number, match.group(1), Act.VALIDATED)
