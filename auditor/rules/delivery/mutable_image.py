"""AUD505: what is deployed is not named by a version."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LATEST = pattern(r"[\w./-]+:latest$|[.=][\w./-]*:latest\b")


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        for command in commands(unit.body):
            texts = command.texts
            starts = (texts[:2] == ("docker", "run") and "-d" in texts) or (
                command.name in ("kubectl", "helm") and len(texts) > 1
            )
            if not starts or texts[1:2] == ("build",):
                continue
            for word in command.words[1:]:
                if _LATEST.search(word.text):
                    message = f"The image {word.text!r} is started by the tag 'latest'."
                    yield Hit(source.path, word.line, word.line, message, unit.symbol)


RULE = Rule(
    id="AUD505",
    name="mutable-image",
    category=Category.DELIVERY,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Is every image that is deployed named by a version or digest?",
    why="':latest' is another image tomorrow: a restart deploys what nobody reviewed, and a rollback has nothing to go back to.",
    limits="Counts are images that kubectl, helm or docker run (detached) start with the tag latest.",
    fix="Name the image by the version or digest that was tested.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"gitlab-ci", "pipeline", "github-action", "github-workflow", "shell"}),
    triggers=(":latest",),
    check_file=_check,
    examples=(
        Example(
            title="A deployment of latest",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kubectl set image deployment/api api=registry/api:latest\n"
            },
            found=(".github/workflows/deploy.yml:6",),
        ),
        Example(
            title="A deployment of a version",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kubectl set image deployment/api api=registry/api:${{ github.sha }}\n"
            },
        ),
    ),
)
