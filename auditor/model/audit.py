"""The audit: everything that a certificate says, and the JSON report field by field."""

from dataclasses import dataclass, field

from auditor.model.comparison import Comparison, Review
from auditor.model.finding import Finding
from auditor.model.invocation import Invocation
from auditor.model.outcome import ComponentResult, Condition, Decision, Score, Verdict, Waiver
from auditor.model.outside import Outside
from auditor.model.repository import RepositoryIdentity
from auditor.model.source import LeftOut

__all__ = [
    "SCHEMA", "Audit", "Band", "FileRecord", "GradeTable", "InventorySummary", "RubricIdentity", "RulePack",
    "SecretRow", "Tool", "UnjudgedFile", "waived_in",
]  # fmt: skip

SCHEMA = "https://auditor.dev/schema/report/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """Which rules ran: version and sha256 over their sources."""

    version: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Which tool issued this."""

    name: str
    version: str
    rule_pack: RulePack


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Scores of `floor` and more get `grade` (and `status` in words) until the next band begins."""

    floor: int
    grade: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeTable:
    """What the rubric's numbers are: bands, impact per severity, thresholds of the decision."""

    bands: tuple[Band, ...]
    impacts: tuple[tuple[str, int], ...]
    go_score: int
    go_coverage: int
    no_go_below: int
    blocker_cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricIdentity:
    """Which rubric: id, version and sha256 over its resolved content; its `kind` is the certificate's template."""

    id: str
    title: str
    version: str
    digest: str
    kind: str
    sections: tuple[tuple[str, str], ...]
    grades: GradeTable


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRow:
    """One name that the repository uses as secret or setting, and where it is taken care of (``path:line``)."""

    name: str
    first_use: str
    declared: str | None
    validated: str | None
    passed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file that the certificate cites: its lines, git blob id and the sha256 of its content."""

    path: str
    lines: int
    blob: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnjudgedFile:
    """A file that could not be judged, or not in full."""

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InventorySummary:
    """What was scanned: files and lines by language and by role, what was left out, what could not be judged."""

    files: int
    lines: int
    by_language: tuple[tuple[str, int, int], ...]
    by_role: tuple[tuple[str, int], ...]
    left_out: tuple[LeftOut, ...]
    unjudged: tuple[UnjudgedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit of one snapshot. Times are RFC 3339 in UTC, ending in Z; `valid_until` is a date.

    `invocation` is None in reports of a time before it was recorded: those cannot be replayed. `waivers` are those that
    count; `void_waivers`, those that do not: expired, refused, stale, or left aside.
    `review` is there where it answers an earlier certificate. `change` compares it with the audit of a merge
    base; a report has it and a certificate never does, as nobody can check it without that other audit.
    """

    schema: str
    certificate_id: str
    tool: Tool
    repository: RepositoryIdentity
    rubric: RubricIdentity
    scanned_at: str
    valid_until: str
    decision: Decision
    score: Score
    verdict: Verdict
    components: tuple[ComponentResult, ...]
    conditions: tuple[Condition, ...]
    waivers: tuple[Waiver, ...]
    findings: tuple[Finding, ...]
    secrets: tuple[SecretRow, ...]
    inventory: InventorySummary
    evidence_files: tuple[FileRecord, ...]
    limits: tuple[str, ...]
    invocation: Invocation | None = None
    void_waivers: tuple[Waiver, ...] = ()
    outside: Outside = field(default_factory=Outside)
    review: Review | None = None
    change: Comparison | None = None


def waived_in(audit: Audit) -> frozenset[str]:
    """The fingerprints of findings that a waiver covers."""
    return frozenset(one.fingerprint for one in audit.findings if one.waived_by is not None)
