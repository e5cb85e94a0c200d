"""GitHub workflows: structure and exact lines, and no crash on any bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.base import ParseFailure
from auditor.facts.github_workflow import PARSER, GithubWorkflow
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

_TEXT = """\
name: Deploy
on:
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      version:
        required: true
env:
  TIER: prod
jobs:
  build:
    runs-on: ubuntu-latest
    outputs:
      version: ${{ steps.v.outputs.version }}
    strategy:
      matrix:
        python: ['3.11', '3.12']
    steps:
      - uses: actions/checkout@v4
        with:
          ref: main
      - id: v
        name: Version
        working-directory: app
        run: |

          # find it
          echo "version=${{ inputs.version }}" \\
            >> $GITHUB_OUTPUT
      - run: >
          make
          build

          make test
  deploy:
    needs: [build]
    if: github.ref == 'refs/heads/main'
    environment:
      name: production
    runs-on: ubuntu-latest
    steps:
      - run: ./deploy.sh ${{ needs.build.outputs.version }}
        continue-on-error: true
"""


def _parse(data: bytes) -> GithubWorkflow:
    path = ".github/workflows/deploy.yml"
    fact = PARSER.parse(Source(SourceFile(path, "0" * 40, len(data), Language.YAML, Role.SHIPPED), data))
    assert isinstance(fact, GithubWorkflow)
    return fact


def test_a_workflow_is_read_with_its_lines() -> None:
    workflow = _parse(_TEXT.encode())
    assert [(one.name, one.line) for one in workflow.triggers] == [("push", 3), ("workflow_dispatch", 5)]
    assert [(one.name, one.required) for one in workflow.inputs] == [("version", True)]
    build, deploy = workflow.jobs
    assert (build.id, build.line, build.matrix.axes) == ("build", 12, (("python", ("3.11", "3.12")),))
    assert [(one.job, one.line) for one in deploy.needs] == [("build", 37)]
    assert (deploy.environment.text, deploy.environment.line) == ("production", 39)
    assert deploy.steps[0].continue_on_error.line == 44
    assert build.steps[1].working_directory.text == "app"


def test_the_lines_of_block_and_folded_texts_are_those_of_the_file() -> None:
    build = _parse(_TEXT.encode()).jobs[0]
    literal, folded = build.steps[1].program, build.steps[2].program
    assert literal is not None
    assert folded is not None
    assert [(one.name, one.line, one.end_line) for one in all_commands(literal.body)] == [("echo", 29, 30)]
    assert [(one.text, one.line) for one in literal.comments] == [("find it", 28)]
    assert [(one.texts, one.line) for one in all_commands(folded.body)] == [
        (("make", "build"), 32),
        (("make", "test"), 35),
    ]


def test_expressions_and_conditions_have_their_lines() -> None:
    build, deploy = _parse(_TEXT.encode()).jobs
    assert [(one.text, one.line) for one in build.expressions] == [
        ("steps.v.outputs.version", 15),
        ("inputs.version", 29),
    ]
    assert [(one.text, one.line) for one in deploy.expressions] == [
        ("needs.build.outputs.version", 43),
        ("github.ref == 'refs/heads/main'", 38),
    ]


def test_a_step_in_another_shell_is_no_shell_program() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: windows-latest\n    steps:\n      - run: Write-Host hi\n        shell: pwsh\n"
    assert _parse(text.encode()).jobs[0].steps[0].program is None


@pytest.mark.parametrize(
    "text",
    [
        "jobs: {a: {runs-on: x, steps: []}}\n",
        "on: push\n",
        "- a\n- b\n",
        "",
        "on: push\njobs: [\n",
        "{% if x %}\non: push\n{% endif %}\njobs: {}\n",
        "on: push\njobs:\n  {{ name }}:\n    runs-on: {{ os }}\n",
    ],
)
def test_what_is_no_workflow_is_a_parse_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        _parse(text.encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_parser(data: bytes) -> None:
    try:
        workflow = _parse(b"on: push\njobs:\n  a:\n    steps:\n      - run: |\n          " + data)
    except ParseFailure:
        return  # said so, and did not crash
    assert workflow.jobs[0].id == "a"
