"""What waivers can be about: findings and unmet requirements, found by rule, criterion, path and fingerprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditor.facts.glob import matches
from auditor.model.finding import Finding
from auditor.model.rubric import Criterion
from auditor.waivers.declared import Declared

__all__ = ["Targets"]


@dataclass(frozen=True)
class Targets:
    """All findings with the criterion that counts each, and the requirements that are not met, by component and criterion.

    `files` are those of each component. Paths are compared once for each waiver, however many findings a file has.
    """

    findings: tuple[Finding, ...]
    takers: Mapping[str, Criterion]
    unmet: Mapping[tuple[str, str], Criterion]
    files: Mapping[str, Sequence[str]]
    _by_name: dict[str, dict[str, list[Finding]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.findings:
            taker = self.takers.get(one.fingerprint)
            for name in {one.rule, one.name, *((_criterion(taker.id),) if taker else ())}:
                self._by_name.setdefault(name, {}).setdefault(one.path, []).append(one)

    def findings_of(self, waiver: Declared) -> tuple[Finding, ...]:
        """The findings that a waiver is about."""
        by_path = self._by_name.get(waiver.rule or _criterion(waiver.criterion), {})
        if waiver.inline:
            return tuple(one for one in by_path.get(waiver.path, ()) if _is_beside(waiver, one))
        if waiver.fingerprint:
            found = (one for listed in by_path.values() for one in listed)
            return tuple(one for one in found if one.fingerprint == waiver.fingerprint)
        if not waiver.path:
            return ()
        head = _head(waiver.path)
        paths = (path for path in by_path if path.lower().startswith(head) and matches(waiver.path, path))
        return tuple(one for path in paths for one in by_path[path])

    def requirements_of(self, waiver: Declared) -> tuple[tuple[str, str], ...]:
        """The unmet requirements that a waiver is about, as component and criterion."""
        return tuple(
            (component, criterion)
            for component, criterion in self.unmet
            if criterion == waiver.criterion
            and (
                component == waiver.component
                or (waiver.path and any(matches(waiver.path, path) for path in self.files.get(component, ())))
            )
        )


def _criterion(name: str) -> str:
    """How a criterion is told from a rule of the same name."""
    return f"criterion {name}"


def _head(glob: str) -> str:
    """What every path that a glob matches begins with, in lower case: most are told apart by it, and quickly."""
    if "/" not in glob.rstrip("/") or not glob.isascii():
        return ""
    whole = glob.removeprefix("/")
    first = min((at for at in map(whole.find, "*?{,}") if at >= 0), default=len(whole))
    return whole[:first].lower()


def _is_beside(waiver: Declared, one: Finding) -> bool:
    """Whether a finding lies in the lines from a comment to the code that it stands above, or around them."""
    return one.start_line <= waiver.target and waiver.line <= one.end_line
