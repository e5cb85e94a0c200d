"""GitHub workflows (https://docs.github.com/actions/reference/workflow-syntax-for-github-actions)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.github_steps import inputs_of, job_of, keys_of, outputs_of
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pipeline_model import NOTHING, Expression, Input, Job, Setting, setting
from auditor.facts.source import Source
from auditor.facts.yaml_shell import expressions_of, looks_templated, scalar_setting, settings_of
from auditor.facts.yaml_tree import Mapping, Node, Scalar
from auditor.facts.yaml_tree import Sequence as YamlList
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "GithubWorkflow"]

_OF_REFS = ("branches", "branches-ignore", "tags", "tags-ignore", "types")


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubWorkflow(Fact):
    """A workflow. `triggers` are the events under ``on``, each with its line.

    `inputs` are those of workflow_dispatch; `called_inputs`, `called_secrets` and `called_outputs` those of
    workflow_call. `schedules` are its cron expressions, `follows` the workflows after which it runs,
    `filters` the paths that start it, each named after its event, and `refs` the branches, tags and types of
    activity, each named after its event and key (``push.branches-ignore``).
    """

    kind: ClassVar[str] = "github-workflow"
    name: str
    triggers: tuple[Setting, ...]
    inputs: tuple[Input, ...]
    called_inputs: tuple[Input, ...]
    called_secrets: tuple[Input, ...]
    called_outputs: tuple[Setting, ...]
    schedules: tuple[Setting, ...]
    follows: tuple[Setting, ...]
    filters: tuple[Setting, ...]
    refs: tuple[Setting, ...]
    env: tuple[Setting, ...]
    jobs: tuple[Job, ...]
    expressions: tuple[Expression, ...]
    keys: tuple[Setting, ...]

    def triggered_by(self, event: str) -> Setting:
        """The trigger of this name, not set where there is none."""
        return next((trigger for trigger in self.triggers if trigger.name == event), NOTHING)


def _accepts(file: SourceFile) -> bool:
    parts = file.path.split("/")
    return file.language is Language.YAML and len(parts) == 3 and parts[:2] == [".github", "workflows"]  # noqa: PLR2004


def _parse(source: Source) -> GithubWorkflow:
    try:
        meant = read_meant(source.text)
    except ParseFailure as failure:
        raise _broken(failure, source) from failure
    if meant.failure is None:
        return _read(meant.documents, source.lines)
    try:
        partial = _read(meant.documents, source.lines)
    except ParseFailure:
        partial = None
    raise _broken(meant.failure, source, partial) from meant.failure


def _broken(failure: ParseFailure, source: Source, partial: GithubWorkflow | None = None) -> ParseFailure:
    if looks_templated(source.text):
        return ParseFailure("a template, and no workflow yet", failure.line)
    return ParseFailure(failure.reason, failure.line, partial)


def _read(documents: Sequence[Node], lines: Sequence[str]) -> GithubWorkflow:
    root = documents[0] if documents else None
    if not isinstance(root, Mapping):
        raise ParseFailure("no workflow: not a mapping", 1)
    events, jobs = root.get("on"), root.get("jobs")
    if events is None or not isinstance(jobs, Mapping):
        raise ParseFailure(f"no workflow: it has no {'on' if events is None else 'jobs'}", root.line)
    unnamed = next((key for key, _ in jobs.pairs if not key.text), None)
    if unnamed is not None:
        raise ParseFailure("no workflow: a job without a name, as in a template", unnamed.line)
    return _workflow(root, events, jobs, lines)


def _workflow(root: Mapping, events: Node, jobs: Mapping, lines: Sequence[str]) -> GithubWorkflow:
    defaults = root.mapping("defaults").mapping("run")
    on = events if isinstance(events, Mapping) else Mapping((), events.line, events.line)
    called = on.mapping("workflow_call")
    shared = [expression for key, value in root.pairs if key.text != "jobs" for expression in expressions_of(value)]
    return GithubWorkflow(
        name=root.text("name"),
        triggers=_triggers(events),
        inputs=inputs_of(on.mapping("workflow_dispatch").mapping("inputs")),
        called_inputs=inputs_of(called.mapping("inputs")),
        called_secrets=inputs_of(called.mapping("secrets")),
        called_outputs=outputs_of(called.mapping("outputs")),
        schedules=tuple(
            scalar_setting(one, "cron") for one in on.items("schedule") if isinstance(one, Mapping) and one.text("cron")
        ),
        follows=_texts(on.mapping("workflow_run"), "workflows", "workflow_run"),
        filters=tuple(
            one for event, value in on.pairs if isinstance(value, Mapping) for one in _texts(value, "paths", event.text)
        ),
        refs=tuple(_refs(on)),
        env=settings_of(root.mapping("env")),
        jobs=tuple(job_of(key, value, defaults, lines) for key, value in jobs.pairs if isinstance(value, Mapping)),
        expressions=tuple(shared),
        keys=keys_of(root),
    )


def _refs(on: Mapping) -> Iterator[Setting]:
    """What the events ask of branches, tags and types of activity."""
    for event, value in on.pairs:
        if isinstance(value, Mapping):
            yield from (one for key in _OF_REFS for one in _texts(value, key, f"{event.text}.{key}"))


def _texts(holder: Mapping, key: str, name: str) -> tuple[Setting, ...]:
    return tuple(setting(name, item.text, item.line) for item in holder.items(key) if isinstance(item, Scalar))


def _triggers(events: Node) -> tuple[Setting, ...]:
    if isinstance(events, Scalar):
        return (setting(events.text, "", events.line),)
    if isinstance(events, YamlList):
        return tuple(setting(item.text, "", item.line) for item in events.items if isinstance(item, Scalar))
    return keys_of(events)


PARSER = Parser(fact=GithubWorkflow, accepts=_accepts, parse=_parse)
