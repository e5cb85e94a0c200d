"""Whose signatures count: trusted keys with roles, and how many signatures each role must give.

Key and scheme of a signature come from the trusted key and never from the envelope, whose list of signatures nothing
signs: anybody can add to it and take from it. What somebody adds neither helps nor harms; what is taken is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from auditor.certificate.report import Check, failed, passed, unknown
from auditor.certificate.signing_library import Envelope, SSlibKey, UnverifiedSignatureError, VerificationError

__all__ = ["Requirement", "Revocation", "Trust", "TrustedKey", "check_signatures", "plain_trust"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """From when a key is no longer trusted, and why; a compromised one is trusted for nothing, whatever the date."""

    on: date
    reason: str
    compromised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A public key, whose it is (`name`, as it may be shown), for which roles, and for certificates of which days."""

    key: SSlibKey
    name: str = ""
    roles: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    revoked: Revocation | None = None

    @property
    def shown(self) -> str:
        """The key's name, where it has one, and its id."""
        return f"{self.name} (key {self.key.keyid})" if self.name else self.key.keyid

    def objection(self, scanned: date | None) -> str | None:
        """Why the key is not trusted for a certificate of this day; None where it is."""
        revoked = self.revoked
        if revoked and revoked.compromised:
            return f"compromised, and revoked on {revoked.on}: {revoked.reason}"
        if scanned is None:
            dated = self.valid_from or self.valid_until or revoked
            return "it is trusted for some days only, and the certificate names no day" if dated else None
        if revoked and scanned >= revoked.on:
            return f"revoked on {revoked.on}: {revoked.reason}"
        if self.valid_from and scanned < self.valid_from:
            return f"valid from {self.valid_from}, after this certificate of {scanned}"
        if self.valid_until and scanned > self.valid_until:
            return f"valid until {self.valid_until}, before this certificate of {scanned}"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """How many keys of a role must have signed."""

    role: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The trusted keys by id, and what is required of them; without requirements any one of them is enough."""

    keys: Mapping[str, TrustedKey]
    requirements: tuple[Requirement, ...] = ()


def plain_trust(keys: tuple[SSlibKey, ...]) -> Trust:
    """Trust in these keys, each for everything."""
    return Trust(keys={key.keyid: TrustedKey(key=key) for key in keys})


def check_signatures(envelope: Envelope | None, trust: Trust, scanned_at: str | None) -> Iterator[Check]:
    """Whether trusted keys signed; then, for each requirement, whether enough of them did and which.

    `scanned_at` is the signed time of the audit, which decides whether a key was valid: it is what the signer claims.
    """
    if envelope is None:
        yield failed("signature", "the certificate is UNSIGNED")
        return
    wrong = _wrong_signatures(envelope, trust)
    if wrong:
        yield failed("signature", f"wrong signature: it is not what key {', '.join(wrong)} signed")
        return
    scanned = _day(scanned_at)
    known = [trust.keys[keyid] for keyid in envelope.signatures if keyid in trust.keys]
    counted = tuple(one for one in known if one.objection(scanned) is None)
    idle = [f"{keyid}, which is not trusted" for keyid in envelope.signatures if keyid not in trust.keys]
    idle += [f"{one.shown}: {one.objection(scanned)}" for one in known if one not in counted]
    yield _signature_check(counted, idle)
    for requirement in trust.requirements:
        yield _requirement_check(requirement, counted)


def _wrong_signatures(envelope: Envelope, trust: Trust) -> list[str]:
    wrong = []
    for keyid, signature in envelope.signatures.items():
        if keyid not in trust.keys:
            continue
        try:
            trust.keys[keyid].key.verify_signature(signature, envelope.pae())
        except (UnverifiedSignatureError, VerificationError):
            wrong.append(trust.keys[keyid].shown)
    return wrong


def _signature_check(counted: tuple[TrustedKey, ...], idle: list[str]) -> Check:
    beside = "; ".join(idle)
    if not counted:
        return unknown("signature", f"the signature is by key {beside}")
    names = ", ".join(one.shown for one in counted)
    return passed("signature", f"signed by trusted key {names}" + (f"; counts for nothing: {beside}" if beside else ""))


def _requirement_check(requirement: Requirement, counted: tuple[TrustedKey, ...]) -> Check:
    signers = [one.shown for one in counted if requirement.role in one.roles]
    found = f"role {requirement.role}: {len(signers)} of {requirement.count}"
    detail = f"{found} signed: {', '.join(signers)}" if signers else f"{found} signed"
    return passed("trust", detail) if len(signers) >= requirement.count else failed("trust", detail)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
