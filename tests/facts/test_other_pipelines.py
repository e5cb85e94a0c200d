"""Pipelines of other services: jobs, steps, programs and their exact lines, and no crash on any bytes."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.base import ParseFailure
from auditor.facts.groovy_tokens import tokens_of
from auditor.facts.jenkins_pipeline import jenkins_jobs
from auditor.facts.other_pipelines import PARSER, OtherPipeline
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

_AZURE = """\
variables:
  TIER: prod
stages:
  - stage: Check
    jobs:
      - job: unit
        continueOnError: true
        steps:
          - script: |
              make lint
              make test
            displayName: Test it
          - ${{ if eq(variables.TIER, 'prod') }}:
              - task: Bash@3
                inputs:
                  targetType: inline
                  script: make scan
  - stage: Ship
    jobs:
      - deployment: live
        dependsOn: unit
        environment: production
        strategy:
          canary:
            deploy:
              steps:
                - bash: make ship
            on:
              failure:
                steps:
                  - bash: make undo
"""
_CIRCLE = """\
jobs:
  test:
    docker: [{image: python}]
    steps:
      - checkout
      - run: make test
      - when:
          condition: << parameters.all >>
          steps:
            - run:
                name: Slow tests
                command: |
                  make slow
  ship:
    steps: [{run: make ship}]
workflows:
  main:
    jobs:
      - test
      - ok: {type: approval}
      - ship: {requires: [test, ok]}
"""
_BITBUCKET = """\
pipelines:
  branches:
    main:
      - parallel:
          - step:
              name: Ship
              deployment: production
              trigger: manual
              script:
                - make ship
                - make verify
              after-script: [make tidy]
"""
_DRONE = "kind: pipeline\nname: test\nsteps:\n  - name: unit\n    image: go\n    failure: ignore\n    commands:\n      - make a\n      - make b\n"
_WOODPECKER = "pipeline:\n  unit:\n    image: go\n    commands: [make a]\n"
_TRAVIS = "install: make deps\nscript:\n  - make test\njobs:\n  include:\n    - stage: ship\n      script: make ship\n"
_CLOUD = "steps:\n  - name: python\n    id: unit\n    entrypoint: bash\n    args: ['-c', 'make test']\n  - name: python\n    args: [--version]\n  - name: x\n    script: make scan\n"
_CODE = "phases:\n  build:\n    on-failure: CONTINUE\n    commands: [make a]\n    finally: [make b]\n"
_TASK = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: scan}\nspec:\n  steps:\n    - name: a\n      onError: continue\n      script: |\n        make a\n    - name: b\n      script: |\n        #!/usr/bin/env python\n        print(1)\n"
_POWER = _TASK.replace("env python", "env pwsh")
_PIPELINE = "apiVersion: tekton.dev/v1\nkind: Pipeline\nspec:\n  tasks:\n    - name: one\n      runAfter: [zero]\n      taskSpec:\n        steps:\n          - command: [/bin/sh, -c]\n            args: [make a]\n"
_ARGO = "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nspec:\n  workflowSpec:\n    templates:\n      - name: save\n        script:\n          command: [bash]\n          source: |\n            make save\n      - name: py\n        script: {command: [python], source: print(1)}\n      - name: run\n        container:\n          command: [sh, -c]\n          args: ['make run']\n"
_SHELLS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  entrypoint: a
  templates:
    - {name: a, container: {command: [sh, -c, make a]}}
    - {name: b, container: {command: [bash, -o, pipefail, -c], args: [make b, more]}}
    - {name: c, container: {command: [/bin/bash], args: [-o, pipefail, -c, make c]}}
    - {name: d, container: {command: [env, A=b, bash, -euo, pipefail, -c, make d]}}
    - {name: e, container: {command: [bash, -e, +o, posix, -c], args: [make e]}}
    - {name: f, container: {command: [sh], args: [run.sh, -o, x]}}
    - {name: g, container: {command: bash -c, args: [make g]}}
    - {name: h, container: {command: [pwsh, -c], args: [make h]}}
    - {name: i, container: {command: [sh, -c]}}
    - {name: l, container: {command: [run, it], args: [bash, -c, make l]}}
    - {name: j, script: {command: [pwsh], source: make j}}
    - {name: k, container: {command: [bash, --noprofile, --norc, -co, pipefail], args: [make k]}}
"""
_JENKINS = """\
// a comment with { a bracket
pipeline {
  agent any
  environment { NAME = 'x{' }
  stages {
    stage('Unit') {
      when { expression { return sh('x') } }
      steps {
        sh 'make "a"'
        sh '''
          make b
        '''
      }
    }
    stage('Ship') {
      steps {
        input message: 'Go?'
        echo "shipping ${NAME}"
        warnError('no') { sh(label: 'x', script: "make \\"ship\\"") }
      }
    }
    stage('Told') { steps { echo "it's told" } }
    stage('More') { steps { echo 'told'; deployTo 'live' } }
  }
  post { failure { sh 'make undo' } }
}
"""


