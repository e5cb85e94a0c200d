"""AUD475: make cannot read a makefile, since a command does not begin with a tab."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NAMED = pattern(r"(?i)(?:^|/)(?:gnu)?makefile$|\.mk$")
_DIRECTIVE = pattern(
    r"^\s*(?:ifdef|ifndef|ifeq|ifneq|else|endif|include|-include|sinclude|export|unexport|override|private|vpath|undefine|load|-load)\b"
)
_DEFINES = pattern(r"^\s*(?:override\s+|export\s+)*define\b")
_ENDS = pattern(r"^\s*endef\b")
_OTHER_MAKE = pattern(r"(?m)^\.(?:if|include|for|ifdef)\b|^!(?:IF|INCLUDE)\b|^\.RECIPEPREFIX|\{\{|\{%|^@[A-Z_]+@")
_RULE = pattern(r"^[^\t#=\s][^#=]*:")
_COMMAND = pattern(r"^(?:@|-|\s*)[A-Za-z./][\w./-]*(?:\s|$)")
_MOST_LINES = 5_000


def _check(source: Source) -> Iterator[Hit]:
    if (
        source.file.language is not Language.MAKEFILE
        or not _NAMED.search(source.path)
        or _OTHER_MAKE.search(source.text)
    ):
        return
    inside = seen = False
    goes_on = False
    for number, line in enumerate(source.lines[:_MOST_LINES], 1):
        continued, goes_on = goes_on, line.endswith("\\")
        inside = (inside or _DEFINES.search(line) is not None) and not _ENDS.search(line)
        if continued or inside or line.startswith(("\t", "#", "$")) or not line.strip():
            continue
        seen = seen or _RULE.search(line) is not None
        if seen and _is_stray(line):
            message = "make stops here with `missing separator`: a command must begin with a tab, and no target of the file can be made."
            yield Hit(source.path, number, number, message)
            return


def _is_stray(line: str) -> bool:
    if (
        ":" in line
        or "=" in line
        or _DIRECTIVE.search(line)
        or _ENDS.search(line)
        or line.lstrip().startswith(("#", "$"))
    ):
        return False
    return _COMMAND.search(line) is not None


RULE = Rule(
    id="AUD475",
    name="unreadable-makefile",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can make read the makefile?",
    why="One line without its tab ends every call of make, that of the pipeline included: nobody has run it since.",
    limits="Only what is a command beyond doubt, in makefiles of GNU make: lines with a colon, an equals sign or an expansion at their beginning may be something else.",
    fix="Begin the line with a tab.",
    since="0.3.0",
    effort=5,
    reads=frozenset({"makefile"}),
    check_file=_check,
    examples=(
        Example(
            title="blanks and nothing before a command",
            files={
                "Makefile": "test:\n    pytest tests\n",
                "docker/Makefile": "image: Dockerfile\n\tdocker build .\n\nclean:\n@if [ -d build ]; then \\\n\trm -r build; \\\nfi\n",
            },
            found=("Makefile:2", "docker/Makefile:5"),
        ),
        Example(
            title="what make reads",
            files={
                "Makefile": (
                    "include common.mk\nSOURCES = a.c \\\n  b.c\n\nifdef DEBUG\nFLAGS := -g\nelse\nFLAGS := -O2\nendif\n\ndefine HELP\nusage of this file\nendef\n\n"
                    ".PHONY: test\ntest: \\\n  build \\\n  lint\n\tpytest tests \\\n  --maxfail 1\n\n$(call targets,a b)\n\n# the end\n  # of it\n"
                ),
                "common.mk": "all:\n\ttrue\n",
            },
        ),
    ),
)
