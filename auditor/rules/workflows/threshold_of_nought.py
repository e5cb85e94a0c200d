"""AUD958: coverage has to reach a threshold of nought."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NOUGHT = pattern(
    r"(?i)^[ \t]*(?:fail_under|fail-under|minimum_coverage|coverage_threshold)[ \t]*[:=][ \t]*[\"']?0+(?:\.0+)?[\"']?[ \t]*(?:#.*)?$|--(?:cov[-_])?fail[-_]?under[= ]0+(?:\.0+)?%?(?:[\s\"'\]]|$)"
)


_ELSEWHERE = pattern(r"\bcoverage combine\b|(?:fail_under|fail-under)[ \t]*[:= ][ \t]*[\"']?[1-9]")
"""What asks for a coverage of the same runs later on."""
_LINTERS = pattern(r"(?i)pylint")
"""Whose score may well be below nought."""


def _check(source: Source) -> Iterator[Hit]:
    if _ELSEWHERE.search(source.text) or _LINTERS.search(source.file.name):
        return
    section = ""
    for number, line in enumerate(source.lines, 1):
        section = line if line.startswith("[") else section
        found = _NOUGHT.search(line[:500]) if "fail" in line or "overage" in line else None
        if found is not None and not (
            line.lstrip().startswith(("#", ";", "//")) or _LINTERS.search(f"{section} {line}")
        ):
            message = f"`{found.group(0).strip()[:60]}` is met by every run: no coverage is too low."
            yield Hit(source.path, number, number, message)


RULE = Rule(
    id="AUD958",
    name="threshold-of-nought",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can the threshold of the coverage be missed?",
    why="`fail_under = 0` makes the gate part of the configuration, and lets everything through.",
    limits="Judged are the settings of coverage.py and of its plugin for pytest, and the like, in configuration, scripts and workflows; where the same file combines what several runs covered, or asks for more elsewhere, is left alone.",
    fix="Set it to what is reached today, and raise it from there; or take the setting out.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"toml", "ini", "yaml", "shell", "makefile"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("fail_under", "fail-under", "failunder", "minimum_coverage", "coverage_threshold"),
    check_file=_check,
    examples=(
        Example(
            title="nought in the settings, and on the command line",
            files={
                "pyproject.toml": "[tool.coverage.report]\nfail_under = 0\n",
                "Makefile": "test:\n\tpytest --cov=shop --cov-fail-under=0 tests\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --cov=app --cov-fail-under=0\n",
            },
            found=(".github/workflows/ci.yml:6", "Makefile:2", "pyproject.toml:2"),
        ),
        Example(
            title="thresholds that can be missed",
            files={
                "pyproject.toml": "[tool.coverage.report]\nfail_under = 85\n# fail_under = 0\n",
                "Makefile": "test:\n\tpytest --cov=shop --cov-fail-under=05 tests\n",
                "parts.mk": "test:\n\tpytest --cov=shop --cov-fail-under=0 tests/one\n\tpytest --cov=shop --cov-append --cov-fail-under=80 tests/two\n",
                "lint/pyproject.toml": "[tool.pylint.main]\nfail-under = 0\n",
            },
        ),
    ),
)
