"""AUD469: a script decides, and does the same either way."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import Chain, Command, If, Node, Prefixed, walk
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        for node in walk(unit.body):
            if not isinstance(node, If) or node.line in seen or not node.otherwise:
                continue
            seen.add(node.line)
            bodies = [_texts(branch.body) for branch in node.branches] + [_texts(node.otherwise)]
            works = effects_of(node.otherwise, unit.functions) & {Effect.WORK, Effect.LEAVE, Effect.WRITE}
            if works and all(one == bodies[0] for one in bodies):
                message = f"Whatever is asked here, {' '.join(bodies[0][0])[:60]!r} follows: the branches are the same."
                yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _texts(body: tuple[Node, ...]) -> list[tuple[str, ...]]:
    """All that a list of statements says: its structure, words, assignments and redirects."""
    return [_text(one) for one in walk(body)]


def _text(node: Node) -> tuple[str, ...]:
    if not isinstance(node, Command):
        return (type(node).__name__, node.operator if isinstance(node, Chain | Prefixed) else "")
    assigned = (f"{one.name}={one.value.text}" for one in node.assignments)
    redirected = (f"{one.descriptor}{one.operator}{one.target.text}" for one in node.redirects)
    return (*(word.text for word in node.words), *assigned, *redirected)


RULE = Rule(
    id="AUD469",
    name="same-either-way",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every decision of a script change something?",
    why="The script asks whether this is production and starts the same thing in both cases: whoever reads it takes the two for different.",
    limits="Decisions of shell programs with an else whose branches all hold the same commands, of which one does something.",
    fix="Do in each case what belongs to it, or drop the question.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow", "make-recipes"}),
    triggers=("else",),
    check_file=_check,
    examples=(
        Example(
            title="production as everywhere",
            files={
                "start.sh": '#!/bin/bash\nif [ "$STAGE" = production ]; then\n  docker compose up -d\nelse\n  docker compose up -d\nfi\nif ./ready; then\n  exit 0\nelse\n  exit 0\nfi\n'
            },
            found=("start.sh:2", "start.sh:7"),
        ),
        Example(
            title="branches that differ in one word, and prints",
            files={
                "start.sh": '#!/bin/bash\nif [ "$STAGE" = production ]; then\n  docker compose -f a.yml up -d\nelse\n  docker compose -f b.yml up -d\nfi\n'
                'if [ "$QUIET" ]; then\n  echo\nelse\n  echo\nfi\n'
            },
        ),
    ),
)
