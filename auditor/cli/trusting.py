"""The options that say whose signatures count: ``--key`` and ``--trust``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import with_options
from auditor.errors import UserError

if TYPE_CHECKING:
    from auditor.certificate.trust import Trust

__all__ = ["trust_options"]

_OPTIONS = (
    click.option(
        "--key",
        "keys",
        multiple=True,
        metavar="PUB",
        help="A public key that is trusted for everything. Repeatable.",
    ),
    click.option(
        "--trust",
        "trust_file",
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="A file of trusted keys, their roles, and how many of each role must sign.",
    ),
)


def trust_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command, which gets the trust that they state as its argument `trust`."""

    @wraps(command)
    def with_trust(*arguments: object, keys: tuple[str, ...], trust_file: Path | None, **others: object) -> object:
        return command(*arguments, trust=_trust_of(keys, trust_file), **others)

    return with_options(with_trust, _OPTIONS)


def _trust_of(keys: tuple[str, ...], trust_file: Path | None) -> Trust:
    """Whom the reviewer trusts, as he says on the command line. No file is looked for that he does not name."""
    if keys and trust_file is not None:
        remedy = "write the key into the trust file, with its role"
        raise UserError("--key and --trust do not go together", remedy=remedy)
    if trust_file is not None:
        from auditor.cli.trust import trust_at  # noqa: PLC0415 - YAML only where needed

        return trust_at(trust_file)
    from auditor.certificate.trust import plain_trust  # noqa: PLC0415 - signing only where needed
    from auditor.cli.keys import public_key  # noqa: PLC0415 - as above

    return plain_trust(tuple(public_key(key) for key in keys))
