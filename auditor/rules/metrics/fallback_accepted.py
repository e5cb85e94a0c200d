"""AUD238: the fallback of a failed question passes the check."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import always_leaves
from auditor.facts.shell_program import If, commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FALLBACK = pattern(r"\|\|\s*(?:echo|printf)\s+[\"']?([A-Za-z][\w-]*)[\"']?\s*\)")
_WANTED = pattern(r"\|\|\s*(?:echo|printf)\s+[\"']?\$\{?(\w+)\}?[\"']?\s*\)")
_COMPARED = pattern(r"\$\{?(\w+)\}?[\"']?\s*(!=|==|=)\s*[\"']?([\w-]+)")


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        for line, end_line, name, wanted in _self_fulfilling(unit):
            message = (
                f"{name} is {wanted} itself when its command fails, and is then compared with it: no answer passes."
            )
            yield Hit(source.path, line, end_line, message, unit.symbol)
        fallbacks = dict(_fallbacks(unit))
        for node in walk(unit.body) if fallbacks else ():
            if isinstance(node, If) and not unit.function:
                yield from _in_conditions(source, unit, node, fallbacks)


def _self_fulfilling(unit: Unit) -> Iterator[tuple[int, int, str, str]]:
    """The answers whose fallback is the very variable that they are compared with: ``v=$(ask || echo "$WANTED")``."""
    given = [
        (command, assignment.name, match.group(1))
        for command in commands(unit.body)
        for assignment in command.assignments
        if (match := _WANTED.search(assignment.value.text))
    ]
    compared = _compared(unit) if given else {}
    for command, name, wanted in given:
        if any(wanted in told for told in compared.get(name, ())):
            yield command.line, command.end_line, name, wanted


def _compared(unit: Unit) -> dict[str, set[frozenset[str]]]:
    """What is told in the comparisons of a unit, by each of the names and words in them."""
    found: dict[str, set[frozenset[str]]] = {}
    for command in commands(unit.body):
        if command.name in ("[", "[[", "test") and not {"=", "==", "!="}.isdisjoint(command.texts):
            told = frozenset(text.strip("\"'").removeprefix("$").strip("{}") for text in command.texts)
            for one in told:
                found.setdefault(one, set()).add(told)
    return found


def _fallbacks(unit: Unit) -> Iterator[tuple[str, str]]:
    for command in commands(unit.body):
        for assignment in command.assignments:
            match = _FALLBACK.search(assignment.value.text)
            if match:
                yield assignment.name, match.group(1)


def _in_conditions(source: Source, unit: Unit, node: If, fallbacks: dict[str, str]) -> Iterator[Hit]:
    branch = node.branches[0]
    text = " ".join(source.lines[branch.line - 1 : branch.body[0].line if branch.body else branch.line])
    text = text.partition("; then")[0]
    compared = [(m.group(1), m.group(2), m.group(3)) for m in _COMPARED.finditer(text)]
    for name, operator, value in compared:
        others = [other for other in compared if other[0] == name and other[1] == operator and other[2] != value]
        fails = always_leaves(branch.body, unit.functions)
        lets_pass = fails if operator == "!=" else not fails
        if fallbacks.get(name) == value and others and lets_pass:
            message = f"{name} is {value!r} when its command fails, and the check accepts that."
            yield Hit(source.path, branch.line, branch.line, message, unit.symbol)


RULE = Rule(
    id="AUD238",
    name="fallback-accepted",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check fail when the state that it asks for cannot be had?",
    why="The command that tells the state failed, its fallback says so, and the check lets the fallback pass: no answer counts as a good one.",
    limits="A variable counts whose value is a command with a literal fallback (|| echo unknown) and which is then compared with that very literal next to another accepted value.",
    fix="Treat the fallback as a failure.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    triggers=("||",),
    check_file=_check,
    examples=(
        Example(
            title="the expected version as the answer of a service that does not answer",
            files={
                "ops/verify.sh": (
                    '#!/bin/bash\nset -e\nverify() {\n  local served\n  served="$(curl -fs "$URL/version" | jq -r .version || echo "$VERSION")"\n  if [ "$served" != "$VERSION" ]; then\n    exit 1\n  fi\n}\n'
                    'branch="$(git branch --show-current || echo "$DEFAULT")"\necho "$branch"\nverify\n'
                ),
            },
            found=("ops/verify.sh:5",),
        ),
        Example(
            title="Unknown counts as healthy",
            files={
                "scripts/check.sh": 'HEALTH=$(docker inspect api --format x || echo "unknown")\nif [[ "$HEALTH" != "healthy" ]] && [[ "$HEALTH" != "unknown" ]]; then\n  exit 1\nfi\n'
            },
            found=("scripts/check.sh:2",),
        ),
        Example(
            title="Unknown counts as a failure",
            files={
                "scripts/check.sh": 'HEALTH=$(docker inspect api --format x || echo "unknown")\nif [[ "$HEALTH" != "healthy" ]]; then\n  exit 1\nfi\n'
            },
        ),
    ),
)
