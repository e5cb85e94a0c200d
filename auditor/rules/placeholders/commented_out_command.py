"""AUD112: commands that are commented out where they should run."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.commented_commands import commented_commands
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.function:
            continue
        for run in commented_commands(unit.comments, _header_end(unit), unit.functions):
            if run.offered and unit.step is None:
                continue  # an option of a script; a step of a pipeline has nobody who would uncomment it
            message = f"A command is commented out: {run.text[:80]!r}."
            yield Hit(source.path, run.line, run.end_line, message, unit.symbol, _severity(unit))


def _header_end(unit: Unit) -> int:
    """The comments at the head of a file explain how to use it."""
    if unit.step is not None or not unit.body:
        return 0
    return unit.body[0].line


def _severity(unit: Unit) -> Severity:
    if unit.step is None:
        return Severity.LOW
    works = {Effect.WORK, Effect.WRITE} & effects_of(unit.body, unit.functions)
    return Severity.LOW if works else Severity.MEDIUM


RULE = Rule(
    id="AUD112",
    name="commented-out-command",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are the commands of workflows and scripts live rather than commented out?",
    why="A commented-out command is often the work itself, written down as an example and never switched on.",
    limits=(
        "A comment counts if it begins with a well-known command and looks like an invocation, not like a sentence. The "
        "comments at the head of a shell file are taken for its manual."
    ),
    fix="Run the command, or delete the comment: the history keeps it.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline"}),
    triggers=("#",),
    check_file=_check,
    examples=(
        Example(
            title="a call of a function of the script that is switched off, and prose about it",
            files={
                "ops/release.sh": "#!/bin/bash\nrun_e2e() { npm run e2e; }\nrun_unit() { npm test; }\nrun_unit\n# run_e2e\n# run_e2e takes an hour\n",
            },
            found=("ops/release.sh:5",),
        ),
        Example(
            title="The deployment is a comment",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
                    "          make manifest\n          # Example: kubectl apply -f k8s/\n"
                    "          # kubectl rollout status deployment/api\n"
                )
            },
            found=(".github/workflows/deploy.yml:8",),
        ),
        Example(
            title="An option of a script that its author offers",
            files={
                "scripts/bench.sh": "#!/bin/bash\nset -e\nmake build\n# Uncomment if you want to update the sources first\n# git -C sources pull --rebase\nmake bench\n"
            },
        ),
        Example(
            title="A manual at the head of a script, and prose",
            files={
                "scripts/deploy.sh": (
                    "#!/bin/bash\n# Usage:\n#   bash scripts/deploy.sh --dry-run\nset -e\n"
                    "# docker is needed to build the image\ndocker build -t api .\n"
                )
            },
        ),
    ),
)
