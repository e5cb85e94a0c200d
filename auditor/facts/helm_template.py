"""What a template of a Helm chart asks for: values, and templates of its own (https://helm.sh/docs/chart_template_guide/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.helm_text import is_chart_template
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "HelmTemplate", "ValueUse"]

_ACTION = pattern(r"(?s)\{\{-?\s*/\*.*?\*/\s*-?\}\}|\{\{-?(.*?)-?\}\}")
"""An action, or a comment, within which others may stand as examples."""
_VALUE = pattern(r"\.Values((?:\.[A-Za-z_]\w*)+)")
_WHOLE = pattern(r"\.Values(?:[^.\w]|$)")
_PLAIN = pattern(
    r"^\s*(?:\$?\.Values(?:\.[A-Za-z_]\w*)+)(?:\s*\|\s*(?:quote|squote|int|int64|toString|trunc \d+|b64enc|upper|lower|trim|nindent \d+|indent \d+|toYaml))*\s*$"
)
_NAMED = pattern(r"\b(?:include|template)\s+\"([^\"]+)\"")
_DEFINED = pattern(r"\bdefine\s+\"([^\"]+)\"")
_CONDITIONS = frozenset({"if", "with", "range"})
_LONGEST = 500_000


@dataclass(frozen=True, slots=True, order=True)
class ValueUse:
    """A value by its dotted path.

    `plain` where it is put in as it is, so that a missing one leaves a hole; `guarded` where that happens within a
    condition or a loop.
    """

    path: str
    line: int
    plain: bool
    guarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmTemplate(Fact):
    """One template. `whole` where all values are handed on together; `includes` are names of templates with their lines."""

    kind: ClassVar[str] = "helm-template"
    values: tuple[ValueUse, ...]
    whole: bool
    includes: tuple[tuple[str, int], ...]
    defines: frozenset[str]


def _accepts(file: SourceFile) -> bool:
    notes = file.language is not Language.BINARY and "/templates/" in f"/{file.path}" and file.name == "NOTES.txt"
    return notes or is_chart_template(file)


def _parse(source: Source) -> HelmTemplate | None:
    text = source.text
    if "{{" not in text or len(text) > _LONGEST:
        return None
    actions = list(_actions(text))
    return HelmTemplate(
        values=tuple(sorted(set(_all_uses(actions)))),
        whole=any(_WHOLE.search(action) for action, _ in actions),
        includes=tuple((match.group(1), line) for action, line in actions for match in _NAMED.finditer(action)),
        defines=frozenset(match.group(1) for action, _ in actions for match in _DEFINED.finditer(action)),
    )


def _actions(text: str) -> Iterator[tuple[str, int]]:
    line, at = 1, 0
    for match in _ACTION.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        if match.group(1):
            yield match.group(1), line


def _all_uses(actions: list[tuple[str, int]]) -> Iterator[ValueUse]:
    """All uses, each with whether a block around it may leave it out."""
    blocks: list[str] = []
    for action, line in actions:
        word = action.strip().partition(" ")[0]
        if word == "end" and blocks:
            blocks.pop()
        guarded = bool(blocks)  # templates that are defined are called under conditions, too
        plain = _PLAIN.search(action) is not None
        yield from (ValueUse(match.group(1)[1:], line, plain, guarded) for match in _VALUE.finditer(action))
        if word in _CONDITIONS or word in ("define", "block"):
            blocks.append(word)


PARSER = Parser(fact=HelmTemplate, accepts=_accepts, parse=_parse)