def _read(path: str, text: str) -> OtherPipeline | None:
    language = Language.YAML if path.endswith(("yml", "yaml")) else Language.TEXT
    source = Source(SourceFile(path, "", 0, language, Role.SHIPPED), text.encode())
    assert PARSER.accepts(source.file)
    found = PARSER.parse(source)
    assert found is None or isinstance(found, OtherPipeline)
    return found


def _commands(path: str, text: str) -> list[tuple[str, str, int]]:
    """Job, command and line of everything that runs."""
    fact = _read(path, text)
    assert fact is not None
    steps = [(job.id, step) for job in fact.jobs for step in job.steps]
    return [
        (job, one.text, one.line)
        for job, step in steps
        if step.program is not None
        for one in all_commands(step.program.body)
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("azure-pipelines.yml", _AZURE, [("unit", "make lint", 10), ("unit", "make test", 11), ("unit", "make scan", 17), ("live", "make ship", 27), ("live", "make undo", 31)]),
        (".azure-pipelines/steps.yml", "steps:\n  - script: make a\n", [("job", "make a", 2)]),
        (".circleci/config.yml", _CIRCLE, [("test", "make test", 6), ("test", "make slow", 13), ("ship", "make ship", 15)]),
        ("bitbucket-pipelines.yml", _BITBUCKET, [("Ship", "make ship", 10), ("Ship", "make verify", 11), ("Ship", "make tidy", 12)]),
        (".drone.yml", _DRONE, [("test", "make a", 8), ("test", "make b", 9)]),
        (".woodpecker/ci.yml", _WOODPECKER, [("pipeline", "make a", 4)]),
        (".travis.yml", _TRAVIS, [("build", "make deps", 1), ("build", "make test", 3), ("ship", "make ship", 7)]),
        ("cloudbuild.yaml", _CLOUD, [("build", "make test", 5), ("build", "make scan", 9)]),
        ("buildspec.yml", _CODE, [("build", "make a", 4), ("build", "make b", 5)]),
        ("ci/task.yaml", _TASK, [("scan", "make a", 9)]),
        ("ci/power.yaml", _POWER, [("scan", "make a", 9)]),
        ("ci/pipeline.yaml", _PIPELINE, [("one", "make a", 10)]),
        ("ci/argo.yaml", _ARGO, [("save", "make save", 10), ("run", "make run", 16)]),
        ("ci/shells.yaml", _SHELLS, [("a", "make a", 6), ("b", "make b", 7), ("c", "make c", 8), ("d", "make d", 9), ("e", "make e", 10), ("f", "run.sh", 11), ("g", "make g", 12), ("k", "make k", 17)]),
        ("cloudbuild.yml", "steps:\n  - entrypoint: bash\n    args: [-o, pipefail, -c, make a]\n  - entrypoint: pwsh\n    args: [-c, make b]\n", [("build", "make a", 3)]),
        ("Jenkinsfile", _JENKINS, [("Unit", "make a", 9), ("Unit", "make b", 11), ("Ship", "echo shipping ${NAME}", 18), ("Ship", "make ship", 19), ("Told", "echo its told", 22), ("post", "make undo", 25)]),
    ],
)  # fmt: skip
def test_every_command_is_seen_at_its_line(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    assert _commands(path, text) == expected


def test_what_is_said_of_jobs_and_steps_is_kept() -> None:
    azure, circle, bitbucket = (
        _read(path, text)
        for path, text in (
            ("azure-pipelines.yml", _AZURE),
            (".circleci/config.yml", _CIRCLE),
            ("bitbucket-pipelines.yml", _BITBUCKET),
        )
    )
    assert azure is not None
    assert circle is not None
    assert bitbucket is not None
    unit, live = azure.jobs
    assert (unit.continue_on_error.text, unit.continue_on_error.line, unit.steps[0].name) == ("true", 7, "Test it")
    assert (live.environment.text, [need.job for need in live.needs]) == ("production", ["unit"])
    assert [(job.id, job.manual, [need.job for need in job.needs]) for job in circle.jobs] == [
        ("test", False, []),
        ("ship", True, ["test", "ok"]),
    ]
    assert (bitbucket.jobs[0].manual, bitbucket.jobs[0].environment.text) == (True, "production")


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [(".drone.yml", _DRONE, 6), ("buildspec.yml", _CODE, 3), ("ci/task.yaml", _TASK, 7), ("Jenkinsfile", _JENKINS, 19)],
)
def test_a_failure_that_is_tolerated_is_known_with_its_line(path: str, text: str, line: int) -> None:
    fact = _read(path, text)
    assert fact is not None
    assert line in {
        step.continue_on_error.line for job in fact.jobs for step in job.steps if step.continue_on_error.text == "true"
    }


