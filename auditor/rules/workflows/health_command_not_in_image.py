"""AUD485: the health check of an image calls a program that the image does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.final_stage import FinalStage, final_stage
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = pattern(r"(?i)CMD(?:-SHELL)?\s+\[?\s*(?:\"(?:/bin/)?(?:ba)?sh\"\s*,\s*\"-c\"\s*,\s*)?\"?(curl|wget|nc|http)\b")
_BARE = {
    "curl": pattern(
        r"^(?:docker\.io/)?(?:library/)?(?:python:[\w.]+-(?:slim|alpine)\S*|python:(?:slim|alpine)\S*|node:[\w.]*-?(?:slim|alpine)\S*|debian:\S*|ubuntu:\S*|alpine(?::\S*)?|golang:\S*alpine\S*|"
        r"busybox\S*|ruby:\S*(?:slim|alpine)\S*|php:\S*alpine\S*|openjdk:\S*(?:slim|alpine)\S*|eclipse-temurin:\S*alpine\S*|redis:\S*|postgres:\S*)$|^gcr\.io/distroless/|^scratch$"
    ),
    "wget": pattern(
        r"^(?:docker\.io/)?(?:library/)?(?:python:[\w.]+-slim\S*|python:slim\S*|node:[\w.]*-?slim\S*|debian:\S*|ubuntu:\S*|ruby:\S*slim\S*|openjdk:\S*slim\S*)$|^gcr\.io/distroless/|^scratch$"
    ),
}
"""Official images that do not bring the program: those made small (Alpine has the wget of busybox)."""


def _check(source: Source) -> Iterator[Hit]:
    stage = final_stage(source)
    for one in stage.instructions if stage is not None else ():
        asked = _ASKS.search(one.text) if one.keyword == "HEALTHCHECK" else None
        if asked is None or stage is None:
            continue
        name = asked.group(1).lower()
        bare = _BARE.get(name)
        if bare is not None and bare.search(stage.image) and not _is_brought(name, stage):
            message = f"The health check calls `{name}`, which `{stage.image}` does not have and nothing here installs: the container is never healthy."
            yield Hit(source.path, one.line, one.line, message, "HEALTHCHECK")


def _is_brought(name: str, stage: FinalStage) -> bool:
    """Whether an instruction names the program, or runs a script or a list that may install it."""
    for one in stage.instructions:
        if one.keyword in ("RUN", "COPY", "ADD") and (
            name in one.text or (one.keyword == "RUN" and _OPEN.search(one.text))
        ):
            return True
    return False


_OPEN = pattern(r"\.sh\b|xargs|\$\(|apt-get install[^&;]*\$|apk add[^&;]*\$|\bmake\b|ansible")

RULE = Rule(
    id="AUD485",
    name="health-command-not-in-image",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every program that a health check calls in the image?",
    why="'curl: not found' counts as unhealthy: whatever waits for this container waits for ever, or restarts it without end.",
    limits="HEALTHCHECK of Dockerfiles whose last stage builds on an official image that is known to lack curl or wget; where a script or a list may install more, nothing is said.",
    fix="Install the program, or ask with what the image has (`python -c`, `node -e`, `wget` of busybox).",
    since="0.4.0",
    effort=10,
    reads=frozenset({"dockerfile-copies", "image-health"}),
    triggers=("healthcheck",),
    check_file=_check,
    examples=(
        Example(
            title="small images without curl",
            files={
                "Dockerfile": "FROM python:3.13-slim AS base\nRUN pip install flask\nFROM base\nCOPY . .\nHEALTHCHECK --interval=30s \\\n  CMD curl -f http://localhost:8000/health || exit 1\n",
                "web/Dockerfile": 'FROM node:22-alpine\nHEALTHCHECK CMD ["curl", "-f", "http://localhost:3000/"]\n',
            },
            found=("Dockerfile:5", "web/Dockerfile:2"),
        ),
        Example(
            title="programs that are there, or are installed",
            files={
                "Dockerfile": "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y \\\n    curl\nHEALTHCHECK CMD curl -f http://localhost:8000/health\n",
                "web/Dockerfile": "FROM node:22-alpine\nHEALTHCHECK CMD wget -q http://localhost:3000/ || exit 1\n",
                "db/Dockerfile": "FROM python:3.13\nHEALTHCHECK CMD curl -f http://localhost:8000/health\n",
            },
        ),
    ),
)
