"""``auditor completion``: the script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    In bash, for instance: eval "$(auditor completion bash)"
    """
    found = get_completion_class(shell)
    assert found is not None, "the choices are those that click has"
    root = ctx.find_root()
    click.echo(found(root.command, {}, "auditor", "_AUDITOR_COMPLETE").source())
