"""The report of `auditor check` as Markdown, for a comment or the summary of a job."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.checked import CheckedDocument, CheckReport, DraftItem
from auditor.model.escape import code, prose

__all__ = ["dumps"]

_MOST_FINDINGS = 200


def dumps(report: CheckReport, *, draft: bool = False) -> bytes:
    """A table of the documents, then the findings of each; with `draft` also what nothing decides."""
    lines = ["# Check of documents", "", *_table(report)]
    for document in report.documents:
        lines += ["", f"## {code(document.path)}", "", *_findings(document)]
        if draft and document.open:
            lines += ["", "### What the author would have to add", "", *(_open(one) for one in document.open)]
    return ("\n".join(lines) + "\n").encode()


def _table(report: CheckReport) -> Iterator[str]:
    yield "| Document | Decision | Checked | Supported | Contradicted | Uncheckable | Praise |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for one in report.documents:
        counts = one.statements
        yield (
            f"| {code(one.path, table=True)} | {one.decision} | {counts.checked} | {counts.supported} | "
            f"{counts.contradicted} | {counts.uncheckable} | {one.praise} |"
        )


def _findings(document: CheckedDocument) -> Iterator[str]:
    yield f"Decision: {document.decision}, held against {prose(document.moment)}."
    yield ""
    if not document.findings:
        yield "Nothing is contradicted."
    for finding in document.findings[:_MOST_FINDINGS]:
        yield f"- line {finding.start_line}, {finding.rule} {finding.name}, {finding.verdict}: {prose(finding.message, table=False)}"
    hidden = len(document.findings) - _MOST_FINDINGS
    if hidden > 0:
        yield f"- and {hidden} more"


def _open(item: DraftItem) -> str:
    return f"- line {item.line}, {item.rule}: {prose(item.message, table=False)}"
