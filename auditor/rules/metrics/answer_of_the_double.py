"""AUD839: a test replaces a function, calls it, and asserts what it has put in its place."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.constant_results import ConstantResults
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(ConstantResults)
    for one in fact.doubled if fact is not None else ():
        names = ", ".join(sorted({function for function, _ in one.results}))
        message = f"{one.test.rpartition('.')[2]} replaces {names}, calls it, and asserts the answer that it has given itself."
        yield Hit(source.path, one.line, one.end_line, message, one.test)


RULE = Rule(
    id="AUD839",
    name="answer-of-the-double",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do tests call what they test, and not what they have put in its place?",
    why="A test that patches `rollback` with a mock and asserts that `rollback()` is true passes whatever the rollback does.",
    limits="Judged are tests of which every assertion is on what functions gave that the test itself replaces by `patch.object`, `setattr`, a mock or lambda in their place, or a mock of the whole class whose answers the test gives.",
    fix="Replace what the function depends on, and call the function itself.",
    since="0.7.0",
    effort=30,
    reads=frozenset({"constant-results"}),
    roles=frozenset({Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="a class whose method is patched and called, and a double set in place of another",
            files={
                "tests/test_fleet.py": (
                    "from unittest.mock import AsyncMock, patch\n\nfrom shop.fleet import Fleet\n\n\n"
                    "async def test_rollback():\n"
                    '    with patch.object(Fleet, "rollback", AsyncMock(return_value=True)):\n'
                    '        assert await Fleet().rollback("2") is True\n\n\n'
                    "def test_probe():\n    fleet = Fleet()\n    fleet.probe = lambda: {'ok': True}\n    answer = fleet.probe()\n    assert answer['ok']\n"
                ),
            },
            found=("tests/test_fleet.py:11", "tests/test_fleet.py:6"),
        ),
        Example(
            title="a double of the whole class, and one that is handed to what is tested",
            files={
                "tests/test_fleet.py": (
                    "from unittest.mock import AsyncMock\n\nfrom shop.fleet import Control, Fleet\n\n\n"
                    "async def test_rollback():\n    fleet = AsyncMock(spec=Fleet)\n    fleet.rollback.return_value.ok = True\n    result = await fleet.rollback(reason='test')\n    assert result.ok\n\n\n"
                    "async def test_apply():\n    control = AsyncMock(spec=Control)\n    control.apply.return_value = 2\n    result = await Fleet(control).start()\n    assert result.ready == 2\n"
                ),
            },
            found=("tests/test_fleet.py:6",),
        ),
        Example(
            title="doubles of what the function under test depends on",
            files={
                "tests/test_fleet.py": (
                    "from unittest.mock import AsyncMock, patch\n\nfrom shop.fleet import Fleet\n\n\n"
                    "async def test_rollback():\n"
                    '    with patch.object(Fleet, "apply", AsyncMock(return_value=True)):\n'
                    '        assert await Fleet().rollback("2") is True\n\n\n'
                    "def test_send():\n    pinned = PinnedTransport()\n    with patch.object(Transport, 'send', return_value=200):\n        assert pinned.send('a') == 200\n\n\n"
                    "def test_probe():\n    fleet = Fleet()\n    fleet.fetch = AsyncMock(side_effect=OSError)\n    assert not fleet.probe()\n    fleet.fetch.assert_called_once()\n"
                ),
            },
        ),
    ),
)
