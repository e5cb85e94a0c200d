"""AUD942: an image is built from a folder that does not hold what its Dockerfile copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.checkouts import checks_out
from auditor.facts.compose_file import ComposeFile, ComposeService
from auditor.facts.dockerfile_copies import DockerfileCopies
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.image_builds import image_builds
from auditor.facts.invocations import invocations
from auditor.facts.job_files import created_paths
from auditor.facts.paths import joined_path, stays_inside
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MADE = pattern(
    r"(?i)(?:^|/)(?:dist|build|target|out|bin|obj|node_modules|vendor|wheels|public|static|output|artifacts|certs|ssl|secrets|data|models|logs|\.next)(?:/|$)|\.(?:jar|war|whl|tgz|tar|gz|zip|pem|crt|key|env)$|(?:^|/)\.env"
)
"""What builds make, or whoever builds puts there."""


@dataclass(frozen=True, slots=True)
class _Build:
    """A Dockerfile and the folder that it is built from, and where that is said."""

    path: str
    line: int
    dockerfile: str
    context: str
    symbol: str


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    copies = {file.path: fact for file, fact in facts.of(DockerfileCopies)}
    told: set[tuple[str, str, str]] = set()
    for one in (*_composed(facts), *_in_jobs(facts)) if copies else ():
        key = (one.path, one.dockerfile, one.context)
        fact = copies.get(one.dockerfile)
        if fact is None or key in told:
            continue
        told.add(key)
        missing = [copied.path for copied in fact.paths if _is_elsewhere(copied.path, one, facts)]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            where = f"folder `{one.context}`" if one.context else "root of the repository"
            message = f"`{one.dockerfile}` copies `{missing[0]}`{more}, which the {where} that it is built from does not hold: the image cannot be built."
            yield Hit(one.path, one.line, one.line, message, one.symbol)


def _is_elsewhere(path: str, build: _Build, facts: RepositoryFacts) -> bool:
    """Whether what is copied is not in the context, and is at the root or beside the Dockerfile."""
    wanted = joined_path(build.context, path)
    if facts.exists(wanted) or wanted in facts.folders or _MADE.search(path) or is_ignored(wanted, facts):
        return False
    others = {path, joined_path(build.dockerfile.rpartition("/")[0], path)} - {wanted}
    return any(facts.exists(other) or other in facts.folders for other in others)


def _composed(facts: RepositoryFacts) -> Iterator[_Build]:
    if any("--project-directory" in one.words for one in facts.derive(invocations)):
        return
    for file, fact in facts.of(ComposeFile):
        folder = file.path.rpartition("/")[0]
        for service in () if fact.unread else fact.services:
            yield from _of_service(file.path, folder, service)


def _of_service(path: str, folder: str, service: ComposeService) -> Iterator[_Build]:
    context = next((one for one in service.sources if one.use == "build"), None)
    named = next((one for one in service.sources if one.use == "dockerfile"), None)
    texts = [one.path for one in (context, named) if one is not None]
    if context is None or any(
        "$" in one or "://" in one or not stays_inside(folder, one) or one.startswith(("/", "~")) for one in texts
    ):
        return
    place = joined_path(folder, context.path)
    dockerfile = joined_path(folder, named.path) if named is not None else joined_path(place, "Dockerfile")
    yield _Build(path, context.line, dockerfile, place, service.name)


def _in_jobs(facts: RepositoryFacts) -> Iterator[_Build]:
    for path, job in jobs_of_repository(facts):
        for build in image_builds(job):
            if (
                build.context is None
                or not checks_out(job, build.line)
                or created_paths(job, build.step.line - 1).strip()
            ):
                continue
            context = next((one.line for one in build.step.inputs if one.name == "context"), build.line)
            yield _Build(path, context, build.path, build.context, f"{job.id}/{build.step.name}")


_DOCKERFILE = "FROM python:3.13\nCOPY requirements.txt ./\nCOPY app ./app\nCOPY dist ./dist\n"

RULE = Rule(
    id="AUD942",
    name="context-lacks-copied",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every image built from a folder that holds what its Dockerfile copies?",
    why="A compose file that moved into deploy/ with `context: .` builds from deploy/: the first COPY of the sources fails, on the machine where it matters.",
    limits="Judged are builds of compose files and of docker/build-push-action whose context is written out, and plain paths that the repository has at its root or beside the Dockerfile.",
    fix="Give the folder that holds the sources as the context, and name the Dockerfile from there.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"compose", "dockerfile-copies", "github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="a compose file that has moved, and a workflow that builds from the root",
            files={
                "deploy/Dockerfile": _DOCKERFILE,
                "deploy/compose.yml": "services:\n  shop:\n    build:\n      context: .\n      dockerfile: Dockerfile\n  worker:\n    build:\n      context: .\n      dockerfile: Dockerfile\n",
                "requirements.txt": "flask\n",
                "app/main.py": "print()\n",
                "gate/Dockerfile": "FROM python:3.13\nCOPY gate.txt ./\n",
                "gate/gate.txt": "flask\n",
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          file: ./gate/Dockerfile\n"
                ),
            },
            found=("deploy/compose.yml:4", ".github/workflows/ci.yml:9"),
        ),
        Example(
            title="contexts that hold it, one that is computed, and what builds make",
            files={
                "deploy/Dockerfile": _DOCKERFILE,
                "deploy/compose.yml": "services:\n  shop:\n    build:\n      context: ..\n      dockerfile: deploy/Dockerfile\n  other:\n    build:\n      context: ${ROOT}\n      dockerfile: Dockerfile\n",
                "requirements.txt": "flask\n",
                "app/main.py": "print()\n",
                "dist/app.js": "1\n",
                "gate/Dockerfile": "FROM python:3.13\nCOPY gate.txt ./\n",
                "gate/gate.txt": "flask\n",
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: docker/build-push-action@v6\n        with:\n          context: gate\n          file: ./gate/Dockerfile\n"
                ),
            },
        ),
    ),
)
