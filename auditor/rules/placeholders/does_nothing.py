"""AUD163: something that is named for work is there, and does nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.carried_units import EVERY_READER, IMAGE, every_unit_of
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_work, identifier_words
from auditor.facts.shell_program import Command, Node, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import Unit
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NOTHING = frozenset({"true", ":"})
_LEAVES = frozenset({(), ("0",)})
_START = pattern(
    r"^\s*ExecStart\s*=\s*[-@:+!]*(?:/usr)?/bin/(?:true|echo\b.*|sh -c [\"'](?:true|:|exit 0|echo [^;&|]*)[\"'])\s*$"
)
_REMAINS = pattern(r"(?m)^\s*RemainAfterExit\s*=\s*(?:yes|true|1)")
_MEANT = pattern(
    r"(?i)\b(?:no-?op|noop|nothing|dummy|skip\w*|gate|required|all|done|complete|success|placeholder|default|fallback|ok|pass|alls|status|mergeable|target|after|stop|disabled?|optional)\b"
)
"""Names of what is meant to do nothing."""
_APPROVES = pattern(
    r"(?i)^(?:(?:get|ask|check|require|request|wait_for)_)?(?:approv\w*|authori[sz]\w*|confirm\w*|sign_?off|verify\w*|validate\w*|check_\w+)$"
)
_ASKS = pattern(r"^(?:is|has|can|should|needs|detect|check|verify|validate|ensure)_\w+$")
_GRANTED = frozenset({"true", "yes", "1", "ok", "passed", "approved", "healthy"})
_CONVENTIONAL = pattern(r"(?i)^(?:lint|test|tests|build|check|install|clean|format|generate|docs|verify|tidy|vet)$")
"""Targets that every part of a project has to have, also one in which there is nothing to do."""
_NOTIFIES = pattern(
    r"(?i)\b(?:notif\w*|alert|page|announce|purge|invalidate|drain|warm|rotate|cleanup|archive|upload|send|record|reload|register|deregister)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in every_unit_of(source):
        if unit.name != IMAGE and _is_named_for_work(unit) and _does_nothing(unit):
            first = unit.body[0].line
            message = f"{unit.name!r} does nothing: all that it holds is `{_text(unit)}`."
            yield Hit(source.path, min(unit.line, first) if unit.step is None else first, first, message, unit.symbol)
    if (
        source.file.language is Language.INI
        and source.file.name.endswith(".service")
        and not _REMAINS.search(source.text)
    ):
        for number, line in enumerate(source.lines, 1):
            if _START.search(line):
                message = (
                    f"The service {source.file.name!r} does nothing: it starts `{line.partition('=')[2].strip()[:60]}`."
                )
                yield Hit(source.path, number, number, message)


def _is_named_for_work(unit: Unit) -> bool:
    words = identifier_words(unit.name)
    if not words or _MEANT.search(words) or (unit.step is not None and unit.step.condition.is_set):
        return False
    if unit.recipe and _CONVENTIONAL.search(unit.name):
        return False
    return (
        claims_work(words)
        or _ASKS.search(unit.name) is not None
        or _APPROVES.search(unit.name) is not None
        or _NOTIFIES.search(words) is not None
    )


def _does_nothing(unit: Unit) -> bool:
    if not unit.body or (unit.recipe and unit.delegates):
        return False
    if len(unit.body) == 1 and unit.function and _ASKS.search(unit.name) and _only_answers(unit.body[0]):
        return True
    if len(unit.body) == 1 and unit.function and _APPROVES.search(unit.name) and _only_grants(unit.body[0]):
        return True
    return all(isinstance(one, Command) and _is_nothing(one) for one in unit.body)


def _only_answers(node: Node) -> bool:
    """``is_lagging() { return 1; }``."""
    return isinstance(node, Command) and node.name == "return" and node.texts[1:] in (("0",), ("1",))


def _only_grants(node: Node) -> bool:
    """``approve() { APPROVED=true; }``."""
    if not isinstance(node, Command) or node.words or len(node.assignments) != 1:
        return False
    return node.assignments[0].value.text.strip("\"'").lower() in _GRANTED


def _is_nothing(command: Command) -> bool:
    if command.redirects or command.substitutions or command.assignments:
        return False
    ends = command.name in ("return", "exit") and command.texts[1:] in _LEAVES
    return ends or command.name in _NOTHING


def _text(unit: Unit) -> str:
    shown = (
        one.text or f"{one.assignments[0].name}={one.assignments[0].value.text}" for one in all_commands(unit.body)
    )
    return "; ".join(shown)[:60]


_HEAD = "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="AUD163",
    name="does-nothing",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does everything that is named for work do something?",
    why="`notify() { :; }` tells nobody, and `verify() { return 0; }` finds every release good.",
    limits="Steps, functions of the shell, recipes, tasks, hooks of commits and services of systemd that hold nothing but `true`, `:`, `exit 0` or `return`, under a name of work; steps with a condition, and names that say that nothing is done, are left alone.",
    fix="Write the command that does it, or remove the name.",
    since="0.9.0",
    effort=60,
    reads=EVERY_READER | {"ini"},
    check_file=_check,
    examples=(
        Example(
            title="a question that always has one answer, and an approval that nobody gives",
            files={
                "ops/failover.sh": "#!/bin/bash\nis_lagging() {\n  return 1\n}\napprove() {\n  APPROVED=true\n}\nis_lagging || approve\n",
            },
            found=(
                "ops/failover.sh:2",
                "ops/failover.sh:5",
            ),
        ),
        Example(
            title="targets of a part of the project in which there is nothing to do",
            files={
                "hack/Makefile": "lint:\n\ttrue\n\ntest:\n\t@:\n",
            },
        ),
        Example(
            title="a step, two functions, a task, a hook and a service that do nothing",
            files={
                ".github/workflows/go.yml": f"{_HEAD}      - name: Purge image cache\n        run: exit 0\n",
                "ops/roll.sh": "#!/bin/bash\nnotify() {\n  :\n}\nverify() {\n  return 0\n}\nverify\nnotify\n",
                "deploy/save.yml": "- hosts: shop\n  tasks:\n    - name: Upload the snapshot\n      ansible.builtin.command: /bin/true\n",
                ".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks:\n      - id: secrets\n        name: secret scan\n        entry: 'true'\n",
                "systemd/shop-verify.service": "[Service]\nType=oneshot\nExecStart=/bin/true\n",
            },
            found=(
                ".github/workflows/go.yml:7",
                ".pre-commit-config.yaml:6",
                "deploy/save.yml:4",
                "ops/roll.sh:2",
                "ops/roll.sh:5",
                "systemd/shop-verify.service:3",
            ),
        ),
        Example(
            title="gates that join others, what is done only at times, a service that groups others, and work",
            files={
                ".github/workflows/go.yml": f"{_HEAD}      - name: All checks passed\n        run: exit 0\n      - name: Skip the tests\n        run: 'true'\n      - name: Deploy\n        if: false\n        run: exit 0\n",
                "ops/roll.sh": "#!/bin/bash\nverify() {\n  curl -f $URL\n}\non_exit() {\n  :\n}\nverify\n",
                "systemd/shop.service": "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n",
            },
        ),
    ),
)
