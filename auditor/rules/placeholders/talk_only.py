"""AUD123: an operation that only says that it is being done."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import Claim, documented_claims, words_of
from auditor.facts.code_functions import CodeFunction
from auditor.facts.code_graph import code_graph
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_module import PythonFunction, PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shortlists import shortlist
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.claimed_work import is_excused, is_hook, is_open_class

__all__ = ["RULE"]

_TALKERS = pattern(
    r"(?i)log|console|print|stdout|stderr|terminal|echo|display|report|help|usage|dry_?run|simulat|null|noop|format|show|banner|prompt"
)
_MOST_STATEMENTS = 6
_MOVES = frozenset({"shift", "replay", "freeze", "failover", "switch", "throttle", "quarantine", "isolate", "cordon", "evict"})  # fmt: skip
"""Verbs of operations that are too common in other senses to tell of work where more than talk is done."""
_CHANNELS = frozenset(
    {"slack", "email", "sms", "pagerduty", "webhook", "teams", "telegram", "opsgenie", "push", "alertmanager"}
)

_CALLS = (("page",), ("notify",), ("alert",), ("escalate",), ("deliver",))
_FEW = 2
_TALK = frozenset({Effect.CLOCK, Effect.RANDOM, Effect.LOG})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _in_python(facts)
    yield from _in_code(facts)


def _in_python(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, _ in facts.listed(_talkers):
        module = graph.by_path[file.path]
        for function in module.functions.values():
            if _may_only_talk(function) and _does_nothing_else(graph, module, function):
                message = f"{function.short_name} prints or logs what it claims to do, and does nothing else."
                yield Hit(module.path, function.line, function.end_line, message, function.name)


def _in_code(facts: RepositoryFacts) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go."""
    graph = facts.derive(code_graph)
    for work in graph.works():
        function = work.function
        if not _claims_more(function) or _TALKERS.search(function.name) or function.is_generator:
            continue
        if function.verdicts - {Verdict.NOTHING, Verdict.OPEN} or function.statements > _MOST_STATEMENTS:
            continue
        if work.effects - {Effect.CLOCK, Effect.RANDOM} == {Effect.LOG} and not is_excused(graph, work):
            message = f"{function.short_name} prints or logs what it claims to do, and does nothing else."
            yield Hit(work.module.path, function.line, function.end_line, message, function.name)


def _claims_more(function: CodeFunction) -> bool:
    words = words_of(function.short_name)
    if Claim.ACT in function.claims or (words[:1] and words[0] in _MOVES):
        return True
    return Claim.NOTIFY in function.claims and bool(_CHANNELS & set(words))


@shortlist(PythonModule)
def _talkers(_file: SourceFile, module: PythonModule) -> bool:
    return any(map(_may_only_talk, module.functions))


def _may_only_talk(function: PythonFunction) -> bool:
    """Whether it claims something, and does itself nothing but talk."""
    if (
        not function.effects <= _TALK
        or not _claims_effect(function)
        or _TALKERS.search(function.name)
        or function.is_generator
        or function.is_test
    ):
        return False
    if function.verdicts - {Verdict.NOTHING, Verdict.OPEN} or function.sleep_line is not None:
        return False  # other rules' matter: a success on every path, a sleep in place of the work
    return Verdict.OPEN not in function.verdicts or function.statements <= _MOST_STATEMENTS


def _does_nothing_else(graph: PythonGraph, module: Module, function: PythonFunction) -> bool:
    if graph.effects(module, function) - {Effect.CLOCK, Effect.RANDOM} != {Effect.LOG}:
        return False
    return not is_hook(graph, module, function) and not is_open_class(module, function)


def _claims_effect(function: PythonFunction) -> bool:
    if words_of(function.short_name)[:1] in _CALLS and function.parameters and function.statements <= _FEW:
        return True  # a message comes in, and goes nowhere
    if Claim.ACT in function.claims or documented_claims(function.documentation) & {Claim.ACT, Claim.NOTIFY}:
        return True
    return Claim.NOTIFY in function.claims and bool(_CHANNELS & set(words_of(function.name)))


RULE = Rule(
    id="AUD123",
    name="talk-only",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do operations do more than report that they are being done?",
    why="'Rolling back ... rollback complete' in the log is believed, and nothing was rolled back.",
    limits="Judges deployments, rollbacks, backups, restores, migrations and the like, and notifications that name their channel.",
    fix="Call what does the work; until then raise NotImplementedError.",
    since="0.1.0",
    effort=180,
    reads=frozenset({"python-module", "code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a rollback in words",
            files={
                "release.py": 'def rollback(version):\n    print(f"Rolling back to {version}...")\n    print("Rollback complete")\n'
            },
            found=("release.py:1",),
        ),
        Example(
            title="an alert on a channel",
            files={
                "notify.py": 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\nclass Notifier:\n    async def send_slack_alert(self, text):\n        logger.info("slack: %s", text)\n'
            },
            found=("notify.py:7",),
        ),
        Example(
            title="a report that goes nowhere",
            files={
                "report.py": 'import logging\n\n\ndef daily(recipients):\n    """Mail the daily figures."""\n    for one in recipients:\n        logging.info("mailed to %s", one)\n    return len(recipients)\n'
            },
            found=("report.py:4",),
        ),
        Example(
            title="work behind the words",
            files={
                "release.py": 'import subprocess\n\n\ndef rollback(version):\n    print(f"Rolling back to {version}")\n    subprocess.run(["helm", "rollback", version], check=True)\n'
            },
            found=(),
        ),
        Example(
            title="a rollback in words, in TypeScript and Go",
            files={
                "src/release.ts": "export async function rollback(version: string) {\n  console.log(`Rolling back to ${version}`);\n  console.log('Rollback complete');\n}\n",
                "notify.go": 'package notify\n\nimport "log"\n\ntype Notifier struct{}\n\nfunc (n *Notifier) SendSlackAlert(text string) {\n\tlog.Printf("slack: %s", text)\n}\n',
            },
            found=("src/release.ts:1", "notify.go:7"),
        ),
        Example(
            title="traffic shifted and events replayed in words",
            files={
                "src/canary.ts": (
                    "export class Canary {\n  constructor(private readonly log: Logger) {}\n\n  private async shift(weight: number): Promise<void> {\n    this.log.info({ weight }, 'shifted');\n  }\n\n"
                    "  async replayEvents(from: string) {\n    this.log.info({ from }, 'replaying');\n    return { replayed: 0 };\n  }\n}\n"
                )
            },
            found=("src/canary.ts:4", "src/canary.ts:8"),
        ),
        Example(
            title="work behind the words, in other languages",
            files={
                "src/release.ts": "import { execa } from 'execa';\n\nexport async function rollback(version: string) {\n  console.log(`Rolling back to ${version}`);\n  await execa('helm', ['rollback', version]);\n}\n"
            },
            found=(),
        ),
        Example(
            title="a call of the engineer on duty",
            files={
                "duty.py": ('import logging\n\n\ndef page(text):\n    logging.critical("PAGE %s", text)\n'),
            },
            found=("duty.py:4",),
        ),
    ),
    check_repository=_check,
)
