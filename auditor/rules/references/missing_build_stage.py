"""AUD716: a build names a stage that its Dockerfile does not have, or builds where no Dockerfile is."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile
from auditor.facts.dockerfile_stages import DockerfileStages
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest, is_judged, severity_of

__all__ = ["RULE"]

_STAGE = pattern(r"^[A-Za-z][\w.-]*$")
_VALUED = frozenset({
    "-t", "--tag", "--build-arg", "--platform", "--cache-from", "--cache-to", "--label", "--secret", "--ssh", "--output", "-o", "--builder",
    "--network", "--progress", "--build-context", "--iidfile", "--metadata-file", "--add-host", "--memory", "-m", "--provenance", "--shm-size",
})  # fmt: skip


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = {file.path: fact for file, fact in facts.of(DockerfileStages)}
    yield from _composed(facts, files)
    for one in facts.derive(invocations):
        build = _build(one)
        if build is None or not is_judged(facts, one) or one.elsewhere:
            continue
        dockerfile, context, target = build
        if target is not None and _STAGE.search(target[0]):
            offered = _offered(one, dockerfile or _below(context), files)
            if offered is not None and target[0].lower() not in offered:
                message = f"The Dockerfile has no stage `{target[0]}`{closest(target[0], offered)}."
                yield Hit(one.path, target[1], target[1], message, one.symbol, severity_of(one))
                continue
        if _has_none(one, dockerfile, context, facts):
            message = "An image is built, and the repository has no Dockerfile."
            yield Hit(one.path, one.line, one.line, message, one.symbol, severity_of(one))


def _composed(facts: RepositoryFacts, files: dict[str, DockerfileStages]) -> Iterator[Hit]:
    for file, fact in facts.of(ComposeFile):
        for service in fact.services if file.role is Role.SHIPPED else ():
            stage = service.stage
            if stage is None or not _STAGE.search(stage.stage):
                continue
            found = files.get(joined_path(file.path.rpartition("/")[0], stage.dockerfile))
            if found is not None and not found.open and not _has_stage(found, stage.stage):
                message = f"The Dockerfile has no stage `{stage.stage}`{closest(stage.stage, found.names)}."
                yield Hit(file.path, stage.line, stage.line, message, service.name)


def _has_stage(fact: DockerfileStages, name: str) -> bool:
    return name.lower() in fact.names


def _build(one: Invocation) -> tuple[str, str, tuple[str, int] | None] | None:
    """The Dockerfile that a command names, its context, and the stage with its line; None for other commands."""
    words = list(zip(one.words, one.lines, strict=True))
    texts = [text for text, _ in words]
    if texts[:2] in (["docker", "build"], ["podman", "build"]):
        rest = words[2:]
    elif texts[:3] == ["docker", "buildx", "build"]:
        rest = words[3:]
    else:
        return None
    file = context = ""
    target: tuple[str, int] | None = None
    waiting = iter(rest)
    for text, line in waiting:
        if text in ("-f", "--file", "--target"):
            value, at = next(waiting, ("", line))
            file, target = (file, (value, at)) if text == "--target" else (value, target)
        elif text.startswith(("--file=", "--target=")):
            value = text.partition("=")[2]
            file, target = (file, (value, line)) if text.startswith("--target") else (value, target)
        elif text in _VALUED:
            next(waiting, None)
        elif not text.startswith("-"):
            context = text
    return (file, context, target) if context and "://" not in context and context != "-" else None


def _below(context: str) -> str:
    return f"{context.rstrip('/')}/Dockerfile"


def _offered(one: Invocation, path: str, files: dict[str, DockerfileStages]) -> frozenset[str] | None:
    """The stages of the Dockerfile that is meant; None where that cannot be told."""
    if "$" in path or path.startswith(("/", "~")):
        return None
    exact = files.get(joined_path(one.folder or "", path))
    meant = [exact] if exact is not None else [fact for held, fact in files.items() if _same_name(held, path)]
    if not meant or any(fact.open for fact in meant):
        return None
    return frozenset(name for fact in meant for name in fact.names)


def _same_name(held: str, path: str) -> bool:
    return held.rpartition("/")[2] == path.rpartition("/")[2]


def _has_none(one: Invocation, dockerfile: str, context: str, facts: RepositoryFacts) -> bool:
    """Whether a build relies on the usual name, and no file of the whole repository is or may become one."""
    if dockerfile or "$" in context or context.startswith(("/", "~", "..")) or one.origin is Origin.WORKFLOW:
        return False
    names = (path.rpartition("/")[2].lower() for path in facts.all_paths)
    if any("dockerfile" in name or "containerfile" in name for name in names):
        return False
    return "ockerfile" not in one.made and "ockerfile" not in one.guarded


_DOCKERFILE = 'FROM python:3.13 AS build\nRUN true\n\nFROM build as runtime\nCMD ["shop"]\n'

RULE = Rule(
    id="AUD716",
    name="missing-build-stage",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every build of an image find its Dockerfile, and the stage that it asks for?",
    why="The build fails where it is needed: in the deployment, or on the machine of whoever follows the instructions.",
    limits=(
        "Stages are judged where the Dockerfile is named by literal words. That there is no Dockerfile counts only where the whole "
        "repository has none and nothing writes one."
    ),
    fix="Name a stage that there is, or add the Dockerfile.",
    since="0.3.0",
    effort=20,
    reads=frozenset(
        {"shell", "github-workflow", "gitlab-ci", "pipeline", "make-recipes", "compose", "document-references"}
    ),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="stages of other names",
            files={
                "Dockerfile": _DOCKERFILE,
                "deploy.sh": "#!/bin/sh\ndocker build --target production -t shop .\n",
                "docker-compose.yml": "services:\n  web:\n    build:\n      context: .\n      target: dev\n",
            },
            found=("deploy.sh:2", "docker-compose.yml:5"),
        ),
        Example(
            title="no Dockerfile at all",
            files={
                "Makefile": "image:\n\tdocker build -t shop .\n",
                "README.md": "# Shop\n\n```bash\ndocker build -t shop .\n```\n",
            },
            found=("Makefile:2", "README.md:4"),
        ),
        Example(
            title="stages that are there, and a file that a script writes",
            files={
                "Dockerfile": _DOCKERFILE,
                "deploy.sh": '#!/bin/sh\ndocker build --target Runtime -t shop .\ndocker buildx build --target "$STAGE" -f Dockerfile .\n',
                "docker-compose.yml": "services:\n  web:\n    build:\n      context: .\n      target: build\n",
            },
        ),
        Example(
            title="written before it is built",
            files={"image.sh": "#!/bin/sh\ncat > Dockerfile <<EOF\nFROM scratch\nEOF\ndocker build -t shop .\n"},
        ),
    ),
)
