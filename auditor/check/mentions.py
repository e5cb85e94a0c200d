"""Which files a document names, with the lines that it cites and the lengths that it claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from auditor.check.document import Document, Kind, Line
from auditor.facts.pattern import Match, pattern

__all__ = ["Mention", "mentions", "mentions_of", "with_claim"]

_ENDINGS = (
    "py|md|ya?ml|json|toml|sh|bash|js|mjs|cjs|ts|tsx|jsx|rs|go|java|kt|rb|php|c|h|cc|cpp|hpp|cs|sql|ini|cfg|conf|env|txt|rst|html|css|"
    "proto|tf|hcl|dockerfile|service|xml|csv|lock|gradle|properties|sol|vue|svelte|ipynb|jinja2?|j2|tmpl|ps1|bat|mk|log"
)
_PATH = pattern(
    r"(?:^|[\s`\"'(\[|<*,;:=>→-])((?:~|\.{1,2})?/?(?:[A-Za-z0-9_.@*{}+-]+/)*[A-Za-z0-9_@*{}+.-]*[A-Za-z0-9_*}-]\.(?i:"
    + _ENDINGS
    + r"))"
    r"(?:(?::L?|#L)(\d{1,6})(?:\s?[-\x{2013}]\s?L?(\d{1,6}))?((?:,\s?\d{1,6}(?:-\d{1,6})?)*))?(?:$|[^A-Za-z0-9_/.-]|[.](?:\s|$)|-\s)"
)
_LINES_BEHIND = pattern(
    r"^[`*\])\s,]{0,4}\s?[(\[]?\s?(?i:lines?|ll?\.?)\s?:?\s?(\d{1,6})(?:\s?(?:-|\x{2013}|to)\s?(\d{1,6}))?"
)
_LINES_BEFORE = pattern(
    r"(?i)\blines?\s(\d{1,6})(?:\s?(?:-|\x{2013}|to)\s?(\d{1,6}))?(?:\s(?:of|in|at)(?: the)?(?: file)?\s|\s?\(|\s)[`*\[]{0,3}$"
)
_HEAD = 60
_COUNT_BEHIND = pattern(
    r"^[`*\]\s]{0,4}\s?([(\[:\x{2013}\x{2014},-]|has|is|with|contains)\s{0,2}(?i:(?:new|created|complete|existing|full \w+ with|now)[,:;]?\s{1,2})?"
    r"([~≈]?)\s?(\d{1,3}(?:,\d{3})+|\d{1,6})(\+?)[ -]((?i:lines of code|lines?|loc))\b([^)\n]{0,30})"
)
_JOINED = pattern(r"^[`*\])\s]{0,4}(?:[+&,]|and)[`*\[(\s]{0,4}$")
"""What joins two names whose length is given behind the second: it may be that of both."""
_COMMAND = pattern(r"^[a-z][a-z0-9_.+-]*$")
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
_EATEN = pattern(r"(?:^|/)_(?:\.[\w.]+)?(?:/|$)")
"""A part that is nothing but a stroke: formatters of Markdown turn the star of a glob into one."""
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


@dataclass(frozen=True, slots=True)
class Mention:
    """A file as a line names it. `first` and `last` are the cited lines (0: none), `count` its claimed length (0: none).

    `remark` is the item of the same list right behind that line. `is_part` tells that the length may be that of a part,
    `is_of_code` that it counts lines of code, which are fewer than all.
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
    is_part: bool = False
    is_of_code: bool = False

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


def mentions_of(line: Line) -> tuple[Mention, ...]:
    """The files that one line names, such as a remark in code."""
    return tuple(_of_line(line))


