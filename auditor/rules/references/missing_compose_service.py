"""AUD782: a command names a compose service or container that no compose file has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.compose_commands import ComposeCall, compose_call
from auditor.facts.compose_file import ComposeFile
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_paths import ROOT
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest, is_judged, severity_of, stands_for_any

__all__ = ["RULE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The compose files of a repository by path; `closed` where nothing can be in them that is not seen."""

    files: Mapping[str, ComposeFile]
    closed: bool

    def services(self, paths: tuple[str, ...]) -> frozenset[str]:
        return frozenset(one.name for path in paths for one in self.files[path].services)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = {file.path: fact for file, fact in facts.of(ComposeFile)}
    known = _Known(files=files, closed=not any(fact.unread or fact.includes for fact in files.values()))
    if not files or not known.closed:
        return
    for one in facts.derive(invocations):
        call = compose_call(one)
        if call is None or not call.services or not is_judged(facts, one):
            continue
        chosen = _chosen(one, call, known)
        if chosen:
            yield from _hits(one, call, chosen, known.services(chosen))


def _hits(one: Invocation, call: ComposeCall, chosen: tuple[str, ...], offered: frozenset[str]) -> Iterator[Hit]:
    where = f"`{chosen[0]}` has" if len(chosen) == 1 else "The compose files have"
    by_line: dict[int, list[str]] = {}
    for service, line in dict.fromkeys(call.services):
        if service not in offered and not stands_for_any(service):
            by_line.setdefault(line, []).append(service)
    for line, missing in by_line.items():
        hint = closest(missing[0], offered)
        names = ", ".join(f"`{service}`" for service in missing)
        yield Hit(one.path, line, line, f"{where} no service {names}{hint}.", one.symbol, severity_of(one))


def _chosen(one: Invocation, call: ComposeCall, known: _Known) -> tuple[str, ...]:
    """The files that the call reads: those that it names, if all are there, else all of the repository; none where unsure."""
    plain = [name for name, _ in call.files if "$" not in name]
    resolved = [_resolved(one, name, known) for name in plain]
    if not all(resolved):
        return ()  # that file is missing, or made on the way
    anchored = any(name.startswith(ROOT) for name in plain)
    if one.elsewhere and not anchored:
        return ()
    told = call.told and call.files and len(plain) == len(call.files)
    return tuple(resolved) if told else tuple(sorted(known.files))


def _resolved(one: Invocation, name: str, known: _Known) -> str:
    if name.startswith(ROOT + "/"):
        path = name[len(ROOT) + 1 :]
        return path if path in known.files else ""
    name = name.removeprefix("./")
    beside = [f"{one.folder}/{name}" if one.folder else name]
    ending = [path for path in known.files if path.endswith("/" + name)] if one.folder is None else []
    found = [path for path in beside if path in known.files] or ending
    return found[0] if len(found) == 1 else ""


_COMPOSE = "services:\n  backend:\n    image: shop\n  db:\n    image: postgres:16\n"

RULE = Rule(
    id="AUD782",
    name="missing-compose-service",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every compose service that workflows, scripts and documents name exist?",
    why="compose answers 'no such service': a migration does not run, a rollback does not scale, a runbook stops at its first line.",
    limits=(
        "Where the files are not told by `-f`, the services of all compose files of the repository count. Silent where a "
        "compose file includes others or cannot be read, and after a command that leaves the repository."
    ),
    fix="Name the service as the compose file does.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow", "gitlab-ci", "pipeline", "shell", "document-references"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a service of another name, and one of another file",
            files={
                "docker-compose.yml": _COMPOSE,
                "docker-compose.tools.yml": "services:\n  api:\n    image: tools\n",
                "deploy/migrate.sh": (
                    '#!/bin/bash\nROOT="$(cd "$(dirname "$0")/.." && pwd)"\ndocker compose -f "$ROOT/docker-compose.yml" \\\n'
                    '  run --rm api alembic upgrade head\nDC="docker-compose -p shop"\n$DC up -d --scale worker=3 backend\n'
                ),
                "docs/runbook.md": "# Runbook\n\n```bash\ndocker compose logs --tail 50 -f web\n```\n",
            },
            found=("deploy/migrate.sh:4", "deploy/migrate.sh:6", "docs/runbook.md:4"),
        ),
        Example(
            title="services that are there, variables, and commands inside of containers",
            files={
                "docker-compose.yml": _COMPOSE,
                "deploy/up.sh": (
                    "#!/bin/sh\ndocker compose up -d backend db\ndocker compose exec -T -u postgres db psql shop\ndocker compose logs -f --tail=5 $NAME\n"
                    "docker compose run --rm -e A=b backend api\n"
                ),
            },
        ),
        Example(
            title="files that include others",
            files={
                "docker-compose.yml": "include:\n  - path: https://example.org/base.yml\n" + _COMPOSE,
                "deploy/up.sh": "#!/bin/sh\ndocker compose up -d cache\n",
            },
        ),
    ),
)
