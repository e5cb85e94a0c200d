"""AUD452: a deployment runs although what it waits for has failed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ALWAYS = pattern(r"^\s*(?:\$\{\{)?\s*\(?\s*(?:always\(\)|!\s*cancelled\(\)|success\(\)\s*\|\|\s*failure\(\))")
_EXAMINES = pattern(
    r"(?i)\bneeds(?:\.|\[)|\bsteps\.|tojson|\bsuccess\(\)\s*&&|job\.status|inputs\.|\|\|.*github\.event"
)
_TESTS = pattern(r"(?i)(?:^|[-_ ])(?:tests?|unit|integration|e2e)(?:[-_ ]|$)")
_NAMED = pattern(r"\bneeds(?:\.([\w-]+)|\['([\w-]+)'\])")
_WHOLE = pattern(r"(?i)needs\.\*|tojson\(|\bsuccess\(\)\s*&&|&&\s*success\(\)|!\s*failure\(\)|!\s*contains\(")
"""What asks all needs at once."""
_DEPLOYS = pattern(
    r"(?i)\b(deploy(?:s|ment)?|release|publish|promote|roll ?out|go[- ]live)\b|(?:^|[-_])deploy(?:$|[-_])"
)
_ASIDE = pattern(
    r"(?i)notif|post[ _-]?deploy|report|comment|status|clean|teardown|tear down|destroy|delete|remove|summary|roll ?back|artifact|result|badge|coverage|"
    r"\blogs?\b|\bdocs?\b|pages|preview|announce|undeploy|stop|verif|valid|check|test|record|monitor|metric|gate|slack|collect|note"
)
_ASKS_HOW = pattern(r"conclusion|workflow_run\.status|check[-_]runs|check[-_]suites|gh run (?:view|list)")
_CHECKS = pattern(r"(?i)test|lint|check|scan|secur|verif|valid|audit|quality|build|type|\bci\b|smoke|gate|approv")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        names = {one.id: f"{one.id} {one.name}" for one in workflow.jobs} if workflow is not None else {}
        checks = [need.job for need in job.needs if _CHECKS.search(names.get(need.job, ""))]
        title = f"{job.id} {job.name}"
        passed_over = (
            [one for one in checks if _TESTS.search(one) and _passes_over(one, job, workflow)] if workflow else []
        )
        if passed_over and _is_deployment(title.replace("build", "")):
            message = f"The job {job.name or job.id!r} deploys however {passed_over[0]!r} ends: its condition holds always, and looks at other jobs only."
            yield Hit(source.path, job.condition.line, job.condition.line, message, job.id, Severity.MEDIUM)
        if checks and _regardless(job.condition) and _is_deployment(title):
            message = f"The job {job.name or job.id!r} deploys however {checks[0]!r} ends: its condition holds always."
            yield Hit(source.path, job.condition.line, job.condition.line, message, job.id)
        yield from _steps(source.path, job)
    if workflow is not None:
        yield from _after_any_run(source, workflow)


def _after_any_run(source: Source, workflow: GithubWorkflow) -> Iterator[Hit]:
    """Deployments that begin when another workflow has ended, of a file that nowhere asks how it has ended."""
    trigger = workflow.triggered_by("workflow_run")
    kinds = [one.text for one in workflow.refs if one.name == "workflow_run.types"]
    if not trigger.line or _ASKS_HOW.search(source.text) or (kinds and not any("completed" in one for one in kinds)):
        return
    for job in workflow.jobs:
        if _is_deployment(f"{job.id} {job.name}") and not job.uses.text and not job.needs:
            after = workflow.follows[0].text if workflow.follows else "another workflow"
            message = (
                f"The job {job.name or job.id!r} deploys however {after!r} has ended: nothing asks for its conclusion."
            )
            yield Hit(source.path, job.line, job.line, message, job.id)


def _passes_over(check: str, job: Job, workflow: GithubWorkflow) -> bool:
    """Whether a condition that holds always names other needs, and neither this one nor one that waits for it and must have succeeded."""
    text = job.condition.text
    if not _ALWAYS.search(text) or not _NAMED.search(text) or _WHOLE.search(text):
        return False
    named = {match.group(1) or match.group(2) for match in _NAMED.finditer(text)}
    if check in named:
        return False
    waiting = [one for one in workflow.jobs if one.id in named and check in {need.job for need in one.needs}]
    return not waiting


def _steps(path: str, job: Job) -> Iterator[Hit]:
    checked: Step | None = None
    for step in job.steps:
        if checked is not None and _regardless(step.condition) and _is_deployment(step.name):
            message = f"The step {step.name!r} deploys although a step before it, as {checked.name!r}, has failed: its condition holds always."
            yield Hit(path, step.condition.line, step.condition.line, message, f"{job.id}/{step.name}")
        if _CHECKS.search(step.name) and step.program is not None:
            checked = step


def _regardless(condition: Setting) -> bool:
    return _ALWAYS.search(condition.text) is not None and not _EXAMINES.search(condition.text)


def _is_deployment(title: str) -> bool:
    return _DEPLOYS.search(title) is not None and not _ASIDE.search(title)


RULE = Rule(
    id="AUD452",
    name="deployment-despite-failure",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a deployment stay away when what it waits for has failed?",
    why="With always(), the tests before a deployment decide nothing: what they reject goes out all the same.",
    limits="Judged are conditions that always hold, and deployments that begin when another workflow has ended (`workflow_run`) in a file that nowhere asks for its conclusion. Deployments and checks are known by their names. A condition that looks at results, outcomes or inputs is taken to decide.",
    fix="Drop always(), or add the results that must hold: needs.test.result == 'success'.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    triggers=("always()", "cancelled()", "failure()", "workflow_run"),
    check_file=_check,
    examples=(
        Example(
            title="A deployment after a run that may have failed",
            files={
                ".github/workflows/staging.yml": (
                    "on:\n  workflow_run:\n    workflows: [CI]\n    types: [completed]\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
                ),
                ".github/workflows/production.yml": (
                    "on:\n  workflow_run:\n    workflows: [CI]\n    types: [completed]\njobs:\n  deploy:\n    if: github.event.workflow_run.conclusion == 'success'\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
                ),
                ".github/workflows/report.yml": (
                    "on:\n  workflow_run:\n    workflows: [CI]\n    types: [completed]\njobs:\n  report:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./report.sh\n"
                ),
            },
            found=(".github/workflows/staging.yml:6",),
        ),
        Example(
            title="A deployment and a step of one that run whatever the tests say",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n"
                    "  deploy:\n    needs: test\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
                    "  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Run tests\n        run: make test\n"
                    "      - name: Deploy to production\n        if: ${{ always() && github.ref == 'refs/heads/main' }}\n        run: ./deploy.sh\n"
                )
            },
            found=(".github/workflows/deploy.yml:8", ".github/workflows/deploy.yml:18"),
        ),
        Example(
            title="A deployment that asks another job, and passes over the tests; one whose build waits for them",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps: [{run: make lint}]\n"
                    "  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n"
                    "  build:\n    needs: test\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
                    "  build-deploy:\n    needs: [gate, test]\n    if: |\n      always() &&\n      needs.gate.outputs.pass == 'true'\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
                    "  deploy:\n    needs: [build, test]\n    if: always() && needs.build.result == 'success'\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
                )
            },
            found=(".github/workflows/deploy.yml:15",),
        ),
        Example(
            title="A deployment that looks at the result, and a report that is made always",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n"
                    "  scan:\n    runs-on: ubuntu-latest\n    steps: [{run: make scan}]\n"
                    "  deploy:\n    needs: [test, scan]\n    if: always() && needs.test.result == 'success'\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
                    "  deployment-report:\n    needs: [test]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./report.sh\n"
                )
            },
        ),
    ),
)
