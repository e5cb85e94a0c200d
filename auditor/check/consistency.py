"""Whether a decision agrees with the rest of its document: other decisions, open conditions, parts that are not ready."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.classify import classify
from auditor.check.decision import OVERALL, Stated, decision_of, overall_decisions, stated_decisions
from auditor.check.document import Document, Kind, Line, Table, plain
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words
from auditor.model.outcome import Decision

__all__ = ["component_statements", "condition_statements", "decision_statements"]

_CERTAIN = 115
_PART_FROM, _PART_TO = 50, 90
_STATUS_HEAD = pattern(
    r"(?i)^(?:status|verdict|decision|ready\??|readiness|production ready\??|go/no-go|result|approval)$"
)
_OTHER_TIME = pattern(
    r"(?i)\b(?:initial|pre-?fix|previous|prior|before|original|earlier|if|after|once|option|was|until|risk|fixed|resolved|day \d|phase \d|week \d)\b"
)
_CONDITION = pattern(r"(?i)\b(?:conditions?|before (?:\w+ ){0,2}(?:production|deployment|go|launch|release))\b")
_COUNTS = pattern(r"\b(\d{1,6})/(\d{1,6}) (?:\w+ ){0,3}pass(?:ed|es|ing)?\b")
_LONGEST = 140
_REACH = 200


def decision_statements(document: Document) -> Iterator[Statement]:
    """Whether all lines that decide for the whole document decide the same."""
    decided = [
        one for one in overall_decisions(document) if one.weight >= _CERTAIN and not _OTHER_TIME.search(one.text)
    ]
    if not decided:
        return
    main = decision_of(document)
    explained = _explained(document, decided, main)
    other = [one for one in decided if one.decision is not main and one.line not in explained]
    last = decided[-1]
    if not other or main is None or len(decided) == len(other):
        yield supported(
            last.line, f"Every line that decides says {last.decision.value if last.decision else ''}.", "decision"
        )
        return
    same = next(one for one in decided if one.decision is main)
    one = other[0]
    yield contradicted(
        one.line,
        f"This line decides {one.decision.value if one.decision else ''}, and line {same.line} decides {main.value}.",
        "decision",
    )


def _explained(document: Document, decided: list[Stated], main: Decision | None) -> frozenset[int]:
    """The lines of which the one right behind says the rest: ``READY FOR STAGING ONLY`` and ``Not yet for production.``."""
    same = {one.line for one in decided if one.decision is main}
    pairs = zip(document.texts, document.texts[1:], strict=False)
    return frozenset(line.number for line, after in pairs if after.number in same and line.section == after.section)


def condition_statements(document: Document) -> Iterator[Statement]:
    """GO against the conditions that the document itself leaves open."""
    if decision_of(document) is not Decision.GO:
        return
    where = _decision_line(document)
    opened = list(_open_conditions(document))
    if not opened:
        yield supported(where.line, "GO is given, and no list of open conditions stands beside it.", "conditions")
    for label, items in opened:
        told = f"The decision is GO (line {where.line}), and {len(items)} {'condition is' if len(items) == 1 else 'conditions are'} open here."
        if where.weight < OVERALL and not _CONDITION.search(_label(label)):
            yield uncheckable(label.number, told + " Whether they are its conditions is not told.", "conditions")
        else:
            yield contradicted(label.number, told, "conditions", items[-1].number)


def _decision_line(document: Document) -> Stated:
    stated = [one for one in stated_decisions(document) if one.decision is Decision.GO]
    return max(stated, key=lambda one: (one.weight, one.line))


def _open_conditions(document: Document) -> Iterator[tuple[Line, list[Line]]]:
    """Each line that announces conditions, with the items below it that are not marked as done."""
    for index, line in enumerate(document.texts):
        if line.kind in (Kind.ROW, Kind.ITEM) or not words("conditions.strict").match(_label(line)) or _is_aside(line):
            continue
        items = []
        for item in document.texts[index + 1 : index + 1 + _REACH]:
            if item.kind is not Kind.ITEM:
                break
            if item.depth == 1 and item.box is not True and not _is_done(item):
                items.append(item)
        if items:
            yield line, items


def _label(line: Line) -> str:
    return line.plain.rstrip(": ")


def _is_aside(line: Line) -> bool:
    return (
        any(matches("decision.aside_sections", title) for title in line.section.path[1:])
        or _OTHER_TIME.search(_label(line)) is not None
    )


def _is_done(line: Line) -> bool:
    counts = _COUNTS.search(line.plain)
    is_all = counts is not None and counts.group(1) == counts.group(2)
    return is_all or matches("conditions.done", line.text) or matches("conditions.none", line.plain)


def component_statements(document: Document) -> Iterator[Statement]:
    """GO against the parts that the document itself finds not ready."""
    if decision_of(document) is not Decision.GO:
        return
    found = {one.line: one.text for one in _unready_verdicts(document)}
    for table in document.tables:
        found.update(_unready_rows(table))
    where = _decision_line(document).line
    for line in sorted(found):
        yield contradicted(
            line,
            f"The decision is GO (line {where}), and this part is not ready: {found[line][:_LONGEST]}.",
            "component",
        )


def _unready_verdicts(document: Document) -> Iterator[Stated]:
    by_number = document.by_number
    for one in stated_decisions(document):
        line = by_number.get(one.line)
        if line is None or line.kind is Kind.ROW or _OTHER_TIME.search(one.text) or _is_aside(line):
            continue
        label = one.text.partition(":")[0].lower()
        is_verdict = any(word in label for word in ("verdict", "decision", "readiness", "go/no-go", "approval"))
        if (
            one.decision is Decision.NO_GO
            and _PART_FROM <= one.weight < _PART_TO
            and is_verdict
            and matches("components.not_ready", one.text)
        ):
            yield one


def _unready_rows(table: Table) -> Iterator[tuple[int, str]]:
    heads = [plain(cell) for cell in table.header]
    column = next((index for index, head in enumerate(heads) if index and _STATUS_HEAD.match(head)), None)
    if (
        column is None
        or not matches("components.heads", heads[0])
        or any(_OTHER_TIME.search(title) for title in table.section.path[1:])
    ):
        return
    for row in table.rows:
        cell = plain(row.cells[column]) if column < len(row.cells) else ""
        if (
            classify(cell) == (True, Decision.NO_GO)
            and matches("components.not_ready", cell)
            and not _OTHER_TIME.search(cell)
        ):
            yield row.number, f"{plain(row.cells[0])}: {cell}"
