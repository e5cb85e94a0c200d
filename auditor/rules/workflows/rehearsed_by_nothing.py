"""AUD493: a program that operations rely on, which nothing runs before it is needed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.unrehearsed import decides, unrehearsed
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file in facts.derive(unrehearsed):
        if not decides(file.name):  # of what decides, AUD408 tells
            message = f"Operations rely on `{file.path}`, but no test, pipeline or build tool ever runs it."
            yield Hit(file.path, 1, 1, message)


_SCRIPT = "import urllib.request\n\ndef main() -> int:\n    return urllib.request.urlopen('http://shop/health').status\n\nmain()\n"

RULE = Rule(
    id="AUD493",
    name="rehearsed-by-nothing",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    question="Does something run every monitor, audit, trial and migration before the day it is needed?",
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
            title="a watchdog that nothing runs",
            files={
                "scripts/watchdog.py": _SCRIPT,
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pytest\n",
            },
            found=("scripts/watchdog.py:1",),
        ),
        Example(
            title="an audit and a canary that wait for their day, and a part of a package",
            files={
                "ops/security_audit.py": _SCRIPT,
                "ops/rollback_drill.py": _SCRIPT,
                "ops/canary.sh": "#!/bin/sh\nset -e\n./start canary\n./watch canary\n",
                "src/shop/ops/readiness.py": _SCRIPT,
                "shop/deployment/failover.py": _SCRIPT,
                "shop/deployment/__init__.py": "",
                "scripts/validate_readiness.py": _SCRIPT,
            },
            found=("ops/canary.sh:1", "ops/security_audit.py:1"),
        ),
        Example(
            title="a soak run and a trial of the locks whose name is that of a test, beside a test that a runner finds",
            files={
                "scripts/soak_runner.py": _SCRIPT,
                "scripts/security_test.py": f"class Load:\n    def test_all(self):\n        return main()\n\n\n{_SCRIPT}",
                "scripts/stress_test.py": "def test_many():\n    assert sum([1, 2]) == 3\n",
                "tests/perf/security_test.py": _SCRIPT,
                "dev/scripts/security_test.py": _SCRIPT,
            },
            found=("scripts/security_test.py:1", "scripts/soak_runner.py:1"),
        ),
        Example(
            title="a verification in the shell, figures for the objectives, and a monitor that a schedule of the cluster runs",
            files={
                "scripts/verify-schema.sh": "#!/bin/sh\nset -e\n./render\n./compare\n./tell\n",
                "scripts/setup-monitoring.sh": "#!/bin/sh\nset -e\nhelm install watch watch/chart\nhelm status watch\n./boards\n",
                "scripts/validate_cluster.sh": "#!/bin/sh\nset -e\ncurl -f https://shop.example/health\ncurl -f https://shop.example/ready\n./compare\n",
                "scripts/export_slo.py": _SCRIPT,
                "scripts/canary_probe.py": _SCRIPT,
                "k8s/probe.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: probe\nspec:\n  schedule: '0 * * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: probe\n              image: shop:1\n              command: [python, /app/scripts/canary_probe.py]\n",
            },
            found=("scripts/export_slo.py:1", "scripts/validate_cluster.sh:1"),
        ),
        Example(
            title="asked again and again by the image that it is for",
            files={
                "scripts/watchdog.py": _SCRIPT,
                "Dockerfile": "FROM python:3.12\nCOPY . /app\nHEALTHCHECK CMD python /app/scripts/watchdog.py || exit 1\n",
            },
        ),
        Example(
            title="run by a job",
            files={
                "scripts/watchdog.py": _SCRIPT,
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: python scripts/watchdog.py\n",
            },
        ),
        Example(
            title="imported by a test",
            files={
                "scripts/watchdog.py": _SCRIPT,
                "tests/test_watchdog.py": "from scripts.watchdog import main\n\ndef test_main():\n    assert main() == 200\n",
            },
        ),
    ),
    lifecycle=Lifecycle.PREVIEW,
    check_repository=_check,
)
