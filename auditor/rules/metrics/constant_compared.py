"""AUD283: a figure that is written into the code is compared with a limit."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_decisions import constant_comparisons
from auditor.facts.code_scope import Scope
from auditor.facts.code_source import CODE_LANGUAGES, code_of
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SETTINGS = pattern(r"(?i)debug|verbose|feature|flag|version|retr|attempt|depth|size|width|height|page|index|offset")
"""Names of what is set rather than measured."""


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language not in CODE_LANGUAGES:
        return
    tree = code_of(source)
    go = source.file.language is Language.GO
    for function in tree.functions:
        for node, name in constant_comparisons(Scope.of(function, {}, go=go)):
            if not _SETTINGS.search(name):
                message = f"{function.name} compares {name} with a limit, and {name} is a figure that is written down right here."
                yield Hit(source.path, node.line, node.end_line, message, function.qualified)


RULE = Rule(
    id="AUD283",
    name="constant-compared",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do checks compare what they measured?",
    why="A drift of twelve milliseconds that is written into the check is below every limit, whatever the clock does.",
    limits=(
        "Judged are conditions of JavaScript, TypeScript and Go on a name that the function binds once, to a number or to arithmetic "
        "on numbers; limits, counters and settings are left alone."
    ),
    fix="Measure what is compared; fail where it cannot be measured.",
    since="0.3.0",
    effort=60,
    reads=frozenset({"code-functions"}),
    check_file=_check,
    examples=(
        Example(
            title="a lag in Go and a latency in TypeScript",
            files={
                "lag.go": (
                    'package probe\n\nimport (\n\t"fmt"\n\t"time"\n)\n\nfunc replication() error {\n\tlag := 40 * time.Millisecond\n'
                    '\tif lag > time.Second {\n\t\treturn fmt.Errorf("behind by %s", lag)\n\t}\n\treturn nil\n}\n'
                ),
                "src/gate.ts": "export function gate(limits: Limits) {\n  const errorShare = 0.002;\n  if (errorShare > limits.errors) {\n    throw new Error('too many');\n  }\n}\n",
            },
            found=("lag.go:10", "src/gate.ts:3"),
        ),
        Example(
            title="limits, counters, and figures that something changes",
            files={
                "lag.go": (
                    'package probe\n\nimport "fmt"\n\nfunc replication(lag int) error {\n\tmaxLag := 40\n\tread := 0\n\tfmt.Sscan("3", &read)\n'
                    "\tif maxLag < 50 || read > 2 {\n\t\treturn nil\n\t}\n\treturn nil\n}\n"
                ),
                "src/gate.ts": (
                    "export function gate(rows: Row[], limits: Limits) {\n  let errors = 0;\n  rows.forEach((row) => {\n    if (!row.ok) errors += 1;\n  });\n"
                    "  if (errors > limits.errors) {\n    throw new Error('too many');\n  }\n}\n"
                ),
            },
        ),
    ),
)
