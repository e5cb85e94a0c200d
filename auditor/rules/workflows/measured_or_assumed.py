"""AUD426: what a script could not measure is taken to be good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.claims import is_metric_name
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_success
from auditor.facts.shell_effects import always_leaves
from auditor.facts.shell_program import Chain, Command, If, Node, commands, walk
from auditor.facts.source import Source
from auditor.facts.unverified_claims import spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OWN_DEFAULT = pattern(r"^\$\{(\w+):?-\s*\"?(\d+(?:\.\d+)?)\"?\}$")
_FALLBACK = pattern(r"\|\|\s*(?:echo|printf)\s+[\"']?(\d+(?:\.\d+)?)[\"']?\s*\)$")
_TOLD = pattern(
    r"(?i)\b(?:coverage|rate|latency|p9[059]|uptime|availability|throughput|lag|accuracy|score|duration|recovery\w*)\b[^$\n]{0,24}\$\{(\w+):?-(\d+(?:\.\d+)?)\}"
)
"""A measurement that is printed with a figure in its place."""
_GIVEN = pattern(r"\$\{\{|\$\(|`")
_VARIABLE = pattern(r"^\$\{?(\w+)(?::?-\d*)?\}?$|^\$\{(\w+)%\.\*\}$")
_NUMBER = pattern(r"^\d+(?:\.\d+)?$")
_COMPARISONS = frozenset({"-ge", "-gt", "-le", "-lt", "-eq", "-ne"})
_OK = pattern(
    r"(?i)^(?:(?:log|print|echo|msg|report|check|test|record)_)?(?:ok|okay|pass|passed|success|good|healthy|green)$"
)
"""What functions are called that say that something is well."""
_COUNTS = pattern(r"\bgrep\s+(?:-\S+\s+)*-\w*c|\bwc\s+-l")
"""Programs that print 0 and fail where they find nothing: their fallback is no assumption."""


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        assumed = _assumed(unit)
        known = _constants(unit) if assumed else {}
        owned = _own_defaults(unit) if assumed else frozenset()
        compared = _compared(unit) if assumed else {}
        for name, (value, line, end_line) in assumed.items():
            invented = value != 0 and is_metric_name(name.lower()) and name not in owned
            if (
                invented
                or _is_verdict(unit, name, value, known)
                or any(_passes(node, name, value, known, unit) for node in compared.get(name, ()))
            ):
                so = "is told as the measurement" if invented else "the check lets pass"
                message = f"When {name} cannot be measured it is taken to be {value:g}, which {so}."
                yield Hit(source.path, line, end_line, message, unit.symbol)
        yield from _printed_defaults(source, unit)


def _printed_defaults(source: Source, unit: Unit) -> Iterator[Hit]:
    """Figures that are told where the variable for them is empty: ``echo "coverage: ${percent:-93.7}%"``."""
    given = {
        one.name for command in commands(unit.body) for one in command.assignments if _GIVEN.search(one.value.text)
    }
    for command in commands(unit.body) if given else ():
        for match in _TOLD.finditer(spoken(command, unit.functions)):
            if match.group(1) in given and float(match.group(2)):
                message = f"When {match.group(1)} is empty it is told to be {match.group(2)}: a figure of the script."
                yield Hit(source.path, command.line, command.end_line, message, unit.symbol)


def _assumed(unit: Unit) -> dict[str, tuple[float, int, int]]:
    """The figures that are taken when a command gives none, by the name of their variable."""
    found: dict[str, tuple[float, int, int]] = {}
    measured: set[str] = set()
    for command in commands(unit.body):
        for one in command.assignments:
            text = one.value.text
            own, fallback = _OWN_DEFAULT.search(text), _FALLBACK.search(text)
            if own and own.group(1) == one.name and one.name in measured:
                found[one.name] = (float(own.group(2)), command.line, command.end_line)
            elif fallback and not _COUNTS.search(text):
                found[one.name] = (float(fallback.group(1)), command.line, command.end_line)
            if "$(" in text or "`" in text:
                measured.add(one.name)
    return found


def _constants(unit: Unit) -> dict[str, float]:
    """The variables that have one number throughout."""
    values: dict[str, set[str]] = {}
    for command in commands(unit.body):
        for one in command.assignments:
            default = _default_of(one.value.text, one.name)
            values.setdefault(one.name, set()).add(default)
    return {
        name: float(next(iter(held)))
        for name, held in values.items()
        if len(held) == 1 and _NUMBER.search(next(iter(held)))
    }


def _default_of(text: str, name: str) -> str:
    own = _OWN_DEFAULT.search(text)
    return own.group(2) if own and own.group(1) == name else text


def _is_verdict(unit: Unit, name: str, value: float, known: Mapping[str, float]) -> bool:
    """Whether a function ends with the comparison, and the assumed figure meets it."""
    last = unit.body[-1] if unit.function and unit.body else None
    return isinstance(last, Command) and _holds(last, name, value, known) is True


def _passes(node: Node, name: str, value: float, known: Mapping[str, float], unit: Unit) -> bool:
    """Whether a statement compares the figure, stops the program on one side, and lets the assumed figure pass."""
    if isinstance(node, Chain) and isinstance(node.left, Command):
        holds = _holds(node.left, name, value, known)
        stops = always_leaves((node.right,), unit.functions)
        return holds is not None and stops and holds == (node.operator == "||")
    if not isinstance(node, If) or len(node.branches[0].condition) != 1:
        return False
    (test,) = node.branches[0].condition
    holds = _holds(test, name, value, known) if isinstance(test, Command) else None
    if holds is None:
        return False
    if holds and len(node.branches) + bool(node.otherwise) > 1 and _tells_success(node.branches[0].body, unit):
        return True
    stops_then = always_leaves(node.branches[0].body, unit.functions)
    stops_else = len(node.branches) == 1 and bool(node.otherwise) and always_leaves(node.otherwise, unit.functions)
    return stops_then != stops_else and holds == stops_else


def _compared(unit: Unit) -> dict[str, list[Node]]:
    """The statements whose test compares something, by the names of the variables that stand in it."""
    found: dict[str, list[Node]] = {}
    for node in walk(unit.body):
        tests = node.branches[0].condition if isinstance(node, If) else (node.left,) if isinstance(node, Chain) else ()
        for test in tests:
            names = {_name(text) for text in test.texts} if isinstance(test, Command) else set()
            for name in names - {""}:
                found.setdefault(name, []).append(node)
    return found


def _own_defaults(unit: Unit) -> frozenset[str]:
    """The variables that give themselves a default, which whoever starts the script may have set."""
    assignments = (one for command in commands(unit.body) for one in command.assignments)
    return frozenset(one.name for one in assignments if _OWN_DEFAULT.search(one.value.text))


def _tells_success(body: tuple[Node, ...], unit: Unit) -> bool:
    """Whether a branch says first of all that something is well, by its words or by the name of what says it."""
    first = body[0] if body else None
    if not isinstance(first, Command) or not first.words:
        return False
    return _OK.search(first.name) is not None or claims_success(spoken(first, unit.functions))


def _holds(test: Command, name: str, value: float, known: Mapping[str, float]) -> bool | None:
    """Whether the comparison is met by the assumed figure; None where this is no comparison of it with a known one."""
    words = [text for text in test.texts if text not in ("[", "]", "[[", "]]", "((", "))", "test")]
    if len(words) != 3 or words[1] not in _COMPARISONS:  # noqa: PLR2004 - one side, the comparison, the other side
        return None
    left, right = (_side(word, name, value, known) for word in (words[0], words[2]))
    named = name in (_name(words[0]), _name(words[2]))
    if not named or left is None or right is None:
        return None
    return {
        "-ge": left >= right, "-gt": left > right, "-le": left <= right, "-lt": left < right, "-eq": left == right, "-ne": left != right,
    }[words[1]]  # fmt: skip


def _name(word: str) -> str:
    match = _VARIABLE.search(word.strip('"'))
    return (match.group(1) or match.group(2)) if match else ""


def _side(word: str, name: str, value: float, known: Mapping[str, float]) -> float | None:
    text = word.strip('"')
    if _NUMBER.search(text):
        return float(text)
    own = _name(text)
    return value if own == name else known.get(own)


RULE = Rule(
    id="AUD426",
    name="measured-or-assumed",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a gate fail when its figure cannot be measured?",
    why="The load generator is gone, the output is empty, and the gate compares a number that somebody wrote into the script.",
    limits=(
        "Figures that a command gives, with a number as the default of the same variable or behind `|| echo`, compared with a number that the same "
        "program tells, where one outcome stops it, is what a function ends with, or tells of the good one; and figures behind `|| echo`, other than 0, in variables named for a measurement."
    ),
    fix="Stop when there is no figure: `${RATE:?no figure}`.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    triggers=("-ge", "-gt", "-le", "-lt", "-eq", "-ne", "|| echo", "|| printf", ":-"),
    check_file=_check,
    examples=(
        Example(
            title="a coverage that is told where none was handed over",
            files={
                ".github/workflows/ci.yml": (
                    'on: push\njobs:\n  gate:\n    runs-on: ubuntu-24.04\n    steps:\n      - name: Coverage gate\n        run: |\n          percent="${{ needs.test.outputs.coverage }}"\n          echo "line coverage: ${percent:-93.7}%"\n          echo "coverage of ${BRANCH:-7}"\n'
                )
            },
            found=(".github/workflows/ci.yml:9",),
        ),
        Example(
            title="no connections where nobody answers, and the latency of a host that cannot be reached",
            files={
                "ops/health.sh": (
                    '#!/bin/bash\nlog_ok() { echo "ok: $1"; }\nlog_fail() { echo "bad: $1"; failed=$((failed + 1)); }\n'
                    "active=$(psql -tAc 'select count(*) from pg_stat_activity' 2>/dev/null || echo 0)\n"
                    'if [ "$active" -lt 50 ]; then\n  log_ok "connections: $active"\nelse\n  log_fail "connections: $active"\nfi\n'
                    "latency=$(curl -so /dev/null -w '%{time_total}' https://shop.io/live || echo 0.05)\necho \"latency ${latency}s\"\n"
                )
            },
            found=("ops/health.sh:10", "ops/health.sh:4"),
        ),
        Example(
            title="a benchmark that is passed without a result, and errors that nobody counted",
            files={
                "bench.sh": (
                    '#!/bin/bash\nFLOOR=800\nout="$(./load | tail -1)"\nRATE="$(echo "$out" | cut -d: -f2)"\nRATE="${RATE:-950}"\n[ "$RATE" -ge "$FLOOR" ] || exit 1\n'
                    'errors=$(curl -sf https://prometheus.shop.io/errors | jq .count || echo 0)\nif [[ $errors -gt 10 ]]; then\n  echo "too many"\n  exit 1\nfi\n'
                ),
                "verify.sh": '#!/bin/bash\nverify() {\n  local ready\n  ready=$(kubectl get deploy shop -o jsonpath={.status.readyReplicas} || echo 1)\n  [[ "${ready:-1}" -ge 1 ]]\n}\nverify\n',
            },
            found=("bench.sh:5", "bench.sh:7", "verify.sh:4"),
        ),
        Example(
            title="defaults that fail, settings, counts, and comparisons that stop nothing",
            files={
                "bench.sh": (
                    '#!/bin/bash\nTRIES="${TRIES:-5}"\nRATE="$(./load | tail -1)"\nRATE="${RATE:-0}"\n[ "$RATE" -ge 800 ] || exit 1\n[ "$TRIES" -lt 9 ] || exit 1\n'
                    'n=$(grep -c ERROR log || echo 0)\n[ "$n" -lt 5 ] || exit 1\nfree=$(df_of / || echo 99)\nif [ "$free" -gt 5 ]; then echo "room"; fi\n'
                )
            },
        ),
    ),
)
