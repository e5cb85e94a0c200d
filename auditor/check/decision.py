"""What a document decides: every line that may be a decision, how much it weighs, and the one that counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.check.classify import classify, normal
from auditor.check.decision_apart import is_opposed_by_title, of_answer, of_block, of_subject
from auditor.check.decision_asides import (
    are_deep,
    are_some_of_many,
    choices,
    is_beside,
    is_in_front,
    is_of_many,
    is_of_paper,
    is_of_part,
)
from auditor.check.decision_fields import ITEM, WITHIN, Stated, of_field
from auditor.check.decision_prose import PROSE, of_prose
from auditor.check.decision_rows import of_row
from auditor.check.decision_shape import FIELD, answer, behind_dash, emphasised, first_sentence, is_whole, opens
from auditor.check.decision_titles import of_title
from auditor.check.decision_view import is_foreign, seen
from auditor.check.document import Document, Kind, Line, plain
from auditor.check.weight import (
    ASIDE,
    FINAL,
    HEAD,
    MEDIUM,
    PART,
    PER_PART,
    STRONG,
    WEAK,
    asked_for,
    is_aside,
    is_behind_rule,
    label_weight,
    place_of,
    unnumbered,
)
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches
from auditor.model.outcome import Decision

__all__ = ["Stated", "decision_of", "overall_decisions", "stated_decisions"]

_BOLD = pattern(r"^(?:\[[xX]\]\s+)?\*\*([^*]{2,80})\*\*")

STANDALONE = 62
OVERALL = 90
"""From this weight on a line speaks for the whole document."""
NEAR = 10
_SENTENCE = 30
"""How much less the second sentence of a paragraph may weigh."""
_PLAIN_BLOCKS = frozenset({"", "text", "txt", "yaml", "yml"})
_LONGEST_STANDALONE = 80
_MANY, _SEVERAL = 5, 3
_CHAPTER, _CLOSING = 2, 6
"""How deep the last chapter may lie: below the title."""
_SAID = WEAK + HEAD
"""What the head of a document says of its status."""
_CAREFUL = (Decision.NO_GO, Decision.CONDITIONAL)
"""Which decision counts where as much is said for another."""


def stated_decisions(document: Document) -> tuple[Stated, ...]:
    """Every line that decides something, in the order of the document, and in its own words."""
    own = document.by_number
    found = seen(document).derive(_stated)
    if not is_foreign(document):
        return found
    return tuple(replace(one, text=own[one.line].plain) if one.line in own else one for one in found)


def _stated(document: Document) -> tuple[Stated, ...]:
    found: dict[int, Stated] = {}
    is_paper = matches("decision.papers", document.sections[1].title if len(document.sections) > 1 else "")
    for one in _candidates(document):
        if ((is_paper or is_in_front(document, one.line)) and is_of_paper(one)) or is_beside(document, one):
            continue
        known = found.get(one.line)
        if known is None or known.weight < one.weight:
            found[one.line] = one
    offered = choices(document, found)
    return tuple(found[number] for number in sorted(found) if number not in offered)


def overall_decisions(document: Document) -> tuple[Stated, ...]:
    """The lines that decide for the whole document, in its order; only those that made a decision."""
    return tuple(one for one in stated_decisions(document) if one.decision and one.weight >= OVERALL)


def decision_of(document: Document) -> Decision | None:
    """What the document decides; None where it decides nothing, or says that it does not yet."""
    document = seen(document)
    found = document.derive(_stated)
    if not found:
        return None
    found = _without_pending(found)
    heaviest = max(one.weight for one in found)
    if heaviest < PROSE:
        return None
    top = [one for one in found if one.weight >= heaviest - NEAR]
    if heaviest > WEAK + PART:
        top = [one for one in top if not is_of_part(document, one)] or top
    if _are_of_parts(document, top, heaviest):
        return None
    weights: dict[Decision | None, int] = {}
    for one in top:
        weights[one.decision] = weights.get(one.decision, 0) + one.weight
    best = max(weights.values())
    equals = [one for one in top if weights[one.decision] == best]
    if _is_outvoted(equals, found):
        return Decision.GO
    hard = [one for one in equals if not matches("decision.soft", one.text.lower())] or equals
    last = next((one for careful in _CAREFUL for one in hard if one.decision is careful), hard[-1])
    return Decision.CONDITIONAL if _is_qualified(document, last, found) else last.decision


def _is_outvoted(said: list[Stated], found: tuple[Stated, ...]) -> bool:
    """Whether a GO that is softened once is given outright in several lines that speak for the whole document."""
    is_soft = all(one.decision is Decision.CONDITIONAL and matches("decision.soft", one.text.lower()) for one in said)
    outright = [one for one in found if one.weight >= _SAID]
    is_go = all(one.decision is Decision.GO for one in outright if one not in said)
    return is_soft and is_go and len(outright) - len(said) >= _SEVERAL - 1


def _without_pending(found: tuple[Stated, ...]) -> tuple[Stated, ...]:
    """The lines without those by which only a signature is awaited, where others decide for the whole document."""
    if not any(one.decision and one.weight >= _SAID for one in found):
        return found
    return tuple(one for one in found if one.decision or one.weight >= STRONG + HEAD)


def _are_of_parts(document: Document, top: list[Stated], heaviest: int) -> bool:
    """Whether the heaviest lines are the states of many parts, and no decision on the whole."""
    if heaviest <= WEAK + PART:
        places = {document.by_number[one.line].section.number for one in top if one.line in document.by_number}
        of_many = heaviest == WEAK + PART and all(is_of_many(document, one) for one in top)
        return of_many or len(places) >= _SEVERAL or all(is_of_part(document, one) for one in top)
    kinds = {one.decision for one in top}
    if heaviest <= _SAID and len(top) >= _MANY and are_deep(document, top):
        return True
    if heaviest < OVERALL and are_some_of_many(document, top):
        return True
    return heaviest < OVERALL and ((len(top) >= _MANY and len(kinds) > 1) or len(kinds - {None}) == len(Decision))


def _is_qualified(document: Document, stated: Stated, found: tuple[Stated, ...]) -> bool:
    """Whether a GO is made conditional: by a line that weighs as much, or by a labelled one behind it in its own section."""
    own = document.by_number.get(stated.line)
    if stated.decision is not Decision.GO or own is None:
        return False
    hard = (
        one for one in found if one.decision is Decision.CONDITIONAL and not matches("decision.soft", one.text.lower())
    )
    if any(one.weight >= min(stated.weight, _SAID) for one in hard):
        return True
    behind = [one for one in found if one.line - stated.line == 1 and one.weight >= stated.weight - _SENTENCE]
    if any(one.decision is Decision.NO_GO for one in behind):
        return True  # two sentences of one paragraph: what is ready, and what is not
    if matches("decision.soft", stated.text.lower()) and any(_is_told_at_end(document, one) for one in found):
        return True
    behind = [one for one in found if one.line > stated.line and one.weight >= MEDIUM]
    lines = [document.by_number.get(one.line) for one in behind if one.decision is Decision.CONDITIONAL]
    return any(line is not None and line.section == own.section for line in lines)


def _is_told_at_end(document: Document, stated: Stated) -> bool:
    """Whether a sentence of the end says what the whole is not ready for."""
    line = document.by_number.get(stated.line)
    is_negative = stated.decision is Decision.NO_GO and stated.weight < _SAID
    return is_negative and line is not None and place_of(document, line) >= FINAL


def _candidates(document: Document) -> Iterator[Stated]:
    yield from of_title(document)
    for before, line, after in zip((None, *document.texts), document.texts, (*document.texts[1:], None), strict=False):
        if before is not None and before.kind is Kind.HEADING:
            yield from _of_opening(document, line)
            yield from of_answer(before, line)
        yield from _of_line(document, line, after)
    for fence in document.fences:
        if fence.language in _PLAIN_BLOCKS:
            yield from of_block(fence)


def _of_line(document: Document, line: Line, after: Line | None) -> Iterator[Stated]:
    place = place_of(document, line)
    if line.kind is Kind.ROW:
        yield from of_row(document, line, place)
        return
    labelled = of_field(line, place, after) or of_subject(document, line, place)
    labelled = labelled or _of_decision_section(document, line, place)
    if labelled is not None:
        yield labelled
    else:
        yield from of_prose(document, line, place)


def _of_decision_section(document: Document, line: Line, place: int) -> Stated | None:
    """A line that stands alone in a section whose title asks for a decision, or shouts one anywhere."""
    text = unnumbered(line.plain)
    asked = asked_for(line.section)
    is_long = len(text) > _LONGEST_STANDALONE and line.kind is not Kind.ITEM
    is_criterion = matches("decision.criteria", normal(text))  # what would make it one
    if place == ASIDE or is_criterion or (is_long and line.kind is not Kind.PARAGRAPH):
        return None
    if is_long or line.kind is Kind.ITEM:
        return _of_emphasised_start(line, asked, place)
    loud = line.kind is Kind.HEADING or line.text.strip(" ✅❌⚠️🟢🟡🔴🎉🚀").startswith("**")
    text = behind_dash(text) if line.kind is Kind.HEADING and asked >= MEDIUM else text
    decides, decision = classify(answer(text)) if loud else (False, None)
    if not decides or decision is None or not opens(text) or not is_whole(text):
        return None
    if decision is Decision.GO and line.kind is Kind.HEADING and is_opposed_by_title(document, line):
        decision = Decision.CONDITIONAL
    is_end = line.kind is Kind.HEADING and line.section == document.sections[-1] and len(line.section.path) <= _CHAPTER
    if asked >= MEDIUM and not is_end:
        is_list_title = line.kind is Kind.HEADING and place < 0 and asked < STRONG
        return None if is_list_title else Stated(line.number, decision, asked + place - 5, text)
    is_answer = matches("decision.answer", text.lower())
    is_list = line.kind is Kind.HEADING and matches("decision.lists", normal(text))
    if is_list or matches("decision.needed", normal(text)):
        return None  # the title of a list of tasks
    is_heard = place > 0 or is_end or _is_closing(document, line)
    return Stated(line.number, decision, STANDALONE, text) if is_heard and not is_answer else None


def _is_closing(document: Document, line: Line) -> bool:
    """Whether a line stands in the last lines of a document, behind a rule: it is of no section."""
    return line.number > len(document.lines) - _CLOSING and is_behind_rule(document, line)


def _of_emphasised_start(line: Line, asked: int, place: int) -> Stated | None:
    """A line that begins with a decision in bold, below a title that asks for one: ``- **NO-GO for general use.** ...``."""
    found = _BOLD.match(line.text)
    least = MEDIUM if line.box or line.kind is Kind.PARAGRAPH else STRONG
    if found is None or asked < least or line.depth > 1 or line.box is False:
        return None
    text = plain(found.group(1)).rstrip(".:")
    if line.kind is Kind.PARAGRAPH and text.count(" ") >= WITHIN // 2:
        return None  # a sentence of its own
    field = FIELD.match(text)
    text = field.group(2) if field and not PER_PART.match(text) and not classify(field.group(1))[0] else text
    decides, decision = classify(text)
    if not decides or decision is None or not opens(text) or not is_whole(text):
        return None
    return Stated(line.number, decision, asked + place + ITEM, text)


def _of_opening(document: Document, line: Line) -> Iterator[Stated]:
    """The first sentence of a section that is called a decision or a status, where it decides."""
    asked = label_weight(unnumbered(line.section.title))
    sentence = first_sentence(line.plain)
    if line.kind is not Kind.PARAGRAPH or not asked or is_aside(line.section) or len(sentence) > _LONGEST_STANDALONE:
        return
    chapter = HEAD if line.section.level <= 2 else 0  # noqa: PLR2004 - a chapter
    for part in _openings(line, sentence, asked):
        decides, decision = classify(part)
        if decides and decision and opens(part, WITHIN) and is_whole(part):
            is_divided = decision is Decision.GO and _is_taken_back(document, line, sentence)
            yield Stated(line.number, Decision.CONDITIONAL if is_divided else decision, asked + chapter - 5, part)
            return


def _is_taken_back(document: Document, line: Line, sentence: str) -> bool:
    """Whether what the first sentence decides is divided: the next one takes a part of it back, or another list is the opposite."""
    is_restricted = matches("decision.restricted", line.plain[len(sentence) :].lower())
    return is_restricted or (line.plain.endswith(":") and _is_opposed(document, line))


def _is_opposed(document: Document, line: Line) -> bool:
    """Whether another list of the section is called the opposite: ``**Approved:**`` and ``**Blocked:**``."""
    titles = (one.plain.rstrip(":") for one in document.texts if _is_list_title(one) and one.section == line.section)
    return any(classify(title)[1] is Decision.NO_GO for title in titles)


def _is_list_title(line: Line) -> bool:
    return line.kind is Kind.PARAGRAPH and line.text.startswith("**") and line.plain.endswith(":")


def _openings(line: Line, sentence: str, asked: int) -> Iterator[str]:
    """What may be the decision in the first sentence: all of it, what is shouted behind it, or behind its only label."""
    yield sentence.rstrip(":") if asked >= MEDIUM and line.text.startswith("**") else sentence
    if asked < MEDIUM:
        return
    yield from emphasised(line.text)
    field = FIELD.match(sentence)
    if asked >= STRONG and field and line.text.startswith("**") and not PER_PART.match(sentence):
        yield field.group(2)
