from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.base import ParseFailure
from auditor.facts.pipeline_departures import PARSER, PipelineDepartures
from auditor.facts.published_schema import departures
from auditor.facts.source import Source
from auditor.facts.yaml_tree import read_yaml
from auditor.facts.yaml_values import duplicate_keys, line_of, plain_value
from auditor.repo.inventory import memory_inventory

WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n"


def in_workflow(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.message) for one in departures(read_yaml(text)[0], "github-workflows")]


def test_of_two_forms_of_a_job_the_one_that_was_meant_is_told() -> None:
    called = "on: push\njobs:\n  call:\n    uses: ./.github/workflows/other.yml\n    steps: []\n"
    assert in_workflow(called) == [(5, "'call' has no key 'steps'")]
    own = "on: push\njobs:\n  own:\n    steps:\n      - run: make\n"
    assert in_workflow(own) == [(3, "'own' lacks 'runs-on'")]


def test_a_step_without_work_is_told_with_all_that_it_could_have() -> None:
    ((line, message),) = in_workflow(f"{WORKFLOW}    steps:\n      - name: nothing\n")
    assert line == 6
    assert "'run' or 'uses'" in message


def test_a_value_is_told_at_the_line_of_its_key() -> None:
    assert in_workflow(f"{WORKFLOW}    timeout-minutes: soon\n    steps:\n      - run: make\n") == [
        (5, "'timeout-minutes' has a value of a form that is not accepted")
    ]


def test_numbers_and_nothing_are_taken_for_texts() -> None:
    text = f"env:\n  A: 1\n  B:\n{WORKFLOW}    steps:\n      - run: make\n        env: {{C: true}}\n"
    assert in_workflow(text.replace("on: push", "on: {push: {branches: [1.0, 2]}}")) == []


def test_a_strategy_may_do_without_matrix() -> None:
    assert in_workflow(f"{WORKFLOW}    strategy: {{fail-fast: true}}\n    steps:\n      - run: make\n") == []


def test_expressions_stand_for_any_value() -> None:
    jobs = "    timeout-minutes: ${{ fromJSON(vars.T) }}\n    strategy: ${{ fromJSON(needs.a.outputs.s) }}\n"
    assert in_workflow(f"{WORKFLOW}{jobs}    steps:\n      - run: make\n") == []


def test_hostile_text_meets_no_backtracking() -> None:
    spaces = " " * 20_000
    text = f"{WORKFLOW}    timeout-minutes: '${{{{{spaces}!'\n    steps:\n      - run: make\n"
    assert len(in_workflow(text)) == 1


def test_values_follow_yaml_1_2() -> None:
    (root,) = read_yaml("a: [yes, on, true, 08, 1e3, ~, '1']\n")
    assert plain_value(root) == {"a": ["yes", "on", True, 8, 1000.0, None, "1"]}


def test_merged_keys_are_seen_and_own_keys_win() -> None:
    (root,) = read_yaml("base: &base {a: 1, b: 1}\nown:\n  <<: *base\n  b: 2\n")
    assert plain_value(root) == {"base": {"a": 1, "b": 1}, "own": {"a": 1, "b": 2}}
    assert line_of(root, ("own",), "b") == 4
    assert not list(duplicate_keys(root))


@given(st.text(alphabet="ab:-{}[]|>&*!'\"#$ \n<,0.", max_size=300))
def test_any_yaml_gets_an_answer(text: str) -> None:
    try:
        documents = read_yaml(text)
    except ParseFailure:
        return
    for root in documents:
        for schema in ("github-workflows", "github-actions", "gitlab-ci"):
            found = departures(root, schema)
            assert all(one.line >= 1 for one in found)


def test_a_template_of_a_workflow_is_not_judged() -> None:
    path = ".github/workflows/x.yml"
    inventory, _ = memory_inventory({path: "on: push\n"})
    template = Source(inventory.files[0], b"on: push\njobs:\n  {% if x %}\n  a: {}\n  {% endif %}\n")
    assert PARSER.parse(template) is None
    judged = PARSER.parse(Source(inventory.files[0], b"on: push\njobs: {}\n"))
    assert isinstance(judged, PipelineDepartures)
    assert judged.items
