"""AUD172: a shell function that is named for work only tests what it is given, and the work is told as done."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.participles import participles, promised_verbs
from auditor.facts.shell_claims import denies, printed
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_IDLE = frozenset({Effect.PRINT, Effect.WAIT, Effect.SET, Effect.LEAVE, Effect.TEST})

_OWN = frozenset({"local", "declare", "typeset"})


def _check(source: Source) -> Iterator[Hit]:
    units = units_of(source)
    told = {
        word
        for unit in units
        for command in all_commands(unit.body)
        if command.name in ("echo", "printf") and not denies(printed(command))
        for word in words_of(printed(command))
    }
    for unit in units:
        if unit.function and _only_tests(unit):
            forms = {form for verb in promised_verbs(unit.name, "") for form in participles(verb)} & told
            if forms:
                message = f"The function {unit.name!r} only tests what it is given, and what it is named for is told as {min(forms)!r}."
                yield Hit(source.path, unit.line, unit.end_line, message, unit.symbol)


def _only_tests(unit: Unit) -> bool:
    effects = effects_of(unit.body, unit.functions)
    return Effect.TEST in effects and effects <= _IDLE and not _sets_for_others(unit)


def _sets_for_others(unit: Unit) -> bool:
    """Whether a function sets a variable that is not its own: others read that."""
    found = list(all_commands(unit.body))
    own = {
        name
        for one in found
        if one.name in _OWN
        for name in (*(text.partition("=")[0] for text in one.texts[1:]), *(each.name for each in one.assignments))
    }
    return any(each.name not in own for one in found if not one.words for each in one.assignments) or any(
        one.name == "export" for one in found
    )


RULE = Rule(
    id="AUD172",
    name="told-after-a-test",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the functions of scripts do what is told of them?",
    why="`register_key` tests that the key is not empty, the script prints 'key registered', and the other side has never heard of the key.",
    limits="Judged are functions of shell programs whose name begins with a verb of change, that only test, print, wait and set variables of their own, where the program prints the participle of that verb.",
    fix="Call what does the work, and let its failure count.",
    since="0.9.0",
    effort=60,
    reads=SHELL_READERS,
    triggers=("()", "function "),
    check_file=_check,
    examples=(
        Example(
            title="a key that is registered nowhere",
            files={
                "scripts/rotate.sh": '#!/bin/bash\nregister_key() {\n  local key="$1"\n  [ -n "$key" ]\n}\nregister_key "$new" && echo "key registered with the bank"\nvault kv put secret/shop key="$new"\n'
            },
            found=("scripts/rotate.sh:2",),
        ),
        Example(
            title="a key that is registered, and a test that is called one",
            files={
                "scripts/rotate.sh": '#!/bin/bash\nregister_key() {\n  [ -n "$1" ] || return 1\n  curl -fsS -d "key=$1" https://bank.org/keys\n}\nregister_key "$new" && echo "key registered"\ncheck_key() {\n  [ -n "$1" ]\n}\ncheck_key "$new" && echo "key checked"\n'
            },
        ),
        Example(
            title="variables that others read",
            files={
                "scripts/env.sh": '#!/bin/bash\nset_java() {\n  [ -n "$JAVA_HOME" ] || JAVA_HOME=/usr/lib/jvm\n}\nappend_path() {\n  if [ -d "$1" ]; then\n    export PATH="$PATH:$1"\n  fi\n}\nset_java && echo "java is set"\nappend_path /opt/bin && echo "path appended"\n',
            },
        ),
    ),
)
