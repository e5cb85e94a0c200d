"""Evidence capture: a hit becomes a finding with masked excerpt and fingerprint.

This is the one place where text of the audited repository enters a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.engine.map_stage import RuleHit
from auditor.facts.credentials import mask
from auditor.facts.excerpt import EXCERPT_LINES, excerpt_of, lines_of
from auditor.model.finding import Finding, Hit, Severity
from auditor.model.fingerprint import fingerprint, squeezed
from auditor.repo.reader import Reader, ReadFailure
from auditor.rules.base import Rule

__all__ = ["EXCERPT_LINES", "Captor", "excerpt_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Captor:
    """What capture needs: the rules by id, the files' bytes, and who owns and reaches each path.

    `judged_by_reach` holds the paths whose findings are one step milder where no entry point reaches them.
    `fallback_owner` is the component of what is no file of the inventory, such as a folder.
    """

    rules: Mapping[str, Rule]
    reader: Reader
    owner: Mapping[str, str]
    reached_from: Mapping[str, str]
    judged_by_reach: frozenset[str] = frozenset()
    fallback_owner: str = ""

    def capture(self, hits: Iterable[RuleHit]) -> tuple[Finding, ...]:
        """Findings in the order of the hits, which are sorted by path; equal ones are told apart by a count."""
        seen: Counter[tuple[str, str, str, str]] = Counter()
        findings = []
        cache: dict[str, tuple[str, ...]] = {}
        texts: dict[tuple[int, int], str] = {}
        for found in hits:
            lines = cache.get(found.hit.path)
            if lines is None:
                cache.clear()
                texts.clear()
                lines = cache[found.hit.path] = self._lines(found.hit.path)
            findings.append(self._finding(found, lines, seen, texts))
        return tuple(findings)

    def _lines(self, path: str) -> tuple[str, ...]:
        try:
            return lines_of(self.reader.read(path))
        except ReadFailure:
            return ()

    def _finding(
        self,
        found: RuleHit,
        lines: tuple[str, ...],
        seen: Counter[tuple[str, str, str, str]],
        texts: dict[tuple[int, int], str],
    ) -> Finding:
        rule, hit = self.rules[found.rule], found.hit
        place = hit.start_line, max(hit.start_line, hit.end_line)
        if place not in texts:  # thousands of findings may stand on one line of a megabyte
            texts[place] = squeezed(mask(line) for line in lines[place[0] - 1 : place[1]])
        text = texts[place]
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
            end_line=max(hit.start_line, hit.end_line),
            message=mask(hit.message),
            excerpt=excerpt_of(lines, hit.start_line, hit.end_line),
            fingerprint=fingerprint(rule.id, hit.path, hit.symbol, text, seen[key]),
            reached_from=self.reached_from.get(hit.path),
            unreached=self._unreached(hit),
        )

    def _severity(self, rule: Rule, hit: Hit) -> Severity:
        severity = hit.severity or rule.severity
        return severity.lowered() if self._unreached(hit) else severity

    def _unreached(self, hit: Hit) -> bool:
        return hit.path in self.judged_by_reach and hit.path not in self.reached_from
