"""Templates of Helm charts as YAML: what they would compute stands as a mark, what only steers them is gone.

Lines keep their numbers (https://helm.sh/docs/chart_template_guide/).
"""

from __future__ import annotations

from auditor.facts.base import ParseFailure
from auditor.facts.pattern import pattern
from auditor.facts.yaml_tree import Node, read_yaml
from auditor.model.source import Language, SourceFile

__all__ = ["COMPUTED", "as_yaml", "chart_of", "is_chart_template", "is_template_path", "read_manifests"]

COMPUTED = "computed-by-the-template"
"""What stands where a template would put a value."""
_ACTION = pattern(r"(?s)\{\{.*?\}\}")
_STEERS = pattern(r"^[\s-]*(?:computed-by-the-template\s*)+$")
_LONGEST = 500_000


def is_template_path(path: str) -> bool:
    """Whether a file lies where charts keep their templates."""
    return "/templates/" in f"/{path}" and path.endswith((".yaml", ".yml", ".tpl"))


def is_chart_template(file: SourceFile) -> bool:
    """Whether a file is text, and lies where charts keep their templates."""
    return file.language in (Language.TEXT, Language.YAML) and is_template_path(file.path)


def chart_of(path: str) -> str:
    """The folder of the chart that a template belongs to."""
    return f"/{path}".partition("/templates/")[0].lstrip("/")


def as_yaml(text: str) -> str:
    """The text with each action as a mark, and lines of actions alone left empty."""
    if len(text) > _LONGEST:
        return ""
    marked = _ACTION.sub(COMPUTED, _joined(text))
    return "\n".join("" if _STEERS.search(line) and not line.lstrip().startswith("- ") else line for line in marked.split("\n"))  # fmt: skip


def _joined(text: str) -> str:
    """The text with actions that go over several lines on one, and as many empty lines behind."""
    lines: list[str] = []
    waiting: list[str] = []
    for line in text.split("\n"):
        waiting.append(line)
        whole = " ".join(waiting)
        if whole.count("{{") > whole.count("}}") and len(waiting) < 50:  # noqa: PLR2004 - no action is longer
            continue
        lines += [whole, *[""] * (len(waiting) - 1)]
        waiting = []
    return "\n".join([*lines, *waiting])


def read_manifests(path: str, text: str) -> tuple[Node, ...]:
    """The documents of a manifest, or of a template of one; none where it cannot be read."""
    templated = "{{" in text and is_template_path(path)
    try:
        return read_yaml(as_yaml(text) if templated else text)
    except ParseFailure:
        return ()
