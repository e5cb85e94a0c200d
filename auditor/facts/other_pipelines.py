"""Pipelines of other services in the terms of `auditor.facts.pipeline_model`, so that whoever asks for jobs and steps sees them.

Read are Azure Pipelines, CircleCI, Bitbucket, Drone and Woodpecker, Travis, Cloud Build, CodeBuild, Tekton, Argo Workflows and
Jenkins (declarative). What a reader does not know it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.jenkins_pipeline import jenkins_jobs
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.pipelines_of_clusters import argo_jobs, tekton_jobs
from auditor.facts.pipelines_of_forges import azure_jobs, bitbucket_jobs, circle_jobs
from auditor.facts.pipelines_of_images import cloud_build_jobs, code_build_jobs, drone_jobs, travis_jobs
from auditor.facts.source import Source
from auditor.facts.yaml_shell import looks_templated
from auditor.facts.yaml_tree import Mapping, Node, read_yaml
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "OtherPipeline"]

Reader = Callable[[Mapping, Sequence[str]], Iterable[Job]]

_BY_PATH: tuple[tuple[Pattern, Reader], ...] = (
    (
        pattern(
            r"(?i)(?:^|/)\.?azure[-_]?pipelines?[^/]*\.ya?ml$|(?:^|/)\.?azure[-_]?pipelines?/(?:[^/]+/)*[^/]+\.ya?ml$"
        ),
        azure_jobs,
    ),
    (pattern(r"(?:^|/)\.circleci/[^/]+\.ya?ml$"), circle_jobs),
    (pattern(r"(?:^|/)bitbucket-pipelines\.ya?ml$"), bitbucket_jobs),
    (pattern(r"(?:^|/)\.(?:drone|woodpecker)\.ya?ml$|(?:^|/)\.woodpecker/[^/]+\.ya?ml$"), drone_jobs),
    (pattern(r"(?:^|/)\.travis\.ya?ml$"), travis_jobs),
    (pattern(r"(?:^|/)cloudbuild[^/]*\.ya?ml$"), cloud_build_jobs),
    (pattern(r"(?:^|/)buildspec[^/]*\.ya?ml$"), code_build_jobs),
)
_BY_MARK: tuple[tuple[bytes, Reader], ...] = ((b"tekton.dev/", tekton_jobs), (b"argoproj.io/", argo_jobs))
_JENKINS = pattern(r"(?:^|/)(?:Jenkinsfile[^/]*|[^/]+\.jenkinsfile)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPipeline(Fact):
    """The jobs of one file."""

    kind: ClassVar[str] = "pipeline"
    jobs: tuple[Job, ...]


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML or _JENKINS.search(file.path) is not None


def _parse(source: Source) -> OtherPipeline | None:
    if source.file.language is not Language.YAML:
        return _pipeline(jenkins_jobs(source.text))
    for path, reader in _BY_PATH:
        if path.search(source.path):
            return _of_place(source, reader)
    return next((_of_mark(source, reader) for mark, reader in _BY_MARK if mark in source.data), None)


def _of_place(source: Source, reader: Reader) -> OtherPipeline | None:
    """The pipeline of a file that a service reads by its name: what is no YAML is reported, and read for what it says."""
    if looks_templated(source.text):
        return _of_mark(source, reader)
    meant = read_meant(source.text)
    found = _pipeline(_jobs(meant.documents, reader, source))
    if meant.failure is not None:
        raise ParseFailure(meant.failure.reason, meant.failure.line, found)
    return found


def _of_mark(source: Source, reader: Reader) -> OtherPipeline | None:
    try:
        documents = read_yaml(source.text)
    except ParseFailure:
        return None  # a template, or what another reader tells of
    return _pipeline(_jobs(documents, reader, source))


def _jobs(documents: Iterable[Node], reader: Reader, source: Source) -> Iterator[Job]:
    for root in documents:
        if isinstance(root, Mapping):
            yield from reader(root, source.lines)


def _pipeline(jobs: Iterable[Job]) -> OtherPipeline | None:
    found = tuple(jobs)
    return OtherPipeline(jobs=found) if found else None


PARSER = Parser(fact=OtherPipeline, accepts=_accepts, parse=_parse)
