"""AUD311: an env file is written with a command in place of a value, and nothing runs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_prose import prose_lines
from auditor.facts.python_syntax import all_nodes
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SUBSTITUTED = pattern(r"^\s*([A-Z][A-Z0-9_]{2,})=[\"']?[^#\n]*\$\([a-z][^)]*\)")
_ENV_FILE = pattern(r"[\"'/](?:[\w.\-]*/)*\.env(?:\.[a-z]+)?[\"']|[\"'][\w/.\-]*\.env[\"']")
_SHELL = pattern(r"#!|\bbash\b|\bset -e|\bexport\b|\bsource\b")


def _check(source: Source) -> Iterator[Hit]:
    if not _ENV_FILE.search(source.text):
        return
    written = prose_lines(source)
    for node in all_nodes(source.python):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or "\n" not in node.value:
            continue
        last = node.end_lineno or node.lineno
        lines = [(number, source.lines[number - 1]) for number in range(node.lineno, last + 1) if number in written]
        if any(_SHELL.search(line) for _, line in lines):
            continue
        found = [(number, match.group(1)) for number, line in lines if (match := _SUBSTITUTED.match(line))]
        if found:
            names = ", ".join(f"`{name}`" for _, name in found[:3])
            message = f"Env files are not run: {names} will be the text of a command, and not what it prints."
            yield Hit(source.path, found[0][0], found[-1][0], message, found[0][1])


RULE = Rule(
    id="AUD311",
    name="unexpanded-substitution",
    category=Category.MISSING_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the secrets that are generated reach the program?",
    why="Compose, systemd and dotenv take an env file as it is written: the key that signs every session is the public text `$(cat secret.txt)`.",
    limits="Texts of Python programs that write an env file; one that holds shell code is taken for a script.",
    fix="Write the value, or let the program read the file that holds it.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    triggers=(".env",),
    check_file=_check,
    examples=(
        Example(
            title="an env file with commands",
            files={
                "tools/secrets.py": (
                    'TEXT = """# Production\nNAME=shop\nSECRET_KEY=$(cat secrets/key.txt)\nTOKEN=$(cat secrets/token.txt)\n"""\n\n\n'
                    'def main():\n    with open(".env.production", "w") as file:\n        file.write(TEXT)\n'
                ),
            },
            found=("tools/secrets.py:3",),
        ),
        Example(
            title="a script, and a value",
            files={
                "tools/secrets.py": (
                    'SCRIPT = """#!/bin/sh\nSECRET_KEY=$(cat secrets/key.txt)\n"""\nTEXT = """\nNAME=shop\n"""\n\n\n'
                    'def main():\n    with open(".env", "w") as file:\n        file.write(TEXT)\n'
                ),
            },
        ),
    ),
)
