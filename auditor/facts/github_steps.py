"""Jobs and steps, inputs and outputs: what GitHub workflows and composite actions are written in."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.facts.matrix import matrix_of
from auditor.facts.pipeline_model import NOTHING, Expression, Input, Job, Need, Setting, Step, setting
from auditor.facts.yaml_shell import expressions_of, program_of, scalar_setting, settings_of, text_of
from auditor.facts.yaml_tree import Mapping, Scalar

__all__ = ["inputs_of", "job_of", "keys_of", "outputs_of", "steps_of"]

_SHELLS = ("", "bash", "sh", "/bin/bash", "/bin/sh")


def inputs_of(declared: Mapping) -> tuple[Input, ...]:
    """The inputs (or secrets) that a mapping declares, by name; one may say no more than its name."""
    return tuple(_input(key, value if isinstance(value, Mapping) else None) for key, value in declared.pairs)


def _input(key: Scalar, value: Mapping | None) -> Input:
    required = value.text("required").lower() if value is not None else ""
    default = value.text("default") if value is not None else ""
    return Input(
        name=key.text,
        required=required == "true",
        optional=required == "false",
        default=default,
        line=key.line,
        boolean=value is not None and value.text("type") == "boolean",
        options=tuple(one.text for one in value.items("options") if isinstance(one, Scalar))
        if value is not None
        else (),
    )


def outputs_of(declared: Mapping) -> tuple[Setting, ...]:
    """The outputs that a mapping declares, each with its value."""
    return tuple(
        setting(key.text, value.text("value") if isinstance(value, Mapping) else "", key.line)
        for key, value in declared.pairs
    )


def keys_of(mapping: Mapping) -> tuple[Setting, ...]:
    """Every key with its value as far as that is a scalar or a list of them."""
    return tuple(setting(key.text, text_of(value), key.line) for key, value in mapping.pairs)


def job_of(key: Scalar, job: Mapping, defaults: Mapping, lines: Sequence[str]) -> Job:
    """The job under a key of ``jobs``; `defaults` are those of the workflow, `lines` those of the file."""
    own = job.mapping("defaults").mapping("run")
    directory = own.text("working-directory") or defaults.text("working-directory")
    shell = own.text("shell") or defaults.text("shell")
    steps = steps_of(job, shell, lines)
    condition = scalar_setting(job, "if")
    expressions = [*expressions_of(job), *_conditions(condition, *(step.condition for step in steps))]
    return Job(
        id=key.text,
        name=job.text("name"),
        line=key.line,
        end_line=max(key.line, job.end_line),
        runs_on=text_of(job.get("runs-on")) or text_of(job.mapping("runs-on").get("labels")),
        needs=tuple(Need(job=item.text, line=item.line) for item in job.items("needs") if isinstance(item, Scalar)),
        condition=condition,
        env=settings_of(job.mapping("env")),
        environment=_environment(job),
        outputs=settings_of(job.mapping("outputs")),
        matrix=matrix_of(job.mapping("strategy")),
        uses=scalar_setting(job, "uses"),
        inputs=settings_of(job.mapping("with")),
        secrets=_secrets(job),
        continue_on_error=scalar_setting(job, "continue-on-error"),
        working_directory=directory,
        container=job.get("container") is not None,
        services=job.get("services") is not None,
        steps=steps,
        expressions=tuple(expressions),
        keys=keys_of(job),
    )


def _conditions(*conditions: Setting) -> list[Expression]:
    bare = [one for one in conditions if one.is_set and "${{" not in one.text]
    return [Expression(text=one.text, line=one.line) for one in bare]


def _environment(job: Mapping) -> Setting:
    for key, value in job.pairs:
        if key.text == "environment":
            text = value.text("name") if isinstance(value, Mapping) else text_of(value)
            return setting("environment", text, key.line)
    return NOTHING


def _secrets(job: Mapping) -> tuple[Setting, ...]:
    passed = scalar_setting(job, "secrets")
    return (setting(passed.text, "", passed.line),) if passed.text else settings_of(job.mapping("secrets"))


def steps_of(holder: Mapping, shell: str, lines: Sequence[str]) -> tuple[Step, ...]:
    """The steps of a job or a composite action; `shell` runs those that name none."""
    return tuple(_step(step, shell, lines) for step in holder.items("steps") if isinstance(step, Mapping))


def _step(step: Mapping, shell: str, lines: Sequence[str]) -> Step:
    run = step.get("run")
    own_shell = step.text("shell") or shell
    is_shell = own_shell.split(" ")[0] in _SHELLS
    program = program_of(run, lines) if isinstance(run, Scalar) and is_shell else None
    return Step(
        name=step.text("name"),
        id=step.text("id"),
        line=step.line,
        end_line=max(step.line, step.end_line),
        uses=scalar_setting(step, "uses"),
        inputs=settings_of(step.mapping("with")),
        env=settings_of(step.mapping("env")),
        program=program,
        shell=own_shell,
        condition=scalar_setting(step, "if"),
        continue_on_error=scalar_setting(step, "continue-on-error"),
        working_directory=scalar_setting(step, "working-directory"),
        keys=keys_of(step),
    )
