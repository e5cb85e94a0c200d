"""AUD518: a script counts what failed, prints the count, and ends with success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.counted_failures import added_to
from auditor.facts.errexit import shell_runs
from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect, effect_of, function_effects
from auditor.facts.shell_program import Case, Command, Loop, ShellProgram, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FAILURES = pattern(
    r"(?i)^(?:[a-z0-9]+_)*(?:fail|fails|failed|failures?|errors?|err|broken|violations?|unhealthy|mismatch(?:es)?)(?:_(?:count|counter|total|tests?|checks?|num|n))?$"
)
_NOUGHT = pattern(r"^[\"']?0[\"']?$")
_WORD = pattern(r"\w+")
_MOST = 40
"""Counters of one program; what has more is no script that somebody reads."""
_DECLARES = frozenset({"local", "declare", "typeset", "export"})
_DECIDES = frozenset({"[", "[[", "test", "exit", "(("})
_READ = pattern(r"\$\{?\w+\}?")


def _check(source: Source) -> Iterator[Hit]:
    for run in shell_runs(source):
        if not run.program.broken:
            yield from _of_program(source, run.program, run.symbol)


def _of_program(source: Source, program: ShellProgram, symbol: str) -> Iterator[Hit]:
    every = list(all_commands(program.body))
    yield from _never_raised(source, program, every, symbol)
    counted = {name for one in every for name in added_to(one) if _FAILURES.search(name)}
    if not counted or len(counted) > _MOST:
        return
    functions = function_effects(program)
    known: dict[str, set[int]] = {name: set() for name in counted}
    told: dict[str, Command] = {}
    for one in every:
        lines = range(one.line, one.end_line + 1)
        if effect_of(one, functions) is Effect.PRINT and not _sums_up(one):
            for name in counted.intersection(_words(one.text)):
                known[name].update(lines)
                told[name] = one
            continue
        begun = {*added_to(one), *_begun(one)}
        for name in counted.intersection(begun):
            known[name].update(lines)
        counted = counted.difference(set(_words(one.text)) - begun)
    for name in sorted(counted & told.keys() - _asked(program)):
        if _lines_with(name, source, program) <= known[name]:
            last = told[name]
            message = f"What failed is counted in `{name}` and printed, and nothing depends on it: the script ends with success."
            yield Hit(source.path, last.line, last.end_line, message, f"{symbol}/{name}")


def _never_raised(source: Source, program: ShellProgram, every: list[Command], symbol: str) -> Iterator[Hit]:
    """Counters that begin with nought, that a test asks for, and that nothing ever raises."""
    begun = {name for one in every for name in _begun(one) if _FAILURES.search(name)}
    if not begun or any(one.name in (".", "source", "eval", "read", "getopts") for one in every):
        return
    changed = _asked(program)
    asked: dict[str, int] = {}
    for one in every:
        changed.update(added_to(one))
        changed.update(each.name for each in one.assignments if not _NOUGHT.search(each.value.text))
        changed.update(_handed(one))
        for word in _words(one.text) if one.name in _DECIDES else ():
            asked[word] = min(one.line, asked.get(word, one.line))
    for name in sorted(begun & asked.keys() - changed):
        message = f"`{name}` is nought from the beginning, and nothing raises it: what is decided by it never fails."
        yield Hit(source.path, asked[name], asked[name], message, f"{symbol}/{name}")


def _handed(command: Command) -> Iterator[str]:
    """The names that a command may set: ``trap 'failed=1' ERR``, ``count_up failed``, ``((failed++))``, ``printf -v failed``."""
    if command.name in ("((", "let"):
        text = command.text
        yield from _words(text if "=" in text or "++" in text else "")
    elif command.name not in _DECIDES | {"echo"}:
        begun = set(_begun(command))
        texts = (text for text in command.texts[1:] if not text.startswith("$"))
        yield from (word for text in texts for word in _words(_READ.sub("", text)) if word not in begun)


def _sums_up(command: Command) -> bool:
    """Whether it writes a summary of the whole run, whose jobs have failed by themselves."""
    return any("GITHUB_STEP_SUMMARY" in one.target.text for one in command.redirects)


def _words(text: str) -> Iterator[str]:
    return (match.group() for match in _WORD.finditer(text))


def _begun(command: Command) -> Iterator[str]:
    """The numbers that a command sets to nought."""
    yield from (one.name for one in command.assignments if _NOUGHT.search(one.value.text))
    if command.name in _DECLARES:
        for text in command.texts[1:]:
            name, is_set, value = text.partition("=")
            if is_set and _NOUGHT.search(value):
                yield name


def _asked(program: ShellProgram) -> set[str]:
    """The words that loops and cases look at."""
    found: set[str] = set()
    for node in walk(program.body):
        if isinstance(node, Case):
            found.update(_words(node.subject))
        elif isinstance(node, Loop):
            found.update(word for one in node.words for word in _words(one.text))
    return found


def _lines_with(name: str, source: Source, program: ShellProgram) -> set[int]:
    """The lines of the program that hold the name, its comments left out."""
    lines = enumerate(source.lines[program.line - 1 : program.end_line], program.line)
    return {number for number, line in lines if name in line and not line.lstrip().startswith("#")}


_TRY = '#!/bin/bash\nFAILED=0\n\nprobe() {\n  if ! curl -fs "https://shop.test/$1"; then\n    FAILED=$((FAILED + 1))\n  fi\n}\n\nprobe till\nprobe stock\n'

RULE = Rule(
    id="AUD518",
    name="failures-counted-in-vain",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a script that counts its failures end with one?",
    why="`3 check(s) failed`, says the last line, and the pipeline behind it goes on: the status of an `echo` is 0.",
    limits="Counters are known by their names, and judged where every line that names them sets them to 0, adds to them or prints them.",
    fix='End with the count: `exit "$FAILED"`, or `[ "$FAILED" -eq 0 ]` as the last line.',
    since="0.8.0",
    effort=5,
    reads=SHELL_READERS,
    triggers=("+", "=0"),
    check_file=_check,
    examples=(
        Example(
            title="a counter that nothing raises, and one that something does",
            files={
                "ops/smoke.sh": '#!/bin/bash\nerrors=0\ncurl -f "$URL"\nif [ $errors -gt 0 ]; then\n  exit 1\nfi\n',
                "ops/other.sh": '#!/bin/bash\nerrors=0\ncurl -f "$URL" || errors=1\nif [ $errors -gt 0 ]; then\n  exit 1\nfi\n',
                "ops/trap.sh": "#!/bin/bash\nfailed=0\ntrap 'failed=1' ERR\ncurl -f $URL\n[ $failed -eq 0 ] || exit 1\n",
                "ops/by_name.sh": "#!/bin/bash\nerrors=0\ncurl -f $URL || raise errors\nexit $errors\n",
            },
            found=("ops/smoke.sh:4",),
        ),
        Example(
            title="a trial that counts, in a script and in a step",
            files={
                "scripts/try.sh": f'{_TRY}echo "$FAILED check(s) failed"\n',
                ".github/workflows/try.yml": (
                    "on: push\njobs:\n  try:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          errors=0\n          for one in till stock; do\n            ./probe $one || ((errors++))\n          done\n"
                    '          echo "errors: $errors"\n'
                ),
            },
            found=(".github/workflows/try.yml:11", "scripts/try.sh:12"),
        ),
        Example(
            title="counts that decide, are handed on or written down",
            files={
                "scripts/try.sh": f'{_TRY}echo "$FAILED check(s) failed"\nexit "$FAILED"\n',
                "scripts/probe.sh": f'{_TRY}echo "$FAILED failed"\n[ "$FAILED" -eq 0 ]\n',
                "scripts/hand.sh": f'{_TRY}echo "$FAILED failed"\n./tell "$FAILED"\n',
                "scripts/note.sh": f'{_TRY}cat > report.json <<END\n{{"failed": $FAILED}}\nEND\necho $FAILED\n',
                ".github/workflows/sum.yml": (
                    "on: push\njobs:\n  sum:\n    runs-on: ubuntu-latest\n    needs: [till, stock]\n    if: always()\n    steps:\n      - run: |\n          failures=0\n          for one in ${{ needs.till.result }} ${{ needs.stock.result }}; do\n"
                    '            [ "$one" = success ] || failures=$((failures + 1))\n          done\n          echo "$failures failed" >> $GITHUB_STEP_SUMMARY\n'
                ),
                "scripts/save.sh": f'{_TRY}echo "failed=$FAILED" >> "$GITHUB_OUTPUT"\n',
                "scripts/sum.sh": _TRY.replace("FAILED", "SEEN") + 'echo "$SEEN seen"\n',
            },
        ),
    ),
)
