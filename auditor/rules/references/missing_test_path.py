"""AUD708: pytest is told to collect tests where there are none."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pytest_settings import PytestSettings
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, settings in facts.of(PytestSettings):
        folder = file.path.rpartition("/")[0]
        for one in settings.test_paths:
            path = one.path.removeprefix("./").rstrip("/")
            if path in ("", ".") or path.startswith(("..", "/")) or any(sign in path for sign in "*?[$"):
                continue
            if not facts.exists(f"{folder}/{path}" if folder else path):
                message = f"The tests are to be collected from {path!r}, which is not in the repository."
                yield Hit(file.path, one.line, one.line, message, "testpaths")


RULE = Rule(
    id="AUD708",
    name="missing-test-path",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are the folders that pytest is told to collect in the repository?",
    why="pytest then collects whatever it finds elsewhere, or nothing, and the run is green either way where nobody counts.",
    limits="Patterns are not judged.",
    fix="Name the folder in which the tests are.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"pytest-settings"}),
    check_repository=_check,
    examples=(
        Example(
            title="one line, several lines, and a table of TOML",
            files={
                "pytest.ini": "[pytest]\ntestpaths =\n    tests\n    checks\naddopts = -q\n",
                "web/pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests", "specs"]\n',
                "tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2\n",
                "web/specs/test_b.py": "def test_b():\n    assert 1 + 1 == 2\n",
            },
            found=("pytest.ini:4", "web/pyproject.toml:2"),
        ),
        Example(
            title="folders that are there, and patterns",
            files={
                "setup.cfg": "[tool:pytest]\ntestpaths = tests *_tests\n[flake8]\ntestpaths = none\n",
                "tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2\n",
            },
        ),
    ),
)
