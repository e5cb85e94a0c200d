"""GitLab pipelines (https://docs.gitlab.com/ci/yaml/)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pipeline_model import NOTHING, Job, Need, Setting, Step, setting
from auditor.facts.shell_program import ShellProgram, join
from auditor.facts.source import Source
from auditor.facts.yaml_shell import looks_templated, program_of, scalar_setting, settings_of, text_of
from auditor.facts.yaml_tree import Mapping, Node, Scalar, read_yaml
from auditor.facts.yaml_tree import Sequence as YamlList
from auditor.facts.yaml_values import merged
from auditor.model.source import Language, SourceFile

__all__ = ["GLOBAL_KEYS", "PARSER", "GitlabPipeline", "is_meant_as_job"]

GLOBAL_KEYS = frozenset({
    "after_script", "before_script", "cache", "default", "image", "include", "pages", "services", "spec", "stages",
    "variables", "workflow",
})  # fmt: skip
_OF_PIPELINES = frozenset({"default", "include", "stages", "variables"})
_OF_JOBS = ("script", "extends", "trigger", "rules")
_SCRIPTS = ("before_script", "script", "after_script")


@dataclass(frozen=True, slots=True, kw_only=True)
class GitlabPipeline(Fact):
    """A pipeline. Templates (jobs whose name begins with a dot) are in `templates`, not in `jobs`.

    A job has one step for each of before_script, script and after_script that it has itself; `default` is
    what all jobs have. `extends` pairs jobs with their templates; `includes` are what is included. What a job
    inherits, `auditor.facts.gitlab_jobs` tells.
    """

    kind: ClassVar[str] = "gitlab-ci"
    stages: tuple[Setting, ...]
    jobs: tuple[Job, ...]
    templates: tuple[Job, ...]
    default: Job
    extends: tuple[tuple[str, str], ...]
    includes: tuple[Setting, ...]


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML and (
        _is_named(file.path) or file.path.startswith((".gitlab/", ".gitlab-ci/"))
    )


def _is_named(path: str) -> bool:
    return path.endswith((".gitlab-ci.yml", ".gitlab-ci.yaml"))


def _parse(source: Source) -> GitlabPipeline | None:
    if _is_named(source.path):
        return _of_name(source)
    try:
        documents = read_yaml(source.text)
    except ParseFailure:
        return None  # the folder holds other files of GitLab, too
    root = documents[-1] if documents else None
    return _pipeline(root, source.lines) if isinstance(root, Mapping) and _has_jobs(root) else None


def _of_name(source: Source) -> GitlabPipeline:
    meant = read_meant(source.text)
    root = meant.documents[-1] if meant.documents else None
    pipeline = _pipeline(root, source.lines) if isinstance(root, Mapping) else None
    if meant.failure is not None:
        partial = None if looks_templated(source.text) else pipeline
        raise ParseFailure(meant.failure.reason, meant.failure.line, partial)
    if pipeline is None:
        raise ParseFailure("no pipeline: not a mapping", 1)
    return pipeline


def _has_jobs(root: Mapping) -> bool:
    if any(key.text.startswith(".") or key.text in _OF_PIPELINES for key, _ in root.pairs):
        return True
    return any(isinstance(job, Mapping) and job.get(key) is not None for _, job in root.pairs for key in _OF_JOBS)


def _pipeline(root: Mapping, lines: Sequence[str]) -> GitlabPipeline:
    named = [
        (key, value)
        for key, value in root.pairs
        if isinstance(value, Mapping) and (key.text not in GLOBAL_KEYS - {"pages"} or is_meant_as_job(key, value))
    ]
    jobs = [(_job(key, value, lines), merged(value)) for key, value in named]
    return GitlabPipeline(
        stages=tuple(
            setting("stage", item.text, item.line) for item in root.items("stages") if isinstance(item, Scalar)
        ),
        jobs=tuple(job for job, _ in jobs if not job.id.startswith(".")),
        templates=tuple(job for job, _ in jobs if job.id.startswith(".")),
        default=_default(root, lines),
        extends=tuple(
            (job.id, item.text) for job, value in jobs for item in value.items("extends") if isinstance(item, Scalar)
        ),
        includes=tuple(_includes(root)),
    )


def is_meant_as_job(key: Scalar, value: Node) -> bool:
    """Whether a mapping under a reserved word has work of its own: GitLab refuses it, and whoever wrote it meant a job."""
    reserved = key.text in ("image", "services", "cache", "variables")
    return reserved and isinstance(value, Mapping) and value.get("script") is not None


def _includes(root: Mapping) -> Iterator[Setting]:
    for item in root.items("include"):
        if isinstance(item, Scalar):
            yield setting("local", item.text, item.line)
        elif isinstance(item, Mapping):
            yield from (setting(key.text, text_of(value), key.line) for key, value in item.pairs)


def _default(root: Mapping, lines: Sequence[str]) -> Job:
    """What all jobs have: under ``default``, or in the older way at the root."""
    own = root.mapping("default")
    older = tuple(pair for pair in root.pairs if pair[0].text in _SCRIPTS and own.get(pair[0].text) is None)
    return _job(Scalar("default", own.line, own.line), Mapping((*own.pairs, *older), own.line, own.end_line), lines)


def _job(key: Scalar, written: Mapping, lines: Sequence[str]) -> Job:
    job = merged(written)
    rules = [rule for rule in job.items("rules") if isinstance(rule, Mapping)]
    manual = job.text("when") == "manual" or any(rule.text("when") == "manual" for rule in rules)
    allowed = scalar_setting(job, "allow_failure")
    return Job(
        id=key.text,
        name=key.text,
        line=key.line,
        end_line=max(key.line, job.end_line),
        runs_on="gitlab",
        needs=tuple(_needs(job)),
        condition=scalar_setting(job, "when"),
        env=settings_of(job.mapping("variables")),
        environment=_environment(job),
        continue_on_error=allowed if allowed.text.lower() == "true" else NOTHING,
        container=True,
        services=job.get("services") is not None,
        manual=manual,
        never=_never(job),
        steps=tuple(_steps(key.text, written, lines)),
        keys=tuple(setting(name.text, text_of(value), name.line) for name, value in job.pairs),
    )


def _never(job: Mapping) -> Setting:
    """The rules that all say never, or the exception that takes all that is meant."""
    items = job.items("rules")
    for key, value in job.pairs:
        if key.text == "rules" and isinstance(value, YamlList) and not value.tag and items:
            all_never = all(isinstance(rule, Mapping) and rule.text("when") == "never" for rule in items)
            return setting("rules", "all of them say never", key.line) if all_never else NOTHING
        if key.text == "except" and not isinstance(value, Mapping):
            meant = _texts(job, "only") if job.get("only") is not None else {"branches", "tags"}
            if meant and meant <= _texts(job, "except"):
                return setting("except", "it takes all that 'only' means", key.line)
    return NOTHING


def _texts(job: Mapping, key: str) -> set[str]:
    items = job.items(key)
    plain = {item.text for item in items if isinstance(item, Scalar) and item.text}
    return plain if len(plain) == len(items) else set()


def _needs(job: Mapping) -> Iterator[Need]:
    for item in (*job.items("needs"), *job.items("dependencies")):
        if isinstance(item, Scalar):
            yield Need(job=item.text.partition(": [")[0], line=item.line)
        elif isinstance(item, Mapping) and _is_local(item):
            yield Need(job=item.text("job"), line=item.line)


def _is_local(need: Mapping) -> bool:
    elsewhere = need.get("project") is not None or need.get("pipeline") is not None
    return bool(need.text("job")) and not elsewhere and need.text("optional").lower() != "true"


def _environment(job: Mapping) -> Setting:
    for key, value in job.pairs:
        if key.text == "environment":
            return setting(
                "environment", value.text("name") if isinstance(value, Mapping) else text_of(value), key.line
            )
    return NOTHING


def _steps(name: str, job: Mapping, lines: Sequence[str]) -> Iterator[Step]:
    for section in _SCRIPTS:
        value = job.get(section)
        if value is None:
            continue
        program = join(_programs(value, lines))
        if program.body or program.comments:
            title = name if section == "script" else ""
            yield Step(name=title, id=section, line=value.line, end_line=value.end_line, program=program)


def _programs(value: Node, lines: Sequence[str]) -> Iterator[ShellProgram]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Scalar):
            yield program_of(one, lines)
        elif isinstance(one, YamlList):
            waiting.extend(reversed(one.items))


PARSER = Parser(fact=GitlabPipeline, accepts=_accepts, parse=_parse)
