"""Actions that a repository holds (https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.github_steps import inputs_of, outputs_of, steps_of
from auditor.facts.pipeline_model import Expression, Input, Job, Setting
from auditor.facts.source import Source
from auditor.facts.yaml_shell import expressions_of
from auditor.facts.yaml_tree import Mapping, read_yaml
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "GithubAction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubAction(Fact):
    """An action. `job` holds the steps of a composite one, as those of a job; it has none otherwise."""

    kind: ClassVar[str] = "github-action"
    name: str
    using: str
    inputs: tuple[Input, ...]
    outputs: tuple[Setting, ...]
    job: Job

    @property
    def is_composite(self) -> bool:
        """Whether it runs steps of its own."""
        return self.using == "composite"


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML and file.name in ("action.yml", "action.yaml")


def _parse(source: Source) -> GithubAction | None:
    try:
        documents = read_yaml(source.text)
    except ParseFailure:
        return None  # whatever else has this name may be no action
    root = documents[0] if documents else None
    if not isinstance(root, Mapping) or not root.mapping("runs").text("using"):
        return None
    runs = root.mapping("runs")
    steps = steps_of(runs, "", source.lines)
    bare = [step.condition for step in steps if step.condition.is_set and "${{" not in step.condition.text]
    expressions = (
        *expressions_of(root.mapping("outputs")),
        *expressions_of(runs),
        *(Expression(text=one.text, line=one.line) for one in bare),
    )
    name = root.text("name")
    return GithubAction(
        name=name,
        using=runs.text("using").lower(),
        inputs=inputs_of(root.mapping("inputs")),
        outputs=outputs_of(root.mapping("outputs")),
        job=Job(id="runs", name=name, line=runs.line, end_line=runs.end_line, steps=steps, expressions=expressions),
    )


PARSER = Parser(fact=GithubAction, accepts=_accepts, parse=_parse)
