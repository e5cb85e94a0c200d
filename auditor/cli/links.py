"""Hyperlinks to the lines of an audited work tree, where the terminal shows them.

OSC 8 (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda) through rich's ``link``. The address is made
by `Path.as_uri`, which leaves no control character in it; the line follows behind ``#``, as rich's own logging has it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.invocation import ReadFrom

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["NO_LINKS", "Links", "links_into"]

_WITHOUT_LINKS = frozenset({"", "dumb", "linux", "unknown"})
"""Values of TERM whose terminals print the sequence instead of hiding it, or do not say what they are."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes places of an audit links into `root`; plain words where there is none."""

    root: Path | None

    def place(self, path: str, line: int | None = None, shown: str = "") -> Text:
        """``path:line``, or `shown`, made inert; leading there where it lies below the root."""
        text = visible(shown or (path if line is None else f"{path}:{line}"))
        address = self._address(path, line)
        return Text(text, style=Style(link=address) if address else "")

    def _address(self, path: str, line: int | None) -> str | None:
        if self.root is None or "\0" in path:
            return None
        target = Path(os.path.normpath(self.root / path))
        if not target.is_relative_to(self.root):
            return None
        return target.as_uri() + ("" if line is None else f"#{line}")


NO_LINKS = Links(None)


def links_into(repository: Path, audit: Audit, console: Console) -> Links:
    """Links into the work tree that was audited; none into a commit, whose files may lie elsewhere or be others.

    None either where the output is no terminal (whatever FORCE_COLOR says), the terminal is not known to hide them, or
    FORCE_HYPERLINK is 0.
    """
    loose = audit.invocation is not None and audit.invocation.read_from is not ReadFrom.COMMIT
    shown = console.file.isatty() and os.environ.get("TERM", "") not in _WITHOUT_LINKS
    if not loose or not shown or os.environ.get("FORCE_HYPERLINK") == "0":
        return NO_LINKS
    return Links(repository.resolve())
