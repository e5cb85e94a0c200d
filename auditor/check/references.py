"""Which files a document names, with the lines that it cites, and what they are in the repository."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from auditor.check.case import Case
from auditor.check.document import Document, Kind, Line
from auditor.check.resolution import resolve_anywhere
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["Mention", "cited_by", "is_foreign", "is_planned", "mentions"]

_ENDINGS = (
    "py|md|ya?ml|json|toml|sh|bash|js|mjs|cjs|ts|tsx|jsx|rs|go|java|kt|rb|php|c|h|cc|cpp|hpp|cs|sql|ini|cfg|conf|env|txt|rst|html|css|"
    "proto|tf|hcl|dockerfile|service|xml|csv|lock|gradle|properties|sol|vue|svelte|ipynb|jinja2?|j2|tmpl|ps1|bat|mk|log"
)
_PATH = pattern(
    r"(?:^|[\s`\"'(\[|<*,;:=>→-])((?:~|\.{1,2})?/?(?:[A-Za-z0-9_.@*{}+-]+/)*[A-Za-z0-9_@*{}+.-]*[A-Za-z0-9_*}-]\.(?i:"
    + _ENDINGS
    + r"))"
    r"(?::L?(\d{1,6})(?:\s?[-\x{2013}]\s?L?(\d{1,6}))?((?:,\s?\d{1,6}(?:-\d{1,6})?)*))?(?:$|[^A-Za-z0-9_/.-]|[.](?:\s|$)|-\s)"
)
_LINES_BEHIND = pattern(
    r"^[`*\])\s,]{0,4}\s?[(\[]?\s?(?i:lines?|ll?\.?)\s?:?\s?(\d{1,6})(?:\s?(?:-|\x{2013}|to)\s?(\d{1,6}))?"
)
_COUNT_BEHIND = pattern(
    r"^[`*\]\s]{0,4}\s?(?:[(\[:\x{2013}\x{2014}-]|has|is|with|contains)\s{0,2}([~≈]?)\s?(\d{1,3}(?:,\d{3})+|\d{1,6})(\+?)[ -](?i:lines?|loc)\b([^)\n]{0,30})"
)
_URL = pattern(r"(?:https?|ftp|git|ssh)://\S+")
_ELSEWHERE = (
    "/tmp/",  # noqa: S108 - a name in a text
    "/etc/",
    "/var/",
    "/usr/",
    "/dev/",
    "/proc/",
    "~",
    "node_modules/",
    "/opt/",
    "site-packages/",
)
"""Where paths of a machine and of other people's packages begin."""
_VERSION_LIKE = pattern(r"^v?\d+(?:\.\d+)*\.[a-z]{1,3}$")
_TECHNOLOGY = frozenset(
    {
        "node.js",
        "next.js",
        "vue.js",
        "react.js",
        "express.js",
        "three.js",
        "d3.js",
        "nuxt.js",
        "socket.io",
        "asp.net",
        "chart.js",
        "tensorflow.js",
        "web3.js",
        "ethers.js",
        "nest.js",
        "backbone.js",
        "ember.js",
        "alpine.js",
        "discord.js",
        "hardhat.js",
    }
)
_MOST_MENTIONS = 5_000
_FOREIGN_FROM = 4
_LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class Mention:
    """A file as a line names it. `first` and `last` are the cited lines (0: none), `count` its claimed length (0: none).

    `remark` is the item of the same list right behind that line.
    """

    line: Line
    path: str
    first: int = 0
    last: int = 0
    count: int = 0
    at_least: bool = False
    about: bool = False
    start: int = 0
    end: int = 0
    remark: str = ""

    @property
    def is_pattern(self) -> bool:
        """Whether it names many files at once."""
        return "*" in self.path or "{" in self.path


def mentions(document: Document) -> tuple[Mention, ...]:
    """Every file that the text names, outside of code blocks, in the order of the document."""
    return _mentions(document.texts)


@lru_cache(maxsize=8)  # several rules ask for the mentions of one document, one after another
def _mentions(texts: tuple[Line, ...]) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for line, after in zip(texts, (*texts[1:], None), strict=False):
        if "." in line.text and len(found) < _MOST_MENTIONS:
            is_one_list = after is not None and line.kind is after.kind is Kind.ITEM
            remark = after.plain if is_one_list and after is not None else ""
            found.extend(replace(one, remark=remark) for one in _of_line(line))
    return tuple(found)


