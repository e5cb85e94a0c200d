"""AUD321: a file that holds nothing but a secret is committed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.credentials import entropy, is_placeholder
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PLACE = pattern(
    r"(?i)(?:^|/)(?:\.?secrets?|credentials?|passwords?)/[^/]+$|(?:^|/)[^/]*(?:secret|passw|passphrase|token|api[_\-]?key|jwt)[^/]*\.(?:txt|key|secret|token|pwd)$|(?:^|/)\.?(?:pgpass|vault_pass(?:word)?)[^/]*$"
)
_ENDS = (".txt", ".key", ".secret", ".token", ".pwd", ".pass")
_VALUE = pattern(r"^[\x21-\x7e]{16,400}$")
_WORDS = pattern(r"^[A-Za-z]+(?:[_\-./][A-Za-z]+)*$|://|^[./~]")
RANDOM = 3.4


def _check(source: Source) -> Iterator[Hit]:
    if not _PLACE.search(source.path) or is_template(source.path) or is_working_copy(source.path):
        return
    if not source.path.lower().endswith(_ENDS) and "." in source.path.rpartition("/")[2]:
        return
    filled = [(number, line.strip()) for number, line in enumerate(source.lines, 1) if line.strip()]
    if len(filled) != 1:
        return
    number, value = filled[0]
    if _VALUE.match(value) and not _WORDS.search(value) and not is_placeholder(value) and entropy(value) >= RANDOM:
        yield Hit(
            source.path, number, number, "The file is a secret, and everybody who can read the repository has it."
        )


_INVENTED = "Hq3v-tL9x_Rk27Zw" + "Mn58Bs_Yd41Jc-Gf"

RULE = Rule(
    id="AUD321",
    name="committed-secret-file",
    category=Category.HARDCODED_SECRET,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    question="Are files with secrets kept out of the repository?",
    why="A password that is one commit old stays in the history: it must be changed, wherever it is used.",
    limits="Files in folders, or with names, that say that they hold a secret, with one line that looks drawn at random. Templates, tests and development are left alone.",
    fix="Change the secret where it is used, remove the file from the repository and its history, and ignore its folder.",
    since="0.1.0",
    effort=60,
    reads=frozenset(),
    roles=frozenset({Role.SHIPPED, Role.DATA, Role.DOCUMENTATION}),
    check_file=_check,
    examples=(
        Example(
            title="a token in the folder for secrets",
            files={"secrets/jwt_secret.txt": f"{_INVENTED}\n"},
            found=("secrets/jwt_secret.txt:1",),
        ),
        Example(
            title="a value to fill in, a reading, and a test's",
            files={
                "secrets/jwt_secret.txt": "replace-me-with-a-long-secret\n",
                "secrets/README.txt": "Put the files here.\nOne for each secret.\n",
                "tests/secrets/token.txt": f"{_INVENTED}\n",
            },
        ),
    ),
)
