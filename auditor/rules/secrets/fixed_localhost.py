"""AUD344: shipped code is tied to the machine that it runs on, with no setting to change it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.local_addresses import local_endpoint
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, all_nodes, dotted, syntax_of
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Assignment, all_commands
from auditor.facts.source import Source
from auditor.facts.templates import is_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ORIGINS = frozenset({"allow_origins", "origins", "cors_origins", "cors_allowed_origins"})
_CLIENTS = frozenset({
    "Redis", "StrictRedis", "from_url", "create_engine", "create_async_engine", "JaegerExporter", "MongoClient", "AsyncIOMotorClient",
    "Elasticsearch", "AsyncElasticsearch", "KafkaProducer", "KafkaConsumer", "create_pool", "Celery", "QdrantClient", "InfluxDBClient",
    "BlockingConnection", "ConnectionParameters", "OTLPSpanExporter", "WeaviateClient",
})  # fmt: skip
_VERBS = frozenset({"get", "post", "put", "head", "request", "urlopen"})
"""How programs ask a service; counted where the file is there to watch or to deploy."""
_HOSTS = frozenset(
    {
        "host",
        "hostname",
        "url",
        "uri",
        "agent_host_name",
        "endpoint",
        "bootstrap_servers",
        "broker",
        "backend",
        "dsn",
        "hosts",
    }
)
_LOCAL = pattern(r"(?i)^(?:[a-z][a-z0-9+.\-]*://(?:[^\"'@]{0,120}@)?)?(localhost|127\.0\.0\.1)(?::\d+)?(?:[/?]|$)")
_DEVELOPS = pattern(
    r"(?i)(?:^|[/._\-])(?:dev\w*|local\w*|debug|demo\w*|bench\w*|cli|conftest|playground|example\w*|mock\w*|profil\w*|load_?test\w*|tests?|testing|seed\w*)(?:[/._\-]|$)"
)
_NEXT = pattern(r"(?:^|/)next\.config\.(?:js|mjs|cjs|ts)$")
_NEXT_LINE = pattern(r"\b(?:destination|domains|hostname)\s*:\s*.*?[\"'`](?:https?://)?(localhost|127\.0\.0\.1)\b")
_CHOOSES = pattern(r"process\.env|NODE_ENV|isDev|isProd|\bdev\b|development|PHASE_DEVELOPMENT")
_OPERATES = pattern(
    r"(?i)(?:^|[/._\-])(?:deploy\w*|prod\w*|validat\w*|verify\w*|monitor\w*|health\w*|smoke\w*|release\w*|rollback\w*|backup\w*)(?:[/._\-]|$)"
)
_ADDRESS = pattern(r"(?i)(?:ur[li]|host|endpoint|server|address|base)$")
_FALLS_BACK = pattern(r"^\$\{\w+:?-(?:https?://)?(?:localhost|127\.0\.0\.1)(?::\d+)?(?:/[\w/.-]*)?\}$")
_ELSEWHERE = frozenset({"kubectl", "oc", "helm", "ssh", "flyctl", "argocd", "nomad"})
_HERE = frozenset({"docker", "docker-compose", "podman", "systemctl", "supervisorctl", "pm2", "minikube", "kind"})


def _check(source: Source) -> Iterator[Hit]:
    if is_template(source.path) or is_working_copy(source.path) or _DEVELOPS.search(source.path):
        return
    found: Iterator[tuple[int, str]] = iter(())
    if source.file.language is Language.PYTHON:
        found = _in_python(source)
    elif source.file.language is Language.SHELL and _OPERATES.search(source.path):
        found = _in_shell(source)
    elif _NEXT.search(source.path):
        found = _in_next(source)
    for number, message in found:
        yield Hit(source.path, number, number, message)


def _in_next(source: Source) -> Iterator[tuple[int, str]]:
    """Rewrites and image hosts, which are built into the production bundle."""
    if _CHOOSES.search(source.text):
        return
    for number, line in enumerate(source.lines, 1):
        if _NEXT_LINE.search(line) and not line.lstrip().startswith(("//", "*")):
            yield number, "The front end is built to ask this machine, with no setting that names the service."


def _in_shell(source: Source) -> Iterator[tuple[int, str]]:
    """Addresses that a script sets once and takes from nowhere, while what else it needs can be set."""
    shell = source.fact(ShellFile)
    commands = list(all_commands(shell.program.body)) if shell else []
    assignments = [one for command in commands for one in command.assignments]
    names = {command.name for command in commands}
    elsewhere = bool(names & _ELSEWHERE) and not names & _HERE and "port-forward" not in source.text
    for one in assignments:
        if elsewhere and _ADDRESS.search(one.name) and _FALLS_BACK.search(one.value.text):
            yield (
                one.value.line,
                f"`{one.name}` falls back on this machine, while the script works on others: unless somebody sets it, what runs there is not asked.",
            )
        if _is_fixed(one, assignments):
            yield (
                one.value.line,
                f"`{one.name}` is fixed to this machine: the script cannot be pointed at what runs in production.",
            )


def _is_fixed(one: Assignment, assignments: list[Assignment]) -> bool:
    if not one.value.literal or not _ADDRESS.search(one.name) or not _LOCAL.search(one.value.text):
        return False
    return sum(other.name == one.name for other in assignments) == 1


def _in_python(source: Source) -> Iterator[tuple[int, str]]:
    syntax = syntax_of(source)
    entry = _entry_lines(source.python)
    tests = [view for view in syntax.functions if _is_for_development(view)]
    operates = _OPERATES.search(source.path) is not None
    for node in all_nodes(source.python):
        if not isinstance(node, ast.Call) or node.lineno in entry:
            continue
        if any(view.node.lineno <= node.lineno <= (view.node.end_lineno or 0) for view in tests):
            continue
        yield from _origins(node)
        yield from _client(node, operates=operates)


def _is_for_development(view: FunctionView) -> bool:
    return _DEVELOPS.search(view.name) is not None or view.is_test


def _entry_lines(tree: ast.Module) -> set[int]:
    """The lines of ``if __name__ == "__main__":``, where a developer starts the module."""
    found: set[int] = set()
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


def _origins(call: ast.Call) -> Iterator[tuple[int, str]]:
    for one in call.keywords:
        if one.arg in _ORIGINS and isinstance(one.value, ast.List | ast.Tuple) and one.value.elts:
            texts = [
                item.value for item in one.value.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)
            ]
            if len(texts) == len(one.value.elts) and all(local_endpoint(text) for text in texts):
                yield (
                    one.value.lineno,
                    f"`{one.arg}` admits this machine only: no browser may call the service in production.",
                )


def _client(call: ast.Call, *, operates: bool) -> Iterator[tuple[int, str]]:
    name = dotted(call.func, {}).rpartition(".")[2]
    if name not in _CLIENTS and not (name in _VERBS and operates):
        return
    given = [one.value for one in call.keywords if one.arg in _HOSTS] + [*call.args[:1]]
    for one in given:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            found = _LOCAL.search(one.value)
            if found:
                yield one.lineno, f"`{name}` is fixed to `{found.group(1)}`, with no setting that names the service."


RULE = Rule(
    id="AUD344",
    name="fixed-localhost",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can the addresses that the product talks to be set?",
    why="An address that is written into the code is that of its author's machine, whatever the environment says.",
    limits=(
        "Knows clients of databases, queues and tracing by name, allowed origins, rewrites and image hosts of Next.js, and addresses that scripts "
        "of operations set, or fall back on while they work on a cluster or another machine. Other defaults, development servers and files named for development are left alone."
    ),
    fix="Read the address from a setting, and let production set it.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python", "shell", "javascript", "typescript"}),
    triggers=("localhost", "127.0.0.1"),
    check_file=_check,
    examples=(
        Example(
            title="a watch that asks this machine",
            files={
                "services/health.py": 'import requests\n\n\ndef check_api():\n    return requests.get("http://localhost:8000/health", timeout=5).ok\n',
                "services/orders.py": 'import requests\n\n\ndef read(cache):\n    return cache.get("localhost")\n',
            },
            found=("services/health.py:5",),
        ),
        Example(
            title="origins, clients, rewrites and a script's address",
            files={
                "app.py": (
                    "import redis\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\n"
                    "app.add_middleware(\n    CORSMiddleware,\n    allow_origins=['http://localhost:3000', 'http://127.0.0.1:3000'],\n)\n"
                    "cache = redis.Redis(host='localhost', port=6379)\n"
                ),
                "web/next.config.js": (
                    "module.exports = {\n  images: { domains: ['localhost'] },\n  async rewrites() {\n    return [{ source: '/api', destination: 'http://localhost:8000/api' }];\n  },\n};\n"
                ),
                "scripts/validate-release.sh": '#!/bin/bash\nPROM_URL="${PROM_URL:-http://localhost:9090}"\napi_url="http://localhost:8000"\ncurl -f "$api_url/health"\n',
                "scripts/rollback.sh": '#!/bin/bash\nBASE_URL="${BASE_URL:-http://localhost:8080}"\nkubectl rollout undo deployment/shop\ncurl -f "$BASE_URL/ready"\n',
            },
            found=(
                "app.py:10",
                "app.py:8",
                "scripts/rollback.sh:2",
                "scripts/validate-release.sh:3",
                "web/next.config.js:2",
                "web/next.config.js:4",
            ),
        ),
        Example(
            title="settings, parameters, development and tests",
            files={
                "app.py": (
                    "import os\n\nimport redis\n\ncache = redis.Redis(host=os.getenv('REDIS_HOST', 'localhost'))\n\n\n"
                    "def connect(host='localhost'):\n    return redis.Redis(host=host)\n\n\nif __name__ == '__main__':\n    redis.Redis(host='localhost').ping()\n"
                ),
                "settings/development.py": "import redis\n\ncache = redis.Redis(host='localhost')\n",
                "web/next.config.js": "module.exports = {\n  async rewrites() {\n    return [{ source: '/api', destination: process.env.API_URL || 'http://localhost:8000' }];\n  },\n};\n",
                "scripts/rollback.sh": '#!/bin/bash\nBASE_URL="${BASE_URL:-http://localhost:8080}"\nkubectl port-forward svc/shop 8080 &\ncurl -f "$BASE_URL/ready"\n',
                "scripts/deploy.sh": '#!/bin/bash\nBASE_URL="${BASE_URL:-http://localhost:8080}"\nssh "$HOST" true\ndocker compose up -d\ncurl -f "$BASE_URL/ready"\n',
                "scripts/validate-release.sh": '#!/bin/bash\napi_url="http://localhost:8000"\nif [ -n "$1" ]; then api_url="$1"; fi\n',
            },
        ),
    ),
)
