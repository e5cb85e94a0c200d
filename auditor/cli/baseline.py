"""``auditor baseline``: what was there when somebody began, so that a gate can ask for what is new. It only shrinks."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from auditor.cli.cache import cache_store
from auditor.cli.clock import now
from auditor.cli.console import report_console
from auditor.cli.evidence import evidence_options, given_evidence
from auditor.cli.new_only import Known, comparison_of, print_new
from auditor.cli.options import own_rubric_option
from auditor.errors import Place, UserError
from auditor.model.audit import Audit
from auditor.model.baseline import BASELINE_FILE, dump_baseline
from auditor.model.escape import visible
from auditor.model.words import counted
from auditor.pipeline import Request, audit_repository
from auditor.repo.baseline_file import ATTRIBUTES, read_baseline, renamed_since, write_place
from auditor.repo.publish import publish
from auditor.scoring.new_only import Comparison, compare, names_of

__all__ = ["baseline"]


@click.command()
@click.argument("repository", default=".", type=click.Path(path_type=Path))
@click.option(
    "--output",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help=f"Write this file. [default: {BASELINE_FILE} of the repository]",
)
@click.option("--prune", is_flag=True, help="Only remove what is gone, and follow renamed files.")
@click.option("--grow", is_flag=True, help="Take in what is new, too.")
@click.option("--check", is_flag=True, help="Write nothing; fail where something is new, or gone.")
@click.option("--against", metavar="REV", help="With --check: fail where it holds more than at this revision.")
@click.option("--rubric", metavar="NAME|PATH", help="A shipped rubric or a file. [default: production-readiness]")
@own_rubric_option
@evidence_options
@click.option("--preview", is_flag=True, help="Run rules in preview, too.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="Processes. [default: one for each processor]")
@click.option("--no-cache", is_flag=True, help="Remember nothing, and use nothing that is remembered.")
@click.pass_context
def baseline(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    repository: Path,
    *,
    output: Path | None,
    prune: bool,
    grow: bool,
    check: bool,
    against: str | None,
    rubric: str | None,
    own_rubric: bool,
    preview: bool,
    jobs: int | None,
    no_cache: bool,
) -> None:
    """Write down the fingerprints of all that is found in REPOSITORY, for `auditor scan --new-only`.

    A baseline that is there already may lose entries and gains none: where something is new, nothing is
    written and the status is 1, unless --grow says that it is meant. Waived findings are not taken in, nor
    is what is wrong with waivers.
    """
    if prune + grow + check > 1:
        raise click.UsageError("--prune, --grow and --check exclude one another")
    if against is not None and (not check or output is not None):
        raise click.UsageError("--against goes with --check, and with the repository's own baseline")
    place = write_place(repository, output)
    known = _known(repository, output)
    if known is None and (prune or check):
        raise UserError("there is no baseline", place=Place(str(place)), remedy="write one with `auditor baseline`")
    request = _request(context, repository, rubric=rubric, own_rubric=own_rubric, preview=preview, jobs=jobs)
    with cache_store(repository, wanted=not no_cache) as store:
        audit, _ = audit_repository(replace(request, store=store))
    if known is None:
        _write(place, names_of(audit), own=output is None)
    elif check:
        context.exit(_checked(audit, repository, known, against))
    else:
        context.exit(_rewritten(audit, known, place, prune=prune, grow=grow, own=output is None))


def _request(  # noqa: PLR0913 - one parameter for each option
    context: click.Context, repository: Path, *, rubric: str | None, own_rubric: bool, preview: bool, jobs: int | None
) -> Request:
    return Request(
        repository=repository, now=now(), rubric=rubric, own_rubric=own_rubric, preview=preview,
        jobs=jobs or os.cpu_count() or 1, evidence=given_evidence(context),
    )  # fmt: skip


def _checked(audit: Audit, repository: Path, known: Known, against: str | None) -> int:
    """The status of --check: 0 only where the file is what would be written, and holds no more than before."""
    comparison = comparison_of(audit, known)
    _print(known, comparison)
    grown = _grown(audit, repository, known, against) if against else frozenset()
    return 1 if comparison.growth or comparison.gone or comparison.moved or grown else 0


def _rewritten(audit: Audit, known: Known, place: Path, *, prune: bool, grow: bool, own: bool) -> int:  # noqa: PLR0913 - two switches and the place
    comparison = comparison_of(audit, known)
    _print(known, comparison)
    if comparison.growth and not (prune or grow):
        click.echo("nothing was written: a baseline does not grow by itself (mend what is new, or say --grow)")
        return 1
    _write(place, _entries(audit, known, comparison, prune=prune), own=own)
    return 0


def _known(repository: Path, output: Path | None) -> Known | None:
    if output is not None and not output.exists():
        return None
    entries = read_baseline(repository, output, None)
    if entries is None:
        return None
    renamed, doubt = renamed_since(repository, output, None)
    return Known(name=str(output or BASELINE_FILE), entries=entries, renamed=renamed, doubt=doubt)


def _grown(audit: Audit, repository: Path, known: Known, against: str) -> frozenset[str]:
    """What the baseline holds more than at a revision, but for what was renamed since; told, too."""
    before = read_baseline(repository, None, against)
    if before is None:
        click.echo(visible(f"there is no baseline at {against}: it is new"))
        return frozenset()
    renamed, _ = renamed_since(repository, None, None, since=against)
    moved = compare(audit, before, renamed).moved
    grown = known.entries - before - frozenset(moved.values())
    if grown:
        click.echo(visible(f"it holds {len(grown)} more than at {against}, the first is {min(grown)}"))
    return grown


def _entries(audit: Audit, known: Known, comparison: Comparison, *, prune: bool) -> frozenset[str]:
    if not prune:
        return names_of(audit)
    kept = known.entries - comparison.gone - comparison.moved.keys()
    return kept.union(comparison.moved.values())


def _print(known: Known, comparison: Comparison) -> None:
    console = report_console()
    counts = f"new: {comparison.growth}; known: {comparison.known}; gone: {len(comparison.gone)}"
    moved = f"; in renamed files: {len(comparison.moved)}" if comparison.moved else ""
    console.print(visible(f"{known.name}: {counts}{moved}"))
    print_new(comparison, console)
    if known.doubt and comparison.growth:
        console.print(visible(f"  note: {known.doubt}"), soft_wrap=True)


def _write(place: Path, entries: frozenset[str], *, own: bool) -> None:
    publish(place.parent, {place.name: dump_baseline(entries)})
    click.echo(visible(f"wrote {place}: {counted(len(entries), 'fingerprint')}"))
    attributes = place.parent / ".gitattributes"
    if not own:
        click.echo(visible(f"add `{place.name} merge=union` to .gitattributes, so that branches merge"))
    elif not attributes.exists():
        publish(attributes.parent, {attributes.name: ATTRIBUTES})
        click.echo(visible(f"wrote {attributes}: git keeps the lines of both sides"))
