"""AUD411: a workflow that its platform does not accept."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pipeline_departures import PipelineDepartures
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(PipelineDepartures)
    if fact is None:
        return
    for departure in fact.items:
        message = f"{fact.platform} does not accept this: {departure.message}."
        yield Hit(source.path, departure.line, departure.line, message)


RULE = Rule(
    id="AUD411",
    name="invalid-workflow",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    question="Is the workflow one that its platform accepts?",
    why="A workflow that is not valid never runs, and reports nothing: its checks are silently gone.",
    limits="Checked against the published schemas of GitHub workflows, GitHub actions and GitLab pipelines; what only the platform knows (whether an action takes an input, whether a runner exists) is not seen. Templates of workflows are left alone.",
    fix="Mend the key or the value, or add what is missing.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"pipeline-departures"}),
    check_file=_check,
    examples=(
        Example(
            title="A job without machine, and a key that does not exist",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    steps:\n      - name: nothing\n        run: make\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make scan\n        continue-on-eror: true\n"
            },
            found=(".github/workflows/deploy.yml:3", ".github/workflows/deploy.yml:11"),
        ),
        Example(
            title="An event that does not exist, a job defined twice, and a value of the wrong form",
            files={
                ".github/workflows/ci.yml": "on: [push, pull_requests]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: soon\n    steps:\n      - run: make test\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: soon\n    steps:\n      - run: make test\n"
            },
            found=(".github/workflows/ci.yml:1", ".github/workflows/ci.yml:8", ".github/workflows/ci.yml:10"),
        ),
        Example(
            title="A text that leaves its block, so that the file is no YAML",
            files={
                ".github/workflows/report.yml": "on: push\njobs:\n  report:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cat << EOF\n# Report\n\n**Day:** today\n          EOF\n"
            },
            found=(".github/workflows/report.yml:10",),
        ),
        Example(
            title="A GitLab job with a key and a value that do not exist",
            files={".gitlab-ci.yml": "test:\n  scripts:\n    - make test\n  when: sometimes\n"},
            found=(".gitlab-ci.yml:2", ".gitlab-ci.yml:4"),
        ),
        Example(
            title="A GitLab job under a word that is GitLab's own",
            files={
                ".gitlab-ci.yml": "image:\n  stage: build\n  script: [make image]\nscan:\n  needs: [image]\n  script: [make scan]\n"
            },
            found=(".gitlab-ci.yml:1",),
        ),
        Example(
            title="Valid workflows; a number stands where a text is wanted, which is taken for its text",
            files={
                ".github/workflows/deploy.yml": "on:\n  push:\n    branches: [main, 2.0]\n  workflow_dispatch:\nenv:\n  LEVEL: 3\n  EMPTY:\njobs:\n  deploy:\n    needs: []\n    runs-on: ubuntu-latest\n    steps:\n      - name: scan\n        run: make scan\n        timeout-minutes: 5\n",
                ".github/workflows/tag.yml": "description: Marks what is released.\non:\n  workflow_call:\n    secrets:\n      HOOK:\n  push:\n    tags: '*'\n  pull_request:\n    branches:\njobs:\n  tag:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./.github/actions/tag\n",
                ".github/actions/tag/action.yml": "inputs:\n  name:\n    default: latest\n    type: string\nruns:\n  using: composite\n  steps:\n    - run: make tag\n      shell: bash\n",
                ".gitlab-ci.yml": (
                    ".base: &base\n  image: python:3.11\n.main:\n  rules:\n    - if: $CI_COMMIT_BRANCH\ntest:\n  <<: *base\n  script: make test\n  needs:\n"
                    "  rules:\n    - if: !reference [.main, rules]\n      when: manual\n"
                ),
                "action.yml": "name: set-up\ndescription: Prepares the machine.\nruns:\n  using: composite\n  steps:\n    - run: make set-up\n      shell: bash\n",
            },
        ),
    ),
)
