"""AUD721: a workflow names a file that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.checkouts import brings_other_files, checks_out
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_jobs import gitlab_groups
from auditor.facts.image_builds import image_builds
from auditor.facts.job_files import JobFile, builds_programs, created_paths, files_named, is_built
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.references.run_elsewhere import in_containers, on_the_host

__all__ = ["RULE"]

_SOURCES = pattern(
    r"^(?:scripts?|tests?|docs?|tools?|ci|src|config|helm|charts|k8s|infra(?:structure)?|migrations|requirements)/(?:.*\.(?:py|sh|js|mjs|ts|txt|toml|cfg|ini|ya?ml|json|md|sql)|[^.]*)$|^tests?/?$"
)
"""Folders in which people keep what they write: no build makes them."""


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        for job in workflow.jobs:
            yield from _local_uses(repository, file.path, job)
            if not brings_other_files(job):
                yield from _in_job(repository, file.path, job, workflow.env)
                yield from _images(repository, file.path, job)
                yield from on_the_host(repository, file.path, job)
                yield from in_containers(repository, file.path, job)
    for group in repository.derive(gitlab_groups):
        for path, job in group.jobs:
            yield from _in_gitlab_job(repository, path, job)


def _in_gitlab_job(repository: RepositoryFacts, path: str, job: Job) -> Iterator[Hit]:
    """The repository is always there, and so is what earlier jobs made: only what belongs into folders of the repository counts."""
    seen: set[str] = set()
    for named in files_named(job):
        folder = named.path.rpartition("/")[0]
        own = bool(folder) and repository.exists(folder) and not is_built(named.path)
        inside = job.line <= named.line <= job.end_line
        if named.path in seen or not own or not inside or repository.exists(named.path):
            continue
        seen.add(named.path)
        if named.path.rpartition("/")[2] not in created_paths(job, named.line):
            what = "folder" if named.folder else "file"
            message = f"The {what} {named.path!r} is not in the repository, and nothing in the job makes it."
            yield Hit(path, named.line, named.line, message, job.id)


def _in_job(repository: RepositoryFacts, path: str, job: Job, shared: tuple[Setting, ...]) -> Iterator[Hit]:
    seen: set[str] = set()
    for named in files_named(job, shared):
        if named.path in seen or not checks_out(job, named.line) or repository.exists(named.path):
            continue
        seen.add(named.path)
        if not _may_appear(repository, named, created_paths(job, named.line), job):
            what = "folder" if named.folder else "file"
            message = f"The {what} {named.path!r} is not in the repository, and nothing in the job makes it."
            yield Hit(path, named.line, named.line, message, f"{job.id}/{named.step.name}")


def _images(repository: RepositoryFacts, path: str, job: Job) -> Iterator[Hit]:
    told: set[str] = set()
    for build in image_builds(job):
        if build.path in repository.all_paths or not checks_out(job, build.line):
            continue
        if "ockerfile" in created_paths(job, build.step.line - 1):
            continue
        if not any(_may_bring(step, build.path) for step in job.steps if step.line < build.line):
            line = build.told or build.line
            message = f"An image is built, and its {build.path!r} is not in the repository."
            if build.path not in told:
                yield Hit(path, line, line, message, f"{job.id}/{build.step.name}")
            told.add(build.path)


def _may_appear(repository: RepositoryFacts, named: JobFile, created: str, job: Job) -> bool:
    name = named.path.rpartition("/")[2]
    parent = named.path.rpartition("/")[0]
    if is_built(named.path) or name in created or not name:
        return True
    if "." not in name and not named.folder and not named.kept and builds_programs(job):
        return True
    if named.kept:
        return False
    top = named.path.partition("/")[0]
    if _SOURCES.search(named.path) and not repository.exists(top) and top not in created:
        return any(_may_bring(step, parent) for step in job.steps if step.line < named.line)
    if parent and (not repository.exists(parent) or parent in created):
        return not parent or parent.partition("/")[0] in created or not repository.exists(parent.partition("/")[0])
    return any(_may_bring(step, parent) for step in job.steps if step.line < named.line)


def _may_bring(step: Step, folder: str) -> bool:
    """Whether a step fetches artifacts to where a file of this folder is expected."""
    if "download-artifact" not in step.action:
        return "artifact" in step.action and "upload" not in step.action
    target = step.given("path")
    top = target.removeprefix("./").partition("/")[0]
    return top in ("", ".") or "$" in top or folder.partition("/")[0] == top


def _local_uses(repository: RepositoryFacts, path: str, job: Job) -> Iterator[Hit]:
    for uses in (job.uses, *(step.uses for step in job.steps)):
        prefix, target = uses.text[:2], uses.text[2:].rstrip("/")
        if prefix not in ("./", "$/") or "$" in target or (prefix == "./" and brings_other_files(job)):
            continue
        if any(_puts_there(step, target) for step in job.steps):
            continue
        candidates = [f"{target}/{name}" for name in ("action.yml", "action.yaml", "Dockerfile")]
        candidates += [target] if target.endswith((".yml", ".yaml")) else []
        if target and not any(repository.exists(one) for one in candidates):
            message = f"The workflow uses {uses.text!r}, and there is no such action or workflow."
            yield Hit(path, uses.line, uses.line, message, job.id)


def _puts_there(step: Step, target: str) -> bool:
    """Whether a checkout puts another repository to where an action is expected."""
    folder = step.given("path").removeprefix("./").strip("/")
    return "checkout" in step.action and bool(folder) and f"{target}/".startswith(f"{folder}/")


RULE = Rule(
    id="AUD721",
    name="missing-file-in-workflow",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every script, file and folder that workflows name in the repository?",
    why="The step fails on the day on which it is needed, or its failure is swallowed and nobody learns of it.",
    limits="Only literal relative paths count, in jobs that check out this repository, and only if nothing in the job could have written them. Paths below folders that the repository does not have count only where people keep what they write (scripts, tests, docs ...). Builds of images count where the Dockerfile is told by literal words.",
    fix="Add the file, or mend the path.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"github-workflow", "gitlab-ci"}),
    check_repository=_check,
    examples=(
        Example(
            title="a load profile that the container does not find",
            files={
                ".github/workflows/load.yml": (
                    "on: push\njobs:\n  load:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"
                    '      - run: docker run --rm -v "$PWD:/w" -w /w grafana/k6:0.50.0 run tests/load/shop.js\n'
                    '      - run: docker run --rm -v "$PWD/tests:/t" grafana/k6:0.50.0 run /t/smoke.js --summary-export out.json\n'
                ),
                "tests/smoke.js": "export default function () {}\n",
            },
            found=(".github/workflows/load.yml:7",),
        ),
        Example(
            title="a chart of a repository of charts, and a folder",
            files={
                ".github/workflows/chart.yml": (
                    "on: push\njobs:\n  try:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: |\n          helm repo add press https://charts.press.io\n          helm install rolls press/rolls\n          helm install shop deploy/shop\n"
                ),
                "deploy/README.md": "# Deploy\n",
            },
            found=(".github/workflows/chart.yml:10",),
        ),
        Example(
            title="a folder for each run of the matrix",
            files={
                ".github/workflows/sync.yml": (
                    "on: push\njobs:\n  sync:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        path: [one, two, three]\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: |\n          cd ./examples/${{ matrix.path }}\n          make\n"
                ),
                "examples/one/Makefile": "all:\n\ttrue\n",
                "examples/two/Makefile": "all:\n\ttrue\n",
            },
            found=(".github/workflows/sync.yml:11",),
        ),
        Example(
            title="what a host is told to run, and the file of a load test",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  ship:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          ssh shop@host << 'EOF'\n"
                    "          cd /opt/shop\n          ./scripts/save.sh\n          ./scripts/start.sh\n          bin/own.sh\n          EOF\n      - run: poetry run locust -f load/buyers.py --headless\n"
                ),
                "scripts/start.sh": "#!/bin/sh\ntrue\n",
                "load/readme.md": "# Load\n",
            },
            found=(".github/workflows/release.yml:10", ".github/workflows/release.yml:14"),
        ),
        Example(
            title="GitLab: tests that nobody wrote, in a folder that the job goes into",
            files={
                ".gitlab-ci.yml": "e2e:\n  script:\n    - cd api && pip install -e .\n    - pytest tests/e2e -q\n    - python tools/report.py\n    - pytest tests/unit\n",
                "api/tests/unit/test_one.py": "def test_one():\n    assert 1\n",
            },
            found=(".gitlab-ci.yml:4",),
        ),
        Example(
            title="a release with notes that are there, and a list of changes that is not",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: echo done > REPORT.md\n"
                    "      - uses: softprops/action-gh-release@v2\n        with:\n          body_path: docs/notes.md\n          files: |\n            dist/shop.zip\n            REPORT.md\n            CHANGES.md\n"
                ),
                "docs/notes.md": "# Notes\n",
            },
            found=(".github/workflows/release.yml:14",),
        ),
        Example(
            title="A script, a path in an inline program and an action that are not there",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.ref }}\n      - run: bash scripts/migrate.sh\n      - run: scripts/seal.sh "$TAG" && cmd/tool build\n      - run: |\n          python -c "\n          for name in [\n              \'scripts/rollback.sh\',\n          ]: open(name)\n          "\n      - uses: ./.github/actions/notify\n',
                "scripts/deploy.sh": "true\n",
            },
            found=(
                ".github/workflows/deploy.yml:9",
                ".github/workflows/deploy.yml:10",
                ".github/workflows/deploy.yml:14",
                ".github/workflows/deploy.yml:17",
            ),
        ),
        Example(
            title="An image of a matrix without its Dockerfile",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        service: [web, media]\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          file: ./${{ matrix.service }}/Dockerfile\n"
                ),
                "web/Dockerfile": "FROM scratch\n",
            },
            found=(".github/workflows/ci.yml:7",),
        ),
        Example(
            title="Folders that are not there at all, and an image without its Dockerfile",
            files={
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pip install -r docs/requirements.txt\n      - run: pytest tests/\n      - run: docker build -t shop .\n      - uses: docker/build-push-action@v6\n        with:\n          context: ./web\n      - run: docker build -t shop $CONTEXT\n      - run: docker build -f deploy/Dockerfile .\n",
                "deploy/Dockerfile": "FROM python:3.11\n",
            },
            found=(
                ".github/workflows/ci.yml:7",
                ".github/workflows/ci.yml:8",
                ".github/workflows/ci.yml:9",
                ".github/workflows/ci.yml:10",
            ),
        ),
        Example(
            title="A folder of tests that one value of the matrix names, and one that pytest is told to collect",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        suite: [unit, smoke]\n        exclude: [{suite: gone}]\n"
                    "    steps:\n      - uses: actions/checkout@v4\n      - run: pytest -v tests/${{ matrix.suite }}/test_all.py\n      - run: python -m pytest -x tests/load --maxfail tests/none\n"
                ),
                "tests/unit/test_all.py": "def test_all():\n    assert True\n",
            },
            found=(".github/workflows/ci.yml:11", ".github/workflows/ci.yml:12"),
        ),
        Example(
            title="A script that is told where to write, behind another program; a chart",
            files={
                ".github/workflows/load.yml": "on: push\njobs:\n  load:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/download-artifact@v4\n        with:\n          path: results\n      - run: python scripts/load.py --output results/load.json\n      - run: py-spy record -o out.svg -- python scripts/replay.py\n      - run: helm upgrade --install shop ./charts/shop --wait\n",
                "scripts/deploy.sh": "true\n",
            },
            found=(".github/workflows/load.yml:10", ".github/workflows/load.yml:11", ".github/workflows/load.yml:12"),
        ),
        Example(
            title="Scripts that are there, or are made before",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          bash scripts/deploy.sh\n          curl -o scripts/tool.sh https://example.org/tool.sh\n          bash scripts/tool.sh\n      - run: echo 'print()' > probe.py && python probe.py\n      - run: go build -trimpath\n        working-directory: ./cmd/shop\n      - run: ./shop start\n        working-directory: ./cmd/shop\n",
                ".github/workflows/old.yml": (
                    "on: push\njobs:\n  old:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: 1.latest\n      - run: bash scripts/old.sh\n"
                    "  given:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ inputs.branch }}\n      - run: bash scripts/old.sh\n"
                    "  here:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.sha }}\n      - run: python -m venv .venv && .venv/bin/python -V\n        working-directory: cmd/shop\n"
                    "      - run: pip install . -t extra_libraries && cd extra_libraries && zip -r ../extra.zip .\n      - run: shopctl start trial && cd trial && python manage.py migrate\n      - run: helm repo add bank https://charts.bank.test\n      - run: helm upgrade --install teller bank/teller\n"
                ),
                ".github/workflows/review.yml": (
                    "on: push\njobs:\n  review:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/checkout@v4\n        with:\n"
                    "          repository: bank/review\n          path: .github/actions/review\n      - uses: ./.github/actions/review\n"
                ),
                "cmd/shop/main.go": "package main\n",
                "scripts/deploy.sh": "true\n",
            },
        ),
    ),
)
