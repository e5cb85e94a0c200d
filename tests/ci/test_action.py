"""The action, step by step as the runner would run it, on small repositories."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.formats.report_summary import COMMENT_MARK
from tests.ci.runner import Run, Runner
from tests.e2e.conftest import git
from tests.formats.test_schemas import SARIF, departures
from tests.meta.checkout import ROOT

Make = Callable[[str], Path]
HOSTILE_INPUTS = (
    "$(touch pwned)",
    "`touch pwned`",
    "x; touch pwned",
    '"; touch pwned; "',
    "--out=pwned",
    "x\nstatus=0",
    "::error::x",
)


@pytest.fixture
def action(repository: Make, tmp_path: Path) -> Callable[..., Run]:
    """Runs the action in the workspace of one of the repositories."""

    def run(name: str, **inputs: str) -> Run:
        temporary = tmp_path / "runner"
        temporary.mkdir()
        workspace = tmp_path / name if (tmp_path / name).exists() else repository(name)
        return Runner(ROOT, workspace, temporary).run(**inputs)

    return run


def test_on_go_it_passes_with_outputs_summary_annotation_and_files(action: Callable[..., Run]) -> None:
    done = action("ready")
    assert done.status == 0, done.log
    assert (done.outputs["decision"], done.outputs["status"]) == ("GO", "0")
    assert done.outputs["score"] == str(json.loads(Path(done.outputs["report"]).read_bytes())["score"]["overall"])
    assert done.summary.startswith("# Readiness: GO\n")
    assert done.annotations[0][:2] == ("notice", {"title": "Readiness: GO"})
    assert departures(Path(done.outputs["sarif"]).read_bytes(), SARIF) == []
    assert Path(done.outputs["comment"]).read_text(encoding="utf-8").startswith(COMMENT_MARK)
    assert "UNSIGNED" in Path(done.outputs["certificate"]).read_text(encoding="utf-8")
    assert set(done.used) == {"actions/setup-python", "actions/upload-artifact"}
    assert done.used["actions/upload-artifact"] == {"name": "auditor-certificate", "path": done.outputs["folder"]}


def test_on_no_go_the_gate_fails_after_everything_else(action: Callable[..., Run]) -> None:
    done = action("hollow")
    assert (done.status, done.failed) == (1, "Gate")
    assert done.outputs["decision"] == "NO-GO"
    assert done.summary.startswith("# Readiness: NO-GO\n")
    assert done.annotations[0][0] == "error"
    assert 1 < len(done.annotations) <= 30
    assert json.loads(Path(done.outputs["sarif"]).read_bytes())["runs"][0]["results"]
    assert done.used["actions/upload-artifact"]["path"] == done.outputs["folder"]


def test_what_is_switched_off_is_not_done(action: Callable[..., Run]) -> None:
    done = action("hollow", fail_on="never", annotations="false", summary="false", artifact="", setup_python="false")
    assert (done.status, done.outputs["status"]) == (0, "0")
    assert done.annotations == []
    assert done.summary == ""
    assert done.used == {}


def test_it_signs_with_the_key_that_it_is_given(
    action: Callable[..., Run], auditor: Callable[..., object], tmp_path: Path
) -> None:
    auditor("keys", "generate", tmp_path / "key")
    done = action("ready", signing_key=(tmp_path / "key").read_text(encoding="utf-8"))
    assert done.status == 0, done.log
    assert list(Path(done.outputs["folder"]).glob("certificate/*.intoto.jsonl"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "$(touch pwned)") for name in ("repository", "rubric", "components", "fail_on")),
        *(("revision", value) for value in HOSTILE_INPUTS),
    ],
)
def test_a_hostile_input_is_bad_input_and_nothing_else(
    name: str, value: str, action: Callable[..., Run], tmp_path: Path
) -> None:
    done = action("ready", **{name: value})
    assert (done.status, done.failed) == (2, "Audit"), done.log
    assert list(tmp_path.rglob("pwned")) == []
    assert done.annotations == []
    assert done.outputs["decision"] == ""


def test_a_branch_whose_name_is_a_command_is_audited(
    action: Callable[..., Run], repository: Make, tmp_path: Path
) -> None:
    folder = repository("ready")
    git(folder, "branch", "$(touch${IFS}pwned)")
    done = action("ready", revision="$(touch${IFS}pwned)")
    assert done.status == 0, done.log
    assert done.outputs["decision"] == "GO"
    assert list(tmp_path.rglob("pwned")) == []


def test_component_names_are_no_commands_in_the_log(action: Callable[..., Run], repository: Make) -> None:
    folder = repository("hollow")
    (folder / ".auditor.yaml").write_text(
        'components:\n  a: {title: "::error::forged", paths: ["*"], kind: application}\n'
    )
    done = action("hollow", annotations="false")
    assert "::error::forged" in done.log
    assert done.annotations == []
