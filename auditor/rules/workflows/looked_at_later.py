"""Whether what a command left is looked at later, so that its failure may be passed over where it happens."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.facts.shell_effects import always_leaves
from auditor.facts.shell_program import Chain, Command, If, all_commands, walk
from auditor.facts.swallowed_exits import Swallowed
from auditor.facts.work_units import Unit
from auditor.facts.written_answers import Answers

__all__ = ["AT_ONCE", "asked_for_files", "counting_commands", "is_looked_into", "runs_again"]

_SHOWS = frozenset({"describe", "logs", "events", "get"})
_REPORTS = ("-o", "--output", "--out", "--json", "--format", "--report", "--junit", "--sarif")
"""How options begin by which a program is told to write a report."""
_FILE_TESTS = frozenset({"-f", "-s", "-e"})


def asked_for_files(unit: Unit) -> frozenset[int]:
    """The lines that ask whether a file is there, and end the run where it is not: what was to write it may then fail in its own way."""
    return frozenset(
        node.line
        for node in walk(unit.body)
        if isinstance(node, If)
        and any(_FILE_TESTS & set(one.texts[1:2]) for branch in node.branches for one in all_commands(branch.condition))
        and any(always_leaves(body, unit.functions) for body in (*(one.body for one in node.branches), node.otherwise))
    )


def is_looked_into(chain: Chain, answers: Answers) -> bool:
    """Whether a program waits in vain, and is asked next what became of that for which it waited."""
    waiting = next(iter(all_commands((chain.left,))), None)
    after = next((one for one in answers.commands if one.line > chain.end_line), None)
    if waiting is None or after is None or _asked(waiting)[1] != "wait":
        return False
    return after.name == waiting.name and _asked(after)[1] in _SHOWS


def counting_commands(answers: Answers, every: tuple[Swallowed, ...]) -> Mapping[tuple[str, str], list[int]]:
    """The lines of the commands whose failure counts, by the program and what it is asked for."""
    lost = {one.chain.line for one in every}
    found: dict[tuple[str, str], list[int]] = {}
    for one in answers.commands:
        if one.line not in lost:
            found.setdefault(_asked(one), []).append(one.line)
    return found


def _asked(command: Command) -> tuple[str, str]:
    return command.name, next((text for text in command.texts[1:] if not text.startswith("-")), "")


AT_ONCE = 4
"""Lines within which a program that wrote a report is run again, or its file is asked for."""


def runs_again(chain: Chain, counting: Mapping[tuple[str, str], list[int]]) -> bool:
    """Whether the same program runs again at once for the same thing, and its failure counts then: the first run only writes a report."""
    first = next(iter(all_commands((chain.left,))), None)
    if first is None or not _asked(first)[1] or not _writes_report(first):
        return False
    return any(0 < line - chain.end_line <= AT_ONCE for line in counting.get(_asked(first), ()))


def _writes_report(command: Command) -> bool:
    kept = any(one.operator.startswith(">") and one.target.text != "/dev/null" for one in command.redirects)
    return kept or any(one.startswith(_REPORTS) for one in command.texts)
