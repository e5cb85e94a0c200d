"""Wires the check of documents: document and repository -> case -> statements -> report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from auditor.check.case import Case, History, Seal, View
from auditor.check.dates import stated_days
from auditor.check.document import Document
from auditor.check.reading import problem_of, read_document
from auditor.engine.documents import check_case, facts_of
from auditor.facts.readiness_document import is_readiness_document
from auditor.model.checked import CheckedDocument, CheckReport
from auditor.repo.timeline import Files, Timeline, Touch, open_timeline, repository_above
from auditor.rules.base import Lifecycle, Rule
from auditor.rules.registry import rules as all_rules

__all__ = ["CheckRequest", "Given", "check_documents"]

_MOST_SIBLINGS = 200
_SIBLING_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Given:
    """A document as it was named, and its bytes: at most one more than MOST_BYTES."""

    path: Path
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What is asked. Without `repository` each document is held against the repository that it lies in, if any."""

    documents: tuple[Given, ...]
    repository: Path | None = None
    revision: str | None = None


def check_documents(request: CheckRequest) -> CheckReport:
    """Check every document. Raises UserError where the repository or the revision is not there."""
    rules = tuple(rule for rule in all_rules() if rule.lifecycle is Lifecycle.STABLE)
    known: dict[Path, Timeline] = {}
    try:
        checked = tuple(_checked(given, request, rules, known) for given in request.documents)
    finally:
        for timeline in known.values():
            timeline.close()
    return CheckReport(documents=checked)


def _checked(
    given: Given, request: CheckRequest, rules: tuple[Rule, ...], known: dict[Path, Timeline]
) -> CheckedDocument:
    document = read_document(str(given.path), given.data)
    timeline = _timeline(given.path, request, known)
    if timeline is None or problem_of(given.data):
        return check_case(Case(document=document, seal=_seal(given.data)), rules)
    return check_case(_case(document, given, timeline, request.revision), rules)


def _timeline(path: Path, request: CheckRequest, known: dict[Path, Timeline]) -> Timeline | None:
    folder = request.repository or repository_above(path)
    if folder is None:
        return None
    if folder not in known:
        known[folder] = open_timeline(folder)
    return known[folder]


def _case(document: Document, given: Given, timeline: Timeline, revision: str | None) -> Case:
    home = timeline.home(given.path)
    views = tuple(_views(timeline, document, home, given.data, revision))

    @cache
    def siblings() -> tuple[Document, ...]:
        return tuple(_siblings(views[0], home))

    @cache
    def before() -> View | None:
        files = _files_before(document, home, timeline) if home and revision is None else None
        return _view(files, is_past=True) if files else None

    return Case(
        document=document,
        home=home,
        views=views,
        before=before,
        versions=_versions(timeline),
        history=_history(timeline, home) if home else History(),
        siblings=siblings,
        seal=_seal(given.data),
        is_object=timeline.is_object,
        was_named=timeline.was_named,
    )


def _views(timeline: Timeline, document: Document, home: str, data: bytes, revision: str | None) -> Iterator[View]:
    """The moments of a document: the revision that is asked for; or those of the commits that added and last changed it.

    A document that was committed later than it is dated is held against what was there on its day, too.
    """
    if revision is not None:
        yield _view(timeline.at(revision))
        return
    touches = timeline.touches(home) if home and timeline.is_as_committed(home, data) else ()
    for touch in touches:
        yield _view(timeline.at(touch.commit))
    if not touches:
        yield _view(timeline.now())
        return
    written = _written_at(document, touches, timeline)
    if written:
        yield _view(timeline.at(written), is_past=True)


def _files_before(document: Document, home: str, timeline: Timeline) -> Files | None:
    """The files right before a document was added; where it is dated on an earlier day, those before that day."""
    day, first = _written_on(document, timeline.touches(home)), timeline.first
    commit = timeline.until(day - timedelta(days=1)) if day else ""
    if day and first and day == first.day:
        return timeline.nothing()
    return timeline.at(commit) if commit else timeline.before(home)


def _written_at(document: Document, touches: tuple[Touch, ...], timeline: Timeline) -> str:
    """The last commit of the day that a document is dated, where it was added on a later one; else empty."""
    day = _written_on(document, touches)
    commit = timeline.until(day) if day else ""
    return "" if commit in [touch.commit for touch in touches] else commit


def _written_on(document: Document, touches: tuple[Touch, ...]) -> date | None:
    """The day that a document is dated, where it was added on a later one."""
    day = max((day for _, day in stated_days(document)), default=None)
    added = touches[0].day if touches else None
    return day if day and added and day < added else None


def _view(files: Files, *, is_past: bool = False) -> View:
    return View(files.label, files.paths, files.read, facts_of, is_past=is_past)


def _versions(timeline: Timeline) -> Callable[[str], Iterator[tuple[str, tuple[str, ...]]]]:
    @cache
    def versions(path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((label, _lines(data)) for label, data in timeline.versions(path))

    return lambda path: iter(versions(path))


def _lines(data: bytes) -> tuple[str, ...]:
    lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    return tuple(lines[:-1] if lines[-1] == "" else lines)


def _history(timeline: Timeline, home: str) -> History:
    touches = timeline.touches(home)
    added, first = (touches[0] if touches else None), timeline.first
    changed = touches[-1] if touches else None
    return History(
        changed=changed.day.isoformat() if changed and changed.day else "",
        added=added.day.isoformat() if added and added.day else "",
        first=first.day.isoformat() if first and first.day else "",
        is_import=bool(added and first and added.commit == first.commit),
    )


def _siblings(view: View, home: str) -> Iterator[Document]:
    """The documents of the same kind in the same folder."""
    folder = home.rpartition("/")[0]
    beside = sorted(path for path in view.paths if path.endswith(".md") and path.rpartition("/")[0] == folder)
    for path in [path for path in beside if path != home and is_readiness_document(path, "")][:_MOST_SIBLINGS]:
        lines = view.lines(path)
        if lines is not None and sum(map(len, lines)) <= _SIBLING_BYTES:
            yield read_document(path, "\n".join(lines).encode())


def _seal(data: bytes) -> Seal | None:
    """What verification says of a signature of ours in the document; None where there is none."""
    if b"<!-- auditor: begin signature" not in data:
        return None
    from auditor.certificate.report import Status  # noqa: PLC0415 - signing only where there is a signature
    from auditor.certificate.verify import Material, verify  # noqa: PLC0415 - as above

    report = verify(Material(certificate=data))
    broken = [check for check in report.checks if check.status is Status.FAIL and "UNSIGNED" not in check.detail]
    told = broken or [check for check in report.checks if check.name == "signature"]
    return Seal(bool(broken), "; ".join(f"{check.name}: {check.detail}" for check in told))
