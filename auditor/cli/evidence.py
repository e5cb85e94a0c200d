"""``--evidence KIND:PATH`` and ``--evidence-key PUB``: reports and attestations from outside of the repository."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.model.outside import EvidenceFile, EvidenceKey, ReportKind
from auditor.repo.evidence_file import read_evidence

__all__ = ["KINDS", "Named", "evidence_files", "evidence_keys", "parse_evidence"]

KINDS = tuple(ReportKind)

Named = tuple[ReportKind, Path]


def parse_evidence(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Named, ...]:
    """The kind and the path of each value ``KIND:PATH``. Raises click.BadParameter where there is either no such kind or no path."""
    return tuple(_named(value) for value in values)


def _named(value: str) -> Named:
    kind, colon, path = value.partition(":")
    if kind not in set(KINDS):
        raise click.BadParameter(f"unknown kind {kind!r}; there are {', '.join(KINDS)}")
    if not colon or not path:
        raise click.BadParameter(f"no path after {kind!r}: give {kind}:PATH")
    return ReportKind(kind), Path(path)


def evidence_files(named: tuple[Named, ...]) -> tuple[EvidenceFile, ...]:
    """The files, read. Raises UserError where one cannot be read or is too large."""
    return tuple(read_evidence(kind, path) for kind, path in named)


def evidence_keys(paths: tuple[Path, ...]) -> tuple[EvidenceKey, ...]:
    """The keys whose signatures under attestations count. Raises UserError on what is no Ed25519 key."""
    if not paths:
        return ()
    from auditor.cli.keys import public_key  # noqa: PLC0415 - loads securesystemslib, which most scans do not need

    keys = (public_key(path) for path in paths)
    return tuple(EvidenceKey(keyid=key.keyid, public=bytes.fromhex(key.keyval["public"])) for key in keys)
