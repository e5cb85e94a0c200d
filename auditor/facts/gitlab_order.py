"""Which jobs of a GitLab pipeline are done before another one begins (https://docs.gitlab.com/ci/yaml/needs/)."""

from __future__ import annotations

from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pipeline_model import Job

__all__ = ["done_before"]

_USUAL = (".pre", "build", "test", "deploy", ".post")
_DEFAULT = "test"


def done_before(job: Job, pipeline: GitlabPipeline) -> frozenset[str] | None:
    """The jobs that a job waits for: by what it ``needs``, or by the stages; None where its stage is not known."""
    order = [one.text for one in pipeline.stages] or list(_USUAL)
    stages = {one.id: _stage(one) for one in pipeline.jobs}
    known = {one.id: one for one in pipeline.jobs}
    if any(stage not in order for stage in stages.values()):
        return None
    found: set[str] = set()
    waiting = [job]
    while waiting:
        one = waiting.pop()
        if _has_needs(one):
            names = {need.job for need in one.needs}
        else:
            at = order.index(stages[one.id])
            names = {name for name, stage in stages.items() if order.index(stage) < at}
        new = (names & known.keys()) - found
        found |= new
        waiting.extend(known[name] for name in new)
    return frozenset(found)


def _has_needs(job: Job) -> bool:
    return any(key.name == "needs" for key in job.keys)


def _stage(job: Job) -> str:
    return next((key.text for key in job.keys if key.name == "stage"), _DEFAULT)
