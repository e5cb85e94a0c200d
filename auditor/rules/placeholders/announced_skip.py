"""AUD126: a function or step that always says that it skips what it is called for."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_work, identifier_words, printed
from auditor.facts.shell_effects import Effect, always_leaves, effect_of
from auditor.facts.shell_program import Chain, Command, If, Node, children
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SKIPS = pattern(r"(?i)\b(?:skipp(?:ing|ed)|not (?:yet )?implemented|not (?:yet )?supported|omitt(?:ing|ed))\b")
_ADMITS = pattern(
    r"(?:^|[^\w/$\x7b-])(?:TODO|FIXME)(?:\s*[:(-]|\s+[a-z])|(?i:\b(?:not (?:yet )?implemented(?: yet)?|to be implemented|implement me|implementation pending|(?:this is|just) a (?:placeholder|stub)|placeholder (?:step|for|until|deployment|command)|would (?:normally )?(?:go|happen|run|be deployed|deploy) here|no tests? (?:yet|so far|defined)|coming soon)\b)"
)
_UNTIL = pattern(
    r"(?i)\b(?:if|unless|when|already|missing|not found|not installed|unavailable|cached|exists?|unchanged|disabled)\b"
)
_COMMON = frozenset({"test", "tests", "check", "checks", "run", "the", "and", "verify", "validate", "setup", "step"})
_STEM = 5


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        yield from _admitted(source, unit)
        if not claims_work(unit.name) or (unit.step is not None and unit.step.condition.text):
            continue
        command = _skip(unit)
        if command is not None:
            message = f"{unit.name[:80]!r} always says that it skips what it is called for."
            yield Hit(source.path, command.line, command.end_line, message, unit.symbol)


def _admitted(source: Source, unit: Unit) -> Iterator[Hit]:
    """What a program prints, whatever happens, of work that is still to be written: ``echo "TODO: call the API"``."""
    for at, node in enumerate(unit.body):
        if not isinstance(node, Command) or effect_of(node, unit.functions) is not Effect.PRINT or not node.words:
            continue
        text = printed(node) or " ".join(node.texts[1:])
        after = unit.body[at + 1] if at + 1 < len(unit.body) else None
        fails = after is not None and always_leaves((after,), unit.functions)
        if _ADMITS.search(text) and not fails and not any(one.target.text != "/dev/null" for one in node.redirects):
            message = f"The program says itself that this is still to be done: {text.strip()[:60]!r}."
            yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _skip(unit: Unit) -> Command | None:
    words = [word for word in identifier_words(unit.name).lower().split() if word not in _COMMON and len(word) >= _STEM]
    for node in unit.body:
        if _may_leave(node, unit):
            return None
        if not isinstance(node, Command) or effect_of(node, unit.functions) is not Effect.PRINT:
            continue
        text = (printed(node) or " ".join(node.texts[1:])).lower()
        if _SKIPS.search(text) and not _UNTIL.search(text) and any(word[:_STEM] in text for word in words):
            return node
    return None


def _may_leave(node: Node, unit: Unit) -> bool:
    """Whether what follows runs only on a condition, because this leaves on another."""
    return isinstance(node, If | Chain) and always_leaves(children(node), unit.functions)


RULE = Rule(
    id="AUD126",
    name="announced-skip",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every function and step do what it is called for?",
    why="A function 'test_alerts' that prints 'skipping alert test' every time tests no alert, and is counted as a test.",
    limits="Only what is printed on every path counts, and only where the text names what the function or step is called for.",
    fix="Do it, where need be in an environment where it is safe, or drop the function.",
    since="0.1.0",
    effort=90,
    reads=SHELL_READERS,
    triggers=(
        "skipping",
        "skipped",
        "implement",
        "supported",
        "omitting",
        "omitted",
        "todo",
        "fixme",
        "placeholder",
        "a stub",
        "would",
        "no test",
        "coming soon",
    ),
    check_file=_check,
    examples=(
        Example(
            title="work that a program says is still to be done, and a choice that is not supported",
            files={
                "ops/dns.sh": '#!/bin/bash\nupdate() {\n  echo "TODO: call the API of the registrar"\n}\ncase "$1" in\n  a) echo "not implemented"; exit 1 ;;\nesac\nupdate\necho "not implemented yet" >&2\nexit 1\n',
            },
            found=("ops/dns.sh:3",),
        ),
        Example(
            title="a simulation that is left out, always",
            files={
                "scripts/validate.sh": (
                    '#!/bin/bash\ntest_failover() {\n  echo "Testing failover..."\n  echo "Skipping failover in production"\n'
                    "  curl -f $URL\n}\ntest_failover\n"
                )
            },
            found=("scripts/validate.sh:4",),
        ),
        Example(
            title="skipped on a condition",
            files={
                "scripts/validate.sh": (
                    '#!/bin/bash\ntest_failover() {\n  if [ -z "$URL" ]; then\n    echo "Skipping failover"\n    return 0\n  fi\n'
                    '  curl -f $URL\n}\nbackup_data() {\n  if [ -n "$DIR" ]; then\n    tar cf a.tar $DIR\n    return\n  fi\n'
                    '  echo "Skipping backup"\n}\ntest_failover\nbackup_data\n'
                )
            },
        ),
    ),
)
