"""AUD786: a compose file mounts, reads or builds from what is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.compose_file import ComposeFile, NamedSource
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.invocations import invocations
from auditor.facts.known_paths import Places, places
from auditor.facts.paths import joined_path, stays_inside
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CONFIGURATION = pattern(r"(?i)\.(?:ya?ml|json|toml|conf|cfg|ini|sh|py|js|sql|xml|properties|rules|tmpl|cnf|hcl)$")
_COMPOSE = pattern(r"(?i)(?:^|/)(?:docker-)?compose(?:[.\-_][^/]*)?\.ya?ml$")
"""Files that may be given together with others, were it only to name networks."""
_READ_FROM = pattern(
    r"^/(?:etc/grafana/provisioning|var/lib/grafana/dashboards|docker-entrypoint-initdb\.d|docker-entrypoint\.d|etc/prometheus|etc/alertmanager|etc/nginx|etc/loki|etc/promtail|etc/otelcol?)(?:/|$)"
)
"""Where images read what people wrote; they put nothing there themselves."""
_FILLED_IN = pattern(
    r"(?i)(?:^|/)\.?env|secret|\.(?:pem|crt|key|cer|env|htpasswd|sock|db|sqlite3?)\b|cert|ssl|passw|credential|letsencrypt|\.local\b|override"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    made = {one.made for one in facts.derive(invocations)}
    composed = {path.rpartition("/")[0] for path in facts.all_paths if _COMPOSE.search(path)}
    first = _first_folders(facts)
    for file, fact in facts.of(ComposeFile):
        folder = file.path.rpartition("/")[0]
        filled = {one.path for _, one in _sources(fact) if one.use == "mount" and not one.read_only}
        for symbol, source in _sources(fact):
            if (
                source.use == "mount"
                and source.read_only
                and source.path in filled
                and "." not in source.path.rpartition("/")[2]
            ):
                continue  # another service writes into the folder, which docker makes
            path = _inside(folder, source.path)
            if path is None or not _is_kept(source) or _is_there(path, known, facts):
                continue
            bases = {*(one for one in _above(folder) if one in composed), *first.get(file.path, ())}
            if any(_is_there(joined_path(one, source.path), known, facts) for one in bases):
                continue
            name = path.rpartition("/")[2]
            if "." not in name:
                name = "/".join(path.split("/")[-2:])  # a bare word stands in any script
            if not any(name in text for text in made):
                message = f"The {_WORDS[source.use]} `{path}` is not in the repository{known.hint(path)}."
                yield Hit(file.path, source.line, source.line, message, symbol)


_WORDS = {
    "mount": "mounted path", "env_file": "file of variables", "build": "build context", "dockerfile": "Dockerfile",
    "config": "configuration", "secret": "secret",
}  # fmt: skip


def _sources(fact: ComposeFile) -> Iterator[tuple[str, NamedSource]]:
    for service in fact.services:
        yield from ((service.name, source) for source in service.sources)
    yield from (("", source) for source in fact.sources)


def _inside(folder: str, path: str) -> str | None:
    """The path seen from the root; None where a variable, another host or a place outside of the repository is meant."""
    if "$" in path or "://" in path or path.startswith(("/", "~", "git@")) or "{" in path:
        return None
    return (joined_path(folder, path) or None) if stays_inside(folder, path) else None


def _first_folders(facts: RepositoryFacts) -> dict[str, set[str]]:
    """For files that commands give behind others (``-f a.yml -f b.yml``) the folders of the first: their paths count from there."""
    found: dict[str, set[str]] = {}
    for one in facts.derive(invocations):
        given = [value for option, value in pairwise(one.words) if option in ("-f", "--file")]
        named = [joined_path(one.folder or "", value) for value in given if value.endswith((".yml", ".yaml"))]
        for later in named[1:]:
            found.setdefault(later, set()).add(named[0].rpartition("/")[0])
    return found


def _above(folder: str) -> Iterator[str]:
    """The folders that a folder lies in: the paths of all files that are given together count from the place of the first."""
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _is_kept(source: NamedSource) -> bool:
    """Whether people write and keep such a file, so that nobody makes it on the machine."""
    if source.optional or source.use in ("env_file", "secret") or _FILLED_IN.search(source.path):
        return False
    if source.use == "mount" and (source.read_only or _READ_FROM.search(source.target)):
        return True
    return source.use in ("build", "dockerfile") or _CONFIGURATION.search(source.path) is not None


def _is_there(path: str, known: Places, facts: RepositoryFacts) -> bool:
    return facts.exists(path) or known.from_template(path) or is_ignored(path, facts)


RULE = Rule(
    id="AUD786",
    name="compose-names-missing-path",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is everything that compose files mount, read or build from in the repository?",
    why="Docker makes an empty folder where a mounted file is missing: the service starts without its configuration, or not at all.",
    limits=(
        "Judged are mounted files with the ending of a configuration or program, folders that are mounted read-only or where images read "
        "configuration, configs, build contexts and Dockerfiles. Passed over "
        "are variables, secrets, certificates and environment files, and what git ignores or scripts write."
    ),
    fix="Add the file, or mend the path.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"compose"}),
    check_repository=_check,
    examples=(
        Example(
            title="a proxy without its configuration, and a Dockerfile of another name",
            files={
                "deploy/docker-compose.yml": (
                    "services:\n  web:\n    build:\n      context: ..\n      dockerfile: docker/web.Dockerfile\n"
                    "  proxy:\n    image: nginx:1.27\n    volumes:\n      - ./nginx/nginx.conf:/etc/nginx/nginx.conf:ro\n      - ./data:/data\n"
                ),
                "docker/Dockerfile.web": "FROM scratch\n",
            },
            found=("deploy/docker-compose.yml:5", "deploy/docker-compose.yml:9"),
        ),
        Example(
            title="folders of dashboards and of pages, which nobody wrote",
            files={
                "docker-compose.yml": (
                    "services:\n  grafana:\n    image: grafana/grafana:11.3.0\n    volumes:\n      - ./grafana/dashboards:/var/lib/grafana/dashboards\n"
                    "      - ./grafana/data:/var/lib/grafana\n  proxy:\n    image: nginx:1.27\n    volumes:\n      - ./pages:/usr/share/nginx/html:ro\n"
                ),
                "scripts/save.sh": "#!/bin/sh\ncurl -s grafana:3000/api/search > saved-dashboards.json\n",
            },
            found=("docker-compose.yml:10", "docker-compose.yml:5"),
        ),
        Example(
            title="a folder that one service fills and another only reads",
            files={
                "docker-compose.yml": "services:\n  web:\n    image: shop\n    volumes:\n      - ./runs:/app/runs\n  save:\n    image: shop\n    volumes:\n      - ./runs:/app/runs:ro\n      - ./rules:/app/rules:ro\n"
            },
            found=("docker-compose.yml:10",),
        ),
        Example(
            title="files that are there, filled in, ignored or optional",
            files={
                "docker-compose.yml": (
                    "services:\n  web:\n    build: .\n    env_file:\n      - .env\n    volumes:\n      - ./certs/server.pem:/tls/server.pem\n"
                    "      - ./conf/app.yaml:/app.yaml\n      - ./local.json:/local.json\n      - ${CONF}/x.yml:/x.yml\n"
                ),
                "Dockerfile": "FROM scratch\n",
                "conf/app.yaml.example": "a: 1\n",
                "checks/roots/compose.more.yml": "services:\n  proxy:\n    image: nginx:1.27\n    volumes:\n      - ./checks/roots/nginx:/etc/nginx:ro\n",
                "checks/roots/nginx/nginx.conf": "events {}\n",
                "Makefile": "search:\n\tdocker compose -f tools/made/compose.yml -f tools/search/deep/compose.more.yml up\n",
                "tools/search/deep/compose.more.yml": "services:\n  search:\n    build: ../search/engine/\n",
                "tools/search/engine/Dockerfile": "FROM scratch\n",
                "trials/compose.yml": "networks:\n  shop: {}\n",
                "trials/till/compose.yml": "services:\n  till:\n    image: shop:1\n    volumes:\n      - ./till/users.yml:/config/users.yml\n",
                "trials/till/users.yml": "users: {}\n",
                ".gitignore": "local.json\n",
            },
        ),
    ),
)
