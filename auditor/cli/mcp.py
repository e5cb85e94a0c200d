"""``auditor mcp``: a server of the Model Context Protocol for coding agents, read-only and confined to one folder."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from auditor.errors import Place, UserError

__all__ = ["mcp"]


@click.command()
@click.option(
    "--root", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Nothing outside of it is read."
)
@click.option("--key", "keys", multiple=True, metavar="PUB", help="A public key that verify trusts. Repeatable.")
@click.option("--trust", metavar="PATH", type=click.Path(path_type=Path), help="A file of trusted keys for verify.")
def mcp(root: Path, *, keys: tuple[str, ...], trust: Path | None) -> None:
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
    from auditor.cli.verify import trust_of  # noqa: PLC0415 - only where it is needed

    serve(root.resolve(), trust_of(keys, trust))
