"""The certificate of a work tree of which nothing has changed: said again with another time, and signed anew.

Of a certificate everything is remembered but the signature. What it says depends on the work tree as git and the file
system show it, on this installation, on what was asked, on the day, and on the time, which stands in places that are
known. It is used again only by the key that signed it before: with it a row is marked, so that nobody who can write into
a cache brings a text under a signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.certificate.envelope import seal, split
from auditor.certificate.files import signed_files
from auditor.certificate.keys import private_mark
from auditor.certificate.statement import PREDICATE_TYPE, predicate, repository_subject, statement_about
from auditor.repo.configured_folder import configured_folder
from auditor.repo.installation import installation_digest

if TYPE_CHECKING:
    from auditor.certificate.signing_library import CryptoSigner
    from auditor.model.audit import Audit
    from auditor.model.codec import LongReport
    from auditor.pipeline import Audited
    from auditor.repo.observed import Observed
    from auditor.request import Request

__all__ = ["Issued", "recall", "remember"]

_LARGEST = 256 * 1024 * 1024
_MARK_BYTES = 32
_TIME, _MOMENT, _SHOWN = "%Y%m%d-%H%M%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S UTC"
_TIME_LENGTH = len("20261201-093000")


@dataclass(frozen=True, slots=True)
class _Head:
    """What a row says of itself: of which state of the work tree and which day it is, id and time of the certificate.

    `out` is the folder that the configuration names, `said` is signed beside the digests of files, `report` counts the bytes of the
    packed report.
    """

    state: str
    day: str
    name: str
    scanned_at: str
    out: str
    said: str
    report: int


@dataclass(frozen=True)
class Issued:
    """A certificate as it is issued now."""

    name: str
    out: Path | None
    report: bytes
    _body: bytes
    _said: Mapping[str, object]

    @property
    def decision(self) -> str:
        """GO, CONDITIONAL or NO-GO."""
        said = self._said["predicate"]
        assert isinstance(said, dict)
        return str(said["decision"])

    @cached_property
    def audit(self) -> Audit:
        """The audit that it is about, read from its report."""
        from auditor.model.codec import loads  # noqa: PLC0415 - pydantic, for those alone who print or convert it

        return loads(self.report)

    def files(self, signer: CryptoSigner) -> Mapping[str, bytes]:
        """Its files, signed."""
        stated = statement_about(
            self._said["repository"], self.name, self._body, self.report, PREDICATE_TYPE, self._said["predicate"]
        )
        return signed_files(self.name, self._body, self.report, seal(stated, signer))


def recall(request: Request, observed: Observed, signer: CryptoSigner) -> Issued | None:
    """The certificate of a work tree as it is observed, where the same was asked before, today, and signed by this key."""
    if request.store is None:
        return None
    key = _key(request, observed, signer)
    row = request.store.load((key,)).get(key, b"")
    mark, rest = row[:_MARK_BYTES], row[_MARK_BYTES:]
    if not rest or not hmac.compare_digest(mark, _mark(rest, key, signer)):
        return None
    first, _, packed = rest.partition(b"\n")
    with suppress(ValueError, TypeError, RecursionError, zlib.error):
        head = _Head(*json.loads(first))
        if (head.state, head.day) == (observed.state(), request.now.date().isoformat()):
            return _at_this_time(head, packed, request)
    return None


def remember(
    request: Request,
    observed: Observed,
    signer: CryptoSigner,
    audited: Audited,
    files: Mapping[str, bytes | LongReport],
) -> None:
    """Remember a certificate that was issued, where the time stands in no other place than its own."""
    audit, store = audited.audit, request.store
    report, text = files[f"{audit.certificate_id}.json"], files[f"{audit.certificate_id}.md"]
    assert isinstance(text, bytes)  # which a report alone need not be
    body = split(text).body
    if store is None or not audited.settled or not observed.is_at_rest(store.now) or not _is_timed(audit, report):
        return
    said = json.dumps({"repository": repository_subject(audit), "predicate": predicate(audit)})
    packer = zlib.compressobj(1)
    packed = b"".join([*map(packer.compress, _pieces(report)), packer.flush()])
    out = audited.configuration.out or ""
    day = request.now.date().isoformat()
    head = [observed.state(), day, audit.certificate_id, audit.scanned_at, out, said, len(packed)]
    rest = json.dumps(head).encode("ascii") + b"\n" + packed + zlib.compress(body, 1)
    key = _key(request, observed, signer)
    store.keep({key: _mark(rest, key, signer) + rest})


def _key(request: Request, observed: Observed, signer: CryptoSigner) -> bytes:
    """What stands for everything that was asked, of which installation, and by whom."""
    asked = [
        str(observed.repository.folder), request.rubric, request.own_rubric, request.components, request.preview,
        request.waivers, signer.public_key.keyid,
    ]  # fmt: skip
    return b"issued" + hashlib.sha256(installation_digest() + json.dumps(asked).encode("ascii")).digest()


def _mark(rest: bytes, key: bytes, signer: CryptoSigner) -> bytes:
    return hashlib.blake2b(key + rest, key=private_mark(signer), digest_size=_MARK_BYTES).digest()


def _at_this_time(head: _Head, packed: bytes, request: Request) -> Issued:
    """The certificate with the time of this request in the places of the earlier one."""
    name = head.name[:-_TIME_LENGTH] + request.now.strftime(_TIME)
    times = (request.now.strftime(_MOMENT), request.now.strftime(_SHOWN))
    old = (head.name, head.scanned_at, _shown(head.scanned_at))
    report, body, said = _expanded(packed[: head.report]), _expanded(packed[head.report :]), head.said.encode()
    for before, after in zip(old, (name, *times), strict=True):
        report, body, said = (one.replace(before.encode(), after.encode()) for one in (report, body, said))
    return Issued(name, configured_folder(request.repository, head.out or None), report, body, json.loads(said))


def _is_timed(audit: Audit, report: bytes | LongReport) -> bool:
    """Whether id and time stand where they belong alone: once each, and the id in the command of each condition.

    What the text says comes out of the report, whose grave accents alone it may leave away.
    """
    name, start = audit.certificate_id, f"`auditor verify {audit.certificate_id}.md "
    commands = [one.acceptance for one in audit.conditions]
    named = [text for text in commands if name in text]
    if not all(text.startswith(start) and text.count(name) == 1 for text in named):
        return False
    times = [text.encode() for text in (name, audit.scanned_at, _shown(audit.scanned_at))]
    plain = (piece.replace(b"`", b"") for piece in _pieces(report))  # which end between findings, and in no text
    counts = [sum(found) for found in zip(*([piece.count(text) for text in times] for piece in plain), strict=True)]
    return counts == [1 + len(named), 1, 0]


def _pieces(report: bytes | LongReport) -> Iterable[bytes]:
    return [report] if isinstance(report, bytes) else report


def _shown(scanned_at: str) -> str:
    """The time as the text of a certificate says it."""
    return scanned_at.removesuffix("Z").replace("T", " ") + " UTC"


def _expanded(packed: bytes) -> bytes:
    expander = zlib.decompressobj()
    plain = expander.decompress(packed, _LARGEST)
    if not expander.eof:
        raise ValueError("it is too large")
    return plain
