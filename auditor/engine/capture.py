"""Evidence capture: a hit becomes a finding with masked excerpt and fingerprint.

This is the one place where text of the audited repository enters a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.engine.map_stage import RuleHit
from auditor.facts.credentials import mask, may_hold_credentials
from auditor.facts.excerpt import EXCERPT_LINES, cut, excerpt_of, lines_of
from auditor.model.finding import Finding, Hit, Severity
from auditor.model.fingerprint import fingerprint, squeezed
from auditor.repo.reader import Reader, ReadFailure
from auditor.rules.base import Detector

__all__ = ["EXCERPT_LINES", "Captor", "excerpt_of"]


@dataclass(slots=True)
class _Masked:
    """The lines of a file as they may be shown; each is masked once, and none where none can hold a credential."""

    lines: tuple[str, ...] = ()
    clean: bool = True
    _known: dict[int, str] = field(default_factory=dict)
    _texts: dict[tuple[int, int], str] = field(default_factory=dict)

    def squeezed(self, start: int, end: int) -> str:
        """The text of a region, by which findings are told apart: thousands may stand on one line of a megabyte."""
        place = start, end
        if place not in self._texts:
            self._texts[place] = squeezed(self.region(start, end))
        return self._texts[place]

    def region(self, start: int, end: int) -> Iterator[str]:
        """The lines `start` to `end` (1-based, inclusive)."""
        if self.clean:
            return iter(self.lines[start - 1 : end])
        return (self._line(at) for at in range(len(self.lines))[start - 1 : end])

    def _line(self, at: int) -> str:
        if at not in self._known:
            self._known[at] = mask(self.lines[at])
        return self._known[at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Captor:
    """What capture needs: the rules by id, the files' bytes, and who owns and reaches each path.

    `judged_by_reach` holds the paths whose findings are one step milder where no entry point reaches them.
    `fallback_owner` is the component of what is no file of the inventory, such as a folder.
    """

    rules: Mapping[str, Detector]
    reader: Reader
    owner: Mapping[str, str]
    reached_from: Mapping[str, str]
    judged_by_reach: frozenset[str] = frozenset()
    fallback_owner: str = ""

    def about(self, path: str) -> tuple[str, str | None, bool]:
        """What the findings of a path depend on besides its hits and its text."""
        return self.owner.get(path, self.fallback_owner), self.reached_from.get(path), path in self.judged_by_reach

    def capture(self, hits: Iterable[RuleHit]) -> tuple[Finding, ...]:
        """Findings in the order of the hits, which are sorted by path; equal ones are told apart by a count."""
        seen: Counter[tuple[str, str, str, str]] = Counter()
        findings = []
        text = _Masked()
        path: str | None = None
        for found in hits:
            if found.hit.path != path:
                path = found.hit.path
                text = self._read(path)
                seen.clear()
            findings.append(self._finding(found, text, seen))
        return tuple(findings)

    def _read(self, path: str) -> _Masked:
        try:
            lines = lines_of(self.reader.read(path))
        except ReadFailure:
            return _Masked(clean=False)
        return _Masked(lines, clean=not may_hold_credentials("\n".join(lines)))

    def _finding(self, found: RuleHit, lines: _Masked, seen: Counter[tuple[str, str, str, str]]) -> Finding:
        rule, hit = self.rules[found.rule], found.hit
        end_line = max(hit.start_line, hit.end_line)
        text = "" if rule.of_whole_files else lines.squeezed(hit.start_line, end_line)
        key = (rule.id, hit.path, hit.symbol, text)
        seen[key] += 1
        return Finding(
            rule=rule.id,
            name=rule.name,
            category=rule.category,
            severity=self._severity(rule, hit),
            confidence=rule.confidence,
            component=self.owner.get(hit.path, self.fallback_owner),
            path=hit.path,
            start_line=hit.start_line,
            end_line=end_line,
            message=mask(hit.message),
            excerpt=cut(lines.region(hit.start_line, hit.end_line)),
            fingerprint=fingerprint(rule.id, hit.path, hit.symbol, text, seen[key]),
            reached_from=self.reached_from.get(hit.path),
            unreached=self._unreached(hit),
        )

    def _severity(self, rule: Detector, hit: Hit) -> Severity:
        severity = (hit.severity or rule.severity).told_by(rule.confidence)
        return severity.lowered() if self._unreached(hit) else severity

    def _unreached(self, hit: Hit) -> bool:
        return hit.path in self.judged_by_reach and hit.path not in self.reached_from
