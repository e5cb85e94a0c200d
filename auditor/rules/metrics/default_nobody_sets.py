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
    held: set[str] = set()
    made: dict[str, list[Construction]] = {}
    for _, fact in facts.of(DefaultFigures):
        given |= fact.given
        held |= fact.held
        for one in fact.made:
            made.setdefault(one.name, []).append(one)
    named = {(one.name, name) for constructions in made.values() for one in constructions for name in one.named}
    # a class that has no such field of its own may have it from the one that is judged
    given |= {name for owner, name in named if f"{owner}.{name}" not in held}
    for file, fact in facts.of(DefaultFigures):
        for field in fact.fields:
            set_anywhere = field.name in given or f"{field.owner}.{field.name}" in given
            if set_anywhere:
                continue
            subject = f"{field.owner}.{field.name}"
            if _is_left(field, made.get(field.owner, [])):
                message = f"Every {field.owner} says `{field.name}` {field.value}: it is the default, and nothing ever sets it."
                yield Hit(file.path, field.line, field.line, message, subject)
            elif field.done and _is_only_refused(field, made.get(field.owner, [])):
                message = f"A {field.owner} says `{field.name}` unless somebody says that it is not: it is the default, and nothing that was found out ever sets it."
                yield Hit(file.path, field.line, field.line, message, subject, severity=Severity.MEDIUM)


def _is_left(field: DefaultFigure, made: list[Construction]) -> bool:
    """Whether the class is made, and never with a value for the field."""
    return bool(made) and not any(one.open or one.positional > field.place or field.name in one.named for one in made)


def _is_only_refused(field: DefaultFigure, made: list[Construction]) -> bool:
    """Whether the class is made without the field, and elsewhere with the literal False in it, and never with anything else."""
    given = [one for one in made if field.name in one.named or one.open or one.positional > field.place]
    return len(given) < len(made) and all(field.name in one.refused for one in given)


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
            title="the words of a result, where another class has a field of the same name, and a table repeats it",
            files={
                "shop/run.py": (
                    "import attrs\n\n\n@attrs.frozen\nclass UploadOutcome:\n    path: str\n    stored: bool = True\n    state: State = State.OK\n    drift: float = 0.0\n    attempts: int = 0\n    cached: bool = True\n\n\n"
                    "@attrs.frozen\nclass Parcel:\n    stored: bool\n\n\ndef upload(path):\n    done = UploadOutcome(path)\n    return {'stored': done.stored, 'parcel': Parcel(stored=False)}\n"
                )
            },
            found=("shop/run.py:7", "shop/run.py:8", "shop/run.py:9"),
        ),
        Example(
            title="outcomes that say otherwise, by name, by a change, in a class that derives, or after they were made",
            files={
                "shop/run.py": (
                    "from dataclasses import dataclass, replace\n\n\n@dataclass\nclass UploadOutcome:\n    path: str\n    stored: bool = True\n    state: str = 'ok'\n    drift: float = 0.0\n    checked: bool = True\n\n\n"
                    "class LateOutcome(UploadOutcome):\n    late: int = 0\n\n\ndef upload(path):\n    done = replace(UploadOutcome(path), stored=path.exists())\n    done.drift = measured()\n    return done, LateOutcome(path, state='failed'), UploadOutcome(path, checked=path.ok)\n"
                )
            },
        ),
        Example(
            title="the same of a class that is written out",
            files={
                "shop/copy.py": (
                    "class CopyResult:\n    def __init__(self, path, verified=True, *, tested=True):\n        self.path = path\n        self.verified = verified\n        self.tested = tested\n\n\n"
                    "class MoveResult:\n    def __init__(self, path, verified=True):\n        self.verified = path.exists() and verified\n\n\n"
                    "def copy(path):\n    return CopyResult(path, tested=path.exists()), MoveResult(path)\n"
                )
            },
            found=("shop/copy.py:2",),
        ),
        Example(
            title="delivered unless it was held back",
            files={
                "shop/send.py": (
                    "import attrs\n\n\n@attrs.frozen\nclass SendOutcome:\n    name: str\n    delivered: bool = True\n    healthy: bool = True\n\n\n"
                    "def send(name, ways):\n    if not ways:\n        return SendOutcome(name, delivered=False, healthy=False)\n    return SendOutcome(name)\n"
                )
            },
            found=("shop/send.py:7",),
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
