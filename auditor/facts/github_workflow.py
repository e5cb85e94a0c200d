"""GitHub workflows (https://docs.github.com/actions/reference/workflow-syntax-for-github-actions)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pipeline_model import NOTHING, Expression, Job, Need, Setting, Step, setting
from auditor.facts.source import Source
from auditor.facts.yaml_shell import expressions_of, looks_templated, program_of, scalar_setting, settings_of, text_of
from auditor.facts.yaml_tree import Mapping, Node, Scalar, read_yaml
from auditor.facts.yaml_tree import Sequence as YamlList
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "GithubWorkflow", "Input"]

_SHELLS = ("", "bash", "sh", "/bin/bash", "/bin/sh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input that whoever starts the workflow gives."""

    name: str
    required: bool
    default: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubWorkflow(Fact):
    """A workflow. `triggers` are the events under ``on``, each with its line; `inputs` those of workflow_dispatch."""

    kind: ClassVar[str] = "github-workflow"
    name: str
    triggers: tuple[Setting, ...]
    inputs: tuple[Input, ...]
    called_inputs: tuple[Input, ...]
    permissions: Setting
    concurrency: Setting
    env: tuple[Setting, ...]
    jobs: tuple[Job, ...]
    expressions: tuple[Expression, ...]
    keys: tuple[Setting, ...]

    def job(self, identifier: str) -> Job | None:
        """The job of this id."""
        return next((job for job in self.jobs if job.id == identifier), None)

    def triggered_by(self, event: str) -> Setting:
        """The trigger of this name, not set where there is none."""
        return next((trigger for trigger in self.triggers if trigger.name == event), NOTHING)


def _accepts(file: SourceFile) -> bool:
    parts = file.path.split("/")
    return file.language is Language.YAML and len(parts) == 3 and parts[:2] == [".github", "workflows"]  # noqa: PLR2004


def _parse(source: Source) -> GithubWorkflow:
    try:
        documents = read_yaml(source.text)
    except ParseFailure as failure:
        if looks_templated(source.text):
            raise ParseFailure("a template, and no workflow yet", failure.line) from failure
        raise
    root = documents[0] if documents else None
    if not isinstance(root, Mapping):
        raise ParseFailure("no workflow: not a mapping", 1)
    events, jobs = root.get("on"), root.get("jobs")
    if events is None or not isinstance(jobs, Mapping):
        raise ParseFailure(f"no workflow: it has no {'on' if events is None else 'jobs'}", root.line)
    unnamed = next((key for key, _ in jobs.pairs if not key.text), None)
    if unnamed is not None:
        raise ParseFailure("no workflow: a job without a name, as in a template", unnamed.line)
    return _workflow(root, events, jobs, source.lines)


def _workflow(root: Mapping, events: Node, jobs: Mapping, lines: Sequence[str]) -> GithubWorkflow:
    defaults = root.mapping("defaults").mapping("run")
    shared = [expression for key, value in root.pairs if key.text != "jobs" for expression in expressions_of(value)]
    return GithubWorkflow(
        name=root.text("name"),
        triggers=_triggers(events),
        inputs=_inputs(events, "workflow_dispatch"),
        called_inputs=_inputs(events, "workflow_call"),
        permissions=_key_of(root, "permissions"),
        concurrency=_key_of(root, "concurrency"),
        env=settings_of(root.mapping("env")),
        jobs=tuple(_job(key, value, defaults, lines) for key, value in jobs.pairs if isinstance(value, Mapping)),
        expressions=tuple(shared),
        keys=_keys(root),
    )


def _keys(mapping: Mapping) -> tuple[Setting, ...]:
    return tuple(setting(key.text, text_of(value), key.line) for key, value in mapping.pairs)


def _key_of(mapping: Mapping, name: str) -> Setting:
    return next((key for key in _keys(mapping) if key.name == name), NOTHING)


def _triggers(events: Node) -> tuple[Setting, ...]:
    if isinstance(events, Scalar):
        return (setting(events.text, "", events.line),)
    if isinstance(events, YamlList):
        return tuple(setting(item.text, "", item.line) for item in events.items if isinstance(item, Scalar))
    return _keys(events)


def _inputs(events: Node, trigger: str) -> tuple[Input, ...]:
    if not isinstance(events, Mapping):
        return ()
    return tuple(
        Input(
            name=key.text,
            required=value.text("required").lower() == "true",
            default=value.text("default"),
            line=key.line,
        )
        for key, value in events.mapping(trigger).mapping("inputs").pairs
        if isinstance(value, Mapping)
    )


def _job(key: Scalar, job: Mapping, defaults: Mapping, lines: Sequence[str]) -> Job:
    own = job.mapping("defaults").mapping("run")
    directory = own.text("working-directory") or defaults.text("working-directory")
    shell = own.text("shell") or defaults.text("shell")
    steps = [_step(step, shell, lines) for step in job.items("steps") if isinstance(step, Mapping)]
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
        matrix=_matrix(job.mapping("strategy").mapping("matrix")),
        uses=scalar_setting(job, "uses"),
        continue_on_error=scalar_setting(job, "continue-on-error"),
        timeout=scalar_setting(job, "timeout-minutes"),
        working_directory=directory,
        container=job.get("container") is not None,
        services=job.get("services") is not None,
        steps=tuple(steps),
        expressions=tuple(expressions),
        keys=_keys(job),
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


def _matrix(matrix: Mapping) -> tuple[tuple[str, tuple[str, ...]], ...]:
    axes = []
    for key, value in matrix.pairs:
        if key.text in ("include", "exclude"):
            continue
        items = value.items if isinstance(value, YamlList) else ()
        axes.append((key.text, tuple(item.text for item in items if isinstance(item, Scalar))))
    return tuple(axes)


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
        keys=_keys(step),
    )


PARSER = Parser(fact=GithubWorkflow, accepts=_accepts, parse=_parse)
