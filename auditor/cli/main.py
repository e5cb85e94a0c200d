"""The command group: finds commands when they are called for, and turns errors into exit statuses.

0 the gate passes, 1 it fails, 2 bad usage or input, 3 our bug; as in a shell, 130 after an interrupt and
141 where the reader of the output has gone.
"""

from __future__ import annotations

import difflib
import gc
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from auditor import __version__
from auditor.errors import UserError
from auditor.model.escape import terminal, visible

__all__ = ["COMMANDS", "INPUT_ERROR", "cli", "main", "report_input", "run"]

INPUT_ERROR = 2
INTERNAL_ERROR = 3
INTERRUPTED = 130
PIPE_CLOSED = 141
FEW_COLLECTIONS = (200_000, 20, 50)
"""When the garbage collector looks at what there is: a command makes many objects, and keeps nearly all to its end."""

COMMANDS = {
    "badge": "auditor.cli.badge:badge",
    "baseline": "auditor.cli.baseline:baseline",
    "cache": "auditor.cli.cache:cache",
    "check": "auditor.cli.check:check",
    "completion": "auditor.cli.completion:completion",
    "diff": "auditor.cli.diff:diff",
    "history": "auditor.cli.history:history",
    "init": "auditor.cli.init:init",
    "keys": "auditor.cli.keys:keys",
    "mcp": "auditor.cli.mcp:mcp",
    "report": "auditor.cli.report:report",
    "rubric": "auditor.cli.rubric:rubric",
    "rules": "auditor.cli.rules:rules",
    "scan": "auditor.cli.scan:scan",
    "sign": "auditor.cli.sign:sign",
    "site": "auditor.cli.site:site",
    "verify": "auditor.cli.verify:verify",
}
"""Every command and where it lives; a module is imported when its command is called."""


def _is_there(name: str) -> bool:
    """Whether this installation has a command."""
    return importlib.util.find_spec(COMMANDS[name].partition(":")[0]) is not None


class _PipeClosed(Exception):  # noqa: N818 - not an error: the reader has seen enough
    """The reader of standard output has gone."""


class LazyGroup(click.Group):
    """A group whose commands stand in COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands that this installation has, sorted."""
        del ctx
        return sorted(filter(_is_there, COMMANDS))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; None for a name that stands for no command."""
        del ctx
        if cmd_name not in COMMANDS or not _is_there(cmd_name):
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name. Raises UsageError with the closest names on any other."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            close = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"No such command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; a closed pipe leaves before click would make it the status of a failed gate."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise _PipeClosed from error
        return result


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Tell production-ready from paper-ready.

    Audits a git repository at a commit, scores it against a rubric and issues a certificate whose every
    statement can be checked: GO, CONDITIONAL or NO-GO.

    Exit status: 0 the gate passes, 1 it fails, 2 bad usage or input, 3 a bug in auditor.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line; gives its exit status."""
    try:
        result = cli.main(list(arguments), prog_name="auditor", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the boundary: every failure gets its status
        return _status(error)
    return result if isinstance(result, int) else 0


def main() -> None:
    """The entry point of the command ``auditor``."""
    gc.set_threshold(*FEW_COLLECTIONS)
    status = run(sys.argv[1:])
    gc.freeze()  # the system takes back what is left: that the interpreter looks through it twice was a tenth of a scan
    sys.exit(status)


def _status(error: BaseException) -> int:
    match error:
        case click.ClickException():
            error.show()
            return INPUT_ERROR
        case UserError():
            report_input(error)
            return INPUT_ERROR
        case click.Abort() | KeyboardInterrupt():
            click.echo("interrupted", err=True)
            return INTERRUPTED
        case _PipeClosed():
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains as it ends
            return PIPE_CLOSED
        case _:
            _report_bug(error)
            return INTERNAL_ERROR


def report_input(error: UserError) -> None:
    """Tell what is wrong with the input, where, and what to do, on standard error."""
    where = f"{visible(str(error.place))}: " if error.place else ""
    click.echo(terminal(f"error: {where}{error.message}"), err=True)
    if error.remedy:
        click.echo(terminal(f"remedy: {error.remedy}"), err=True)


def _report_bug(error: BaseException) -> None:
    if os.environ.get("AUDITOR_DEBUG") == "1":
        click.echo(terminal("".join(traceback.format_exception(error))), err=True)
    click.echo(terminal(f"internal error: {type(error).__name__}: {error}"), err=True)
    click.echo(
        f"This is a bug in auditor {__version__}. Run the command again with AUDITOR_DEBUG=1 and report "
        "the command line together with what it prints.",
        err=True,
    )
