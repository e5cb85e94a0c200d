"""AUD941: an expression of sed holds slashes of its own, so that sed refuses it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STARTS = pattern(r"^(?:\d+|\$|/(?:[^/\\]|\\.)+/)?\s*s/")
_FLAGS = pattern(r"^[gIipemM0-9]*\s*(?:w\s.*)?(?:[;}#\n].*)?$")
_PARTS = 3
"""Slashes of a substitution: before, between and behind its two parts."""


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        for command in all_commands(unit.body):
            if command.name == "sed" and command.line not in seen:
                seen.add(command.line)
                wrong = next((text for text in _expressions(command) if _is_refused(text)), "")
                if wrong:
                    message = (
                        f"sed refuses {wrong[:60]!r}: there are more slashes in it than those that separate its parts."
                    )
                    yield Hit(source.path, command.line, command.end_line, message, unit.symbol)


def _expressions(command: Command) -> Iterator[str]:
    """The substitutions among the words of a call."""
    yield from (text for text in command.texts[1:] if _STARTS.search(text))


def _is_refused(text: str) -> bool:
    """Whether something stands behind the third slash that is neither a flag nor another command."""
    begin = _STARTS.search(text)
    at, slashes = (begin.end() if begin else 0), 1
    while at < len(text) and slashes < _PARTS:
        if text[at] == "\\":
            at += 1
        elif text[at] in "[\n`" or text.startswith("$(", at):
            return False  # a slash in brackets counts for nothing, and what a command prints nobody knows
        elif text.startswith("${", at):
            at = text.find("}", at)
            if at < 0:
                return False
        elif text[at] == "/":
            slashes += 1
        at += 1
    return slashes == _PARTS and "/" in text[at:] and not _FLAGS.search(text[at:])


RULE = Rule(
    id="AUD941",
    name="unescaped-slash",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does sed take every expression that it is given?",
    why="`s/http://a/http://b/` is no expression: sed ends with 'unknown option to s', and the switch of traffic or the new version that it was to write never comes.",
    limits="Judged are substitutions with slashes, as far as they are written out; what variables and brackets hold is not looked at.",
    fix="Take another separator: `s|http://a|http://b|`.",
    since="0.9.0",
    effort=5,
    reads=frozenset({"shell", "pipeline", "github-workflow", "gitlab-ci", "make-recipes"}),
    check_file=_check,
    examples=(
        Example(
            title="addresses and images between slashes",
            files={
                "switch.sh": '#!/bin/bash\nsed -i "s/proxy_pass http://localhost:${OLD}/proxy_pass http://localhost:${NEW}/g" site.conf\n',
                ".github/workflows/ship.yml": "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: sed -i 's/image=.*/image=ghcr.io/me/shop:1/' k8s/shop.env\n",
            },
            found=(".github/workflows/ship.yml:6", "switch.sh:2"),
        ),
        Example(
            title="other separators, escaped slashes, flags, further commands, brackets and variables",
            files={
                "switch.sh": (
                    "#!/bin/bash\nsed -i \"s|http://a|http://b|g\" site.conf\nsed 's/http:\\/\\/a/b/g' site.conf\nsed -e 's/a/b/;s/c/d/' x\nsed 's/[^/]*/x/' y\n"
                    "sed \"s/TAG/${IMAGE//\\//_}/\" z\nsed 's/a/b/w out/log' v\nsed -n '/x/s/a/b/p' u\nsed 's/a/b/g' /etc/hosts\n"
                )
            },
        ),
    ),
)
