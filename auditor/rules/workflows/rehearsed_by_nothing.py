"""AUD493: a program that operations rely on, which nothing runs before it is needed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.operation_names import delivers
from auditor.facts.path_mentions import PathMentions
from auditor.facts.pattern import pattern
from auditor.facts.python_module import PythonFunction, PythonModule
from auditor.facts.reachability import exercised, reached_from
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.role import is_among_tests
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]

_FOLDERS = frozenset(
    {"scripts", "script", "bin", "ops", "deploy", "deployment", "tools", "ci", "hack", "infra", "monitoring"}
)
_OF_SCRIPTS = frozenset({"scripts", "script", "bin", "tools", "hack", "ci"})
"""Folders of which an ``__init__.py`` makes no package."""
_WORKBENCHES = frozenset({"dev", "devel", "development", "local", "playground", "sandbox", "experiments", "prototypes"})
_DELIVERS = pattern(
    r"(?i)(?:^|[_-])(?:deploy\w*|rollback|roll_back|failover|failback|restore|backups?|migrate|promote|cutover|recover\w*|provision\w*|release_to|"
    r"bootstrap_prod\w*|go_?live|disaster\w*)(?:[_-]|$)"
)
_WATCHES = pattern(
    r"(?i)(?:^|[_-])(?:health|healthcheck|monitor|monitoring|smoke|canary|readiness|failsafe|watchdog|preflight|pre_flight|precheck|postcheck|drill|rehearsal|rotat(?:e|ion|or)|"
    r"onboard|offboard|decommission|(?:collect|measure|export|report)[_-]sl[oa]s?|uat|acceptance|chaos|game_?day|soak|(?:load|stress|perf|performance|capacity|spike|endurance|penetration|pentest|failover|security|sanity)[_-](?:tests?|testing|check|validation|runner|suite|audit|scan|benchmarks?))(?:[_-]|$)"
)

_PREPARES = pattern(
    r"(?i)^(?:set_?up|install|configure|create|generate|build|start|stop|init|enable|disable|clean(?:up)?)(?:[_-]|$)"
)
"""What is run once, to have what watches."""
_REPORTS = pattern(r"(?i)validat|readiness")
_VALIDATES = pattern(
    r"(?i)(?:^|[_-])(?:validate|validation)(?:[_-]|$)|"
    r"(?:^|[_-])(?:verify|verification)[_-]\w*?(?:deploy|prod|release|staging|backup|restore|cluster|migrat|rollback|failover|cutover)|(?:deploy\w*|release|migration|backup|restore|failover)[_-]verif"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    run = facts.derive(exercised) | facts.derive(reached_from).keys()
    named = facts.derive(_named_by_tests)
    for file in facts.files:
        if (
            not _is_script(file, facts)
            or not _is_operational(file)
            or _is_in_package(file, facts)
            or not _does_work(file, facts)
        ):
            continue
        if file.path not in run and not named & {file.name, file.name.partition(".")[0]}:
            message = f"Operations rely on `{file.path}`, but no test, pipeline or build tool ever runs it."
            yield Hit(file.path, 1, 1, message)


def _is_script(file: SourceFile, facts: RepositoryFacts) -> bool:
    """Whether it is shipped, or has the name of a test, stands among scripts and holds no test that a runner would find."""
    if file.role is Role.SHIPPED:
        return True
    modules = facts.at(file.path, PythonModule)
    among = _FOLDERS & set(file.path.split("/")[:-1]) and not is_among_tests(file.path)
    return bool(among and modules) and not any(_is_collected(one) for module in modules for one in module.functions)


def _is_in_package(file: SourceFile, facts: RepositoryFacts) -> bool:
    """Whether it is a module of a package, which something else may import."""
    folder = file.path.rpartition("/")[0]
    own = folder.rpartition("/")[2] in _OF_SCRIPTS
    return file.language is Language.PYTHON and not own and f"{folder}/__init__.py" in facts.all_paths


def _is_collected(function: PythonFunction) -> bool:
    """Whether a runner would find the function: one of a class only where that is called a test."""
    return function.is_test and (not function.owner or function.owner.startswith("Test"))


def _is_operational(file: SourceFile) -> bool:
    parts = file.path.split("/")
    if len(parts) > 1 and not _FOLDERS & set(parts[:-1]):
        return False
    stem = file.name.partition(".")[0]
    if file.language is Language.SHELL:  # what shell scripts deliver, another rule judges
        watches = _WATCHES.search(stem) or _VALIDATES.search(stem)
        return watches is not None and not delivers(file.name) and not _PREPARES.search(stem)
    if _WORKBENCHES & set(parts[:-1]):
        return False
    if "src" in parts or _REPORTS.search(stem):
        return False  # a part of a package, which something else may offer as a command, or a report that is asked for by hand
    return file.language is Language.PYTHON and (_WATCHES.search(stem) or _DELIVERS.search(stem)) is not None


def _does_work(file: SourceFile, facts: RepositoryFacts) -> bool:
    for module in facts.at(file.path, PythonModule):
        return bool(module.functions)
    # two commands are a wrapper
    return any(len(script.program.body) > 2 for script in facts.at(file.path, ShellFile))  # noqa: PLR2004


def _named_by_tests(facts: RepositoryFacts) -> frozenset[str]:
    """The names of files that tests mention or images and manifests start, and the subjects that the names of tests give."""
    found = {
        mention.text.rpartition("/")[2]
        for file, fact in facts.of(PathMentions)
        if file.role is Role.TEST or file.language is Language.DOCKERFILE or _is_manifest(file)
        for mention in fact.paths
    }
    stems = [file.name.partition(".")[0] for file in facts.files if file.role is Role.TEST]
    found.update(stem.removeprefix("test_").removesuffix("_test").removesuffix("_script") for stem in stems)
    return frozenset(found)


def _is_manifest(file: SourceFile) -> bool:
    """Whether it may say what a cluster runs: YAML that is no pipeline, which is read for itself."""
    return file.language is Language.YAML and file.role is Role.SHIPPED and not file.path.startswith(".")


_SCRIPT = "import urllib.request\n\ndef main() -> int:\n    return urllib.request.urlopen('http://shop/health').status\n\nmain()\n"

RULE = Rule(
    id="AUD493",
    name="rehearsed-by-nothing",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    question="Does something run every health check, rotation, drill, acceptance run and restore before the day it is needed?",
    why="A health check or rollback script that ran last on its author's machine breaks silently when the system changes.",
    limits=(
        "Judged are Python scripts that deploy, restore, rotate, rehearse, try or watch, and shell scripts that watch or try, in folders for scripts or at the top. "
        "Run means: named by a test, a pipeline or a build tool, or by what those run; a program that only reports whether all is ready is asked by hand, and a schedule on a server is not seen."
    ),
    fix="Run it in a pipeline (with a dry run where it changes something), or test it.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"python-module", "shell"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    of_whole_files=True,
    examples=(
        Example(
            title="a health check that nothing runs",
            files={
                "scripts/health_check.py": _SCRIPT,
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pytest\n",
            },
            found=("scripts/health_check.py:1",),
        ),
        Example(
            title="a drill and a canary that wait for their day, and a part of a package",
            files={
                "ops/failover_drill.py": _SCRIPT,
                "ops/canary.sh": "#!/bin/sh\nset -e\n./start canary\n./watch canary\n",
                "src/shop/ops/readiness.py": _SCRIPT,
                "shop/deployment/failover.py": _SCRIPT,
                "shop/deployment/__init__.py": "",
                "scripts/validate_readiness.py": _SCRIPT,
            },
            found=("ops/canary.sh:1", "ops/failover_drill.py:1"),
        ),
        Example(
            title="an acceptance run and a load test whose name is that of a test, beside a test that a runner finds",
            files={
                "scripts/uat_runner.py": _SCRIPT,
                "scripts/load_test.py": f"class Load:\n    def test_all(self):\n        return main()\n\n\n{_SCRIPT}",
                "scripts/stress_test.py": "def test_many():\n    assert sum([1, 2]) == 3\n",
                "tests/perf/load_test.py": _SCRIPT,
                "dev/scripts/load_test.py": _SCRIPT,
            },
            found=("scripts/load_test.py:1", "scripts/uat_runner.py:1"),
        ),
        Example(
            title="a verification in the shell, figures for the objectives, and a monitor that a schedule of the cluster runs",
            files={
                "scripts/verify-schema.sh": "#!/bin/sh\nset -e\n./render\n./compare\n./tell\n",
                "scripts/setup-monitoring.sh": "#!/bin/sh\nset -e\nhelm install watch watch/chart\nhelm status watch\n./boards\n",
                "scripts/verify_release.sh": "#!/bin/sh\nset -e\ncurl -f https://shop.example/health\ncurl -f https://shop.example/ready\n./compare\n",
                "scripts/collect_slo.py": _SCRIPT,
                "scripts/smoke_probe.py": _SCRIPT,
                "k8s/probe.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: probe\nspec:\n  schedule: '0 * * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: probe\n              image: shop:1\n              command: [python, /app/scripts/smoke_probe.py]\n",
            },
            found=("scripts/collect_slo.py:1", "scripts/verify_release.sh:1"),
        ),
        Example(
            title="asked again and again by the image that it is for",
            files={
                "scripts/health_check.py": _SCRIPT,
                "Dockerfile": "FROM python:3.12\nCOPY . /app\nHEALTHCHECK CMD python /app/scripts/health_check.py || exit 1\n",
            },
        ),
        Example(
            title="run by a job",
            files={
                "scripts/health_check.py": _SCRIPT,
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: python scripts/health_check.py\n",
            },
        ),
        Example(
            title="imported by a test",
            files={
                "scripts/health_check.py": _SCRIPT,
                "tests/test_health.py": "from scripts.health_check import main\n\ndef test_main():\n    assert main() == 200\n",
            },
        ),
    ),
    lifecycle=Lifecycle.PREVIEW,
    check_repository=_check,
)
