"""AUD418: a scanner is called in a way in which it cannot fail."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Step
from auditor.facts.shell_program import Chain, Command, If, Prefixed, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, jobs_of, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SWITCHED_OFF = pattern(
    r"(?i)(?:^|\s)(?:(?:flake8|ruff|pylint|bandit|pycodestyle|pydocstyle|autoflake)\s.*--exit-zero\b|gitleaks\s.*--exit-code[= ]0\b|hadolint\s.*--no-fail\b|"
    r"(?:checkov|tfsec|kics|trufflehog3|terrascan)\s.*--soft-fail\b|(?:npm|yarn|pnpm)\s+audit\s.*--audit-level[= ]none\b|safety\s.*--continue-on-error\b|"
    r"(?:trivy|grype|docker scout|snyk|semgrep)\s.*--exit-code[= ]0\b|eslint\s.*--quiet\s+--max-warnings[= ]-1|gosec\s.*-no-fail\b|dockle\s.*--exit-code[= ]0\b|brakeman\s.*--no-exit-on-warn\b|"
    r"(?:dependency-check\S*|odc)\s.*--failOnCVSS[= ]1[1-9]|\S*(?:mvnw?|gradlew?)\s.*-DfailBuildOnCVSS=1[1-9]|osv-scanner\s.*--fail-on-vuln[= ]false|kube-score\s.*--exit-one-on-warning[= ]false|zap-\w+\.py\s.*\s-I\b|sonar-scanner\s.*qualitygate\.wait=false)"
)
_BENCHMARKS = frozenset({"hyperfine", "perf", "multitime"})
"""Programs that time a scanner: what it finds is not asked."""
_TRIVY = pattern(
    r"(?:^|\s)(?:\S*/)?(?:aquasec/)?trivy(?::\S+)?\s+(?:-\S+\s+)*(?:image|fs|filesystem|config|repo|repository|rootfs|sbom|k8s)\s"
)
_JUDGES = pattern(r"--exit-code[= ][\"']?[1-9$]|TRIVY_EXIT_CODE|--exit-on-eol|--config[= ]")
_REPORT = pattern(r"(?i)sarif|cyclonedx|spdx|github\b.*--output|--download-db-only|--list-all-pkgs")
_TRIVY_ACTION = "aquasecurity/trivy-action"
_UPLOAD = "github/codeql-action/upload-sarif"
"""It hands reports to code scanning, which judges them (https://docs.github.com/en/code-security/code-scanning)."""
_SOFT_INPUTS = {
    "anchore/scan-action": ("fail-build", "false"),
    "bridgecrewio/checkov-action": ("soft_fail", "true"),
    "aquasecurity/tfsec-action": ("soft_fail", "true"),
    "hadolint/hadolint-action": ("no-fail", "true"),
    "zaproxy/action-baseline": ("fail_action", "false"),
    "zaproxy/action-full-scan": ("fail_action", "false"),
    "zaproxy/action-api-scan": ("fail_action", "false"),
    "checkmarx/kics-github-action": ("ignore_on_exit", "all"),
    "checkmarx/kics-action": ("ignore_on_exit", "all"),
}
_CANNOT = "cannot fail as it is called: what it finds stops nothing"


def _check(source: Source) -> Iterator[Hit]:
    judged = _JUDGES.search(source.text) is not None or _judging_action(source)
    for unit in units_of(source):
        decisive = {id(one) for one in _decisive(unit)}
        for command in all_commands(unit.body):
            text = " ".join(command.texts)
            if command.name in _BENCHMARKS:
                continue
            if _SWITCHED_OFF.search(text):
                yield _hit(source, command, unit, command.name)
            elif (
                (unit.step is not None or id(command) in decisive)
                and not judged
                and _TRIVY.search(f"{text} ")
                and not _is_for_later(text, command)
            ):
                yield _hit(source, command, unit, "trivy")
    for job in jobs_of(source):
        last = max((index for index, step in enumerate(job.steps) if step.action == _UPLOAD), default=-1)
        for index, step in enumerate(job.steps):
            if _is_soft(step, judged=judged or (index < last and _reports(step))):
                yield Hit(
                    source.path,
                    step.line,
                    step.end_line,
                    f"{step.action} {_CANNOT}.",
                    f"{job.id}/{step.name or step.id}",
                )


def _decisive(unit: Unit) -> Iterator[Command]:
    """The commands on whose failure the program decides something."""
    for node in walk(unit.body):
        if isinstance(node, Chain) and node.operator == "||" and isinstance(node.left, Command):
            yield node.left
        elif isinstance(node, If):
            inner = [
                one.body if isinstance(one, Prefixed) else one for branch in node.branches for one in branch.condition
            ]
            yield from (one for one in inner if isinstance(one, Command))


def _hit(source: Source, command: Command, unit: Unit, name: str) -> Hit:
    return Hit(source.path, command.line, command.end_line, f"{name} {_CANNOT}.", unit.symbol)


def _is_for_later(text: str, command: Command) -> bool:
    """Whether the scanner writes a report for another tool, which may judge it."""
    return _REPORT.search(text) is not None or bool(command.redirects)


def _judging_action(source: Source) -> bool:
    """Whether a step of the file scans with a status that counts: the others then only report."""
    return any(
        step.action == _TRIVY_ACTION and step.given("exit-code") not in ("", "0")
        for job in jobs_of(source)
        for step in job.steps
    )


def _reports(step: Step) -> bool:
    """Whether a step of Trivy writes a report for another tool."""
    return step.action == _TRIVY_ACTION and _REPORT.search(step.given("format")) is not None


def _is_soft(step: Step, *, judged: bool) -> bool:
    if step.action == _TRIVY_ACTION:
        if step.given("exit-code") == "0" and not judged:
            return step.given("scan-type") != "sbom" and not step.given(
                "trivy-config"
            )  # who says so asks for no report alone
        return (
            not judged
            and not _reports(step)
            and not step.given("trivy-config")
            and step.given("exit-code") in ("", "0")
            and step.given("scan-type") != "sbom"
        )
    name, value = _SOFT_INPUTS.get(step.action, ("", ""))
    return bool(name) and step.given(name).lower() == value


RULE = Rule(
    id="AUD418",
    name="toothless-scanner",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Can every scanner of the pipeline fail it?",
    why="A scanner that always exits with 0 is green over every vulnerability that it lists; nobody reads the log of a green job.",
    limits=(
        "Knows the options of common scanners. Trivy counts as a gate where one call of the same file sets an exit code; what it writes as SARIF "
        "or as a bill of materials is left to whoever reads that."
    ),
    fix="Give the scanner a status that fails (`--exit-code 1`), with the severities that should stop a release.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline"}),
    triggers=(
        "trivy",
        "--exit-zero",
        "exit-code",
        "--no-fail",
        "no-fail",
        "soft-fail",
        "soft_fail",
        "audit-level",
        "fail-build",
        "fail_action",
        "ignore_on_exit",
        "no-exit-on-warn",
        "failoncvss",
        "failbuildoncvss",
        "fail-on-vuln",
        "exit-one-on-warning",
        "zap-",
        "qualitygate",
        "continue-on-error",
    ),
    check_file=_check,
    examples=(
        Example(
            title="scanners with options that let everything pass, and with limits that can be reached",
            files={
                ".gitlab-ci.yml": "sast:\n  script:\n    - gosec -no-fail ./...\n    - ./mvnw dependency-check:check -DfailBuildOnCVSS=11\n    - gosec ./...\n    - ./mvnw dependency-check:check -DfailBuildOnCVSS=7\n",
            },
            found=(
                ".gitlab-ci.yml:3",
                ".gitlab-ci.yml:4",
            ),
        ),
        Example(
            title="a script that waits for a failure which cannot come",
            files={
                "scripts/scan.sh": (
                    '#!/bin/bash\nscan() {\n  trivy image --severity HIGH "$IMAGE" || {\n    echo "found something"\n    return 1\n  }\n}\n'
                    'if ! trivy fs .; then\n  exit 1\nfi\ntrivy image --format table "$IMAGE"\n'
                )
            },
            found=("scripts/scan.sh:3", "scripts/scan.sh:8"),
        ),
        Example(
            title="scanners without a verdict",
            files={
                ".github/workflows/scan.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: aquasecurity/trivy-action@0.28.0\n        with:\n          image-ref: shop\n"
                    "          exit-code: '0'\n      - run: |\n          trivy image --severity HIGH shop\n          flake8 . --exit-zero\n"
                    "          gitleaks detect --exit-code 0\n          docker run --rm aquasec/trivy:latest image --exit-code 0 shop\n"
                ),
            },
            found=(
                ".github/workflows/scan.yml:11",
                ".github/workflows/scan.yml:12",
                ".github/workflows/scan.yml:13",
                ".github/workflows/scan.yml:14",
                ".github/workflows/scan.yml:6",
            ),
        ),
        Example(
            title="a report that is uploaded nowhere",
            files={
                ".github/workflows/scan.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: github/codeql-action/upload-sarif@v3\n        with:\n          sarif_file: other.sarif\n"
                    "      - uses: aquasecurity/trivy-action@0.28.0\n        with:\n          format: sarif\n          output: out.sarif\n          exit-code: '0'\n"
                ),
            },
            found=(".github/workflows/scan.yml:9",),
        ),
        Example(
            title="an attack that is looked at by nobody, and one that counts",
            files={
                ".github/workflows/attack.yml": (
                    "on: push\njobs:\n  attack:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: zaproxy/action-baseline@v0.12.0\n        with:\n          target: https://staging.shop.io\n"
                    "          fail_action: false\n      - uses: zaproxy/action-full-scan@v0.10.0\n        with:\n          target: https://staging.shop.io\n          fail_action: true\n"
                ),
            },
            found=(".github/workflows/attack.yml:6",),
        ),
        Example(
            title="a gate beside a report, and a report for code scanning",
            files={
                ".github/workflows/scan.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - run: trivy image shop\n      - run: trivy image --exit-code 1 shop\n      - run: flake8 .\n"
                ),
                "scripts/compare.sh": 'hyperfine --warmup 5 "flake8 src --exit-zero" "ruff check src --exit-zero"\n',
                ".github/workflows/sarif.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: aquasecurity/trivy-action@0.28.0\n        with:\n          format: sarif\n          output: out.sarif\n"
                ),
                ".github/workflows/upload.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: aquasecurity/trivy-action@0.28.0\n        with:\n          format: sarif\n          output: out.sarif\n          exit-code: '0'\n"
                    "      - uses: github/codeql-action/upload-sarif@v3\n        with:\n          sarif_file: out.sarif\n"
                ),
            },
        ),
    ),
)
