"""AUD892: a program that only imports says that something works."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PYTHON = pattern(r"^(?:python[0-9.]*|pypy3?)$")
_LONGEST = 4_000
_PROOF = pattern(
    r"(?i)\b(?:verified|passed|connect(?:ed|ion|ivity)|healthy|operational|working|works|validated|tested|successful(?:ly)?|secured?|compliant|reachable|ready|running)\b"
)
_BAD = pattern(r"(?i)\b(?:not|no|fail\w*|error|without|skip\w*|missing)\b|❌|⚠")
_OF_IMPORT = pattern(
    r"(?i)\bimport\w*|\bmodules?\b|\bloads?\b|\bloaded\b|\binstall\w*|\bpackages?\b|\bdependenc\w+|\bsyntax\b|\bavailable\b|\bsetup\b|\bversion\b"
)
"""What an import does show."""
_PREPARES = pattern(r"^(?:sys\.path|os\.environ|warnings|logging)\b")


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    shell = source.fact(ShellFile)
    evaluated = [
        one for program in (shell.evaluated if shell is not None else ()) for one in all_commands(program.body)
    ]
    for symbol, command in [
        *((u.symbol, one) for u in units_of(source) for one in all_commands(u.body)),
        *(("", one) for one in evaluated),
    ]:
        for line, text in _programs(command):
            said = _only_said(text)
            if said and line not in seen:
                seen.add(line)
                at, told = said
                message = f"The program only imports, and reports {told[:60]!r}: nothing of that was tried."
                yield Hit(source.path, line + at, line + at, message, symbol)


def _programs(command: Command) -> Iterator[tuple[int, str]]:
    """The programs that a command hands to Python, with their first line."""
    words = command.words
    if any(_PYTHON.search(word.text.rpartition("/")[2]) for word in words):
        for option, word in pairwise(words):
            if option.text == "-c" and word.quoted:
                yield word.line, word.text
        yield from ((one.target.line, one.target.text) for one in command.redirects if one.operator == "<<")


def _only_said(text: str) -> tuple[int, str] | None:
    """The success that a program prints, with its line, where it imports and does no more."""
    if len(text) > _LONGEST or "import" not in text or "print" not in text:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the audited code's SyntaxWarnings are not ours
            tree = ast.parse(textwrap.dedent(text.replace('\\"', '"')))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    imports = False
    found: tuple[int, str] | None = None
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imports = True
            continue
        told = _told(statement)
        if told is None and not _is_preparation(statement):
            return None
        if told and _PROOF.search(told) and not _BAD.search(told) and not _OF_IMPORT.search(told):
            found = found or (statement.lineno - 1, told)
    return found if imports else None


def _told(statement: ast.stmt) -> str | None:
    """The text that a statement prints; None where it is anything else, or prints what was found out."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[*given], keywords=[])):
            texts = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            return " ".join(texts) if len(texts) == len(given) else None
        case _:
            return None


def _is_preparation(statement: ast.stmt) -> bool:
    """Whether a statement only makes the import possible: ``sys.path.insert(0, 'src')``."""
    return isinstance(statement, ast.Pass) or _PREPARES.search(ast.unparse(statement)) is not None


RULE = Rule(
    id="AUD892",
    name="import-taken-for-proof",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a program that reports a connection or a passed check try it?",
    why="`from app.db import engine; print('Database connectivity verified')` succeeds with no database at all.",
    limits=(
        "Programs that the shell hands to Python (`python -c`, here-documents) whose statements are imports, settings of the path and printed texts without a value; "
        "a text that speaks of the import, the module or the installation is true."
    ),
    fix="Call what is reported: open the connection, run the check, and exit with its result.",
    since="0.7.0",
    effort=20,
    reads=SHELL_READERS,
    triggers=("python",),
    check_file=_check,
    examples=(
        Example(
            title="a connection that nobody opens, a check that nobody runs",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  verify:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          docker compose exec -T api python -c \"\n          import sys\n          sys.path.insert(0, 'src')\n"
                    "          from shop.db import engine\n          print('✅ Database connectivity verified')\n          \" || exit 1\n"
                ),
                "ops/verify.sh": (
                    '#!/bin/bash\nattempt() {\n  eval "$2"\n}\nattempt "quality" "docker compose exec api python -c \'from shop.quality import Checker; print(\\"Quality checks passed\\")\'"\n'
                    "python3 - <<'EOF'\nfrom shop.cache import client\nprint('Cache is healthy')\nEOF\npython3 - <<'EOF'\nimport shop.mail\nprint('Mail\\. is reachable')\nEOF\n"
                ),
            },
            found=(".github/workflows/deploy.yml:11", "ops/verify.sh:12", "ops/verify.sh:5", "ops/verify.sh:8"),
        ),
        Example(
            title="a word on the import, and a check that is run",
            files={
                "ops/verify.sh": (
                    "#!/bin/bash\npython -c \"import shop; print('Import successful')\"\npython -c \"from shop.db import engine; engine.connect(); print('Database connected')\"\n"
                    "python -c \"from shop.quality import score; print('Checks passed', score())\"\npython -c \"print('Tests passed')\"\npython -c \"import shop; print('No connection')\"\n"
                ),
            },
        ),
    ),
)
