"""Names of secrets and settings in one file: which it uses, declares, validates or passes on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from auditor.facts.base import Fact

__all__ = ["Act", "Default", "Mention", "Names", "Via"]


class Act(StrEnum):
    """What a file does with a name."""

    USED = "used"
    DECLARED = "declared"
    VALIDATED = "validated"
    PASSED = "passed"


class Via(StrEnum):
    """Where a name is looked up: the forge's secrets or variables, the environment, or a configuration's placeholder."""

    SECRET = "secret"  # noqa: S105 - the word, no secret
    VARIABLE = "variable"
    ENVIRONMENT = "environment"
    STEP = "step"
    CONFIGURATION = "configuration"
    DOCUMENT = "document"


class Default(StrEnum):
    """What a use falls back on where the name is unset: nothing, an empty value, or a value."""

    NONE = "none"
    EMPTY = "empty"
    VALUE = "value"


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One mention of a name. `place` is what encloses it (``job/step``), where the format has such a thing."""

    line: int
    name: str
    act: Act
    via: Via = Via.ENVIRONMENT
    default: Default = Default.NONE
    place: str = ""


@dataclass(frozen=True, slots=True)
class Names(Fact):
    """All mentions of a file, by line."""

    kind: ClassVar[str] = "names"
    items: tuple[Mention, ...]
