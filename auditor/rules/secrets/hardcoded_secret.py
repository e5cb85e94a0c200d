"""AUD330: a credential is written into a shipped file."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_blocks import is_inner_store
from auditor.facts.credentials import Credential, entropy, find_credentials, hinted_lines, is_placeholder
from auditor.facts.deployed_files import CONFIGURES, is_deployed, is_for_trials
from auditor.facts.development_classes import is_of_development, is_of_job
from auditor.facts.named_values import (
    is_name_or_form,
    is_open_by_place,
    is_public_form,
    stands_for_password,
    states_what_it_is,
)
from auditor.facts.pattern import pattern
from auditor.facts.python_prose import in_docstring, prose_lines
from auditor.facts.rust_tests import rust_test_lines
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template, is_template, is_working_copy
from auditor.facts.yaml_examples import example_lines
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

RANDOM = 3.2
"""Bits for each character from which a value of mixed letters and digits is taken for a key."""
SHORTEST = 8
_DEFAULTS = frozenset(
    {
        "admin", "administrator", "password", "passw0rd", "root", "toor", "postgres", "mysql", "mongo", "guest", "secret", "default",
        "test", "user", "rabbitmq", "grafana", "minio", "minioadmin", "elastic", "changeit", "letmein", "welcome", "qwerty",
        "123456", "12345678", "1234", "admin123", "password123", "secret123",
    },
)  # fmt: skip
_PASSWORD = pattern(r"(?i)(?:password|passwd|secret(?:_?key)?)$")
_NO_VALUE = pattern(
    r"(?i)tokeni[sz]|(?:name|field|file|path|dir|url|uri|env|env_?var|header|type|pattern|prefix|suffix|regex|param|parameter|label|text|title|prompt|hint|help|message|error|format|algorithm|endpoint|column|attr|attribute|id|ids|arn|ref|hash|digest|checksum|length|count|limit|option|flag|selector|strength|rules?|scope|scopes|policy|strategy|class|schema|manager|provider|min|max)$"
)
_WORDS = pattern(
    r"^[A-Za-z]+(?:[ _.:/\-][A-Za-z]+)*\d{0,2}$|^[/~.]|^\w+\(|^https?://[^@]*$|^[a-z]+:[a-z]|^[a-z][a-z0-9.\-]*:\d{2,5}(?:,[a-z][a-z0-9.\-]*:\d{2,5})*$"
)
_PASSWORD_INSIDE = pattern(r"://[^\s:/@]{0,100}:([^\s/@]{1,200})@")
"""The password of a URL that is the value: all the rest of it is no secret."""
_EXPRESSION = pattern(r"^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_\-]*)+$|^[a-z_]\w*(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*)?$")
_TRIAL = pattern(r"(?i)^(?:test|ci|dummy|fake|mock)[_-][a-z]")
_HASHED = pattern(r"^(?:\$(?:argon2\w*|2[abxy]|pbkdf2[\w\-]*|scrypt|y|[156])\$|pbkdf2[_:]|scrypt:|bcrypt\$|\{S?SHA)")
"""How the stored form of a password begins, from which it cannot be read back."""
_DIGEST = pattern(
    r"(?i)sha(?:1|256|384|512)|md5|digest|checksum|integrity|\bhashed_|etag|commit|revision|fingerprint|blob|nonce|\bspdx|public"
)
_MATERIAL = pattern(r"(?:^|[\s\"'n])[A-Za-z0-9+/]{40,}(?:[=\\\"'\s,]|$)")
_FALLBACK = pattern(
    r"(?:getenv|environ\.get)\(\s*[\"'](\w*(?:PASSWORD|PASSWD|SECRET|SECRET_KEY|API_KEY|SIGNING_KEY|ENCRYPTION_KEY|PRIVATE_KEY|TOKEN|JWT_KEY))[\"']\s*"
    r"(?:,\s*|\)\s*or\s+)[rbu]?[\"']([^\"'\n]+)[\"']"
)
_FIELD = pattern(
    r"(?i)^\s+((?:[a-z]\w*_)?(?:password|passwd|secret|secret_key|api_key|signing_key|encryption_key|private_key|token|jwt_key))\s*:\s*(?:str|SecretStr)\b[^=\"']{0,40}="
    r"\s*(?:Field\(\s*(?:default\s*=\s*)?)?(?:SecretStr\(\s*)?[\"']([^\"'\n]+)[\"']"
)
_SETTINGS = "BaseSettings"
_IN_DEVELOPMENT = {"assignment": Severity.MEDIUM, "private key": Severity.MEDIUM}
"""What may have been made up for a developer's machine, where the path says that it is for one."""
_REFERENCE = pattern(r"^[/~.]|://|\s")
_NEARBY = pattern(r"^@(?:localhost|127\.0\.0\.1|\[::1\]|[A-Za-z][A-Za-z0-9_\-]*)(?::\d+)?(?:[/?\"'\s]|$)")
"""The rest of a URL whose host is this machine, or a neighbour in the same composition of containers."""
_PLAIN = pattern(r"^[A-Za-z]+(?:[_.\-][A-Za-z]+)*$")
_FOR_OTHERS = frozenset(
    {"key material", "bearer token", "password in a statement", "password of a command", "bare token"}
)
"""Kinds that are hidden wherever they are quoted, and that are no finding, or that of AUD320 and AUD321."""
_COMMENT = ("#", "//", "*", ";", "--")


