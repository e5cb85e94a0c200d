"""AUD460: a job calls a program that the machine does not have and nothing installs."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.job_packages import packages_installed
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NOT_THERE = frozenset({
    "trivy", "grype", "syft", "cosign", "k6", "gitleaks", "trufflehog", "tfsec", "tflint", "terrascan", "hadolint", "dive", "kubeval", "kubeconform",
    "kube-score", "kube-linter", "kubesec", "conftest", "opa", "argocd", "flux", "istioctl", "velero", "vegeta", "wrk", "hey", "siege", "artillery",
    "lighthouse", "lhci", "snyk", "doctl", "flyctl", "railway", "eksctl", "sops", "vault", "consul", "nomad",
    "redis-cli", "mongosh", "promtool", "amtool", "actionlint", "goreleaser", "golangci-lint", "cargo-audit", "infracost", "terragrunt", "kubeseal",
    "helmfile", "skaffold", "tilt", "stern", "k3d", "fly", "toxiproxy-cli", "pumba", "gremlin", "chaos", "osv-scanner", "kubescape", "polaris", "popeye",
})  # fmt: skip
"""Programs that the hosted machines do not bring: https://github.com/actions/runner-images/blob/main/images/ubuntu/Ubuntu2404-Readme.md"""
_OF_PYTHON = {
    "pip-audit": "pip-audit", "bandit": "bandit", "safety": "safety", "locust": "locust", "semgrep": "semgrep", "checkov": "checkov", "mypy": "mypy",
    "ruff": "ruff", "flake8": "flake8", "black": "black", "isort": "isort", "pylint": "pylint", "pip-licenses": "pip-licenses", "cyclonedx-py": "cyclonedx-bom",
    "schemathesis": "schemathesis", "mutmut": "mutmut", "radon": "radon", "vulture": "vulture", "detect-secrets": "detect-secrets",
    "interrogate": "interrogate", "pytest-benchmark": "pytest-benchmark", "mkdocs": "mkdocs", "twine": "twine",
}  # fmt: skip
_MAY_BRING = frozenset({
    "make", "just", "task", "bash", "sh", "source", ".", "nix", "brew", "mise", "asdf", "devbox", "aqua", "ansible-playbook", "earthly", "eval", "apt-fast",
    "arkade", "krew", "sdk", "npm", "yarn", "pnpm", "bun", "go", "cargo", "conda", "mamba", "pixi", "snap", "unzip", "tar", "dpkg", "chmod", "install",
})  # fmt: skip
"""Commands that may bring programs whose names do not stand here."""
_KEEPERS = (
    "actions/upload-",
    "actions/download-",
    "actions/cache",
    "actions/github-script",
    "github/codeql-action/upload",
    "actions/checkout",
)
"""Actions whose inputs name files, and install nothing."""
_SAYS = frozenset({"echo", "printf", "cat"})
_PACKAGES = {
    "redis-cli": "redis",
    "mongosh": "mongo",
    "chaos": "chaostoolkit",
    "fly": "fly",
    "flyctl": "fly",
    "lhci": "lighthouse",
    "opa": "opa",
    "hey": "hey",
}


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for path, job in jobs_of_repository(facts):
        if (
            not job.hosted
            or not job.runs_on.startswith("ubuntu-")
            or any(step.action.startswith("./") for step in job.steps)
        ):
            continue
        python = packages_installed(job, facts)
        for command, name in _called(job, python):
            message = f"`{name}` is called here, and neither the machine nor a step of this job brings it."
            yield Hit(path, command.line, command.end_line, message, job.id)


def _called(job: Job, python: frozenset[str] | None) -> Iterator[tuple[Command, str]]:
    """The programs that cannot be there, each where it is called first."""
    told, opened, seen = _told(job), False, set[str]()
    for command in [one for step in job.steps for one in all_commands(step.program.body if step.program else ())]:
        name = command.name
        looked_up = bool(command.words) and command.words[0].text == "command"
        if command.words and not looked_up and command.texts[0] == name and name not in seen:
            lone = name in _NOT_THERE and not opened and _PACKAGES.get(name, name) not in told
            package = _OF_PYTHON.get(name, "") if python is not None and name not in told else ""
            if lone or (package and not _comes_with(package, python or frozenset())):
                seen.add(name)
                yield command, name
        opened = opened or name in _MAY_BRING or command.text.startswith(("./", "/", "$"))
        if name not in _SAYS:
            told = f"{told} {' '.join(command.texts[0 if looked_up else 1 :]).lower()}"


def _told(job: Job) -> str:
    """What actions and their inputs name, where the action may install something."""
    words = [step.uses.text for step in job.steps]
    words += [
        f"{one.name} {one.text}" for step in job.steps if not step.action.startswith(_KEEPERS) for one in step.inputs
    ]
    return " ".join(words).lower()


def _comes_with(package: str, installed: frozenset[str]) -> bool:
    """Whether a package is installed, or one that may bring it: a plugin for it, or pylint, which needs isort."""
    return any(package in one for one in installed) or (package == "isort" and "pylint" in installed)


RULE = Rule(
    id="AUD460",
    name="command-never-installed",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every job bring the programs that it calls?",
    why="The scan ends with 'command not found', and where its failure is ignored nobody has ever seen a result.",
    limits=(
        "Jobs on hosted Ubuntu machines, and programs that are known not to be there; a word of that name in an action, an input or an earlier command counts as an "
        "installation, and so does any installer that does not name what it brings. Tools of Python count where all that pip installs stands in the repository."
    ),
    fix="Install the program in the job, in a version that is named.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="a linter that no list names, in an environment that the job makes",
            files={
                "requirements.txt": "flask==3.1.1\nmypy==1.10\n",
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: |\n          python -m venv .venv\n          source .venv/bin/activate\n          pip install -r requirements.txt\n"
                    "      - run: |\n          source .venv/bin/activate\n          ruff check .\n          mypy .\n"
                ),
            },
            found=(".github/workflows/ci.yml:13",),
        ),
        Example(
            title="a scanner, a load generator and an audit that nobody installed",
            files={
                "requirements.txt": "flask==3.0.0\n",
                ".github/workflows/scan.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: trivy fs --exit-code 1 .\n      - run: k6 run load.js || true\n"
                    "  audit:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          pip install -r requirements.txt\n          pip install pip-check\n          echo pip-audit\n          pip-audit --strict\n      - uses: actions/upload-artifact@v4\n        with:\n          path: pip-audit.json\n"
                ),
            },
            found=(".github/workflows/scan.yml:7", ".github/workflows/scan.yml:8", ".github/workflows/scan.yml:16"),
        ),
        Example(
            title="programs that an action, an installer or a list brings, and one in a container",
            files={
                "requirements.txt": "bandit==1.7.9\nflask==3.0.0\n",
                ".github/workflows/scan.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: aquasecurity/setup-trivy@v0.2.0\n      - run: trivy fs .\n      - run: sudo apt-get install -y wrk redis-tools\n"
                    "      - run: wrk -t2 http://shop.io && redis-cli -h cache ping\n      - run: docker run --rm grafana/k6 run -\n      - run: make tools\n      - run: hadolint Dockerfile\n"
                    "  maybe:\n    runs-on: ubuntu-latest\n    steps:\n      - run: if command -v grype; then grype dir:.; fi\n"
                    "  audit:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pip install -r requirements.txt\n      - run: bandit -r shop\n"
                    "  style:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pip install --group style wheel\n      - run: black --check .\n"
                    "  inside:\n    runs-on: ubuntu-latest\n    container: aquasec/trivy\n    steps:\n      - run: trivy fs .\n"
                ),
            },
        ),
    ),
)
