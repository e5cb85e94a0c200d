"""AUD221: a figure that reads as measured is part of a text that is printed whatever happens."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.claims import is_metric_name
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, subtree, syntax_of
from auditor.facts.shell_claims import printed
from auditor.facts.shell_effects import writes_to
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FIGURE = pattern(
    r"(?i)\b(?:error[ _-]?rate|errors|latency|p50|p9[059]|throughput|uptime|availability|success[ _-]?rate|cpu(?: usage)?|memory(?: usage)?|disk(?: usage)?|(?:replication |consumer |replica )?lag|"
    r"queue(?: depth| length)?|(?:database |open |active )?connections|backlog|coverage|accuracy|response[ _-]?time|recovery[ _-]?(?:time|point)|data loss|rto|rpo|packet loss|hit[ _-]?rate|requests)\b"
    r"[^.;\n0-9<>]{0,16}?\b[0-9]+(?:\.[0-9]+)?(?: ?%| ?(?:ms|s|sec|seconds|minutes|bytes|kb|mb|gb|rps|req/s|requests/s)\b| of [0-9]+| ?/ ?[0-9]+|$|[,;)])"
)
_WANTED = pattern(
    r"(?i)\b(?:target|goal|threshold|limit|budget|slo|sla|expect\w*|should|must|require\w*|default\w*|max\w*|min\w*|allow\w*|usage:|example|e\.g|below|under|above|over|within \d|at least|at most|more than|less than|exceed\w*|"
    r"timeout|every|wait\w*|for \d|up to|if|when|warn\w*|set to|port|version|simulat\w*|mock\w*|step|phase|http|demo|test(?:ing)? with|[<>]=?|retry|retries|stop|skip\w*|no data)\b|[<>≤≥]"
)
_JUDGED = pattern(
    r"(?i)\b(?:error[ _-]?rate|latency|p50|p9[059]|throughput|uptime|availability|success[ _-]?rate|lag|coverage|accuracy|response[ _-]?time|recovery[ _-]?time)\b[^.;\n0-9<>]{0,16}?"
    r"[0-9]+(?:\.[0-9]+)? ?(?:%|ms|s|sec|seconds|rps)?,? ?\(?(?:within|under|below|above|limit|target|budget|objective|slo|threshold|max|min)[ :=]{0,3}(?:of |is )?[<>]?=? ?[0-9]"
)
"""A figure beside the limit that it keeps: ``p95 212 ms, limit 400 ms``."""
_PRINTS = pattern(r"^(?:echo|printf|say|note|msg|ok|print|info|success|log|(?:log|print|say)_\w+)$")
_EXPANDS = pattern(r"\$[\w({!]|`|%[sdif.0-9]")
_HELPS = pattern(r"(?i)help|usage|example|demo|simulat|mock|doc|banner|explain|describe|instruction|recommend|guide")
_ENTRY = pattern(
    r"[\"']?([A-Za-z][A-Za-z0-9_]{2,40})[\"']?\s*[:=]\s*[\"']?\d+(?:\.\d+)?(?:%|ms|s)?[\"']?\s*(?:[,}\n]|$)"
)
_SUM = pattern(r"\b([a-z][A-Za-z0-9_]{2,40})=\$\(\(([^()$]{1,80})\)\)")
_WORD = pattern(r"[A-Za-z_]\w*")
_CHOSEN = pattern(
    r"(?i)config|conf$|values|threshold|limit|target|budget|fixture|sample|example|expected|baseline|default|slo|alert|rules?\b|\.ya?ml$|\.tf|\.env"
)
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    if _HELPS.search(source.path.rpartition("/")[2]):
        return
    if source.file.language is Language.PYTHON:
        yield from _in_python(source)
        return
    for unit in units_of(source):
        for command in all_commands(unit.body):
            if _HELPS.search(unit.name) is None and _tells(_text(command)):
                message = "This prints a figure that is written into the script, as if it had been measured."
                yield Hit(source.path, command.line, command.end_line, message, unit.symbol)
            elif _HELPS.search(unit.name) is None:
                yield from _written(source, unit, command)


def _written(source: Source, unit: Unit, command: Command) -> Iterator[Hit]:
    """Figures that a command writes down as a table, or works out of numbers of the script."""
    table = printed(command) if command.name == "cat" else ""
    named = [match.group(1) for match in _ENTRY.finditer(table) if is_metric_name(match.group(1).lower())]
    place = " ".join(writes_to(command))
    if len(named) >= _FEWEST and "$" not in table and place and not _CHOSEN.search(place):
        message = (
            f"{', '.join(named[:3])} are written to {place[:60]!r} as figures of the script: nobody has measured them."
        )
        yield Hit(source.path, command.line, command.end_line, message, unit.symbol)
    for match in _SUM.finditer(_text(command)):
        words = [one.group() for one in _WORD.finditer(match.group(2))]
        if is_metric_name(match.group(1).lower()) and words and set(words) <= _constants(unit):
            message = f"{match.group(1)} is worked out of {', '.join(words[:3])}, which are numbers of the script."
            yield Hit(source.path, command.line, command.end_line, message, unit.symbol)


@lru_cache(maxsize=2)
def _constants(unit: Unit) -> frozenset[str]:
    """The variables that are set once in a unit, to a number."""
    values: dict[str, list[str]] = {}
    for command in all_commands(unit.body):
        for one in command.assignments:
            values.setdefault(one.name, []).append(one.value.text)
    return frozenset(name for name, held in values.items() if len(held) == 1 and held[0].replace(".", "", 1).isdigit())


def _text(command: Command) -> str:
    return " ".join(command.texts[1:]) if _PRINTS.search(command.name) else ""


def _in_python(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HELPS.search(view.qualified):
            continue
        for call, text in _spoken(view, syntax):
            if _tells(text):
                message = f"{view.name} tells a figure that is written into the text, as if it had been measured."
                yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _spoken(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.Call, str]]:
    """The texts without any value that are printed or logged outside of what handles an error."""
    for call in view.calls:
        if not is_log_call(syntax.name_of(call.func)) or len(call.args) != 1:
            continue
        if not any(
            isinstance(one, ast.FormattedValue | ast.Name | ast.Call) for arg in call.args for one in subtree(arg)
        ):
            yield call, strings_in(call.args[0])


def _tells(text: str) -> bool:
    if _EXPANDS.search(text):
        return False
    return _JUDGED.search(text) is not None or (_FIGURE.search(text) is not None and not _WANTED.search(text))


RULE = Rule(
    id="AUD221",
    name="figure-in-words",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is every figure that is told to an operator taken from somewhere?",
    why="'error rate 0.02 %, within limits' is read as the result of the watch before it; it is printed on the day of the outage, too.",
    limits="Judged are printed and logged texts that name a measurement with its figure and hold no value; limits, targets, waits and examples are left alone.",
    fix="Print what was measured, or nothing.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"python", "make-recipes", *SHELL_READERS}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a table of figures that a step writes, and a time that is the sum of two numbers",
            files={
                ".github/workflows/load.yml": (
                    'on: push\njobs:\n  load:\n    runs-on: ubuntu-24.04\n    steps:\n      - name: Publish\n        run: |\n          cat > out/load.json <<\'JSON\'\n          {"requests_per_second": 1180, "p95_ms": 184, "error_rate": 0.0003}\n          JSON\n'
                    '      - name: Kill one replica\n        run: |\n          found=4\n          started=7\n          echo "recovery_seconds=$((found + started))" >> "$GITHUB_STEP_SUMMARY"\n'
                    '      - name: Settings\n        run: |\n          cat > out/thresholds.json <<\'JSON\'\n          {"p95_ms": 200, "error_rate": 0.01}\n          JSON\n'
                    '      - name: Watch\n        run: |\n          began=$(date +%s)\n          ended=$(date +%s)\n          echo "recovery_seconds=$((ended - began))"\n'
                )
            },
            found=(".github/workflows/load.yml:15", ".github/workflows/load.yml:8"),
        ),
        Example(
            title="figures that nobody took",
            files={
                "shift.sh": (
                    "#!/bin/sh\n"
                    "kubectl apply -f canary.yaml\n"
                    "sleep 30\n"
                    'echo "error rate 0.1 %, going on"\n'
                    'say "replication lag 0 bytes"\n'
                ),
                "Makefile": 'perf:\n\t@echo "p95 0.21 s within 0.4 s"\n',
                "report.py": (
                    'def report(size):\n    print(f"size {size}")\n    print("open connections 12 of 100")\n'
                ),
            },
            found=("report.py:3", "shift.sh:4", "shift.sh:5", "Makefile:2"),
        ),
        Example(
            title="values, limits and waits",
            files={
                "shift.sh": (
                    "#!/bin/sh\n"
                    'rate=$(curl -fsS "$METRICS/rate")\n'
                    'echo "error rate $rate %"\n'
                    'echo "error rate must stay below 0.1 %"\n'
                    'echo "waiting for latency, 30 s"\n'
                ),
                "report.py": (
                    "def report(used):\n"
                    '    print(f"open connections {used} of 100")\n'
                    '    print("the latency target is 200 ms")\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
