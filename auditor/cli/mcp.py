"""``auditor mcp``: a server of the Model Context Protocol for coding agents, read-only and confined to one folder."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.trusting import trust_options
from auditor.errors import Place, UserError

if TYPE_CHECKING:
    from auditor.certificate.trust import Trust

__all__ = ["mcp"]


@click.command()
@click.option(
    "--root", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Nothing outside of it is read."
)
@trust_options
def mcp(root: Path, *, trust: Trust) -> None:
    """Offer scan, explain, verify and what_closes to a coding agent, over standard input and output.

    It writes nothing, asks no network, runs nothing of a repository, and reads nothing outside of DIR but the keys named
    here. Ends when its input ends.
    """
    if importlib.util.find_spec("mcp") is None:
        raise UserError("the server needs a library that is not installed", remedy="pip install 'auditor[mcp]'")
    if not root.is_dir():
        raise UserError(
            "this is no folder", place=Place(str(root)), remedy="name the folder that an agent may look into"
        )
    from auditor.cli.mcp_server import serve  # noqa: PLC0415 - an extra

    serve(root.resolve(), trust)