def _of_line(line: Line) -> Iterator[Mention]:
    text = _URL.sub(" ", line.text) if "://" in line.text else line.text
    text = _unbold(text)
    position = 0
    while True:
        match = _PATH.search(text[position:])
        if match is None:
            return
        path, start, end = match.group(1), position + match.start(1), position + match.end(1)
        tail = max((match.end(group) for group in (1, 2, 3, 4)), default=0)
        position += tail
        if _is_no_file(path):
            continue
        mention = Mention(line, path.removeprefix("./"), start=start, end=end)
        if match.group(2):
            last = int(match.group(3) or match.group(2))
            yield replace(mention, first=int(match.group(2)), last=last, end=position)
        else:
            yield _with_tail(mention, text[end:])


def _unbold(text: str) -> str:
    """The text with blanks for the marks of emphasis, which are stars as those of globs are."""
    return text.replace("**/", "\1\1/").replace("**", "  ").replace("\1\1", "**") if "**" in text else text


def _with_tail(mention: Mention, tail: str) -> Mention:
    """The cited lines or the claimed length that follow a name at once."""
    cited = _LINES_BEHIND.match(tail)
    if cited:
        first = int(cited.group(1))
        return replace(mention, first=first, last=int(cited.group(2) or first))
    counted = _COUNT_BEHIND.match(tail)
    if not counted or _is_of_part(counted.group(4)):
        return mention
    return replace(
        mention,
        count=int(counted.group(2).replace(",", "")),
        at_least=bool(counted.group(3)),
        about=bool(counted.group(1)),
    )


def _is_of_part(rest: str) -> bool:
    """Whether so many lines were added or changed, or are of one kind: no length of the file."""
    lowered = rest.lower()
    words = (
        "add",
        "chang",
        "modif",
        "remov",
        "delet",
        "insert",
        "new",
        "of ",
        "each",
        "max",
        "per",
        "long",
        "saved",
        "reduc",
        "total",
        "+",
        "uncovered",
        "missing",
        "covered",
        "down",
        "from",
        "→",
        "was",
        "before",
    )
    return any(word in lowered for word in words)


def _is_no_file(path: str) -> bool:
    lowered = path.lower()
    return (
        lowered in _TECHNOLOGY
        or lowered.startswith(_ELSEWHERE)
        or any(part in lowered for part in ("node_modules/", "site-packages/"))
        or _VERSION_LIKE.match(lowered) is not None
        or (lowered.startswith((".", "*.")) and "/" not in lowered and lowered.count(".") == 1)
        or ("{" in path and "," not in path)
    )


def is_planned(mention: Mention) -> bool:
    """Whether a line speaks of what is to come, or of another measure than the length of files."""
    return any(matches("references.planned", text) for text in _around(mention))


def cited_by(mention: Mention) -> bool:
    """Whether a line says that the file is there: it cites lines or a length, or lists what was reviewed."""
    if is_planned(mention):
        return False
    if mention.first or mention.count:
        return True
    if "/" not in mention.path or any(matches("references.loose", text) for text in _around(mention)):
        return False
    if matches("references.gone", mention.remark):
        return False
    line = mention.line
    label = line.plain.partition(":")[0]
    if ":" in line.plain and len(label) < _LONGEST_LABEL and matches("references.cited_labels", label):
        return True
    return line.kind is Kind.ITEM and any(matches("references.cited_sections", title) for title in line.section.path)


def _around(mention: Mention) -> tuple[str, ...]:
    """The words around a name: its line without it, the label of its list, and the titles above it."""
    line = mention.line
    return (line.text.replace(mention.path, " "), line.label, *line.section.path[1:])


def is_foreign(case: Case) -> bool:
    """Whether the document speaks of another repository: most of the files that it names with a folder are nowhere."""
    named = {mention.path for mention in mentions(case.document) if "/" in mention.path and not mention.is_pattern}
    if len(named) < _FOREIGN_FROM or not case.views:
        return False
    missing = sum(not resolve_anywhere(path, case) for path in sorted(named))
    return missing * 10 > len(named) * 6
