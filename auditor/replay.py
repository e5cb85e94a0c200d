"""Runs an audit again as it was run: the commit, rubric, options and time that it names, and compares what comes out.

Whoever adds an option of `auditor scan` that changes what an audit says adds it to
`auditor.model.invocation.Invocation`, and hands it on in `replay_request`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from auditor import __version__
from auditor.certificate.difference import Difference, differences
from auditor.certificate.report import Check, failed, passed
from auditor.comparison.review import names_in
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.codec import dumps
from auditor.model.invocation import Invocation, ReadFrom, RubricSource
from auditor.model.outside import GivenEvidence
from auditor.model.repository import Nickname
from auditor.model.rubric import RubricKind
from auditor.pipeline import Request, audit_repository
from auditor.rubric.load import shipped_rubrics
from auditor.rules.registry import RULE_PACK_VERSION, rule_pack_digest

__all__ = ["pinned_rubric", "replay", "replay_request"]

MOST_NAMED = 5
NONE = GivenEvidence()


def replay(  # noqa: PLR0913 - what is replayed, where, and with what
    audit: Audit,
    report: bytes,
    repository: Path,
    *,
    rubric: str | None = None,
    evidence: GivenEvidence = NONE,
    jobs: int = 1,
) -> Check:
    """Whether the audit, run again at its commit, gives the very bytes of its report.

    `rubric` is the file of a rubric that is neither shipped nor in the repository, `evidence` what the audit was given
    from outside. What a re-audit answers is taken as it stands: the chain is walked elsewhere. It fails where the
    audit cannot be run again, and says why; never is what was not replayed taken for replayed.
    """
    obstacle = _obstacle(audit, rubric) or _lacking(audit, evidence)
    if obstacle:
        return failed("replay", f"this cannot be replayed: {obstacle}")
    request = replace(replay_request(audit, repository, rubric, jobs), evidence=evidence)
    try:
        again, _ = audit_repository(request)
    except UserError as error:
        return failed("replay", f"this cannot be replayed: {error}")
    again = replace(again, invocation=_as_read(again.invocation, audit.invocation), review=audit.review)
    content = dumps(again)
    if content == report:
        return passed(
            "replay", f"the audit of commit {audit.repository.commit} gives the JSON report again, byte for byte"
        )
    found = list(islice(differences(json.loads(report), json.loads(content)), MOST_NAMED + 1))
    return failed("replay", f"the audit gives another report: {_told(found)}{_why(audit, again)}")


def replay_request(audit: Audit, repository: Path, rubric: str | None, jobs: int = 1) -> Request:
    """What has to be asked of an audit, so that it says the same. The audit must have no obstacle against it."""
    invocation, identity = audit.invocation, audit.repository
    assert invocation is not None
    return Request(
        repository=repository,
        now=datetime.strptime(audit.scanned_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        revision=identity.commit,
        rubric=pinned_rubric(audit, rubric),
        own_rubric=had_own_rubric(audit),
        components=invocation.components,
        preview=invocation.preview,
        waivers=invocation.waivers,
        jobs=jobs,
        names=names_in(audit),
        kind=RubricKind.FINAL_REVIEW if audit.review else None,
        known_as=Nickname(name=identity.name, revision=identity.revision, shallow=identity.shallow),
    )


def pinned_rubric(audit: Audit, given: str | None) -> str | None:
    """The rubric to ask for: the file that is given, the shipped one of that name, or (None) what the repository names."""
    if given is not None:
        return given
    source = audit.invocation.rubric_from if audit.invocation else RubricSource.SHIPPED
    return audit.rubric.id if source is RubricSource.SHIPPED and audit.rubric.id in shipped_rubrics() else None


def had_own_rubric(audit: Audit) -> bool:
    """Whether it was judged by a rubric of the audited repository: whoever vouches for the audit agreed to that."""
    return audit.invocation is not None and audit.invocation.rubric_from is RubricSource.REPOSITORY


def _as_read(again: Invocation | None, before: Invocation | None) -> Invocation | None:
    """A work tree without changes and its commit hold the same files: which of them was read is no difference."""
    return replace(again, read_from=before.read_from) if again and before else again


def _obstacle(audit: Audit, rubric: str | None) -> str:
    """Why it is in vain to run this audit again; empty where it is not."""
    invocation, identity = audit.invocation, audit.repository
    if invocation is None:
        return f"auditor {audit.tool.version} did not record how it was asked for"
    if not identity.git or identity.commit is None:
        return "no commit holds what was audited"
    if identity.dirty:
        return "the audited work tree differed from its commit, and nobody can say how"
    if invocation.rubric_from is RubricSource.FILE and rubric is None:
        return f"its rubric {audit.rubric.id} ({audit.rubric.digest[:12]}) was a file of the reviewer: give it with --rubric"
    try:
        datetime.strptime(audit.scanned_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return f"{audit.scanned_at!r} is no time"
    return ""


def _lacking(audit: Audit, evidence: GivenEvidence) -> str:
    """Which evidence from outside the audit was given that is not at hand now; empty where it all is."""
    given = {(one.kind, hashlib.sha256(one.content).hexdigest()) for one in evidence.files}
    lacking = [one for one in audit.outside.files if (one.kind, one.sha256) not in given]
    if not lacking:
        return ""
    named = ", ".join(f"{one.kind.value}:{one.name} ({one.sha256[:12]})" for one in lacking)
    return f"it was given evidence from outside that is not at hand: {named}; give it with --evidence"


def _told(found: list[Difference]) -> str:
    more = " and more" if len(found) > MOST_NAMED else ""
    return "; ".join(str(one) for one in found[:MOST_NAMED]) + more if found else "the same, written otherwise"


def _why(old: Audit, new: Audit) -> str:
    """What stands behind the differences, as far as the two audits tell."""
    pack = old.tool.rule_pack
    reasons = []
    if old.tool.version != __version__:
        reasons.append(f"auditor {old.tool.version} issued it, and this is {__version__}")
    if pack.digest != rule_pack_digest():
        reasons.append(
            f"it was judged by rule pack {pack.version} ({pack.digest[:12]}), and this is {RULE_PACK_VERSION}"
        )
    if old.rubric.digest != new.rubric.digest:
        reasons.append(
            f"its rubric was {old.rubric.id} {old.rubric.version} ({old.rubric.digest[:12]}), and this is "
            f"{new.rubric.id} {new.rubric.version} ({new.rubric.digest[:12]}): give the file with --rubric"
        )
    if not reasons and old.invocation and old.invocation.read_from is ReadFrom.WORK_TREE:
        reasons.append("the audit read a work tree, which may have held what no commit holds (ignored or sparse files)")
    return f". Why: {'; '.join(reasons)}" if reasons else ""
