"""AUD796: a container that runs the repository's image starts a program that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.own_containers import own_containers
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_INTERPRETERS = frozenset({"node", "python", "python3", "tsx", "bun", "deno"})
_PROGRAM = pattern(r"^(?:/?(?:[\w.-]+/)*)?[\w-]+(?:\.[\w-]+)*\.(?:[cm]?js|ts|py)$")
_BUILT = frozenset({"dist", "build", "out", "lib", "output", ".output", "app", "src", "usr", "opt", "srv", "code", "workspace", "home"})  # fmt: skip
_GENERIC = frozenset({"index", "server", "main", "app", "manage", "worker", "start", "bundle", "run"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found = [one for one in facts.derive(own_containers) if _started(one[1].words)]
    stems = {path.rpartition(".")[0] for path in facts.all_paths} if found else set()
    for file, one in found:
        program = _started(one.words)
        wanted = _inside(program)
        if wanted and not any(stem == wanted or stem.endswith(f"/{wanted}") for stem in stems):
            message = (
                f"The container {one.name!r} starts `{program}`, and nothing in the repository is built into that."
            )
            yield Hit(file, one.command_line, one.command_line, message, one.name)


def _started(words: tuple[str, ...]) -> str:
    """The program that an interpreter is given; empty for anything else."""
    if not words or words[0].rpartition("/")[2] not in _INTERPRETERS:
        return ""
    rest = [word for word in words[1:] if not word.startswith("-")]
    modules = any(word in ("-m", "-c", "-e") for word in words[1:3])
    return rest[0] if rest and not modules and _PROGRAM.search(rest[0]) else ""


def _inside(program: str) -> str:
    """The path without its ending and the folders that builds and images put before it; empty where too little is left."""
    parts = [part for part in program.rpartition(".")[0].split("/") if part not in ("", ".")]
    while len(parts) > 1 and parts[0] in _BUILT:
        parts.pop(0)
    lone = len(parts) == 1 and parts[0] in _GENERIC
    return "" if lone or any("node_modules" in part for part in parts) else "/".join(parts)


_JOB = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: import\nspec:\n  template:\n    spec:\n      containers:\n        - name: import\n          image: registry.local/shop:1.0\n          command: [node, {program}]\n"
_BUILD = "#!/bin/sh\ndocker build -t registry.local/shop:1.0 .\n"

RULE = Rule(
    id="AUD796",
    name="container-runs-missing-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every program that the manifests start in the image that the repository builds?",
    why="A nightly job whose program was never written fails each night, and nobody reads the log of a job.",
    limits=(
        "Judged are programs given to node, python and the like in containers whose image the repository builds; any file of that path and "
        "name counts, whatever its ending and the folder that it lies in."
    ),
    fix="Write the program, or start the one that is there.",
    since="0.3.0",
    effort=45,
    reads=frozenset({"kubernetes-containers"}),
    check_repository=_check,
    examples=(
        Example(
            title="an import that was never written",
            files={
                "k8s/import.yaml": _JOB.format(program="dist/jobs/import.js"),
                "build.sh": _BUILD,
                "src/server.ts": "export const port = 3000;\n",
            },
            found=("k8s/import.yaml:11",),
        ),
        Example(
            title="a program that a build makes of what is there, and an image of somebody else",
            files={
                "k8s/import.yaml": _JOB.format(program="dist/jobs/import.js"),
                "k8s/other.yaml": _JOB.format(program="dist/jobs/other.js").replace(
                    "registry.local/shop", "vendor/tool"
                ),
                "build.sh": _BUILD,
                "src/jobs/import.ts": "export const port = 3000;\n",
            },
        ),
    ),
)
