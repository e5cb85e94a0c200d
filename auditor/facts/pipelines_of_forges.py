"""Pipelines of Azure, CircleCI and Bitbucket.

https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/, https://circleci.com/docs/configuration-reference/ and
https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.facts.pipeline_model import Job, Step
from auditor.facts.pipeline_parts import (
    Lines,
    job_of_steps,
    mappings,
    named_environment,
    needs_of,
    programs_of,
    step_of,
    switched,
)
from auditor.facts.yaml_shell import text_of
from auditor.facts.yaml_tree import Mapping, Node, Scalar, walk

__all__ = ["azure_jobs", "bitbucket_jobs", "circle_jobs"]

_PHASES = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")
_STRATEGIES = ("runOnce", "rolling", "canary")


def azure_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """The jobs of all stages; a file of steps alone is one job."""
    for stage in mappings(root.get("stages")):
        yield from _azure_stage(stage, lines)
    yield from _azure_stage(root, lines)
    if root.get("steps") is not None:
        key = Scalar("job", root.line, root.line)
        yield job_of_steps(key, root, _azure_steps(root.get("steps"), lines), "azure")


def _azure_stage(stage: Mapping, lines: Lines) -> Iterator[Job]:
    for job in mappings(stage.get("jobs")):
        name = job.get("job") or job.get("deployment")
        if not isinstance(name, Scalar):
            continue
        phases = [phase for kind in _STRATEGIES for phase in _azure_phases(job.mapping("strategy").mapping(kind))]
        steps = [step for phase in (job, *phases) for step in _azure_steps(phase.get("steps"), lines)]
        environment = text_of(job.get("environment")) or job.mapping("environment").text("name")
        yield replace(
            job_of_steps(name, job, steps, "azure"),
            needs=needs_of(job.items("dependsOn")),
            continue_on_error=switched(job, "continueOnError"),
            environment=named_environment(environment, job.line),
        )


def _azure_phases(strategy: Mapping) -> Iterator[Mapping]:
    yield from (strategy.mapping(name) for name in _PHASES)
    yield from (strategy.mapping("on").mapping(name) for name in ("failure", "success"))


def _azure_steps(value: Node | None, lines: Lines) -> Iterator[Step]:
    for step in mappings(value):
        inputs = step.mapping("inputs")
        is_shell = (
            step.text("task").lower().startswith(("bash@", "azurecli@", "cmdline@", "shellscript@"))
            and "ps" not in inputs.text("scriptType").lower()
        )
        written = (
            step.get("script")
            or step.get("bash")
            or ((inputs.get("script") or inputs.get("inlineScript")) if is_shell else None)
        )
        if written is not None or step.text("task"):
            name = step.text("displayName") or step.text("name")
            yield step_of(
                step,
                name,
                programs_of(written, lines),
                tolerated=switched(step, "continueOnError"),
                condition="condition",
            )


def circle_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """The jobs, and the commands of steps that they share."""
    manual = {name for name, job in _circle_workflow(root) if job.text("type") == "approval"}
    needs = {name: job.items("requires") for name, job in _circle_workflow(root)}
    approved = {
        name for name, items in needs.items() if manual & {one.text for one in items if isinstance(one, Scalar)}
    }
    for section in ("jobs", "commands"):
        for key, job in root.mapping(section).pairs:
            if isinstance(job, Mapping):
                steps = _circle_steps(job.get("steps"), lines)
                wanted = needs_of(needs.get(key.text, ()) if section == "jobs" else ())
                yield replace(job_of_steps(key, job, steps, "circleci"), needs=wanted, manual=key.text in approved)


def _circle_workflow(root: Mapping) -> Iterator[tuple[str, Mapping]]:
    for _, workflow in root.mapping("workflows").pairs:
        for item in workflow.items("jobs") if isinstance(workflow, Mapping) else ():
            for key, job in item.pairs if isinstance(item, Mapping) else ():
                if isinstance(job, Mapping):
                    yield key.text, job


def _circle_steps(value: Node | None, lines: Lines) -> Iterator[Step]:
    for step in mappings(value):
        run = step.get("run")
        if isinstance(run, Mapping):
            yield step_of(run, run.text("name"), programs_of(run.get("command"), lines), condition="when")
        elif isinstance(run, Scalar):
            yield step_of(step, "", programs_of(run, lines))
        for wrapped in ("when", "unless"):
            yield from _circle_steps(step.mapping(wrapped).get("steps"), lines)


def bitbucket_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """One job for each step: each runs in a container of its own."""
    seen: set[int] = set()
    for node in walk(root):
        step = node.get("step") if isinstance(node, Mapping) else None
        if not isinstance(step, Mapping) or step.line in seen:
            continue
        seen.add(step.line)
        name = step.text("name")
        steps = [
            step_of(step, name if key == "script" else "", program)
            for key in ("script", "after-script")
            if (program := programs_of(step.get(key), lines)) is not None
        ]
        key = Scalar(name or f"step-{step.line}", step.line, step.line)
        yield replace(
            job_of_steps(key, step, steps, "bitbucket"),
            manual=step.text("trigger") == "manual",
            environment=named_environment(step.text("deployment"), step.line),
        )