def _of_line(line: Line) -> Iterator[Mention]:
    text = _unbold(_slashed(_without_addresses(line.text)))
    position = ended = 0
    while True:
        match = _PATH.search(text[position:])
        if match is None:
            return
        path, start, end = match.group(1), position + match.start(1), position + match.end(1)
        tail = max((match.end(group) for group in (1, 2, 3, 4)), default=0)
        position += tail
        if _is_no_file(path) or _ends_a_longer_name(text[:start]):
            continue
        mention = Mention(line, path.removeprefix("./"), start=start, end=end)
        is_one_of_two = ended > 0 and _JOINED.match(text[ended:start]) is not None
        ended = end
        if match.group(2):
            last = int(match.group(3) or match.group(2))
            yield replace(mention, first=int(match.group(2)), last=last, end=position)
        else:
            whole = _with_head(_with_tail(mention, text[end:]), text[:start])
            yield replace(whole, count=0) if is_one_of_two else whole


def _unbold(text: str) -> str:
    """The text with blanks for the marks of emphasis, which are stars as those of globs are."""
    return text.replace("**/", "\1\1/").replace("**", "  ").replace("\1\1", "**") if "**" in text else text


def _without_addresses(text: str) -> str:
    """The text with blanks for addresses: what is behind them stays where it is."""
    if "://" not in text:
        return text
    for found in list(_URL.finditer(text)):
        text = text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :]
    return text


def _slashed(text: str) -> str:
    r"""The text with slashes for the strokes between the folders of a Windows path; ``\_`` and the like stay."""
    if "\\" not in text:
        return text
    is_windows = ":\\" in text
    return "".join(
        "/" if one == "\\" and _divides(text, index, is_windows=is_windows) else one for index, one in enumerate(text)
    )


def _divides(text: str, index: int, *, is_windows: bool) -> bool:
    before, after = text[max(0, index - 1) : index], text[index + 1 : index + 2]
    return (before.isalnum() or before in "_-.:") and (after.isalnum() or (is_windows and after in "._-"))


def _ends_a_longer_name(before: str) -> bool:
    """Whether a name has blanks in it, of which the part before this one is no command: ``Final report 2.md``."""
    inside = before.rpartition("`")[2] if before.count("`") % 2 else ""
    if not inside.strip() or not inside[-1].isspace() or inside.rstrip()[-1] in ",;:&|=":
        return False
    return not _COMMAND.match(inside.split()[0])


def _with_head(mention: Mention, head: str) -> Mention:
    """The cited lines that stand right before a name: ``lines 3-9 of``."""
    cited = None if mention.first or mention.count else _LINES_BEFORE.search(head[-_HEAD:])
    if not cited:
        return mention
    first = int(cited.group(1))
    return replace(mention, first=first, last=int(cited.group(2) or first))


def _with_tail(mention: Mention, tail: str) -> Mention:
    """The cited lines or the claimed length that follow a name at once."""
    cited = _LINES_BEHIND.match(tail)
    if cited:
        first = int(cited.group(1))
        return replace(mention, first=first, last=int(cited.group(2) or first))
    return with_claim(mention, _COUNT_BEHIND.match(tail))


def with_claim(mention: Mention, found: Match | None) -> Mention:
    """The mention with the length that a match claims: groups for the mark before it, about, digits, plus, unit, and the rest."""
    if not found or _is_of_part(found.group(6)):
        return mention
    rest = found.group(6).strip(" *`")
    return replace(
        mention,
        count=int(found.group(3).replace(",", "")),
        at_least=bool(found.group(4)),
        about=bool(found.group(2)),
        is_of_code=found.group(5).lower() not in ("line", "lines"),
        is_part=rest[:1].isalnum() or (found.group(1) in (",", "with", "contains") and rest[:1] not in ("", ";", ")")),
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
        "claim",
        "alleg",
        "report",
    )
    return any(word in lowered for word in words)


def _is_no_file(path: str) -> bool:
    lowered = path.lower()
    return (
        lowered.rpartition("/")[2] in _TECHNOLOGY
        or lowered.startswith(_ELSEWHERE)
        or any(part in lowered for part in ("node_modules/", "site-packages/", "path/to/"))
        or _EATEN.search(path) is not None
        or _VERSION_LIKE.match(lowered) is not None
        or (lowered.startswith((".", "*.")) and "/" not in lowered and lowered.count(".") == 1)
        or ("{" in path and "," not in path)
    )
