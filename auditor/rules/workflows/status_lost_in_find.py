"""AUD456: `find -exec` ended by a semicolon runs a check on every file, and forgets how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, Node, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = pattern(
    r"(?i)py_compile|compileall|\b(?:flake8|pylint|ruff|mypy|shellcheck|yamllint|hadolint|jsonlint|xmllint|eslint|php|bandit|pytest|"
    r"kubeval|kubeconform|promtool|clang-tidy|cppcheck|rubocop|tsc)\b|\b(?:ba)?sh -n\b"
)


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for symbol, body in _programs(source):
        for command in all_commands(body):
            checked = _checked(command)
            if checked and command.line not in seen:
                seen.add(command.line)
                message = f"`find` ends with 0 whatever {checked[:60]!r} finds: with `-exec ... \\;` the status of the check is lost."
                yield Hit(source.path, command.line, command.end_line, message, symbol)


def _programs(source: Source) -> Iterator[tuple[str, Iterable[Node]]]:
    """What is run, with what it is called, and what a script evaluates."""
    yield from ((unit.symbol, unit.body) for unit in units_of(source))
    shell = source.fact(ShellFile)
    yield from (("", program.body) for program in (shell.evaluated if shell is not None else ()))


def _checked(command: Command) -> str:
    """The check that is run by ``-exec``; empty where a plus at its end keeps the status, or no check is run."""
    texts = command.texts
    if command.name != "find" or "-exec" not in texts:
        return ""
    after = texts[texts.index("-exec") + 1 :]
    ends = [at for at, text in enumerate(after) if text.strip("\\") in (";", "+")]
    run = " ".join(after[: ends[0]]) if ends else " ".join(after)
    lost = not ends or after[ends[0]].strip("\\") == ";"
    return run if lost and _CHECKS.search(run) and not any(part in ("-quit", "-print") for part in after) else ""


RULE = Rule(
    id="AUD456",
    name="status-lost-in-find",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the check of every file count?",
    why="`find -exec python -m py_compile {} \\;` ends with 0 when files do not compile; the line after it says that all of them do.",
    limits="Only programs that are known to check are judged; what `find` itself selects by `-exec` (with `-print` after it) is left alone.",
    fix="End with `+` in place of `\\;`, or pipe into `xargs`, which both end with the failure.",
    since="0.2.0",
    effort=5,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline", "make-recipes"}),
    triggers=("-exec",),
    check_file=_check,
    examples=(
        Example(
            title="a syntax check of every file",
            files={
                "scripts/ci.sh": "find src -name '*.py' -exec python -m py_compile {} \\;\necho 'All files are valid'\n"
            },
            found=("scripts/ci.sh:1",),
        ),
        Example(
            title="a check that a function is given as a text",
            files={
                "scripts/gate.sh": (
                    '#!/bin/sh\nreport() {\n    if eval "$2"; then\n        echo "$1: PASS"\n    else\n        echo "$1: FAIL"\n        exit 1\n    fi\n}\n\n'
                    "report syntax \"find src -name '*.py' -exec python3 -m py_compile {} \\;\"\nreport files '[ -d src ]'\n"
                )
            },
            found=("scripts/gate.sh:11",),
        ),
        Example(
            title="an end that keeps the status, a selection, and no check",
            files={
                "scripts/ci.sh": "find src -name '*.py' -exec python -m py_compile {} +\nfind . -name '*.sh' -exec chmod +x {} \\;\nfind . -name '*.sh' -exec bash -n {} \\; -print\n"
            },
        ),
    ),
)
