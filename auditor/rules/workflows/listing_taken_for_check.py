"""AUD427: what is called a verification only lists."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import identifier_words, is_informational, warns
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Chain, Command, Function, Node, all_commands, commands, last_command
from auditor.facts.source import Source
from auditor.facts.unverified_claims import sequences, spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERIFIES = pattern(
    r"(?i)\b(?:verif\w+|validat\w+|health ?checks?|health|smoke|sanity|readiness|check (?:the )?(?:deploy\w*|services?|health|status|rollout|pods|containers?)|post deploy\w*)\b"
)
_LISTS = pattern(
    r"^(?:kubectl|oc)(?: --?[\w-]+(?:=\S+| [^-\s]\S*)?)* (?:get|top|describe) (?:[a-z.,]+)(?: (?:-n|--namespace|-l|--selector|-o|--output|--context|--sort-by) ?\S+| --?[\w-]+(?:=\S+)?)*$"
    r"|^docker (?:ps|container ls|container list|images|image ls|stats|service ls|stack ps \S+|stack services \S+|node ls)(?: -\S+| \S+=\S+)*$"
    r"|^(?:docker-compose|docker compose)(?: (?:-f|-p|--file|--env-file|--profile) \S+)* (?:ps|images|top)(?: -\S+)*$"
    r"|^helm (?:list|ls)\b|^pm2 (?:list|ls|status)\b|^systemctl list-\S+|^aws \S+ list-\S+|^gcloud .*\blist\b|^az .*\blist\b|^crontab -l$|^(?:df|free|uptime|ps|du)(?: -\S+)*$"
)
_SIZES = pattern(r"^(?:stat|wc|du|ls|basename|numfmt|cut|awk|head|tail|tr) ?")
_PROVEN = pattern(
    r"(?i)\b(?:verified|verification (?:passed|ok|succeeded|successful)|restorable|intact|valid|consistent|healthy|complete|ok)\b"
)
_LOGS = pattern(r"^(?:kubectl|oc|docker|docker-compose) .*\blogs\b|^journalctl\b")
_STARTS = pattern(
    r"^(?:docker-compose|docker compose) .*\b(?:up|restart|start)\b|^docker (?:run|start|restart)\b|^kubectl .*\b(?:apply|create|set image|rollout restart)\b|"
    r"^helm .*\b(?:upgrade|install)\b|^systemctl .*\b(?:start|restart|reload)\b|^pm2 (?:start|restart|reload)\b|^aws ecs update-service"
)
_STATE = pattern(
    r"(?i)\b(?:healthy|running|ready|verified|validated|operational|up and running|deployed|live|online|started)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        told = _only_sized(unit)
        if told is not None:
            message = f"{unit.name[:60]!r} reads how large something is, and tells that it is as it should be."
            yield Hit(source.path, unit.line, told.end_line, message, unit.symbol)
        listed = _only_lists(unit)
        if listed:
            message = f"{unit.name[:60]!r} lists ({' '.join(listed[0].texts)[:60]!r}) and compares nothing: it ends well whatever the list says."
            yield Hit(source.path, listed[0].line, listed[-1].end_line, message, unit.symbol)
            continue
        for statements in sequences(unit.body):
            yield from _declared(statements, source, unit)


def _only_sized(unit: Unit) -> Command | None:
    """What a verification tells of a backup or file of which it has only read how large it is."""
    if not unit.function or not _VERIFIES.search(identifier_words(unit.name)) or any(map(_is_asked, unit.body)):
        return None
    found = list(all_commands(unit.body))
    sized = any(_SIZES.search(" ".join(one.texts)) for one in found)
    others = [one for one in found if effect_of(one, unit.functions) not in (Effect.PRINT, Effect.SET)]
    if not sized or not all(_SIZES.search(" ".join(one.texts)) for one in others):
        return None
    told = [
        one for one in found if _PROVEN.search(spoken(one, unit.functions)) and not warns(spoken(one, unit.functions))
    ]
    return told[-1] if told else None


def _only_lists(unit: Unit) -> list[Command]:
    """The commands that list, where a unit that is named for a verification does nothing else."""
    words = identifier_words(unit.name)
    if (
        not _VERIFIES.search(words)
        or is_informational(unit.name)
        or any(isinstance(one, Function) for one in unit.body)
    ):
        return []
    if any(_is_asked(node) for node in unit.body):
        return []
    found: list[Command] = []
    for command in commands(unit.body):
        text = " ".join(command.texts)
        if _LISTS.search(text) and _is_shown(command, unit):
            found.append(command)
        elif not _LOGS.search(text) and effect_of(command, unit.functions) not in (
            Effect.PRINT,
            Effect.SET,
            Effect.WAIT,
        ):
            return []
    return found


def _is_asked(node: Node) -> bool:
    """Whether a statement looks at what is listed: a pipe into something else, a condition, a loop."""
    return not isinstance(node, Command) and not (isinstance(node, Chain) and node.operator == "||" and _shrugs(node))


def _shrugs(chain: Chain) -> bool:
    last = last_command(chain.right)
    return isinstance(chain.left, Command) and last is not None and last.name in ("true", ":", "echo")


def _is_shown(command: Command, unit: Unit) -> bool:
    return not command.redirects and effect_of(command, unit.functions) is Effect.WORK


def _declared(statements: tuple[Node, ...], source: Source, unit: Unit) -> Iterator[Hit]:
    """Something is started, slept after and listed, and declared to run."""
    for at, node in enumerate(statements):
        if not isinstance(node, Command) or node.name != "sleep" or not _starts(statements[:at]):
            continue
        rest = list(statements[at + 1 :])
        listed = 0
        while listed < len(rest) and _is_list(rest[listed]):
            listed += 1
        said = rest[listed] if 0 < listed < len(rest) else None
        text = spoken(said, unit.functions) if isinstance(said, Command) else ""
        if said is not None and _STATE.search(text) and not warns(text):
            message = f"{text[:60]!r} is told after a sleep and a list that nothing looks at."
            yield Hit(source.path, node.line, said.end_line, message, unit.symbol)


def _is_list(node: Node) -> bool:
    return isinstance(node, Command) and _LISTS.search(" ".join(node.texts)) is not None


def _starts(before: tuple[Node, ...]) -> bool:
    """Whether the last statement that does something before the sleep starts something."""
    last = last_command(before[-1]) if before else None
    return last is not None and _STARTS.search(" ".join(last.texts)) is not None


RULE = Rule(
    id="AUD427",
    name="listing-taken-for-check",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every verification compare something?",
    why="`kubectl get pods` ends with 0 while every pod crashes; a step of that kind called 'Verify deployment' is green for ever.",
    limits=(
        "Units named for a verification of which nothing but lists of resources, logs and texts is left, and successes told after a start, a sleep and a list. "
        "What asks for one thing by its name, or pipes its answer on, is a check."
    ),
    fix="Wait for the state (`kubectl rollout status`, `docker compose up --wait`) or compare what is listed, and fail.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow", "make-recipes"}),
    triggers=(
        "kubectl",
        "docker",
        "helm",
        "pm2",
        "systemctl",
        "aws",
        "gcloud",
        "az ",
        "crontab",
        "df",
        "free",
        "uptime",
        "oc ",
        "stat ",
        "wc ",
        "du ",
        "ls ",
    ),
    check_file=_check,
    examples=(
        Example(
            title="a backup that is restorable because it has a size",
            files={
                "scripts/backup.sh": 'pg_dump app > app.dump\nverify() {\n  local size\n  size=$(stat -c %s app.dump)\n  echo "backup verified: restorable, $size bytes"\n}\nvalidate() {\n  [ -s app.dump ] || exit 1\n  echo "backup valid, $(du -h app.dump)"\n}\nverify_list() {\n  pg_restore --list app.dump\n  echo "backup verified"\n}\nverify\nvalidate\n',
            },
            found=("scripts/backup.sh:2",),
        ),
        Example(
            title="a verification of pods, and a start that is slept through",
            files={
                ".github/workflows/ship.yml": (
                    "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kubectl apply -f web.yml\n      - name: Verify deployment\n        run: |\n"
                    '          echo "Pods:"\n          kubectl get pods -n shop\n          kubectl --kubeconfig=conf get svc -n shop\n'
                ),
                "start.sh": '#!/bin/bash\ndocker compose -f prod.yml up -d\nsleep 20\ndocker compose -f prod.yml ps\necho "Shop is running"\n',
                "Makefile": "health-check:\n\tdocker-compose ps\n",
            },
            found=(".github/workflows/ship.yml:10", "Makefile:2", "start.sh:3"),
        ),
        Example(
            title="verifications that wait or compare, and lists that are called lists",
            files={
                ".github/workflows/ship.yml": (
                    "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Verify deployment\n        run: |\n          kubectl get pods\n          kubectl rollout status deploy/web\n"
                    "      - name: Verify backup\n        run: kubectl get cronjob backup\n      - name: Health check\n        run: docker ps | grep -q shop\n"
                    "      - name: Show status\n        run: kubectl get pods\n"
                ),
                "start.sh": '#!/bin/bash\ndocker compose up -d\nsleep 20\ndocker compose ps\ncurl -f http://shop.io/health\necho "Shop is running"\n',
            },
        ),
    ),
)
