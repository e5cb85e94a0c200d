import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from jsonschema import Draft202012Validator

from auditor.errors import UserError
from auditor.model.component import ComponentKind
from auditor.model.finding import Category, Severity
from auditor.model.rubric import Rubric, RubricKind
from auditor.resources import resource_text
from auditor.rubric.load import load_rubric, rubric_digest, shipped_rubrics
from auditor.rubric.schema import rubric_schema, rubric_schema_text
from auditor.rubric.yaml_file import read_located
from auditor.rules.registry import rules

CRITERION = """
  - id: OWN-1
    question: Is it ours?
    components: [application]
    severity: high
    section: testing
    risk: It is not.
    mitigation: Make it.
    condition: Make it ours
    forbid: {categories: [placeholder]}
"""
HEAD = "id: own\nversion: 1.0.0\nextends: production-readiness\n"


def files(**texts: str) -> Callable[[str], str]:
    by_path = {f"{name}.yaml": dedent(text) for name, text in texts.items()}

    def read(path: str) -> str:
        if path not in by_path:
            raise UserError(f"there is no file {path}")
        return by_path[path]

    return read


def load(text: str, **others: str) -> Rubric:
    return load_rubric("own.yaml", rules(), files(own=text, **others))


def failure(text: str, **others: str) -> UserError:
    with pytest.raises(UserError) as caught:
        load(text, **others)
    return caught.value


class TestShipped:
    @pytest.mark.parametrize("name", shipped_rubrics())
    def test_it_loads_and_is_called_like_its_file(self, name: str) -> None:
        assert load_rubric(name, rules(), files()).id == name

    def test_they_are_the_four(self) -> None:
        assert shipped_rubrics() == (
            "implementation-review",
            "library",
            "operational-readiness",
            "production-readiness",
        )

    def test_every_kind_of_certificate_but_a_reader_s_own_final_review_has_one(self) -> None:
        used = {load_rubric(name, rules(), files()).kind for name in shipped_rubrics()}
        assert used == set(RubricKind) - {RubricKind.FINAL_REVIEW}

    @pytest.mark.parametrize("name", ["production-readiness", "library", "implementation-review"])
    def test_no_finding_goes_uncounted(self, name: str) -> None:
        used = load_rubric(name, rules(), files())
        for kind in ComponentKind:
            forbidden = [one.forbid for one in used.criteria if one.forbid and kind in one.components]
            for category in Category:
                for severity in Severity:
                    assert any(category in one.categories and severity.rank <= one.min_severity.rank for one in forbidden), (
                        kind, category, severity,
                    )  # fmt: skip

    @pytest.mark.parametrize("name", shipped_rubrics())
    def test_mild_findings_never_cost_a_grave_criterion(self, name: str) -> None:
        for one in load_rubric(name, rules(), files()).criteria:
            if one.forbid and one.severity in (Severity.CRITICAL, Severity.HIGH):
                assert one.forbid.min_severity.rank <= Severity.HIGH.rank, one.id

    def test_every_artefact_that_operations_need_is_asked_for(self) -> None:
        used = load_rubric("production-readiness", rules(), files())
        asked = " ".join(one.question.lower() for one in used.criteria if one.require)
        for word in ("rollback", "objective", "alert", "dashboard", "runbook", "healthy", "backup", "restore",
                     "capacity", "incident", "on call", "baseline", "tests", "locked"):  # fmt: skip
            assert word in asked, word

    @pytest.mark.parametrize("name", shipped_rubrics())
    def test_it_follows_the_schema(self, name: str) -> None:
        text = resource_text(f"rubrics/{name}.yaml")
        assert list(Draft202012Validator(rubric_schema()).iter_errors(read_located(text, name).plain())) == []


def test_the_schema_file_is_current() -> None:
    assert Path("rubrics/rubric.schema.json").read_text(encoding="utf-8") == rubric_schema_text()


