"""AUD340: production configuration points at localhost or at a path of one machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_prose import prose_lines
from auditor.facts.python_syntax import all_nodes
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template, is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.placeholders.mail_relay_on_localhost import RULE as RELAY

__all__ = ["RULE"]

_PRODUCTION = pattern(r"(?i)(?:^|[/._\-])(?:prod|production|live)(?:[/._\-]|$)")
_MACHINE = pattern(
    r"(?i)\b[a-z][a-z0-9+.\-]*://(?:(?:[^\s/@\"'$]|\$\([^()\n]*\)|\$)*@)?(localhost|127\.0\.0\.1|\[::1\])(?::\d+)?|^[\s\-]*[\"']?[\w.\-]*(?:host|hostname|server|endpoint|[\w\-]address|broker|brokers)[\"']?\s*[:=]\s*[\"']?(localhost|127\.0\.0\.1)(?::\d+)?[\"']?\s*[,;]?\s*(?:#.*)?$"
)
_HOME = pattern(r"(?:^|[\s\"'=:])((?:/home|/Users)/[A-Za-z][\w.\-]*|[A-Z]:\\\\?Users\\\\?[\w.\-]+)(?:[/\\\s\"':,]|$)")
_SECTION = pattern(r"^(\s*)[\"']?(?:\[)?(?:prod|production|live)[\"']?(?:\])?\s*[:{]?\s*\{?\s*$")
_INSIDE = pattern(
    r"(?i)health|probe|liveness|readiness|\bbind|listen|\btest:|curl|wget|nc -z|\bredirect|cors|origin|allowed|trusted|no_?proxy|whitelist|allowlist|sidecar|scrape|targets|pg_isready|forward|example|e\.g\.|\bself\b|(?:^|[_\W])agent(?:[_\W]|$)|otel_exporter|statsd|dogstatsd|advertise|docker run|/home/(?:app|node|runner|appuser|ubuntu|vsts|site|user|nonroot|jenkins|git|vscode|www|web|deploy|airflow|jovyan|coder|steam)\b"
)
_DECLARED = pattern(
    r"(?i)^[\"']?(?:(?:[a-z][a-z0-9]*_)?env(?:ironment)?|stage)[\"']?\s*[:=]\s*[\"']?(?:prod|production|live)[\"']?\s*(?:#.*)?$"
)
_HEADED = pattern(
    r"(?i)^\s*(?:#|//|;)\s*(?:[\w\-]+[ \t]+){0,3}production[ \t]+(?:(?:environment|deployment|server)[ \t]+)?(?:config(?:uration)?|environment|settings|values|variables)\b"
)
_STAGE = pattern(r"(?i)(?:^|_)(?:environment|env|stage)$")
_LIVE = pattern(r"(?i)^(?:prod|production|live)$")
_SERVICE = pattern(
    r"(?i)^(?:export\s+)?\w*(?:database|postgres\w*|mysql|mongo\w*|redis|amqp|rabbitmq|broker|kafka|elastic\w*|celery\w*|cache|queue)\w*\s*="
)
_ADDRESS = pattern(r"^(?:export\s+)?([A-Z][A-Z0-9]*)_(?:\w+_)?UR[LI]\s*=")
_OWN = frozenset({
    "API", "APP", "AUTH", "BACKEND", "BASE", "CALLBACK", "CLIENT", "DASHBOARD", "FRONTEND", "NEXT", "NEXTAUTH", "PUBLIC", "REACT", "ROOT",
    "SERVER", "SITE", "UI", "VITE", "WEB",
})  # fmt: skip
"""First words of the addresses under which the program itself is reached."""
_COMMENT = ("#", "//", ";", "--", "*")


def _check(source: Source) -> Iterator[Hit]:
    template = is_template(source.path) or source.file.role is Role.EXAMPLE
    if (template and not _is_for_production(source)) or "/workflows/" in f"/{source.path}":
        return
    if source.file.language is Language.PYTHON:
        yield from _in_dictionaries(source)
        return
    whole = _PRODUCTION.search(source.path) is not None or _says_production(source)
    told = {hit.start_line for hit in RELAY.check_file(source)} if RELAY.check_file and not template else set()
    indent = -1
    for number, line in enumerate(source.lines, 1):
        bare = line.lstrip()
        depth = len(line) - len(bare)
        if not bare or bare.startswith(_COMMENT) or len(line) > 2000:  # noqa: PLR2004 - data
            continue
        if depth <= indent:
            indent = -1
        section = _SECTION.match(line)
        if section:
            indent = depth
        elif (
            (whole or indent >= 0)
            and number not in told
            and not _INSIDE.search(line)
            and (not template or _is_of_a_service(bare))
        ):
            problem = _problem(line)
            if problem:
                yield Hit(source.path, number, number, problem, severity=Severity.LOW if template else None)


def _is_of_a_service(line: str) -> bool:
    """Whether a line of a template says where a service is that the program uses."""
    address = _ADDRESS.match(line)
    return _SERVICE.match(line) is not None or (address is not None and address.group(1) not in _OWN)


def _is_for_production(source: Source) -> bool:
    """Whether a template is that of production's environment: what it suggests is what whoever fills it in will keep."""
    return is_env_template(source.path) and (_PRODUCTION.search(source.path) is not None or _says_production(source))


