"""The options of ``auditor scan`` that ask for further statements beside the certificate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.errors import UserError

if TYPE_CHECKING:
    from auditor.certificate.predicates import Predicate

__all__ = ["PredicateOptions", "predicate_options"]

_NAMES = ("test-result", "vsa")


def predicate_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command."""
    options = (
        click.option(
            "--predicate",
            "predicates",
            multiple=True,
            type=click.Choice(_NAMES),
            help="Also sign the result as in-toto's test result or SLSA's verification summary. Repeatable.",
        ),
        click.option(
            "--vsa-conditional",
            type=click.Choice(["failed", "passed"]),
            default="failed",
            show_default=True,
            help="What CONDITIONAL is in a verification summary, which knows two results.",
        ),
        click.option(
            "--vsa-resource",
            metavar="URI",
            help="What a verification summary is about. [default: git+ and the repository's name]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class PredicateOptions:
    """What was asked for."""

    names: tuple[str, ...]
    conditional: str
    resource: str | None

    def refuse_in_vain(self, *, signed: bool) -> None:
        """Raises UserError where options have no effect: statements without a signature are worth nothing."""
        if self.names and not signed:
            raise UserError("--predicate without a key", remedy="name one with --sign")
        if (self.conditional == "passed" or self.resource is not None) and "vsa" not in self.names:
            raise UserError("--vsa-... without --predicate vsa", remedy="ask for the summary, or leave it out")

    def refuse_nowhere(self, folder: Path | None) -> None:
        """Raises UserError where statements are asked for and no folder is named for them."""
        if self.names and folder is None:
            raise UserError("--predicate without a folder", remedy="name one with --out")

    def chosen(self) -> Mapping[str, Predicate]:
        """What makes the statements, by name."""
        from auditor.certificate.predicates import chosen_predicates  # noqa: PLC0415 - needed where they are written

        passes = self.conditional == "passed"
        return chosen_predicates(self.names, conditional_passes=passes, resource=self.resource)
