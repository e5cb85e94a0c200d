"""AUD320: a script or the configuration that it writes gives a password as a literal."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.credentials import is_placeholder
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template, is_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.hardcoded_secret import RULE as HARDCODED

__all__ = ["RULE"]

_STATEMENT = pattern(
    r"(?i)\b(?:create|alter)\s+(?:user|role)\b[^;]{0,200}?\b(?:password|identified\s+by)\s+\\?'([^'\\$`{}%<>]{4,100})\\?'"
)
_COMMANDS = (
    pattern(r"(?:^|[\s;&|(])(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH|SSHPASS)=[\"']?([^\s\"'$`{}<>]{4,100})[\"']?\s+\S"),
    pattern(r"\bsshpass\s+-p\s*[\"']?([^\s\"'$`{}<>\-]{4,100})"),
    pattern(r"\bredis-cli\b[^|;]*\s-a\s+[\"']?([^\s\"'$`{}<>\-]{4,100})"),
    pattern(r"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^|;]*\s(?:-p|--password=)[\"']?([A-Za-z0-9!@#%^&*_.]{4,100})"),
    pattern(
        r"\b(?:docker|podman|helm registry)\s+login\b[^|;]*\s(?:-p|--password)[ =][\"']?([^\s\"'$`{}<>\-][^\s\"'$`{}<>]{4,100})"
    ),
    pattern(
        r"(?:^|\s)--set(?:-string)?[ =][\"']?(?:[\w\[\]\\-]+\.)*\w*(?:[Pp]assword|[Ss]ecretKey|[Aa]piKey|[Aa]uthToken)[\"']?=[\"']?([^\s\"',;}$`{<>()=]{4,100})"
    ),
)
_SETTING = pattern(
    r"(?:^|[\s\"'\-{,(])([A-Z][A-Z0-9_]*(?:PASSWORD|PASSWD))[\"']?\s*[:=]\s*[\"']?([^\s\"',;}$`{<>()]{5,100})[\"']?\s*(?:[,;}#]|$)"
)
_SHOWN = pattern(
    r"(?i)[(\[\s](?:admin|root|administrator|superuser|grafana|minioadmin)\s?(?:/|:| / )\s?([A-Za-z][A-Za-z0-9!@#%^&*_.\-]{3,40}[0-9!@#%^&*])[)\]]"
)
"""The account of an administrator and its password, as a script tells them to whoever runs it, in brackets."""
_DEFAULTED = pattern(
    r"\$\{((?:[A-Z][A-Z0-9]*_)*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|API_KEY|TOKEN|SIGNING_KEY|ENCRYPTION_KEY)):?-([^\s\"'$`{}<>()|;]{5,100})\}"
)
"""What is used as a secret where the environment gives none."""
_URL = pattern(r"\b[a-z][a-z0-9+.\-]{1,20}://([^\s:/@\"'<>{}$`()]{1,60}):([^\s/@\"'<>{}$`()]{5,100})@")
_DEPLOYS = pattern(
    r"(?i)(?:^|[/._\-])(?:deploy\w*|prod(?:uction)?\d*|install\w*|provision\w*|release|setup|bootstrap|k8s|infra\w*|ops)(?:[/._\-]|$)"
)
_TRIAL = pattern(r"(?i)test|example|dummy|sample|mock|demo|fake|\blocal_?dev|placeholder|usage|echo\s")
_EXPRESSION = pattern(r"\[\^|\[[\w\\]+-[\w\\]+\]|\\[swdSWD]|[\])][+*]|\(\?|\.[*+]")
_LANGUAGES = frozenset({Language.SHELL, Language.PYTHON, Language.SQL})
_DEFAULTS = frozenset({"root", "admin", "postgres", "mysql", "guest", "user", "vagrant", "toor", "mongo", "redis"})
_TELLS_NOTHING = pattern(
    r"(?i)^(?:none|null|unset|empty|undefined|missing|not_?-?set|/.*|https?:.*|[a-z]+_(?:password|secret|token|key))$"
)
_COMMENTS = ("#", "//", "-- ", "*")
LONGEST = 2000


def _check(source: Source) -> Iterator[Hit]:
    if (
        source.file.language not in _LANGUAGES
        or is_template(source.path)
        or is_env_template(source.path)
        or is_working_copy(source.path)
    ):
        return
    if not any(one.in_lines(source.joined) for one in (_STATEMENT, *_COMMANDS, _SETTING, _DEFAULTED, _SHOWN, _URL)):
        return
    deploys = _DEPLOYS.search(source.path) is not None
    hits = [
        hit
        for number, line in enumerate(source.lines, 1)
        for hit in _in_line(source.path, number, line, deploys=deploys)
    ]
    if not hits or HARDCODED.check_file is None:
        return
    reported = {hit.start_line for hit in HARDCODED.check_file(source)}
    yield from (hit for hit in hits if hit.start_line not in reported)


def _in_line(path: str, number: int, line: str, *, deploys: bool) -> Iterator[Hit]:
    if len(line) > LONGEST or line.lstrip().startswith(_COMMENTS):
        return
    shown = _SHOWN.search(line)
    if shown and _is_real(shown.group(1)):
        yield Hit(path, number, number, "The password of an administrator is printed, and written here for it.")
        return
    if _TRIAL.search(line):
        return
    what = _given_to_a_command(line) or (_configured(line) if deploys else "")
    if what:
        yield Hit(path, number, number, f"{what} is given as a literal.")
        return
    defaulted = _DEFAULTED.search(line)
    if defaulted and _falls_back(defaulted.group(1), defaulted.group(2)):
        message = f"`{defaulted.group(1)}` falls back on a literal where the environment does not set it."
        yield Hit(path, number, number, message, defaulted.group(1))


def _given_to_a_command(line: str) -> str:
    statement = _STATEMENT.search(line)
    if statement and _is_chosen(statement.group(1)):
        return "The password of a database user"
    found = next((match for match in (one.search(line) for one in _COMMANDS) if match), None)
    return "The password of a command" if found and _is_chosen(found.group(1)) else ""


def _configured(line: str) -> str:
    """What a deployment writes into an environment, a Compose file or a manifest."""
    setting = _SETTING.search(line)
    stands_by = setting is not None and setting.group(2).startswith("-")  # ``${NAME:-value}``
    if setting and not stands_by and _is_real(setting.group(2)) and not setting.group(2).isupper():
        return f"`{setting.group(1)}`"
    url = _URL.search(line)
    return "The password in a URL" if url and _is_real(url.group(2)) and url.group(1) != url.group(2) else ""


def _falls_back(name: str, value: str) -> bool:
    """Whether a default lets people in: one that was made up, or the one that everybody knows of an administrator."""
    if not _is_real(value) or _TELLS_NOTHING.search(value):
        return False
    return value.lower() not in _DEFAULTS or "ADMIN" in name


def _is_chosen(value: str) -> bool:
    """Whether a password was thought of for this product: that of an image's default account is known anyway."""
    return _is_real(value) and value.lower() not in _DEFAULTS


