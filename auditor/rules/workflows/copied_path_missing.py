"""AUD422: an image copies what is not in the repository, and cannot be built."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.dockerfile_copies import DockerfileCopies
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.invocations import Origin, invocations
from auditor.facts.known_paths import places
from auditor.facts.makefile import Makefile
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_BUILT = frozenset({
    "dist", "build", "target", "out", "bin", "obj", "node_modules", "vendor", "wheels", "wheelhouse", "public", "static", "publish", "release",
    "bundle", "output", "artifacts", ".next", ".nuxt", ".output", "_build", "certs", "ssl", "secrets", "data", "models",
})  # fmt: skip
"""Folders that builds fill, or that whoever builds puts there."""
_MADE = pattern(
    r"(?i)\.(?:jar|war|whl|tgz|tar|gz|zip|deb|rpm|exe|so|pem|crt|key|env|bin|pt|onnx|pkl|h5)$|^\.(?:env\b|git$)"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    copies = [(file, fact) for file, fact in facts.of(DockerfileCopies) if file.role is Role.SHIPPED and fact.paths]
    if not copies:
        return
    known = facts.derive(places)
    made = _made(facts)
    for file, fact in copies:
        folder = file.path.rpartition("/")[0]
        if len(fact.paths) > 1 and not any(known.has(one.path, folder) for one in fact.paths):
            continue  # the context is another tree
        for one in fact.paths:
            name = one.path.rpartition("/")[2]
            if _BUILT & set(one.path.lower().split("/")) or _MADE.search(name) or one.path in made or name in made:
                continue
            if not known.has(one.path, folder) and not _is_ignored(one.path, folder, facts):
                message = f"`{one.path}` is copied into the image, and is not in the repository{known.hint(one.path)}: the image cannot be built."
                yield Hit(file.path, one.line, one.line, message, one.path)


def _is_ignored(path: str, folder: str, facts: RepositoryFacts) -> bool:
    return any(is_ignored(joined_path(base, path), facts) for base in dict.fromkeys(("", folder)))


def _made(facts: RepositoryFacts) -> frozenset[str]:
    """What commands name that may write it: every word of a command but of documents, with its last part."""
    found: set[str] = set()
    for one in facts.derive(invocations):
        if one.origin is Origin.DOCUMENT:
            continue
        for text in (*one.words[1:], *one.made.split()):
            word = text.removeprefix("@/").removeprefix("./").rstrip("/")
            found.update((word, word.rpartition("/")[2]))
    for _, fact in facts.of(Makefile):
        found.update(one.rpartition("/")[2] for one in (*fact.targets, *fact.patterns) if not one.endswith("%"))
    return frozenset(found)


_DOCKERFILE = (
    "FROM python:3.13-slim\nWORKDIR /srv\nCOPY pyproject.toml ./\nCOPY --chown=app:app shop \\\n     ./shop\nCOPY migrations ./migrations\n"
    'COPY ["alembic.ini", "gunicorn.conf.py", "./"]\nCMD ["python", "-m", "shop"]\n'
)

RULE = Rule(
    id="AUD422",
    name="copied-path-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is everything in the repository that its images copy?",
    why="The build of the image ends at the first COPY of what is not there; nobody has ever built it from this commit.",
    limits=(
        "Plain paths only. A path counts as there from the root, from the folder of the Dockerfile and from anywhere below; what git ignores, what "
        "commands of the repository name, and folders that builds fill are left alone."
    ),
    fix="Add what is missing, or take the line out; and build the image in the pipeline.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"dockerfile-copies"}),
    check_repository=_check,
    examples=(
        Example(
            title="migrations that were never written",
            files={
                "Dockerfile": _DOCKERFILE,
                "pyproject.toml": '[project]\nname = "shop"\n',
                "shop/__init__.py": "",
                "gunicorn.conf.py": "workers = 2\n",
            },
            found=("Dockerfile:6", "Dockerfile:7"),
        ),
        Example(
            title="a context above the Dockerfile, what is built or ignored, and what another stage or the net gives",
            files={
                "docker/api/Dockerfile": (
                    "FROM node:22 AS build\nCOPY package.json ./\nCOPY src/ src/\nFROM nginx\nARG CONF\nCOPY --from=build /site/made /srv\nCOPY dist /srv\nCOPY $CONF /etc/\n"
                    "COPY local.yaml /etc/\nCOPY revision.txt /srv/\nADD https://shop.io/x.txt /srv/\nCOPY conf.d/*.conf /etc/nginx/\nCOPY .git /srv/.git\nCOPY . .\n"
                ),
                "package.json": '{"name": "shop"}\n',
                "docker/tool/Dockerfile": "FROM scratch\nCOPY tool.notice /licences/\n",
                "make/notices.mk": "$(made)/scratch/tool.notice: notices.yaml\n\tcollect notices.yaml $@\n",
                "src/index.js": "export const port = 3000;\n",
                ".gitignore": "local.yaml\n",
                "build.sh": "#!/bin/sh\ngit rev-parse HEAD > revision.txt\ndocker build -f docker/api/Dockerfile .\n",
            },
        ),
    ),
)
