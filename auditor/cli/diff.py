"""``auditor diff``: what changed from one certificate or report to another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from auditor.cli.reports import read_report
from auditor.comparison.compare import compare
from auditor.comparison.worse import gets_worse
from auditor.errors import Place, UserError
from auditor.model.comparison import Comparison
from auditor.model.escape import visible

__all__ = ["diff"]


def _text(comparison: Comparison) -> str:
    from auditor.formats.comparison_text import comparison_text  # noqa: PLC0415 - one of three

    return comparison_text(comparison)


def _json(comparison: Comparison) -> str:
    from auditor.formats.comparison_json import comparison_json  # noqa: PLC0415 - as above

    return comparison_json(comparison).decode("ascii")


def _markdown(comparison: Comparison) -> str:
    from auditor.certificate.render_comparison import render_comparison  # noqa: PLC0415 - jinja2 only where needed

    return render_comparison(comparison)


FORMATS: dict[str, Callable[[Comparison], str]] = {"text": _text, "json": _json, "md": _markdown}


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["worse", "never"]),
    default="never",
    show_default=True,
    help="Exit with 1 where the decision is worse, or a blocker is newly unmet or has a new finding.",
)
@click.pass_context
def diff(context: click.Context, old: Path, new: Path, *, format_: str, fail_on: str) -> None:
    """Tell what changed from OLD to NEW: certificates, or JSON reports, of one repository.

    Findings are matched by fingerprint, conditions by criterion and component. It repeats what is written
    there; `auditor verify` tells whether that is true.
    """
    before, after = read_report(old), read_report(new)
    if before.repository.name != after.repository.name:
        theirs = before.repository.name
        raise UserError(
            f"it is of the repository {theirs!r}, and the other of {after.repository.name!r}",
            place=Place(str(old)), remedy="name two audits of one repository",
        )  # fmt: skip
    comparison = compare(before, after)
    click.echo(FORMATS[format_](comparison), nl=False)
    worse = gets_worse(comparison, after) if fail_on == "worse" else ()
    for reason in worse:
        click.echo(visible(f"worse: {reason}"), err=True)
    context.exit(1 if worse else 0)
