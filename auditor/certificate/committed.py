"""What verification asks of the audited repository, and the checks that need it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Protocol

from auditor.certificate.report import Check, failed, passed, unknown
from auditor.facts.excerpt import excerpt_of, lines_of
from auditor.model.audit import Audit
from auditor.model.component import ComponentFiles
from auditor.model.finding import Finding
from auditor.model.outcome import Evidence
from auditor.model.words import listed

__all__ = ["CommittedFiles", "check_commit", "check_evidence", "check_head"]

_MOST_NAMED = 5


class CommittedFiles(Protocol):
    """A clone of the audited repository."""

    def tree(self, commit: str) -> str | None:
        """The tree id of a commit, or None where the clone does not have it."""
        ...

    def read(self, commit: str, path: str) -> bytes | None:
        """The content of a file at a commit, or None where it has no such file or lacks its content."""
        ...

    def head(self) -> str | None:
        """The commit that is checked out, or None where there is none."""
        ...

    def changed(self, old: str, new: str) -> tuple[str, ...]:
        """The paths that differ between two commits, sorted."""
        ...

    def components(self, commit: str) -> Mapping[str, ComponentFiles]:
        """The components at a commit by name. Raises UserError where it cannot be audited."""
        ...


def check_commit(audit: Audit, files: CommittedFiles) -> Check:
    """Whether the clone has the commit, with the tree that the certificate names."""
    repository = audit.repository
    if repository.commit is None:
        return unknown("commit", "the certificate names no commit")
    tree = files.tree(repository.commit)
    if tree is None:
        return unknown("commit", f"this clone does not have commit {repository.commit}")
    if tree != repository.tree:
        return failed(
            "commit", f"commit {repository.commit} has tree {tree}, and the certificate says {repository.tree}"
        )
    return passed("commit", f"commit {repository.commit} is there, with its tree")


def check_evidence(audit: Audit, files: CommittedFiles) -> Check:
    """Whether every cited file and every excerpt is in the commit as cited."""
    repository = audit.repository
    if repository.commit is None or files.tree(repository.commit) is None:
        return unknown("evidence", "the commit is not at hand")
    if repository.dirty:
        return unknown("evidence", "the audited work tree differed from its commit: the excerpts may be in no commit")
    wrong = tuple(dict.fromkeys(_misquoted(audit, repository.commit, files)))
    if wrong:
        return failed("evidence", f"not in the commit as cited: {listed(wrong, _MOST_NAMED)}")
    quoted = sum(1 for one in _cited(audit) if one.excerpt)
    return passed("evidence", f"{quoted} excerpts and {len(audit.evidence_files)} files are in the commit as cited")


def check_head(audit: Audit, files: CommittedFiles, asked: str | None = None) -> Check:
    """Whether the clone is still at the audited commit, or the commit that is asked for is it; if not, how far it went."""
    commit, head = audit.repository.commit, asked or files.head()
    name = "the commit asked for" if asked else "HEAD"
    if commit is None or head is None or files.tree(commit) is None:
        return unknown("head", "there is no commit to compare with")
    if head == commit:
        return passed("head", f"{name} is the audited commit")
    changed = files.changed(commit, head)
    moved = f"{name} is another: {head}" if asked else f"HEAD has moved to {head}"
    if not changed:
        return passed("head", f"{moved}, and no file has changed")
    return unknown("head", f"{moved}; {len(changed)} files changed")


def _cited(audit: Audit) -> Iterator[Finding | Evidence]:
    yield from audit.findings
    for component in audit.components:
        for criterion in component.criteria:
            yield from criterion.evidence


def _misquoted(audit: Audit, commit: str, files: CommittedFiles) -> Iterator[str]:
    contents: dict[str, bytes | None] = {}
    for record in audit.evidence_files:
        data = contents[record.path] = files.read(commit, record.path)
        if data is None or hashlib.sha256(data).hexdigest() != record.sha256:
            yield record.path
    lines: dict[str, tuple[str, ...]] = {}
    for one in _cited(audit):
        if one.path is None or not one.excerpt:
            continue
        if one.path not in lines:
            data = contents[one.path] if one.path in contents else files.read(commit, one.path)
            lines[one.path] = () if data is None else lines_of(data)
        if not _is_quoted(one, lines[one.path]):
            yield f"{one.path}:{one.start_line}"


def _is_quoted(one: Finding | Evidence, lines: tuple[str, ...]) -> bool:
    """Whether the excerpt is what these lines give, cut and masked as it was captured."""
    if one.start_line is None:
        return False
    last = one.end_line or one.start_line
    return one.excerpt == excerpt_of(lines, one.start_line, last)
