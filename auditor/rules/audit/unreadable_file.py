"""AUD901: a file that the audit could not judge."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import Unreadable
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, broken in repository.of(Unreadable):
        line = broken.line or 1
        yield Hit(file.path, line, line, f"This file could not be judged: {broken.reason}.")
    for path, reason in repository.unreadable:
        yield Hit(path, 1, 1, f"This file could not be read: {reason}.")


RULE = Rule(
    id="AUD901",
    name="unreadable-file",
    category=Category.AUDIT,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Could the file be judged?",
    why=(
        "A workflow that no parser reads is a workflow that does not run; a module that does not parse does not "
        "import. And what could not be read was not audited: the criteria that depend on it are UNKNOWN."
    ),
    limits="Test, example and documentation files are not asked about.",
    fix="Mend the file at the line given, or exclude it in `.auditor.yaml`, where the exclusion stays visible.",
    since="0.1.0",
    effort=15,
    reads=frozenset(),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="a workflow with broken YAML",
            files={".github/workflows/ci.yml": "on: push\njobs:\n  test: [unclosed\n"},
            found=(".github/workflows/ci.yml:4",),
        ),
        Example(title="a module that does not parse", files={"app.py": "def main(:\n"}, found=("app.py:1",)),
        Example(title="a module that parses", files={"app.py": "def main() -> None:\n    run()\n"}),
        Example(
            title="a module for a later version of Python",
            files={
                "app.py": "type Pair[T] = tuple[T, T]\n\n\ndef first[T: (str, bytes)](pair: Pair[T]) -> T:\n    try:\n        return pair[0]\n    except IndexError, TypeError:\n        raise\n\n\nclass Box[T]:\n    pass\n\n\nTITLE = f'{fields['title']} of {fields['owner']}'\n"
            },
        ),
    ),
)
