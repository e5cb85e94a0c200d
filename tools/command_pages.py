"""The page about the command line, made from the commands' own help."""

from __future__ import annotations

from collections.abc import Iterator

import click

from auditor.cli.main import cli
from tools.rule_pages import NOTICE, fenced

__all__ = ["command_page"]

WIDTH = 100


def command_page() -> str:
    """What ``--help`` prints for auditor and each of its commands, in Markdown."""
    parts = [NOTICE, "# Command line", *_sections(cli, "auditor", None)]
    return "\n\n".join(parts) + "\n"


def _sections(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    yield f"## {context.command_path}\n\n{fenced(command.get_help(context), 'text')}"
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                yield from _sections(found, child, context)