def _check(source: Source) -> Iterator[Hit]:
    if is_template(source.path) or is_env_template(source.path):
        return
    deployed = is_deployed(source)
    falls_back = source.file.language is Language.PYTHON and (
        _SETTINGS in source.text or _FALLBACK.in_lines(source.joined)
    )
    milder = _IN_DEVELOPMENT if is_working_copy(source.path) or is_for_trials(source) else {}
    worth = range(1, len(source.lines) + 1) if falls_back else sorted(hinted_lines(source.joined))
    in_tests: frozenset[int] = (
        rust_test_lines(source.lines) if worth and source.file.language is Language.RUST else frozenset()
    )
    for number in worth:
        line = source.lines[number - 1]
        if len(line) > 4000 or number in example_lines(source):  # noqa: PLR2004 - a bundle or data
            continue
        for one in find_credentials(line):
            if one.kind == "private key" and not _has_key(source.lines[number - 1 : number + 1]):
                continue
            if number in in_tests or is_open_by_place(source.lines, number, one):
                continue
            problem = _problem(one, line, source, deployed=deployed)
            if problem:
                message, symbol, severity = problem
                if severity is Severity.HIGH and is_inner_store(symbol, source, number):
                    severity = Severity.MEDIUM
                made_up = is_of_development(source, number) or in_docstring(source, number)
                apart = milder or (_IN_DEVELOPMENT if made_up else {})
                yield Hit(source.path, number, number, message, symbol, severity or apart.get(one.kind))
                break
        else:
            yield from _fallback(source, number, line) if falls_back else ()


def _fallback(source: Source, number: int, line: str) -> Iterator[Hit]:
    """A secret of the environment that has a literal to fall back on: whoever reads the code knows it."""
    found = _FALLBACK.search(line) or (_FIELD.search(line) if _SETTINGS in source.text else None)
    value = found.group(2) if found is not None else ""
    if found is None or is_placeholder(value) or is_public_form(value) or number in prose_lines(source):
        return
    if len(value) >= SHORTEST and not _REFERENCE.search(value):
        message = f"`{found.group(1)}` falls back on a literal where the environment does not set it."
        milder = Severity.MEDIUM if states_what_it_is(value) else None
        yield Hit(source.path, number, number, message, found.group(1), milder)


def _has_key(lines: tuple[str, ...]) -> bool:
    """Whether the head of a private key is followed by the key, on its own line or the next."""
    return any(_MATERIAL.search(line) for line in lines)


def _problem(one: Credential, line: str, source: Source, *, deployed: bool) -> tuple[str, str, Severity | None] | None:
    """Message, symbol and severity of the finding that a credential makes, if it makes one."""
    value = line[one.start : one.end]
    name = one.name.rpartition(".")[2]
    if one.kind == "assignment":
        if _is_default(name, value) and deployed and not line.lstrip().startswith(_COMMENT):
            return f"`{name}` is set to a default password that everybody knows.", name, Severity.HIGH
        if _is_random(name, value, line, source) and not line.lstrip().startswith(_COMMENT):
            return f"`{name}` is given a credential as a literal.", name, None
        return None
    if one.kind == "password in a URL":
        real = (
            not is_placeholder(line)
            and not is_placeholder(value)
            and not stands_for_password(value)
            and value.lower() not in _DEFAULTS
            and entropy(value) >= RANDOM
            and value not in line[: one.start]
            and not (_PLAIN.match(value) and _NEARBY.match(line[one.end :]))
        )
        inside = is_working_copy(source.path) and _NEARBY.match(line[one.end :]) is not None
        here = Severity.MEDIUM if inside or is_of_job(source.path, line[one.end :]) else None
        return ("A URL carries a password.", "", here) if real else None
    if one.kind in _FOR_OTHERS or is_placeholder(value) or entropy(value) < RANDOM - 1:
        return None
    return f"A credential stands in the file: {one.kind}.", "", None


def _is_default(name: str, value: str) -> bool:
    return value.lower() in _DEFAULTS and _PASSWORD.search(name) is not None


