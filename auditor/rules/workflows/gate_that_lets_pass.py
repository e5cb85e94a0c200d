"""AUD457: a gate says that something is wrong, and ends with success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import is_target_name
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import printed
from auditor.facts.shell_figures import changed_names, compared_operands, given_values, variable_name
from auditor.facts.shell_program import Branch, Command, If, Node, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.swallowed_exits import branches_of
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GATES = pattern(
    r"(?i)\b(?:gates?|checks?|validat\w*|verif\w*|tests?|scan\w*|audit\w*|coverage|quality|security|smoke|health\w*|readiness|threshold|compliance|benchmarks?|optimi[sz]\w*)\b"
)
_WRONG = pattern(
    r"(?i)❌|⚠|non-?blocking|\b(?:failed|fails|failure|not (?:found|calculated|available|set|met|reached|provided|configured)|missing|below|too (?:low|high)|skipping)\b|\s<\s"
)
_OPTION = pattern(
    r"(?i)^--(?:min(?:imum)?[-_](?:auc|roc[-_]auc|accuracy|scores?|coverage|f1|recall|precision|quality|pass[-_]?rate|success[-_]?rate|rate|ratio|confidence|similarity|health|availability|uptime)|(?:min[-_])?(?:scores?|coverage|quality|accuracy|auc|pass[-_]rate|success[-_]rate)[-_](?:threshold|min|minimum)|cov(?:erage)?[-_]min)$"
)
"""Options by which a gate is told the least that it is to ask for; of those of coverage.py speaks AUD958."""
_NOUGHT = pattern(r"^0+(?:\.0+)?%?$")
_RUNNING = ("SECONDS", "RANDOM", "EPOCHSECONDS", "LINENO", "OPTIND")
"""Variables that the shell itself changes."""
_FIGURE = pattern(r"^[\"']?\d+(?:\.\d+)?[\"']?$")
_BENIGN = pattern(
    r"(?i)no changes|nothing to|already|due to|because|label|on request|up.to.date|dry.?run|fork|draft|not required|no files|opt(?:ional|ed)|disabled"
)


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        if not _GATES.search(f"{unit.name} {unit.context}"):
            continue
        for node in walk(unit.body):
            for branch in branches_of(node) if isinstance(node, If) else ():
                told = _told(branch, unit)
                if told is not None and told.line not in seen:
                    seen.add(told.line)
                    message = f"{printed(told)[:60]!r} is said, and the step ends with status 0."
                    yield Hit(source.path, told.line, branch.body[-1].end_line, message, unit.symbol)
    yield from _asks_nothing(source, seen)


def _asks_nothing(source: Source, seen: set[int]) -> Iterator[Hit]:
    """Gates that are told to ask for nothing at all, and those whose two figures both stand in the script."""
    for unit in units_of(source):
        every = list(all_commands(unit.body))
        for command in every:
            option = _option_of_nought(command)
            if option and command.line not in seen:
                seen.add(command.line)
                message = f"`{option}` is a limit that nothing misses: the gate is off."
                yield Hit(source.path, command.line, command.end_line, message, unit.symbol)
        for name, other, line in _both_written(every):
            if line not in seen:
                seen.add(line)
                message = f"`{name}` is compared with `{other}`, and the figures of both stand in the script."
                yield Hit(source.path, line, line, message, unit.symbol)


def _option_of_nought(command: Command) -> str:
    """``--min-auc 0.0``, ``--cov-fail-under=0``."""
    for at, text in enumerate(command.texts):
        name, equals, value = text.partition("=")
        value = value if equals else "".join(command.texts[at + 1 : at + 2])
        if _OPTION.search(name) and _NOUGHT.search(value):
            return f"{name} {value}"
    return ""


def _both_written(every: list[Command]) -> Iterator[tuple[str, str, int]]:
    """Two variables that are compared, each of which only ever gets one literal number."""
    given: dict[str, list[str]] = {}
    changed = set(_RUNNING)
    for command in every:
        changed.update(changed_names(command))
        for name, value in given_values(command):
            given.setdefault(name, []).append(value)
    written = {name for name, values in given.items() if len(values) == 1 and _FIGURE.search(values[0])} - changed
    for command in every if len(written) > 1 else ():
        for pair in compared_operands(command):
            left, right = (variable_name(one) if one.startswith("$") else "" for one in pair)
            if left != right and {left, right} <= written and not (is_target_name(left) and is_target_name(right)):
                yield left, right, command.line


def _told(branch: Branch, unit: Unit) -> Command | None:
    """What a branch says of the failure, where it does nothing else before it ends with 0."""
    if not branch.body or not _ends_well(branch.body[-1], unit):
        return None
    said = [node for node in branch.body[:-1] if isinstance(node, Command)]
    if not said or len(said) != len(branch.body) - 1 or not all(printed(one) for one in said):
        return None
    texts = " ".join(printed(one) for one in said)
    return said[0] if _WRONG.search(texts) and not _BENIGN.search(texts) else None


def _ends_well(node: Node, unit: Unit) -> bool:
    if not isinstance(node, Command) or node.texts[1:] != ("0",):
        return False
    return node.name == "exit" or (node.name == "return" and unit.function)


RULE = Rule(
    id="AUD457",
    name="gate-that-lets-pass",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a gate that is not passed stop the run?",
    why="A coverage gate with `exit 0` on both of its ways, or one that ends well where its input is missing, is no gate.",
    limits="Judged are branches that only print and then end with 0, in steps, scripts and functions named for a check; where nothing is to be done, which the text says, is left alone; limits of 0 that options give to a gate for the least that it asks for (those of coverage are told of by AUD958); and comparisons of two variables that both hold a number of the script.",
    fix="End with 1 where the gate is not passed, and where it cannot be asked.",
    since="0.2.0",
    effort=10,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline"}),
    check_file=_check,
    examples=(
        Example(
            title="limits of nought, and two figures of one script",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kubectl autoscale deploy shop --min 0 --max 3\n      - run: python evaluate.py --min-auc 0.0\n"
                    "      - run: python evaluate.py --min-auc 0.7 --min-replicas 0\n"
                    '      - run: |\n          champion=0.871\n          candidate=0.874\n          if [ "$(echo "$candidate >= $champion" | bc)" -eq 1 ]; then\n            echo "holds"\n          else\n            exit 1\n          fi\n'
                    '      - run: |\n          SECONDS=0\n          longest=300\n          until make ready; do [ $SECONDS -lt $longest ] || exit 1; done\n      - run: |\n          limit=0.871\n          candidate=$(jq .auc report.json)\n          tries=0\n          tries=$((tries + 1))\n          if [ "$(echo "$candidate >= $limit" | bc)" -eq 1 ]; then\n            echo "holds"\n          else\n            exit 1\n          fi\n'
                ),
            },
            found=(
                ".github/workflows/ci.yml:12",
                ".github/workflows/ci.yml:7",
            ),
        ),
        Example(
            title="a coverage gate that is passed on every way",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Coverage gate\n        run: |\n"
                    '          if [ -z "$COVERAGE" ]; then\n            echo "Coverage not calculated"\n            exit 0\n          fi\n'
                    '          if [ "$COVERAGE" -ge 80 ]; then\n            echo "Gate passed"\n          else\n            echo "Gate not met (non-blocking)"\n            exit 0\n          fi\n'
                )
            },
            found=(".github/workflows/ci.yml:15", ".github/workflows/ci.yml:9"),
        ),
        Example(
            title="a gate that holds, and nothing to do",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Coverage gate\n        run: |\n"
                    '          if [ -z "$FILES" ]; then\n            echo "No files changed, skipping"\n            exit 0\n          fi\n'
                    '          if [ "$COVERAGE" -lt 80 ]; then\n            echo "Gate not met"\n            exit 1\n          fi\n'
                )
            },
        ),
    ),
)
