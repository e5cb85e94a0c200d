"""The options of ``auditor scan`` that set an audit beside another: an earlier certificate, or a merge base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import with_options
from auditor.errors import UserError
from auditor.model.escape import visible

if TYPE_CHECKING:
    from auditor.certificate.earlier import Earlier
    from auditor.certificate.signing_library import Signs
    from auditor.cli.making import Made
    from auditor.pipeline import Audited
    from auditor.request import Request

__all__ = ["Reaudit", "reaudit_options"]

Progress = Callable[[int, int], None] | None

_OPTIONS = (
    click.option(
        "--since",
        metavar="CERT",
        type=click.Path(path_type=Path),
        help="Answer this certificate: a final review of it.",
    ),
    click.option(
        "--since-key",
        "since_keys",
        multiple=True,
        metavar="PUB",
        help="Refuse --since unless this public key has signed it. Repeatable: one of them.",
    ),
    click.option(
        "--base",
        metavar="REV",
        help="Judge the change since the merge base with REV: what it adds, resolves and moves.",
    ),
)


@dataclass(frozen=True, slots=True)
class Reaudit:
    """What an audit is set beside; with neither, it is as any other."""

    since: Path | None
    since_keys: tuple[str, ...]
    base: str | None

    @property
    def alone(self) -> bool:
        """Whether the audit is as any other."""
        return self.since is None and self.base is None and not self.since_keys

    def run(self, request: Request, signer: Signs | None, progress: Progress) -> Audited:
        """As `run_audit`, set beside what was asked for. Raises UserError where that cannot be."""
        from auditor.pipeline import run_audit  # noqa: PLC0415 - nothing that is remembered needs it

        earlier = self._earlier(signer)
        if earlier is None or self.since is None:
            return self._with_change(request, run_audit(request, progress), progress)
        from auditor.cli.since import answered, request_since  # noqa: PLC0415 - only where it is asked for

        request = request_since(request, earlier, self.since)
        audited = run_audit(request, progress)
        audited = replace(audited, audit=answered(audited.audit, earlier, self.since))
        return self._with_change(request, audited, progress)

    def fails(self, result: Made, gate: str, *, fails_whole: bool, new_only: bool) -> bool:
        """Whether the gate (of --fail-on) fails: with --base over what the change adds, which is told; else as the whole does.

        With `new_only` the whole is what no baseline knows, and that counts beside --base.
        """
        if self.base is None:
            return fails_whole
        from auditor.cli.base import change_fails  # noqa: PLC0415 - only where it is asked for

        reasons = change_fails(result.audit, gate)
        if new_only and fails_whole:
            reasons = (*reasons, "what the baseline does not know does not pass it")
        for reason in reasons:
            click.echo(visible(f"this change fails the gate: {reason}"), err=True)
        return bool(reasons)

    def _with_change(self, request: Request, audited: Audited, progress: Progress) -> Audited:
        if self.base is None:
            return audited
        from auditor.cli.base import with_change  # noqa: PLC0415 - only where it is asked for

        return replace(audited, audit=with_change(request, audited, self.base, progress))

    def _earlier(self, signer: Signs | None) -> Earlier | None:
        if self.since is not None:
            from auditor.cli.since import earlier_certificate  # noqa: PLC0415 - only where it is asked for

            return earlier_certificate(self.since, self.since_keys, signer)
        if self.since_keys:
            raise UserError("--since-key says who must have signed --since, which is not there", remedy="give both")
        return None


def reaudit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command, which gets what they say as its argument `reaudit`."""

    @wraps(command)
    def with_reaudit(
        *arguments: object, since: Path | None, since_keys: tuple[str, ...], base: str | None, **others: object
    ) -> object:
        return command(*arguments, reaudit=Reaudit(since, since_keys, base), **others)

    return with_options(with_reaudit, _OPTIONS)
