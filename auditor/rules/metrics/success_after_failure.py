"""AUD236: success is reported after a failure that was swallowed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_success, warns
from auditor.facts.shell_effects import Effect, always_leaves, effect_of
from auditor.facts.shell_program import Chain, Command, If, Loop, Node, commands, walk
from auditor.facts.source import Source
from auditor.facts.swallowed_exits import branches_of, is_retry, swallowed_exits
from auditor.facts.tolerated_failures import is_tolerated, names_of_failing
from auditor.facts.unverified_claims import sequences, spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SKIPS = pattern(r"(?i)\bskip")
_ADVISES = pattern(r"(?i)\b(?:consider|recommend\w*|(?:can|may|might) (?:cause|lead|slow|affect)|deprecated)\b")
"""Advice on how what works may work better."""
_TALLY = pattern(
    r"(?i)\b(?:pass(?:ed)?|success(?:es|ful)?|succeeded|ok)\s*:.{0,60}(?:%-?\d*[sd]|\$\{?\w+)|:\s*\$\{?\w*(?:pass|count|total|success|ok)\w*\}?\W*$|"
    r"\$\{?\w*(?:pass|count|total|success|ok)\w*\}?\s+(?:tests?|checks?)\b"
)
_IN_VAIN = pattern(
    r"(?i)\b(?:did not|could not|cannot|never|not (?:yet |become )?(?:ready|healthy|up)|gave up|giving up|failed|timed out|unhealthy)\b"
)
_LAST_SUCCESS = pattern(r"(?i)last_success|success_time|last_successful")
_LOOKS = pattern(r"(?i)verif|check|smoke|test|health|wait|status|assert|ensure|validate|^exit$|^curl$|^wget$|^kubectl$")
"""Commands after which more is known of what a function left open."""
_TELLS = pattern(
    r"(?i)^(?:curl|wget|mail|sendmail|logger|cat|tee|notify\w*|slack\w*|send_\w+|alert\w*|tell\w*|announce\w*)$"
)
"""What tells others of the outcome, and changes none."""
_NUMBERED = pattern(r"(?i)^\W*(?:test|step|phase|check|stage|part)\s*#?\d+\b")
"""The heading over what comes next."""
_ANNOUNCES = pattern(r"(?i)(?:^|_)(?:check|test|step|section|title|header|heading|start|begin)$")
"""Functions that say what comes next."""
_GLAD = pattern(
    r"(?i)^(?:(?:log|print|echo|show|msg|check|test|report|mark|say)_?)?(?:success|succeeded|ok|pass|passed|good|green)$"
)
"""Functions that are named for reporting success."""
_SORRY = pattern(
    r"(?i)^(?:(?:log|print|echo|show|msg|check|test|report|mark|say)_)?(?:warn|warning|error|err|fail|failed|failure|critical|bad|red)$"
)
"""Functions that are named for reporting trouble."""
_VAGUE = pattern(r"(?i)^\W*[\w\s-]*\b(completed?|finished|done|ready)\W*$")


def _check(source: Source) -> Iterator[Hit]:
    units = units_of(source)
    soft = {one.name for one in units if one.function and one.name not in one.counting and _ends_well_anyhow(one)}
    for unit in units:
        swallowed = {id(one.chain) for one in swallowed_exits(unit)}
        for statements in _lists_of(unit):
            yield from _in_sequence(source, unit, statements, swallowed, soft)


def _lists_of(unit: Unit) -> Iterator[tuple[Node, ...]]:
    """Every list of statements that run one after the other, those of loops through a list included."""
    waiting = [unit.body]
    while waiting:
        for statements in sequences(waiting.pop()):
            yield statements
            waiting.extend(one.body for one in statements if isinstance(one, Loop) and not is_retry(one))


def _in_sequence(
    source: Source, unit: Unit, statements: tuple[Node, ...], swallowed: set[int], soft: set[str]
) -> Iterator[Hit]:
    failed = ""
    for node in statements:
        pushed = _success_pushed(node) if failed else None
        if pushed is not None:
            message = f"The time of a success is recorded even when {failed[:60]!r} failed."
            yield Hit(source.path, pushed.line, pushed.end_line, message, unit.symbol)
        if isinstance(node, Command) and node.name in soft:
            failed = node.name
            continue
        if failed in soft and isinstance(node, Command) and not _LOOKS.search(node.name):
            pass
        elif isinstance(node, If) and failed and _is_aside(node, unit):
            continue
        elif id(node) not in swallowed and (
            not isinstance(node, Command) or effect_of(node, unit.functions) is Effect.WORK
        ):
            failed = ""
        if id(node) in swallowed or _is_soft(node, unit):
            failed = names_of_failing(node.left) if isinstance(node, Chain) else "a check"
            continue
        if not failed or not isinstance(node, Command):
            continue
        text = spoken(node, unit.functions)
        if _is_claim(text, node.name):
            message = f"{text[:60]!r} is printed even when {failed[:60]!r} failed."
            yield Hit(source.path, node.line, node.line, message, unit.symbol)
            failed = ""


def _is_claim(text: str, by: str) -> bool:
    """Whether a text says that all went well, or is said by a function that is named for saying so: ``log_success "... checked"``."""
    if _TALLY.search(text) or _ANNOUNCES.search(by) or _NUMBERED.search(text) or _VAGUE.search(text):
        return False
    if _GLAD.search(by):
        return not warns(text) and not _SKIPS.search(text) and " " in text
    return claims_success(text)


def _is_aside(node: If, unit: Unit) -> bool:
    """Whether an ``if`` asks for a setting alone, tells somebody and ends nothing: what failed before stays unasked for."""
    asked = [one for branch in node.branches for one in branch.condition]
    settings = all(isinstance(one, Command) and effect_of(one, unit.functions) is Effect.TEST for one in asked)
    told = "".join(text for one in asked if isinstance(one, Command) for text in one.texts)
    works = [one for one in commands((node,)) if effect_of(one, unit.functions) in (Effect.WORK, Effect.WRITE)]
    tells = all(_TELLS.search(one.name) for one in works)
    return settings and tells and "$?" not in told and not always_leaves((node,), unit.functions)


def _success_pushed(node: Node) -> Command | None:
    """The command that records when something last went well."""
    for one in walk((node,)):
        if isinstance(one, Command) and _LAST_SUCCESS.search(
            " ".join((*one.texts, *(part.target.text for part in one.redirects)))
        ):
            return one
    return None


def _ends_well_anyhow(unit: Unit) -> bool:
    """Whether a function only tells of its failure, and ends with 0: in a branch, or with its last words."""
    ends = [one for one in walk(unit.body) if isinstance(one, Command) and one.name in ("exit", "return", "false")]
    if any(one.name == "false" or one.texts[1:] != ("0",) for one in ends):
        return False
    last = unit.body[-1] if unit.body else None
    tried = any(isinstance(one, Loop | If) for one in unit.body)
    if tried and ends and isinstance(last, Command) and _IN_VAIN.search(spoken(last, unit.functions)):
        return True
    return any(isinstance(one, If) and _tries(one, unit) and _only_warns(one, unit) for one in unit.body)


def _tries(node: If, unit: Unit) -> bool:
    """Whether an ``if`` asks whether a command works that changes something."""
    asked = [one for branch in node.branches for one in branch.condition]
    return any(
        isinstance(one, Command) and effect_of(one, unit.functions) is Effect.WORK and not is_tolerated(one)
        for one in asked
    )


def _warns(text: str) -> bool:
    return warns(text) and not _SKIPS.search(text) and not _ADVISES.search(text)


def _is_soft(node: Node, unit: Unit) -> bool:
    """An ``if``, or a loop with one, a branch of which, at any depth, only warns, and none of which ends the run."""
    if not isinstance(node, If) and (not isinstance(node, Loop) or is_retry(node)):
        return False
    return not always_leaves((node,), unit.functions) and _only_warns(node, unit)


def _only_warns(node: If | Loop, unit: Unit) -> bool:
    """Whether a branch, at any depth, only tells that something is wrong."""
    bodies = [branch.body for inner in walk((node,)) if isinstance(inner, If) for branch in branches_of(inner)]
    return any(
        body
        and all(isinstance(one, Command) and (spoken(one, unit.functions) or not one.words) for one in body)
        and any(
            isinstance(one, Command) and (_warns(spoken(one, unit.functions)) or _SORRY.search(one.name))
            for one in body
        )
        for body in bodies
    )


RULE = Rule(
    id="AUD236",
    name="success-after-failure",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is success reported only where nothing before it failed unnoticed?",
    why="The failure just above was swallowed; the line below says that all went well, and is printed either way.",
    limits="A message counts if it stands in the same list of statements as a swallowed failure, with no check in between that could end the run.",
    fix="Print the message in the branch in which the command succeeded.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="Advice, and a start",
            files={
                "start.sh": (
                    "#!/bin/bash\nif [ -f /sys/kernel/pages ]; then\n  if grep -q always /sys/kernel/pages; then\n    echo 'WARNING: large pages can cause latency.'\n  fi\nfi\n"
                    "echo 'Store has started successfully'\nexec store-server\n"
                ),
                "look.sh": (
                    "#!/bin/bash\nif [ $BAD = 0 ]; then\n  echo 'All tests passed'\nelse\n  echo 'One or more tests failed'\nfi\necho \"${PASS} Tests PASSED\"\necho \"${BAD} Tests FAILED\"\n"
                ),
            },
        ),
        Example(
            title="A backup that is reported whatever happened",
            files={
                "scripts/backup.sh": 'set -e\npg_dump app > backup.sql || echo "nothing to back up"\necho "Backup created"\n'
            },
            found=("scripts/backup.sh:3",),
        ),
        Example(
            title="functions that only tell of their failure, and a time of success that is recorded in any case",
            files={
                "scripts/undo.sh": (
                    'set -e\nlog() { echo "$*"; }\nundo() {\n  if helm rollback "$1"; then\n    helm status "$1"\n  else\n    log "going back failed, continuing"\n  fi\n}\n'
                    'probe() {\n  for n in 1 2 3; do\n    if curl -f "$URL"; then return 0; fi\n    sleep 1\n  done\n  log "service did not answer"\n}\n'
                    'main() {\n  undo web\n  tell_chat\n  log "rollback completed successfully"\n}\nprobe\nlog "web is healthy"\nmain\n'
                ),
                "scripts/copy.sh": (
                    'pg_dump app > app.sql || true\nif [ -n "$GATEWAY" ]; then\n  echo "copy_last_success_timestamp $(date +%s)" | curl --data-binary @- "$GATEWAY"\nfi\necho "backup complete: $STAMP"\n'
                ),
            },
            found=("scripts/undo.sh:20", "scripts/undo.sh:23", "scripts/copy.sh:3", "scripts/copy.sh:5"),
        ),
        Example(
            title="words of a function that is named for success, a list that was gone through, and each of several that was undone",
            files={
                "scripts/ship.sh": (
                    'set -e\nsuccess() { echo "$*"; }\nwarning() { echo "$*"; }\ncertificates() {\n  if [ -f a.crt ]; then\n    if [ "$DAYS" -lt 30 ]; then\n      warning "$DAYS days to go"\n    fi\n  fi\n  success "Certificates checked"\n}\n'
                    'for one in a.yaml b.yaml; do\n  if [ ! -f "$one" ]; then\n    echo "missing: $one"\n    good=false\n  fi\ndone\nsuccess "All manifests are there"\n'
                    'for region in eu us; do\n  helm rollback shop-$region || true\n  echo "$region rolled back"\ndone\ncertificates\n'
                ),
            },
            found=("scripts/ship.sh:10", "scripts/ship.sh:18", "scripts/ship.sh:21"),
        ),
        Example(
            title="functions that end the run when they fail",
            files={
                "scripts/undo.sh": (
                    'set -e\nlog() { echo "$*"; }\nundo() {\n  if helm rollback "$1"; then\n    helm status "$1"\n  else\n    log "going back failed"\n    exit 1\n  fi\n}\n'
                    'probe() {\n  for n in 1 2 3; do\n    if curl -f "$URL"; then return 0; fi\n    sleep 1\n  done\n  log "service did not answer"\n  return 1\n}\n'
                    'undo web\nprobe\nlog "rollback completed successfully"\n'
                ),
            },
        ),
        Example(
            title="A backup that is reported when it was made",
            files={
                "scripts/backup.sh": 'set -e\npg_dump app > backup.sql\necho "Backup created"\n',
                "scripts/health.sh": 'log_check() { echo "- $1"; }\ncurl -f "$API/health" || echo "Warning: not healthy"\nlog_check "Worker is healthy"\n',
                "scripts/smoke.sh": 'curl -f "$API/health" || echo "Warning: not healthy"\nprintf "Passed: %s\\n" "$PASSED"\necho "Successful: $good of $all"\n',
            },
        ),
    ),
)
