"""The options of ``auditor scan`` that say what is signed, with which key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import with_options
from auditor.cli.signing import KEY_FORMS, signer_from
from auditor.errors import UserError

if TYPE_CHECKING:
    from auditor.certificate.predicates import Predicate
    from auditor.certificate.signing_library import Signs

__all__ = ["Issuer", "issuing_options"]

_OPTIONS = (
    click.option("--sign", metavar="KEY", help=f"Sign with this private key: {KEY_FORMS}."),
    click.option(
        "--predicate",
        "predicates",
        multiple=True,
        type=click.Choice(["test-result", "vsa"]),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who signs, and what beside the certificate: statements by name."""

    signer: Signs | None
    predicates: Mapping[str, Predicate] = field(default_factory=dict)

    def refuse_nowhere(self, folder: Path | None) -> None:
        """Raises UserError where statements are asked for and no folder is named for them."""
        if self.predicates and folder is None:
            raise UserError("--predicate without a folder", remedy="name one with --out")


def issuing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command, which gets what they say as its argument `issuer`."""

    @wraps(command)
    def with_issuer(
        *arguments: object,
        sign: str | None,
        predicates: tuple[str, ...],
        vsa_conditional: str,
        vsa_resource: str | None,
        **others: object,
    ) -> object:
        issuer = _issuer(sign, predicates, vsa_conditional, vsa_resource)
        return command(*arguments, issuer=issuer, **others)

    return with_options(with_issuer, _OPTIONS)


def _issuer(sign: str | None, names: tuple[str, ...], conditional: str, resource: str | None) -> Issuer:
    """Raises UserError where the key cannot be used, and where options have no effect."""
    passes = conditional == "passed"
    if (passes or resource is not None) and "vsa" not in names:
        raise UserError("--vsa-... without --predicate vsa", remedy="ask for the summary, or leave it out")
    signer = signer_from(sign)
    if not names:
        return Issuer(signer=signer)
    if signer is None:  # a statement that nobody signs is worth nothing
        raise UserError("--predicate without a key", remedy="name one with --sign")
    from auditor.certificate.predicates import chosen_predicates  # noqa: PLC0415 - only where they are asked for

    return Issuer(signer=signer, predicates=chosen_predicates(names, conditional_passes=passes, resource=resource))