def test_the_schema_refuses_what_the_model_refuses() -> None:
    content = read_located(HEAD + "tresholds: {go_score: 95}\n", "own.yaml").plain()
    assert list(Draft202012Validator(rubric_schema()).iter_errors(content))


class TestExtending:
    def test_what_is_not_said_is_taken_over(self) -> None:
        base = load_rubric("production-readiness", rules(), files())
        own = load(HEAD + "thresholds: {go_score: 95}\n")
        assert own.thresholds.go_score == 95
        assert own.thresholds.go_coverage == base.thresholds.go_coverage
        assert own.criteria == base.criteria

    def test_a_criterion_with_a_known_id_changes_it_in_place(self) -> None:
        base = load_rubric("production-readiness", rules(), files())
        own = load(HEAD + "criteria:\n  - {id: DR-1, severity: critical, impact: 30}\n")
        assert [one.id for one in own.criteria] == [one.id for one in base.criteria]
        [changed] = [one for one in own.criteria if one.id == "DR-1"]
        assert (changed.severity, changed.impact) == (Severity.CRITICAL, 30)
        assert changed.question == next(one.question for one in base.criteria if one.id == "DR-1")

    def test_forbid_in_place_of_require(self) -> None:
        own = load(HEAD + "criteria:\n  - {id: DR-1, forbid: {categories: [delivery]}}\n")
        [changed] = [one for one in own.criteria if one.id == "DR-1"]
        assert changed.require is None

    def test_new_criteria_come_last_and_others_can_be_removed(self) -> None:
        own = load(HEAD + "remove: [DR-1, DR-2]\ncriteria:" + CRITERION)
        ids = [one.id for one in own.criteria]
        assert ids[-1] == "OWN-1"
        assert not {"DR-1", "DR-2"} & set(ids)

    def test_files_extend_files_beside_them(self) -> None:
        read = {
            "team/own.yaml": "id: own\nversion: 1.0.0\nextends: base.yaml\n",
            "team/base.yaml": HEAD.replace("own", "base"),
        }
        assert load_rubric("team/own.yaml", rules(), lambda path: read[path]).id == "own"

    def test_the_digest_is_that_of_the_resolved_content(self) -> None:
        assert rubric_digest(load(HEAD)) == rubric_digest(load("# a comment\n" + HEAD))
        assert rubric_digest(load(HEAD)) != rubric_digest(load(HEAD + "thresholds: {go_score: 95}\n"))


