"""Claims of shell programs against what they do: hollow units, spoken texts, lists of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import (
    announces_work,
    claims_success,
    claims_waiting,
    claims_work,
    is_informational,
    printed,
    prints_of,
)
from auditor.facts.shell_effects import Effect, Effects, effect_of, effects_of
from auditor.facts.shell_program import Case, Command, Function, Group, If, Loop, Node, all_commands, children
from auditor.facts.work_units import Unit

__all__ = [
    "IDLE",
    "is_hollow",
    "is_quiet_wait",
    "printed_command",
    "sequences",
    "spoken",
    "tells_nobody",
    "tells_verdict_only",
]

IDLE = frozenset({Effect.PRINT, Effect.WAIT, Effect.SET, Effect.LEAVE})
"""The effects of a unit that does nothing to the world, and looks at nothing."""

_NOTICE = pattern(r"^::(error|warning|notice|debug|group|add-mask)|GITHUB_STEP_SUMMARY")
_REPORTS = pattern(r"(failure|success|cancelled)\(\)|\.(result|outcome|conclusion)\b|job\.status")
_GRAVE_NAME = pattern(
    r"(?i)deploy|roll(ing)?[ _-]?back|back(ing)?[ _-]?up|restor|migrat|traffic|notif|smoke|health|monitor|snapshot|replicat|fail[ _-]?over|encrypt|rotat|drain|publish|provision|\bscan|\bsign(?:ing)?\b|\bpag(?:e|ing)\b|on-?call|escalat"
)
_OPERATION = pattern(
    r"(?i)^\W*(?:back(?:ing)?[ _-]?up|creat\w+ (?:\w+ ){0,2}(?:backup|snapshot)|snapshot|restor\w+|roll(?:ing)?[ _-]?back|migrat\w+|shift\w*|switch\w*|promot\w+|drain\w*|fail[ _-]?over)\b"
)
_PREPARES = pattern(
    r"(?i)^\W*(?:configur(?:e|ing)|set(?:ting)?[ -]?up|creat(?:e|ing)|connect(?:ing)?|log(?:ging)? ?in|authenticat(?:e|ing)|register(?:ing)?|apply(?:ing)?|"
    r"upload(?:ing)?|push(?:ing)?|releas(?:e|ing)|restart(?:ing)?|tag(?:ging)?|enabl(?:e|ing)|initiali[sz](?:e|ing)|archiv(?:e|ing)|send(?:ing)?|"
    r"updat(?:e|ing)|canary|blue[ -]?green|rout(?:e|ing)|cordon(?:ing)?|freez(?:e|ing)|approv(?:e|ing))\b"
)
"""Names of steps that say that something is set up or handed on."""
_OF_VALUES = pattern(
    r"(?i)\b(?:variables?|vars|env|matrix|outputs?|inputs?|summary|message|comment|report|info|metadata|parameters?|names?|version|tags?)$"
)
_COMMAND_TOLD = pattern(
    r"^\W{0,3}(?:sudo )?(?:kubectl (?:apply|create|rollout|set|delete|scale|patch|run|exec)|helm (?:upgrade|install|rollback)|docker (?:push|pull|run|build|compose|stack)|"
    r"terraform (?:apply|destroy)|aws [a-z0-9-]+ [a-z-]+|gcloud [a-z-]+ [a-z-]+|az [a-z-]+ [a-z-]+|ansible-playbook \S|psql -|pg_restore \S|argocd app|flyctl deploy|velero \w+ create)"
)
"""A command that is printed in place of being run."""
_VERDICT_TOLD = pattern(
    r"(?i)\b(?:licen[cs]es?|lint\w*|scans?|tests?|audit|security|compliance|smoke|health|coverage|checks?|validations?|verifications?|quality)\b[\w :=-]{0,20}\b(?:passed|succeeded|clean|verified|ok|green|successful)\b"
)
"""A verdict on a check in the words of a step that makes none."""
_NO_VERDICT = pattern(r"(?i)\b(?:if|when|after|once|until|must|should|all)\b|\$\{?\w|\$\{\{")
_BEGINS = pattern(
    r"(?i)^\W*(?:start(?:ing)?|begin(?:ning)?|running|waiting|using|testing|checking|building|executing)\b|\$\{?\w+|\$\{\{|:\s*$"
)
"""Words with which a step is opened that others follow, and values that it shows."""
_COMMAND_PRINTED = pattern(
    r"^\W{0,3}(?:sudo )?(kubectl|helm|terraform|argocd|ansible-playbook|flyctl|aws|gcloud|az|docker|psql)\s+(?:--?[\w-]+(?:[= ]\S+)?\s+)*(?:apply|create|rollout|set|delete|scale|patch|upgrade|install|rollback|push|stack|destroy|app|deploy|update-service|ecs|s3|run|-f)\b"
)
"""A command of delivery, options before its verb included."""
_TELLS = pattern(r"(?i)\b(?:notif(?:y|ies|ication|ications|ying)|alert(?:s|ing)?|page|announce)\b")
_STANDS_IN = pattern(r"(?i)\bplaceholder\b|\bstub(?:bed)?\b|\bwould go here\b")
_LEVEL = pattern(r"^(DEBUG|INFO|WARN|WARNING|ERROR|SUCCESS|OK|NOTICE|STEP)\s+")


def is_hollow(unit: Unit) -> bool:
    """Whether a step says that it works, and only prints, sets, waits or exits."""
    effects = effects_of(unit.body, unit.functions)
    return (effects <= IDLE or (effects <= IDLE | {Effect.RECORD} and _records_only(unit))) and _only_claims(unit)


def _records_only(unit: Unit) -> bool:
    """Whether a step of weight says that it works, and only writes down a value of its own."""
    texts = [printed(command) for command in prints_of(unit.body, unit.functions)]
    grave = _OPERATION.search(unit.name) is not None and not is_informational(unit.name)
    return grave and any(announces_work(text) for text in texts)


def printed_command(unit: Unit) -> Command | None:
    """The command of delivery that a step prints, where it never runs the tool itself; None where there is none."""
    if not _claims_delivery(unit.name):
        return None
    run = {one.name for one in all_commands(unit.body) if effect_of(one, unit.functions) is Effect.WORK}
    for command in prints_of(unit.body, unit.functions):
        match = _COMMAND_PRINTED.search(printed(command))
        if match is not None and match.group(1) not in run and not command.redirects:
            return command
    return None


def tells_verdict_only(unit: Unit) -> bool:
    """Whether a unit does nothing but tell that checks have passed: ``echo "integration tests: PASSED"``."""
    texts = [printed(command) for command in prints_of(unit.body, unit.functions)]
    told = any(_VERDICT_TOLD.search(text) for text in texts) and not any(_NO_VERDICT.search(text) for text in texts)
    return told and effects_of(unit.body, unit.functions) <= {Effect.PRINT, Effect.SET}


def _claims_delivery(name: str) -> bool:
    return claims_work(name) and not is_informational(name)


def tells_nobody(unit: Unit) -> bool:
    """Whether a step says that it notifies, and chooses between texts that it only prints."""
    effects = effects_of(unit.body, unit.functions)
    return Effect.TEST in effects and effects <= IDLE | {Effect.TEST} and _tells(unit.name) and _only_claims(unit)


def _tells(name: str) -> bool:
    return _TELLS.search(name) is not None


def _only_claims(unit: Unit) -> bool:
    texts = [printed(command) for command in prints_of(unit.body, unit.functions)]
    if not texts or any(_NOTICE.search(text) for text in texts):
        return False
    conditional = unit.step is not None and unit.step.condition.is_set
    return _claims(unit.name, texts, conditional=conditional) and not _is_gate(unit)


def _claims(name: str, texts: list[str], *, conditional: bool = False) -> bool:
    """Whether a step that only prints says, by its name or what it prints, that it works."""
    if any(_STANDS_IN.search(text) for text in texts):
        return claims_work(name) or _PREPARES.search(name) is not None
    prepares = _PREPARES.search(name) is not None and not _OF_VALUES.search(name)
    if (
        not conditional
        and any(_VERDICT_TOLD.search(text) for text in texts)
        and not any(_NO_VERDICT.search(text) for text in texts)
    ):
        return True
    if is_informational(name) and not prepares:
        return False
    announced = any(announces_work(text) for text in texts)
    if len(texts) == 1 and announced and not _BEGINS.search(texts[0]):
        return True
    if not name:
        return announced
    told = announced and any(claims_success(text) for text in texts)
    return claims_work(name) or prepares or told or any(_COMMAND_TOLD.search(text) for text in texts)


def is_quiet_wait(unit: Unit) -> bool:
    """Whether the unit says that it waits or watches, and only sleeps."""
    effects = effects_of(unit.body, unit.functions)
    return effects <= IDLE and Effect.WAIT in effects and claims_waiting(unit.name)


def _is_gate(unit: Unit) -> bool:
    """A job that only joins others, or a step that reports how they ended, prints and need do no more."""
    step, job = unit.step, unit.job
    if step is None or job is None or _GRAVE_NAME.search(unit.name):
        return False
    return _REPORTS.search(step.condition.text) is not None or (bool(job.needs) and len(job.steps) == 1)


def spoken(command: Command, functions: Mapping[str, Effects]) -> str:
    """What a command prints, be it by echo or by a function that only prints; empty for other commands."""
    if not command.words or effect_of(command, functions) is not Effect.PRINT:
        return ""
    if command.name in functions:
        return _LEVEL.sub("", " ".join(command.texts[1:]))
    return printed(command)


def sequences(body: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    """Every list of statements that run one after the other, outside of functions and loops."""
    waiting: list[tuple[Node, ...]] = [body]
    while waiting:
        statements = waiting.pop(0)
        yield statements
        for node in statements:
            if isinstance(node, If):
                waiting.extend(branch.body for branch in node.branches)
                waiting.append(node.otherwise)
            elif isinstance(node, Case):
                waiting.extend(node.arms)
            elif isinstance(node, Group):
                waiting.append(node.body)
            elif not isinstance(node, (Function, Loop, Command)):
                waiting.append(children(node))
