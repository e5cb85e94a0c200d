"""AUD403: a failure is printed, and the run goes on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.asked_checks import failing_branch, is_choice, only_shows
from auditor.facts.carried_units import EVERY_READER, every_unit_of
from auditor.facts.minor_work import exists_already, is_minor
from auditor.facts.optional_conditions import TESTS, asked, asks_for_optional
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_waiting, claims_work, printed, warns
from auditor.facts.shell_effects import Effect, always_leaves, effects_of
from auditor.facts.shell_program import Branch, Chain, Command, If, Node, all_commands
from auditor.facts.source import Source
from auditor.facts.swallowed_exits import branches_of, conditionals, swallowed_exits, tells_verdict
from auditor.facts.told_states import bad_state_of, keeps_data, tells_of_loss
from auditor.facts.tolerated_failures import names_of_failing
from auditor.facts.work_units import Unit
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GRAVE = pattern(
    r"(?i)secur|deploy|migrat|restor|roll ?back|backup|pytest|\btest|smoke|health|docker|kubectl|curl|wget|\bnc\b|compose|\b(?:lint|eslint|tsc|mypy|ruff|typecheck)\b"
)
_ANNOTATES = pattern(
    r"(?i)::(warning|notice|debug)|^\W*#|\bexpected\b|\brecommended\b|\boptional\b|\bconsider\b|\bnot required\b|^\W*(no (new|recent|existing|previous|old|changes)|nothing to|already|using (the )?default)\b"
)
_LOSS = pattern(
    r"(?i)\b(?:restored?|backups?|dump|database|snapshot|archive|copy)\b.*\b(?:is |are )?(?:empty|missing|corrupt\w*|stale|too old|incomplete|failed)\b"
)
"""What no mark of a mere warning excuses, in a program that keeps data."""
_MISMATCH = pattern(r"(?i)\(expected\b|\bexpected:? [\"'$]?[\d$]|\bgot\b.*\bexpected\b|\bexpected\b.*\bgot\b")
_REPORTER = pattern(
    r"(?i)^(?:print|log|echo|say|msg|show|note|emit|report|write|mark|test|step|p)?_?(?:warn(?:ing)?|err(?:or)?|fail(?:ed|ure)?|critical|alert|bad|red)s?$"
)
_MILDER = pattern(r"(?i)(?:^|_)warn(?:ing)?s?$")
_OBJECTIVE = pattern(r"(?i)\b(?:objectives?|targets?|rto|rpo|sla|slo|budget|deadline|limits?|thresholds?)\b")
_GOES_ON = pattern(r"(?i)\b(?:continuing|going on|proceeding|not conclusive|inconclusive)\b")


def _check(source: Source) -> Iterator[Hit]:
    for unit in every_unit_of(source):
        for swallowed in swallowed_exits(unit):
            chain = swallowed.chain
            if swallowed.reported and _matters(unit, chain) and not (_only_tells(chain, unit) or exists_already(chain)):
                yield _hit(source, unit, chain)
        for node in conditionals(unit):
            yield from _soft(source, unit, node)


def _matters(unit: Unit, chain: Chain) -> bool:
    """Recipes of make and containers run much that only helps people; what deploys, tests or checks is judged."""
    if not unit.recipe or claims_work(unit.name) or claims_waiting(unit.name):
        return True
    return _GRAVE.search(f"{unit.name} {names_of_failing(chain.left)}") is not None


def _only_tells(chain: Chain, unit: Unit) -> bool:
    """``test && echo yes || echo no`` reports a state, and so does a test for something optional."""
    left = chain.left
    if isinstance(left, Chain) and left.operator == "&&":
        told = isinstance(left.right, Command) and left.right.name in ("echo", "printf")
        return told and not tells_verdict(chain, unit)
    if isinstance(left, Command) and left.name in TESTS:
        text = " ".join(printed(command) or command.text for command in all_commands((chain.right,)))
        return (asks_for_optional(left) and not _OBJECTIVE.search(text)) or not warns(text)
    return False


def _hit(source: Source, unit: Unit, chain: Chain) -> Hit:
    text = names_of_failing(chain.left)
    message = f"When {text[:60]!r} fails, a text is printed and the run goes on."
    grave = _GRAVE.search(text) is not None and not is_minor(unit, chain.left)
    severity = Severity.HIGH if grave else Severity.MEDIUM
    return Hit(source.path, chain.line, chain.end_line, message, unit.symbol, severity)


def _soft(source: Source, unit: Unit, node: If) -> Iterator[Hit]:
    """A branch that only prints a warning, where no branch ends the run."""
    named = claims_work(f"{unit.name} {unit.context if unit.function else ''}") or keeps_data(unit)
    failing = failing_branch(node)
    named = named or failing is not None or (not unit.recipe and failing_branch(node, any_work=True) is not None)
    if not named or is_choice(node):
        return
    branches = branches_of(node)
    if any(always_leaves(_before_success(branch), unit.functions) or _counts(branch, unit) for branch in branches):
        return
    # where there is nothing to do, a success is the truth; not so where what is missing is what the program is for
    ends_well = not node.otherwise and any(_before_success(branch) != branch.body for branch in branches)
    wanted = _is_optional(node) or ends_well
    if wanted and not keeps_data(unit):
        return
    for branch in branches:
        text = _warning_of(branch, unit) or bad_state_of(branch.body, unit) or _told_in(branch, failing, unit)
        if text and (not wanted or tells_of_loss(text)):
            message = f"A failed check is only printed ({text[:60]!r}), and the run goes on."
            yield Hit(source.path, branch.body[0].line, branch.body[-1].end_line, message, unit.symbol)


def _told_in(branch: Branch, failing: tuple[Node, ...] | None, unit: Unit) -> str:
    """What is printed, whatever its words, in the branch for a check that has failed."""
    if failing is None or branch.body != failing or effects_of(branch.body, unit.functions) != {Effect.PRINT}:
        return ""
    texts = (printed(one) or " ".join(one.texts[1:]) for one in all_commands(branch.body))
    return next((text for text in texts if text.strip()), "")


def _before_success(branch: Branch) -> tuple[Node, ...]:
    """The body without the ``return 0``, ``exit 0`` or ``continue`` at its end."""
    last = branch.body[-1] if branch.body else None
    ends_well = isinstance(last, Command) and last.texts in (("return", "0"), ("exit", "0"), ("continue",))
    return branch.body[:-1] if ends_well else branch.body


def _counts(branch: Branch, unit: Unit) -> bool:
    """Whether a branch counts a failure, or is the milder grade of a program that counts failures: ``log_warn``.

    A ``return 0`` after that is no grade: the caller counts it as passed.
    """
    grades = bool(unit.counting) and _before_success(branch) == branch.body
    return any(
        command.name in unit.counting
        or (grades and command.name in unit.functions and _MILDER.search(command.name) is not None)
        for command in all_commands(branch.body)
    )


def _is_optional(node: If) -> bool:
    conditions = [command for branch in node.branches for command in asked(branch.condition)]
    return not conditions or any(map(asks_for_optional, conditions))


def _warning_of(branch: Branch, unit: Unit) -> str:
    effects = effects_of([node for node in _before_success(branch) if not only_shows(node)], unit.functions)
    if not branch.body or effects != {Effect.PRINT}:
        return ""
    for command in all_commands(branch.body):
        text = printed(command) or " ".join(command.texts[1:])
        if (warns(text) or _GOES_ON.search(text) or _complains(command, unit)) and (
            _MISMATCH.search(text) or not _ANNOTATES.search(text) or (_LOSS.search(text) and keeps_data(unit))
        ):
            return text
    return ""


def _complains(command: Command, unit: Unit) -> bool:
    """Whether a function of the script that only prints is named for warnings: ``print_warning "..."``."""
    return command.name in unit.functions and _REPORTER.search(command.name) is not None


RULE = Rule(
    id="AUD403",
    name="failure-only-reported",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does a failed check stop the run rather than print a warning?",
    why="A warning in the log of a green run is read by nobody; what it warns of is deployed.",
    limits=(
        "Cleaning up, idempotent commands, best-effort notifications and fallbacks inside of substitutions are left alone; "
        "so are checks for something optional, and branches that set a variable for later."
    ),
    fix="End with a status other than 0 after the message, or remove the check.",
    since="0.1.0",
    effort=20,
    reads=EVERY_READER,
    triggers=("||", "if "),
    check_file=_check,
    examples=(
        Example(
            title="A mirror of an image, which says itself that nothing hangs on it, and one that does not",
            files={
                ".github/workflows/image.yml": (
                    "on: push\njobs:\n  push:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Mirror the image (best-effort)\n        run: docker push mirror.shop.io/shop:1 || echo '::warning::no mirror'\n"
                    "      - name: Push the image\n        run: docker push shop.io/shop:1 || echo '::warning::not pushed'\n"
                )
            },
            found=(".github/workflows/image.yml:7", ".github/workflows/image.yml:9"),
        ),
        Example(
            title="A deployment whose namespace is an option of the command, a smoke test that passes with a warning, and a tool that is asked for",
            files={
                "scripts/rollback.sh": (
                    '#!/bin/bash\nset -e\nundo() {\n  if kubectl -n "$SPACE" rollout undo "deployment/$1"; then\n    kubectl -n "$SPACE" rollout status "deployment/$1"\n  else\n    echo "undo of $1 failed, continuing"\n  fi\n}\n'
                    'if ! command -v stern > /dev/null; then\n  echo "stern not found"\nfi\nundo web\n'
                ),
                "scripts/smoke.sh": (
                    '#!/bin/bash\nlog_warning() { echo "$*"; }\nfailed() { BAD=$((BAD + 1)); echo "$*"; }\ntest_socket() {\n  if websocat -n1 "$URL" > /dev/null; then\n    return 0\n  else\n    log_warning "socket timed out"\n    return 0\n  fi\n}\n'
                    'test_page() {\n  if [ "$CODE" != 200 ]; then\n    log_warning "page is slow or down"\n  fi\n}\ntest_socket || failed socket\ntest_page || failed page\nexit "$BAD"\n'
                ),
            },
            found=("scripts/rollback.sh:7", "scripts/smoke.sh:8"),
        ),
        Example(
            title="A state that is only written into the summary, a copy that is not taken, and a copy that was never wished for",
            files={
                ".github/workflows/watch.yml": (
                    "on: push\njobs:\n  watch:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Check the endpoints\n        run: |\n          for one in a b; do\n            if curl -f $URL/$one; then\n              state='ok'\n            else\n"
                    "              state='❌ FAILED'\n            fi\n            echo \"| $one | $state |\" >> $GITHUB_STEP_SUMMARY\n          done\n"
                ),
                "ops/backup.sh": (
                    '#!/bin/bash\nset -e\npg_dump shop > shop.sql\nif aws s3 cp shop.sql "s3://$BUCKET/shop.sql$([ -n "$KEY" ] && echo .enc)"; then\n  echo uploaded\nelse\n  echo "WARNING: failed to upload"\nfi\n'
                    'upload() {\n  if [ ! -d "$FOLDER" ]; then\n    echo "Warning: no backups to upload"\n    return 0\n  fi\n  scp -r "$FOLDER" "$HOST:"\n}\n'
                    'if [ -z "$BUCKET" ]; then\n  echo "Warning: bucket not configured, skipping upload"\nfi\nupload\npsql -h "$HOST" -c "$END" || echo "WARNING: connections still open"\n'
                ),
            },
            found=(".github/workflows/watch.yml:12", "ops/backup.sh:7", "ops/backup.sh:11", "ops/backup.sh:20"),
        ),
        Example(
            title="A verification that goes on, an objective that is missed, and a way that was chosen",
            files={
                "scripts/deploy.sh": (
                    '#!/bin/bash\n./apply.sh\nif curl -f https://shop.io/health; then\n  echo "verified"\nelse\n  echo "health not conclusive, continuing"\nfi\n'
                    'warning() { echo "$*"; }\nif [ "$MODE" = "live" ]; then\n  warning "real orders"\nelse\n  echo "rehearsal"\nfi\n'
                    'test "$elapsed" -le 60 || echo "warning: that took long"\ntest "$elapsed" -le 600 || echo "warning: objective missed"\n'
                )
            },
            found=("scripts/deploy.sh:6", "scripts/deploy.sh:15"),
        ),
        Example(
            title="Tests of a makefile that end in a message, a hint, and a certificate that a service did not get",
            files={
                "Makefile": 'integration:\n\tpytest tests/integration || echo "no stack"\n\nopen:\n\txdg-open docs.html || echo "open docs.html"\n',
                "compose.yaml": "services:\n  backup:\n    image: shop:1\n    command: [sh, -c, 'shop dump || echo \"dump failed\"']\n",
            },
            found=("Makefile:2", "compose.yaml:4"),
        ),
        Example(
            title="A health check and a backup check that only warn",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Verify backup\n"
                    '        run: |\n          bash scripts/health.sh || echo "Health checks completed with warnings"\n'
                    '          if tar -tzf backup.tgz > /dev/null; then\n            echo "archive is valid"\n'
                    '          else\n            echo "Warning: archive may be corrupt"\n          fi\n'
                )
            },
            found=(".github/workflows/deploy.yml:8", ".github/workflows/deploy.yml:12"),
        ),
        Example(
            title="A reporter that is named for warnings, and a check of every item of a list",
            files={
                "scripts/health-check.sh": (
                    '#!/bin/bash\nset -e\nwarn() {\n  echo "[W] $*"\n}\n\ncheck_api() {\n  code=$(curl -s -o /dev/null -w "%{http_code}" "$API")\n'
                    '  if [ "$code" = "429" ]; then\n    echo "limited"\n  else\n    warn "Rate limiting might be off"\n  fi\n'
                    '  for name in api web; do\n    if docker image inspect "$name:backup"; then\n      docker tag "$name:backup" "$name:current"\n    else\n'
                    '      warn "no backup of $name"\n    fi\n  done\n}\n\ncheck_api\n'
                )
            },
            found=("scripts/health-check.sh:12", "scripts/health-check.sh:18"),
        ),
        Example(
            title="A function that answers a failed check with success, and one that has nothing to do",
            files={
                "ops/smoke.sh": (
                    '#!/bin/bash\nset -e\nnote_warning() { echo "[W] $*"; }\nprobe_login() {\n  code=$(curl -s -o /dev/null -w "%{http_code}" "$API/orders")\n'
                    '  if [ "$code" = "401" ]; then\n    echo "guarded"\n    return 0\n  else\n    note_warning "login answered $code (expected 401)"\n    return 0\n  fi\n}\n'
                    'verify_cache() {\n  if ! ls cache; then\n    echo "cache unavailable"\n    return 0\n  fi\n  ./compare cache\n}\n'
                    'verify_queue() {\n  if ./ask queue; then\n    return 0\n  else\n    echo "queue failed"\n    return 1\n  fi\n}\nprobe_login\nverify_cache\nverify_queue\n'
                )
            },
            found=("ops/smoke.sh:10",),
        ),
        Example(
            title="A copy that another machine makes, and a migration in a container",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Copy and migrate\n        run: |\n"
                    "          ssh deploy@shop.io <<'END'\n            cd /srv/shop\n            ./backup_all.sh || echo \"there was no backup\"\n          END\n"
                    "          docker compose exec -T api sh -c 'alembic upgrade head || echo \"migration failed\"'\n"
                )
            },
            found=(".github/workflows/deploy.yml:10", ".github/workflows/deploy.yml:12"),
        ),
        Example(
            title="Grades of one check, the worst of which is counted",
            files={
                "scripts/health-check.sh": (
                    '#!/bin/bash\nfailures=0\nwarn() {\n  echo "[W] $*"\n}\nfail() {\n  echo "[F] $*"\n  ((failures++))\n}\n'
                    'used=$(df --output=pcent / | tail -1 | tr -d " %")\nif [ "$used" -lt 80 ]; then\n  echo "disk ok"\nelif [ "$used" -lt 90 ]; then\n  warn "disk usage high"\n'
                    'else\n  fail "disk full"\nfi\nexit $failures\n'
                )
            },
        ),
        Example(
            title="A failure that exits, a cleanup, and a fallback value",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Verify backup\n"
                    '        run: |\n          bash scripts/health.sh || { echo "unhealthy"; exit 1; }\n'
                    '          docker stop api || echo "no container"\n          docker compose exec -T redis redis-cli FLUSHDB || echo "Failed to flush the cache"\n          gcloud services enable run.googleapis.com || echo "(already enabled)"\n          if [ "$DEPLOY_DURATION" -gt 900 ]; then\n            echo "Warning: the deployment took long"\n          fi\n          git commit -am "Docs" || echo "no changes"\n          rate=$(cat rate.txt || echo 0)\n'
                )
            },
        ),
    ),
)
