"""How ``auditor scan`` comes to an audit and its certificate: made anew, or issued again where nothing has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from auditor.model.outside import GivenEvidence
from auditor.repo.observed import observe

if TYPE_CHECKING:
    from auditor.certificate.signing_library import CryptoSigner
    from auditor.cli.issuing import Issuer
    from auditor.cli.reaudit import Reaudit
    from auditor.issued import Issued
    from auditor.model.audit import Audit
    from auditor.model.codec import LongReport
    from auditor.pipeline import Audited
    from auditor.repo.observed import Observed
    from auditor.request import Request

__all__ = ["Made", "made"]

Progress = Callable[[int, int], None] | None


class Made(Protocol):
    """An audit: what was decided, the folder that the configuration names, everything, and the files of its certificate."""

    @property
    def decision(self) -> str:
        """GO, CONDITIONAL or NO-GO."""
        ...

    @property
    def out(self) -> Path | None:
        """The folder for certificates that the configuration names."""
        ...

    @property
    def audit(self) -> Audit:
        """Everything of it."""
        ...

    def certificate(self, issuer: Issuer) -> Mapping[str, bytes | LongReport]:
        """The files by name."""
        ...


@dataclass(frozen=True, slots=True)
class _Anew:
    """An audit that was made now. It is remembered where it is known of which work tree, and for which key."""

    audited: Audited
    request: Request
    observed: Observed | None
    key: CryptoSigner | None

    @property
    def decision(self) -> str:
        return self.audited.audit.decision.value

    @property
    def out(self) -> Path | None:
        return self.audited.out

    @property
    def audit(self) -> Audit:
        return self.audited.audit

    def certificate(self, issuer: Issuer) -> Mapping[str, bytes | LongReport]:
        from auditor.certificate.write import certificate_contents  # noqa: PLC0415 - jinja2 and signing only where needed

        files = certificate_contents(replace(self.audit, change=None), issuer.signer, issuer.predicates)
        if self.observed is not None and self.key is not None:
            from auditor.issued import remember  # noqa: PLC0415 - as above

            remember(self.request, self.observed, self.key, self.audited, files)
        return files


@dataclass(frozen=True, slots=True)
class _Again:
    """An audit that was made before, and would be the same now."""

    issued: Issued
    key: CryptoSigner

    @property
    def decision(self) -> str:
        return self.issued.decision

    @property
    def out(self) -> Path | None:
        return self.issued.out

    @property
    def audit(self) -> Audit:
        return self.issued.audit

    def certificate(self, issuer: Issuer) -> Mapping[str, bytes | LongReport]:
        del issuer  # what it asks for besides is never issued again
        return self.issued.files(self.key)


def made(request: Request, reaudit: Reaudit, issuer: Issuer, progress: Progress) -> Made:
    """The audit that is asked for. Raises UserError as `run_audit` does."""
    key = _key(request, reaudit, issuer)
    observed = None if key is None else observe(request.repository)
    if key is not None and observed is not None:
        from auditor.issued import recall  # noqa: PLC0415 - signing only where needed

        known = recall(request, observed, key)
        if known is not None:
            return _Again(known, key)
    request = replace(request, observed=observed)
    return _Anew(reaudit.run(request, issuer.signer, progress), request, observed, key)


def _key(request: Request, reaudit: Reaudit, issuer: Issuer) -> CryptoSigner | None:
    """The key whose certificates are remembered: one that is here, of a work tree, and with nothing from outside of it."""
    if request.store is None or issuer.signer is None or issuer.predicates or not reaudit.alone:
        return None
    plain = request.revision is None and request.evidence == GivenEvidence() and _is_shipped(request.rubric)
    from auditor.certificate.signing_library import CryptoSigner  # noqa: PLC0415 - signing only where needed

    return issuer.signer if plain and isinstance(issuer.signer, CryptoSigner) else None


def _is_shipped(rubric: str | None) -> bool:
    if rubric is None:
        return True
    from auditor.resources import resource_names  # noqa: PLC0415 - only where one is named

    return f"rubrics/{rubric}.yaml" in resource_names("rubrics", ".yaml")
