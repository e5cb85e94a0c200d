"""AUD255: a script prints or writes a list of good results that nothing has found out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_RESULT = pattern(
    r"(?i)(?:✅|✔|✓|\[x\]).{0,40}\b(?:enabled|passed|passing|running|active|healthy|verified|compliant|operational|ready|validated|tested|implemented|monitoring|backups?|security|infrastructure|management)\b|"
    r"\b(?:enabled|passed|passing|running|active|healthy|verified|compliant|operational|validated|monitoring|backups?|security|infrastructure|management|coverage)\b.{0,40}(?:✅|✔|✓)|"
    r"\b(?:error rate|latency(?: p\d+)?|uptime|availability|response time)\b\W{0,6}[<>≤≥]?\s*\d|"
    r"\bstatus\W{1,4}(?:ready|active|healthy|passed|operational|production)|\b(?:security|monitoring|backup)\W{1,4}(?:enabled|active|configured|initial)"
)
_EXPANDS = pattern(r"\$[\w({]|`")
_TARGETS = pattern(
    r"(?i)target|goal|expect|should|must|require|threshold|sla\b|slo\b|objective|usage|will be|to do|next steps"
)
_WANTED = pattern(
    r"(?i)\b(?:criteria|targets?|thresholds?|goals?|slos?|slas?|objectives|requirements|expected|next steps|checklist)\b.{0,30}:\W*$"
)
"""A heading over what is wanted, which holds until the next empty line."""
_FEWEST = 3
_GAP = 3
"""Lines between two texts from which they are no longer one stretch of output."""


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        run: list[tuple[int, bool]] = []
        wanted = False
        for line, text in _spoken(all_commands(unit.body)):
            if run and line > run[-1][0] + _GAP:
                yield from _hit(source, run, unit.symbol)
                run = []
            wanted = _WANTED.search(text) is not None or (wanted and text.strip(" -=") != "")
            if line not in seen:
                seen.add(line)
                run.append((line, not wanted and _claims(text)))
        yield from _hit(source, run, unit.symbol)


def _spoken(commands: Iterator[Command]) -> Iterator[tuple[int, str]]:
    """Each line that is printed or written: by echo and printf, and of here-documents."""
    for command in commands:
        if command.name in ("echo", "printf"):
            yield command.line, " ".join(command.texts[1:])
        for one in command.redirects:
            if one.operator.startswith("<<") and command.name in ("cat", "tee"):
                yield from ((command.line + at, text) for at, text in enumerate(one.target.text.splitlines(), 1))


def _claims(text: str) -> bool:
    return _RESULT.search(text) is not None and not _EXPANDS.search(text) and not _TARGETS.search(text)


def _hit(source: Source, run: list[tuple[int, bool]], symbol: str) -> Iterator[Hit]:
    lines = [line for line, claims in run if claims]
    if len(lines) >= _FEWEST:
        message = f"{len(lines)} good results are written into the script: they are reported whatever happened."
        yield Hit(source.path, lines[0], lines[-1], message, symbol)


RULE = Rule(
    id="AUD255",
    name="ticked-in-shell",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is each result in a report that a script writes one that it found?",
    why="'Health checks: passing, error rate < 0.5%' in a here-document is in the report of the run in which the service did not start.",
    limits="Three lines or more without a variable that state results in one stretch of output; targets and requirements, told by their words, are left alone.",
    fix="Write the measured values into the report, or leave the line out.",
    since="0.2.0",
    effort=30,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline"}),
    triggers=("echo", "printf", "cat", "tee"),
    check_file=_check,
    examples=(
        Example(
            title="a deployment report and a summary",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cat << EOF > report.md\n          # Report of $(date)\n"
                    "          - Zero trust: ✅ Enabled\n          - Health checks: ✅ Passing\n          - Error rate: < 0.5%\n          EOF\n"
                ),
                "scripts/launch.sh": 'kubectl apply -f k8s\necho "Security: Enabled"\necho "Real-time monitoring ✅"\necho "Automated backups ✅"\n',
            },
            found=(".github/workflows/deploy.yml:9", "scripts/launch.sh:2"),
        ),
        Example(
            title="measured values, and targets",
            files={
                "scripts/report.sh": 'echo "Error rate: $RATE"\necho "Health checks: $HEALTH ✅ passed"\necho "Uptime: $UP"\necho "Target uptime: 99.9"\necho "Latency should be: < 100"\necho "Error rate goal: < 1"\necho "Success criteria (48h):"\necho "  - Error rate: <0.1%"\necho "  - P95 latency: <200"\necho "  - Availability: 99.9"\n'
            },
        ),
    ),
)
