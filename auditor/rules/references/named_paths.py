"""Which paths of this repository a document names, told from all the other paths that documents speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.document_references import DocumentReferences, InlineCode, shell_lines
from auditor.facts.known_paths import Places
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts

__all__ = ["NamedPath", "is_kept_beside", "is_made_by_builds", "made_in_document", "named_paths", "own_path"]

_PATH = pattern(r"(?:\./|\.\./|/)?[A-Za-z0-9_.][A-Za-z0-9_.+-]*(?:/[A-Za-z0-9_.+-]+)*/?")
_FILE = pattern(
    r"\.(?:sh|bash|py|js|mjs|cjs|ts|tsx|ya?ml|json|toml|rb|pl|sql|service|conf|cfg|ini|go|mk|ps1|md|rst|txt|tf|html|log|ipynb|baseline|proto|env|pdf|docx|xlsx)$"
)
_COMMAND = pattern(
    r"^(?:sudo\s+)?(?:(?:python3?|bash|sh|node|ruby|perl|pytest|source|\.)\s+(?:-[a-zA-Z]+\s+)*)?(\.{0,2}/?[A-Za-z0-9_][A-Za-z0-9_./-]*\.(?:sh|bash|py|js|rb|pl))(?:\s|$)"
)
_RUN = pattern(
    r"^(?:sudo\s+)?(?:(?:python3?|bash|sh|node|ruby|perl|pytest|source|\.)\s|\.{1,2}/|(?:[\w-]+/)+[\w.-]+\.(?:sh|bash|py|rb|pl)(?:\s|$))"
)
_BARE = pattern(r"^(?:[\w-]+/)+[\w.-]+\.(?:sh|bash|py|rb|pl)(?:\s|$)")
_SCRIPT_BY_CRON = pattern(r"(?:^|\s)(/(?:[A-Za-z0-9_.-]+/)+[A-Za-z0-9_.-]+\.(?:sh|py))(?:\s|$)")
_READ = pattern(
    r"^(?:sudo\s+)?(?:cat|tail|head|less|grep|jq|kubectl apply|docker-compose|docker compose|ansible-playbook|psql)\s[^|>]*?([A-Za-z0-9_./-]+/[A-Za-z0-9_.-]+\.[a-z]+)(?:\s|$)"
)
_MOUNT = pattern(r"-v\s+[\"']?(?:\$\(pwd\)|\$PWD|\$\{PWD\}|\.)/([A-Za-z0-9_./-]+):")
_MADE = pattern(
    r"(?:>>?\s*|\btee\s+(?:-a\s+)?|\b(?:touch|mkdir|vim|nano|vi|code|wget|curl)\s+(?:-\S+\s+)*|\b(?:cp|mv|install|scp|rsync|ln)\s.*\s|(?:-o|--output|--out|--output-file|--report|--log-file|-O)[= ]\s*)[\"']?([A-Za-z0-9_./-]+)"
)
_LOOSE = pattern(
    r"(?i)\b(?:creat\w*|generat\w*|output\w*|writ(?:e|es|ten)|will be|would|should be|add(?:ed|ing)? (?:a|an|new|the)|new file|e\.g\.|for example|"
    r"renam\w*|remov\w*|delet\w*|deprecat\w*|moved|previously|formerly|used to|instead of|optional\w*|if (?:it )?exists|missing|"
    r"do(?:es)? ?n[o']t exist|not (?:yet )?(?:exist|there|implemented|committed)|planned|todo|tbd|future|proposed?|your own|custom|"
    r"produc(?:es|ed)|sav(?:e|es|ed)|stor(?:e|es|ed)|export\w*|download\w*|replac\w*|extract\w*|ignored?|archiv\w*|record\w*|append\w*|"
    r"set up|setup|put|place|copy|copied|built|build|results?|artifacts?|temporary|cache\w*)\b"
)
_INSTRUMENT = pattern(r"(?i)\b(?:with|by|via|using|run(?:ning)?|through|con|mit|mediante|ejecutar?)\s+$")
_PROGRAM_NAME = pattern(r"/[\w.-]+\.(?:py|sh|bash|js|ts|rb)$")
_TITLED = pattern(r"^[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)+\.md$")
"""A document that is named in capitals, as those of a repository are: there is no other place where it could lie."""
_COMPOSED = pattern(
    r"\b(?:docker|podman)[- ]compose\s(?:[^|;&]*\s)?(?:-f|--file)[= ]\s*[\"']?((?:[\w.-]+/)*[\w.-]*compose[\w.-]*\.ya?ml)\b"
)
_TO_MAKE = pattern(r"(?i)(?:^|[.,;:] )(?:then,? |now,? |first,? )?(?:create|add|write|make|place|put)\b")
"""How an instruction to make the files of a list begins."""
_PLANNED = pattern(r"(?i)\b(?:creat\w*|add(?:ing)?|new|examples?|planned|proposed?|todo|future|optional|custom)\b")
_TOLERANT = pattern(
    r"\|\| true|something|my[-_]|2>\s*/dev/null|\[ -|test -|\bif \[|\|\| echo|<[a-z_-]+>|\{\{|\bYOUR_|\.\.\."
)
_METAVARIABLE = pattern(r"(?:^|/)[A-Z]{2,}(?:_[A-Z]+)+\.(?:js|ts|tsx|jsx|vue|py|go|rs|rb|java|sh)$")
"""``PROVIDER_NAME.js``: to be read as the name that the reader chooses."""
_BUILT = pattern(
    r"(?i)(?:^|/)(?:dist|build|target|out|output|node_modules|\.?venv\w*|env|bin|coverage|tmp|temp|vendor|\.cache|cache|artifacts?|release|"
    r"packages?|generated|logs?|backups?|data|results?|reports?|downloads?|secrets?|certs?|ssl|local|\.[\w-]+)(?:/|$)|(?:^|/)\.env|\.(?:local|override)\b"
)
_PROGRAM = pattern(r"^(?:scripts|tools|ops)/(?:[\w.-]+/)*[\w-]+\.(?:sh|bash|py)$")
"""Programs in folders that can only be the repository's own, even where it lacks them."""
_KEPT_BELOW = pattern(r"^(?:[A-Za-z][\w-]*/)+[\w.-]*[A-Za-z][\w.-]*\.(?:sh|bash|py|js|ts|ya?ml|tf|sql)$")
_PROGRAMS = frozenset({"sh", "bash", "py", "lua", "js", "ts", "rb", "pl"})
_TOP_FOLDER = pattern(r"(?:\./)?[A-Za-z0-9][A-Za-z0-9_-]*/")
_LICENCE = pattern(r"^(?:\./)?(?:LICEN[SC]E|COPYING)(?:\.md|\.txt)?$")
_TERMS = pattern(r"(?i)licen[sc]|copying|copyright|unlicense|notice")
_SIBLINGS = 3
"""So many folders of a list have to be there, for each that is not, before it is taken for one of this repository."""
_HOSTS = ("home", "Users", "root", "workspace", "opt", "srv", "app", "var", "mnt", "data", "code", "github")


