"""AUD125: a comment in a program tells the reader to write what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.comments import Comment, comments_of
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import syntax_of
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule
from auditor.rules.placeholders.shipped_path import delivers

__all__ = ["RULE"]

_VERB = r"(?:add|put|insert|place|implement|write|include|define|fill in|customi[sz]e|adjust|adapt|modify|change|replace|extend)"
_WHOSE = (
    r"your (?:own |specific |actual |particular )?(?:set-?up|environment|needs?|requirements?|infrastructure|app|application|systems?|"
    r"project|organi[sz]ation|deployment|cluster|use[ -]?case|services?|stack|load balancer|provider|platform)"
)
_ASKS = pattern(
    r"(?i)\b" + _VERB + r"\b(?:[^.]{0,60}\b)?(?:for|to|with|in|of|based on|according to|per) " + _WHOSE + r"\b|"
    r"\b"
    + _VERB
    + r"\b[^.]{0,60}\byour (?:own |actual |custom |specific )?[\w\- ]{0,30}(?:logic|code|implementation|checks?|tests?|commands?|calls?|"
    r"steps?|integration)\b(?: (?:go(?:es)? )?here)?|"
    r"\b"
    + _VERB
    + r"\b[^.]{0,60}\b(?:services?|dependenc(?:y|ies)|checks?|apis?|resources?) (?:that )?your \w+ (?:depends?|relies|uses?|needs?)\b|"
    r"\byour (?:\w+ ){0,3}(?:logic|code|commands?|implementation) (?:goes |go )?here\b"
)
_ASSIGNS = pattern(r"^\s*(?:export |local |readonly |declare |const |let |var )?[\w.\[\]\"']+\s*[:=]")
_PROGRAMS = frozenset({Language.PYTHON, Language.SHELL, Language.YAML})


def _check(source: Source) -> Iterator[Hit]:
    if is_template(source.path) or source.file.language not in _PROGRAMS or not delivers(source.path):
        return
    inside = _bodies(source)
    for comment in comments_of(source) if inside else ():
        if comment.line in inside and not comment.trailing and not comment.is_docstring and _is_open(comment, source):
            message = "What belongs here is left to the reader: the comment tells him to write it."
            yield Hit(source.path, comment.line, comment.end_line, message)


def _is_open(comment: Comment, source: Source) -> bool:
    """Whether the comment asks for work, rather than for a value on the next line."""
    if not _ASKS.search(comment.text):
        return False
    rest = (line for line in source.lines[comment.end_line :] if not line.lstrip().startswith("#"))
    following = next(rest, "")
    return not _ASSIGNS.search(following)


def _bodies(source: Source) -> frozenset[int]:
    """The lines of functions, and of the programs of steps."""
    if source.file.language is Language.PYTHON:
        spans = [(one.node.lineno, one.node.end_lineno or one.node.lineno) for one in syntax_of(source).functions]
    else:
        units = units_of(source)
        spans = [(unit.line, unit.end_line) for unit in units if unit.function or unit.step is not None]
    return frozenset(number for first, last in spans for number in range(first, last + 1))


RULE = Rule(
    id="AUD125",
    name="left-to-the-reader",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is everything written that scripts of delivery and operations need?",
    why="'Adjust for your setup' in the project's own rollback means that nobody has: the script is a template of one.",
    limits=(
        "Judges comments inside of functions and steps of what deploys, watches or restores, as the path says. A comment "
        "above an assignment asks for a value and is left alone."
    ),
    fix="Write the step for the environment that there is, or remove it.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline", "python"}),
    triggers=("your ",),
    check_file=_check,
    examples=(
        Example(
            title="a rollback and a check to be written",
            files={
                "scripts/rollback.sh": (
                    "#!/bin/bash\nswitch_traffic() {\n  # This depends on the environment - adjust for your setup\n"
                    "  systemctl reload haproxy\n}\ncheck() {\n  curl -f $URL\n  # Add checks for any services your app depends on\n}\n"
                    "switch_traffic\ncheck\n"
                ),
                "deploy/notify.py": "def notify(text):\n    # Add your notification logic here\n    return text\n",
            },
            found=("deploy/notify.py:2", "scripts/rollback.sh:3", "scripts/rollback.sh:8"),
        ),
        Example(
            title="a value to be chosen, and a note on the user's own files",
            files={
                "scripts/deploy.sh": (
                    "#!/bin/bash\nconfigure() {\n  # Change this to your environment\n  REGION=eu\n"
                    "  # Your changes are kept\n  kubectl apply -f .\n}\nconfigure\n"
                )
            },
        ),
    ),
)
