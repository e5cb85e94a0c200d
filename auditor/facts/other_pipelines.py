"""Pipelines of other services in the terms of `auditor.facts.pipeline_model`, so that whoever asks for jobs and steps sees them.

Read are Azure Pipelines, CircleCI, Bitbucket, Drone and Woodpecker, Travis, Cloud Build, CodeBuild, Tekton, Argo Workflows and
Jenkins (declarative). What a reader does not know it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
from auditor.facts.yaml_tree import Mapping
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "OtherPipeline"]

Reader = Callable[[Mapping, Sequence[str]], Iterable[Job]]

_BY_NAME: tuple[tuple[str, Pattern, Reader], ...] = (
    (
        "azure",
        pattern(
            r"(?i)(?:^|/)\.?azure[-_]?pipelines?[^/]*\.ya?ml$|(?:^|/)\.?azure[-_]?pipelines?/(?:[^/]+/)*[^/]+\.ya?ml$"
        ),
        azure_jobs,
    ),
    ("circle", pattern(r"(?:^|/)\.circleci/[^/]+\.ya?ml$"), circle_jobs),
    ("bitbucket", pattern(r"(?:^|/)bitbucket-pipelines\.ya?ml$"), bitbucket_jobs),
    ("drone", pattern(r"(?:^|/)\.(?:drone|woodpecker)\.ya?ml$|(?:^|/)\.woodpecker/[^/]+\.ya?ml$"), drone_jobs),
    ("travis", pattern(r"(?:^|/)\.travis\.ya?ml$"), travis_jobs),
    ("cloud-build", pattern(r"(?:^|/)cloudbuild[^/]*\.ya?ml$"), cloud_build_jobs),
    ("code-build", pattern(r"(?:^|/)buildspec[^/]*\.ya?ml$"), code_build_jobs),
)
_BY_KIND: tuple[tuple[str, bytes, Reader], ...] = (
    ("tekton", b"tekton.dev/", tekton_jobs),
    ("argo", b"argoproj.io/", argo_jobs),
)
_JENKINS = pattern(r"(?:^|/)(?:Jenkinsfile[^/]*|[^/]+\.jenkinsfile)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPipeline(Fact):
    """The jobs of one file; `service` is whose file it is."""

    kind: ClassVar[str] = "pipeline"
    service: str
    jobs: tuple[Job, ...]


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML or _JENKINS.search(file.path) is not None


def _parse(source: Source) -> OtherPipeline | None:
    if source.file.language is not Language.YAML:
        jobs = jenkins_jobs(source.text)
        return OtherPipeline(service="jenkins", jobs=jobs) if jobs else None
    for service, path, reader in _BY_NAME:
        if path.search(source.path):
            return _read(source, service, reader)
    for service, mark, reader in _BY_KIND:
        if mark in source.data:
            return _read(source, service, reader)
    return None


def _read(source: Source, service: str, reader: Reader) -> OtherPipeline | None:
    try:
        documents = read_meant(source.text).documents
    except ParseFailure:
        return None  # a template, or what another reader tells of
    jobs = tuple(job for root in documents if isinstance(root, Mapping) for job in reader(root, source.lines))
    return OtherPipeline(service=service, jobs=jobs) if jobs else None


PARSER = Parser(fact=OtherPipeline, accepts=_accepts, parse=_parse)
