"""AUD739: a tool is called that cannot work without its file, and the repository has none of the kind."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

from auditor.facts.invocations import invocations
from auditor.facts.kubernetes_containers import KubernetesContainers
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import is_judged, severity_of

__all__ = ["RULE"]

_NEEDS = {
    ("alembic", ("upgrade", "downgrade", "current", "stamp", "history", "revision")): ("alembic.ini", "pyproject.toml"),
    ("nox", ()): ("noxfile.py",),
    ("mkdocs", ("build", "serve", "gh-deploy")): ("mkdocs.yml", "mkdocs.yaml"),
    ("skaffold", ("run", "dev", "build", "deploy")): ("skaffold.yaml", "skaffold.yml"),
    ("serverless", ("deploy", "remove")): ("serverless.yml", "serverless.*"),
    ("flyctl", ("deploy",)): ("fly.toml", "fly*.toml"),
    ("fly", ("deploy",)): ("fly.toml", "fly*.toml"),
    ("wrangler", ("deploy", "publish")): ("wrangler.toml", "wrangler.*"),
    ("dbt", ("run", "build", "test", "seed")): ("dbt_project.yml",),
    ("helmfile", ("apply", "sync", "diff")): ("helmfile.yaml", "helmfile*"),
    ("cypress", ("run",)): ("cypress.config.js", "cypress.*"),
    ("prisma", ("migrate", "generate")): ("schema.prisma", "*.prisma"),
    ("terraform", ("plan", "apply", "validate")): ("main.tf", "*.tf", "*.tf.json"),
    ("pre-commit", ("run",)): (".pre-commit-config.yaml", ".pre-commit-config.yml"),
}
"""Tools with the verbs that need a file (none: always), and how that file may be called: first the name that is told."""
_TOOLS = frozenset(tool for tool, _ in _NEEDS)
_ALEMBIC = "alembic"
_VERSIONS = frozenset({"env.py", "script.py.mako"})
"""What lies in the folder of Alembic's versions."""
_OTHER_FILE = ("-c", "--config", "-f", "--file", "--config-file", "-chdir", "--project-dir", "--schema", "-n", "--name")
_BEFORE = frozenset({"run", "exec", "--", "npx", "pnpm", "yarn"})
_STARTERS = frozenset(
    {
        "sudo",
        "poetry",
        "uv",
        "pipenv",
        "pdm",
        "hatch",
        "python",
        "python3",
        "docker",
        "docker-compose",
        "podman",
        "kubectl",
        "npx",
        "pnpm",
        "yarn",
        "npm",
    }
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    names = frozenset(path.rpartition("/")[2] for path in facts.all_paths)

    @cache
    def offered(needed: tuple[str, ...]) -> frozenset[str]:
        return frozenset(name for name in names if name in _VERSIONS or _fits(name, needed))

    @cache
    def lacks(tool: str, needed: tuple[str, ...], made: str) -> bool:
        return not _has(offered(needed).union(word.rpartition("/")[2] for word in made.split()), needed, tool)

    seen: set[tuple[str, str]] = set()
    for one in facts.derive(invocations):
        tool, needed = _needed(one.words)
        if not tool or (one.path, tool) in seen or not lacks(tool, needed, "") or not is_judged(facts, one):
            continue
        if (not one.elsewhere or "exec" in one.words) and lacks(tool, needed, one.made):
            seen.add((one.path, tool))
            yield Hit(one.path, one.line, one.line, _message(tool, needed), tool, severity_of(one))
    for file, pods in facts.of(KubernetesContainers):
        for container in pods.containers:
            tool, needed = _needed(container.words)
            if tool and not container.image.startswith(tool) and lacks(tool, needed, ""):
                yield Hit(file.path, container.command_line, container.command_line, _message(tool, needed), tool)


def _needed(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The tool that a command runs in the end and what it needs; empty where it is told of another file."""
    for (tool, verbs), needed in _NEEDS.items() if not _TOOLS.isdisjoint(words) else ():
        at = words.index(tool) if tool in words else -1
        if at < 0 or (at and not _leads_to(words[:at])):
            continue
        rest = words[at + 1 :]
        if verbs and (not rest or next((word for word in rest if not word.startswith("-")), "") not in verbs):
            continue
        if not any(word.partition("=")[0] in _OTHER_FILE for word in rest):
            return tool, needed
    return "", ()


def _leads_to(before: tuple[str, ...]) -> bool:
    """Whether the words before a tool run it: `poetry run`, `docker compose exec api`, `python -m`, `sudo`."""
    if before[0].rpartition("/")[2] not in _STARTERS:
        return False
    return before == ("sudo",) or before[-1] == "-m" or bool(_BEFORE & set(before))


def _fits(name: str, needed: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, one) for one in needed)


def _has(names: frozenset[str], needed: tuple[str, ...], tool: str) -> bool:
    """Whether a file of the kind is there; a `pyproject.toml` serves Alembic only beside its folder of versions."""
    if tool == _ALEMBIC and needed[0] not in names:
        names = names if names & _VERSIONS else frozenset()
    return any(_fits(name, needed) for name in names)


def _message(tool: str, needed: tuple[str, ...]) -> str:
    return f"`{tool}` is called, and the repository has no file for it, such as `{needed[0]}`: it ends with an error."


RULE = Rule(
    id="AUD739",
    name="tool-without-its-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the repository have the file without which a tool that it calls cannot work?",
    why="A migration that is called on every deployment and has no configuration never runs: the schema stays what it was, and a tolerant script goes on.",
    limits="Judged are some fifteen tools that look for a file of a fixed name, where no option names another one. Any file of that name counts, wherever it lies.",
    fix="Add the file, or take the call out.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"shell", "github-workflow", "document-references", "python-commands"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="migrations that nobody configured, in a script, a pod and a runbook",
            files={
                "deploy/roll.sh": "#!/bin/sh\ndocker compose exec -T api alembic upgrade head || echo skipped\nalembic -c db/other.ini upgrade head\n",
                "k8s/shop.yaml": (
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      initContainers:\n        - name: schema\n          image: shop:1\n"
                    '          command: ["alembic", "upgrade", "head"]\n      containers:\n        - name: shop\n          image: shop:1\n'
                ),
                "docs/deploy.md": "# Deploy\n\n```bash\npoetry run alembic upgrade head\nfly deploy\n```\n",
                "pyproject.toml": '[project]\nname = "shop"\n',
                "fly.toml": 'app = "shop"\n',
            },
            found=("deploy/roll.sh:2", "k8s/shop.yaml:11", "docs/deploy.md:4"),
        ),
        Example(
            title="a configuration in a folder, one that the script writes, and a word that is no call",
            files={
                "backend/alembic.ini": "[alembic]\nscript_location = migrations\n",
                "deploy/roll.sh": "#!/bin/sh\nalembic upgrade head\ncat > mkdocs.yml <<EOF\nsite_name: shop\nEOF\nmkdocs build\necho nox is not needed\ngit commit -m nox\n",
            },
        ),
    ),
)
