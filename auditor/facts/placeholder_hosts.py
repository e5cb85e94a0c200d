"""Hosts that can never answer, or never for this project: reserved names and stand-ins for a domain to be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.comments import comments_of
from auditor.facts.document_lines import document_lines
from auditor.facts.helm_text import is_chart_template
from auditor.facts.pattern import pattern
from auditor.facts.python_prose import python_example_lines
from auditor.facts.rust_tests import rust_test_lines
from auditor.facts.source import Source
from auditor.facts.templates import is_template, is_working_copy
from auditor.facts.words import WordSet
from auditor.facts.yaml_examples import example_lines
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "HostMention", "PlaceholderHosts"]

TRIGGERS = (
    b"example",
    b".invalid",
    b".test",
    b"your",
    b"company.com",
    b"mydomain",
    b"domain.com",
    b"placeholder",
    b"my-",
    b"/my",
)
_WORDS = WordSet(TRIGGERS)
_LABELS = r"(?:(?:[A-Za-z0-9_\-]+|\$?\{\w{1,40}\}|\$\w{1,40})\.)*"
"""Names of hosts, and variables in their place."""
_HOST = pattern(
    r"(?i)([a-z][a-z0-9+.\-]*://(?:[^\s/@\"'<>]*@)?|[a-z0-9._%+\-]+@|:[-=]|[\"'=,:\[(\s]|^)"
    r"(" + _LABELS + r"(?:example\.(?:com|org|net|edu|invalid|test|io|dev|local)|"
    r"(?:your|my)-?_?(?:domain|company|site|org|organization|organisation|app|host|server|project|team|startup|registry|instance|bucket)[a-z\-]*\.(?:com|org|net|io|dev|ai|app|local|internal)|"
    r"(?:company|domain|placeholder|mysite|website)\.com|"
    r"[a-z0-9\-]+\.(?:example|invalid)))"
    r"(?::\d+)?(?:[/\"'\s,;)\]}>?#`\\]|$)",
)
_NAMESPACE = pattern(
    r"(?i)\b((?:ghcr\.io|docker\.io|quay\.io|gcr\.io|github\.com|gitlab\.com|[\w.\-]+\.(?:amazonaws\.com|pkg\.dev|azurecr\.io))/"
    r"(?:your|my)[_\-]?(?:org|organi[sz]ation|username|user|name|company|project|team|account)[\w\-]*)(?:/|[\"'\s}]|$)"
)
_FETCHED = pattern(
    r"^\s*(?:[$>]\s*)?(?:sudo\s+)?(?:git clone|docker (?:pull|run)|helm (?:repo add|install|pull)|go (?:get|install))\b"
)
_NOT_OF_READER = pattern(r"(?i)/(?:your|my)[_\-]?(?:org|organi[sz]ation|company|project|team)")
"""Owners of a project: an account of the reader's own is where he has put his copy."""
_TOLD = pattern(r"(?i)^\s*(?:echo|printf|read|log\w*|info|warn\w*|error|print\w*|die|cat)\b")
_AS_VALUE = pattern(
    r"(?i)(?:^|[\"'\s{(,.\-])(?:[a-z0-9_.\-]*(?:url|uri|host|hosts|hostname|endpoint|domain|origin|origins|server|"
    r"servers|webhook|email|mail|sender|from|to|cc|bcc|gateway|recipient|recipients|smarthost|receiver|receivers|hook|sink|issuer|base|registry|contact|documentation|address|callback))[\"']?\]?\s*(?::\s*[a-z_][\w.\[\]| ]*)?\s*[:=]\s*",
)
_AS_ARGUMENT = pattern(
    r"(?:\.(?:get|post|put|patch|delete|request|connect|ws_connect|urlopen|send)|\b(?:fetch|urlopen|getenv|[A-Z]\w*(?:Client|Channel|Connector|Gateway|Api|API|Notifier|Webhook|Sender)))"
    r"\((?:[^()]{0,120},\s{0,4})?f?[\"'`]$"
)
"""A call that goes to the address it is given, an object that does so later, and the fallback of a setting."""
_RECIPIENTS = pattern(
    r"(?i)(?:recipients?|receivers?|mail_?(?:to|list)|emails?|addresses|distribution\w*|contacts?|admins?)\b[^\n]{0,80}$"
)
_LISTED = pattern(
    r"(?i)^\s*[\"'][a-z0-9._%+\-]{1,64}@(company\.com|domain\.com|(?:your|my)-?_?(?:domain|company|org|organization)\.(?:com|org|net|io))[\"'],?\s*$"
)
_LOOK_BACK = 5
_APART = pattern(
    r"(?i)(?:^|/)migrations/\d\w*\.py$|(?:^|/)(?:test[-_]?)?suites?/|(?:^|/)bench(?:mark)?s?/|(?:^|/)\.env[.-]tests?(?:ing)?$"
)
"""Migrations of data, which tell what once was written and is changed, and what suites of tests and benchmarks are given."""
_ILLUSTRATION = pattern(
    r"(?i)\be\.g\b|\b(?:examples?|usage|sample|schema|help|description|metavar|placeholder|doctest|xmlns|apiversion|such as|"
    r"for instance)\b[\"']?\s*[:=(,]?|[\"']?\$(?:id|ref|schema)[\"']?\s*:|user\.email|git_(?:author|committer)_email|@id\b|\bnoqa\b|>>> |[\"'\s](?:\$0|\$\{0[^}]*\}|\$\(basename [^)]*\)|%\(prog\)s)\s",
)
_MAKER = pattern(
    r"^\s*(?:\w+\.)?(?:field|Field|Factory|ib|attrib|SecretStr|AnyHttpUrl|HttpUrl|EmailStr)\(\s*(?:default(?:_factory)?\s*=\s*)?(?:lambda\s*:\s*)?"
)
"""What may stand between the name of a field and its default."""
_ADDRESS = pattern(r"(?i)\b[a-z][a-z0-9+.\-]*://[^\s\"'<>`]*")
_FALLBACK = pattern(
    r"(?:process\.env|import\.meta\.env|__ENV|Deno\.env|[Ee]nv)\b[\w.\[\]\"'()!]*\s*(?:\?\?|\|\|)\s*[\"'`](?:[a-z][a-z0-9+.\-]*://)?$"
)
"""What stands before the value that is taken where a variable of the environment is not set."""
_FILE_NAME = pattern(
    r"(?i)\.(?:conf|config|cfg|env|ini|toml|ya?ml|json|xml|properties|txt|py|sh|js|ts|rb|php|sql|service)\.[a-z]+$"
)
_CONFIGURATION = frozenset(
    {Language.YAML, Language.ENV, Language.INI, Language.HCL, Language.SHELL, Language.DOCKERFILE}
)
_OF_ALERT = pattern(r"^\s*(?:runbook|playbook|dashboard)\w*\s*:\s*\S")
"""Links of rules for alerts, which are loaded from wherever they lie."""
_DOCUMENTS = frozenset({"docs", "doc", "documentation"})
"""Folders whose configuration is there to be copied."""
_CODE = frozenset(
    {
        Language.GO, Language.JAVA, Language.JAVASCRIPT, Language.JSON, Language.PYTHON, Language.RUST, Language.TOML,
        Language.TSX, Language.TYPESCRIPT,
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class HostMention:
    """A line that names such a host. `mail` tells that it is the domain of an address."""

    line: int
    host: str
    mail: bool = False


@dataclass(frozen=True, slots=True)
class PlaceholderHosts(Fact):
    """The placeholder hosts of a file: in shipped files those in use as values, in documents all of them."""

    kind: ClassVar[str] = "placeholder-hosts"
    items: tuple[HostMention, ...]


def _parse(source: Source) -> PlaceholderHosts | None:
    if not _WORDS.found_in(source.lowered):
        return None
    if source.file.language is Language.MARKDOWN:
        found = {one for line in document_lines(source.lines) for one in _in_document(line.number, line.text)}
    else:
        found = _in_use(source)
    return PlaceholderHosts(tuple(sorted(found))) if found else None


def _in_document(number: int, line: str) -> Iterator[HostMention]:
    yield from _mentions(number, line, code=False)
    if _FETCHED.search(line):
        yield from (
            HostMention(number, match.group(1).lower())
            for match in _NAMESPACE.finditer(line[:2000])
            if _NOT_OF_READER.search(match.group(1))
        )


def _in_use(source: Source) -> set[HostMention]:
    if "kind: CustomResourceDefinition" in source.text:
        return set()  # descriptions of the fields of an interface
    code = source.file.language in _CODE
    found = {one for number, line in enumerate(source.lines, 1) for one in _mentions(number, line, code=code)}
    if code:
        found.update(_listed(source.lines))
    else:
        found.update(one for number, line in enumerate(source.lines, 1) for one in _stand_ins(number, line))
    if not found:
        return found
    silent = {comment.line for comment in comments_of(source) if not comment.trailing}
    silent |= python_example_lines(source) if source.file.language is Language.PYTHON else set()
    silent |= rust_test_lines(source.lines) if source.file.language is Language.RUST else set()
    silent |= example_lines(source)
    if _is_documented(source.file):
        found = {one for one in found if _OF_ALERT.search(source.lines[one.line - 1])}
    return {one for one in found if one.line not in silent and not _illustrates(source.lines[one.line - 1])}


def _illustrates(line: str) -> bool:
    """Whether the line, without the addresses themselves, says that it gives an example or an identifier."""
    return _ILLUSTRATION.search(_HOST.sub(" ", _ADDRESS.sub(" ", line))) is not None


def _mentions(number: int, line: str, *, code: bool) -> Iterator[HostMention]:
    lowered = line.lower()
    if "." not in line or not any(word.decode() in lowered for word in TRIGGERS):
        return
    for match in _HOST.finditer(line[:2000]):
        lead, host = match.group(1), match.group(2).lower()
        linked = lead.endswith(("://", "@")) or "://" in lead
        if (code and not _is_value(line, match.start(2), lead)) or (not linked and _FILE_NAME.search(host)):
            continue
        if linked or host.count(".") > 1 or _AS_VALUE.search(line[: match.start(2)]):
            yield HostMention(number, host, lead.endswith("@") and "://" not in lead)


def _listed(lines: Sequence[str]) -> Iterator[HostMention]:
    """In code: addresses in a list of recipients, one a line."""
    for at, line in enumerate(lines):
        match = _LISTED.match(line[:200]) if "@" in line else None
        if match and any(_RECIPIENTS.search(one[:200]) for one in lines[max(0, at - _LOOK_BACK) : at]):
            yield HostMention(at + 1, match.group(1).lower(), mail=True)


def _stand_ins(number: int, line: str) -> Iterator[HostMention]:
    """In configuration and scripts: a host or an owner of images called "your ...", wherever it is used."""
    if "your" not in line.lower() and "my" not in line.lower():
        return
    if _TOLD.search(line):
        return
    for match in _NAMESPACE.finditer(line[:2000]):
        yield HostMention(number, match.group(1).lower())
    for match in _HOST.finditer(line[:2000]):
        if match.group(2).lower().startswith("your"):
            yield HostMention(number, match.group(2).lower())


def _is_value(line: str, at: int, lead: str) -> bool:
    """In code: whether the string that holds the host is the value of a name that wants an address."""
    before = line[: at - len(lead.lstrip("\"'=,:[( \t"))] if "://" in lead or "@" in lead else line[:at]
    ends = [key.end() for key in _AS_VALUE.finditer(before)]
    if _FALLBACK.search(before) is not None or ("://" in lead and _AS_ARGUMENT.search(before) is not None):
        return True
    return bool(ends) and not _MAKER.sub("", before[ends[-1] :]).strip("rbfu\"'([ \t{").strip()


def _accepts(file: SourceFile) -> bool:
    if file.role is Role.DOCUMENTATION:
        return file.language is Language.MARKDOWN
    if file.role is Role.SHIPPED and is_chart_template(file):
        return True
    if file.role is not Role.SHIPPED or is_template(file.path) or _APART.search(file.path):
        return False
    if _is_documented(file):
        return file.language is Language.YAML
    return file.language in _CONFIGURATION or (file.language in _CODE and not is_working_copy(file.path))


def _is_documented(file: SourceFile) -> bool:
    return not _DOCUMENTS.isdisjoint(file.path.split("/")[:-1])


PARSER = Parser(fact=PlaceholderHosts, accepts=_accepts, parse=_parse)