@dataclass(frozen=True, slots=True, order=True)
class NamedPath:
    """A path as written, relative to the repository, with its line. `runs` where it is to be run."""

    line: int
    path: str
    runs: bool = False


def named_paths(
    document: DocumentReferences, places: Places, depth: int, *, of_operations: bool = False
) -> Iterator[NamedPath]:
    """The paths that the document, which lies `depth` folders deep, says are there or tells the reader to use.

    A document that is `of_operations` speaks of this repository also where it names a folder that there is not.
    """
    for link in document.links:
        target = link.target.partition("#")[0].partition("?")[0]
        built = target.endswith(".html") or target.count("../") > depth  # pages made elsewhere, and pages of the host
        named = _PATH.fullmatch(target) and _FILE.search(target)
        if target and not built and not target.startswith("/") and (named or _is_licence(target, places)):
            yield NamedPath(link.line, target)
    for code in document.codes:
        path = own_path(code.text, places) or (_in_no_folder(code.text) if of_operations else "")
        path = path or (code.text if _is_licence(code.text, places) else "")
        loose = _is_loose(code) or _LOOSE.search(code.heading) or _TO_MAKE.search(code.introduction)
        if path and not loose:
            yield NamedPath(code.line, path)
        elif not loose and " " in code.text:
            yield from (one for one in _of_command(code.line, code.text, places) if "/" in one.path)
    yield from _listed_folders(document, places)
    for block, line, text in shell_lines(document.blocks):
        if not _TOLERANT.search(text) and not _PLANNED.search(block.heading):
            yield from _of_command(line, text, places)


def _is_licence(text: str, places: Places) -> bool:
    """Whether this is the name of the terms of the whole repository, which has none under any name at its top."""
    if not _LICENCE.search(text):
        return False
    return not any("/" not in path and _TERMS.search(path) for path in places.paths)


def _in_no_folder(text: str) -> str:
    """The path of a program, a test or a manifest below some folder; empty where the text is none."""
    path = text.removeprefix("./")
    named = _PATH.fullmatch(path) and _KEPT_BELOW.search(path) and not _METAVARIABLE.search(path)
    return path if named and not is_made_by_builds(path) else ""


def _is_loose(code: InlineCode) -> bool:
    """Whether the sentence may speak of a file that is not there yet; what something is made *with* has to be there."""
    if not _LOOSE.search(code.context):
        return False
    before = code.context.partition(f"`{code.text}")[0]
    return not (_INSTRUMENT.search(before) and _PROGRAM_NAME.search(code.text))


