"""What the steps of a job check out: the repository as it is read here, or files that nobody can tell."""

from __future__ import annotations

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.shell_program import all_commands

__all__ = ["brings_other_files", "checks_out"]

_SAME_STATE = pattern(r"(?i)^(?:refs/heads/)?(?:main|master|trunk|develop|dev|head)$")
_GIVEN_BY_EVENT = pattern(r"^\$\{\{[^}]*\bgithub\.[^}]*\}\}$")
"""A ref that the event tells: the state that the workflow itself is taken from, or that of the change it is started for."""


def checks_out(job: Job, before: int) -> bool:
    """Whether a step before this line brings the repository (or might)."""
    for step in job.steps:
        if step.line > before:
            return False
        if "checkout" in step.action or (step.uses.is_set and not _is_inert(step.action)):
            return True
        texts = [command.text for command in all_commands(step.program.body)] if step.program else []
        if any("clone" in text or "git checkout" in text or "git init" in text for text in texts):
            return True
    return False


def _is_inert(action: str) -> bool:
    return action.startswith((
        "actions/setup-", "actions/upload-", "actions/download-", "actions/cache", "actions/github-script", "docker/setup-", "docker/login-",
        "aws-actions/configure", "azure/login", "azure/setup-", "google-github-actions/auth", "google-github-actions/setup-",
    ))  # fmt: skip


def brings_other_files(job: Job) -> bool:
    """Whether the job checks out another repository, branch or tag, or elsewhere, so that nobody can tell which files are there."""
    return any(
        "checkout" in step.action
        and (any(one.name in ("repository", "path") and one.text for one in step.inputs) or _is_of_another_ref(step))
        for step in job.steps
        if not _is_beside(step, job)
    )


def _is_of_another_ref(step: Step) -> bool:
    """Whether a checkout asks for a state that need not be the one that is read here: a branch by its name, or what somebody gives."""
    ref = step.given("ref")
    return bool(ref) and not _SAME_STATE.search(ref) and (not _GIVEN_BY_EVENT.search(ref) or "inputs." in ref)


def _is_beside(step: Step, job: Job) -> bool:
    """Whether a checkout goes into a folder of its own, beside the repository, which another step puts where it belongs."""
    own = any("checkout" in one.action and not one.given("repository") and not one.given("path") for one in job.steps)
    return own and bool(step.given("path").strip("./"))
