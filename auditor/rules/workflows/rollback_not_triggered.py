"""AUD412: the rollback does not run when the validation after the deployment fails."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ROLLBACK = pattern(r"(?i)\broll[ _-]?back\b|\brevert\b")
_DEPLOY = pattern(r"(?i)deploy|release|rollout")
_MOST = 400
"""Jobs of one file; what has more is no workflow that somebody reads."""
_DEPLOYS = pattern(r"(?i)(?:^|[\s_-])(?:deploy|deployment|rollout|release-to|promote)(?:$|[\s_-])")
_ASKED = pattern(r"needs\.([\w-]+)\.result\s*==\s*'failure'")
_ASKED_STEP = pattern(r"steps\.([\w-]+)\.(?:outcome|conclusion)\s*==\s*'failure'")
_DEPLOY_ALONE = pattern(r"(?i)^deploy(?:ment)?(?:[_-]\w+)?$")
_VALIDATES = pattern(r"(?i)valid|verif|smoke|health|post[ _-]?deploy|e2e|acceptance")


_CHANGES = pattern(
    r"(?i)\bkubectl\s+(?:apply|set\s+image|rollout\s+(?:restart|status)|replace)|\bhelm\s+upgrade|\bterraform\s+apply|\bargocd\s+app\s+sync|\becs\s+update-service|\bdocker[ -]compose\b.*\bup\b|\bdocker\s+stack\s+deploy|\bansible-playbook\b"
)


def _check(source: Source) -> Iterator[Hit]:
    jobs = jobs_of(source)
    for job in jobs:
        if _ROLLBACK.search(_title(job)):
            if "failure()" in job.condition.text:
                yield from _apart(source.path, job, jobs)
                yield from _before_all(source.path, job, jobs)
                yield from _left_out(source.path, job, jobs)
            continue
        yield from _steps(source.path, job, jobs)


def _apart(path: str, job: Job, jobs: tuple[Job, ...]) -> Iterator[Hit]:
    """Validations that the rollback does not wait for."""
    needed = {need.job for need in job.needs}
    deploys = {one.id for one in jobs if one.id in needed and _DEPLOY.search(_title(one))}
    for other in jobs:
        follows = deploys & {need.job for need in other.needs}
        if follows and other.id not in needed | {job.id} and _VALIDATES.search(_title(other)):
            message = f"The rollback {job.id!r} does not need {other.id!r}: it stays away when that job finds the deployment broken."
            yield Hit(path, job.needs[0].line, job.condition.line, message, job.id)


def _before_all(path: str, job: Job, jobs: tuple[Job, ...]) -> Iterator[Hit]:
    """A rollback that needs other jobs, none of which deploys, though some of the same file do."""
    if len(jobs) > _MOST:
        return
    needed = _all_before(job, jobs)
    deploys = [
        one for one in jobs if one.id != job.id and _DEPLOYS.search(_title(one)) and not _ROLLBACK.search(_title(one))
    ]
    if job.needs and deploys and not needed & {one.id for one in deploys}:
        message = (
            f"The rollback {job.id!r} does not need {deploys[0].id!r}: when the deployment fails, it does not run."
        )
        yield Hit(path, job.condition.line, job.condition.line, message, job.id)


def _all_before(job: Job, jobs: tuple[Job, ...]) -> set[str]:
    known = {one.id: one for one in jobs}
    found: set[str] = set()
    waiting = [need.job for need in job.needs]
    while waiting:
        name = waiting.pop()
        if name not in found and name in known:
            found.add(name)
            waiting.extend(need.job for need in known[name].needs)
    return found


def _left_out(path: str, job: Job, jobs: tuple[Job, ...]) -> Iterator[Hit]:
    """Validations that the rollback waits for, and whose failure its condition does not take for one."""
    text = job.condition.text
    told = {match.group(1) for match in _ASKED.finditer(text)}
    titles = {one.id: _title(one) for one in jobs}
    for need in job.needs if told else ():
        if need.job not in told and need.job not in text and _VALIDATES.search(titles.get(need.job, "")):
            message = f"The rollback {job.id!r} waits for {need.job!r}, and its condition asks only for the failure of {', '.join(sorted(told))}."
            yield Hit(path, job.condition.line, job.condition.line, message, job.id)


def _steps(path: str, job: Job, jobs: tuple[Job, ...]) -> Iterator[Hit]:
    """Rollbacks that are steps of the deployment."""
    changed: list[Step] = []
    for step in job.steps:
        text = step.condition.text
        if not _ROLLBACK.search(step.name):
            if any(_CHANGES.search(one.text) for one in all_commands(step.program.body if step.program else ())):
                changed.append(step)
            continue
        if "failure()" not in text:
            continue
        asked = {match.group(1) for match in _ASKED_STEP.finditer(text)}
        missed = [one for one in changed if not one.id or one.id not in asked] if asked else []
        if missed:
            name = missed[0].name or missed[0].id or "the deployment"
            message = (
                f"The rollback asks only how {', '.join(sorted(asked))} ended: when {name!r} fails, it does not run."
            )
            yield Hit(path, step.condition.line, step.condition.line, message, f"{job.id}/{step.name}")
        elif not asked and changed and (other := _validation_after(job, jobs)) is not None:
            message = f"The rollback is a step of {job.id!r}, and {other.id!r} looks at the deployment only after that: what it finds is not rolled back."
            yield Hit(path, step.line, step.end_line, message, f"{job.id}/{step.name}")


def _validation_after(job: Job, jobs: tuple[Job, ...]) -> Job | None:
    """A job that looks at what this one deployed, where none of the jobs behind it can roll back."""
    after = [one for one in jobs if any(need.job == job.id for need in one.needs)]
    if any(_ROLLBACK.search(_title(one)) or any(_ROLLBACK.search(step.name) for step in one.steps) for one in after):
        return None
    return next((one for one in after if _VALIDATES.search(_title(one)) and not _DEPLOY_ALONE.search(one.id)), None)


def _title(job: Job) -> str:
    return f"{job.id} {job.name}"


RULE = Rule(
    id="AUD412",
    name="rollback-not-triggered",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a failed validation after the deployment trigger the rollback?",
    why="What smoke tests find after a deployment is what a rollback is for; here it stays on.",
    limits="Jobs are known for deployment, validation and rollback by their names; steps that deploy by their commands.",
    fix="Let the rollback need the validating job, and run on every failure of deployment or validation.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    triggers=("rollback", "roll-back", "roll_back", "revert"),
    check_file=_check,
    examples=(
        Example(
            title="a rollback that waits for something before the deployment, and one that waits for it",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps: [{run: make push}]\n  deploy:\n    needs: publish\n    runs-on: ubuntu-latest\n    steps: [{run: make deploy}]\n  rollback:\n    needs: publish\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: make undo}]\n",
                ".github/workflows/good.yml": "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps: [{run: make push}]\n  deploy:\n    needs: publish\n    runs-on: ubuntu-latest\n    steps: [{run: make deploy}]\n  rollback:\n    needs: [deploy]\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: make undo}]\n",
            },
            found=(".github/workflows/go.yml:12",),
        ),
        Example(
            title="A rollback that does not wait for the smoke tests",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: ./deploy.sh}]\n"
                    "  smoke-tests:\n    needs: deploy\n    runs-on: ubuntu-latest\n    steps: [{run: ./smoke.sh}]\n"
                    "  rollback:\n    needs: deploy\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                )
            },
            found=(".github/workflows/deploy.yml:11",),
        ),
        Example(
            title="A rollback that asks for one of two jobs, one that asks for one of two steps, and one whose job is over when the deployment is looked at",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: ./deploy.sh}]\n  smoke-tests:\n    needs: deploy\n    runs-on: ubuntu-latest\n    steps: [{run: ./smoke.sh}]\n"
                    "  rollback:\n    needs: [deploy, smoke-tests]\n    if: failure() && needs.deploy.result == 'failure'\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                ),
                ".github/workflows/ship.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Apply\n        run: kubectl apply -f k8s\n      - id: health\n        run: ./health.sh\n"
                    "      - name: Rollback\n        if: failure() && steps.health.outcome == 'failure'\n        run: kubectl rollout undo deploy/shop\n"
                ),
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: helm upgrade shop chart\n      - name: Roll back\n        if: failure()\n        run: helm rollback shop\n"
                    "  verify:\n    name: Post-deployment checks\n    needs: deploy\n    runs-on: ubuntu-latest\n    steps: [{run: ./verify.sh}]\n"
                ),
            },
            found=(
                ".github/workflows/deploy.yml:12",
                ".github/workflows/release.yml:7",
                ".github/workflows/ship.yml:11",
            ),
        ),
        Example(
            title="Rollbacks on any failure, of the only step that changes something, and behind the last look",
            files={
                ".github/workflows/ship.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - id: apply\n        run: kubectl apply -f k8s\n      - id: health\n        run: ./health.sh\n"
                    "      - name: Rollback\n        if: failure() && (steps.apply.outcome == 'failure' || steps.health.outcome == 'failure')\n        run: kubectl rollout undo deploy/shop\n"
                    "  smoke:\n    needs: deploy\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./smoke.sh\n      - name: Rollback\n        if: failure()\n        run: kubectl rollout undo deploy/shop\n"
                )
            },
        ),
        Example(
            title="A rollback that waits for both",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: ./deploy.sh}]\n"
                    "  smoke-tests:\n    needs: deploy\n    runs-on: ubuntu-latest\n    steps: [{run: ./smoke.sh}]\n"
                    "  rollback:\n    needs: [deploy, smoke-tests]\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                )
            },
        ),
    ),
)