def _is_real(value: str) -> bool:
    if _EXPRESSION.search(value):
        return False  # a pattern that finds passwords, to mask them
    return not is_placeholder(value) and value.lower() not in (
        "password",
        "secret",
        "none",
        "null",
        "true",
        "false",
        "required",
        "string",
    )


_INVENTED = "banana_" + "bandana"
_SPOKEN = "harbour" + "77"
_USUAL = "admin"

RULE = Rule(
    id="AUD320",
    name="password-in-script",
    category=Category.HARDCODED_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Do scripts take passwords from where they are kept?",
    why="A database that a script sets up has the password that the script was committed with, in every installation.",
    limits=(
        "Statements that create users, options of clients and what stands in for a secret that is not given (`${DB_PASSWORD:-...}`) anywhere; settings and URLs in files that are named for deployment. What AUD330 "
        "reports, values to fill in, references, development and tests are left out."
    ),
    fix="Generate the password or read it from a secret store, and change the one that was committed.",
    since="0.1.0",
    effort=45,
    reads=frozenset({"shell", "python", "sql"}),
    triggers=(
        "password",
        "passwd",
        "mysql",
        "redis-cli",
        "sshpass",
        "://",
        "identified",
        ":-",
        "passphrase",
        "admin",
        "root",
        "superuser",
        "--set",
    ),
    check_file=_check,
    examples=(
        Example(
            title="statements, clients and what a deployment writes",
            files={
                "scripts/database.sh": (
                    f"#!/bin/bash\npsql -c \"CREATE USER shop WITH PASSWORD '{_INVENTED}';\"\nPGPASSWORD={_INVENTED} psql -h db shop\nmysql -u root -p{_INVENTED} shop\n"
                ),
                "scripts/up.sh": f'#!/bin/bash\necho "Charts: http://charts.harbour.org (admin/{_SPOKEN})"\necho "Charts: http://charts.harbour.org (admin/$PASS)"\necho "see (root/var/log)"\n',
                "scripts/seal.sh": f'#!/bin/bash\ngpg --passphrase "${{SEAL_PASSPHRASE:-{_INVENTED}}}" -c "$1"\nHOST="${{HOST:-{_INVENTED}}}"\nTOKEN="${{API_TOKEN:-missing}}"\n',
                "tools/compose.py": f'SERVICE = {{"environment": {{"GF_SECURITY_ADMIN_PASSWORD": "${{GRAFANA_ADMIN_PASSWORD:-{_USUAL}}}", "DB": "${{DB_PASSWORD:-postgres}}"}}}}\n',
                "deploy.sh": f'#!/bin/bash\ncat > shop.yml <<EOF\nurl: "postgresql://shop:{_INVENTED}@db/shop"\nEOF\n',
                "ops/charts.sh": f'#!/bin/bash\nhelm upgrade --install store books/store \\\n  --set auth.username=shop \\\n  --set-string auth.password="{_INVENTED}" \\\n  --set adminPassword="$ADMIN" --set other.password=changeme\n',
                "ops/save.sh": f'#!/bin/bash\ngpg --batch --passphrase "${{SAVE_PASSPHRASE:-{_INVENTED}}}" -c dump.sql\n',
                "compose/write.py": f'BOARD = {{\n    "GF_SECURITY_ADMIN_PASSWORD": "${{BOARD_ADMIN_PASSWORD:-{_USUAL}}}",\n    "MAIL_PASSWORD": "${{MAIL_PASSWORD:?}}",\n}}\n',
                "deploy/production.py": f"ENV = {{\n    'POSTGRES_PASSWORD': '{_INVENTED}',\n}}\nCOMPOSE = '''\n      - GF_SECURITY_ADMIN_PASSWORD=admin123\n'''\n",
            },
            found=(
                "compose/write.py:2",
                "deploy.sh:3",
                "ops/charts.sh:4",
                "ops/save.sh:2",
                "deploy/production.py:2",
                "deploy/production.py:5",
                "scripts/database.sh:2",
                "scripts/database.sh:3",
                "scripts/database.sh:4",
                "scripts/seal.sh:2",
                "scripts/up.sh:2",
                "tools/compose.py:1",
            ),
        ),
        Example(
            title="references, values to fill in, development and tests",
            files={
                "scripts/database.sh": (
                    '#!/bin/bash\npsql -c "CREATE USER shop WITH PASSWORD \'$DB_PASSWORD\';"\nPGPASSWORD="$DB_PASSWORD" psql -h db shop\nmysql -u root -p shop\nsshpass -p root ssh root@127.0.0.1\n'
                ),
                "deploy.sh": "#!/bin/bash\nPOSTGRES_PASSWORD=your_password_here\nDB_PASSWORD=$(cat /run/secrets/db)\nURL=postgresql://shop:${DB_PASSWORD}@db/shop\n",
                "infrastructure/masking.py": "PATTERNS = [r'postgres://[^:]+:[^@]+@', r'redis://\\w*:(\\S{4,})@']\n",
                "ops/save.sh": '#!/bin/bash\npsql "postgres://shop:${DB_PASSWORD:-postgres}@db" "${MAIL_PASSWORD:-none}" "${KEY_PASSPHRASE:-/run/key}" "${BANK_SECRET_KEY:-your-secret-key-here}"\n',
                "scripts/dev/database.sh": f"psql -c \"CREATE USER shop WITH PASSWORD '{_INVENTED}';\"\n",
                "tests/database.sh": f"PGPASSWORD={_INVENTED} psql\n",
            },
        ),
    ),
)
