"""AUD105: a document shows a pipeline, or states a status, in which work is marked as not done."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.comment_words import marker_in
from auditor.facts.document_lines import document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMMENT = pattern(r"(?:^|\s)#+\s*(.*)$")
_FIELD = pattern(
    r"^[ \t>]*(?:[-*+][ \t]+)?(?:\*\*|__)[^*_]{2,50}(?:\*\*|__)[ \t]*:?[ \t].*?(?:^|[\s(\[])(?:TODO|FIXME|TBD|WIP)(?:$|[\s)\],.:!])"
)
_CELL = pattern(r"^[ \t>]*\|.*\|[ \t]*(?:\*\*)?(?:TODO|FIXME|WIP|(?:TODO|TBD):[^|]+)(?:\*\*)?[ \t]*(?:\||$)")
_PIPELINES = frozenset(
    {
        "yaml",
        "yml",
        "bash",
        "sh",
        "shell",
        "zsh",
        "dockerfile",
        "docker",
        "hcl",
        "terraform",
        "groovy",
        "toml",
        "make",
        "makefile",
    }
)
_PLANS = pattern(
    r"(?i)(?:^|/)[^/]*(?:todo|roadmap|backlog|changelog|history|contributing|tutorial|guidelines|template|proposal|rfc|audit|review|report|summary)[^/]*$|(?:^|/)(?:rfcs?|proposals?|adrs?|drafts?|tutorials?)/|(?:^|/)\.github/"
)


def _check(source: Source) -> Iterator[Hit]:
    if _PLANS.search(source.path):
        return
    for line in document_lines(source.lines):
        if line.fence in _PIPELINES:
            comment = _COMMENT.search(line.text[:1000])
            marker = marker_in(comment.group(1)) if comment else None
            if comment and marker and comment.group(1).startswith(marker):
                yield Hit(
                    source.path,
                    line.number,
                    line.number,
                    "The document shows a step whose commands are still to be written.",
                )
        elif (
            not line.fence
            and "`TODO" not in line.text
            and (_FIELD.match(line.text[:1000]) or (line.header and _CELL.match(line.text[:1000])))
        ):
            yield Hit(source.path, line.number, line.number, "The document states a field as still to be done.")


RULE = Rule(
    id="AUD105",
    name="documented-todo",
    category=Category.PLACEHOLDER,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Do the documents describe steps that exist?",
    why="A document that shows a deployment step with a TODO in it describes a procedure that nobody can follow.",
    limits=(
        "Only comments in code blocks of shell and configuration, bold fields and table cells. Prose about markers, "
        "roadmaps, reviews, tutorials, templates and proposals are left out."
    ),
    fix="Write the step, in the pipeline and in the document, or take it out of both.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"markdown"}),
    roles=frozenset({Role.DOCUMENTATION}),
    triggers=("todo", "fixme", "tbd", "wip"),
    check_file=_check,
    examples=(
        Example(
            title="a documented pipeline without its commands",
            files={
                "docs/pipeline.md": (
                    "# Pipeline\n\n**Deployment method:** Kubernetes (TODO placeholders included)\n\n"
                    "```yaml\ndeploy:\n  # TODO: add the deployment commands\n```\n"
                ),
            },
            found=("docs/pipeline.md:3", "docs/pipeline.md:7"),
        ),
        Example(
            title="prose about markers, and a tutorial's gap",
            files={
                "docs/code.md": "**Markers:** TODO comments name an issue.\n",
                "docs/usage.md": "A `TODO` comment is reported. The TODO list is kept in memory.\n\n```python\n# TODO: your code here\n```\n",
                "ROADMAP.md": "| Item | Status |\n|---|---|\n| cache | TODO |\n",
            },
        ),
    ),
)
