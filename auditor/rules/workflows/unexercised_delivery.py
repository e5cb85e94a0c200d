"""AUD408: a deployment or rollback that nothing exercises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.names_run import names_run
from auditor.facts.operation_names import delivers
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import all_commands
from auditor.facts.unrehearsed import decides, unrehearsed
from auditor.facts.work_units import running_jobs
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PARTS = 3
_WRAPPER = 2  # statements: a script that merely calls another
_TESTS = pattern(r"(?i)(^|[/_-])(tests?|specs?|fixtures?)([/_.-]|$)")
_DEPLOYS = pattern(r"(?i)\bdeploy(ment)?\b.*\b(prod(uction)?|staging|live)\b|\b(prod(uction)?|staging)\b.*\bdeploy")
_KEPT_BACK = pattern(
    r"github\.ref(?:_name)?\b\s*==|startsWith\(\s*github\.ref\b|github\.event_name\s*(?:==\s*['\"](?:push|workflow_dispatch|release|schedule)|!=\s*['\"]pull_request['\"])|inputs\."
)
"""Conditions that no proposal fulfils."""
_CHECKERS = pattern(r"\b(actionlint|act|zizmor|check-jsonschema|workflow-lint)\b|check-github-workflows")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    if not any("actionlint" in path for path in repository.all_paths) and not _is_checked(repository):
        for file, workflow in repository.of(GithubWorkflow):
            if _deploys(workflow) and file.path not in (calls := _called(repository)) and not calls & {file.name}:
                message = f"The deployment workflow {workflow.name or file.name!r} is exercised by nothing: no rehearsal, no linter, no dry run."
                yield Hit(file.path, 1, 1, message)
    hooks = _hooks(repository)
    scripts = [file for file, shell in repository.of(ShellFile, _delivers) if len(shell.program.body) > _WRAPPER]
    scripts = [file for file in scripts if file.name not in hooks]
    # programs of Python, and trials and verifications in the shell
    scripts += [file for file in repository.derive(unrehearsed) if decides(file.name)]
    mentioned = names_run(repository, frozenset(file.name for file in scripts)) if scripts else frozenset()
    for file in scripts:
        if file.name not in mentioned:
            message = f"The script {file.path!r} is exercised by nothing: no workflow, test or other script runs it."
            yield Hit(file.path, 1, 1, message)


def _hooks(repository: RepositoryFacts) -> frozenset[str]:
    """Names without an ending that scripts of several folders bear: what is asked of every part is called by its name."""
    counted = Counter(path.rpartition("/")[2] for path in repository.all_paths)
    return frozenset(name for name, count in counted.items() if count >= _PARTS and "." not in name)


def _delivers(file: SourceFile) -> bool:
    return file.role is Role.SHIPPED and delivers(file.name) and not _TESTS.search(file.path)


def _is_checked(repository: RepositoryFacts) -> bool:
    for _, job in running_jobs(repository):
        for step in job.steps:
            texts = [step.uses.text, *(one.text for one in all_commands(step.program.body if step.program else ()))]
            if any(_CHECKERS.search(text) for text in texts):
                return True
    return False


def _deploys(workflow: GithubWorkflow) -> bool:
    environments = [
        job for job in workflow.jobs if job.environment.text.lower() in ("production", "prod", "staging", "live")
    ]
    names = " / ".join((workflow.name, *(job.name or job.id for job in workflow.jobs)))
    if workflow.triggered_by("pull_request").is_set and not {one.id for one in environments} <= _kept_back(
        workflow.jobs
    ):
        return False  # every proposal runs it, deployment included
    return bool(environments) and (_DEPLOYS.search(names) is not None or "deploy" in workflow.name.lower())


def _kept_back(jobs: tuple[Job, ...]) -> set[str]:
    """The jobs that no proposal runs, since their condition, or that of a job which they wait for, says so."""
    waiting_for: dict[str, list[str]] = {}
    for job in jobs:
        for need in job.needs if "always()" not in job.condition.text else ():
            waiting_for.setdefault(need.job, []).append(job.id)
    found = {job.id for job in jobs if _KEPT_BACK.search(job.condition.text)}
    pending = sorted(found)
    while pending:
        after = [one for one in waiting_for.get(pending.pop(), ()) if one not in found]
        found.update(after)
        pending.extend(after)
    return found


def _called(repository: RepositoryFacts) -> set[str]:
    return {
        job.uses.text.removeprefix("./").removeprefix("$/").partition("@")[0]
        for _, job in running_jobs(repository)
        if job.uses.is_set
    }


_PROGRAM = "import urllib.request\n\ndef main() -> int:\n    return urllib.request.urlopen('http://shop/health').status\n\nmain()\n"

RULE = Rule(
    id="AUD408",
    name="unexercised-delivery",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    question="Does something run or check every deployment, rollback, backup, rotation, drill and health check before it is needed?",
    why="A script that runs for the first time during an incident fails then. A deployment workflow that nothing checks is such a script.",
    limits="Scripts, of the shell and of Python in folders for scripts, are known by their names and count where no workflow, pipeline, other script, test, Makefile or container file names them. Workflows count where they deploy to an environment and nothing in the repository lints or dry-runs workflows, unless every pull request runs their deployments.",
    fix="Run it in a rehearsal job, test it, or check it with a linter (actionlint, shellcheck) in the pipeline.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"github-workflow", "shell", "python-module"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    of_whole_files=True,
    check_repository=_check,
    examples=(
        Example(
            title="a hook of the same name in every plugin, and a script of one folder",
            files={
                **{
                    f"plugins/{name}/pre-restore": "#!/usr/bin/env bash\nset -e\nload_names\nrestore_names $1\n"
                    for name in ("one", "two", "three")
                },
                "Dockerfile": "FROM shop\nHEALTHCHECK --interval=30s CMD shop-healthcheck\n",
                "bin/shop-healthcheck": "#!/usr/bin/env bash\nset -e\nload_names\nask_names $1\n",
                "ops/post-restore": "#!/usr/bin/env bash\nset -e\nload_names\nrestore_names $1\n",
            },
            found=("ops/post-restore:1",),
        ),
        Example(
            title="A backup that another script only speaks of, and one that is put on a schedule",
            files={
                "scripts/backup.sh": "#!/bin/bash\npg_dump shop > /backup/shop.sql\naws s3 cp /backup/shop.sql s3://backups/\necho done\n",
                "scripts/restore.sh": "#!/bin/bash\naws s3 cp s3://backups/shop.sql /tmp/shop.sql\npsql shop < /tmp/shop.sql\necho done\n",
                "tools/list.py": 'import json\n\nprint(json.dumps(["scripts/backup.sh"]))\n',
                "scripts/audit.sh": "#!/bin/bash\ngrep -q gpg scripts/backup.sh\n",
                "docs/scripts-documentation.yaml": "scripts:\n  - path: scripts/backup.sh\n    purpose: saves the data\n",
                "reports/summary.txt": "We wrote scripts/backup.sh\n",
                "scripts/start.sh": '#!/bin/bash\ninfo() { echo "$1"; }\ndocker compose up -d\ninfo "To save the data run ./scripts/backup.sh"\necho "0 3 * * 0 /opt/restore.sh" > /etc/cron.d/restore\n',
            },
            found=("scripts/backup.sh:1",),
        ),
        Example(
            title="A deployment of which a program only asks whether it is there",
            files={
                "scripts/deploy.sh": "#!/bin/bash\nset -e\n./build\n./ship\n./tell\n",
                "scripts/inspect.py": (
                    "import subprocess\nfrom checks import check_file_exists\n\n\ndef main():\n    wanted = [\n        ('scripts/deploy.sh', 'deployment'),\n    ]\n"
                    "    for path, what in wanted:\n        good, text = check_file_exists(path, what)\n        print(good, text)\n    subprocess.run(['uptime'])\n"
                ),
            },
            found=("scripts/deploy.sh:1",),
        ),
        Example(
            title="Deployments that no proposal runs, and one that each of them does",
            files={
                ".github/workflows/ship.yml": (
                    "name: CI/CD\non:\n  push:\n  pull_request:\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n"
                    "  ship:\n    name: Deploy to production\n    if: github.ref == 'refs/heads/main'\n    runs-on: ubuntu-24.04\n    environment: production\n    steps:\n      - run: make deploy\n"
                ),
                ".github/workflows/promote.yml": (
                    "name: Deploy\non: [push, pull_request]\njobs:\n  build:\n    if: github.event_name != 'pull_request'\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
                    "  ship:\n    name: Deploy to staging\n    needs: build\n    runs-on: ubuntu-24.04\n    environment: staging\n    steps:\n      - run: make deploy\n"
                ),
                ".github/workflows/preview.yml": (
                    "name: Deploy\non: pull_request\njobs:\n  ship:\n    name: Deploy to staging\n    runs-on: ubuntu-24.04\n    environment: staging\n    steps:\n      - run: make deploy\n"
                ),
            },
            found=(".github/workflows/promote.yml:1", ".github/workflows/ship.yml:1"),
        ),
        Example(
            title="A rollback that is run by a workflow alone that is no YAML, and never runs",
            files={
                "ops/rollback.sh": "#!/bin/bash\nhelm rollback shop\nkubectl rollout status deploy/shop\necho done\n",
                ".github/workflows/back.yml": "on: workflow_dispatch\njobs:\n  back:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          python -c \"\nimport sys\nprint('ready')\n          \"\n      - run: bash ops/rollback.sh\n",
            },
            found=("ops/rollback.sh:1",),
        ),
        Example(
            title="A rollback that nobody runs",
            files={
                "scripts/rollback.sh": "#!/bin/bash\nset -e\nkubectl rollout undo deployment/api\nkubectl rollout status deployment/api\n"
            },
            found=("scripts/rollback.sh:1",),
        ),
        Example(
            title="A deployment workflow of which every pull request runs the first half, and one that runs for releases alone",
            files={
                ".github/workflows/delivery.yml": (
                    "name: CI and deploy\non:\n  push:\n    branches: [main]\n  pull_request:\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
                    "  deploy:\n    needs: test\n    if: github.ref == 'refs/heads/main'\n    environment: production\n    runs-on: ubuntu-latest\n    steps:\n      - run: make deploy\n"
                ),
                ".github/workflows/release.yml": (
                    "name: Deploy a release\non:\n  push:\n    tags: ['v*']\njobs:\n  deploy:\n    environment: production\n    runs-on: ubuntu-latest\n    steps:\n      - run: make deploy\n"
                ),
            },
            found=(".github/workflows/delivery.yml:1", ".github/workflows/release.yml:1"),
        ),
        Example(
            title="A drill, a rotation and a health check that wait for their day, and one that a timer starts",
            files={
                "ops/region-drill.sh": "#!/bin/bash\nset -e\n./promote standby\n./measure\n",
                "ops/rotate-keys.sh": "#!/bin/bash\nset -e\nopenssl rand -hex 32 > key\nsystemctl restart shop\n",
                "ops/healthcheck.sh": "#!/bin/bash\nset -e\ncurl -f https://shop.de/health\ncurl -f https://shop.de/ready\n",
                "ops/rotate-logs.sh": "#!/bin/bash\nset -e\ngzip /var/log/shop.log\ntouch /var/log/shop.log\n",
                "deploy/install.sh": '#!/bin/bash\nset -e\necho "0 3 * * 0 /opt/rotate-logs.sh" > /etc/cron.d/logs\n',
            },
            found=("ops/healthcheck.sh:1", "ops/region-drill.sh:1", "ops/rotate-keys.sh:1"),
        ),
        Example(
            title="Programs of Python: an acceptance run, a backup and a check before, beside what a workbench and a package hold",
            files={
                "scripts/uat_runner.py": _PROGRAM,
                "scripts/nightly_backup.py": _PROGRAM,
                "scripts/load_test.py": f"class Load:\n    def test_all(self):\n        return main()\n\n\n{_PROGRAM}",
                "tools/preflight.py": _PROGRAM,
                "scripts/local_smoke.py": _PROGRAM,
                "scripts/security_report.py": _PROGRAM,
                "scripts/stress_test.py": "def test_many():\n    assert sum([1, 2]) == 3\n",
                "dev/scripts/load_test.py": _PROGRAM,
                "shop/deployment/failover.py": _PROGRAM,
                "shop/deployment/__init__.py": "",
            },
            found=(
                "scripts/load_test.py:1",
                "scripts/nightly_backup.py:1",
                "scripts/uat_runner.py:1",
                "tools/preflight.py:1",
            ),
        ),
        Example(
            title="Verifications that nobody runs, and programs that a cluster, an image, a test and a job run",
            files={
                "scripts/verify_release.sh": "#!/bin/sh\nset -e\ncurl -f https://shop.example/health\ncurl -f https://shop.example/ready\n./compare\n",
                "scripts/collect_slo.py": _PROGRAM,
                "scripts/smoke_probe.py": _PROGRAM,
                "k8s/probe.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: probe\nspec:\n  schedule: '0 * * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: probe\n              image: shop:1\n              command: [python, /app/scripts/smoke_probe.py]\n",
                "scripts/health_check.py": _PROGRAM,
                "Dockerfile": "FROM python:3.12\nCOPY . /app\nHEALTHCHECK CMD python /app/scripts/health_check.py || exit 1\n",
                "scripts/restore_all.py": _PROGRAM,
                "tests/test_restore.py": "from scripts.restore_all import main\n\ndef test_main():\n    assert main() == 200\n",
                "scripts/rotate_keys.py": _PROGRAM,
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: python scripts/rotate_keys.py --dry-run\n",
            },
            found=("scripts/collect_slo.py:1", "scripts/verify_release.sh:1"),
        ),
        Example(
            title="A rollback that the pipeline rehearses",
            files={
                "scripts/rollback.sh": "#!/bin/bash\nset -e\nkubectl rollout undo deployment/api\nkubectl rollout status deployment/api\n",
                ".github/workflows/rehearse.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: bash scripts/rollback.sh staging\n",
            },
        ),
    ),
)
