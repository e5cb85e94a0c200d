"""AUD454: settings of pytest stand in a section that it does not read."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pytest_settings import PytestSettings
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    settings = source.fact(PytestSettings)
    if settings is not None and settings.ignored:
        message = (
            f"pytest does not read [{settings.section}] in {source.file.name}: it looks for [{settings.expected}]."
        )
        yield Hit(source.path, settings.ignored, settings.ignored, message, settings.section)


RULE = Rule(
    id="AUD454",
    name="ignored-test-settings",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the settings of pytest stand where it reads them?",
    why="Strict markers, coverage floors and time limits that are written down and never applied protect nobody.",
    limits="Known are pytest.ini, tox.ini and setup.cfg. A file that has the right section, too, is left alone.",
    fix="Give the section the name that pytest looks for in a file of this name.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"pytest-settings"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="the section of setup.cfg in pytest.ini",
            files={"pytest.ini": "[tool:pytest]\naddopts = --strict-markers\n"},
            found=("pytest.ini:1",),
        ),
        Example(
            title="each file with its own section",
            files={
                "pytest.ini": "[pytest]\naddopts = -q\n",
                "setup.cfg": "[tool:pytest]\naddopts = -q\n",
                "tox.ini": "[tox]\nenvlist = py\n",
            },
        ),
    ),
)
