"""AUD130: a file that is not what its name says: an error message, a page, an unfinished merge, a fragment."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TEXTS = frozenset({Language.TEXT, Language.MARKDOWN, Language.BINARY, Language.XML})
_REQUIREMENTS = pattern(r"(?i)(?:^|/)(?:[\w.\-]*requirements[\w.\-]*|constraints[\w.\-]*)\.(?:txt|in)$")
_PAGE = pattern(r"(?i)^\s*<(?:!doctype html|html)[\s>]")
_FAILED = pattern(
    r"(?i)^(?:404:? not found|not found$|fatal: |curl: \(\d+\)|(?:ba|z|da)?sh: (?:line )?\d*:? ?\S+: |access denied|traceback \(most recent call last\)|"
    r"error(?: response from daemon)?: |npm err!|\{\"message\":\s*\"not found\")"
)
_FENCE = pattern(r"^(?:```|~~~)[\w+\-]*\s*$")
_ANSWER = pattern(
    r"(?i)^(?:here(?:'s| is| are) (?:the|a|an|your)\b|sure[,!]|certainly[,!]|i(?:'ll| will| have) (?:create|write|add|update))"
)
_OURS, _BETWEEN, _THEIRS = "<<<<<<< ", "=======", ">>>>>>> "
_FROM = pattern(r"(?im)^\s*FROM\s+\S")
_INCLUDES = pattern(r"(?im)^\s*(?:INCLUDE\+?|%include|\{%|\{\{|<%|#include)\b?")
_SHORT = 30


def _check(source: Source) -> Iterator[Hit]:
    file = source.file
    if file.language in _TEXTS and not _REQUIREMENTS.search(source.path):
        return
    if is_template(source.path):
        return
    found = _foreign(source)
    if found:
        line, what = found
        yield Hit(source.path, line, line, f"This is no {_kind(source)}: {what}.")


def _kind(source: Source) -> str:
    names = {Language.TEXT: "list of requirements", Language.ENV: "environment file", Language.DOCKERFILE: "Dockerfile"}
    return names.get(source.file.language, f"{source.file.language.value} file")


def _foreign(source: Source) -> tuple[int, str] | None:
    number, first = next(((at, line) for at, line in enumerate(source.lines, 1) if line.strip()), (1, ""))
    what = _beginning(first.strip(), source)
    if what:
        return number, what
    merge = _conflict(source.lines)
    if merge:
        return merge, "both sides of a merge stand in it"
    return (number, "it has no FROM") if _lacks_from(source) else None


def _beginning(first: str, source: Source) -> str:
    """What the first line that is not empty tells of a file that is something else."""
    is_script = source.file.language in (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
    faults = (
        ("it is a page of HTML", _PAGE.search(first) is not None and not is_script),
        (
            "it is the message of a command that failed",
            _FAILED.search(first) is not None and len(source.lines) <= _SHORT,
        ),
        ("it begins with the fence of a Markdown document", _FENCE.search(first) is not None),
        (
            "it begins with a sentence",
            _ANSWER.search(first) is not None and source.file.language is not Language.TEXT,
        ),
    )
    return next((what for what, holds in faults if holds), "")


def _conflict(lines: tuple[str, ...]) -> int:
    """The line of the first conflict that nobody resolved, or 0."""
    at = next((number for number, line in enumerate(lines, 1) if line.startswith(_OURS)), 0)
    if not at:
        return 0
    rest = lines[at:]
    middle = next((index for index, line in enumerate(rest) if line == _BETWEEN), -1)
    return at if middle >= 0 and any(line.startswith(_THEIRS) for line in rest[middle:]) else 0


def _lacks_from(source: Source) -> bool:
    if source.file.language is not Language.DOCKERFILE or not source.file.name.lower().startswith(
        ("dockerfile", "containerfile")
    ):
        return False
    return not _FROM.search(source.text) and not _INCLUDES.search(source.text)


RULE = Rule(
    id="AUD130",
    name="foreign-content",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every file what its name says?",
    why="A Dockerfile that holds an error message is there for whoever lists files, and for nobody who builds.",
    limits=(
        "Told are pages of HTML, messages of failed commands, fences and sentences at the beginning, "
        "unresolved merges, and Dockerfiles without FROM. Pointers of Git LFS are told as files that could not be read."
    ),
    fix="Put the real content there, or remove the file.",
    since="0.1.0",
    effort=30,
    reads=frozenset(language.value for language in Language if language not in _TEXTS),
    check_file=_check,
    examples=(
        Example(
            title="what is left of commands that failed",
            files={
                "Dockerfile": "curl: (22) The requested URL returned error: 404\n",
                "deploy/compose.yml": "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
                "app/Dockerfile": "\nRUN pip install shop\n",
                "config/alerts.yml": "```yaml\ngroups: []\n```\n",
                "app/main.py": "import os\n<<<<<<< HEAD\nA = 1\n=======\nA = 2\n>>>>>>> theirs\n",
            },
            found=(
                "Dockerfile:1",
                "app/Dockerfile:2",
                "app/main.py:2",
                "config/alerts.yml:1",
                "deploy/compose.yml:1",
            ),
        ),
        Example(
            title="files as they should be",
            files={
                "Dockerfile": "# syntax=docker/dockerfile:1\nARG VERSION=3\nFROM alpine:$VERSION\n",
                "tools/dockerfile.yml": "---\n- hosts: localhost\n  roles: [dockerfile]\n",
                "analyzer/dockerfile.go": "package analyzer\n",
                "app/errors.py": 'MESSAGE = "404: Not Found"\n',
                "docs/merge.md": "<<<<<<< HEAD\n=======\n>>>>>>> x\n",
            },
        ),
    ),
)
