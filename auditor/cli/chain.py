"""``auditor verify --chain``: the earlier certificates that a re-audit answers, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.certificate.report import VerificationReport
from auditor.cli.options import with_options
from auditor.repo.certificate_folder import Folder, read_certificate, report_path
from auditor.scoring.recompute import recompute

if TYPE_CHECKING:
    from auditor.certificate.trust import Trust

__all__ = ["Chain", "chain_options"]

_OPTIONS = (
    click.option(
        "--chain",
        "wanted",
        is_flag=True,
        help="Walk the chain of certificates back to its first, and name every break.",
    ),
    click.option(
        "--chain-folder",
        "folder",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="Where the earlier certificates are; walks the chain. [default: the folder of CERT]",
    ),
)


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the chain is walked, and where its certificates are (None: beside the one that is verified)."""

    wanted: bool
    folder: Path | None

    def added(self, report: VerificationReport, path: Path, trust: Trust) -> VerificationReport:
        """The report of the certificate at `path`, with a check for each link where the chain is wanted."""
        if not self.wanted:
            return report
        from auditor.certificate.chain import ChainWalk, walk  # noqa: PLC0415 - comparing only where asked

        beside = report_path(path)
        material = ChainWalk(folder=Folder(self.folder or path.parent), trust=trust, recompute=recompute)
        checks = walk(read_certificate(beside) if beside.is_file() else None, material)
        return replace(report, checks=(*report.checks, *checks))


def chain_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command, which gets what they say as its argument `chain`."""

    @wraps(command)
    def with_chain(*arguments: object, wanted: bool, folder: Path | None, **others: object) -> object:
        return command(*arguments, chain=Chain(wanted or folder is not None, folder), **others)

    return with_options(with_chain, _OPTIONS)
