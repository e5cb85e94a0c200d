"""AUD814: a check of a service, in JavaScript, TypeScript or Go, that looks at a setting."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import Claim, words_of
from auditor.facts.code_graph import Work, code_graph
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.claimed_work import is_excused

__all__ = ["RULE"]

_WORKS = pattern(
    r"reach|connect|alive|health|ready|readiness|live|respon|ping|online|database|(?:^|_)db(?:_|$)|postgres|mysql|redis|cache|broker|queue|kafka|rabbit|storage|bucket|s3|search|"
    r"elastic|gateway|payment|mail|smtp|sms|backup|replica|licen[cs]e|certificate|upstream|provider|webhook|slack|pager|vault|ldap|registry|service"
)
_ONLY_THERE = pattern(
    r"config|environ|(?:^|_)env(?:_|$)|setting|variable|key|present|install|required|option|param|enabled|provided|set|defined|flag|secret|token|mode|production"
)
_LOOKING = frozenset({Effect.LOG, Effect.SLEEP, Effect.CLOCK, Effect.RANDOM, Effect.ENVIRONMENT})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(code_graph)
    for work in graph.works():
        if _looks_at_setting(work) and not is_excused(graph, work):
            function = work.function
            message = f"{function.short_name} takes it for working that something is configured, and asks nobody."
            yield Hit(work.module.path, function.line, function.end_line, message, function.name)


def _looks_at_setting(work: Work) -> bool:
    function = work.function
    name = "_".join(words_of(function.short_name))
    if Claim.CHECK not in function.claims or not _WORKS.search(name) or _ONLY_THERE.search(name):
        return False
    answers = bool(function.verdicts - {Verdict.NOTHING, Verdict.FAILURE}) and not function.falls_through
    return answers and Effect.ENVIRONMENT in work.effects and work.effects <= _LOOKING


RULE = Rule(
    id="AUD814",
    name="setting-taken-for-service",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every check of a service ask it?",
    why="An address in the environment says nothing about what is behind it: the check is green while the broker is down.",
    limits="Judged are functions named for a check of a service that read the environment and do nothing else; names that speak of settings, keys and modes are left alone.",
    fix="Connect, and give what came of it.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="addresses that are set",
            files={
                "src/status.ts": "export const brokerCheck = async () => ({ name: 'broker', up: !!process.env.BROKER_URL });\n\nexport function checkDatabase() {\n  return Boolean(process.env.DATABASE_URL);\n}\n",
                "agent/check.go": 'package agent\n\nimport "os"\n\nfunc VerifyLicence() bool {\n\treturn os.Getenv("LICENCE") != ""\n}\n',
            },
            found=("agent/check.go:5", "src/status.ts:1", "src/status.ts:3"),
        ),
        Example(
            title="who asks, and who only looks for the setting",
            files={
                "src/status.ts": (
                    "import net from 'node:net';\n\nexport async function checkBroker() {\n  const socket = net.connect(process.env.BROKER_URL);\n  return socket.ready;\n}\n\n"
                    "export function checkDatabaseSetting() {\n  return Boolean(process.env.DATABASE_URL);\n}\n"
                )
            },
        ),
    ),
    check_repository=_check,
)
