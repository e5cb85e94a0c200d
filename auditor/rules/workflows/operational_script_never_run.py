"""AUD450: a script that operations rely on, which nothing runs before it is needed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.path_mentions import PathMentions
from auditor.facts.pattern import pattern
from auditor.facts.python_module import PythonModule
from auditor.facts.reachability import exercised
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]

_FOLDERS = frozenset(
    {"scripts", "script", "bin", "ops", "deploy", "deployment", "tools", "ci", "hack", "infra", "monitoring"}
)
_DELIVERS = pattern(
    r"(?i)(?:^|[_-])(?:deploy\w*|rollback|roll_back|failover|restore|backup|migrate|promote|cutover|recover\w*|provision\w*|release_to)(?:[_-]|$)"
)
_WATCHES = pattern(
    r"(?i)(?:^|[_-])(?:health|healthcheck|monitor|monitoring|smoke|canary|readiness|failsafe|watchdog|preflight|pre_flight|precheck|drill|rehearsal|rotat(?:e|ion))(?:[_-]|$)"
)

_TOLD = pattern(r"(?i)(?:^|[_-])(?:health[_-]?check|drill|rotate|rotation)(?:[_-]|$)")
"""Scripts of the shell of which AUD408 speaks."""
_VALIDATES = pattern(r"(?i)(?:^|[_-])validate(?:[_-]|$)")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    run = facts.derive(exercised)
    named = facts.derive(_named_by_tests)
    for file in facts.files:
        if file.role is not Role.SHIPPED or not _is_operational(file) or not _does_work(file, facts):
            continue
        if file.path not in run and not named & {file.name, file.name.partition(".")[0]}:
            message = f"Operations rely on `{file.path}`, but no test, pipeline or build tool ever runs it."
            yield Hit(file.path, 1, 1, message)


def _is_operational(file: SourceFile) -> bool:
    parts = file.path.split("/")
    if len(parts) > 1 and not _FOLDERS & set(parts[:-1]):
        return False
    stem = file.name.partition(".")[0]
    if file.language is Language.SHELL:  # what shell scripts deliver, another rule judges
        watches = _WATCHES.search(stem) or _VALIDATES.search(stem)
        return watches is not None and _DELIVERS.search(stem) is None and _TOLD.search(stem) is None
    if "src" in parts:
        return False  # a part of a package, which something else may offer as a command
    return file.language is Language.PYTHON and (_WATCHES.search(stem) or _DELIVERS.search(stem)) is not None


def _does_work(file: SourceFile, facts: RepositoryFacts) -> bool:
    for module in facts.at(file.path, PythonModule):
        return bool(module.functions)
    # two commands are a wrapper
    return any(len(script.program.body) > 2 for script in facts.at(file.path, ShellFile))  # noqa: PLR2004


def _named_by_tests(facts: RepositoryFacts) -> frozenset[str]:
    """The names of files that tests mention, and the subjects that the names of tests give."""
    found = {
        mention.text.rpartition("/")[2]
        for file, fact in facts.of(PathMentions)
        if file.role is Role.TEST
        for mention in fact.paths
    }
    stems = [file.name.partition(".")[0] for file in facts.files if file.role is Role.TEST]
    found.update(stem.removeprefix("test_").removesuffix("_test").removesuffix("_script") for stem in stems)
    return frozenset(found)


_SCRIPT = "import urllib.request\n\ndef main() -> int:\n    return urllib.request.urlopen('http://shop/health').status\n\nmain()\n"

RULE = Rule(
    id="AUD450",
    name="operational-script-never-run",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    question="Does something run every script that operations rely on before the day it is needed?",
    why="A health check or rollback script that ran last on its author's machine breaks silently when the system changes.",
    limits=(
        "Judged are Python scripts that deploy, restore, rotate, rehearse or watch, and shell scripts that watch, in folders for scripts or at the top. "
        "Run means: named by a test, a pipeline or a build tool, or by what those run; a schedule on a server is not seen."
    ),
    fix="Run it in a pipeline (with a dry run where it changes something), or test it.",
    since="0.1.0",
    lifecycle=Lifecycle.RETIRED,
    effort=60,
    reads=frozenset({"python-module", "shell"}),
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
            },
            found=("ops/canary.sh:1", "ops/failover_drill.py:1"),
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
    check_repository=_check,
)
