import json
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.engine.scan import scan
from auditor.evidence.requirements import prove
from auditor.evidence.texts import Texts
from auditor.model.finding import Category, Confidence, Finding, Severity
from auditor.model.outcome import EvidenceKind, Outcome, Proof
from auditor.model.rubric import Require
from auditor.repo.inventory import memory_inventory

RUNBOOK = "# Down\n\n1. Look at the dashboard.\n2. Restart the container on the host.\n3. Roll back.\n"


def require(*probes: Any, every: bool = False) -> Require:  # noqa: ANN401 - as YAML gives it
    return Require.model_validate_json(json.dumps({"all" if every else "any": list(probes)}))


def proof(tree: dict[str, str], *probes: Any, every: bool = False, findings: tuple[Finding, ...] = ()) -> Proof:  # noqa: ANN401 - as YAML gives it
    inventory, reader = memory_inventory(tree)
    facts = scan(inventory, reader, ()).facts
    return prove(require(*probes, every=every), Texts(facts, reader, findings))


def outcome(tree: dict[str, str], *probes: Any, every: bool = False) -> Outcome:  # noqa: ANN401 - as YAML gives it
    return proof(tree, *probes, every=every).outcome


def finding(
    path: str, line: int, category: Category = Category.PLACEHOLDER, severity: Severity = Severity.HIGH
) -> Finding:
    return Finding(
        rule="AUD110", name="stub", category=category, severity=severity, confidence=Confidence.HIGH, component="x",
        path=path, start_line=line, end_line=line, message="m", excerpt="", fingerprint="f",
    )  # fmt: skip


class TestFiles:
    PROBE: ClassVar = {"file": "**/runbooks/*.md"}

    def test_a_file_with_content_is_proof_with_its_lines_and_text(self) -> None:
        made = proof({"docs/runbooks/down.md": RUNBOOK}, self.PROBE)
        [one] = made.evidence
        assert made.outcome is Outcome.MET
        assert (one.kind, one.path, one.start_line, one.end_line) == (
            EvidenceKind.MEASURED,
            "docs/runbooks/down.md",
            1,
            5,
        )
        assert one.excerpt.startswith("# Down")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\n\n",
            "# Runbook\n",
            "# Runbook\n\nTBD\n",
            "# Runbook\n\nTo be written when we know what breaks in production.\n",
        ],
    )
    def test_existence_alone_is_none(self, text: str) -> None:
        assert outcome({"docs/runbooks/down.md": text}, self.PROBE) is Outcome.NOT_MET

    def test_what_is_absent_says_what_was_searched(self) -> None:
        made = proof({"README.md": RUNBOOK}, self.PROBE)
        [one] = made.evidence
        assert (made.outcome, one.kind, one.path) == (Outcome.NOT_MET, EvidenceKind.ABSENT, None)
        assert one.note == "searched for a file `**/runbooks/*.md` with content (no files of that name)"

    def test_case_does_not_matter(self) -> None:
        assert outcome({"docs/Runbooks/DOWN.MD": RUNBOOK}, self.PROBE) is Outcome.MET

    def test_tests_and_examples_prove_nothing_unless_asked_for(self) -> None:
        tree = {
            "tests/runbooks/down.md": RUNBOOK,
            "tests/test_app.py": "import app\n\ndef test_it():\n    assert app.run() == 1\n",
        }
        assert outcome(tree, self.PROBE) is Outcome.NOT_MET
        assert outcome(tree, {"file": {"path": "test_*.py", "role": "test"}}) is Outcome.MET

    def test_a_script_of_comments_is_none(self) -> None:
        probe = {"file": "rollback.sh"}
        assert outcome({"rollback.sh": "#!/bin/sh\n# kubectl rollout undo deployment/shop\n"}, probe) is Outcome.NOT_MET
        assert (
            outcome({"rollback.sh": "#!/bin/sh\nset -e\nkubectl rollout undo deployment/shop\n"}, probe) is Outcome.MET
        )

    def test_what_only_pretends_leaves_the_question_open(self) -> None:
        tree = {"rollback.sh": "#!/bin/sh\nset -e\necho done\n"}
        made = proof(tree, {"file": "rollback.sh"}, findings=(finding("rollback.sh", 3),))
        assert made.outcome is Outcome.UNKNOWN
        assert made.evidence[0].note == "rollback.sh does not do what it says (AUD110 in line 3)"

    def test_a_program_that_nothing_reaches_is_no_better_for_it(self) -> None:
        tree = {"rollback.sh": "#!/bin/sh\nset -e\necho done\n", "docs/runbooks/down.md": RUNBOOK}
        found = (
            finding("rollback.sh", 3, severity=Severity.MEDIUM),
            finding("docs/runbooks/down.md", 3, severity=Severity.MEDIUM),
        )
        assert proof(tree, {"file": "rollback.sh"}, findings=found).outcome is Outcome.UNKNOWN
        assert proof(tree, self.PROBE, findings=found).outcome is Outcome.MET

    def test_a_mild_finding_leaves_the_proof_standing(self) -> None:
        tree = {"rollback.sh": "#!/bin/sh\nset -e\nrun_it\n"}
        mild = (finding("rollback.sh", 3, severity=Severity.LOW), finding("rollback.sh", 3, Category.DELIVERY))
        assert proof(tree, {"file": "rollback.sh"}, findings=mild).outcome is Outcome.MET