class TestErrors:
    """Each names the file, the line and the remedy."""

    @pytest.mark.parametrize(
        ("text", "line", "message", "remedy"),
        [
            (HEAD + "tresholds: {}\n", 4, "unknown key 'tresholds'", "did you mean thresholds"),
            (HEAD + "thresholds:\n  go_scor: 1\n", 5, "unknown key 'go_scor'", "did you mean go_score"),
            (HEAD + "criteria:" + CRITERION.replace("[placeholder]", "[placeholders]"), 13, "'placeholders'", "did you mean placeholder?"),
            (HEAD + "criteria:" + CRITERION.replace("[application]", "[aplication]"), 7, "'aplication'", "did you mean application?"),
            (HEAD + "criteria:" + CRITERION.replace("section: testing", "section: testin"), 9, "no section 'testin'", "did you mean testing?"),
            (HEAD + "criteria:" + CRITERION.replace("categories: [placeholder]", "rules: [unreadable-fil]"), 13, "no rule 'unreadable-fil'", "did you mean unreadable-file"),
            (HEAD + "criteria:" + CRITERION.replace("severity: high", "severity: sever"), 8, "'sever' is not known", "one of critical"),
            (HEAD + "criteria:" + CRITERION.replace("    risk: It is not.\n", ""), 5, "'risk' is missing", "add `risk:`"),
            (HEAD + "criteria:" + CRITERION + "    require: {any: [{file: x}]}\n", 5, "exactly one of forbid and require", "schema"),
            (HEAD + "criteria:" + CRITERION.replace("forbid: {categories: [placeholder]}", "require: {any: [{text: {file: x, pattern: '(?=a)'}}]}"), 13, "is broken", "no lookaround"),
            (HEAD + "criteria:" + CRITERION.replace("forbid: {categories: [placeholder]}", "require: {any: [{file: x, job: {workflow: y, name: z}}]}"), 13, "not file and job", "schema"),
            (HEAD + "criteria:" + CRITERION + CRITERION.lstrip("\n").replace("OWN-1", "OWN-2").replace("high", "7"), 17, "severity", ""),
            (HEAD + "remove: [DR-9]\n", 4, "names no criterion: 'DR-9'", "did you mean DR-"),
            (HEAD + "weights: {delivery: 0, deployment: 0, configuration: 0, monitoring: 0, tests: 0, application: 0, documentation: 0}\n", 4, "all weights are zero", ""),
            (HEAD + "bands:\n  - {floor: 10, grade: A, status: x}\n", 4, "bands need falling floors", ""),
            ("id: own\nversion: 1.0.0\nextends: production-redines\n", 3, "no rubric 'production-redines'", "did you mean production-readiness"),
            ("id: own\nversion: 1.0.0\nextends: own.yaml\n", 3, "extends itself", "break the circle"),
            ("id: own\nversion: 1.0.0\nremove: [X-1]\n", 3, "without `extends`", "extended"),
            (HEAD + "id: other\n", 4, "stands here twice (first in line 1)", "keep one"),
            (HEAD + "sections: &s {a: b}\n", 4, "anchors and aliases", "write the value out"),
            (HEAD + "sections: !!python/object:os.system {}\n", 4, "tags are not read", "remove the tag"),
            (HEAD + "sections: {a: [\n", 5, "broken YAML", "mend"),
            (HEAD + "? [a, b]\n: c\n", 4, "a key must be plain text", "name"),
            (HEAD + "x: " + "[" * 40 + "]" * 40 + "\n", 4, "nested deeper", "nest less"),
            ("- a\n", None, "no mapping", "id"),
            ("", None, "no mapping", "id"),
        ],
    )  # fmt: skip
    def test_each(self, text: str, line: int | None, message: str, remedy: str) -> None:
        error = failure(text)
        assert error.place is not None
        assert error.place.path == "own.yaml"
        assert message in error.message
        assert remedy in error.remedy
        assert error.remedy
        if line is not None:
            assert error.place.line == line

    def test_an_error_in_what_is_extended_names_that_file(self) -> None:
        error = failure(
            "id: own\nversion: 1.0.0\nextends: base.yaml\n", base=HEAD.replace("own", "base") + "unheard: 1\n"
        )
        assert str(error.place) == "base.yaml:4"

    def test_a_circle_of_files_is_told(self) -> None:
        text = "id: own\nversion: 1.0.0\nextends: base.yaml\n"
        error = failure(text, base="id: base\nversion: 1.0.0\nextends: own.yaml\n")
        assert "own.yaml -> base.yaml -> own.yaml" in error.message

    def test_an_unknown_name_is_answered_with_the_nearest(self) -> None:
        with pytest.raises(UserError, match="did you mean library"):
            load_rubric("libary", rules(), files())

    def test_a_complete_rubric_without_impacts_is_told(self) -> None:
        content = load(HEAD).model_dump(mode="json", exclude_none=True) | {"impacts": {"high": 10}}
        error = failure(json.dumps(content))
        assert "impacts has nothing for critical, medium, low" in error.message


def test_any_yaml_gives_a_rubric_or_an_error_for_the_user() -> None:
    for text in (
        "a: 2020-01-01\n",
        "a: 1.5\n",
        "a: 0x10\n",
        "a: !!binary aGk=\n",
        "a: [1, {b: ~}]\n",
        "\x00",
        "a: 'b\n",
        "<<: {a: b}\n",
        "%YAML 9.9\n---\na: b\n",
    ):
        assert failure(text).place