def _says_production(source: Source) -> bool:
    """Whether the file itself names the environment that it is for, at its top level or in its first comment."""
    if any(_DECLARED.match(line) for line in source.lines[:200]):
        return True
    return any(_HEADED.search(line) for line in [line for line in source.lines if line.strip()][:2])


def _in_dictionaries(source: Source) -> Iterator[Hit]:
    """Lines of dictionaries that name production as their environment: a configuration that code writes out."""
    lines: set[int] = set()
    for node in all_nodes(source.python):
        if isinstance(node, ast.Dict) and _is_production(node):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for number in sorted(lines - prose_lines(source)):
        line = source.lines[number - 1]
        endpoint = None if _INSIDE.search(line) else _MACHINE.search(line)
        if endpoint:
            yield Hit(source.path, number, number, str(_problem(line)))


def _is_production(node: ast.Dict) -> bool:
    return any(
        isinstance(key, ast.Constant)
        and isinstance(value, ast.Constant)
        and _LIVE.match(str(value.value)) is not None
        and _STAGE.search(str(key.value)) is not None
        for key, value in zip(node.keys, node.values, strict=True)
    )


def _problem(line: str) -> str | None:
    endpoint = _MACHINE.search(line)
    if endpoint:
        return f"Production configuration points at `{endpoint.group(1) or endpoint.group(2)}`, where in production another machine's service is not."
    home = _HOME.search(line)
    return f"Production configuration names the path `{home.group(1)}` of one machine." if home else None


RULE = Rule(
    id="AUD340",
    name="localhost-endpoint",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does production configuration point at production?",
    why="What was copied from a developer's machine works there alone: in production the address answers to nobody, or to the wrong service.",
    limits=(
        "Only files, sections and dictionaries that are named for production or say that they are for it. Health checks, bind and listen addresses, allowed origins and local "
        "agents are left out, and so are templates other than those of production's environment."
    ),
    fix="Name the service's address, or take it from a setting without a default.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"yaml", "json", "toml", "ini", "env", "hcl", "python"}),
    roles=frozenset({Role.SHIPPED, Role.EXAMPLE}),
    triggers=("localhost", "127.0.0.1", "::1", "/home/", "/users/", "users\\"),
    check_file=_check,
    examples=(
        Example(
            title="a mail server beside Alertmanager, which AUD160 tells, and another address",
            files={
                "deploy/production/alertmanager.yml": (
                    "global:\n  smtp_smarthost: 'localhost:587'\nroute:\n  receiver: crew\nreceivers:\n  - name: crew\n    webhook_configs:\n      - url: http://localhost:5001/\n"
                ),
            },
            found=("deploy/production/alertmanager.yml:8",),
        ),
        Example(
            title="production that talks to itself",
            files={
                "config/production.yml": "database:\n  url: postgres://localhost:5432/shop\ncache:\n  host: localhost\nreports: /home/ann/reports\nCALLBACK_URL: http://localhost:8080/back\n",
                "settings.yml": "development:\n  url: http://localhost:3000\nproduction:\n  url: http://localhost:3000\n",
            },
            found=(
                "config/production.yml:2",
                "config/production.yml:4",
                "config/production.yml:5",
                "config/production.yml:6",
                "settings.yml:4",
            ),
        ),
        Example(
            title="a configuration that says what it is for, and the code that writes it",
            files={
                "config/monitoring.yaml": "environment: production\nprometheus:\n  url: http://localhost:9090\n",
                "setup.sh": "cat > /etc/shop/app.yml <<EOF\n# Production configuration\nname: shop\ncache: redis://localhost:6379\nEOF\n",
                "alerts.py": 'CONFIG = {\n    "environment": "production",\n    "prometheus": {"url": "http://localhost:9090"},\n}\nDEFAULT = "http://localhost:9090"\n',
            },
            found=("alerts.py:3", "config/monitoring.yaml:3", "setup.sh:4"),
        ),
        Example(
            title="a template of production's environment that suggests its own container as the database",
            files={
                ".env.production.example": "REDIS_URL=redis://:your_password@localhost:6379/0\nSITE_URL=http://localhost:3000\n"
            },
            found=(".env.production.example:1",),
        ),
        Example(
            title="a template that says that it is production's, and suggests a service beside itself",
            files={
                ".env.example": "SHOP_ENV=production\nSITE_URL=http://localhost:3000\nSEARCH_API_URL=http://localhost:9380   # the index\n"
            },
            found=(".env.example:3",),
        ),
        Example(
            title="where localhost is right",
            files={
                "docker-compose.prod.yml": (
                    "services:\n  web:\n    healthcheck:\n      test: curl -f http://localhost:8080/health\n    environment:\n      BIND: 127.0.0.1:80\n"
                ),
                "config/development.yml": "url: http://localhost:3000\n",
                ".env.example": "DATABASE_URL=postgres://localhost/shop\n",
                "config/production.env.example": "URL=http://localhost:3000\n",
            },
        ),
    ),
)