class TestSections:
    PROBE: ClassVar = {"section": {"document": "*.md", "heading": "(?i)roll.?back"}}

    @pytest.mark.parametrize(
        "text",
        [
            "# Ops\n\n## Rollback\n\nRun `deploy/rollback.sh`; the version before the last comes back up.\n\n## Other\n",
            "Rollback\n========\n\nRun `deploy/rollback.sh`; the version before the last comes back up.\n",
            "# Rollback\n\n## How\n\nRun `deploy/rollback.sh`; the version before the last comes back up.\n",
        ],
    )
    def test_a_section_that_says_something(self, text: str) -> None:
        assert outcome({"ops.md": text}, self.PROBE) is Outcome.MET

    @pytest.mark.parametrize(
        "text",
        [
            "# Ops\n\n## Rollback\n\n## Other\n\nRun `deploy/rollback.sh`; the version before the last comes back up.\n",
            "# Rollback\n\nTBD: describe how the version before the last comes back up again.\n",
            "```\n# Rollback\nRun the script, and the version before the last comes back up.\n```\n",
            "We have a rollback that brings the version before the last back up again.\n",
        ],
    )
    def test_a_heading_over_nothing_is_none(self, text: str) -> None:
        assert outcome({"ops.md": text}, self.PROBE) is Outcome.NOT_MET

    def test_its_lines_are_those_of_the_section(self) -> None:
        text = "# Ops\n\n## Rollback\n\nRun the script, and the version before the last comes back.\n\n\n## Other\n"
        [one] = proof({"ops.md": text}, self.PROBE).evidence
        assert (one.start_line, one.end_line) == (3, 5)


class TestKeys:
    ALERT: ClassVar = {"key": {"file": "*.yml", "key": "groups.*.rules.*.alert"}}

    def test_a_key_in_yaml(self) -> None:
        text = "groups:\n  - name: shop\n    rules:\n      - record: x\n      - alert: Down\n        expr: up == 0\n"
        [one] = proof({"alerts.yml": text}, self.ALERT).evidence
        assert (one.start_line, one.excerpt) == (5, "      - alert: Down")

    def test_a_key_in_json_and_toml(self) -> None:
        assert (
            outcome({"a.json": '{"panels": [{"type": "graph"}]}'}, {"key": {"file": "*.json", "key": "panels.*.type"}})
            is Outcome.MET
        )
        assert outcome({"a.toml": "[tool.x]\ny = 1\n"}, {"key": {"file": "*.toml", "key": "tool.x.y"}}) is Outcome.MET
        assert (
            outcome({"a.toml": "[tool.x]\nz = 'y'\n"}, {"key": {"file": "*.toml", "key": "tool.x.y"}})
            is Outcome.NOT_MET
        )

    @pytest.mark.parametrize(
        "text", ["groups: []\n", "groups:\n  - rules:\n      - alert:\n", "# groups rules alert\na: b\n"]
    )
    def test_a_key_without_a_value_is_none(self, text: str) -> None:
        assert outcome({"alerts.yml": text}, self.ALERT) is Outcome.NOT_MET

    def test_a_broken_file_that_might_hold_it_leaves_the_question_open(self) -> None:
        made = proof({"alerts.yml": "groups:\n  - rules: [alert: {\n"}, self.ALERT)
        assert made.outcome is Outcome.UNKNOWN
        assert made.evidence[0].note == "alerts.yml could not be judged"

    def test_a_broken_file_that_cannot_hold_it_does_not(self) -> None:
        assert outcome({"values.yml": "a: [{{ .Values.x }\n"}, self.ALERT) is Outcome.NOT_MET


