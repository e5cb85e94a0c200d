"""AUD331: a composition that stays up gives a service a password that is written in it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import looks_like_compose
from auditor.facts.credentials import is_placeholder
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template, is_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.hardcoded_secret import RULE as HARDCODED

__all__ = ["RULE"]

_SETTING = pattern(
    r"^\s*(?:-\s*[\"']?)?([A-Z][A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET_KEY|JWT_SECRET))[\"']?\s*[:=]\s*[\"']?([^\s\"'$`{}<>#]{5,100})[\"']?\s*$"
)
_URL = pattern(r"\b[a-z][a-z0-9+.\-]{1,20}://([^\s:/@\"'<>{}$]{1,60}):([^\s/@\"'<>{}$]{5,100})@")
_FALLBACK = pattern(
    r"\$\{([A-Z][A-Z0-9_]*(?:PASSWORD|PASSWD)|(?:[A-Z][A-Z0-9_]*_)?(?:SECRET|SECRET_KEY|SIGNING_KEY|ENCRYPTION_KEY|JWT_KEY)):?-([^\s\"'$`{}<>#]{8,100})\}"
)
_STAYS_UP = pattern(r"(?m)^\s*restart:\s*[\"']?(?:always|unless-stopped)")
_OTHER = pattern(r"(?i)dev|test|local|override|example|sample|demo|ci\b|e2e|playground|quick_?start")
_REFERENCE = pattern(r"^[/~.]|://|(?i:^(?:minio|admin|secret|password|default|postgres)+$)")
_WORDS = pattern(r"^[A-Za-z]+(?:[_\-.!@+][A-Za-z]+)+$")
_WORKING = pattern(r"(?i)dev|local|test|demo|not[_-]|example|sample|postgres$|none|empty|dummy")
_LONG = 12
"""Signs from which on several words make a password that somebody thought of."""
_MIXED = pattern(r"[A-Za-z].*\d|\d.*[A-Za-z]")


def _check(source: Source) -> Iterator[Hit]:
    if not looks_like_compose(source.file.name) or _OTHER.search(source.path) or not _STAYS_UP.search(source.text):
        return
    if is_template(source.path) or is_env_template(source.path) or is_working_copy(source.path):
        return
    reported = {hit.start_line for hit in HARDCODED.check_file(source)} if HARDCODED.check_file else set()
    for number, line in enumerate(source.lines, 1):
        what = _given(line) if number not in reported and not line.lstrip().startswith("#") else ""
        if what:
            yield Hit(source.path, number, number, f"{what} is written into the composition.")


def _given(line: str) -> str:
    setting = _SETTING.search(line)
    if setting and _is_chosen(setting.group(2)):
        return f"`{setting.group(1)}`"
    fallback = _FALLBACK.search(line)
    if fallback and _is_believable(fallback.group(1), fallback.group(2)):
        return f"What `{fallback.group(1)}` falls back on where nobody sets it"
    url = _URL.search(line)
    return "The password in a URL" if url and _is_chosen(url.group(2)) else ""


def _is_chosen(value: str) -> bool:
    """Whether a value was thought of by somebody: letters with figures or several words, and no stand-in that is to be replaced."""
    words = len(value) >= _LONG and _WORDS.match(value) is not None and _WORKING.search(value) is None
    return (_MIXED.search(value) is not None or words) and not is_placeholder(value)


def _is_believable(name: str, value: str) -> bool:
    """Whether a system runs with this value as if it were secret: a password thought of, any text that signs or encrypts."""
    signs = not name.endswith(("PASSWORD", "PASSWD"))
    return _is_chosen(value) or (signs and _REFERENCE.search(value) is None and not is_placeholder(value))


_SIGNING = "shop-signing" + "-words"

RULE = Rule(
    id="AUD331",
    name="password-in-composition",
    category=Category.HARDCODED_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Are the passwords of a composition taken from the environment?",
    why="Everybody who can read the repository can log in to the database and the dashboards that were started from it.",
    limits="Compose files whose services are restarted on their own, by names that are not those of development, tests or examples; values of letters and figures, or of several words, that are no stand-in, and any literal on which a key that signs or encrypts falls back.",
    fix="Write `${DB_PASSWORD:?}` and keep the value outside of the repository; change the password.",
    since="0.2.0",
    effort=20,
    reads=frozenset({"compose"}),
    triggers=("password", "passwd", "secret", "://"),
    check_file=_check,
    examples=(
        Example(
            title="several words",
            files={
                "docker-compose.yml": "services:\n  db:\n    image: postgres:16\n    restart: always\n    environment:\n      - POSTGRES_PASSWORD=shop_very_secure\n      - ADMIN_PASSWORD=local-only-words\n      - MAIL_PASSWORD=shop_words\n"
                "  api:\n    environment:\n      - DATABASE_URL=postgresql://shop:shop_very_secure@db:5432/shop\n",
            },
            found=("docker-compose.yml:11", "docker-compose.yml:6"),
        ),
        Example(
            title="a database, a dashboard and a URL",
            files={
                "docker-compose.yml": "services:\n  db:\n    image: postgres:16\n    restart: unless-stopped\n    environment:\n      - POSTGRES_PASSWORD=vortex987\n  web:\n    image: grafana/grafana\n    environment:\n      GF_SECURITY_ADMIN_PASSWORD: vortex987\n      DATABASE_URL: postgresql://shop:vortex987@db:5432/shop\n"
            },
            found=("docker-compose.yml:10", "docker-compose.yml:11", "docker-compose.yml:6"),
        ),
        Example(
            title="literals that stand in where nobody sets the variable",
            files={
                "compose.prod.yml": f"services:\n  api:\n    image: shop\n    restart: always\n    environment:\n      JWT_SECRET: ${{JWT_SECRET:-{_SIGNING}}}\n      DB_PASSWORD: ${{DB_PASSWORD:-vortex987}}\n      LOG_LEVEL: ${{LOG_LEVEL:-information}}\n      SECRET_KEY: ${{SECRET_KEY:-change-me-now}}\n      OTHER_SECRET: ${{OTHER_SECRET:?}}\n      KEY_SECRET: ${{KEY_SECRET:-/run/secrets/key}}\n",
            },
            found=("compose.prod.yml:6", "compose.prod.yml:7"),
        ),
        Example(
            title="variables, a stand-in, and a composition for development",
            files={
                "docker-compose.yml": "services:\n  db:\n    image: postgres:16\n    restart: always\n    environment:\n      - POSTGRES_PASSWORD=${DB_PASSWORD}\n      - ADMIN_PASSWORD=changeme1\n      - GUEST_PASSWORD=guest\n",
                "docker-compose.dev.yml": "services:\n  db:\n    image: postgres:16\n    restart: always\n    environment:\n      - POSTGRES_PASSWORD=vortex987\n",
            },
        ),
    ),
)
