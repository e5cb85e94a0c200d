"""AUD526: checks run in the background, and nobody asks how they ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.counted_commands import changes_something, checks_something, whose_failure_counts
from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import always_leaves
from auditor.facts.shell_program import Command, Function, Node, Prefixed, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.variable_reads import names_in
from auditor.facts.work_units import ALL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_JOBS = frozenset({"fg", "jobs", "kill", "pkill", "killall"})
"""What deals with what runs in the background by other means than `wait`."""
_TESTS = frozenset({"[", "[[", "test", "(("})
_STAYS = pattern(
    r"\bup\b|port-forward|\bserve[rs]?\b|\bdaemon\b|\bproxy\b|--watch|-w\b|\bstart\b|\brun\b|\bdev\b|locust|k6 "
)
"""What is meant to run on: servers, tunnels, and load beside what is looked at."""


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.function and not unit.recipe:
            continue
        behind = [one for one in walk(unit.body) if isinstance(one, Prefixed) and one.operator == "&"]
        checking = _checking_functions(unit) if behind else {}
        started = [(node, text) for node in behind if (text := _counted(node, checking))]
        if started:
            yield from _judged(source, unit, started)


def _judged(source: Source, unit: Unit, started: list[tuple[Prefixed, str]]) -> Iterator[Hit]:
    commands = list(all_commands(unit.body))
    waits = [one for one in commands if one.name == "wait"]
    if any(len(one.texts) > 1 for one in waits) or any(one.name in _JOBS for one in commands):
        return
    if any("$!" in text for one in commands for text in _texts(one)):
        return
    first, text = started[0]
    if not waits:
        for node, text in started:
            if not _STAYS.search(text):
                message = f"{text[:60]!r} runs in the background, and nobody waits for it: how it ends is never known."
                yield Hit(source.path, node.line, node.end_line, message, unit.symbol)
        return
    wait = next((one for one in waits if one.line >= first.line), None)
    if wait is not None and not _is_judged(unit.body, wait):
        message = f"`wait` without a process succeeds whatever became of {text[:60]!r}."
        yield Hit(source.path, wait.line, wait.line, message, unit.symbol)


def _is_judged(body: tuple[Node, ...], wait: Command) -> bool:
    """Whether something after the wait may still end the program with failure, by what was noted before it."""
    after = [one for one in body if one.line > wait.line]
    commands = list(all_commands(after))
    if not always_leaves(after):
        return False
    anew = {each.name for one in commands for each in one.assignments}
    asked = [one for one in commands if one.name in _TESTS]
    return not asked or any(not (names := set(names_in(one.texts))) or names - anew for one in asked)


def _checking_functions(unit: Unit) -> Mapping[str, bool]:
    """The functions of a program, each with whether it checks or changes something."""
    return {
        one.name: any(checks_something(each) or changes_something(each) for each in all_commands(one.body))
        for one in walk(unit.body)
        if isinstance(one, Function)
    }


def _counted(node: Prefixed, checking: Mapping[str, bool]) -> str:
    """The check or operation that a statement runs in the background, be it by a function; empty where there is none."""
    for command in all_commands((node.body,)):
        if whose_failure_counts(command) or checking.get(command.name):
            return command.text
    return ""


def _texts(command: Command) -> tuple[str, ...]:
    return (*(word.text for word in command.words), *(one.value.text for one in command.assignments))


RULE = Rule(
    id="AUD526",
    name="background-never-asked",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does somebody ask how every check ended that runs in the background?",
    why="`wait` without a process gives 0: three checks in parallel may all fail, and the script says that they passed.",
    limits="Tests, scans, deployments and scripts that by their names check, started with `&`; servers, tunnels and what writes down its process are left alone.",
    fix='Keep each process (`pids+=($!)`) and `wait "$pid" || failed=1` for each of them.',
    since="0.9.0",
    effort=15,
    reads=ALL_READERS,
    triggers=("&",),
    check_file=_check,
    examples=(
        Example(
            title="checks side by side, and a rollout that nobody waits for",
            files={
                "ops/checks.sh": '#!/bin/bash\nset -e\ncheck() {\n  echo "$1"\n  shift\n  "$@"\n}\ncheck lint ruff check app &\ncheck unit pytest tests &\nwait\necho passed\n',
                "ops/roll.sh": "#!/bin/bash\nset -e\nkubectl set image deploy/shop shop=$1\nkubectl rollout status deploy/shop &\necho started\n",
            },
            found=("ops/checks.sh:10", "ops/roll.sh:4"),
        ),
        Example(
            title="processes that are asked, a server, and a verdict after the wait",
            files={
                "ops/checks.sh": '#!/bin/bash\npytest tests &\npids+=($!)\nfor pid in "${pids[@]}"; do\n  wait "$pid" || exit 1\ndone\n',
                "ops/probe.sh": "#!/bin/bash\ntrivy server --listen :4954 &\ntrivy image shop\n",
                "ops/try.sh": "#!/bin/bash\n./smoke-loop.sh &\nkubectl rollout restart deploy/shop\nkill %1\n",
                "ops/serve.sh": "#!/bin/bash\nnpm run dev &\nkubectl port-forward svc/shop 80 &\nwait\n",
                "ops/marks.sh": "#!/bin/bash\npytest tests || touch failed &\nwait\n[ -e failed ] && exit 1\nexit 0\n",
            },
        ),
    ),
)
