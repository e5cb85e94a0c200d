"""The options of ``auditor scan`` that say what a person at a terminal sees of an audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from auditor.cli.options import with_options

if TYPE_CHECKING:
    from rich.console import Console

    from auditor.model.audit import Audit

__all__ = ["Viewing", "viewing_options"]

_OPTIONS = (
    click.option(
        "--explain", metavar="COMPONENT", help="Print why this component has its score, in place of the summary."
    ),
    click.option(
        "--watch",
        "watching",
        is_flag=True,
        help="Audit again when a file changes; print what that changed. Ctrl-C ends.",
    ),
)
_PRINTS_NOTHING = {"quiet": "--quiet"}
_ONCE = {
    "revision": "--at", "outputs": "--format", "out": "--out", "sign": "--sign", "predicates": "--predicate",
    "since": "--since", "base": "--base", "new_only": "--new-only", "profile": "--profile", "quiet": "--quiet",
    "fail_on": "--fail-on",
}  # fmt: skip
"""What is about one audit and not about a work tree in the making."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """What is printed of an audit, and whether it is made again and again."""

    explain: str | None
    watching: bool

    def show(self, audit: Audit, repository: Path, console: Console) -> None:
        """Print the summary, or the explanation that was asked for. Raises UserError where there is no such component."""
        from auditor.cli.links import links_into  # noqa: PLC0415 - rich only where something is printed
        from auditor.cli.summary import print_comparisons, print_summary  # noqa: PLC0415 - as above

        links = links_into(repository, audit, console)
        if self.explain is None:
            print_summary(audit, console, links)
            print_comparisons(audit)
            return
        from auditor.cli.explain import component_named, print_explanation  # noqa: PLC0415 - only where asked for

        print_explanation(audit, component_named(audit, self.explain), console, links)


def viewing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command, which gets what they say as its argument `viewing`."""

    @wraps(command)
    def with_viewing(*arguments: object, explain: str | None, watching: bool, **others: Any) -> object:  # noqa: ANN401 - click's
        context = click.get_current_context()
        if explain is not None:
            _refuse_beside("--explain", _PRINTS_NOTHING, context)
            if any(output.path is None for output in others["outputs"]):
                raise click.UsageError("--explain prints where --format does; give the report a path")
        if watching:
            _refuse_beside("--watch", _ONCE, context)
        return command(*arguments, viewing=Viewing(explain, watching), **others)

    return with_options(with_viewing, _OPTIONS)


def _refuse_beside(option: str, others: dict[str, str], context: click.Context) -> None:
    for name, other in others.items():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{option} and {other} do not go together")
