"""Pipelines whose steps are commands in images: Drone, Woodpecker, Travis, Cloud Build and CodeBuild.

https://docs.drone.io/pipeline/, https://woodpecker-ci.org/docs/usage/workflow-syntax, https://docs.travis-ci.com/user/job-lifecycle/,
https://cloud.google.com/build/docs/build-config-file-schema and https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.facts.pipeline_model import Job, Step
from auditor.facts.pipeline_parts import (
    Lines,
    job_of_steps,
    mappings,
    needs_of,
    programs_of,
    shell_arguments,
    step_of,
    switched,
)
from auditor.facts.yaml_tree import Mapping, Node, Scalar

__all__ = ["cloud_build_jobs", "code_build_jobs", "drone_jobs", "travis_jobs"]

_TRAVIS = (
    "before_install",
    "install",
    "before_script",
    "script",
    "after_success",
    "after_failure",
    "before_deploy",
    "after_deploy",
    "after_script",
)


def drone_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """One job for each document."""
    steps = [*_drone_named(root.get("steps")), *_drone_named(root.get("pipeline"))]
    found = [
        step_of(one, name, programs_of(one.get("commands"), lines), tolerated=switched(one, "failure", "ignore"))
        for name, one in steps
    ]
    if found:
        key = Scalar(root.text("name") or "pipeline", root.line, root.line)
        yield replace(job_of_steps(key, root, found, "drone"), needs=needs_of(root.items("depends_on")))


def _drone_named(steps: Node | None) -> Iterator[tuple[str, Mapping]]:
    """The steps of a list, which name themselves, or of a mapping, whose keys do."""
    if isinstance(steps, Mapping):
        yield from ((key.text, value) for key, value in steps.pairs if isinstance(value, Mapping))
    else:
        yield from ((one.text("name"), one) for one in mappings(steps))


def travis_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """The phases of the build, and the jobs that are listed with phases of their own."""
    listed = [one for key in ("jobs", "matrix") for one in mappings(root.mapping(key).get("include"))]
    for node in (root, *listed):
        steps = [
            step_of(node, phase, program)
            for phase in _TRAVIS
            if (program := programs_of(node.get(phase), lines)) is not None
        ]
        if steps:
            yield job_of_steps(
                Scalar(node.text("stage") or node.text("name") or "build", node.line, node.line), node, steps, "travis"
            )


def cloud_build_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """One job: the steps share a workspace."""
    steps = [_cloud_step(one, lines) for one in mappings(root.get("steps"))]
    if steps:
        yield job_of_steps(Scalar("build", root.line, root.line), root, steps, "cloud-build")


def _cloud_step(step: Mapping, lines: Lines) -> Step:
    program = programs_of(step.get("script"), lines) or shell_arguments(step.get("entrypoint"), step.get("args"), lines)
    return step_of(step, step.text("id"), program, tolerated=switched(step, "allowFailure"))


def code_build_jobs(root: Mapping, lines: Lines) -> Iterator[Job]:
    """One job with a step for each phase."""
    steps = [
        step_of(
            phase,
            key.text if section == "commands" else "",
            program,
            tolerated=switched(phase, "on-failure", "continue"),
        )
        for key, phase in root.mapping("phases").pairs
        if isinstance(phase, Mapping)
        for section in ("commands", "finally")
        if (program := programs_of(phase.get(section), lines)) is not None
    ]
    if steps:
        yield job_of_steps(Scalar("build", root.line, root.line), root, steps, "code-build")
