"""What a line says of the files that it names: that they are there, are to come, or belong elsewhere."""

from __future__ import annotations

from auditor.check.case import Case, View
from auditor.check.document import Document, Kind, Line
from auditor.check.mentions import Mention, mentions
from auditor.check.resolution import Found, Resolution, resolve_anywhere, resolve_content
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = [
    "cited_by",
    "is_aside",
    "is_changed",
    "is_foreign",
    "is_loose",
    "is_measured",
    "is_of_a_plan",
    "is_planned",
    "is_to_do",
    "is_unbuilt",
    "located",
]

_FOREIGN_FROM = 4
_LONGEST_LABEL = 30
_FOLDER = pattern(r"(?:^|[\s`(:])((?:[A-Za-z0-9_.-]+/){2,}|[A-Za-z0-9_.-]+/(?:[A-Za-z0-9_-]+/?)*)(?:$|[\s`):,])")


def is_planned(mention: Mention) -> bool:
    """Whether a line speaks of what is to come."""
    return mention.line.box is False or any(matches("references.planned", text) for text in _around(mention))


def is_of_a_plan(line: Line) -> bool:
    """Whether a line stands among goals and plans, where a tick says what shall be."""
    around = (line.label, *line.section.path)
    return any(matches(word, text) for word in ("plans", "references.plans") for text in around)


def is_aside(line: Line, *asides: str) -> bool:
    """Whether a line stands among goals and plans, or words of these lists stand in it, before its list or above it."""
    around = (line.plain, line.label, *line.section.path[1:])
    return is_of_a_plan(line) or any(matches(word, text) for word in asides for text in around)


def is_to_do(line: Line) -> bool:
    """Whether a line stands among what is to be done."""
    return line.box is False or any(matches("plans", text) for text in (line.label, *line.section.path[1:]))


def is_unbuilt(document: Document) -> bool:
    """Whether a document says of itself that what it speaks of is still to be built."""
    return any(matches("references.unbuilt", line.plain) for line in document.texts)


def is_measured(mention: Mention) -> bool:
    """Whether a line speaks of another measure than the length of files, such as what tests cover."""
    return any(matches("references.measured", text) for text in _around(mention))


def is_changed(mention: Mention) -> bool:
    """Whether a line speaks of changes: so many lines may be those that were changed. What is nearest to the name counts."""
    line = mention.line
    for text in (line.text.replace(mention.path, " "), line.label, *reversed(line.section.path[1:])):
        if matches("references.changed", text):
            return True
        if matches("references.made", text):
            return False
    return False


def is_elsewhere(mention: Mention) -> bool:
    """Whether a file is said to lie outside of the repository."""
    return matches("references.elsewhere", mention.line.text)


def cited_by(mention: Mention) -> bool:
    """Whether a line says that the file is there: it cites lines or a length, or lists what was reviewed."""
    line = mention.line
    aside = ("references.plans", "references.examples")
    is_aside = any(matches(word, title) for word in aside for title in (line.label, *line.section.path))
    if is_aside or is_planned(mention) or is_elsewhere(mention) or matches("references.gone", line.plain):
        return False
    if mention.first or mention.count or ("/" in mention.path and _tells_where(mention)):
        return True
    if "/" not in mention.path or is_measured(mention):
        return False
    if any(map(is_loose, _around(mention))) or matches("references.gone", mention.remark):
        return False
    label = line.plain.partition(":")[0]
    if ":" in line.plain and len(label) < _LONGEST_LABEL and matches("references.cited_labels", label):
        return True
    return line.kind is Kind.ITEM and any(matches("references.cited_sections", title) for title in line.section.path)


def _tells_where(mention: Mention) -> bool:
    """Whether a sentence says where something is: ``documented in docs/orders.md``."""
    return words("references.told_in").search(mention.line.text[: mention.start][-_LONGEST_LABEL:]) is not None


def is_loose(text: str) -> bool:
    """Whether words speak of what may not be there, other than those of what was delivered: ``New files created``."""
    return matches("references.loose", words("references.delivered").sub(" ", text))


def located(mention: Mention, view: View, folder: str) -> Resolution:
    """The file whose content a mention speaks of; none where words around a bare name name another folder."""
    resolution = resolve_content(mention.path, view, folder)
    if resolution.found is not Found.EXACT or "/" in mention.path:
        return resolution
    folders = (match.group(1) for text in _around(mention) for match in _FOLDER.finditer(text))
    real = f"/{resolution.paths[0]}"
    return Resolution(Found.NONE) if any(f"/{one.strip('/')}/" not in real for one in folders) else resolution


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
