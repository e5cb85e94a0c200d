"""Which jobs run at which start of a workflow."""

import pytest

from auditor.facts.github_value import UNKNOWN, Begins
from auditor.facts.github_workflow import PARSER, GithubWorkflow
from auditor.facts.source import Source
from auditor.facts.workflow_runs import outcomes, plan_of
from auditor.facts.workflow_starts import ANY_START, Start, starts_of
from auditor.model.source import Language, Role, SourceFile

_TAG = Start(event="push", ref=Begins("refs/tags/v"))


def _workflow(text: str) -> GithubWorkflow:
    data = text.encode()
    fact = PARSER.parse(
        Source(SourceFile(".github/workflows/a.yml", "0" * 40, len(data), Language.YAML, Role.SHIPPED), data)
    )
    assert isinstance(fact, GithubWorkflow)
    return fact


def _jobs(**jobs: str) -> str:
    texts = (
        f"  {name}:\n    runs-on: ubuntu-latest\n{text}    steps:\n      - run: make\n" for name, text in jobs.items()
    )
    return "jobs:\n" + "".join(texts)


def test_what_stands_behind_a_skipped_job_is_skipped_however_far() -> None:
    workflow = _workflow(
        "on: push\n"
        + _jobs(
            test="    if: github.ref == 'refs/heads/main'\n",
            build="    needs: test\n    if: always()\n",
            ship="    needs: build\n",
            tell="    needs: ship\n    if: needs.ship.result == 'skipped' && !cancelled()\n",
            odd="    if: vars.ODD == '1'\n",
        )
    )
    found = outcomes(plan_of(workflow), _TAG)
    assert {job: one.runs for job, one in found.items()} == {
        "test": False,
        "build": True,
        "ship": False,
        "tell": None,  # whether it is cancelled is not known before
        "odd": None,
    }
    assert found["ship"].behind == "test"


def test_jobs_that_need_each_other_are_not_judged() -> None:
    workflow = _workflow("on: push\n" + _jobs(one="    needs: two\n", two="    needs: one\n"))
    assert outcomes(plan_of(workflow), _TAG) == {}


@pytest.mark.parametrize(
    ("events", "refs"),
    [
        ("push", {"refs/heads/...", "refs/tags/..."}),
        ("{push: {branches: [main, 'release/**']}}", {"refs/heads/main", "refs/heads/release/..."}),
        ("{push: {tags: ['v*']}}", {"refs/tags/v..."}),
        ("{push: {branches-ignore: [gh-pages]}}", {"refs/heads/..."}),
        ("{push: {paths: [src/**]}}", {"refs/heads/...", "refs/tags/..."}),
        ("pull_request", {"refs/pull/..."}),
        ("{pull_request: {types: [opened, closed]}}", {"refs/pull/...", "refs/heads/..."}),
        ("{push: {branches: ['rc?', 'v[0-9]+']}}", {"refs/heads/r...", "refs/heads/v..."}),
        ("{schedule: [{cron: '0 1 * * *'}]}", {"refs/heads/..."}),
        ("workflow_call", {"refs/..."}),
        ("deployment", {"refs/..."}),
    ],
)
def test_each_event_starts_at_its_refs(events: str, refs: set[str]) -> None:
    workflow = _workflow(f"on: {events}\n" + _jobs(one=""))
    found = starts_of(workflow, ())
    assert {f"{one.ref.prefix}..." if isinstance(one.ref, Begins) else one.ref for one in found} == refs


def test_inputs_are_told_apart_where_conditions_read_them() -> None:
    workflow = _workflow(
        "on:\n  workflow_dispatch:\n    inputs:\n      where: {type: choice, options: [staging, live]}\n"
        "      fast: {type: boolean}\n      note: {default: none}\n"
        + _jobs(one="    if: inputs.where == 'live' && github.event.inputs.note != 'x'\n")
    )
    plan = plan_of(workflow)
    found = starts_of(workflow, tuple(one for one in plan.conditions.values() if one is not None))
    assert {dict(one.inputs).get("where") for one in found} == {"staging", "live"}
    assert {dict(one.inputs).get("note") for one in found} == {UNKNOWN, "none", "x", "live"}
    assert all("fast" not in dict(one.inputs) for one in found)


def test_of_too_many_starts_the_rest_is_any() -> None:
    refs = " || ".join(f"github.ref == 'refs/heads/b{number}'" for number in range(40))
    workflow = _workflow(
        "on:\n  workflow_dispatch:\n    inputs:\n      a: {type: boolean}\n      b: {type: boolean}\n      c: {type: boolean}\n"
        + _jobs(one=f"    if: (inputs.a || inputs.b || inputs.c) && ({refs})\n")
    )
    found = starts_of(workflow, tuple(one for one in plan_of(workflow).conditions.values() if one is not None))
    assert found[-1] == ANY_START
    assert len(found) < 40 * 8
