"""AUD285: a message or an operation of which only the outcome is worked out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.code_source import code_of
from auditor.facts.code_tree import FunctionNode, Kind, Node, own
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SENDS = frozenset(
    "send deliver notify publish dispatch push page escalate emit transmit upload replicate restore deploy rollback promote migrate encrypt ship provision failover".split()  # noqa: SIM905 - reads better
)
_HONEST = pattern(
    r"(?i)fake|mock|stub|dummy|null|noop|no_?op|dry|simulat|test|memory|base|abstract|protocol|interface|plan|preview|should|filter|policy|predicate|rule|matcher|router"
)
_LOGS = pattern(r"(?i)(?:^|\.)(?:log|logger|console)\.\w+$")
_VERDICTS = (ast.Compare, ast.BoolOp)


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path.rpartition("/")[2]):
        return
    found = _in_python(source) if source.file.language is Language.PYTHON else _in_code(source)
    for line, end_line, name, qualified in found:
        message = f"{name} sends and does nothing: it only works out what it says became of it."
        yield Hit(source.path, line, end_line, message, qualified)


def _in_python(source: Source) -> Iterator[tuple[int, int, str, str]]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or view.node.decorator_list or not _claims(view.name, view.qualified):
            continue
        if view.body and _only_judges(view, syntax):
            yield view.node.lineno, view.node.end_lineno or view.node.lineno, view.name, view.qualified


def _claims(name: str, qualified: str) -> bool:
    return words_of(name)[:1] in [(one,) for one in sorted(_SENDS)] and not _HONEST.search(qualified)


def _only_judges(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a body talks, at most, and then gives a comparison of what it was given."""
    *before, last = view.body
    value = last.value if isinstance(last, ast.Return) else None
    if not isinstance(value, _VERDICTS) or any(isinstance(one, ast.Call | ast.Await) for one in subtree(value)):
        return False
    return all(is_talk(one, syntax) for one in before)


def _in_code(source: Source) -> Iterator[tuple[int, int, str, str]]:
    """The same in JavaScript, TypeScript and Go."""
    for function in code_of(source).functions:
        if function.body is not None and _claims(function.name, function.qualified) and _gives_comparison(function):
            yield function.line, function.end_line, function.name, function.qualified


def _gives_comparison(function: FunctionNode) -> bool:
    nodes = [node for node in own(function.body) if node is not function.body]
    calls = [node for node in nodes if node.kind in (Kind.CALL, Kind.NEW, Kind.AWAIT, Kind.OPAQUE, Kind.ASSIGN)]
    returned = [node for node in nodes if node.kind is Kind.RETURN]
    if len(returned) != 1 or not returned[0].children or not _compares(returned[0].children[0]):
        return False
    return all(node.kind is Kind.CALL and _LOGS.search(node.name) for node in calls)


def _compares(node: Node) -> bool:
    return node.kind is Kind.BINARY and node.name in ("===", "==", "!==", "!=", ">", ">=", "<", "<=", "&&", "||")


RULE = Rule(
    id="AUD285",
    name="verdict-in-place-of-delivery",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is everything sent whose delivery is reported?",
    why="A channel that answers `alert.severity >= CRITICAL` reports every critical alert as delivered, and calls nobody.",
    limits="Judged are functions named for sending or for an operation that call nothing but a log and give a comparison.",
    fix="Send it and give what came of that; raise until there is something to send it with.",
    since="0.4.0",
    effort=180,
    reads=frozenset({"python", "javascript", "typescript", "tsx", "go"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(
        "send",
        "deliver",
        "notify",
        "publish",
        "dispatch",
        "push",
        "page",
        "escalate",
        "emit",
        "transmit",
        "upload",
        "replicate",
        "restore",
        "deploy",
        "rollback",
        "promote",
        "migrate",
        "encrypt",
        "ship",
        "provision",
        "failover",
    ),
    examples=(
        Example(
            title="channels that only say what became of it",
            files={
                "channels.py": (
                    "class PhoneChannel:\n"
                    "    async def deliver(self, alert):\n"
                    "        return alert.severity >= 3\n"
                    "\n"
                    "\n"
                    "class LampChannel:\n"
                    "    def send(self, alert):\n"
                    '        log.info("lamp %s", alert.name)\n'
                    '        return alert.level == "red"\n'
                ),
                "src/channels.ts": (
                    "export class PhoneChannel {\n"
                    "  async send(notice: Notice): Promise<boolean> {\n"
                    "    return notice.level === 'critical';\n"
                    "  }\n"
                    "}\n"
                ),
            },
            found=("channels.py:2", "channels.py:7", "src/channels.ts:2"),
        ),
        Example(
            title="channels that send, and questions",
            files={
                "channels.py": (
                    "class PhoneChannel:\n"
                    "    async def deliver(self, alert):\n"
                    "        answer = await self.client.post(self.url, json=alert.body)\n"
                    "        return answer.status == 200\n"
                    "\n"
                    "    def should_send(self, alert):\n"
                    "        return alert.severity >= 3\n"
                ),
                "src/channels.ts": (
                    "export class PhoneChannel {\n"
                    "  async send(notice: Notice): Promise<boolean> {\n"
                    "    const answer = await fetch(this.url, { method: 'POST' });\n"
                    "    return answer.status === 200;\n"
                    "  }\n"
                    "}\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
