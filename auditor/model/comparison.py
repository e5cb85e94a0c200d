"""What changed between two audits, and how a re-audit answers the certificate before it."""

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.finding import Severity
from auditor.model.outcome import Decision, Outcome, Priority

__all__ = [
    "Answer", "AuditMark", "Cause", "Comparison", "ConditionState", "CriterionChange", "EarlierCertificate",
    "FindingMark", "Review", "ScoreChange", "SignatureState", "Standing",
]  # fmt: skip


class ConditionState(StrEnum):
    """What became of a condition. Only RESOLVED is done; NOT_ASKED is neither done nor forgotten."""

    OPEN = "open"
    PARTLY_RESOLVED = "partly-resolved"
    RESOLVED = "resolved"
    WAIVED = "waived"
    REGRESSED = "regressed"
    NOT_ASKED = "no-longer-asked"


class SignatureState(StrEnum):
    """What was known of the signature of an earlier certificate when it was answered."""

    UNSIGNED = "unsigned"
    NOT_CHECKED = "signed, not checked against a key"
    TRUSTED = "signed by a trusted key"


class Cause(StrEnum):
    """Why a score moved: which of its inputs differ."""

    CODE = "code"
    OTHER_CODE = "code of other components"
    COMPONENTS = "components"
    RUBRIC = "rubric"
    RULE_PACK = "rule pack"
    WAIVERS = "waivers"
    EVIDENCE = "evidence"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditMark:
    """Which audit is compared: what identifies it, what it was made with, and what it came to."""

    certificate_id: str
    scanned_at: str
    repository: str
    commit: str | None
    tree: str | None
    dirty: bool
    decision: Decision
    overall: int
    as_found: int
    tool: str
    rubric: str
    rubric_version: str
    rubric_digest: str
    rule_pack: str
    rule_pack_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMark:
    """A finding, as much of it as a list of changes needs."""

    fingerprint: str
    rule: str
    name: str
    severity: Severity
    component: str
    path: str
    start_line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionChange:
    """A criterion of a component whose answer or cost differs. None stands for a side that does not ask it."""

    id: str
    component: str
    question: str
    severity: Severity
    blocker: bool
    before: Outcome | None
    after: Outcome | None
    cost_before: int
    cost_after: int

    @property
    def matters(self) -> bool:
        """Whether there is more to it than being asked, or not being asked any more, at no cost."""
        return self.cost_before != self.cost_after or None not in (self.before, self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChange:
    """The score of a component (or of the whole) on both sides; None where it was not scored. `causes` say why it moved."""

    component: str
    title: str
    before: int | None
    after: int | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a certificate says of one condition of its chain: its own, or one that it has answered.

    The id belongs to the criterion and component for the whole chain. `raised_in` and `resolved_in` are
    ids of certificates (`resolved_in` stays when it regresses). `decided` is False where nobody could tell
    whether it is met. `findings` are all of them as found, sorted; `digest` is the component's.
    """

    id: str
    criterion: str
    component: str
    title: str
    priority: Priority
    state: ConditionState
    decided: bool
    findings: tuple[str, ...]
    digest: str
    raised_in: str
    resolved_in: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the newer audit answers a condition: its state with the reason, findings that are gone and that are new.

    `now` is the id of the open condition that it is today, None where there is none.
    """

    before: Standing
    state: ConditionState
    reason: str
    gone: tuple[str, ...]
    added: tuple[str, ...]
    now: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two audits of one repository side by side.

    `answers` has every condition of the older one's chain, `raised` those that it did not have. `notes` say
    what a reader must know to judge the comparison itself.
    """

    old: AuditMark
    new: AuditMark
    overall: ScoreChange
    components: tuple[ScoreChange, ...]
    answers: tuple[Answer, ...]
    raised: tuple[Standing, ...]
    criteria: tuple[CriterionChange, ...]
    findings_added: tuple[FindingMark, ...]
    findings_resolved: tuple[FindingMark, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCertificate:
    """The certificate that a re-audit answers, by id and digest.

    `body_sha256` is of its Markdown above the signature section: what its signatures sign, and what stays
    when another signature is added. `report_sha256` is of its JSON. `signers` are the key ids of its envelope.
    """

    certificate_id: str
    body_sha256: str
    report_sha256: str
    signature: SignatureState
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The link of a re-audit to what it answers. `place` is its number in the chain: the first re-audit is 2."""

    earlier: EarlierCertificate
    place: int
    comparison: Comparison