def _listed_folders(document: DocumentReferences, places: Places) -> Iterator[NamedPath]:
    """Folders at the top that begin an item or a row, under a heading where most such folders are there."""
    listed: dict[str, list[InlineCode]] = {}
    for code in document.codes:
        if code.leads and _TOP_FOLDER.fullmatch(code.text):
            listed.setdefault(code.heading, []).append(code)
    for codes in listed.values():
        lacking = [code for code in codes if code.text.removeprefix("./").rstrip("/") not in places.tops]
        if len(codes) - len(lacking) < _SIBLINGS or len(lacking) * _SIBLINGS > len(codes):
            continue
        for code in lacking:
            if not _LOOSE.search(code.context) and not is_made_by_builds(code.text):
                yield NamedPath(code.line, code.text.removeprefix("./"))


def made_in_document(document: DocumentReferences) -> frozenset[str]:
    """The names of files that the document's own commands make, and those that head a listing of their content."""
    made: set[str] = set()
    for block in document.blocks:
        for text in block.lines:
            made.update(match.group(1).rstrip("/").rpartition("/")[2] for match in _MADE.finditer(text))
        first = block.lines[0].strip() if block.lines else ""
        if first.startswith(("# ", "// ", "<!-- ", "-- ")):
            made.update(word.strip("`:,").rpartition("/")[2] for word in first.split())
    for code in document.codes:
        if _is_loose(code):
            made.add(code.text.rstrip("/").rpartition("/")[2])
    return frozenset(made)


def is_made_by_builds(path: str) -> bool:
    """Whether the path lies where builds, tools and deployments usually put what they make."""
    return _BUILT.search(path) is not None


def is_kept_beside(path: str, facts: RepositoryFacts) -> bool:
    """Whether the path is of a program, in a folder that holds programs which are committed: builds do not fill it."""
    folder, _, name = path.rpartition("/")
    return name.rpartition(".")[2] in _PROGRAMS and folder in facts.derive(_folders_of_programs)


def _folders_of_programs(facts: RepositoryFacts) -> frozenset[str]:
    """For `RepositoryFacts.derive`."""
    return frozenset(one.rpartition("/")[0] for one in facts.all_paths if one.rpartition(".")[2] in _PROGRAMS)


def own_path(text: str, places: Places) -> str:
    """The path relative to the repository, where the text can only be one of this repository's."""
    if not _PATH.fullmatch(text) or text.count("/") > 12:  # noqa: PLR2004 - data, not a path
        return ""
    if text.startswith("/"):
        return _on_host(text, places)
    if _METAVARIABLE.search(text):
        return ""
    path = text.removeprefix("./")
    head = path.partition("/")[0]
    if path.endswith("/"):
        return path if path.count("/") > 1 and head in places.tops else ""
    if "/" not in path:
        return path if (path.startswith(".") and path.endswith(".baseline")) or _TITLED.search(path) else ""
    own = (head in places.tops and _FILE.search(path)) or _PROGRAM.search(path)
    return path if own else ""


def _on_host(text: str, places: Places) -> str:
    """The part of an absolute path that lies in the repository: after a checkout somewhere, or the root itself."""
    parts = text.strip("/").split("/")
    ending = "/" if text.endswith("/") else ""
    if (
        parts[0] in places.tops
        and (ending or _FILE.search(text))
        and parts[0] not in ("etc", "var", "opt", "app", "data", "tmp")
    ):
        return "/".join(parts) + ending if len(parts) > 1 else ""
    if parts[0] not in _HOSTS[:5] or not _FILE.search(text):
        return ""
    for index in range(2, len(parts) - 1):
        rest = "/".join(parts[index:])
        if parts[index] in places.tops and rest.rpartition("/")[0] in places.facts.folders:
            return rest
    return ""


def _of_command(line: int, text: str, places: Places) -> Iterator[NamedPath]:
    found = _COMMAND.match(text) if _RUN.match(text) else None
    if found:
        path = found.group(1)
        own = _on_host(path, places) if path.startswith("/") else path.removeprefix("./")
        name = own.rpartition("/")[2]
        bare = _BARE.match(text) is not None  # a list of files reads alike
        there = "/" in own and own.partition("/")[0] in places.tops
        if own and (there or (not bare and ("_" in name or "-" in name))):
            yield NamedPath(line, own, runs=True)
        return
    composed = _COMPOSED.search(text)
    if composed and places.composes:
        yield NamedPath(line, composed.group(1), runs=True)
        return
    for one in (_MOUNT, _READ, _SCRIPT_BY_CRON):
        match = one.search(text)
        own = own_path(match.group(1), places) if match else ""
        if own:
            yield NamedPath(line, own, runs=one is not _READ)
            return
