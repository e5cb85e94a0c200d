"""Which components are as certified at another commit, and the decision carried over for those."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Completed, git, make_repository, run_auditor

Json = dict[str, Any]
SAME = "as-certified"


@dataclass(frozen=True)
class Certified:
    """A repository with the signed certificate of its first commit."""

    home: Path
    folder: Path
    text: Path

    def verify(self, *options: object) -> Completed:
        key = self.home / "key.pub"
        return run_auditor(self.home, "verify", self.text, "--key", key, "--repo", self.folder, *options)

    def plain(self, *options: object) -> tuple[int, Json]:
        done = self.verify(*options, "--format", "json")
        assert done.stderr == ""
        (found,) = json.loads(done.stdout)
        return done.returncode, found

    def commit(self, files: dict[str, str | None]) -> None:
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                (self.folder / path).unlink()
            else:
                (self.folder / path).write_text(text)
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--message=Change")


def certify(home: Path, name: str, *options: object) -> Certified:
    folder = make_repository(home, name)
    run_auditor(home, "keys", "generate", home / "key")
    signed = ("--out", home / "out", "--sign", home / "key", "--quiet")
    done = run_auditor(home, "scan", folder, *signed, *options, SOURCE_DATE_EPOCH="")
    assert done.stderr == ""
    (text,) = (home / "out").glob("*.md")
    return Certified(home, folder, text)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certify(tmp_path_factory.mktemp("ready"), "ready")


@pytest.fixture
def ready(issued: Certified, tmp_path: Path) -> Certified:
    shutil.copytree(issued.home, tmp_path, dirs_exist_ok=True)
    return Certified(tmp_path, tmp_path / "ready", tmp_path / "out" / issued.text.name)


def states(report: Json) -> dict[str, str]:
    return {one["name"]: one["state"] for one in report["freshness"]["components"]}


def changed(report: Json, name: str) -> list[str]:
    found: list[str] = next(one["changed"] for one in report["freshness"]["components"] if one["name"] == name)
    return found


def test_at_its_own_commit_every_component_is_as_certified(ready: Certified) -> None:
    code, report = ready.plain("--at", "HEAD")
    assert code == 0
    assert set(states(report).values()) == {SAME}
    assert len(states(report)) > 3


def test_a_changed_file_changes_its_component_alone(ready: Certified) -> None:
    ready.commit({"service/metrics.py": "EXTRA = 1\n"})
    code, report = ready.plain()
    assert code == 0, "what HEAD became is told, and nobody asked about it"
    assert {name for name, state in states(report).items() if state != SAME} == {"application"}
    assert changed(report, "application") == ["service/metrics.py"]


def test_who_asks_about_another_commit_is_refused(ready: Certified) -> None:
    ready.commit({"service/metrics.py": "EXTRA = 1\n"})
    done = ready.verify("--at", "main")
    assert done.returncode == 1
    assert "FAIL  components: at " in done.stdout
    assert "application changed: 1 file (service/metrics.py)" in done.stdout
    assert ready.verify("--at", "main~1").returncode == 0
    assert "there is no commit 'v9' in this clone" in ready.verify("--at", "v9").stderr


def test_a_commit_that_changes_no_file_is_as_certified(ready: Certified) -> None:
    git(ready.folder, "commit", "--quiet", "--allow-empty", "--message=Nothing")
    assert ready.verify("--at", "HEAD", "--require", "go").returncode == 0


def test_the_decision_is_carried_over_for_what_did_not_change(ready: Certified) -> None:
    ready.commit({"service/metrics.py": "EXTRA = 1\n"})
    code, report = ready.plain("--partial")
    assert code == 0
    assert "application" not in report["freshness"]["covered"]
    assert "delivery" in report["freshness"]["covered"]
    told = next(one["detail"] for one in report["checks"] if one["name"] == "components")
    assert told.endswith("not covered: application changed: 1 file (service/metrics.py)")
    assert ready.verify("--partial", "--components", "delivery").returncode == 0
    lost = ready.verify("--partial", "--components", "delivery,application")
    assert lost.returncode == 1
    assert "FAIL  components: application is not as certified; carried over for delivery (" in lost.stdout
    unknown = ready.verify("--partial", "--components", "delivry")
    assert unknown.returncode == 1
    assert "there is no component delivry" in unknown.stdout


def test_only_so_many_files_are_named(ready: Certified) -> None:
    ready.commit({f"service/more_{number:02}.py": "ONE = 1\n" for number in range(12)})
    told = ready.verify("--at", "HEAD").stdout
    assert "application changed: 12 files (service/more_00.py, " in told
    assert "service/more_09.py and 2 more)" in told
    assert len(changed(ready.plain()[1], "application")) == 12


def test_what_has_gone_or_is_new_is_named(ready: Certified) -> None:
    files = [path for path in (ready.folder / "monitoring").rglob("*") if path.is_file()]
    ready.commit({str(path.relative_to(ready.folder)): None for path in files})
    ready.commit({"tests/test_new.py": "def test_one() -> None:\n    assert 1 + 1 == 2\n"})
    code, report = ready.plain("--at", "HEAD")
    assert code == 1
    assert states(report)["monitoring"] in {"gone", "changed"}
    assert states(report)["tests"] in {"changed", "not-certified"}


def test_a_changed_kind_is_no_longer_what_was_certified(ready: Certified) -> None:
    ready.commit({".auditor.yaml": 'components:\n  delivery: {kind: application, paths: ["/.github/"]}\n'})
    code, report = ready.plain("--at", "HEAD")
    assert code == 1
    assert states(report)["delivery"] == "changed"
    assert "delivery changed: it is of another kind" in ready.verify().stdout


def test_what_the_audit_left_out_is_named_when_it_changes(ready: Certified) -> None:
    (ready.folder / "link.py").symlink_to("service/metrics.py")
    ready.commit({})
    told = ready.verify("--at", "HEAD").stdout
    assert "outside of all components (left out of the audit): 1 file (link.py)" in told


def test_a_configuration_that_is_broken_since_is_told(ready: Certified) -> None:
    ready.commit({".auditor.yaml": "component: {}\n"})
    done = ready.verify("--at", "HEAD")
    assert done.returncode == 1
    assert "FAIL  components: they cannot be compared: .auditor.yaml:1" in done.stdout
    assert "?     components: they cannot be compared" in ready.verify().stdout


def test_components_that_were_not_scored_are_not_covered(tmp_path: Path) -> None:
    one = certify(tmp_path, "ready", "--components", "delivery")
    code, report = one.plain("--at", "HEAD")
    assert code == 0
    assert states(report)["application"] == "not-certified"
    assert "application was not certified" in one.verify("--partial").stdout


def test_a_no_go_by_itself_is_not_carried_over_as_fine(tmp_path: Path) -> None:
    one = certify(tmp_path, "hollow")
    one.commit({"app/pay.py": '"""Nothing."""\n'})
    assert one.verify("--partial").returncode == 1
    code, report = one.plain("--partial", "--components", "documentation")
    assert (code, report["decision"], report["certified"]) == (0, "CONDITIONAL", "NO-GO")
    assert one.verify("--partial", "--components", "documentation", "--require", "go").returncode == 1


def test_without_a_report_nothing_is_carried_over(ready: Certified) -> None:
    ready.text.with_suffix(".json").unlink()
    done = ready.verify("--partial")
    assert done.returncode == 1
    assert "FAIL  components: without a clone and the JSON report, nobody can tell what has changed" in done.stdout


def test_a_dirty_work_tree_was_in_no_commit(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, "ready")
    (folder / "service" / "metrics.py").write_text("EXTRA = 1\n")
    run_auditor(tmp_path, "keys", "generate", tmp_path / "key")
    signed = ("--out", tmp_path / "out", "--sign", tmp_path / "key")
    run_auditor(tmp_path, "scan", folder, *signed, SOURCE_DATE_EPOCH="")
    (text,) = (tmp_path / "out").glob("*.md")
    one = Certified(tmp_path, folder, text)
    assert "?     components: there is no commit to compare with: the audited work tree differed" in one.verify().stdout
    assert one.verify("--partial").returncode == 1
