"""``--evidence KIND:PATH`` and ``--evidence-key PUB``: reports and attestations from outside of the repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from auditor.errors import Place, UserError
from auditor.model.outside import EvidenceKey, GivenEvidence, ReportKind
from auditor.repo.evidence_file import read_evidence

__all__ = ["evidence_options", "given_evidence"]

_FILES, _KEYS = "auditor.evidence", "auditor.evidence_keys"

Command = TypeVar("Command", bound=Callable[..., Any])


def evidence_options(command: Command) -> Command:
    """Give a command both options; `given_evidence` has their values."""
    key = click.option(
        "--evidence-key",
        multiple=True,
        metavar="PUB",
        expose_value=False,
        callback=_keep_keys,
        help="A public key whose signatures under attestations count. Repeatable.",
    )
    evidence = click.option(
        "--evidence",
        multiple=True,
        metavar="KIND:PATH",
        expose_value=False,
        callback=_keep_files,
        help=f"A report from outside of the repository: {', '.join(ReportKind)}. Repeatable.",
    )
    return evidence(key(command))


def given_evidence(context: click.Context) -> GivenEvidence:
    """The files and keys that the options name, read. Raises UserError where one cannot be read or is too large."""
    files = (read_evidence(kind, path) for kind, path in context.meta[_FILES])
    return GivenEvidence(files=tuple(files), keys=_keys(context.meta[_KEYS]))


def _keep_files(context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> None:
    context.meta[_FILES] = tuple(_named(value) for value in values)


def _keep_keys(context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> None:
    context.meta[_KEYS] = values


def _named(value: str) -> tuple[ReportKind, Path]:
    kind, colon, path = value.partition(":")
    if kind not in set(ReportKind):
        raise click.BadParameter(f"unknown kind {kind!r}; there are {', '.join(ReportKind)}")
    if not colon or not path:
        raise click.BadParameter(f"no path after {kind!r}: give {kind}:PATH")
    return ReportKind(kind), Path(path)


def _keys(paths: tuple[str, ...]) -> tuple[EvidenceKey, ...]:
    if not paths:
        return ()
    from auditor.cli.keys import public_key  # noqa: PLC0415 - loads securesystemslib, which most scans do not need

    keys = [public_key(path) for path in paths]
    for path, key in zip(paths, keys, strict=True):
        if key.keytype != "ed25519":
            raise UserError("attestations are signed with Ed25519", place=Place(path), remedy="give an Ed25519 key")
    return tuple(EvidenceKey(keyid=key.keyid, public=bytes.fromhex(key.keyval["public"])) for key in keys)
