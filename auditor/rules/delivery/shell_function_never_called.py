"""AUD532: a script defines a check, or a way back, and never calls it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import Function, Node, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OPERATES = pattern(
    r"(?i)(?:^|_|-)(?:check|checks|verify|validate|validation|test|tests|smoke|health|healthy|healthcheck|rollback|roll_back|undo|backup|back_up|restore|notify|alert|wait|scan|audit|drain|preflight|assert|ensure|guard|gate|migrate|monitor|probe|abort|cancel|revert|recover|fence|isolate)(?:$|_|-)"
)
_LIBRARY = pattern(r"(?i)(?:^|/)(?:lib|libs|common|utils?|helpers?|functions|shared|inc|include)(?:[/._-]|$)")
_WORD = pattern(r"[A-Za-z_][\w-]*")
_DYNAMIC = pattern(r"^[^\s=]*\$|^(?:eval|compgen|declare -[fF])")


def _check(source: Source) -> Iterator[Hit]:
    shell = source.fact(ShellFile)
    if shell is not None and not _LIBRARY.search(source.path) and "BASH_SOURCE" not in source.text:
        yield from _in_program(source, shell.program.body, "")
    for job in jobs_of(source):
        for step in job.steps:
            if step.program is not None:
                yield from _in_program(source, step.program.body, f"{job.id}/{step.name}")


def _in_program(source: Source, body: tuple[Node, ...], symbol: str) -> Iterator[Hit]:
    nodes = [one for one in body if not isinstance(one, Function)]
    functions = [one for one in body if isinstance(one, Function)]
    if not functions or not nodes or any(_DYNAMIC.search(one.text) for one in all_commands(body)):
        return
    known = {one.name for one in functions}
    called = {name for node in nodes for name in _mentioned((node,))}
    if not called & known:
        return  # for others to read in
    inner = Counter(name for one in functions for name in set(_mentioned(one.body)) - {one.name})
    read_in = max((one.line for one in all_commands(nodes) if one.name in (".", "source")), default=0)
    for one in functions:
        mentioned = one.name in called or inner[one.name] > 0 or one.line < read_in
        if (
            not mentioned
            and _OPERATES.search(one.name)
            and effects_of(one.body) & {Effect.WORK, Effect.TEST, Effect.WRITE}
        ):
            message = f"`{one.name}` is defined here, and nothing in the script calls it."
            yield Hit(source.path, one.line, one.line, message, symbol or one.name)


def _mentioned(nodes: tuple[Node, ...]) -> Iterator[str]:
    """Every word of the commands: functions are also called by way of traps, ``retry`` and ``xargs``."""
    for command in all_commands(nodes):
        texts = [*(word.text for word in command.words), *(one.value.text for one in command.assignments)]
        for text in texts:
            yield from (match.group() for match in _WORD.finditer(text))


_CALLED = "deploy() {\n  kubectl apply -f k8s\n}\n"
_ASIDE = "check_quota() {\n  kubectl get quota | grep -q ok\n}\n"

RULE = Rule(
    id="AUD532",
    name="shell-function-never-called",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every script make the checks, and know the ways back, that it defines?",
    why="Whoever reads `check_quota` in the deployment believes that the quota is checked.",
    limits="Functions named for a check, a wait, a rollback, a backup or a message, in scripts that call others of their own functions; libraries, scripts that ask whether they are read in (`BASH_SOURCE`), those that call by a name in a variable, and what is defined before other files are read in, are left alone.",
    fix="Call it where it belongs, or delete it.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"shell", "github-workflow", "github-action", "gitlab-ci", "pipeline"}),
    check_file=_check,
    examples=(
        Example(
            title="a backup that is written down and never made",
            files={
                "ops/deploy.sh": "#!/bin/bash\nfunction roll {\n  kubectl apply -f k8s\n}\nfunction create_backup {\n  pg_dump shop > shop.sql\n}\nroll\n",
            },
            found=("ops/deploy.sh:5",),
        ),
        Example(
            title="a check that nothing calls",
            files={"ops/deploy.sh": f"#!/bin/bash\nset -e\n{_CALLED}{_ASIDE}deploy\n"},
            found=("ops/deploy.sh:6",),
        ),
        Example(
            title="checks that are called, also by a trap and by name, and libraries",
            files={
                "ops/deploy.sh": f"#!/bin/bash\nset -e\n{_CALLED}{_ASIDE}rollback() {{\n  helm rollback shop\n}}\ntrap rollback ERR\ncheck_quota\ndeploy\n",
                "ops/choose.sh": f'#!/bin/bash\n{_CALLED}{_ASIDE}deploy\n"$1"\n',
                "ops/part_of_name.sh": f'#!/bin/bash\n{_CALLED}{_ASIDE}deploy\n"check_$1"\n',
                "ops/hooks.sh": f"#!/bin/bash\n{_CALLED}{_ASIDE}deploy\n. ./steps.sh\n",
                "ops/functions.sh": f"{_CALLED}{_ASIDE}deploy\n",
                "ops/both.sh": f'#!/bin/bash\n{_CALLED}{_ASIDE}if [ "${{BASH_SOURCE[0]}}" = "$0" ]; then\n  deploy\nfi\n',
                "ops/parts.sh": f"{_CALLED}{_ASIDE}",
            },
        ),
    ),
)
