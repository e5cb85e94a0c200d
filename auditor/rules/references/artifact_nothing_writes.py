"""AUD719: a job uploads a report that nothing in the repository writes."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.path_mentions import PathMentions
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import all_commands
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPORT = pattern(r"^(?:\./)?(?:[\w.-]+/)*([\w-]+(?:\.[\w-]+)*\.(?:json|xml|html|md|sarif|csv|yaml|yml|log))$")
_BY_TOOLS = pattern(
    r"(?i)^(?:(?:coverage|cobertura|jacoco|lcov|clover|junit|test-?results?|tests?|nunit|xunit|checkstyle|surefire|index|output|summary|results?|report(?:_\w+)?|sbom|bom|"
    r"dependency-check-report|gl-\w[\w-]*|package|manifest|stats|metadata|trace|changelog|latest|renovate|semgrep\.sarif|snyk\.sarif|trivy-results)[\w-]*\.\w+|.*\.(?:cdx|spdx)\.\w+)$"
)
"""Names that tools give by themselves."""
_INERT = (
    "actions/checkout",
    "actions/setup-",
    "actions/cache",
    "actions/upload-artifact",
    "actions/github-script",
    "astral-sh/setup-uv",
    "codecov/",
    "docker/",
    "aws-actions/",
    "azure/login",
    "azure/setup-",
    "hashicorp/setup-",
    "google-github-actions/",
    "snok/install-poetry",
    "trufflesecurity/trufflehog",
    "gitleaks/gitleaks-action",
    "returntocorp/semgrep-action",
    "semgrep/semgrep-action",
    "aquasecurity/trivy-action",
    "hadolint/hadolint-action",
    "bridgecrewio/checkov-action",
    "pypa/gh-action-pip-audit",
    "snyk/actions",
)
"""Actions that leave no file of a report, or only under the name that their inputs tell."""
_OF_REPOSITORY = pattern(
    r"\.(?:py|sh|bash|m?js|ts|rb)$|^\./|^(?:make|just|task|npm|npx|yarn|pnpm|tox|nox|pytest|py\.test|python3?|node|go|cargo|docker|docker-compose|mvn|gradle|bazel|ansible-playbook|locust|k6)$"
)
"""What runs programs of the repository, which may write files under names that they compute."""
_HOLE = pattern(r"\$?\{[^{}]*\}|\$\w+|%[sd]")


_TOLD_ENOUGH = pattern(r"[\w-]{3}.*\.\w+$")
"""A name of which more is known than its ending: ``*.json`` may be any, and is none."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    named, there = facts.derive(_named_by_files), {path.rpartition("/")[2] for path in facts.all_paths}
    for file, workflow in facts.of(GithubWorkflow):
        told = "\n".join(text for job in workflow.jobs for text in _told(job))
        for job in workflow.jobs:
            if not all(not step.uses.is_set or step.action.startswith(_INERT) for step in job.steps):
                continue
            runs = any(_OF_REPOSITORY.search(text) for text in _told(job))
            for name, line in _uploads(job):
                written = name in told or name in there or (runs and any(fnmatchcase(name, one) for one in named))
                if not written:
                    message = f"The job uploads `{name}`, and nothing in the repository writes a file of this name."
                    yield Hit(file.path, line, line, message, job.id)


def _uploads(job: Job) -> Iterator[tuple[str, int]]:
    """The plain names of reports that are uploaded, with their lines."""
    for step in job.steps:
        if step.action != "actions/upload-artifact":
            continue
        setting = next((one for one in step.inputs if one.name == "path"), None)
        for number, item in enumerate(setting.text.split("\n") if setting else ()):
            match = _REPORT.match(item.strip())
            if setting and match and not _BY_TOOLS.search(match.group(1)):
                yield match.group(1), setting.line + number


def _told(job: Job) -> Iterator[str]:
    """All that the steps of a job say, but for what they upload."""
    for step in job.steps:
        if step.action != "actions/upload-artifact":
            yield from (one.text for one in (*step.inputs, *step.env))
        yield step.condition.text
        for command in all_commands(step.program.body if step.program else ()):
            said = command.name in ("echo", "printf") and command.words
            yield from (word.text for word in (command.words[:1] if said else command.words))
            yield from (one.target.text for one in command.redirects)
            yield from (one.value.text for one in command.assignments)
    yield from (one.text for one in job.env)


def _named_by_files(facts: RepositoryFacts) -> frozenset[str]:
    """The names, as patterns, that files other than workflows mention."""
    found: set[str] = set()
    for file, fact in facts.of(PathMentions):
        if not any(facts.at(file.path, GithubWorkflow)):
            found.update(_HOLE.sub("*", one.text).rpartition("/")[2] for one in fact.paths)
    return frozenset(one for one in found if _TOLD_ENOUGH.search(one))


def _workflow(run: str, path: str) -> str:
    return (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"
        f"      - run: {run}\n      - uses: actions/upload-artifact@v4\n        with:\n          name: reports\n          path: {path}\n"
    )


RULE = Rule(
    id="AUD719",
    name="artifact-nothing-writes",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does something write every report that the pipeline keeps?",
    why="The report that is to prove a scan or a measurement is never there; the upload warns, and nobody misses it.",
    limits=(
        "Literal names of reports that no step, program or configuration of the repository mentions elsewhere, in jobs of common actions; names "
        "that tools give by themselves are left alone."
    ),
    fix="Write the report, or take it out of the list.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="a report of a scan that keeps none",
            files={
                ".github/workflows/ci.yml": _workflow(
                    "safety check --json", "|\n            safety-report.json\n            docs/licence-audit.json"
                )
            },
            found=(".github/workflows/ci.yml:12", ".github/workflows/ci.yml:13"),
        ),
        Example(
            title="scanners that write what their inputs say, in a job that runs nothing of the repository",
            files={
                ".github/workflows/scan.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - uses: aquasecurity/trivy-action@v0.30.0\n"
                    "        with:\n          output: image-scan.sarif\n      - uses: actions/upload-artifact@v4\n        with:\n          name: scans\n          path: |\n"
                    "            image-scan.sarif\n            secrets-scan.json\n"
                ),
                "tools/scan.py": "NAME = 'secrets-scan.json'\n",
            },
            found=(".github/workflows/scan.yml:15",),
        ),
        Example(
            title="a command that is only said, a name of which a program tells no more than the ending, and a report that pytest is not told to write",
            files={
                ".github/workflows/ci.yml": _workflow(
                    'echo "kubectl get deploy shop -o yaml > before-deployment.yaml" && pytest && python load.py',
                    "|\n            before-deployment.yaml\n            load-figures.json\n            pytest-report.xml",
                ),
                "load.py": "def write(name):\n    with open(f'{name}.json', 'w') as file:\n        file.write(name)\n",
            },
            found=(".github/workflows/ci.yml:12", ".github/workflows/ci.yml:13", ".github/workflows/ci.yml:14"),
        ),
        Example(
            title="written by a step, by a program, or by the tool itself",
            files={
                ".github/workflows/ci.yml": _workflow("bandit -o bandit-report.json", "bandit-report.json"),
                ".github/workflows/load.yml": _workflow(
                    "python load.py", "|\n            load-eu-report.json\n            coverage.xml"
                ),
                "load.py": "import json\n\n\ndef write(region, figures):\n    with open(f'load-{region}-report.json', 'w') as file:\n        json.dump(figures, file)\n",
            },
        ),
    ),
)
