"""Literal values that shell programs write down as if they had been measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, commands
from auditor.facts.work_units import Unit

__all__ = ["ResultLiteral", "literal_job_outputs", "literal_outputs", "result_literals"]

_METRIC = pattern(
    r"(?i)(^|_|-|\b)((pass|success|error|failure|hit|uptime)_?-?\s?rate|rate|coverage|accuracy|score|percent(age)?|latency(_ms)?|p9[059]\w*|uptime|improvement|reduction|speed_?up|"
    r"availability|throughput|tests?_passed|passed_tests|error_count|precision|recall|f1)($|\b)"
)
_STATUS = pattern(r"(?i)(^|_|-)(status|result|outcome|conclusion|health|healthy|passed|verified|validated|success)$")
_CONFIGURED = pattern(
    r"(?i)threshold|min|max|target|limit|required|expected|goal|sla|slo|interval|budget|default|allowed|weight|sampl|flush|alert|warn|critical|refresh"
)
_NUMBER = pattern(r"^[+-]?\d+(\.\d+)?\s?(%|ms|s|/\s?\d+)?$")
_DONE_TEST = pattern(
    r"(?i)(?:^|_|-)(?:tests?|checks?|scans?|drill|audit|verification|validation|auto_?scaling|benchmark)$"
)
_ENDED = pattern(r"(?i)^(?:completed?|passed|successful|success|verified|ok)$")
_WINNER = pattern(r"(?i)(?:^|_|-)winner$")
_CHOSEN = pattern(r"^\w+$")
_GOOD = pattern(r"(?i)^(success|successful|passed|pass|healthy|ok|true|green|verified|validated|complete|completed)$")
_OPEN = frozenset({"none", "null", "unknown", "pending", "undecided", "tie"})
"""What a comparison without a winner says."""
_PAIR = pattern(r"^\s*([\w.-]+)=(\S*)\s*$")
_JSON = pattern(r"^\s*\"?([\w.-]+)\"?\s*:\s*\"?([^\",{}\[]*?)\"?\s*,?\s*$")
_OBJECT = pattern(r"^['\"]?\s*\{")
_FIELD = pattern(r"\"([\w.-]+)\\?\"\s*:\s*\\?\"(\w+)\\?\"")
_FIELDS = pattern(r"\"([\w.-]+)\"\s*:\s*\"?([^\",{}\[\]]+)\"?")
_PROSE = pattern(
    r"(?i)^\W*(?:\w+ ){0,2}(status|result|outcome)\W{1,4}(?:✅ ?)?((?:success(?:ful)?|passed|healthy|verified|completed?))(?: successfully)?\W*$"
)
"""A line of a report in words: ``Rollback status: completed successfully``."""
_SAID = pattern(
    r"(?i)((?:pass|success|error|failure) rate|coverage|latency|uptime|availability|accuracy|p9[59])\s*[:=]\s*(\d+(?:\.\d+)?\s?(?:%|ms))"
)
_MEASURES = pattern(
    r"(?i)\b(?:measur(?:e|es|ing|ement)|benchmark(?:ing|s)?|time (?:the|to)|recovery time|recovery point|collect (?:\w+ )?(?:metrics|figures|results)|count (?:the )?(?:errors|failures|findings))\b"
)
_COMPARED = pattern(r"(?i)required|threshold|target|minimum|maximum|goal|expected|sla|must|should|at least|≥|≤")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLiteral:
    """``name=value``, written or printed as a result. `measure` is False for a mere status.

    `worked` tells that something ran before it in the unit that may have failed.
    """

    name: str
    value: str
    line: int
    measure: bool
    worked: bool = False


def result_literals(unit: Unit) -> Iterator[ResultLiteral]:
    """What the unit gives as results that are written out, with whether anything ran before that they may come from."""
    worked = False
    fixed = _fixed(unit)
    for command in commands(unit.body):
        effect = effect_of(command, unit.functions)
        for literal in (
            *_of_command(command, effect),
            *_of_measuring(command, effect, unit.name),
            *_of_variable(command, effect, fixed),
        ):
            yield replace(literal, worked=worked)
        worked = worked or effect in (Effect.WORK, Effect.TEST)


def _of_command(command: Command, effect: Effect) -> Iterator[ResultLiteral]:
    if command.name in ("echo", "printf") and len(command.words) > 1:
        text = " ".join(word.text for word in command.words[1:])
        literal = all(word.literal for word in command.words)
        pair = _PAIR.search(text) if effect in (Effect.RECORD, Effect.WRITE) and literal else None
        if pair:
            yield from _judged(pair.group(1), pair.group(2).strip("\"'"), command.line)
        said = _SAID.search(text)
        if said and literal and effect is Effect.PRINT and not _COMPARED.search(text):
            yield ResultLiteral(name=said.group(1), value=said.group(2), line=command.line, measure=True)
        if effect is Effect.WRITE and _OBJECT.search(text):
            for inline in _FIELD.finditer(text):
                yield from (one for one in _judged(inline.group(1), inline.group(2), command.line) if not one.measure)
    if effect is Effect.WRITE:
        yield from _of_document(command)


def literal_job_outputs(job: Job) -> Iterator[ResultLiteral]:
    """The outputs that a job gives as results, and that are written out: ``passed: true``."""
    for output in job.outputs:
        if "${{" not in output.text:
            yield from _judged(output.name, output.text.strip(), output.line)


def _fixed(unit: Unit) -> dict[str, tuple[str, int]]:
    """The variables that a unit gives one literal value, and no other."""
    found: dict[str, tuple[str, int]] = {}
    for command in commands(unit.body):
        for one in command.assignments:
            literal = one.value.literal and not command.words and one.name not in found
            found[one.name] = (one.value.text, command.line) if literal else ("", 0)
    return found


def _of_variable(command: Command, effect: Effect, fixed: dict[str, tuple[str, int]]) -> Iterator[ResultLiteral]:
    """``P95=180``, and then ``echo "p95=$P95" >> "$GITHUB_OUTPUT"``."""
    if effect is not Effect.RECORD or command.name not in ("echo", "printf"):
        return
    pair = _PAIR.search(" ".join(word.text for word in command.words[1:]))
    name = pair.group(2).strip("\"'${}") if pair and pair.group(2).lstrip("\"'").startswith("$") else ""
    value, line = fixed.get(name, ("", 0))
    if pair and value:
        yield from _judged(pair.group(1), value, line)


def _of_measuring(command: Command, effect: Effect, name: str) -> Iterator[ResultLiteral]:
    """The one number that a step gives on which says that it measures: ``echo "minutes=14" >> "$GITHUB_OUTPUT"``."""
    if effect is not Effect.RECORD or not _MEASURES.search(name) or command.name not in ("echo", "printf"):
        return
    text = " ".join(word.text for word in command.words[1:])
    pair = _PAIR.search(text) if all(word.literal for word in command.words) else None
    value = pair.group(2).strip("\"'") if pair else ""
    if (
        pair
        and _NUMBER.search(value)
        and not _CONFIGURED.search(pair.group(1).replace("minute", ""))
        and not _METRIC.search(pair.group(1))
    ):
        yield ResultLiteral(name=pair.group(1), value=value, line=command.line, measure=True)


def _of_document(command: Command) -> Iterator[ResultLiteral]:
    for redirect in command.redirects:
        if redirect.operator != "<<":
            continue
        for number, line in enumerate(redirect.target.text.split("\n")):
            if "$" not in line and line.count('":') > 1:
                for inline in _FIELDS.finditer(line):
                    yield from _judged(inline.group(1), inline.group(2).strip(), redirect.target.line + number)
                continue
            match = _JSON.search(line) or _PROSE.search(line)
            if match and "$" not in line:
                yield from _judged(match.group(1), match.group(2), redirect.target.line + number)


def _judged(name: str, value: str, line: int) -> Iterator[ResultLiteral]:
    if _CONFIGURED.search(name):
        return
    if (_METRIC.search(name) and _NUMBER.search(value) and float(value.partition("/")[0].rstrip("%ms ")) > 0) or (
        _WINNER.search(name) and _CHOSEN.search(value) and value.lower() not in _OPEN
    ):
        yield ResultLiteral(name=name, value=value, line=line, measure=True)
    elif (_STATUS.search(name) and _GOOD.search(value)) or (_DONE_TEST.search(name) and _ENDED.search(value)):
        yield ResultLiteral(name=name, value=value, line=line, measure=False)


_SAYS = frozenset({"echo", "printf", "cat", "tee"})


def literal_outputs(unit: Unit) -> dict[str, tuple[str, int]]:
    """The step outputs that only ever have one literal value, in a unit that neither works nor tests anything."""
    found: dict[str, tuple[str, int]] = {}
    fixed = _fixed(unit)
    for command in commands(unit.body):
        effect = effect_of(command, unit.functions)
        if effect in (Effect.WORK, Effect.TEST, Effect.WRITE):
            return {}
        text = " ".join(word.text for word in command.words[1:])
        if effect is Effect.RECORD and command.name not in _SAYS:
            return {}  # what a program answers is written
        pair = _PAIR.search(text) if effect is Effect.RECORD else None
        if pair is None:
            continue
        literal = all(word.literal for word in command.words)
        value = pair.group(2) if literal else fixed.get(pair.group(2).strip("\"'${}"), ("", 0))[0]
        if not value or pair.group(1) in found:
            return {}
        found[pair.group(1)] = (value, command.line)
    return found
