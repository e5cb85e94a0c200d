"""Evidence from outside of the repository: the files that were given, and what an audit says of them."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["AbsentReport", "EvidenceFile", "EvidenceKey", "GivenEvidence", "Outside", "OutsideFile", "ReportKind"]


class ReportKind(StrEnum):
    """The kinds of files that ``--evidence KIND:PATH`` takes."""

    JUNIT = "junit"
    COVERAGE = "coverage"
    SARIF = "sarif"
    RUNS = "runs"
    SCORECARD = "scorecard"
    ATTESTATION = "attestation"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file as it was given: its kind, its name without folders, its bytes, and those of the signature beside it."""

    kind: ReportKind
    name: str
    content: bytes
    signature: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKey:
    """An Ed25519 public key whose signature under an attestation counts: its id, and its 32 bytes."""

    keyid: str
    public: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvidence:
    """What the reviewer gave: files, and the keys whose signatures under attestations count."""

    files: tuple[EvidenceFile, ...] = ()
    keys: tuple[EvidenceKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideFile:
    """One file in the certificate: which it was (sha256, bytes), what it says, and whether it counts.

    `produced` (RFC 3339, UTC) and `commit` are what the file says of itself, None where it does not.
    `refused` is the reason for which nothing of it counts, empty where it does. `signed_by` is the id of
    the key whose signature under an attestation was checked; `signature_sha256` is that of the file with it.
    `valid_until` (YYYY-MM-DD) is where an attestation ends.
    """

    kind: ReportKind
    name: str
    sha256: str
    size: int
    says: str
    produced: str | None
    commit: str | None
    refused: str
    signature_sha256: str | None = None
    signed_by: str | None = None
    valid_until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentReport:
    """A kind of evidence that the rubric asks for and that no file which counts gives: the criteria that asked."""

    kind: ReportKind
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """All evidence from outside of one audit: files by kind and name, what is absent, and the ids of the keys that were given."""

    files: tuple[OutsideFile, ...] = ()
    absent: tuple[AbsentReport, ...] = ()
    keys: tuple[str, ...] = ()
