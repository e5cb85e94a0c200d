"""A pipeline that no platform can read proves nothing, whatever could be read of it."""

from __future__ import annotations

import pytest

from auditor.engine.map_stage import map_file
from auditor.evidence.jobs import find_jobs
from auditor.facts.registry import parsers
from auditor.facts.repository import RepositoryFacts
from auditor.facts.work_units import jobs_of_repository, running_jobs
from auditor.model.rubric import JobProbe
from auditor.model.source import Language, Role, SourceFile

_PATH = ".github/workflows/test.yml"
_WORKFLOW = (
    "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - name: all\n        {}run: pytest tests\n"
)


@pytest.mark.parametrize(("broken", "proofs"), [("", 1), ("some/action@v4\n        ", 0)])
def test_a_job_of_a_broken_workflow_is_no_proof(broken: str, proofs: int) -> None:
    data = _WORKFLOW.format(broken).encode()
    file = SourceFile(_PATH, "0" * 40, len(data), Language.YAML, Role.SHIPPED)
    facts = RepositoryFacts((file,), {_PATH: map_file(file, data, parsers(), ()).facts}, frozenset({_PATH}))
    assert len(jobs_of_repository(facts)) == 1
    assert len(list(running_jobs(facts))) == proofs
    assert len(list(find_jobs(facts, JobProbe(workflow=".github/workflows/*.yml", runs="pytest")))) == proofs
