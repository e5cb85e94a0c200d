"""Which jobs of a GitLab pipeline are done before another one begins (https://docs.gitlab.com/ci/yaml/needs/)."""

from __future__ import annotations

from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pipeline_model import Job

__all__ = ["JobOrder"]

_USUAL = (".pre", "build", "test", "deploy", ".post")
_DEFAULT = "test"
_MOST = 1_000
"""Jobs of one pipeline; what has more is none that somebody reads."""


class JobOrder:
    """What each job of a pipeline waits for, worked out once for each that is asked for."""

    def __init__(self, pipeline: GitlabPipeline) -> None:
        ranks = {name: at for at, name in enumerate([one.text for one in pipeline.stages] or _USUAL)}
        self._jobs = {one.id: one for one in pipeline.jobs}
        self._ranks = {one.id: ranks.get(_stage(one), -1) for one in pipeline.jobs}
        self._by_rank = sorted(self._ranks, key=lambda name: self._ranks[name])
        self._known: dict[str, frozenset[str] | None] = {}

    def before(self, job: Job) -> frozenset[str] | None:
        """The jobs that a job waits for: by what it ``needs``, or by the stages; None where a stage is not known, or there are too many jobs."""
        if not self._by_rank or self._ranks[self._by_rank[0]] < 0 or len(self._jobs) > _MOST:
            return None
        if job.id not in self._known:
            self._known[job.id] = frozenset(self._found(job))
        return self._known[job.id]

    def _found(self, job: Job) -> set[str]:
        found: set[str] = set()
        waiting, passed = [job], 0
        while waiting:
            one = waiting.pop()
            names = {need.job for need in one.needs}
            if not _has_needs(one):
                first = passed
                while passed < len(self._by_rank) and self._ranks[self._by_rank[passed]] < self._ranks[one.id]:
                    passed += 1
                names = set(self._by_rank[first:passed])
            new = (names & self._jobs.keys()) - found
            found |= new
            waiting.extend(self._jobs[name] for name in new)
        return found


def _has_needs(job: Job) -> bool:
    return any(key.name == "needs" for key in job.keys)


def _stage(job: Job) -> str:
    return next((key.text for key in job.keys if key.name == "stage"), _DEFAULT)
