"""AUD457: a gate says that something is wrong, and ends with success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import printed
from auditor.facts.shell_program import Branch, Command, If, Node, walk
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
    limits="Judged are branches that only print and then end with 0, in steps, scripts and functions named for a check; where nothing is to be done, which the text says, is left alone.",
    fix="End with 1 where the gate is not passed, and where it cannot be asked.",
    since="0.2.0",
    effort=10,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline"}),
    triggers=("exit 0", "return 0"),
    check_file=_check,
    examples=(
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
