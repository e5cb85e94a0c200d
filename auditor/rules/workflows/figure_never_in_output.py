"""AUD473: a figure is looked for in the output of pytest in words that pytest never prints."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, Node, Pipeline, all_commands, commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NEVER = pattern(
    r"(?i)%\)?\s?(?:\\s[*+]?)?passed|pass(?:ed)?[ _-]?rate|success[ _-]?rate|\btests? passed\b|\bpassed tests?\b|\bpassed:|\btests? failed\b|\bfailed tests?\b|\bfailed:"
)
_FINDERS = frozenset({"grep", "egrep", "rg", "sed", "awk", "gawk"})
_RUNNERS = frozenset({"pytest", "py.test"})
_OTHERS = frozenset(
    {
        "jest",
        "npm",
        "yarn",
        "pnpm",
        "npx",
        "go",
        "cargo",
        "ctest",
        "mvn",
        "gradle",
        "make",
        "tox",
        "nox",
        "bats",
        "phpunit",
        "vitest",
        "playwright",
    }
)
_VARIABLE = pattern(r"^\$\{?(\w+)\}?$")


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        every = list(all_commands(unit.body))
        if not any(_is_pytest(command) for command in every) or any(command.name in _OTHERS for command in every):
            continue
        files, variables = _outputs(unit, every)
        for finder in _finders(unit, every, files, variables):
            message = "pytest never prints what is looked for here (it says `5 passed, 1 failed`): nothing is found, whatever the tests do."
            yield Hit(source.path, finder.line, finder.end_line, message, unit.symbol)


def _is_pytest(command: Command) -> bool:
    return command.name in _RUNNERS or (
        command.name.startswith("python") and command.texts[1:3] in (("-m", "pytest"), ("-mpytest",))
    )


def _outputs(unit: Unit, every: list[Command]) -> tuple[set[str], set[str]]:
    """The files and the variables that hold what pytest printed, and nothing else."""
    files: set[str] = set()
    for node in walk(unit.body):
        if isinstance(node, Pipeline) and any(_is_pytest(command) for command in commands(node.parts[:1])):
            teed = [one for one in commands(node.parts[1:]) if one.name == "tee"]
            files |= {text for one in teed for text in one.texts[1:] if not text.startswith("-")}
    for command in every:
        if _is_pytest(command):
            files |= {one.target.text for one in command.redirects if one.operator in (">", ">>", "&>")}
    others = {
        one.target.text
        for command in every
        if not _is_pytest(command)
        for one in command.redirects
        if ">" in one.operator
    }
    variables = {
        one.name
        for command in every
        if any(_is_pytest(inner) for inner in all_commands(command.substitutions))
        for one in command.assignments
    }
    return files - others - {"/dev/null", "1", "2", "&1"}, variables


def _finders(unit: Unit, every: list[Command], files: set[str], variables: set[str]) -> Iterator[Command]:
    for command in every:
        if command.name in _FINDERS and _NEVER.search(command.text) and files & set(command.texts[1:]):
            yield command
    for node in _pipelines(unit.body, every):
        first, *rest = node.parts
        told = [
            _VARIABLE.match(text)
            for one in commands((first,))
            if one.name in ("echo", "printf")
            for text in one.texts[1:]
        ]
        if any(match and match.group(1) in variables for match in told):
            yield from (one for one in commands(rest[:1]) if one.name in _FINDERS and _NEVER.search(one.text))


def _pipelines(body: tuple[Node, ...], every: list[Command]) -> Iterator[Pipeline]:
    """All pipelines, those of substitutions included."""
    yield from (node for node in walk(body) if isinstance(node, Pipeline))
    for command in every:
        yield from (node for node in walk(command.substitutions) if isinstance(node, Pipeline))


_HEAD = "on: push\njobs:\n  gate:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n"

RULE = Rule(
    id="AUD473",
    name="figure-never-in-output",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can every figure that a gate reads from the output of tests stand in it?",
    why="A gate that looks for `% passed` reads nothing, and compares nothing with its limit: it always fails or always lets pass.",
    limits="Only output of pytest that the same program writes to a file or a variable, and searches with grep, sed or awk.",
    fix="Read the counts from the report (`--junitxml`), or let the exit status of pytest decide.",
    since="0.3.0",
    effort=20,
    reads=SHELL_READERS,
    triggers=("pytest",),
    check_file=_check,
    examples=(
        Example(
            title="a share that pytest does not print, from a file and from a variable",
            files={
                ".github/workflows/gate.yml": _HEAD
                + "          pytest tests | tee result.log\n          RATE=$(grep -oP '\\d+(?=% passed)' result.log || echo 0)\n",
                "scripts/gate.sh": '#!/bin/bash\nOUTPUT=$(python -m pytest -q)\nPASSED=$(echo "$OUTPUT" | grep "Tests passed:" | cut -d: -f2)\n[ "$PASSED" -gt 10 ]\n',
            },
            found=(".github/workflows/gate.yml:8", "scripts/gate.sh:3"),
        ),
        Example(
            title="counts, as pytest prints them, and a report of something else",
            files={
                "scripts/gate.sh": (
                    "#!/bin/bash\npytest -q > result.log\nPASSED=$(grep -oE '[0-9]+ passed' result.log)\n"
                    "./summary > summary.log\ngrep 'pass rate' summary.log\n"
                ),
                "scripts/web.sh": "#!/bin/bash\nnpm test > web.log\npytest >> web.log\ngrep 'Tests passed:' web.log\n",
            },
        ),
    ),
)
