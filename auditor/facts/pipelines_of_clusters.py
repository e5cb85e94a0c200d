"""Pipelines that run in a cluster: Tekton and Argo Workflows.

https://tekton.dev/docs/pipelines/tasks/ and https://argo-workflows.readthedocs.io/en/latest/fields/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.facts.pipeline_model import Job, Step
from auditor.facts.pipeline_parts import (
    Lines,
    is_shell,
    job_of_steps,
    mappings,
    needs_of,
    plain_texts,
    programs_of,
    shell_arguments,
    step_of,
    switched,
)
from auditor.facts.yaml_tree import Mapping, Scalar

__all__ = ["argo_jobs", "tekton_jobs"]

_TASKS = frozenset({"Task", "ClusterTask", "TaskRun", "StepAction"})
_PIPELINES = frozenset({"Pipeline", "PipelineRun"})
_WORKFLOWS = frozenset({"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"})


def tekton_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """A task is a job, and so is each task that a pipeline spells out."""
    spec, kind = root.mapping("spec"), root.text("kind")
    name = root.mapping("metadata").text("name") or kind
    if kind in _TASKS:
        inner = spec.mapping("taskSpec") if kind == "TaskRun" else spec
        yield from _tekton_task(Scalar(name, root.line, root.line), inner, inner, lines)
    if kind in _PIPELINES:
        inner = spec.mapping("pipelineSpec") if kind == "PipelineRun" else spec
        for task in (*mappings(inner.get("tasks")), *mappings(inner.get("finally"))):
            yield from _tekton_task(
                Scalar(task.text("name"), task.line, task.line), task, task.mapping("taskSpec"), lines
            )


def _tekton_task(key: Scalar, node: Mapping, spec: Mapping, lines: Lines) -> Iterator[Job]:
    steps = [_in_container(one, lines) for one in mappings(spec.get("steps"))]
    if steps:
        tolerated = switched(node, "onError", "continue")
        yield replace(
            job_of_steps(key, node, steps, "tekton"),
            needs=needs_of(node.items("runAfter")),
            continue_on_error=tolerated,
        )


def _in_container(step: Mapping, lines: Lines) -> Step:
    head = step.text("script").partition("\n")[0]
    foreign = head.startswith("#!") and not is_shell(head[2:].split())
    program = (
        None
        if foreign
        else programs_of(step.get("script"), lines) or shell_arguments(step.get("command"), step.get("args"), lines)
    )
    return step_of(step, step.text("name"), program, tolerated=switched(step, "onError", "continue"))


def argo_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """A template that runs something is a job."""
    if root.text("kind") not in _WORKFLOWS:
        return
    spec = root.mapping("spec")
    spec = spec.mapping("workflowSpec") if root.text("kind") == "CronWorkflow" else spec
    for template in mappings(spec.get("templates")):
        steps = [
            step
            for step in (_argo_script(template, lines), *(_in_container(one, lines) for one in _containers(template)))
            if step is not None
        ]
        if steps:
            yield job_of_steps(Scalar(template.text("name"), template.line, template.line), template, steps, "argo")


def _argo_script(template: Mapping, lines: Lines) -> Step | None:
    script = template.get("script")
    if not isinstance(script, Mapping) or not is_shell(plain_texts(script.get("command"))):
        return None
    return step_of(script, template.text("name"), programs_of(script.get("source"), lines))


def _containers(template: Mapping) -> Iterator[Mapping]:
    one = template.get("container")
    if isinstance(one, Mapping):
        yield one
    yield from mappings(template.mapping("containerSet").get("containers"))
