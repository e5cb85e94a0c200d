"""Endpoints that a document says the code has, against the routes that the code serves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check.case import Case, View
from auditor.check.document import Document, Line
from auditor.check.moments import held
from auditor.check.resolution import is_foreign_path
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.base import ParseFailure
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.route_table import RouteTable, route_table
from auditor.facts.served_routes import PARSER, ServedRoutes
from auditor.facts.source import Source
from auditor.facts.vocabulary import matches
from auditor.model.source import Language, Role, SourceFile

__all__ = ["endpoint_statements"]

_CLAIM = pattern(r"\b(GET|POST|PUT|PATCH|DELETE)\b[`*\s|:]{1,6}(/[A-Za-z0-9_.:{}<>\[\]$*/-]{2,120})")
_WORD = pattern(r"^[A-Za-z][A-Za-z0-9_-]{2,40}$")
_LANGUAGES = {
    "py": Language.PYTHON, "go": Language.GO, "js": Language.JAVASCRIPT, "mjs": Language.JAVASCRIPT,
    "jsx": Language.JAVASCRIPT, "ts": Language.TYPESCRIPT, "tsx": Language.TSX,
}  # fmt: skip
_OTHERS = frozenset(("java", "kt", "rb", "php", "cs", "rs", "ex", "exs", "scala", "swift", "dart", "lua", "yaml", "yml", "json", "conf", "toml", "vue", "svelte", "sh"))  # fmt: skip
_ROUTED = pattern(
    r"(?i)route|\.(?:get|post|put|patch|delete|head|all|use)\(\s*[\"'`/]|\bpath\(|handlefunc|blueprint|fastapi|add_url_rule|@app\."
)
"""What code that serves paths is likely to hold: taking everything apart would be slow."""
_MOST_FILES, _MOST_BYTES, _MOST_CLAIMS = 4_000, 40_000_000, 200
_MOST_PARSED = 300
_MOST_LETTERS = 400_000
_FEWEST_SERVED, _FEWEST_CLAIMS = 2, 3


@dataclass(frozen=True, slots=True)
class _Code:
    """The code of one moment: its routes, and its text in lower case; `is_whole` where all of it was read."""

    table: RouteTable
    texts: tuple[str, ...]
    is_whole: bool

    def holds(self, word: str) -> bool:
        return any(word in text for text in self.texts)


def endpoint_statements(case: Case) -> Iterator[Statement]:
    """Each endpoint that is named with its method, as far as the routes of the code are known.

    A path is contradicted only where others of the document are served and no file of the code has its words.
    """
    claims = tuple(_claims(case.document))
    if len({path for _, _, path in claims}) < _FEWEST_CLAIMS or not case.views:
        return  # no one of them could be told from those of another service
    codes = tuple((view, _code(view)) for view in case.views)
    if not any(code.table.serves for _, code in codes):
        return
    served = {path for _, _, path in claims if any(code.table.may_serve(path, behind_proxy=True) for _, code in codes)}
    for line, method, path in claims:
        symbol = f"{method} {path}"
        if path in served:
            yield supported(line, f"`{path}` is served by the code.", symbol)
        elif len(served) >= _FEWEST_SERVED and all(_is_absent(path, code) for _, code in codes):
            yield held(case, line, f"`{symbol}` is served by no code of the repository {case.views[0].label}.", symbol)
        else:
            yield uncheckable(line, f"No route was recognised that serves `{symbol}`.", symbol)


def _claims(document: Document) -> Iterator[tuple[int, str, str]]:
    found = 0
    for line in document.texts:
        if "/" not in line.text or _is_of_the_future(line):
            continue
        for match in _CLAIM.finditer(line.text.replace("**", "")):
            path = match.group(2).rstrip(".:`").partition("?")[0]
            if "//" not in path and found < _MOST_CLAIMS:
                found += 1
                yield line.number, match.group(1), path


def _is_of_the_future(line: Line) -> bool:
    """Whether a line says that something is not there, or is to be."""
    around = (line.plain, line.label, *line.section.path[1:])
    return any(matches(word, text) for word in ("negated", "plans", "references.loose") for text in around)


def _is_absent(path: str, code: _Code) -> bool:
    """Whether the last word of a path stands nowhere in the code."""
    named = [part.lower() for part in path.split("/") if _WORD.match(part)]
    return bool(named) and code.is_whole and code.table.serves and not code.holds(named[-1])


def _code(view: View) -> _Code:
    files: list[SourceFile] = []
    facts: dict[str, tuple[ServedRoutes, ...]] = {}
    texts: list[str] = []
    parsed: list[str] = []
    left, paths = _MOST_BYTES, _paths(view)
    for path in paths[:_MOST_FILES]:
        data = view.data(path) or b""
        left -= len(data)
        if left < 0:
            break
        texts.append(data[:_MOST_LETTERS].decode("utf-8", "replace").lower())
        file = SourceFile(path, "", len(data), _LANGUAGES.get(_ending(path), Language.TEXT), Role.SHIPPED)
        may_serve = len(parsed) <= _MOST_PARSED and PARSER.accepts(file) and _ROUTED.search(texts[-1])
        parsed.extend([path] if may_serve else [])
        fact = _routes(file, data) if may_serve else None
        if fact:
            files.append(file)
            facts[path] = (fact,)
    table = RepositoryFacts(tuple(files), facts, view.paths).derive(route_table)
    is_whole = left >= 0 and len(paths) <= _MOST_FILES and len(parsed) <= _MOST_PARSED
    return _Code(table, tuple(texts), is_whole)


def _paths(view: View) -> tuple[str, ...]:
    return tuple(
        path
        for path in sorted(view.paths)
        if (_ending(path) in _LANGUAGES or _ending(path) in _OTHERS) and not is_foreign_path(path)
    )


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _routes(file: SourceFile, data: bytes) -> ServedRoutes | None:
    try:
        found = PARSER.parse(Source(file, data))
    except (ParseFailure, SyntaxError, ValueError, RecursionError):
        return None
    return found if isinstance(found, ServedRoutes) else None