def test_what_catches_errors_tolerates_only_what_it_is_around() -> None:
    text = (
        "pipeline { stages { stage('Check') { steps {\n"
        "sh 'make test'\n"
        "catchError(buildResult: 'SUCCESS') { dir('docs') { sh 'make links' }; sh 'make spelling' }\n"
        "sh 'make scan'\n"
        "} } } }\n"
    )
    (job,) = jenkins_jobs(text)
    read = [(step.continue_on_error.line, step.program) for step in job.steps]
    told = [(line, [one.text for one in all_commands(program.body)]) for line, program in read if program is not None]
    assert told == [(0, ["make test"]), (3, ["make links", "make spelling"]), (0, ["make scan"])]


def test_a_stage_that_waits_for_somebody_is_manual() -> None:
    assert [job.id for job in jenkins_jobs(_JENKINS) if job.manual] == ["Ship"]


def test_a_pipeline_that_is_no_yaml_is_named_and_read_for_what_it_says() -> None:
    broken = "version: 2.1\njobs:\n  ship:\n    docker: [{image: shop}]\n    steps:\n      - run: ./ship.sh\nbad: [\n"
    with pytest.raises(ParseFailure) as caught:
        _read(".circleci/config.yml", broken)
    assert isinstance(caught.value.partial, OtherPipeline)
    assert [job.id for job in caught.value.partial.jobs] == ["ship"]


def test_a_template_of_a_chart_that_is_no_yaml_is_no_pipeline() -> None:
    text = "{{- if .Values.on }}\napiVersion: argoproj.io/v1alpha1\nkind: Workflow\n{{- end }}\nspec: [\n"
    assert _read("charts/shop/templates/work.yaml", text) is None


def test_what_is_no_pipeline_gives_nothing() -> None:
    assert _read("values.yaml", "steps: [a]\n") is None
    assert _read("azure-pipelines.yml", "{{ a\n") is None
    assert _read("ci/other.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\n") is None
    assert _read("Jenkinsfile", "node { sh 'make' }\n") is None


def test_unclosed_strings_and_brackets_end_with_the_text() -> None:
    assert [token.text for token in tokens_of('a \'b\nc }}} """d')][:2] == ["a", "'"]
    assert jenkins_jobs("pipeline { stage('a') { steps { sh 'make' ") != ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'''a\\'''b'''c", [("text", "a'''b"), ("word", "c")]),
        ("'''''' '' a", [("text", ""), ("text", ""), ("word", "a")]),
        ("'''a \"\"\"b'c", [("text", ""), ("text", 'a """b'), ("word", "c")]),
        ("/* a */b /* 'c'", [("word", "b"), ("sign", "/"), ("sign", "*"), ("text", "c")]),
        ("// a \\\n'b\\\nc' 'd\n'", [("text", "b\\\nc"), ("sign", "'"), ("word", "d"), ("sign", "'")]),
    ],
)
def test_a_string_or_comment_ends_where_it_is_closed(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(token.kind, token.text) for token in tokens_of(text)] == expected


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="pipeline{}()'\"\n stagesh/*\\$,;[]", max_size=120))
def test_no_text_crashes_the_readers(text: str) -> None:
    assert all(job.steps for job in jenkins_jobs(f"pipeline {{ stage('a') {{ steps {{ sh {text}"))
    for path in ("azure-pipelines.yml", ".circleci/config.yml", "bitbucket-pipelines.yml", ".travis.yml"):
        with suppress(ParseFailure):  # a shell program that nests too deep
            fact = _read(path, text)
            assert fact is None or all(1 <= job.line <= job.end_line for job in fact.jobs)
