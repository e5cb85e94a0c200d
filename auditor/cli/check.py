"""``auditor check``: whether documents that people wrote by hand tell the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from auditor.check.reading import MOST_BYTES
from auditor.checking import CheckRequest, Given, check_documents
from auditor.cli.console import report_console
from auditor.cli.output import Output, parse_outputs, write_bytes
from auditor.errors import Place, UserError
from auditor.model.checked import CheckedDocument, CheckReport
from auditor.model.escape import visible

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["check"]

FORMATS = ("text", "json", "sarif", "md")
GATES = ("contradicted", "never")


def _outputs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Output, ...]:
    return parse_outputs(values, FORMATS)


@click.command()
@click.argument("documents", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DOC...")
@click.option(
    "--repo",
    "repository",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The repository that the documents are about. [default: the one they lie in]",
)
@click.option(
    "--at", "revision", metavar="REV", help="Hold them against this revision. [default: the commits of the document]"
)
@click.option(
    "--format",
    "outputs",
    multiple=True,
    metavar="F[:PATH]",
    callback=_outputs,
    help=f"Report as {', '.join(FORMATS)}; to standard output, or to PATH. Repeatable. [default: text]",
)
@click.option(
    "--fail-on", type=click.Choice(GATES), default="contradicted", show_default=True, help="What makes the gate fail."
)
@click.option("--draft-evidence", "draft", is_flag=True, help="Also list what the author would have to add.")
@click.pass_context
def check(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    documents: tuple[Path, ...],
    *,
    repository: Path | None,
    revision: str | None,
    outputs: tuple[Output, ...],
    fail_on: str,
    draft: bool,
) -> None:
    """Check what certificates, audit reports and readiness reviews claim.

    Each DOC is a Markdown document. Its statements are held against the repository as it was at the commit
    that added the document, or at --at, and against the document itself: supported, contradicted, or
    uncheckable. Nothing of the repository is run.

    Exit status: 0 nothing is contradicted, 1 something is, 2 bad usage or input, 3 a bug in auditor.
    """
    request = CheckRequest(
        documents=tuple(Given(path, _read(path)) for path in documents), repository=repository, revision=revision
    )
    report = check_documents(request)
    for output in outputs or (Output("text", None),):
        _write(report, output, draft=draft)
    context.exit(1 if fail_on == "contradicted" and report.contradicted else 0)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "name a Markdown document"
        raise UserError(f"cannot be read: {reason.lower()}", place=Place(str(path)), remedy=remedy) from error


def _write(report: CheckReport, output: Output, *, draft: bool) -> None:
    if output.format == "text" and output.path is None:
        _print(report, report_console(), draft=draft)
        return
    write_bytes(_content(report, output.format, draft=draft), output.path)


def _content(report: CheckReport, name: str, *, draft: bool) -> bytes:
    if name == "json":
        from auditor.formats import check_json  # noqa: PLC0415 - only what is asked for

        return check_json.dumps(report, draft=draft)
    if name == "sarif":
        from auditor.formats import check_sarif  # noqa: PLC0415 - as above
        from auditor.rules.registry import rules  # noqa: PLC0415 - as above

        return check_sarif.dumps(report, rules())
    if name == "md":
        from auditor.formats import check_markdown  # noqa: PLC0415 - as above

        return check_markdown.dumps(report, draft=draft)
    return _text(report, draft=draft).encode()


def _text(report: CheckReport, *, draft: bool) -> str:
    console = report_console()
    with console.capture() as capture:
        _print(report, console, draft=draft)
    return capture.get()


def _print(report: CheckReport, console: Console, *, draft: bool) -> None:
    console.print(_table(report))
    for document in report.documents:
        _print_document(document, console, draft=draft)


def _table(report: CheckReport) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("Document", "Decision", "Checked", "Supported", "Contradicted", "Uncheckable", "Praise"):
        is_number = title not in ("Document", "Decision")
        table.add_column(title, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for one in report.documents:
        counts = one.statements
        numbers = (counts.checked, counts.supported, counts.contradicted, counts.uncheckable, one.praise)
        table.add_row(visible(one.path), one.decision, *map(str, numbers))
    return table


def _print_document(document: CheckedDocument, console: Console, *, draft: bool) -> None:
    console.print()
    console.print(visible(f"{document.path}: {document.decision}, held against {document.moment}"))
    for finding in document.findings:
        line = f"  {finding.start_line:>5}  {finding.rule} {finding.name} ({finding.verdict}): {finding.message}"
        console.print(visible(line), soft_wrap=True)
    if not document.findings:
        console.print("  nothing is contradicted")
    for item in document.open if draft else ():
        console.print(visible(f"  {item.line:>5}  {item.rule} to add evidence for: {item.message}"), soft_wrap=True)
