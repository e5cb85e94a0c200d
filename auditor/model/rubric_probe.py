"""The places in a repository where a rubric looks for an artefact, and those outside of it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from auditor.model.outside_probe import AttestationProbe, Glob, Name, ReportProbe, RubricPart
from auditor.model.source import Role

__all__ = ["FileProbe", "JobProbe", "KeyProbe", "Probe", "SectionProbe", "TextProbe"]

Expression = Annotated[str, Field(min_length=1, max_length=500, description="an expression of RE2")]


class SectionProbe(RubricPart):
    """A section of a Markdown document that says something: its heading matches and its text is no placeholder."""

    document: Annotated[Glob, Field(description="The Markdown files to look in; gitignore-like")]
    heading: Annotated[
        Expression, Field(description="What the heading must match, anywhere in it; an expression of RE2")
    ]


class KeyProbe(RubricPart):
    """A key of a YAML, JSON or TOML file, dotted (``spec.maxReplicas``); ``*`` stands for any key or item."""

    file: Annotated[Glob, Field(description="The YAML, JSON or TOML files to look in; gitignore-like")]
    key: Annotated[Name, Field(description="The key, dotted; `*` stands for any key or item")]


class JobProbe(RubricPart):
    """A job of a workflow whose name matches `name`, and which runs a command that matches `runs`."""

    workflow: Annotated[Glob, Field(description="The workflow files to look in; gitignore-like")]
    name: Annotated[
        Expression | None, Field(description="What the name of the job must match; an expression of RE2")
    ] = None
    runs: Annotated[
        Expression | None, Field(description="What a command of the job must match; an expression of RE2")
    ] = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.name is None and self.runs is None:
            raise ValueError("job asks for neither a name nor what it runs")
        return self


class TextProbe(RubricPart):
    """Text in a file, outside of comment lines."""

    file: Annotated[Glob, Field(description="The files to look in; gitignore-like")]
    pattern: Annotated[Expression, Field(description="What a line must match, anywhere in it; an expression of RE2")]


class FileProbe(RubricPart):
    """A file with content of its own: empty files and placeholders do not count."""

    path: Annotated[Glob, Field(description="The file; gitignore-like")]
    role: Annotated[Role | None, Field(description="What the file must be there for")] = None


class Probe(RubricPart):
    """One place where the artefact might be: exactly one of these. The last two come from outside of the repository."""

    file: Annotated[
        FileProbe | Glob | None, Field(description="A file that says something: its path alone, or with a role")
    ] = None
    section: Annotated[SectionProbe | None, Field(description="A section of a Markdown document")] = None
    key: Annotated[KeyProbe | None, Field(description="A key of a YAML, JSON or TOML file")] = None
    job: Annotated[JobProbe | None, Field(description="A job of a workflow")] = None
    text: Annotated[TextProbe | None, Field(description="Text in a file")] = None
    report: Annotated[
        ReportProbe | None, Field(description="A report from outside that was given with `--evidence`")
    ] = None
    attestation: Annotated[
        AttestationProbe | None, Field(description="What a person attests, given with `--evidence`")
    ] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        names = type(self).model_fields
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"one of {', '.join(names)} is needed, not {' and '.join(given) or 'none'}")
        return self

    @property
    def outside(self) -> ReportProbe | AttestationProbe | None:
        """What is looked for outside of the repository, where it is that."""
        return self.report or self.attestation
