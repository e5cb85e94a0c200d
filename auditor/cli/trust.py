"""Trust files, as the command line reads and writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.certificate.keys import openssh_text
from auditor.repo.given_file import read_given_file
from auditor.repo.key_file import read_key_file
from auditor.trust.file import MAX_BYTES, read_trust

if TYPE_CHECKING:
    from auditor.certificate.signing_library import SSlibKey
    from auditor.certificate.trust import Trust

__all__ = ["entry_text", "trust_at"]

_HEAD = "version: 1\nkeys:\n"
_TAIL = "require:\n"


def trust_at(path: Path) -> Trust:
    """The trust that a file states; the key files that it names lie below its folder. Raises UserError."""
    content = read_given_file(path, most=MAX_BYTES, what="a trust file")
    return read_trust(content, str(path), lambda name: read_key_file(path.parent / name).content)


def entry_text(key: SSlibKey, name: str, roles: tuple[str, ...], days: tuple[str | None, str | None]) -> str:
    """The entry of a key in a trust file. Raises UserError where a trust file would refuse it."""
    start, until = days
    role = f"role: {roles[0]}" if len(roles) == 1 else f"roles: [{', '.join(roles)}]"
    valid = [f"from: {start}"] * bool(start) + [f"until: {until}"] * bool(until)
    lines = [
        f"  - name: {json.dumps(name, ensure_ascii=False)}",
        f"    {role}",
        f"    key: {openssh_text(key)}",
        f"    keyid: {key.keyid}",
        *([f"    valid: {{{', '.join(valid)}}}"] if valid else []),
    ]
    entry = "\n".join(lines) + "\n"
    required = "".join(f"  - {{role: {one}, count: 1}}\n" for one in roles)
    read_trust((_HEAD + entry + _TAIL + required).encode(), "the entry", lambda _path: b"")
    return entry
