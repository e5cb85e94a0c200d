"""GitLab pipelines: structure and exact lines, and no crash on any bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.engine.scan import scan
from auditor.facts.base import ParseFailure
from auditor.facts.gitlab_ci import PARSER, GitlabPipeline
from auditor.facts.gitlab_jobs import gitlab_groups
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.inventory import memory_inventory

_TEXT = """\
stages: [test, deploy]
include:
  - local: ci/base.yml
variables:
  TIER: prod
.base:
  before_script: [make prepare]
unit:
  extends: .base
  stage: test
  script:
    - pytest
    - |
      make lint
      make types
  allow_failure: true
deploy:
  stage: deploy
  needs:
    - job: unit
    - job: shared
      project: other/project
  environment: production
  when: manual
  script: ./deploy.sh
"""


def _parse(data: bytes) -> GitlabPipeline:
    file = SourceFile(".gitlab-ci.yml", "0" * 40, len(data), Language.YAML, Role.SHIPPED)
    fact = PARSER.parse(Source(file, data))
    assert isinstance(fact, GitlabPipeline)
    return fact


def test_a_pipeline_is_read_with_its_lines() -> None:
    pipeline = _parse(_TEXT.encode())
    unit, deploy = pipeline.jobs
    assert [job.id for job in pipeline.templates] == [".base"]
    assert unit.continue_on_error.line == 16
    assert (deploy.manual, deploy.environment.text) == (True, "production")
    assert [(need.job, need.line) for need in deploy.needs] == [("unit", 20)]
    assert pipeline.extends == (("unit", ".base"),)
    assert [(one.name, one.text, one.line) for one in pipeline.includes] == [("local", "ci/base.yml", 3)]


def test_a_script_of_several_items_is_one_program_with_the_lines_of_the_file() -> None:
    program = _parse(_TEXT.encode()).jobs[0].steps[0].program
    assert program is not None
    assert [(one.text, one.line) for one in all_commands(program.body)] == [
        ("pytest", 12),
        ("make lint", 14),
        ("make types", 15),
    ]


@pytest.mark.parametrize("text", ["- a\n", "", "a: [\n"])
def test_what_is_no_pipeline_is_a_parse_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        _parse(text.encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_parser(data: bytes) -> None:
    try:
        pipeline = _parse(b"unit:\n  script:\n    - |\n      " + data)
    except ParseFailure:
        return  # said so, and did not crash
    assert all(job.id for job in pipeline.jobs)


def test_a_job_has_what_templates_defaults_and_included_files_give_it() -> None:
    tree = {
        ".gitlab-ci.yml": (
            "include:\n  - local: /.gitlab/base.yml\ndefault:\n  before_script: [make default]\n"
            ".mine:\n  extends: .base\n  variables: {TIER: own}\n"
            "deploy:\n  extends: .mine\n  script: make deploy\n"
        ),
        ".gitlab/base.yml": (
            ".base:\n  environment: live\n  when: manual\n  variables: {TIER: base, ZONE: west}\n  after_script: [make clean]\n"
        ),
        ".gitlab/agents.yml": "gitops:\n  projects: []\n",
    }
    inventory, reader = memory_inventory(tree)
    (group,) = scan(inventory, reader, []).facts.derive(gitlab_groups)
    ((path, deploy),) = group.jobs
    assert (path, group.complete, deploy.manual, deploy.environment.text) == (".gitlab-ci.yml", True, True, "live")
    assert [(one.name, one.text) for one in deploy.env] == [("TIER", "own"), ("ZONE", "west")]
    assert [step.id for step in deploy.steps] == ["script", "after_script", "before_script"]


def test_a_pipeline_that_includes_what_is_elsewhere_is_not_complete() -> None:
    inventory, reader = memory_inventory(
        {".gitlab-ci.yml": "include:\n  - template: Jobs/SAST.gitlab-ci.yml\ntest:\n  extends: .gone\n  script: make\n"}
    )
    (group,) = scan(inventory, reader, []).facts.derive(gitlab_groups)
    assert (group.complete, group.lacks("test")) == (False, True)
