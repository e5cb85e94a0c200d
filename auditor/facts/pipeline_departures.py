"""Where a pipeline departs from the schema that is published for its platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.gitlab_ci import is_meant_as_job
from auditor.facts.published_schema import GITLAB, Departure, departures
from auditor.facts.source import Source
from auditor.facts.yaml_shell import looks_templated
from auditor.facts.yaml_tree import Mapping, Node, read_yaml
from auditor.facts.yaml_values import duplicate_keys
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "PipelineDepartures", "schema_of"]


@dataclass(frozen=True, slots=True)
class PipelineDepartures(Fact):
    """All departures of a workflow, an action or a pipeline, by line; none where the platform takes it as it is."""

    kind: ClassVar[str] = "pipeline-departures"
    platform: str
    items: tuple[Departure, ...]


def schema_of(path: str) -> str:
    """The name of the schema that a file of this path must follow; empty where there is none."""
    folder, _, name = path.rpartition("/")
    if folder == ".github/workflows":
        return "github-workflows"
    if name in ("action.yml", "action.yaml"):
        return "github-actions"
    return GITLAB if name in (".gitlab-ci.yml", ".gitlab-ci.yaml") else ""


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML and bool(schema_of(file.path))


def _parse(source: Source) -> PipelineDepartures | None:
    schema = schema_of(source.path)
    try:
        documents = read_yaml(source.text)
    except ParseFailure as failure:
        return _broken(failure, schema, source.text)
    if not documents or looks_templated(source.text):
        return None
    root = documents[-1]
    repeated = _repeated(root) if schema != GITLAB else ()
    platform = "GitLab" if schema == GITLAB else "GitHub"
    items = {*departures(root, schema), *repeated}
    for key, value in root.pairs if schema == GITLAB and isinstance(root, Mapping) else ():
        if is_meant_as_job(key, value):
            items = {one for one in items if not key.line <= one.line <= value.end_line}
            items.add(Departure(key.line, f"{key.text!r} is a word of its own and can be the name of no job"))
    return PipelineDepartures(platform, tuple(sorted(items)))


def _broken(failure: ParseFailure, schema: str, text: str) -> PipelineDepartures | None:
    """A workflow that is no YAML at all: GitHub lists it and never runs it. Other files are reported by who reads them."""
    if schema != "github-workflows" or failure.line is None or looks_templated(text):
        return None
    return PipelineDepartures("GitHub", (Departure(failure.line, failure.reason),))


def _repeated(root: Node) -> tuple[Departure, ...]:
    return tuple(Departure(key.line, f"{key.text!r} stands twice in one mapping") for key in duplicate_keys(root))


PARSER = Parser(fact=PipelineDepartures, accepts=_accepts, parse=_parse)
