"""Runs the document rules over documents: for `auditor check`, and over a repository's own certificates in a scan."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from auditor.check.case import Case, View
from auditor.check.decision import Stated, decision_of, stated_decisions
from auditor.check.document import Document
from auditor.check.praise import superlatives
from auditor.check.reading import MOST_BYTES, problem_of, read_document
from auditor.check.statement import Statement, Verdict, noted
from auditor.engine.map_stage import RuleHit, map_file
from auditor.facts.base import Fact
from auditor.facts.credentials import mask
from auditor.facts.excerpt import excerpt_of
from auditor.facts.readiness_document import ReadinessDocument
from auditor.facts.registry import parsers
from auditor.facts.repository import RepositoryFacts
from auditor.model.checked import UNKNOWN, CheckedDocument, Counts, DocumentFinding, DraftItem
from auditor.model.finding import Hit
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.language import language_of
from auditor.repo.reader import Reader, ReadFailure
from auditor.rules.base import Detector

__all__ = ["Judged", "check_case", "document_hits", "facts_of", "judge"]

_HEAD = 8_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement with the rule that judged it."""

    rule: Detector
    statement: Statement


def judge(case: Case, rules: Iterable[Detector]) -> tuple[Judged, ...]:
    """What every document rule says of one document, by line; a statement that two views of a rule repeat counts once."""
    found: dict[tuple[str, int, str, str], Judged] = {}
    for rule in rules:
        if rule.check_document is None:
            continue
        for one in rule.check_document(case):
            found.setdefault((rule.id, one.line, one.symbol, one.message), Judged(rule, one))
    return tuple(sorted(found.values(), key=lambda one: (one.statement, one.rule.id)))


def check_case(case: Case, rules: tuple[Detector, ...]) -> CheckedDocument:
    """Check one document. File rules that judge documents run as well; what they find is noted, and no statement."""
    judged = (*judge(case, rules), *_of_file_rules(case, rules))
    counts = Counter(one.statement.verdict for one in judged)
    document = case.document
    decision = decision_of(document)
    stated = [one for one in stated_decisions(document) if one.decision is decision]
    return CheckedDocument(
        path=document.path,
        title=document.title[:200],
        decision=decision.value if decision else UNKNOWN,
        decision_line=_line_of(document, stated) if decision else None,
        moment=f"the repository {case.views[0].label}" if case.views else "itself alone, without a repository",
        home=case.home,
        statements=_counts(counts),
        praise=superlatives(document),
        findings=_findings(case, [one for one in judged if one.statement.verdict.is_reported]),
        open=tuple(
            DraftItem(rule=one.rule.id, line=document.place(one.statement.line), message=mask(one.statement.message))
            for one in judged
            if one.statement.verdict is Verdict.UNCHECKABLE
        ),
    )


def _line_of(document: Document, stated: list[Stated]) -> int | None:
    heaviest = max(stated, key=lambda one: (one.weight, one.line), default=None)
    return document.place(heaviest.line) if heaviest else None


def _counts(counts: Counter[Verdict]) -> Counts:
    supported, contradicted, uncheckable = (
        counts[verdict] for verdict in (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.UNCHECKABLE)
    )
    return Counts(
        checked=supported + contradicted + uncheckable,
        supported=supported,
        contradicted=contradicted,
        uncheckable=uncheckable,
    )


def _findings(case: Case, judged: list[Judged]) -> tuple[DocumentFinding, ...]:
    seen: Counter[str] = Counter()
    found = []
    for one in sorted(judged, key=lambda one: (one.statement.line, one.rule.id, one.statement.message)):
        rule, statement = one.rule, one.statement
        excerpt = excerpt_of(case.document.lines, statement.line, statement.end_line)
        key = "\0".join((rule.id, case.home or case.document.path, statement.symbol, " ".join(excerpt.split())))
        seen[key] += 1
        found.append(
            DocumentFinding(
                rule=rule.id,
                name=rule.name,
                category=rule.category,
                severity=rule.told,
                confidence=rule.confidence,
                verdict=statement.verdict.value,
                path=case.document.path,
                start_line=case.document.place(statement.line),
                end_line=case.document.place(statement.end_line),
                message=mask(statement.message),
                excerpt=excerpt,
                fingerprint=hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "replace")).hexdigest()[:32],
            )
        )
    return tuple(found)


def _of_file_rules(case: Case, rules: tuple[Detector, ...]) -> Iterator[Judged]:
    """What the file rules for documents find in it: unfilled fields and the like."""
    by_id = {rule.id: rule for rule in rules if rule.check_file and Role.DOCUMENTATION in rule.roles}
    data = case.document.data
    if problem_of(data):
        return
    file = SourceFile(case.home or "document.md", "", len(data), Language.MARKDOWN, Role.DOCUMENTATION)
    for found in map_file(file, data, (), by_id.values()).hits:
        hit = found.hit
        yield Judged(by_id[found.rule], noted(hit.start_line, hit.message, hit.symbol))


def facts_of(path: str, data: bytes) -> tuple[Fact, ...]:
    """The facts of one file by its path and bytes."""
    language = language_of(path, data[:_HEAD])
    return map_file(SourceFile(path, "", len(data), language, Role.SHIPPED), data, parsers(), ()).facts


def document_hits(rules: Iterable[Detector], facts: RepositoryFacts, reader: Reader) -> Iterator[RuleHit]:
    """What document rules contradict in the repository's own certificates and readiness reports."""
    wanted = [rule for rule in rules if rule.check_document]
    if not wanted:
        return
    view = View("in this snapshot", facts.all_paths, lambda path: _read(reader, path), facts_of)
    documents = [file for file, _ in facts.of(ReadinessDocument) if file.size <= MOST_BYTES]
    parsed = {file.path: read_document(file.path, _read(reader, file.path) or b"") for file in documents}
    for file in documents:
        siblings = tuple(one for path, one in parsed.items() if path != file.path)
        case = Case(document=parsed[file.path], home=file.path, views=(view,), siblings=_given(siblings))
        for one in judge(case, [rule for rule in wanted if file.role in rule.roles]):
            if one.statement.verdict.is_reported:
                statement = one.statement
                first, last = (case.document.place(line) for line in (statement.line, statement.end_line))
                hit = Hit(file.path, first, last, statement.message, statement.symbol)
                yield RuleHit(one.rule.id, hit)


def _given(siblings: tuple[Document, ...]) -> Callable[[], tuple[Document, ...]]:
    return lambda: siblings


def _read(reader: Reader, path: str) -> bytes | None:
    try:
        return reader.read(path)
    except ReadFailure:
        return None
