"""AUD322: a program gives an account a password that is written in it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.credentials import is_placeholder
from auditor.facts.pattern import pattern
from auditor.facts.python_prose import prose_lines
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HASHES = pattern(
    r"(?i)\b(?:hash_?password|(?:get|create|make|generate)_?password_?hash|make_?password|set_?password|encrypt_?password|hashpw|bcrypt\.hash(?:sync)?|argon2\.hash|"
    r"\w*(?:pwd|crypt|password|hasher)\w*\.(?:hash|encrypt)|GenerateFromPassword)\(\s*(?:\[\]byte\(\s*)?[rbu]{0,2}[\"'`]([^\"'`{}$<>\n]{4,72})[\"'`]"
)
_DROPPED = pattern(r"^\s*(?:await\s+)?\w*make_?password\([^()]*\)\s*;?\s*$")
"""A digest that nobody keeps takes its time, and no more."""
_NEUTRAL = pattern(
    r"(?i)^(?:dummy|fake|none|null|invalid|unusable|random|wrong|not[_ -]?a|constant|timing|test)|^\*+$|^x+$|^\s"
)
_FOR_TRIAL = pattern(r"(?i)(?:^|[/._\-])(?:seed\w*|dev\w*|demo\w*|samples?|fixtures?|sandbox|local)(?:[/._\-]|$)")
_OF_TESTS = pattern(r"(?i)(?:^|[/._\-])test(?:s|ing|ers?)?(?:[/._\-]|$)")
_LANGUAGES = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO})
_COMMENTS = ("#", "//", "*")
_LONGEST = 2000


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language not in _LANGUAGES or _OF_TESTS.search(source.path) or not _HASHES.in_lines(source.joined):
        return
    told = prose_lines(source) if source.file.language is Language.PYTHON else frozenset()
    severity = Severity.MEDIUM if _FOR_TRIAL.search(source.path) else None
    for number, line in enumerate(source.lines, 1):
        if number in told or len(line) > _LONGEST or line.lstrip().startswith(_COMMENTS):
            continue
        found = _HASHES.search(line)
        if (
            found
            and not _DROPPED.search(line)
            and not is_placeholder(found.group(1))
            and not _NEUTRAL.search(found.group(1))
        ):
            message = "An account is given a password that everybody who reads the code knows."
            yield Hit(source.path, number, number, message, "", severity)


_INVENTED = "Night" + "Shift7!"

RULE = Rule(
    id="AUD322",
    name="seeded-password",
    category=Category.HARDCODED_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the accounts that a program creates get passwords from outside of it?",
    why="A migration that creates an administrator with a password of the source code creates it in production, too, and whoever has read access to the code can log in.",
    limits="Literals that are hashed or set as a password, in shipped code. Stand-ins, and what is hashed to take the same time for unknown users, are left alone; files named for seeds or demos are milder.",
    fix="Read the password from a secret store, or create the account without one and send an invitation.",
    since="0.5.0",
    effort=30,
    reads=frozenset({"go", "javascript", "python", "tsx", "typescript"}),
    triggers=("hash", "password", "encrypt"),
    check_file=_check,
    examples=(
        Example(
            title="an administrator of a migration, in three languages",
            files={
                "shop/migrate.py": f'def seed(session):\n    session.add(User(name="chief", password_hash=hash_password("{_INVENTED}")))\n',
                "web/setup.ts": f'export async function chief(users: Users) {{\n  await users.add({{ name: "chief", hash: await bcrypt.hash("{_INVENTED}", 10) }});\n}}\n',
                "cmd/setup.go": f'package main\n\nfunc chief() ([]byte, error) {{\n\treturn bcrypt.GenerateFromPassword([]byte("{_INVENTED}"), 10)\n}}\n',
            },
            found=("shop/migrate.py:2", "web/setup.ts:2", "cmd/setup.go:4"),
        ),
        Example(
            title="passwords from elsewhere, one that nobody has, documentation and tests",
            files={
                "shop/accounts.py": (
                    'def add(name, password):\n    """Say `hash_password("'
                    + _INVENTED
                    + '")` yourself."""\n    return User(name=name, hash=hash_password(password))\n\n\n'
                    'def refuse():\n    make_password("waste-time9")\n\n\nUNKNOWN = hash_password("dummy-for-equal-time")\n# hash_password("'
                    + _INVENTED
                    + '")\n'
                ),
                "shop/text.py": 'def digest(password):\n    return bcrypt.hashpw(password.encode("utf-8"), bcrypt.gensalt())\n',
                "tests/test_accounts.py": f'def test_add():\n    assert check(hash_password("{_INVENTED}"))\n',
            },
        ),
    ),
)
