"""AUD111: a shell function or script that says that it works, and only prints."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.carried_units import carried_units_of
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_waiting, claims_work, denies, is_informational, printed, prints_of
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import commands
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
_ADMITS = pattern(r"(?i)\bskip|\bnothing to\b|\bno-?op\b|\bnot (?:needed|required|supported|available)\b")
"""How a line says itself that nothing is done."""
_TALKS = pattern(
    r"(?i)(^|[_-])(print|show|display|log|echo|usage|help|banner|info|status|msg|message|report|list|ok|pass|fail|warn|xml|json|yaml|html|csv|payload|body|query|text|string|args)([_-]|$)"
)
_MADE = pattern(
    r"(?i)\b(?:built|generated|compiled|linted|formatted|tested|packaged|published|deployed|installed|uploaded|migrated|seeded|signed|scanned|audited|released|verified|passed|completed?|updated|cleaned|started|stopped|restored|backed up)\b"
)
"""What a recipe says that it has made or done."""
_SKIPS = pattern(r"(?i)\b(?:skip\w*|disabled|not (?:supported|implemented|available)|nothing to)\b")


def _check(source: Source) -> Iterator[Hit]:
    for unit in (*units_of(source), *_tasks(source)):
        if (unit.step is not None and not unit.function) or unit.delegates:
            continue
        if _is_hollow(unit) or _says_made(unit):
            kind = "recipe" if unit.recipe else "function" if unit.function else "script"
            message = f"The {kind} {unit.name!r} says that it does work, and its commands only print, set or wait."
            admits = all(_ADMITS.search(printed(one)) for one in prints_of(unit.body, unit.functions))
            yield Hit(source.path, unit.line, unit.end_line, message, unit.symbol, Severity.MEDIUM if admits else None)


def _tasks(source: Source) -> tuple[Unit, ...]:
    """The tasks of a Taskfile or a justfile."""
    return carried_units_of(source) if source.fact(TaskRecipes) is not None else ()


def _says_made(unit: Unit) -> bool:
    """Whether a recipe of make prints that something is made or done, and makes nothing."""
    if not unit.recipe or _TALKS.search(unit.name) or is_informational(unit.name):
        return False
    texts = [printed(one) for one in prints_of(unit.body, unit.functions)]
    told = any(_MADE.search(text) and not denies(text) for text in texts)
    return told and effects_of(unit.body, unit.functions) <= _IDLE


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
    if unit.function and _answers(unit):
        return False
    if not effects <= _IDLE or (Effect.WAIT in effects and claims_waiting(unit.name)):
        return False
    told = [printed(one) for one in prints_of(unit.body, unit.functions)]
    passed_over = unit.recipe and len(told) == 1 and _SKIPS.search(told[0]) is not None  # plain to whoever calls it
    return len(told) > (0 if unit.function else 1) and not passed_over


def _answers(unit: Unit) -> bool:
    """Whether a function tells yes from no by what it returns."""
    given = {one.texts[1] for one in commands(unit.body) if one.name == "return" and len(one.texts) > 1}
    return {"0", "1"} <= given


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
            title="A recipe that says what it has made",
            files={
                "Makefile": 'docs:\n\t@echo "documentation built in site/"\n\nhelp:\n\t@echo "docs: shows what was built"\n\ndeploy:\n\t@echo "Skipping the deployment"\n\nlint:\n\truff check\n\t@echo "linted"\n\nall: docs lint\n\t@echo "all built"\n'
            },
            found=("Makefile:1",),
        ),
        Example(
            title="A function that logs, and one that works",
            files={
                "scripts/deploy.sh": (
                    '#!/bin/bash\nlog_deploy() {\n  echo "[deploy] $*"\n}\n'
                    'rollback() {\n  echo "Rolling back"\n  kubectl rollout undo deployment/api\n}\nlog_deploy start\n'
                    'check_kind() {\n  case "$1" in\n    amd64) return 0 ;;\n  esac\n  echo "unknown kind $1"\n  return 1\n}\ncheck_kind "$1"\n'
                )
            },
        ),
    ),
)
