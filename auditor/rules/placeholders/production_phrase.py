"""AUD102: a comment that admits that the code beside it is not the real thing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.comment_words import marker_in, phrase_in
from auditor.facts.comments import Comment, Comments
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


_WRAPPED = 50
"""Characters from which a line of a comment may have been wrapped."""
_WITHIN = "... "
"""Stands for the beginning of a sentence, so that no wording that begins one fits what follows."""


def _check(source: Source) -> Iterator[Hit]:
    comments = source.fact(Comments)
    if comments is None:
        return
    test = source.file.role is Role.TEST
    severity = Severity.LOW if test else None
    for run in _runs(comments.items):
        found = list(_admissions(run, test=test))
        if found:
            first, admits = found[0]
            message = f"The {'docstring' if first.is_docstring else 'comment'} gives the code away: {admits}."
            yield Hit(source.path, first.line, found[-1][0].line, message, first.symbol, severity)


def _runs(items: tuple[Comment, ...]) -> Iterator[list[Comment]]:
    """Comments as they were written: lines that follow one another, and each docstring as a whole."""
    run: list[Comment] = []
    for comment in items:
        if run and not _continues(run[-1], comment):
            yield run
            run = []
        run.append(comment)
    if run:
        yield run


def _continues(before: Comment, comment: Comment) -> bool:
    if comment.is_docstring or before.is_docstring:
        return comment.is_docstring and before.is_docstring and comment.symbol == before.symbol
    return comment.line == before.line + 1 and not (comment.trailing or before.trailing)


def _admissions(run: list[Comment], *, test: bool) -> Iterator[tuple[Comment, str]]:
    for before, comment, following in zip((None, *run[:-1]), run, (*run[1:], None), strict=True):
        if marker_in(comment.text):
            continue  # AUD101 reports it
        lead = _WITHIN if before is not None and _runs_on(before, comment) else ""
        found = phrase_in(lead + _sentence(comment, following), docstring=comment.is_docstring, test=test)
        if found and found[1] < len(lead + comment.text):
            yield comment, found[0].admits


def _runs_on(before: Comment, comment: Comment) -> bool:
    """Whether a line goes on with the sentence of the line before, which was wrapped: it does not begin one."""
    wrapped = len(before.text) >= _WRAPPED and before.text[-1:] not in ".:;!?"
    return wrapped and comment.line == before.line + 1 and comment.text[:1].islower()


def _sentence(comment: Comment, following: Comment | None) -> str:
    """The line together with the next one of the same comment, onto which its sentence may run."""
    if following is None or following.line != comment.line + 1:
        return comment.text
    return f"{comment.text} {following.text}"


RULE = Rule(
    id="AUD102",
    name="production-phrase",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Do the comments describe what the code does, rather than what a real implementation would do?",
    why=(
        "Whoever writes 'in production, this would ...' or 'for now, assume ...' knows that the code does not do it. "
        "Such code has a plausible name and result, and passes every review that reads names only."
    ),
    limits=(
        "A bounded vocabulary of English phrases, in comments and docstrings. Test code is asked only about what it "
        "assumes 'for now'. A comment that follows its code out of date is reported as it stands."
    ),
    fix="Implement what the comment describes, or let the code fail loudly where it cannot do its work.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"comments"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="what would be needed, and what is the same for now",
            files={
                "src/update.py": "def url(node):\n    return f'http://{node}:8000'  # This would need the actual address of the node\n\n\ndef atomic(update):\n    # Same as regular update for now\n    return update()\n"
            },
            found=("src/update.py:2", "src/update.py:6"),
        ),
        Example(
            title="what would be done elsewhere, in brackets or for the moment",
            files={
                "src/stock.py": (
                    "def level(item):\n    # In a full deployment, read from the scale\n    return 4\n\n\n"
                    "def order(item):\n    # Implementation would call the dealer\n    return True\n\n\n"
                    "def price(item):\n    # Current price (would come from the exchange)\n    return 3.5\n\n\n"
                    "def copies(kind):\n    # For the time being, treat all kinds alike\n    return 1\n\n\n"
                    "def tokens():\n    # In-memory tokens (use the database in production)\n    return {}\n"
                ),
                "tests/chaos/test_store.py": "def connect():\n    # In a real setup, would connect to the store\n    return None\n",
            },
            found=(
                "src/stock.py:12",
                "src/stock.py:17",
                "src/stock.py:2",
                "src/stock.py:22",
                "src/stock.py:7",
                "tests/chaos/test_store.py:2",
            ),
        ),
        Example(
            title="code that says what it would do",
            files={
                "metrics.py": (
                    "def error_rate():\n"
                    '    """Return the error rate. For now, simulated from the logs."""\n'
                    "    # In a real implementation, this\n"
                    "    # would query the monitoring system.\n"
                    "    return 0.01  # placeholder\n"
                ),
                "pay.ts": "// Mock implementation until the gateway is there\nexport const pay = () => true;\n",
            },
            found=("metrics.py:2", "metrics.py:3", "metrics.py:5", "pay.ts:1"),
        ),
        Example(
            title="an assumption in a workflow's script and in a test",
            files={
                ".github/workflows/ci.yml": (
                    "jobs:\n  rate:\n    steps:\n      - run: |\n          # For now, assume all tests passed\n          echo rate=100\n"
                ),
                "tests/test_rollback.py": "def test_rollback():\n    # For now, we verify the concept\n    assert True\n",
            },
            found=(".github/workflows/ci.yml:5", "tests/test_rollback.py:2"),
        ),
        Example(
            title="the same words about something else",
            files={
                "sql.py": (
                    "# Each placeholder is bound by the driver.\n"
                    "# Used in production since 2019; it simulates nothing.\n"
                    'QUERY = "select ? -- for now, assume one"\n'
                ),
                "strings.rs": (
                    "/// In format strings of this style, the `%` character is used to indicate\n"
                    "/// placeholders. It must be followed by a letter.\n"
                    "/// Only replaces\n"
                    "/// placeholders that are known.\n"
                    "/// A stub implementation intended for testing.\n"
                    "/// The rules of plugins not yet implemented by this tool.\npub struct Strings;\n"
                ),
                "alembic.ini": "# Will be replaced in alembic/env.py with the actual address\nurl =\n",
                "views.ts": "// Would be fine to send, but is no longer stored\ndelete value.shown;\n",
                "values.yaml": "# Add your server details here\nserver: localhost:8500\n# add your custom rules here\nrules: {}\n",
                "lint.rs": "/// Such names are not meant to be called and, in most cases, can\n/// be replaced with operators.\npub struct Lint;\n",
                "notes.py": (
                    "# In a full backup the index comes first; that is only read in production, update it there.\n"
                    "# For now we only support two columns, see #12\n"
                    "# A node whose parent would otherwise be lost (it would be loaded again if it was)\n"
                    "# This would fail if the list were empty\n"
                ),
                "stubs.py": '"""Reads type stubs. Abstract methods raise NotImplementedError."""\n',
                "tests/test_client.py": "# Simulate a response of the gateway with mock data\nANSWER = 1\n",
            },
        ),
    ),
)
