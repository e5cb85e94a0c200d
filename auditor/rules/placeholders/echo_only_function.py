"""AUD111: a shell function or script that says that it works, and only prints."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.carried_units import carried_units_of
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_waiting, claims_work, is_informational, prints_of
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.source import Source
from auditor.facts.task_recipes import TaskRecipes
from auditor.facts.unverified_claims import tells_verdict_only
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_IDLE = frozenset({Effect.PRINT, Effect.WAIT, Effect.SET, Effect.LEAVE})
_TELLS = pattern(
    r"(?i)^(?:page|page_\w+|send_(?:page|alert|slack|mail|email|sms|notification)\w*|post_to_\w+|notify\w*|call_pagerduty|open_incident|trigger_incident)$"
)
_TALKS = pattern(
    r"(?i)(^|[_-])(print|show|display|log|echo|usage|help|banner|info|status|msg|message|report|list|ok|pass|fail|warn|xml|json|yaml|html|csv|payload|body|query|text|string|args)([_-]|$)"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in (*units_of(source), *_tasks(source)):
        if (unit.step is not None and not unit.function) or unit.delegates:
            continue
        if _is_hollow(unit):
            kind = "recipe" if unit.recipe else "function" if unit.function else "script"
            message = f"The {kind} {unit.name!r} says that it does work, and its commands only print, set or wait."
            yield Hit(source.path, unit.line, unit.end_line, message, unit.symbol)


def _tasks(source: Source) -> tuple[Unit, ...]:
    """The tasks of a Taskfile or a justfile."""
    return carried_units_of(source) if source.fact(TaskRecipes) is not None else ()


def _is_hollow(unit: Unit) -> bool:
    if unit.recipe and not unit.delegates and not is_informational(unit.name) and tells_verdict_only(unit):
        return True
    if (
        not (claims_work(unit.name) or _TELLS.search(unit.name))
        or _TALKS.search(unit.name)
        or is_informational(unit.name)
    ):
        return False
    effects = effects_of(unit.body, unit.functions)
    if not effects <= _IDLE or (Effect.WAIT in effects and claims_waiting(unit.name)):
        return False
    return len(prints_of(unit.body, unit.functions)) > (0 if unit.function else 1)


RULE = Rule(
    id="AUD111",
    name="echo-only-function",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every shell function and script that claims to do work do so?",
    why="A function called 'rollback' that prints a line leaves its caller, and the log, with a claim and no effect.",
    limits=(
        "Only names that claim work count. Functions whose name says that they print, show or log are left alone, and so "
        "are those that print nothing but their arguments."
    ),
    fix="Write the commands that do the work, or remove the function and its calls.",
    since="0.1.0",
    effort=120,
    reads=frozenset(
        {"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline", "make-recipes", "task-recipes"}
    ),
    check_file=_check,
    examples=(
        Example(
            title="a target that says that tests have passed",
            files={
                "Makefile": 'hil:\n\t@echo "hardware-in-the-loop tests: PASSED"\n\nreport:\n\t@echo "tests passed: $(N)"\n',
            },
            found=("Makefile:1",),
        ),
        Example(
            title="a pager that prints, and a task that only talks",
            files={
                "ops/watch.sh": '#!/bin/bash\npage() {\n  echo "PAGE: $1"\n}\ncurl -f "$URL" || page down\n',
                "Taskfile.yml": "version: '3'\ntasks:\n  backfill:\n    cmds:\n      - echo \"backfilling {{.DAY}}\"\n  deploy:\n    cmds:\n      - echo deploying\n      - task: push\n  push:\n    cmds: [docker push shop]\n",
            },
            found=(
                "Taskfile.yml:5",
                "ops/watch.sh:2",
            ),
        ),
        Example(
            title="A function that puts a request together",
            files={
                "scripts/dns.sh": '#!/bin/bash\nbuild_zone_update_xml() {\n  printf "<zone>%s</zone>" "$1"\n}\ncurl -f -d "$(build_zone_update_xml shop.io)" "$API"\n',
            },
        ),
        Example(
            title="A rollback that prints",
            files={
                "scripts/deploy.sh": (
                    '#!/bin/bash\nrollback() {\n  echo "Rolling back to $1"\n  sleep 2\n  echo "Rollback complete"\n}\n'
                    "kubectl apply -f k8s/ || rollback v1\n"
                )
            },
            found=("scripts/deploy.sh:2",),
        ),
        Example(
            title="A recipe that prints",
            files={
                "Makefile": (
                    'build:\n\tgo build ./...\n\ndeploy:\n\t@echo "Deploying $(VERSION)"\n\t@echo "Deployed"\n\n'
                    'test: build\n\t@echo "Tests passed"\n\ndeploy-staging: build\n\t@echo "Deploying to staging"\n\t@echo "Staging is up to date"\n\n'
                    'release: push\n\t@echo "Releasing"\n\t@echo "Released"\n\nhelp:\n\t@echo "make deploy"\n'
                )
            },
            found=("Makefile:4", "Makefile:11"),
        ),
        Example(
            title="A function that logs, and one that works",
            files={
                "scripts/deploy.sh": (
                    '#!/bin/bash\nlog_deploy() {\n  echo "[deploy] $*"\n}\n'
                    'rollback() {\n  echo "Rolling back"\n  kubectl rollout undo deployment/api\n}\nlog_deploy start\n'
                )
            },
        ),
    ),
)
