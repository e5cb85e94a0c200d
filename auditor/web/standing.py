"""What a certificate is worth, in a word: for the pages of a site."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.certificate.envelope import BrokenCertificate, split
from auditor.certificate.report import Status, VerificationReport

__all__ = ["Standing", "State", "standing_of"]


class State(StrEnum):
    """The result of all checks together."""

    VERIFIED = "verified"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"
    BROKEN = "broken"


_WORDS = {
    State.VERIFIED: ("Verified", "A trusted key signed this certificate, and nothing in it is wrong."),
    State.UNTRUSTED: (
        "Not verified",
        "It is signed, and none of the keys that this site was made with is the signer's.",
    ),
    State.EXPIRED: ("Expired", "It was signed by a trusted key, and its time is over."),
    State.UNSIGNED: ("Unsigned", "Nobody vouches for this certificate."),
    State.BROKEN: ("Broken", "Do not rely on this certificate: a check of it failed."),
}


_AGEING = frozenset({"validity", "due"})
"""Checks that a certificate fails by growing old, and not by being changed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one certificate, and the checks that it follows from."""

    state: State
    report: VerificationReport

    @property
    def title(self) -> str:
        """The state as a heading."""
        return _WORDS[self.state][0]

    @property
    def meaning(self) -> str:
        """What the state means, in a sentence."""
        return _WORDS[self.state][1]


def standing_of(certificate: bytes | None, report: VerificationReport) -> Standing:
    """The standing of a certificate: its Markdown (None: there is none) and what verification found."""
    return Standing(_state(certificate, report), report)


def _state(certificate: bytes | None, report: VerificationReport) -> State:
    if report.authentic:
        return State.VERIFIED
    unsigned = _is_unsigned(certificate)
    wrong = {one.name for one in report.checks if one.status is Status.FAIL}
    if unsigned is None or wrong - _AGEING - ({"signature"} if unsigned else set()):
        return State.BROKEN
    if unsigned:
        return State.UNSIGNED
    known = any(one.name == "signature" and one.status is Status.PASS for one in report.checks)
    return State.EXPIRED if known else State.UNTRUSTED


def _is_unsigned(certificate: bytes | None) -> bool | None:
    """Whether no signature is there; None where nobody can tell."""
    if certificate is None:
        return None
    try:
        return split(certificate).envelope is None
    except BrokenCertificate:
        return None
