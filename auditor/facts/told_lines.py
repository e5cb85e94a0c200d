"""Commands in text that nobody marked as shell: indented blocks, blocks without a language, and code within a sentence."""

from __future__ import annotations

from auditor.facts.base import ParseFailure
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import ShellProgram
from auditor.facts.shell_reader import read_shell

__all__ = ["told_program"]

_TOLD = pattern(
    r"^\s*(?:\$ )?((?:make|gmake|npm|yarn|pnpm|docker|docker-compose|podman|kubectl|pytest|ansible-playbook|k6|helm|(?:python3?|bash|sh)\s+[\w./-]+\.(?:py|sh))\s+[\w./@-]\S*|\.{1,2}/[\w./-]+\.(?:sh|py))(?:\s|$)"
)
_ASIDE = pattern(r"\s{2,}|\s+#\s|\s+(?:\x{2014}|\x{2013}|->|=>|\x{2192})\s")
"""What parts a command from what is said about it, on the same line."""


def told_program(lines: tuple[str, ...], first: int) -> ShellProgram | None:
    """The lines that begin as a command does, each without what is said about it behind; None where there is none."""
    kept = [_command(line) for line in lines]
    if not any(kept):
        return None
    try:
        return read_shell("\n".join(kept), first)
    except ParseFailure:
        return None


def _command(line: str) -> str:
    if not _TOLD.search(line):
        return ""
    bare = line.strip().removeprefix("$ ")
    aside = _ASIDE.search(bare)
    return (bare[: aside.start()] if aside else bare).rstrip("\\ ")
