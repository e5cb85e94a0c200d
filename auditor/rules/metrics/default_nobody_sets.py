"""AUD840: a record says by default what nobody measures or checks."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.default_figures import Construction, DefaultFigure, DefaultFigures
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    given: set[str] = set()
    made: dict[str, list[Construction]] = {}
    owners: dict[str, set[str]] = {}
    for file, fact in facts.of(DefaultFigures):
        given |= fact.given
        for one in fact.made:
            made.setdefault(one.name, []).append(one)
        for field in fact.fields:
            owners.setdefault(field.owner, set()).add(file.path)
    for file, fact in facts.of(DefaultFigures):
        for field in fact.fields:
            if field.name not in given and len(owners[field.owner]) == 1 and _is_left(field, made.get(field.owner, [])):
                message = f"Every {field.owner} says `{field.name}` {field.value}: it is the default, and nothing ever sets it."
                yield Hit(file.path, field.line, field.line, message, f"{field.owner}.{field.name}")


def _is_left(field: DefaultFigure, made: list[Construction]) -> bool:
    """Whether the class is made, and never with a value for the field."""
    return bool(made) and not any(one.open or one.positional > field.place for one in made)


_REPORT = "from dataclasses import dataclass, field\n\n\n@dataclass\nclass BackupReport:\n    path: str\n    size: int\n    verified: bool = True\n    uptime_ratio: float = 0.9997\n    errors: int = 0\n    retries: int = 3\n"
_MADE = "from shop.report import BackupReport\n\n\ndef backup(path, size):\n    return BackupReport(path, size=size)\n"

RULE = Rule(
    id="AUD840",
    name="default-nobody-sets",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every figure and verdict of a result set by what measured it?",
    why="`verified: bool = True` in a dataclass makes each backup a verified one; `uptime: float = 99.97` is printed in every report, and no line of code has ever written it.",
    limits="Fields of dataclasses, attrs and pydantic models that are named for a measurement or a verdict, whose class the repository makes itself. Settings, thresholds, requests, and classes that are read from data are left alone.",
    fix="Take the default away, so that whoever makes the record has to say what was found.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"default-figures"}),
    check_repository=_check,
    examples=(
        Example(
            title="a backup that is verified by definition",
            files={"shop/report.py": _REPORT, "shop/backup.py": _MADE},
            found=("shop/report.py:8", "shop/report.py:9"),
        ),
        Example(
            title="fields that are set, by name, place or attribute, settings, and records that are read",
            files={
                "shop/report.py": _REPORT,
                "shop/backup.py": _MADE
                + "\n\ndef check(report):\n    report.verified = sound(report.path)\n    return dict(uptime_ratio=measured())\n",
                "shop/settings.py": "from pydantic import BaseModel\n\n\nclass AlertThresholds(BaseModel):\n    latency_ms: float = 250.0\n\n\nclass Probe(BaseModel):\n    healthy: bool = True\n\n\nclass Sample(BaseModel):\n    accuracy: float = 0.9\n\n\nMADE = (AlertThresholds(), Probe(True), Sample.model_validate(row))\n",
            },
        ),
    ),
)
