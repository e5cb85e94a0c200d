"""AUD890: a script that goes on after any failure says at its end that all went well."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.counted_commands import changes_something
from auditor.facts.errexit import shell_runs
from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_claims import claims_success
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import Command, Loop, Node, ShellProgram, all_commands
from auditor.facts.source import Source
from auditor.facts.tolerated_failures import is_tolerated
from auditor.facts.unverified_claims import sequences, spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHANGES = pattern(
    r"^(?:kubectl|oc)\b.*\b(?:apply|create|set|undo|restart|scale|patch|replace)\b|^helm\b.*\b(?:upgrade|install|rollback)\b|"
    r"^(?:docker-compose|docker compose|podman-compose)\b.*\b(?:up|build|restart|run|start)\b|^(?:docker|podman) (?:build|buildx|push|run|load|service|stack|compose .*\b(?:up|build|restart|start))\b|"
    r"^(?:terraform|tofu|pulumi|cdk|ansible-playbook|serverless|sls|eb|fly|flyctl|nomad)\b.*\b(?:apply|up|deploy|run|playbook|\S+\.ya?ml)\b|"
    r"^(?:psql|pg_restore|pg_dump|pg_dumpall|mysql|mysqldump|mongodump|mongorestore|sqlite3|alembic|flyway|liquibase|restic|borg|rclone|rsync|scp)\b|"
    r"\bmanage\.py migrate\b|\b(?:prisma|knex|sequelize|typeorm|drizzle-kit)\b.*\bmigrat|^aws (?:s3 (?:cp|sync|mv)|ecs update-service|lambda update|cloudformation deploy|rds \w+)\b|"
    r"^(?:gsutil|gcloud|az)\b.*\b(?:cp|rsync|deploy|upload|update)\b|^systemctl\b.*\b(?:start|restart|reload)\b|^(?:pm2|supervisorctl) (?:start|restart|reload)\b|^git (?:pull|push|checkout)\b|"
    r"^(?:npm|yarn|pnpm) (?:ci|run build|publish)\b|^gpg\b.*--(?:encrypt|decrypt|symmetric)"
)
"""Commands that change what runs or what is kept, and that fail now and then."""
_CLAIMS = pattern(
    r"(?i)\b(?:deploy\w*|roll(?:ed|ing)?[ -]?back|back(?:ed)?[ -]?ups?|restor\w*|migrat\w*|recover\w*|releas\w*|fail(?:ed)?[ -]?over|promot\w*|publish\w*|upload\w*|rotat\w*|updat\w*|upgrad\w*|install\w*|"
    r"services?|stack|cluster|system|databases?|schema|containers?|applications?|api|site|environment|infrastructure|provision\w*|sync\w*|dump\w*|snapshots?|setup|success\w*|complete\w*|live|running)\b"
)
_NUMBERED = pattern(
    r"(?i)^\W*(?:test|step|phase|check|stage|part)\s*#?\d+\b|:\s*$|\$\{?\w*(?:count|passed|total)\w*\}?"
)
_LIBRARY = pattern(r"\.(?:sh|bash)\b|/lib/|/common\b|/utils?\b")


def _check(source: Source) -> Iterator[Hit]:
    if source.fact(ShellFile) is not None and any(run.ends or _is_strict(run.program) for run in shell_runs(source)):
        return
    for unit in units_of(source):
        if source.fact(ShellFile) is None and not _is_lax(unit):
            continue
        for statements in sequences(unit.body):
            yield from _in_sequence(source, unit, statements)


def _is_lax(unit: Unit) -> bool:
    """Whether a step switches off for good that its first failure ends it."""
    switches = [one.texts[1:] for one in all_commands(unit.body) if one.name == "set"]
    return unit.step is not None and not unit.function and ("+e",) in switches and ("-e",) not in switches


def _is_strict(program: ShellProgram) -> bool:
    """Whether a trap on errors ends the program, or a library that it reads in may say so."""
    for command in all_commands(program.body):
        if command.name == "trap" and "ERR" in command.texts:
            return True
        if command.name in ("source", ".") and _LIBRARY.search(command.text):
            return True
    return False


def _in_sequence(source: Source, unit: Unit, statements: tuple[Node, ...]) -> Iterator[Hit]:
    tried = ""
    for node in statements:
        if not isinstance(node, Command):
            looped = _in_loop(node) if isinstance(node, Loop) and node.keyword == "for" else ""
            idle = effects_of((node,), unit.functions) <= {Effect.PRINT, Effect.SET, Effect.WAIT}
            tried = looped or (tried if idle else "")
            continue
        text = " ".join(node.texts)
        if "$?" in node.text or Effect.LEAVE in unit.functions.get(node.name, ()):
            tried = ""
        elif _CHANGES.search(text) and not is_tolerated(node):
            tried = text
        elif tried and _is_claim(spoken(node, unit.functions)):
            message = f"{spoken(node, unit.functions)[:60]!r} is printed also when {tried[:60]!r} failed: the script goes on after every failure."
            yield Hit(source.path, node.line, node.line, message, unit.symbol)
            tried = ""


def _in_loop(loop: Loop) -> str:
    """What a loop through a list changes without looking how that ended; empty where it decides anything itself."""
    if not all(isinstance(one, Command) for one in loop.body):
        return ""
    texts = [(one, " ".join(one.texts)) for one in loop.body if isinstance(one, Command)]
    if any("$?" in text or one.name in ("exit", "return", "break") for one, text in texts):
        return ""
    return next(
        (text for one, text in texts if (_CHANGES.search(text) or changes_something(one)) and not is_tolerated(one)), ""
    )


def _is_claim(text: str) -> bool:
    return claims_success(text) and _CLAIMS.search(text) is not None and not _NUMBERED.search(text)


RULE = Rule(
    id="AUD890",
    name="success-unasked",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a script that reports success know that its commands succeeded?",
    why="Without `set -e`, a script goes on when the deployment or the restore failed, and its last line says that it is done.",
    limits=(
        "Judged are shell files without `set -e` and without a trap on errors that read in no library. Counted are commands that deploy, migrate, save or restore, "
        "whose status nothing asks for before the message in the same list of statements."
    ),
    fix="Begin the script with `set -euo pipefail`, or ask each command for its status.",
    since="0.7.0",
    effort=15,
    reads=frozenset({"shell", "github-workflow", "github-action"}),
    check_file=_check,
    examples=(
        Example(
            title="a step that no failure ends, and one that is ended again",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          set +e\n          kubectl apply -f k8s\n          echo "Deployment verified and complete"\n      - run: |\n          set +e\n          ./maybe.sh\n          set -e\n          kubectl apply -f k8s\n          echo "Deployment verified and complete"\n',
            },
            found=(".github/workflows/go.yml:9",),
        ),
        Example(
            title="a loop through machines, and one that looks",
            files={
                "ops/rotate.sh": '#!/bin/bash\nfor host in a b; do\n  scp new.pem "$host:/etc/"\n  ssh "$host" systemctl reload nginx\ndone\necho "All certificates rotated"\n',
                "ops/ask.sh": '#!/bin/bash\nfor host in a b; do\n  scp new.pem "$host:/etc/" || exit 1\ndone\necho "All certificates rotated"\n',
            },
            found=("ops/rotate.sh:6",),
        ),
        Example(
            title="a way back that is done in any case",
            files={
                "ops/undo.sh": (
                    '#!/bin/bash\nset -u\nkubectl rollout undo deployment/shop\nkubectl rollout status deployment/shop\necho "Cleaning up"\nfor n in a b; do\n  echo "$n"\ndone\necho "Rollback completed successfully"\n'
                ),
                "ops/start.sh": '#!/bin/bash\nsay() { echo "[ops] $*"; }\nmain() {\n  docker compose up -d\n  sleep 5\n  say "Services deployed"\n}\nmain\n',
            },
            found=("ops/start.sh:6", "ops/undo.sh:9"),
        ),
        Example(
            title="scripts that end at a failure, or ask for it",
            files={
                "ops/strict.sh": '#!/bin/bash -e\nhelm upgrade shop chart\necho "Deployment completed successfully"\n',
                "ops/trap.sh": "#!/bin/bash\ntrap 'exit 1' ERR\nhelm upgrade shop chart\necho 'Deployment completed successfully'\n",
                "ops/asked.sh": '#!/bin/bash\nhelm upgrade shop chart\nif [ $? -ne 0 ]; then\n  exit 1\nfi\necho "Deployment completed successfully"\n',
                "ops/chained.sh": '#!/bin/bash\nhelm upgrade shop chart || exit 1\necho "Deployment completed successfully"\n',
                "ops/library.sh": '#!/bin/bash\n. ./common.sh\nhelm upgrade shop chart\necho "Deployment completed successfully"\n',
                "ops/heading.sh": '#!/bin/bash\nhelm upgrade shop chart\necho "Step 2: services running"\necho "Rolling out"\n',
            },
        ),
    ),
)