def _is_random(name: str, value: str, line: str, source: Source) -> bool:
    """Whether the value of a secret's name looks drawn at random: letters and digits, no words, no reference."""
    if not value.isascii() or _EXPRESSION.match(value) or _TRIAL.match(value) or _HASHED.match(value):
        return False
    if len(value) < SHORTEST or " " in value or is_placeholder(value) or _NO_VALUE.search(name) or _WORDS.match(value):
        return False
    if is_name_or_form(value):
        return False
    if _DIGEST.search(line) or not (any(c.isdigit() for c in value) and any(c.isalpha() for c in value)):
        return False
    inside = _PASSWORD_INSIDE.search(value)
    if inside and (inside.group(1).lower() in _DEFAULTS or entropy(inside.group(1)) < RANDOM):
        return False
    quoted = f'"{value}"' in line or f"'{value}'" in line
    return entropy(value) >= RANDOM and (quoted or source.file.language in CONFIGURES)


_INVENTED = "k7Rq92Lm" + "Xv81TzWp"
"""A credential for the examples; in two parts, so that no scanner, ours among them, takes it for a real one."""

_TRIGGERS = (
    "passw", "_pass", "secret", "token", "key", "pwd", "credential", "akia", "asia", "ghp_", "github_pat_", "glpat-", "xox", "aiza",
    "sk_live", "sk-", "hooks.slack.com", "discord", "eyj", "private", "npm_", "pypi-", "hf_", "://", "conn",
)  # fmt: skip

