"""AUD101: a comment that marks work as not done."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.comment_words import marker_in
from auditor.facts.comments import Comments
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.placeholders.shipped_path import delivers

__all__ = ["RULE"]

_MISSING = pattern(r"(?i)\b(?:actual|real|implement\w*|replace with|requires? implementation|missing)\b")


def _check(source: Source) -> Iterator[Hit]:
    comments = source.fact(Comments)
    if comments is None:
        return
    for comment in comments.items:
        marker = marker_in(comment.text)
        if marker:
            message = f"A comment marked {marker} says that work on a shipped path is not done."
            yield Hit(
                source.path, comment.line, comment.line, message, comment.symbol, _severity(source.path, comment.text)
            )


def _severity(path: str, text: str) -> Severity:
    if not delivers(path):
        return Severity.LOW
    return Severity.HIGH if _MISSING.search(text) else Severity.MEDIUM


RULE = Rule(
    id="AUD101",
    name="todo-marker",
    category=Category.PLACEHOLDER,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    question="Is the shipped path free of markers for work that is not done?",
    why=(
        "A marker is the author's own word that something is missing. In application code it is often a wish; in a "
        "workflow, a deployment script or an alert file it usually stands where the effect should be."
    ),
    limits=(
        "Markers count only in comments and docstrings, in capitals, at the beginning or followed by a colon, a name in "
        "parentheses or a bracket. A file that does without markers may still be unfinished: see AUD102."
    ),
    fix="Do the work, or move it to the issue tracker and delete the step that only pretends.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"comments"}),
    triggers=("todo", "fixme", "xxx", "hack", "tbd", "wip"),
    check_file=_check,
    examples=(
        Example(
            title="a deployment step that was never written",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\n"
                    "jobs:\n"
                    "  deploy:\n"
                    "    runs-on: ubuntu-latest\n"
                    "    steps:\n"
                    "      - run: |\n"
                    "          echo deploying ${{ github.sha }}\n"
                    "          # TODO: add the actual deployment commands\n"
                ),
            },
            found=(".github/workflows/deploy.yml:8",),
        ),
        Example(
            title="markers in several languages",
            files={
                "app.py": 'def load():\n    """Load it.\n\n    TODO: cache the result\n    """\n    return 1  # FIXME(ann): slow\n',
                "main.go": "package main\n\n/* a note\n * XXX handle errors\n */\nfunc main() {}\n",
                "Dockerfile": "FROM alpine:3.20\n# HACK: the package is not published yet\nRUN true\n",
                "setup.cfg": "; TBD\n[metadata]\n",
            },
            found=("Dockerfile:2", "app.py:4", "app.py:6", "main.go:4", "setup.cfg:1"),
        ),
        Example(
            title="words that only look like markers",
            files={
                "todo.py": (
                    '"""A todo list app. Phones are written XXX-XXXX."""\n'
                    "# TODO list entries are kept in memory\n"
                    '# a title may have the special "[WIP]" prefix\n'
                    "# this hack keeps old clients alive, see mktemp XXXXXX\n"
                    'TITLE = "TODO: buy milk"  # noqa: FIX002\n'
                ),
                "lib.rs": "pub fn run() {}\n\n#[cfg(test)]\nmod tests {\n    // TODO: cover the other branch\n}\n",
                "run.sh": 'folder=$(mktemp -d /tmp/run.XXXXXX)\necho "TODO: nothing"\n',
            },
        ),
    ),
)
