"""AUD755: a count that the file's content contradicts."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.counts import count_statements
from auditor.check.statement import Statement
from auditor.check.stocks import stock_statements
from auditor.check.wholes import folder_statements, whole_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    yield from count_statements(case)
    yield from folder_statements(case)
    yield from whole_statements(case)
    yield from stock_statements(case)


RULE = Rule(
    id="AUD755",
    name="count-unlike-content",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are there as many tests, jobs, alert rules, panels, files and lines of code as the document says?",
    why="Whoever counts wrongly has not looked.",
    limits="Only where a line names one file or folder and one number; files of a folder, all lines of code, all GitHub workflows and all alert rules only where there are fewer in all. Tests that are made when they run can be more than the text shows, and fewer can be a part of them; then nothing is said.",
    fix="Count again, or leave the number away.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a workflow of one job, and a module of one test",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `.github/workflows/ci.yml` has 8 jobs\n- `tests/test_store.py`: 5 tests\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: bandit -r app || true\n",
                "tests/test_store.py": "def test_save():\n    assert True\n",
            },
            found=("docs/AUDIT.md:3", "docs/AUDIT.md:4"),
        ),
        Example(
            title="a title that names the file, and the number of its tests below",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## tests/test_store.py\n\n- Tests: 5\n",
                "tests/test_store.py": "def test_save():\n    assert True\n",
            },
            found=("docs/AUDIT.md:5",),
        ),
        Example(
            title="more files than a folder holds, and more lines of code than there are lines",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `tests/` (40 files)\n- Lines of code: 12,000\n",
                "tests/test_store.py": "def test_save():\n    assert True\n",
            },
            found=("docs/AUDIT.md:3", "docs/AUDIT.md:4"),
        ),
        Example(
            title="more workflows than there are",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- 6 GitHub Actions workflows\n- 1 GitHub workflow\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: bandit -r app || true\n",
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="counts that are right, and tests that are expanded",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `.github/workflows/ci.yml` has 1 jobs\n- `tests/test_store.py`: 5 tests\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: bandit -r app || true\n",
                "tests/test_store.py": "@pytest.mark.parametrize('x', range(5))\ndef test_save(x):\n    assert x\n",
            },
        ),
    ),
    check_document=_check,
)
