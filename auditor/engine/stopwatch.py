"""How long each stage and each rule of a scan takes, for `--profile`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from auditor.model.finding import Hit
    from auditor.rules.base import Detector

__all__ = ["Stopwatch", "timed"]

T = TypeVar("T")


@dataclass(slots=True)
class Stopwatch:
    """Seconds by stage and by rule, by a clock that is given."""

    clock: Callable[[], float]
    stages: dict[str, float] = field(default_factory=dict)
    rules: dict[str, float] = field(default_factory=dict)

    def stage(self, name: str, work: Callable[[], T]) -> T:
        """The result of a stage, whose time is noted."""
        began = self.clock()
        try:
            return work()
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + self.clock() - began

    def rule(self, rule: Detector) -> Detector:
        """The same rule, which notes its time where it judges files or the repository."""
        if rule.check_file is not None:
            return replace(rule, check_file=self._noted(rule.id, rule.check_file))
        if rule.check_repository is not None:
            return replace(rule, check_repository=self._noted(rule.id, rule.check_repository))
        return rule  # a rule of documents: its stage tells its time

    def _noted(self, name: str, check: Callable[[T], Iterable[Hit]]) -> Callable[[T], Iterable[Hit]]:
        def noted(seen: T) -> list[Hit]:
            began = self.clock()
            try:
                return list(check(seen))
            finally:
                self.rules[name] = self.rules.get(name, 0.0) + self.clock() - began

        return noted


def timed(watch: Stopwatch | None, name: str, work: Callable[[], T]) -> T:
    """The result of some work, whose time is noted where somebody has a watch."""
    return work() if watch is None else watch.stage(name, work)