class TestJobs:
    TESTS: ClassVar = {"job": {"workflow": "**", "runs": r"\bpytest\b"}}

    def workflow(self, run: str) -> dict[str, str]:
        text = f"on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          {run}\n"
        return {".github/workflows/ci.yml": text}

    def test_a_job_that_runs_it(self) -> None:
        [one] = proof(self.workflow("python -m pytest tests"), self.TESTS).evidence
        assert (one.path, one.start_line) == (".github/workflows/ci.yml", 7)

    @pytest.mark.parametrize("run", ["echo pytest", "# pytest", "true"])
    def test_saying_so_is_none(self, run: str) -> None:
        assert outcome(self.workflow(run), self.TESTS) is Outcome.NOT_MET

    def test_a_job_in_a_gitlab_pipeline(self) -> None:
        assert outcome({".gitlab-ci.yml": "test:\n  script:\n    - pytest tests\n"}, self.TESTS) is Outcome.MET

    def test_a_name_needs_work_behind_it(self) -> None:
        probe = {"job": {"workflow": "**", "name": "^test$"}}
        assert outcome(self.workflow("make check"), probe) is Outcome.MET
        assert outcome(self.workflow("echo fine"), probe) is Outcome.NOT_MET

    def test_a_broken_workflow_leaves_the_question_open(self) -> None:
        assert outcome({".github/workflows/ci.yml": "on: push\njobs: [\n"}, self.TESTS) is Outcome.UNKNOWN


class TestTogether:
    def test_all_need_all(self) -> None:
        probes = ({"file": "backup.sh"}, {"file": "restore.sh"})
        tree = {"backup.sh": "set -e\npg_dump shop > dump\n"}
        assert outcome(tree, *probes) is Outcome.MET
        assert outcome(tree, *probes, every=True) is Outcome.NOT_MET
        assert outcome(tree | {"restore.sh": "set -e\npsql < dump\n"}, *probes, every=True) is Outcome.MET

    def test_text_outside_of_comments(self) -> None:
        probe = {"text": {"file": "Dockerfile", "pattern": "^HEALTHCHECK"}}
        assert outcome({"Dockerfile": "FROM x\nHEALTHCHECK CMD true\n"}, probe) is Outcome.MET
        assert outcome({"Dockerfile": "FROM x\n# HEALTHCHECK CMD true\n"}, probe) is Outcome.NOT_MET

    def test_excerpts_are_masked(self) -> None:
        text = "set -e\nexport DB_PASSWORD='correct-horse-battery'\n"
        [one] = proof({"backup.sh": text}, {"file": "backup.sh"}).evidence
        assert "correct-horse" not in one.excerpt


PROBES = (
    {"file": "*"},
    {"section": {"document": "*", "heading": "."}},
    {"key": {"file": "*", "key": "a.*"}},
    {"job": {"workflow": "**", "name": "."}},
    {"text": {"file": "*", "pattern": "."}},
)
NAMES = st.sampled_from(["a.md", "a.yml", "a.json", "a.toml", "a.sh", ".github/workflows/a.yml", ".gitlab-ci.yml"])


@given(
    NAMES,
    st.text() | st.sampled_from(["a: [" * 500, "[[" * 500, "#" * 99, "a: &a [*a]\n", "a:\n  b: 1\n"]),
    st.sampled_from(PROBES),
)
def test_any_text_gives_an_answer(name: str, text: str, probe: dict[str, object]) -> None:
    made = proof({name: text.encode("utf-8", "replace").decode()}, probe)
    assert made.outcome in (Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN)
    assert made.evidence
