"""Signatures and roles in every combination: only what is trusted counts, whoever signed first."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner

from auditor.certificate.envelope import PAYLOAD_TYPE, section, split, with_signature
from auditor.certificate.report import Status
from auditor.certificate.trust import Requirement, Revocation, Trust, TrustedKey, check_signatures

SIGNERS = [CryptoSigner.generate_ed25519() for _ in range(4)]
ROLES = ("ci", "release-manager")
DAY = date(2026, 6, 15)
DAYS = st.none() | st.integers(-2, 2).map(lambda days: DAY + timedelta(days))


def signed_by(chosen: tuple[CryptoSigner, ...]) -> Envelope:
    envelope = Envelope(b"{}", PAYLOAD_TYPE, {})
    for signer in chosen:
        envelope = with_signature(envelope, signer)
    return envelope


@settings(deadline=None)
@given(
    signed=st.sets(st.integers(0, 3), min_size=1),
    roles=st.lists(st.sets(st.sampled_from(ROLES)), min_size=4, max_size=4),
    counts=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    known=st.sets(st.integers(0, 3)),
)
def test_a_requirement_is_met_by_as_many_keys_of_its_role(
    signed: set[int], roles: list[set[str]], counts: tuple[int, int], known: set[int]
) -> None:
    keys = {
        SIGNERS[one].public_key.keyid: TrustedKey(
            key=SIGNERS[one].public_key, name=f"key {one}", roles=tuple(sorted(roles[one]))
        )
        for one in sorted(known)
    }
    requirements = tuple(Requirement(role=role, count=count) for role, count in zip(ROLES, counts, strict=True))
    envelope = signed_by(tuple(SIGNERS[one] for one in sorted(signed)))
    checks = list(check_signatures(envelope, Trust(keys=keys, requirements=requirements), "2026-06-15T00:00:00Z"))
    met = [one.status is Status.PASS for one in checks if one.name == "trust"]
    assert met == [sum(role in roles[one] for one in signed & known) >= count for role, count in zip(ROLES, counts, strict=True)]  # fmt: skip
    assert (checks[0].status is Status.PASS) is bool(signed & known)


def test_every_order_of_signing_gives_the_same_bytes() -> None:
    texts = {section(signed_by(order)) for order in permutations(SIGNERS)}
    assert len(texts) == 1
    parts = split(b"body\n" + texts.pop().encode())
    assert parts.envelope is not None
    assert list(parts.envelope.signatures) == sorted(one.public_key.keyid for one in SIGNERS)


@settings(deadline=None)
@given(start=DAYS, until=DAYS, revoked=DAYS, compromised=st.booleans(), named=st.booleans())
def test_the_day_of_the_certificate_decides(
    *, start: date | None, until: date | None, revoked: date | None, compromised: bool, named: bool
) -> None:
    revocation = Revocation(on=revoked, reason="lost", compromised=compromised) if revoked else None
    key = TrustedKey(key=SIGNERS[0].public_key, name="CI", valid_from=start, valid_until=until, revoked=revocation)
    inside = (start is None or start <= DAY) and (until is None or until >= DAY)
    before = revoked is None or (not compromised and revoked > DAY)
    trusted = inside and before if named else not (start or until or revoked)
    assert (key.objection(DAY if named else None) is None) is trusted
