"""AUD512: a step that says that it deploys only rehearses it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import identifier_words
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, commands
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DEPLOYS = pattern(
    r"(?i)\b(?:deploy(?:s|ing|ment)?|roll ?out|roll ?back|release|canary|promot\w+|upgrade|install|apply|migrat\w+|restore|back ?up|publish|switch|provision|rotat\w+|sync|failover|fail over|drain|seed|repoint|fence|shift|cut ?over|production|prod|live)\b"
)
_REHEARSES = pattern(
    r"(?i)\b(?:dry|plan|planned|validat\w*|verif\w*|check|lint|test|tests|preview|diff|render|template|simulat\w*|rehears\w*|would|what if|manifests?|pull request|pr)\b"
)
_DRY = pattern(r"^(?:--dry-run(?:=(?:client|server|true))?|--check|--whatif|-WhatIf|--noop|--simulate)$")
_TOOLS = frozenset({"helm", "kubectl", "oc", "terraform", "ansible-playbook", "npm", "cargo", "aws", "az", "gcloud", "rsync", "kustomize", "argocd", "flyctl", "serverless", "sls", "poetry", "uv", "twine"})  # fmt: skip
_SHOWN = pattern(
    r"\bflyway\S*\s.*\b(?:info|validate)$|\balembic\s.*\b(?:current|history|heads|--sql)$|\bmanage\.py (?:showmigrations|migrate --plan)\b|\b(?:prisma|knex|drizzle-kit|node-pg-migrate|dbmate|goose)\b.*\bstatus$|\bliquibase\s.*\bstatus\b|\bdb:migrate:status\b"
)
"""Commands that show what would have to be migrated."""
_CHECK_MODE = "--check"


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        words = identifier_words(
            unit.name if _DEPLOYS.search(identifier_words(unit.name)) else f"{unit.name} {_job(unit)}"
        )
        if unit.recipe or not _DEPLOYS.search(words) or _REHEARSES.search(f"{words} {identifier_words(_job(unit))}"):
            continue
        work = [one for one in commands(unit.body) if effect_of(one, unit.functions) is Effect.WORK]
        if work and all(map(_is_rehearsal, work)):
            first, last = work[0], work[-1]
            message = f"{unit.name[:60]!r} only rehearses: {' '.join(first.texts[:3])[:60]!r} is run with `{_option(first)}` and changes nothing."
            yield Hit(source.path, first.line, last.end_line, message, unit.symbol)


def _job(unit: Unit) -> str:
    return f"{unit.job.id} {unit.job.name}" if unit.job is not None else ""


def _is_rehearsal(command: Command) -> bool:
    if _SHOWN.search(" ".join(command.texts)):
        return True
    return command.name in _TOOLS and bool(_option(command))


def _option(command: Command) -> str:
    """The option that makes a tool rehearse; empty where it is not given, or by a variable."""
    if _SHOWN.search(" ".join(command.texts)):
        return command.texts[-1]
    found = next((text for text in command.texts[1:] if _DRY.search(text)), "")
    return "" if found == _CHECK_MODE and command.name != "ansible-playbook" else found


RULE = Rule(
    id="AUD512",
    name="deployment-only-rehearsed",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the step that deploys deploy?",
    why="`helm upgrade --dry-run` renders a chart and ends well: the pipeline is green, the summary says that production runs the new version, and nothing was changed.",
    limits="Steps and shell functions that are named for a deployment, rollback, migration or the like, and whose every working command carries an option for a dry run. Names that speak of plans, checks or previews are left alone.",
    fix="Deploy, or call the step what it is.",
    since="0.5.0",
    effort=60,
    reads=SHELL_READERS,
    triggers=("flyway", "alembic", "manage.py", "status", "dry-run", "--check", "whatif", "--noop", "--simulate"),
    check_file=_check,
    examples=(
        Example(
            title="a migration that only shows its state, and one that is shown before it is made",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Migrate\n        run: docker run --rm flyway/flyway:10 info\n      - name: Migrate the shop\n        run: |\n          alembic current\n          alembic upgrade head\n",
            },
            found=(".github/workflows/go.yml:7",),
        ),
        Example(
            title="a chart that is only rendered, and a rollback in a script",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  production:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Deploy with Helm\n        run: |\n"
                    '          helm upgrade --install shop ./chart \\\n            --wait \\\n            --dry-run || echo "Helm deployment"\n'
                ),
                "ops.sh": '#!/bin/bash\nrollback_release() {\n  echo "Rolling back"\n  kubectl apply -f old.yaml --dry-run=client\n}\nrollback_release\n',
            },
            found=(".github/workflows/deploy.yml:8", "ops.sh:4"),
        ),
        Example(
            title="a rehearsal that says so, one before the real thing, and one that is asked for",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  production:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Validate deployment\n        run: kubectl apply -f k8s --dry-run=server\n"
                    "      - name: Deploy\n        run: |\n          kubectl apply -f k8s --dry-run=server\n          kubectl apply -f k8s\n"
                    "      - name: Deploy where asked\n        run: helm upgrade shop ./chart ${{ inputs.dry && '--dry-run' || '' }}\n"
                ),
            },
        ),
    ),
)
