"""AUD284: a good verdict is laid over the one that a check worked out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_decisions import overlaid_verdicts
from auditor.facts.code_scope import Scope
from auditor.facts.code_source import CODE_LANGUAGES, code_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language not in CODE_LANGUAGES - {Language.GO}:
        return
    for function in code_of(source).functions:
        for node, name in overlaid_verdicts(Scope.of(function, {}, go=False)):
            message = f"{function.name} returns what a check found with its `{name}` replaced by a good one."
            yield Hit(source.path, node.line, node.end_line, message, function.qualified)


RULE = Rule(
    id="AUD284",
    name="verdict-laid-over",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the verdict of every check passed on as it is?",
    why="The details are real, the status is not: whoever asks for the status learns that all is well while the details say otherwise.",
    limits="Judged are objects of JavaScript and TypeScript that a function returns, and that spread the result of a call with the name of a check.",
    fix="Pass the verdict on, or work it out anew from the details.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"code-functions"}),
    triggers=("...",),
    blind=frozenset({Language.GO}),
    check_file=_check,
    examples=(
        Example(
            title="a summary that always passes",
            files={
                "src/summary.ts": "export class Overview {\n  async full() {\n    const found = await this.checkAll();\n    return { ...found, status: 'healthy' };\n  }\n}\n"
            },
            found=("src/summary.ts:4",),
        ),
        Example(
            title="a state of a page, and a verdict worked out from the details",
            files={
                "src/summary.ts": (
                    "export class Overview {\n  async full() {\n    const found = await this.checkAll();\n    return { ...found, status: found.errors.length ? 'failed' : 'healthy' };\n  }\n}\n\n"
                    "export function reducer(state, action) {\n  return { ...state, status: 'success' };\n}\n"
                )
            },
        ),
    ),
)
