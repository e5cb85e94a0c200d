"""Addresses of lines at a commit, for repositories whose host is known.

The remote of a repository is written by whoever wrote the repository: only a plain https address of a
host in this list becomes a link, and what it holds of credentials is dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.model.audit import Audit

__all__ = ["SourceLinks", "source_links"]

_LINES = {
    "github.com": "/blob/{commit}/{path}#L{line}-L{end}",
    "gitlab.com": "/-/blob/{commit}/{path}#L{line}-{end}",
    "codeberg.org": "/src/commit/{commit}/{path}#L{line}-L{end}",
    "bitbucket.org": "/src/{commit}/{path}#lines-{line}:{end}",
}
"""What follows a repository's address, as each host writes it."""

_REMOTE = re.compile(
    r"(?:https://(?:[^/@\s]*@)?|ssh://git@|git@)(?P<host>[a-z.]+)[/:](?P<path>[\w.-]+(?:/[\w.-]+){1,5})/?",
    re.ASCII,
)
_TEMPLATE = re.compile(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?/[!-~]*", re.ASCII)
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
"""Bytes that stand for themselves in the path of an address (https://www.rfc-editor.org/rfc/rfc3986#section-2.3)."""

_FIELDS = ("{commit}", "{path}", "{line}", "{end}")


@dataclass(frozen=True, slots=True)
class SourceLinks:
    """Where lines can be read: an https address with the fields ``{commit}``, ``{path}``, ``{line}`` and ``{end}``."""

    template: str

    def line(self, audit: Audit, path: str, start: int, end: int) -> str | None:
        """The address of lines at the audited commit; None where the audited files were not those of a commit."""
        if audit.repository.commit is None or audit.repository.dirty:
            return None
        values = (audit.repository.commit, _encoded(path), str(start), str(end))
        address = self.template
        for field, value in zip(_FIELDS, values, strict=True):
            address = address.replace(field, value)
        return address


def source_links(address: str) -> SourceLinks | None:
    """Links for an address: a repository on a host in the list, or one with ``{commit}`` and ``{path}`` in it; else None."""
    if "{commit}" in address and "{path}" in address:
        return SourceLinks(address) if _TEMPLATE.fullmatch(address) else None
    match = _REMOTE.fullmatch(address)
    if match is None or match["host"] not in _LINES or ".." in match["path"]:
        return None
    return SourceLinks(f"https://{match['host']}/{match['path'].removesuffix('.git')}{_LINES[match['host']]}")


def _encoded(path: str) -> str:
    return "".join(chr(one) if one in _PLAIN else f"%{one:02X}" for one in path.encode("utf-8", "replace"))
