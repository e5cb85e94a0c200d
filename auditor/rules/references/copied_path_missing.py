"""AUD758: a Dockerfile copies a file or folder that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.dockerfile_copies import DockerfileCopies
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.known_paths import places
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MADE = pattern(
    r"(?i)(?:^|/)(?:dist|build|target|out|output|node_modules|artifacts?|release|wheels?|wheelhouse|bin|\.\w[^/]*)(?:/|$)|\.(?:jar|war|whl|tar|gz|tgz|zip|deb|rpm|apk|exe|so|bin|pem|crt|key|lock)$|(?:^|/)(?:package-lock\.json|yarn\.lock|go\.sum)$"
)
"""What builds put beside the Dockerfile, and locks of dependencies, which a missing one is told of otherwise."""
_BINARY = pattern(r"^[\w-]+$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    for file, fact in facts.of(DockerfileCopies):
        if file.role is not Role.SHIPPED:
            continue
        folder = file.path.rpartition("/")[0]
        copied = [one for one in fact.items if not known.has(one.path.lstrip("/"), folder)]
        if len(copied) == len(fact.items) > 1:
            continue  # the context is another tree
        for one in copied:
            path = one.path.removeprefix("./").strip("/")
            if not _MADE.search(path) and not _is_ignored(path, folder, facts) and not _is_program(path, folder, facts):
                message = f"This copies `{path}`, which is not in the repository{known.hint(path)}: the image cannot be built."
                yield Hit(file.path, one.line, one.line, message, path)


def _is_ignored(path: str, folder: str, facts: RepositoryFacts) -> bool:
    return is_ignored(path, facts) or is_ignored(joined_path(folder, path), facts)


def _is_program(path: str, folder: str, facts: RepositoryFacts) -> bool:
    """Whether a single word may be a program that a build puts there: Go and Rust name it after the project."""
    compiled = any(
        one.endswith(("go.mod", "Cargo.toml", "pom.xml", "CMakeLists.txt", ".csproj")) for one in facts.all_paths
    )
    return compiled and _BINARY.search(path) is not None and not folder.endswith(path)


_DOCKERFILE = "FROM python:3.13\nWORKDIR /srv\nCOPY pyproject.toml ./\nCOPY shop ./shop\nCOPY {path} ./{path}\nCOPY --from=build /out /out\nRUN pip install .\n"

RULE = Rule(
    id="AUD758",
    name="copied-path-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is everything in the repository that its Dockerfiles copy?",
    why="The build stops at `failed to compute cache key: not found`: no image of this commit exists.",
    limits=(
        "Literal sources, looked for from the root, the folder of the Dockerfile and anywhere below. What git ignores and builds usually make is passed "
        "over; so is a Dockerfile of which nothing is found, whose context is another tree."
    ),
    fix="Add what is missing, or take the line out.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"dockerfile-copies"}),
    check_repository=_check,
    examples=(
        Example(
            title="migrations that were never written, and a list of several",
            files={
                "Dockerfile": _DOCKERFILE.format(path="migrations"),
                "jobs/Dockerfile": 'FROM python:3.13\nCOPY --chown=app:app shop/pay.py \\\n  shop/refund.py ./\nCOPY ["pyproject.toml", "crontab.txt", "/etc/"]\n',
                "pyproject.toml": "",
                "shop/pay.py": "",
            },
            found=("Dockerfile:5", "jobs/Dockerfile:2", "jobs/Dockerfile:4"),
        ),
        Example(
            title="what is there, what a build makes, what git ignores, wildcards, and another tree",
            files={
                "Dockerfile": _DOCKERFILE.format(path="dist"),
                "web/Dockerfile": "FROM nginx:1.27\nCOPY conf/nginx.conf /etc/nginx/\nCOPY generated.json /srv/\nCOPY assets*/ /srv/\nCOPY ${THEME} /srv/\n",
                "web/conf/nginx.conf": "",
                ".gitignore": "generated.json\n",
                "pyproject.toml": "",
                "shop/pay.py": "",
                "base/Dockerfile": "FROM alpine:3.20\nCOPY rootfs /\nCOPY prebuildfs /\n",
            },
        ),
    ),
)
