"""AUD282: a threshold of coverage or of a load test that no run can miss."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.script_thresholds import ScriptConfiguration
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(ScriptConfiguration)
    seen: set[int] = set()
    for one in fact.thresholds if fact is not None else ():
        if one.line not in seen:
            seen.add(one.line)
            message = f"The threshold of {one.name} is {one.asks!r}, which every run meets."
            yield Hit(source.path, one.line, one.line, message)


RULE = Rule(
    id="AUD282",
    name="threshold-that-always-holds",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can a run miss the thresholds that are set for it?",
    why="'Coverage and error rate are gated' is said in the report, and the gate is open at one per cent of coverage, or at any share of errors.",
    limits="Judged are thresholds of coverage below ten per cent in JavaScript and TypeScript, and shares of k6 that are compared with what no share exceeds.",
    fix="Set the threshold that is promised, and raise it with what is reached.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"script-configuration"}),
    roles=frozenset({Role.SHIPPED, Role.TEST, Role.EXAMPLE}),
    blind=frozenset({Language.GO}),
    triggers=("threshold", "thresholds", "coveragethreshold"),
    check_file=_check,
    examples=(
        Example(
            title="a coverage of two per cent, and a share of errors of any size",
            files={
                "jest.config.js": "module.exports = {\n  coverageThreshold: { global: { lines: 2, branches: 80 } },\n};\n",
                "load/steady.js": "export const options = {\n  thresholds: {\n    http_req_failed: ['rate<1.5'],\n    checks: ['rate>0.99'],\n  },\n};\n",
            },
            found=("jest.config.js:2", "load/steady.js:3"),
        ),
        Example(
            title="thresholds that can be missed",
            files={
                "jest.config.js": "module.exports = {\n  coverageThreshold: { global: { lines: 85, branches: 80 } },\n};\n",
                "load/steady.js": "export const options = {\n  thresholds: {\n    http_req_failed: ['rate<0.01'],\n  },\n};\n",
            },
        ),
    ),
)
