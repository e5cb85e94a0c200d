"""Folders of certificates as ``--out`` writes them, and the folder that a site of them is written into."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import Place, UserError
from auditor.repo.certificate_folder import MOST_BYTES

__all__ = ["MARK", "CertificateFiles", "certificate_names", "read_certificate", "site_pages", "withdraw"]

MARK = ".auditor-site"
"""Lists what a site holds, one name a line, so that the next one leaves nothing behind."""

_PAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,160}", re.ASCII)
_ENDINGS = (".md", ".json", ".intoto.jsonl")
_SECTION = b"<!-- auditor: begin signature"
"""Begins the end of every certificate, signed or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFiles:
    """What lies under one name, by ending; `unread` says which cannot be read, and why."""

    name: str
    files: dict[str, bytes]
    unread: tuple[str, ...] = ()


def certificate_names(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of certificates in a folder, sorted, and the Markdown and JSON files that are none.

    A certificate has Markdown and JSON of one name; a Markdown file alone counts where it has a signature
    section. Raises UserError where the folder cannot be read.
    """
    try:
        found = sorted(entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"cannot be read: {reason}", place=Place(str(folder)), remedy="name a folder") from error
    texts = {name.removesuffix(".md") for name in found if name.endswith(".md")}
    reports = {name.removesuffix(".json") for name in found if name.endswith(".json")}
    alone = {name for name in texts - reports if _SECTION in (_read(folder / f"{name}.md")[0] or b"")}
    others = [f"{name}.md" for name in texts - reports - alone] + [f"{name}.json" for name in reports - texts]
    return tuple(sorted((texts & reports) | alone)), tuple(sorted(others))


def read_certificate(folder: Path, name: str) -> CertificateFiles:
    """The files of one certificate. What cannot be read is named, and ends nothing."""
    files: dict[str, bytes] = {}
    unread = []
    for ending in _ENDINGS:
        content, problem = _read(folder / f"{name}{ending}")
        if content is not None:
            files[ending] = content
        elif problem:
            unread.append(f"{name}{ending}: {problem}")
    return CertificateFiles(name=name, files=files, unread=tuple(unread))


def site_pages(folder: Path) -> tuple[str, ...]:
    """The files of the site that a folder holds. Raises UserError where it holds anything that is no site of ours."""
    if not os.path.lexists(folder):
        return ()
    try:
        names = [one.name for one in folder.iterdir()]
        listed = (_read(folder / MARK)[0] or b"").decode("ascii", "replace").split("\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"cannot be read: {reason}", place=Place(str(folder)), remedy="name a folder") from error
    if names and MARK not in names:
        remedy = "name a folder that is empty, or that holds an earlier site"
        raise UserError("this folder holds something else than a site", place=Place(str(folder)), remedy=remedy)
    return tuple(name for name in listed if _PAGE.fullmatch(name))


def withdraw(folder: Path, names: tuple[str, ...]) -> None:
    """Remove pages of an earlier site that the new one does not have."""
    for name in names:
        with contextlib.suppress(OSError):  # gone already, or a folder, which no site of ours has
            (folder / name).unlink()


def _read(path: Path) -> tuple[bytes | None, str]:
    """The content of a regular file, or why there is none; no file is no problem."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None, "no regular file"
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        return None, error.strerror or str(error)
    return (None, "larger than any certificate") if len(content) > MOST_BYTES else (content, "")
