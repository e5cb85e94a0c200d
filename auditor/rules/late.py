"""Rules that are loaded when they are first asked: a scan in which few files changed asks a third of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any

from auditor.rules.base import Detector
from auditor.rules.card import RuleCard

__all__ = ["detectors"]


def detectors(cards: Iterable[RuleCard]) -> tuple[Detector, ...]:
    """The detectors of these cards, by id."""
    return tuple(_detector(card) for card in sorted(cards, key=lambda card: card.id))


def _detector(card: RuleCard) -> Detector:
    return Detector(
        id=card.id,
        name=card.name,
        category=card.category,
        severity=card.severity,
        confidence=card.confidence,
        reads=card.reads,
        roles=card.roles,
        triggers=card.triggers,
        of_whole_files=card.of_whole_files,
        **{card.check: _check(card)},
    )


def _check(card: RuleCard) -> Callable[[Any], Any]:
    """The check of a rule, which loads its module when it is first called."""
    loaded: list[Callable[[Any], Any]] = []

    def check(seen: Any) -> Any:  # noqa: ANN401 - a source, the facts of a repository, a case or waivers
        if not loaded:
            loaded.append(getattr(importlib.import_module(card.module).RULE, card.check))
        return loaded[0](seen)

    return check
