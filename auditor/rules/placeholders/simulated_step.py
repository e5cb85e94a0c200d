"""AUD114: a command that prints that what it stands for is simulated."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.dry_runs import live_commands
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import printed
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ADMITS = pattern(
    r"(?i)\((a )?(placeholder|simulated|stub(bed)?|mock(ed)?|fake|dummy|not implemented|demo)\)|\bplaceholder( only)?\s*[)\].]*$|"
    r"\b(simulat(e|ed|es|ing|ion) (a |the |of )?(traffic|deploy|rollback|backup|migration|shift|switch|restore|health)\w*|"
    r"(traffic|deployment|rollback|backup|migration|restore) simulat(ion|ed)|not (yet )?implemented|"
    r"(this|it|we|script|step|pipeline|production)\s+would (deploy|run|restore|migrate|switch|send|notify|roll|back|execute|call|push|upload|update|check)|"
    r"\bwould (go|live|happen) here\b|\b(configuration|deployment|logic|step|command|commands|work|call|code|upgrade|migration|rollback|notification|upload) would (go|run|execute|happen|be (run|executed|sent|called|done|implemented|performed))\b|"
    r"\b(logic|commands?|code|implementation|steps?|configuration|call) goes? here\b|\bplaceholder (for|until|step|implementation)\b|"
    r"^\W*would (deploy|run|restore|migrate|switch|send|notify|roll|back|execute|call|push|upload|update|check))"
)
_REHEARSAL = pattern(r"(?i)\b(tests?|drill|chaos|dry[ _-]?run|rehears\w*|simulat\w*|demo|fixture|mock|example)\b")


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if _is_rehearsal(unit):
            continue
        for command in live_commands(unit.body):
            text = printed(command) if command.name in ("echo", "printf") else " ".join(command.texts[1:])
            if unit.functions.get(command.name) is None and command.name not in ("echo", "printf"):
                continue
            if _ADMITS.search(text) and "dry" not in text.lower():
                message = f"A command prints that what it stands for is not done: {text[:80]!r}."
                yield Hit(source.path, command.line, command.end_line, message, unit.symbol)


def _is_rehearsal(unit: Unit) -> bool:
    text = f"{unit.name} {unit.context}".replace("_", " ").replace("-", " ").replace("/", " ")
    return _REHEARSAL.search(text) is not None and not any(
        "placeholder" in printed(one) for one in live_commands(unit.body)
    )


RULE = Rule(
    id="AUD114",
    name="simulated-step",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Do scripts and steps do what they stand for, rather than say that they simulate it?",
    why="The printed text admits it: the step is a placeholder, and its green mark means nothing.",
    limits="Tests, drills and branches for a dry run may simulate; they are left alone.",
    fix="Do the work, or remove the step.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline"}),
    triggers=("placeholder", "simulat", "would", "stub", "mock", "fake", "implemented", "dummy", "demo", " here"),
    check_file=_check,
    examples=(
        Example(
            title="A deployment that is a placeholder",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
                    '          ./build.sh\n          echo "Deployment started (placeholder)"\n'
                )
            },
            found=(".github/workflows/deploy.yml:8",),
        ),
        Example(
            title="What would stand or run here",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          make image\n"
                    '          echo "Cluster configuration would go here"\n          echo "The upgrade would execute:"\n          echo "Commands are run here"\n'
                )
            },
            found=(".github/workflows/deploy.yml:8", ".github/workflows/deploy.yml:9"),
        ),
        Example(
            title="A dry run says what it would do",
            files={
                "scripts/deploy.sh": (
                    '#!/bin/bash\nif [ "$DRY_RUN" = true ]; then\n  echo "Would deploy to production"\nelse\n'
                    "  kubectl apply -f k8s/\nfi\n"
                )
            },
        ),
    ),
)
