"""Calls of processes, services and databases that stand in comments inside of Python functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_prose import prose_lines
from auditor.facts.python_syntax import syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "CommentedCall", "CommentedWork"]

_CALL = pattern(
    r"^\s*#\s*(?:[a-z_][\w.]*\s*=\s*)?(?:return\s+)?(?:await\s+)?"
    r"((?:subprocess\.(?:run|call|check_call|check_output|Popen)|os\.(?:system|popen|kill)|asyncio\.create_subprocess_\w+|"
    r"(?:requests|httpx)\.(?:get|post|put|patch|delete|request)|boto3\.(?:client|resource)|"
    r"(?:self\.)?_?(?:client|session|http|redis|db|conn|connection|cursor|pool|docker|kube|k8s|s3|smtp|producer|channel)\.\w+|"
    r"self\._?(?:update|trigger|apply|send|deploy|restart|roll_?back|notify|publish|upload|execute|push|scale|retrain|restore|backup|migrate|provision|promote|switch|drain|revoke|rotate|sync|dispatch|persist|inject|replicate|purge|escalate)"
    r"\w*)\()[^)\s]"
)


@dataclass(frozen=True, slots=True, order=True)
class CommentedCall:
    """A call in a comment: its line, the qualified name of the function around it, and what it calls."""

    line: int
    function: str
    call: str


@dataclass(frozen=True, slots=True)
class CommentedWork(Fact):
    """All such calls of one module, by line."""

    kind: ClassVar[str] = "commented-work"
    items: tuple[CommentedCall, ...]


def _parse(source: Source) -> CommentedWork | None:
    found = tuple(_calls(source))
    return CommentedWork(found) if found else None


def _calls(source: Source) -> Iterator[CommentedCall]:
    if not _CALL.in_lines(source.joined):
        return
    matches = [(number, match) for number, line in enumerate(source.lines, 1) if (match := _CALL.match(line[:400]))]
    if not matches:
        return
    views = syntax_of(source).functions
    comments = prose_lines(source)
    for number, match in matches:
        around = [view for view in views if view.node.lineno < number <= (view.node.end_lineno or 0)]
        if around and number in comments:
            inner = max(around, key=lambda view: view.node.lineno)
            yield CommentedCall(number, inner.qualified, match.group(1).rstrip("("))


PARSER = Parser(fact=CommentedWork, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
