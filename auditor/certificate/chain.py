"""Walks a chain of certificates from the newest to the first, and names every break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from auditor import __version__
from auditor.certificate.earlier import broken_checks, link_to
from auditor.certificate.report import Check, Status, failed, passed, unknown
from auditor.certificate.verify import Material, verify
from auditor.comparison.compare import compare
from auditor.comparison.marks import is_later
from auditor.comparison.review import place_after
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.codec import loads
from auditor.model.comparison import EarlierCertificate, SignatureState
from auditor.model.forms import is_certificate_id

if TYPE_CHECKING:
    from auditor.certificate.trust import Trust

__all__ = ["CertificateFolder", "ChainWalk", "walk"]

MOST_LINKS = 1000
"""What a hostile folder may make us read."""

Pair = tuple[bytes, bytes]


class CertificateFolder(Protocol):
    """Certificates by their ids."""

    def read(self, certificate_id: str) -> Pair | None:
        """The Markdown and the JSON of a certificate, or None where one of them is not there."""
        ...

    def answering(self, certificate_id: str) -> tuple[tuple[str, str], ...]:
        """Ids and times of the certificates that say that they answer this one, sorted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainWalk:
    """What a chain is walked with: where its certificates are, which keys are trusted, how sums are done again."""

    folder: CertificateFolder
    trust: Trust
    recompute: Callable[[Audit], tuple[str, ...]]


def walk(report: bytes | None, material: ChainWalk) -> tuple[Check, ...]:
    """One check for each link, from the certificate whose JSON this is to the first of its chain; raises nothing."""
    try:
        audit = loads(report) if report is not None else None
    except UserError as error:
        return (failed("chain", f"its JSON cannot be read: {error}"),)
    if audit is None:
        return (failed("chain", "its JSON is not at hand, and so neither is what it answers"),)
    superseded = tuple(
        unknown("chain", f"{name} has answered it on {when}: it is not the newest of its chain")
        for name, when in material.folder.answering(audit.certificate_id)
        if name != audit.certificate_id
    )
    if audit.review is None:
        return (*superseded, passed("chain", "it is the first of its chain: it answers no certificate"))
    return (*superseded, *_links(audit, material))


def _links(audit: Audit, material: ChainWalk) -> Iterator[Check]:
    newer, seen = audit, {audit.certificate_id}
    while newer.review is not None:
        name = newer.review.earlier.certificate_id
        if name in seen or len(seen) > MOST_LINKS:
            yield failed("chain", f"it comes back to {name}: a chain has an end")
            return
        seen.add(name)
        yield from _skipped(newer, newer.review.earlier, material)
        older, check = _link(newer, newer.review.earlier, material)
        yield check
        if older is None:
            return
        newer = older


def _link(newer: Audit, link: EarlierCertificate, material: ChainWalk) -> tuple[Audit | None, Check]:
    name, where = link.certificate_id, f"{newer.certificate_id} answers"
    found = material.folder.read(name) if is_certificate_id(name) else None
    if found is None:
        return None, failed("chain", f"{where} {name}, whose Markdown and JSON are not in the folder")
    certificate, report = found
    made = verify(Material(certificate=certificate, report=report, trust=material.trust, recompute=material.recompute))
    broken = broken_checks(made.checks)
    if broken:
        return None, failed("chain", f"{where} {name}, which is broken: {broken[0].detail}")
    is_now = link_to(certificate, report)
    if not _is_the_answered(is_now, link):
        return None, failed("chain", f"{where} {name}, and the one in the folder is another: its digest differs")
    older = loads(report)
    signature = next(one for one in made.checks if one.name == "signature")
    return older, _judged(newer, older, where, signature, is_now)


def _is_the_answered(found: EarlierCertificate, link: EarlierCertificate) -> bool:
    """Whether this is the very certificate; another signature on it does not make it another."""
    told = (link.certificate_id, link.body_sha256, link.report_sha256)
    return (found.certificate_id, found.body_sha256, found.report_sha256) == told


def _judged(newer: Audit, older: Audit, where: str, signature: Check, link: EarlierCertificate) -> Check:
    name = older.certificate_id
    wrong = next(_contradictions(newer, older), None)
    if wrong is not None:
        return failed("chain", f"{where} {name}{wrong}")
    if link.signature is SignatureState.UNSIGNED:
        return unknown("chain", f"{where} {name}, which is UNSIGNED: nobody vouches for it")
    if signature.status is not Status.PASS:
        return Check("chain", signature.status, f"{where} {name}: {signature.detail}")
    return passed("chain", f"{where} {name} by its digest ({signature.detail}), and accounts for every condition")


def _contradictions(newer: Audit, older: Audit) -> Iterator[str]:
    review = newer.review
    assert review is not None
    if not is_later(newer.scanned_at, older.scanned_at):
        yield f", which is dated {older.scanned_at} and so not before it"
    if newer.repository.name != older.repository.name:
        yield f", which is of another repository: {older.repository.name}"
    if review.place != place_after(older):
        yield f" as number {review.place} of the chain, and number {place_after(older)} would follow it"
    if newer.tool.version == __version__ and compare(older, newer) != review.comparison:
        yield ", and says of it what does not follow from it"


def _skipped(newer: Audit, link: EarlierCertificate, material: ChainWalk) -> Iterator[Check]:
    for name, when in material.folder.answering(link.certificate_id):
        if name != newer.certificate_id and is_later(newer.scanned_at, when):
            yield failed(
                "chain",
                f"{newer.certificate_id} answers {link.certificate_id}, which {name} had answered before on {when}: "
                "what that one says is passed over",
            )
