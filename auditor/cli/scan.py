"""``auditor scan``: the whole flow, from a repository to the gate."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.cache import cache_store
from auditor.cli.clock import now
from auditor.cli.evidence import evidence_options, given_evidence
from auditor.cli.issuing import Issuer, issuing_options
from auditor.cli.making import Made, made
from auditor.cli.options import names_in, own_rubric_option
from auditor.cli.output import FORMATS, Output, parse_outputs, write_outputs
from auditor.cli.reaudit import Reaudit, reaudit_options
from auditor.cli.viewing import Viewing, viewing_options
from auditor.engine.stopwatch import Stopwatch, timed
from auditor.model.escape import visible
from auditor.repo.publish import publish
from auditor.request import Request

if TYPE_CHECKING:
    from auditor.cli.new_only import Known

__all__ = ["scan"]

GATES = {
    "no-go": {"NO-GO"},
    "conditional": {"NO-GO", "CONDITIONAL"},
    "never": set(),
}
PROGRESS_FROM = 500
"""Files from which a scan is long enough to show its progress."""


def _outputs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Output, ...]:
    return parse_outputs(values)


@click.command()
@click.argument("repository", default=".", type=click.Path(path_type=Path))
@click.option("--at", "revision", metavar="REV", help="Audit this revision, straight from git's objects.")
@click.option("--rubric", metavar="NAME|PATH", help="A shipped rubric or a file. [default: production-readiness]")
@own_rubric_option
@click.option("--components", metavar="A,B", help="Score only these components.")
@click.option(
    "--format",
    "outputs",
    multiple=True,
    metavar="F[:PATH]",
    callback=_outputs,
    help=f"Also report as {', '.join(FORMATS)}; to standard output, or to PATH. Repeatable.",
)
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help="Write the certificate into this folder.")
@issuing_options
@evidence_options
@reaudit_options
@viewing_options
@click.option(
    "--fail-on", type=click.Choice(list(GATES)), default="no-go", show_default=True, help="What makes the gate fail."
)
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="Processes. [default: one for each processor]")
@click.option("--no-cache", is_flag=True, help="Remember nothing, and use nothing that is remembered.")
@click.option(
    "--profile", is_flag=True, help="Tell the time of each stage and rule, in one process and without the cache."
)
@click.option("--preview", is_flag=True, help="Run rules in preview, too.")
@click.option("--no-waivers", is_flag=True, help="Apply no waiver: the decision on what was found.")
@click.option("--new-only", is_flag=True, help="Let the gate ask only for what the baseline does not know.")
@click.option(
    "--baseline",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="With --new-only: this file. [default: .auditor/baseline of what is audited]",
)
@click.option("--quiet", is_flag=True, help="Print no summary and no progress.")
@click.pass_context
def scan(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    /,
    repository: Path,
    *,
    revision: str | None,
    outputs: tuple[Output, ...],
    out: Path | None,
    issuer: Issuer,
    reaudit: Reaudit,
    viewing: Viewing,
    fail_on: str,
    no_cache: bool,
    profile: bool,
    new_only: bool,
    baseline: Path | None,
    quiet: bool,
    **asked: Any,  # noqa: ANN401 - what only the request needs
) -> None:
    """Audit REPOSITORY and decide GO, CONDITIONAL or NO-GO.

    The signing key comes from --sign or from the variable AUDITOR_SIGNING_KEY, its passphrase from
    AUDITOR_SIGNING_PASSPHRASE. Without --out nothing is written.
    """
    known = _known(repository, baseline, revision, wanted=new_only)
    watch = Stopwatch(time.perf_counter) if profile else None
    request = _request(context, repository, revision, profile=profile, **asked)
    if viewing.watching:
        _watch(request, viewing, cached=not no_cache)
        context.exit(0)
    with cache_store(repository, wanted=not (no_cache or profile)) as store:
        with _progress(quiet=quiet) as progress:
            result = made(replace(request, store=store, watch=watch), reaudit, issuer, progress)
        if outputs:
            timed(watch, "formats", lambda: write_outputs(result.audit, outputs, repository=repository))
        timed(watch, "certificate", lambda: _issue(result, out or result.out, issuer, quiet=quiet))
    _print_times(watch)
    _show(result, repository, viewing, quiet=quiet or any(output.path is None for output in outputs))
    fails = _gated(result, known, outputs, quiet=quiet) in GATES[fail_on]
    context.exit(1 if reaudit.fails(result, fail_on, fails_whole=fails, new_only=new_only) else 0)


def _request(  # noqa: PLR0913 - as above
    context: click.Context,
    repository: Path,
    revision: str | None,
    *,
    profile: bool,
    rubric: str | None,
    own_rubric: bool,
    components: str | None,
    jobs: int | None,
    preview: bool,
    no_waivers: bool,
) -> Request:
    return Request(
        repository=repository, revision=revision, rubric=rubric, own_rubric=own_rubric, preview=preview, waivers=not no_waivers,
        components=names_in(components),
        jobs=1 if profile else jobs or os.cpu_count() or 1, now=now(), evidence=given_evidence(context),
    )  # fmt: skip


def _known(repository: Path, baseline: Path | None, revision: str | None, *, wanted: bool) -> Known | None:
    """The baseline that the gate is about, read before anything takes long."""
    if baseline is not None and not wanted:
        raise click.UsageError("--baseline changes nothing without --new-only")
    if not wanted:
        return None
    from auditor.cli.new_only import known_before  # noqa: PLC0415 - only where it is asked for

    return known_before(repository, baseline, revision)


def _gated(result: Made, known: Known | None, outputs: tuple[Output, ...], *, quiet: bool) -> str | None:
    """What the gate is about: the decision, or with a baseline that about what is new."""
    if known is None:
        return result.decision
    from auditor.cli.console import diagnostics_console, report_console  # noqa: PLC0415 - only where it is asked for
    from auditor.cli.new_only import gate_decision  # noqa: PLC0415 - as above

    busy = any(output.path is None for output in outputs)  # standard output is a report's
    console = None if quiet else diagnostics_console() if busy else report_console()
    return gate_decision(result.audit, known, console)


def _show(result: Made, repository: Path, viewing: Viewing, *, quiet: bool) -> None:
    if quiet:
        return
    from auditor.cli.console import report_console  # noqa: PLC0415 - rich only where something is printed

    viewing.show(result.audit, repository, report_console())


def _watch(request: Request, viewing: Viewing, *, cached: bool) -> None:
    from auditor.cli.console import report_console  # noqa: PLC0415 - only where it is asked for
    from auditor.cli.watch import watch_repository  # noqa: PLC0415 - only where it is asked for

    watch_repository(
        request,
        lambda audit, console: viewing.show(audit, request.repository, console),
        report_console(),
        cached=cached,
    )


def _print_times(watch: Stopwatch | None) -> None:
    if watch is None:
        return
    for title, times in (("stage", watch.stages), ("rule", watch.rules)):
        click.echo(f"{'seconds':>9}  {title}", err=True)
        for name, seconds in sorted(times.items(), key=lambda pair: -pair[1]):
            click.echo(f"{seconds:9.3f}  {name}", err=True)


def _issue(result: Made, folder: Path | None, issuer: Issuer, *, quiet: bool) -> None:
    issuer.refuse_nowhere(folder)
    if folder is None:
        return
    written = publish(folder, result.certificate(issuer))
    if not quiet:
        from auditor.cli.console import diagnostics_console  # noqa: PLC0415 - rich only where something is printed

        for path in written:
            diagnostics_console().print(visible(f"wrote {path}"), soft_wrap=True)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    if quiet:
        yield None
        return
    from auditor.cli.console import diagnostics_console  # noqa: PLC0415 - rich only where something is printed

    console = diagnostics_console()
    if not console.is_terminal:
        yield None
        return
    from rich.progress import (  # noqa: PLC0415 - slow to load, and most scans show no progress
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
    )

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None, visible=False)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total >= PROGRESS_FROM)

        yield advance
