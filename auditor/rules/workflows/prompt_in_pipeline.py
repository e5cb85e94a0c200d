"""AUD496: a pipeline runs a script that waits for somebody to answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.handed_shell import handed_programs
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, Pipeline, all_commands, walk
from auditor.facts.shell_prompts import prompts_of
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "source", "."})
_ANSWERS = frozenset({"yes", "echo", "printf", "expect"})
_DEEPEST, _LONGEST = 12, 1_000
_FLAG = pattern(
    r"(?i)^-(?:y|f|q|-(?:yes|force|assume-yes|auto|auto-approve|non-?interactive|no-?prompt|no-?input|batch|quiet|ci|unattended|confirm|skip-confirm\w*|skip-prompt))(?:=|$)"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    run = facts.derive(_run_by_jobs)
    for file, shell in facts.of(ShellFile) if run else ():
        caller = run.get(file.path) if file.role is Role.SHIPPED else None
        for prompt in prompts_of(shell.program) if caller else ():
            message = f"The pipeline {caller} runs this script, and nobody is there to answer: it stops here, or takes the answer for no."
            yield Hit(file.path, prompt.line, prompt.end_line, message)


def _run_by_jobs(facts: RepositoryFacts) -> dict[str, str]:
    """The scripts that jobs run without an answer, each with the first pipeline that does."""
    scripts = [file.path for file, _ in facts.of(ShellFile)]
    known, endings = frozenset(scripts), _endings(scripts)
    found: dict[str, str] = {}
    for path, job in jobs_of_repository(facts) if known else ():
        for step in job.steps:
            for folder, text in _scripts(step, step.working_directory.text or job.working_directory):
                place = joined_path(folder, text)
                found.setdefault(place if place in known else endings.get(text, ""), path)
    return found


def _endings(paths: Iterable[str]) -> dict[str, str]:
    """What paths end with, each with the only path that does, or nothing where several do."""
    found: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")
        for at in range(min(len(parts), _DEEPEST)):
            ending = "/".join(parts[-at - 1 :])
            found[ending] = "" if ending in found else path
    return found


def _scripts(step: Step, base: str) -> Iterator[tuple[str, str]]:
    """The scripts that a step runs without an answer, as they are written, with the folder as far as it can be told."""
    if step.program is None:
        return
    for program in (step.program, *handed_programs(step.program.body)):
        folder = base if program is step.program else ""
        answered = {
            id(one)
            for node in walk(program.body)
            if isinstance(node, Pipeline) and _answers(node)
            for one in all_commands((node,))
        }
        for command in all_commands(program.body):
            if command.name == "cd":
                folder = joined_path(folder, "".join(command.texts[1:2])) if len(folder) < _LONGEST else ""
            fed = any(one.operator.startswith("<") for one in command.redirects)
            if id(command) not in answered and not fed and not any(_FLAG.search(text) for text in command.texts[1:]):
                yield from ((folder, text) for text in _script(command))


def _answers(node: Pipeline) -> bool:
    return any(one.name in _ANSWERS for one in all_commands(node.parts[:1]))


def _script(command: Command) -> Iterator[str]:
    first = command.texts[0] if command.texts else ""
    if command.name in _SHELLS:
        first = next((text for text in command.texts[1:] if text[:1] != "-"), "")
    if first.endswith((".sh", ".bash")) or "/" in first:
        yield first.removeprefix("./").rpartition("}/")[2]


_JOB = "on: push\njobs:\n  undo:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          {}\n"

RULE = Rule(
    id="AUD496",
    name="prompt-in-pipeline",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can every script that a pipeline runs get to its end without an answer?",
    why="The rollback asks 'Continue?', reads the end of its input, takes that for no and ends with success. Nothing was rolled back.",
    limits="Prompts of `read -p` to which every run comes: one that depends on a variable, an option or a choice may be switched off.",
    fix="Ask only where `--yes` is not given and a terminal is there, and give `--yes` in the pipeline.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"shell"}),
    check_repository=_check,
    examples=(
        Example(
            title="a rollback that a job runs, here and on another machine",
            files={
                "ops/undo.sh": '#!/bin/bash\nmain() {\n  read -p \'Really? \' -r answer\n  [ "$answer" = yes ] || exit 0\n  ./undo\n}\nmain "$@"\n',
                "ops/purge.sh": "#!/bin/bash\nif [ ! -d data ]; then\n  exit 0\nfi\nread -rp 'Sure? ' sure\nrm -r data\n",
                ".github/workflows/undo.yml": _JOB.format(
                    "ssh shop.io <<'END'\n            cd /srv && ./ops/undo.sh v1\n          END\n          bash ops/purge.sh"
                ),
            },
            found=("ops/purge.sh:5", "ops/undo.sh:3"),
        ),
        Example(
            title="answered, switched off, fed from a file, or run by hand",
            files={
                "ops/undo.sh": "#!/bin/bash\nread -p 'Really? ' -r answer\n./undo\n",
                "ops/ship.sh": "#!/bin/bash\nif [ \"${YES:-}\" != 1 ]; then\n  read -p 'Really? ' -r answer\nfi\n[ -t 0 ] && read -p 'Who? ' -r who\nwhile read -r line; do echo \"$line\"; done < list\n./ship\n",
                "ops/hand.sh": "#!/bin/bash\nread -p 'Really? ' -r answer\n",
                ".github/workflows/undo.yml": _JOB.format("yes | ./ops/undo.sh\n          ./ops/ship.sh"),
            },
        ),
        Example(
            title="of scripts of one name the one that is run, from the folder that the job enters",
            files={
                "undo.sh": "#!/bin/bash\n./undo\n",
                "web/undo.sh": "#!/bin/bash\nread -p 'Really? ' -r answer\n",
                "ops/undo.sh": "#!/bin/bash\nread -p 'Really? ' -r answer\n",
                ".github/workflows/undo.yml": _JOB.format("./undo.sh\n          cd ops\n          ./undo.sh"),
            },
            found=("ops/undo.sh:2",),
        ),
    ),
)
