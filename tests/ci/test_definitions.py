"""What runs in continuous integration is valid, pinned, and passes no input to a shell as text."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.facts.published_schema import departures
from auditor.facts.yaml_tree import read_yaml
from tests.e2e.conftest import Command, git
from tests.meta.checkout import ROOT, tracked

WORKFLOWS = [path for path in tracked() if path.startswith(".github/workflows/")]
SCHEMAS = {"action.yml": "github-actions", "ci/gitlab.yml": "gitlab-ci", **dict.fromkeys(WORKFLOWS, "github-workflows")}
PINNED = re.compile(r"uses: (?:\./|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def steps_of(path: str) -> Iterator[dict[str, Any]]:
    content = yaml.safe_load(text_of(path))
    jobs = [content["runs"]] if "runs" in content else content["jobs"].values()
    for job in jobs:
        yield from job["steps"]


@pytest.mark.parametrize(("path", "schema"), SCHEMAS.items())
def test_a_definition_holds_to_its_published_schema(path: str, schema: str) -> None:
    (root,) = read_yaml(text_of(path))
    assert departures(root, schema) == ()


def test_a_broken_definition_would_be_seen() -> None:
    (root,) = read_yaml(text_of("action.yml").replace("using: composite", "using: composit"))
    assert departures(root, "github-actions")


@pytest.mark.parametrize("path", ["action.yml", *WORKFLOWS])
def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it(path: str) -> None:
    used = re.findall(r"uses: .*", text_of(path))
    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("path", ["action.yml", *WORKFLOWS])
def test_no_expression_is_pasted_into_a_command(path: str) -> None:
    runs = [step["run"] for step in steps_of(path) if "run" in step]
    assert runs
    assert [run for run in runs if "${{" in run] == []


def test_action_and_documentation_have_the_same_inputs_and_outputs() -> None:
    action = yaml.safe_load(text_of("action.yml"))
    tables = text_of("docs/ci.md")
    for kind in ("inputs", "outputs"):
        assert all(f"`{name}`" in tables for name in action[kind]), kind
        assert all(one["description"].endswith(".") for one in action[kind].values())


def test_the_hook_is_what_pre_commit_takes_and_runs_the_command(
    repository: Callable[[str], Path], auditor: Command
) -> None:
    (hook,) = yaml.safe_load(text_of(".pre-commit-hooks.yaml"))
    assert (hook["id"], hook["pass_filenames"], hook["language"]) == ("auditor", False, "python")
    program, *arguments = hook["entry"].split()
    assert program == "auditor"
    assert auditor(*arguments, repository("hollow")).returncode == 1


@pytest.mark.parametrize(("name", "status"), [("hollow", 1), ("ready", 0)])
def test_the_job_of_gitlab_writes_its_reports_and_ends_as_the_gate_does(
    name: str, status: int, repository: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = repository(name)
    done = run_job(folder, tmp_path)
    assert done.returncode == status, done.stderr
    job = yaml.safe_load(text_of("ci/gitlab.yml"))["auditor"]
    for path in (*job["artifacts"]["reports"].values(), *job["artifacts"]["paths"]):
        assert (folder / path).exists()
    lines = (folder / job["artifacts"]["reports"]["dotenv"]).read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[a-z_]+=[\w-]+", line) for line in lines)


@pytest.mark.parametrize(("variables", "status"), [({}, 0), ({"AUDITOR_BASE": ""}, 1)])
def test_in_a_merge_request_the_gate_of_gitlab_is_about_the_change(
    variables: dict[str, str], status: int, repository: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = repository("hollow")
    (folder / "NOTES.md").write_text("# Notes\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Notes")
    began = subprocess.run(["git", "rev-parse", "HEAD~"], cwd=folder, check=True, capture_output=True, text=True)
    done = run_job(folder, tmp_path, CI_MERGE_REQUEST_DIFF_BASE_SHA=began.stdout.strip(), **variables)
    assert done.returncode == status, done.stderr


def run_job(folder: Path, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The job of GitLab, in a pipeline with these variables."""
    job = yaml.safe_load(text_of("ci/gitlab.yml"))["auditor"]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        **job["variables"],
        "CI_PROJECT_DIR": str(folder),
        "AUDITOR_HOME": str(ROOT),
        **variables,
    }
    script = "set -e\n" + "\n".join(job["script"])
    return subprocess.run(
        ["sh", "-c", script], check=False, capture_output=True, text=True, env=environment, cwd=folder, timeout=300
    )


@pytest.mark.parametrize("path", ["ci/github.sh"])
def test_scripts_are_programs_without_faults_of_syntax(path: str) -> None:
    assert (ROOT / path).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", ROOT / path], check=True)
