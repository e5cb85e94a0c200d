"""What is asked of an audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.comparison.names import FIRST_NAMES, ConditionNames
from auditor.model.outside import GivenEvidence

if TYPE_CHECKING:
    from auditor.engine.stopwatch import Stopwatch
    from auditor.model.repository import Nickname
    from auditor.model.rubric import Rubric, RubricKind
    from auditor.repo.byte_store import ByteStore
    from auditor.repo.observed import Observed

__all__ = ["Request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of an audit. `now` is the time that it carries, in UTC; `store` remembers results, `watch` notes times.

    `rubric` is a shipped one or a file of the caller's; with `own_rubric` a file of the audited repository, which its configuration
    names, is one too.
    `criterion` runs only the rules that this criterion needs: its answer is right, no other is. `known_as`
    gives the audit the name, revision and depth of clone that another audit of the same commit had. Whoever adds
    an option that changes what an audit says records it in `Invocation`, and asks for it again in `auditor.replay`.
    Without `waivers` none is applied, and all are shown.
    `evidence` came from outside of the repository. `names` are the ids of conditions that an earlier certificate gave, `kind`
    is a template in place of the rubric's; `judged_by` is a rubric in place of the named one.
    `observed` is what was seen of the work tree, where somebody has looked already.
    """

    repository: Path
    now: datetime
    revision: str | None = None
    rubric: str | None = None
    own_rubric: bool = False
    components: tuple[str, ...] = ()
    jobs: int = 1
    preview: bool = False
    criterion: str | None = None
    known_as: Nickname | None = None
    store: ByteStore | None = None
    watch: Stopwatch | None = None
    waivers: bool = True
    evidence: GivenEvidence = field(default_factory=GivenEvidence)
    names: ConditionNames = FIRST_NAMES
    kind: RubricKind | None = None
    judged_by: Rubric | None = None
    observed: Observed | None = None
