"""Chains that only a forger makes: they end with a check that fails, and never with an error or without end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from securesystemslib.signer import CryptoSigner

from auditor.certificate.chain import ChainWalk, walk
from auditor.certificate.earlier import link_to, read_earlier
from auditor.certificate.report import Check, Status
from auditor.certificate.trust import plain_trust
from auditor.certificate.verify import Material
from auditor.certificate.write import certificate_files
from auditor.comparison.review import reviewed
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.codec import dumps
from auditor.model.comparison import EarlierCertificate, SignatureState
from tests.certificate.conftest import build
from tests.comparison.build import as_final_review

Pair = tuple[bytes, bytes]


@dataclass
class Folder:
    """Certificates in memory; remembers what it was asked for."""

    pairs: dict[str, Pair] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def read(self, certificate_id: str) -> Pair | None:
        self.asked.append(certificate_id)
        return self.pairs.get(certificate_id)

    def answering(self, certificate_id: str) -> tuple[tuple[str, str], ...]:
        del certificate_id
        return ()

    def add(self, audit: Audit, signer: CryptoSigner | None = None) -> Pair:
        files = certificate_files(audit, signer)
        pair = (files[f"{audit.certificate_id}.md"], files[f"{audit.certificate_id}.json"])
        self.pairs[audit.certificate_id] = pair
        return pair


def nothing(audit: Audit) -> tuple[str, ...]:
    """Takes sums as given: these audits are made by hand."""
    del audit
    return ()


def answer(earlier: Audit, pair: Pair, number: int) -> Audit:
    audit = build(scanned_at=f"2026-12-{number:02}T09:30:00Z")
    return reviewed(as_final_review(audit, f"FIN-SHOP-202612{number:02}-093000"), earlier, link_to(*pair))


def checks(audit: Audit, folder: Folder, *signers: CryptoSigner) -> list[Check]:
    trust = plain_trust(tuple(one.public_key for one in signers))
    return list(walk(dumps(audit), ChainWalk(folder=folder, trust=trust, recompute=nothing)))


def test_links_pass_where_a_trusted_key_signed_and_are_unknown_elsewhere(signer: CryptoSigner) -> None:
    folder = Folder()
    second = answer(build(), folder.add(build(), signer), 2)
    third = answer(second, folder.add(second), 3)
    assert [one.status for one in checks(second, folder, signer)] == [Status.PASS]
    assert [one.status for one in checks(second, folder)] == [Status.UNKNOWN]
    told = checks(third, folder, signer)
    assert [one.status for one in told] == [Status.UNKNOWN, Status.PASS]
    assert "UNSIGNED" in told[0].detail


def test_a_second_signature_breaks_no_link(signer: CryptoSigner) -> None:
    first = certificate_files(build(), signer)
    link = link_to(first[f"{build().certificate_id}.md"], first[f"{build().certificate_id}.json"])
    again = certificate_files(build(), CryptoSigner.generate_ed25519())
    other = link_to(again[f"{build().certificate_id}.md"], again[f"{build().certificate_id}.json"])
    assert link.signers != other.signers
    assert replace(link, signers=()) == replace(other, signers=())


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "FIN-SHOP", "", "FIN-SHOP-20261201-093000/..", "FIN-a-20261201-093000"]
)
def test_an_id_that_is_none_is_never_made_a_path(name: str) -> None:
    folder = Folder()
    second = answer(build(), folder.add(build()), 2)
    assert second.review is not None
    link = replace(second.review.earlier, certificate_id=name)
    (told,) = checks(replace(second, review=replace(second.review, earlier=link)), folder)
    assert told.status is Status.FAIL
    assert folder.asked == []


def circle(size: int) -> tuple[Audit, Folder]:
    """Certificates that each name the next as answered, and the last the first, whatever their digests."""
    folder = Folder()
    made = answer(build(), folder.add(build()), 2)
    assert made.review is not None
    names = [f"FIN-SHOP-20270101-{number:06}" for number in range(size)]
    newest = made
    for number, name in enumerate(names):
        link = replace(made.review.earlier, certificate_id=names[(number + 1) % size])
        audit = replace(made, certificate_id=name, review=replace(made.review, earlier=link))
        newest = audit if number == 0 else newest
        folder.add(audit)
    return newest, folder


def test_a_circle_is_broken_by_its_digests() -> None:
    newest, folder = circle(3)
    (told,) = checks(newest, folder)
    assert "its digest differs" in told.detail
    assert len(folder.asked) == 1


def test_it_ends_at_itself() -> None:
    newest, folder = circle(1)
    (told,) = checks(newest, folder)
    assert told.detail.startswith("it comes back to")
    assert folder.asked == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"place": 7}, "as number 7 of the chain, and number 2 would follow it"),
        ({"comparison": None}, "says of it what does not follow from it"),
    ],
)
def test_what_does_not_follow_from_the_earlier_one_is_told(changes: dict[str, int | None], told: str) -> None:
    folder = Folder()
    second = answer(build(), folder.add(build()), 2)
    assert second.review is not None
    if "place" in changes:
        review = replace(second.review, place=7)
    else:
        dropped = replace(second.review.comparison, answers=second.review.comparison.answers[1:])
        review = replace(second.review, comparison=dropped)
    (check,) = checks(replace(second, review=review), folder)
    assert check.status is Status.FAIL
    assert told in check.detail


def test_dates_and_repositories_are_compared_with_the_earlier_one_itself() -> None:
    folder = Folder()
    first = build(scanned_at="2026-12-02T09:30:00Z")
    second = answer(first, folder.add(first), 2)
    (told,) = checks(second, folder)
    assert "which is dated 2026-12-02T09:30:00Z and so not before it" in told.detail
    other = build(repository=replace(build().repository, name="other"))
    (told,) = checks(answer(other, folder.add(other), 3), folder)
    assert "which is of another repository: other" in told.detail


@pytest.mark.parametrize("report", [None, b"{}", b"\xff", b"[" * 100_000])
def test_a_report_that_cannot_be_read_fails(report: bytes | None) -> None:
    (told,) = walk(report, ChainWalk(folder=Folder(), trust=plain_trust(()), recompute=nothing))
    assert told.status is Status.FAIL


class TestTheEarlierCertificate:
    def material(self, pair: Pair, *signers: CryptoSigner) -> Material:
        keys = tuple(one.public_key for one in signers)
        return Material(certificate=pair[0], report=pair[1], keys=keys, recompute=nothing)

    def test_what_is_known_of_its_signature_is_told(self, signer: CryptoSigner) -> None:
        signed, unsigned = Folder().add(build(), signer), Folder().add(build())
        states = [
            read_earlier(self.material(signed, signer), "x").link.signature,
            read_earlier(self.material(signed), "x").link.signature,
            read_earlier(self.material(unsigned, signer), "x").link.signature,
        ]
        assert states == [SignatureState.TRUSTED, SignatureState.NOT_CHECKED, SignatureState.UNSIGNED]

    def test_where_it_must_be_trusted_nothing_else_is_accepted(self, signer: CryptoSigner) -> None:
        forger = CryptoSigner.generate_ed25519()
        for pair in (Folder().add(build(), forger), Folder().add(build())):
            with pytest.raises(UserError):
                read_earlier(self.material(pair, signer), "x", must_be_trusted=True)

    def test_a_wrong_signature_of_a_known_key_is_refused(self, signer: CryptoSigner) -> None:
        certificate, report = Folder().add(build(), signer)
        other = Folder().add(build(valid_until="2027-12-31"), signer)
        with pytest.raises(UserError, match="broken"):
            read_earlier(self.material((certificate, other[1]), signer), "x")
        with pytest.raises(UserError, match="broken"):
            read_earlier(self.material((other[0], report), signer), "x")

    def test_one_that_does_not_add_up_is_refused(self) -> None:
        pair = Folder().add(build())
        material = replace(self.material(pair), recompute=lambda _: ("The sum is wrong.",))
        with pytest.raises(UserError, match=r"The sum is wrong\."):
            read_earlier(material, "x")

    def test_one_of_an_older_version_that_knew_fewer_fields_can_be_answered(self) -> None:
        old = build(tool=replace(build().tool, version="0.0.1"))
        certificate, report = Folder().add(old)
        without = report.replace(b',\n  "review": null,\n  "change": null', b"")
        assert len(without) < len(report)
        assert read_earlier(self.material((certificate, without)), "x").audit == old

    def test_an_expired_one_can_be_answered(self) -> None:
        link: EarlierCertificate = read_earlier(self.material(Folder().add(build(valid_until="2020-01-01"))), "x").link
        assert link.certificate_id == build().certificate_id
