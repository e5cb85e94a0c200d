"""The one place where consoles are made: reports to standard output, progress and diagnostics to standard error.

Rich leaves out colours where the stream is no terminal or NO_COLOR is set (https://no-color.org). Markup
is off, so that brackets in audited text stay brackets; what comes from an audited repository passes
`auditor.model.escape.terminal` before it is printed.
"""

from __future__ import annotations

import os
import sys

from rich.console import Console

__all__ = ["PLAIN_WIDTH", "diagnostics_console", "report_console"]

PLAIN_WIDTH = 120
"""Columns of a report that is written to a file or a pipe; COLUMNS overrides it."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave the status to main: rich would exit with 1, which says that the gate failed."""
        raise BrokenPipeError


def report_console() -> Console:
    """A console on standard output for what a command was asked for."""
    return _console(stderr=False)


def diagnostics_console() -> Console:
    """A console on standard error for progress, warnings and errors."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    plain = not stream.isatty() and "COLUMNS" not in os.environ
    return _Console(stderr=stderr, markup=False, highlight=False, emoji=False, width=PLAIN_WIDTH if plain else None)