RULE = Rule(
    id="AUD330",
    name="hardcoded-secret",
    category=Category.HARDCODED_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Are credentials kept out of the repository?",
    why=(
        "What is committed is known to everybody who can read the repository, now and later; a default password is "
        "known to everybody else as well. Neither can be changed without a change of the code."
    ),
    limits=(
        "Known formats, and values drawn at random that are given to names of secrets. Default passwords count in the "
        "configuration of what stays up, not in that of a developer's machine. References, templates, digests and "
        "values to fill in are left out, and so are plain words as passwords of what runs on the same machine. The value itself is never shown."
    ),
    fix="Revoke the credential, take it from the environment or a secret store, and fail where it is unset.",
    since="0.1.0",
    effort=60,
    reads=frozenset(),
    triggers=_TRIGGERS,
    check_file=_check,
    examples=(
        Example(
            title="settings whose credentials need not be given",
            files={
                "shop/settings.py": (
                    "from pydantic import Field\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n"
                    '    admin_token: str = Field(default="shop-admin", alias="SHOP_ADMIN_TOKEN")\n    session_secret: str = "shop-sessions"\n'
                    '    api_key: str = ""\n    mail_password: str = "change-me"\n    tracker_api_key: str = "phc_ph6ugZ1zq94dli0r1xgFg"\n    token_url: str = "/oauth/token-for-shop"\n'
                ),
            },
            found=("shop/settings.py:6", "shop/settings.py:7"),
        ),
        Example(
            title="credentials in code and in a deployed configuration",
            files={
                "client.py": f'import os\n\nAPI_KEY = "{_INVENTED}"\n',
                "exporter/compose.yml": f"services:\n  exporter:\n    image: exporter:1\n    environment:\n      DATA_SOURCE_PASS: {_INVENTED}\n      db_passed: {_INVENTED}\n",
                "monitoring/docker-compose.yml": (
                    "services:\n  grafana:\n    image: grafana/grafana:11.0.0\n    restart: unless-stopped\n"
                    "    environment:\n      - GF_SECURITY_ADMIN_PASSWORD=admin\n"
                ),
                "deploy.sh": f"export DATABASE_URL=postgres://app:{_INVENTED}@db.shop.de/app\nexport QUEUE_URL=amqp://app:harvestmoon_clerk@queue.shop.de/\n",
            },
            found=(
                "client.py:3",
                "exporter/compose.yml:5",
                "deploy.sh:1",
                "deploy.sh:2",
                "monitoring/docker-compose.yml:6",
            ),
        ),
        Example(
            title="a literal to fall back on",
            files={
                "config.py": (
                    'import os\n\nSECRET_KEY = os.environ.get("SECRET_KEY") or "you-will-never-guess"\n'
                    'TOKEN = os.getenv("API_TOKEN", "changeme")\nPASSWORD = os.getenv("DB_PASSWORD", "")\n'
                    'PASSWORD_FILE = os.getenv("PASSWORD_FILE", "/run/secrets/password")\n'
                ),
            },
            found=("config.py:3",),
        ),
        Example(
            title="references, digests, names and values to fill in",
            files={
                "client.py": (
                    'import os\n\nAPI_KEY = os.environ["API_KEY"]\nTOKEN_HEADER = "X-Auth-Token2024"\npassword = ""\n'
                    'credentials_password1 = "credentials.password1.value"\nPASSWORD_LABEL1 = "パスワードは8文字以上にしてくださいx"\n'
                    'PASSWORD_FIELD = "password"\nSECRET_NAME = "prod/db1/password"\nkey = "sort_order_2"\n'
                ),
                "docker-compose.yml": "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\n      URL: postgres://shop:harvestmoon_clerk@db:5432/shop\n",
                "docker-compose.dev.yml": "services:\n  db:\n    restart: always\n    environment:\n      POSTGRES_PASSWORD: postgres\n",
                "deploy.sh": "cat > .env <<EOF\nDATABASE_URL=postgresql://shop:$DB_PASSWORD_LIVE@db.shop.de/shop\nEOF\n",
                ".env.example": f"API_KEY={_INVENTED}\n",
                "tests/test_client.py": f'API_KEY = "{_INVENTED}"\n',
                "seed.sql": "UPDATE users SET password = '$argon2id$v=19$m=1024,t=6,p=6$EiLE2Nsbo9S6N$ccyZDCZstr1Y1s3B';\n",
                "messages/ja.json": '{"use-8-characters-for-your-password": "パスワードは8文字以上にしてください"}\n',
                "Form.vue": '<PasswordStrength :value="credentials.password1.value" />\n',
                "sign.sh": 'kSecret="AWS4$SHOP_SECRET_KEY9"\nurl="https://remoteUser:remotePassword@host.shop.io:8443"\n',
                "constants.go": 'package shop\n\nconst secretTag9 = "k8s-shop-secrets"\nconst OnePasswordToken = "1Password/SDK"\nconst ShopPasswordManager = "a10c6dd9-465e-4226-8198-c7c44b91c555"\nconst TokenExpiresAt = "gcs.oauth2.token-expires-at"\nconst TrackerToken = "phc_ph6ugZ1zq94dli0r1xgFg19fk2b"\n',
                "api/spec.yaml": f"paths:\n  /:\n    get:\n      example:\n        meta:\n          session_token: {_INVENTED}\n",
                "tasks.json": '{"valueFrom": "arn:aws:secretsmanager:eu-west-2:084060091234:secret:SHOP-API-LxUiIQ:SHOP_KEY::"}\n',
                "site.config.ts": f"const config = {{\n  algolia: {{\n    apiKey: '{_INVENTED}',\n  }},\n}};\n",
                "limits.ts": "const LOGIN_TOKENS = '[A-Za-z0-9._~+/-]+=*'\nconst reset_password = '20/m/ip,5/m/key'\n",
                "pyproject.toml": '[project.entry-points."shop.settings"]\ns3_secret_access_key = "shop.stores.s3:AWS_SECRET_ACCESS_KEY9"\n',
                "src/shop.rs": f'#[cfg(test)]\nmod tests {{\n    #[test]\n    fn cleans() {{\n        let token = "{_INVENTED}";\n    }}\n}}\n',
                "shop/store.py": 'class Store:\n    """For example ``Store(connection_string=\'kind://user:password@host9:5432/shop\')``."""\n',
                "labels.json": '{"labels": {"Secret": "LA_kwDOCsUTCM75TTQL"}}\n',
                "prices.json": '{"tokenizerModel": "gpt-4o-2024-05-13"}\n',
                "k8s/minio.yaml": "kind: Secret\ndata:\n  MINIO_ROOT_PASSWORD: bXlYWFh4eHgvc2VjcmV0WFhYWHh4eC9rZXlYWHh4eA==\n  DB_CONNECTION_STRING: cG9zdGdyZXM6Ly9wb3N0Z3JlczpwYXNzd29yZEBwb3N0Z3Jlc3FsOjU0MzIvcG9zdGdyZXM/c3NsbW9kZT1kaXNhYmxl\n",
                "k8s/refresher.yaml": "    spec:\n      - image: quay.io/shop/token-refresher:master-2024-12-11-08b888a\n",
                "chart/values.yaml": 'connectionString: "carts-cache2:6379"\nconnection_string: "shelf1:7000,shelf2:7001"\n',
                ".secrets.baseline": '{"results": {"a.py": [{"hashed_secret": "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"}]}}\n',
                "values.yaml": 'secretFieldSelector: "type!=kubernetes.io/dockercfg,type!=helm.sh/release.v1"\n',
                "package-lock.json": '{"integrity": "sha512-k7Rq92LmXv81TzWpk7Rq92LmXv81TzWp", "token": "sha256:9f86d081884c7d65"}\n',
            },
        ),
    ),
)
