"""AUD234: a sleep is reported as monitoring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.facts.quiet_waits import looks_at_nothing, quiet_waits
from auditor.facts.shell_claims import claims_waiting
from auditor.facts.shell_program import Command, Node
from auditor.facts.source import Source
from auditor.facts.unverified_claims import sequences
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    units = units_of(source)
    waits = [(unit, wait) for unit in units for wait in quiet_waits(unit) if not wait.whole]
    followers = _followers(units) if waits else {}
    for unit, wait in waits:
        if claims_waiting(wait.claim) and not (wait.last and _is_followed_up(unit, followers)):
            message = f"What is announced as {wait.claim[:60]!r} is a sleep of {wait.seconds}: nothing is looked at."
            yield Hit(source.path, wait.line, wait.end_line, message, unit.symbol)


def _followers(units: Iterable[Unit]) -> Mapping[str, list[Node | None]]:
    """What follows right after every command, by its name; None at the end of a sequence."""
    found: dict[str, list[Node | None]] = {}
    for statements in (one for unit in units for one in sequences(unit.body)):
        for call, after in zip(statements, (*statements[1:], None), strict=False):
            if isinstance(call, Command):
                found.setdefault(call.name, []).append(after)
    return found


def _is_followed_up(function: Unit, followers: Mapping[str, list[Node | None]]) -> bool:
    """Whether, right after every call of a function, something other than a print follows."""
    after = followers.get(function.name, []) if function.function else []
    return bool(after) and all(one is not None and not looks_at_nothing(one, function) for one in after)


RULE = Rule(
    id="AUD234",
    name="sleep-as-monitoring",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    question="Is what scripts say that they monitor or verify looked at?",
    why="The log says that the deployment was watched for minutes; nothing was looked at.",
    limits="A sleep counts where an announcement comes right before it and no command, test or loop looks at anything before the next announcement or the end.",
    fix="Query error rates and health during the window and fail when they are bad.",
    since="0.1.0",
    effort=90,
    lifecycle=Lifecycle.PREVIEW,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    triggers=("sleep",),
    check_file=_check,
    examples=(
        Example(
            title="Monitoring by sleeping",
            files={
                "scripts/release.sh": 'kubectl apply -f green.yml\necho "Monitoring for 2 minutes at 10%"\nsleep 120\necho "Promoting"\nkubectl apply -f all.yml\n'
            },
            found=("scripts/release.sh:2",),
        ),
        Example(
            title="A delay at the end of a function, and a look or nothing after its call",
            files={
                "scripts/start.sh": (
                    'start() {\n  docker compose up -d\n  echo "Waiting for services to start"\n  sleep 30\n}\n\n'
                    'verify() {\n  curl -f https://api.internal/health\n}\n\nstart\nif verify; then\n  echo "ready"\nfi\n'
                ),
                "scripts/begin.sh": 'start() {\n  docker compose up -d\n  echo "Waiting for services to start"\n  sleep 30\n}\n\nstart\necho "ready"\n',
            },
            found=("scripts/begin.sh:3",),
        ),
        Example(
            title="A delay, then a look",
            files={
                "scripts/release.sh": 'echo "Monitoring the deployment"\nsleep 60\nif ! curl -f https://api.internal/health; then exit 1; fi\n'
            },
        ),
    ),
)
