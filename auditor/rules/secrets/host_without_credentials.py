"""AUD312: a container is told where its database is, and not how to log in."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HEAD = pattern(r"^(\s*)(?:environment|env):\s*$")
_HOST = pattern(
    r"^\s*-?\s*(?:name:\s*)?[\"']?((?:POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|DB|DATABASE|MONGO|MONGODB)_?HOST(?:NAME)?)\b"
)
_LOGIN = pattern(
    r"(?i)password|passwd|secret|credential|_ur[li]\b|_dsn|token|trust|auth|\benvFrom\b|env_file|valueFrom|<<:|\*\w+|\bvault|iam|passfile|PGPASS|_pass\b"
)
_KINDS = frozenset({Language.YAML, Language.PYTHON, Language.SHELL})
MOST = 60


def _check(source: Source) -> Iterator[Hit]:
    if (
        source.file.language not in _KINDS
        or is_template(source.path)
        or is_working_copy(source.path)
        or "/workflows/" in source.path
    ):
        return
    for at, line in enumerate(source.lines):
        head = _HEAD.match(line)
        host = next(_hosts(source.lines, at, len(head.group(1))), None) if head else None
        if host and not any(_LOGIN.search(one) for one in _block(source.lines, at, len(line) - len(line.lstrip()))):
            number, name = host
            message = f"The container is given `{name}` and no user, password or URL: it can find the database and not log in."
            yield Hit(source.path, number, number, message, name)


def _hosts(lines: tuple[str, ...], at: int, depth: int) -> Iterator[tuple[int, str]]:
    """The host settings of an environment, which stand below its head, deeper or as items of a list."""
    for number in range(at + 1, min(at + MOST, len(lines))):
        line = lines[number]
        indent = len(line) - len(line.lstrip())
        if line.strip() and (indent < depth or (indent == depth and not line.lstrip().startswith("-"))):
            return
        found = _HOST.match(line)
        if found:
            yield number + 1, found.group(1)


def _block(lines: tuple[str, ...], at: int, depth: int) -> Iterator[str]:
    """The lines of the service or container: those around, as deep as the head or deeper."""
    for step in (range(at, max(at - MOST, -1), -1), range(at + 1, min(at + MOST, len(lines)))):
        for number in step:
            line = lines[number]
            if line.strip() and len(line) - len(line.lstrip()) < depth:
                if step.step < 0 and line.lstrip().startswith("- "):
                    yield line
                break
            yield line


RULE = Rule(
    id="AUD312",
    name="host-without-credentials",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every container given what it needs to log in to its database?",
    why="A container sees only the environment that it is given: the password in the operator's env file does not reach it, and the program falls back on its default.",
    limits="Environments of Compose files and manifests, also where a program writes them, that name a database's host; anything that looks like a login, an env file or a secret beside it counts.",
    fix="Pass the user and password from a secret (`env_file`, `secretKeyRef`), or one URL.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"yaml", "python", "shell"}),
    triggers=("host",),
    check_file=_check,
    examples=(
        Example(
            title="Compose and Kubernetes",
            files={
                "docker-compose.yml": "services:\n  api:\n    image: shop\n    environment:\n      - POSTGRES_HOST=db\n      - REDIS_HOST=cache\n    ports:\n      - '80:80'\n  db:\n    image: postgres\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\n",
                "k8s/api.yaml": (
                    "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: api\n        image: shop\n        env:\n"
                    "        - name: DB_HOST\n          value: db\n        ports:\n        - containerPort: 80\n"
                ),
            },
            found=("docker-compose.yml:5", "k8s/api.yaml:10"),
        ),
        Example(
            title="logins of every kind",
            files={
                "docker-compose.yml": "services:\n  api:\n    environment:\n      - DB_HOST=db\n      - DB_PASSWORD=${DB_PASSWORD}\n  job:\n    env_file: .env\n    environment:\n      DB_HOST: db\n",
                "k8s/api.yaml": (
                    "kind: Deployment\nspec:\n  containers:\n  - name: api\n    env:\n    - name: DB_HOST\n      value: db\n    envFrom:\n    - secretRef:\n        name: db\n"
                ),
            },
        ),
    ),
)
