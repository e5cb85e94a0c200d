"""Files that the commands of a document need, and programs that a document prints as if they lay in the repository."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.document_references import Block, DocumentReferences
from auditor.facts.files_of_tools import INTERPRETERS, RUNNERS
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.known_paths import Places
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.script_files import needed_files
from auditor.facts.shell_paths import ROOT

__all__ = ["ToldFile", "bare_programs", "is_of_operations", "printed_files", "told_files"]

_OF_OPERATIONS = pattern(
    r"(?i)readiness|production|run-?books?|play-?books?|operations|deploy|disaster|recover|back-?up|roll-?back|incident|on-?call|monitoring|"
    r"(?:^|[/_-])(?:sre|slos?|dr|ops)(?:[/_.-]|$)|check-?list|hand-?over|go-?live|launch|health-?check"
)
_KEPT = pattern(
    r"^(?:(?:[\w-][\w.-]*/)+[\w.-]+\.(?:sh|bash|py|js|ts|rb|sql|ya?ml|tf|lua|ini|toml|json)|[\w-]+(?:polic(?:y|ies)|rules?|config|changes|definition|template|role)\.json|(?:[\w.-]+/)+Dockerfile[\w.-]*|[\w.-]*compose[\w.-]*\.ya?ml|requirements[\w.-]*\.txt|(?:[\w.-]+/)*\.?env(?:[.-]\w+)*[.-](?:example|sample|template|dist))$"
)
"""What people write and keep, told apart from what a reader gets from elsewhere."""
_BARE = pattern(r"^[A-Za-z][\w.-]*\.(?:py|sh|bash|js|ts|rb|bat|cmd|ps1)$")
_OF_DJANGO = "manage.py"
"""What every project of Django has: documents tell of other ones."""
_BATCH = pattern(r"^\s*(?:call\s+|start\s+|\.[\\/])?([\w-]+\.(?:bat|cmd|ps1))(?:\s|$)")
_CONSOLES = frozenset({"bat", "batch", "cmd", "powershell", "ps1", "bash", "sh", "shell", "console", ""})
_CHOSEN = pattern(r"(?i)(?:^|[/_.-])(?:my|your|new|old|custom|some|example|override|local|path|backup|bak)(?:[/_.-]|$)")
_PLANNED = pattern(r"(?i)\b(?:planned|proposed?|todo|future|optional|custom|creat\w*|add(?:ing)?|example)\b")
_PRINTED = pattern(
    r"^\s*(?:#|//|--)\s*(?:file:\s*)?(/?[\w.-]+(?:/[\w.-]+)*/[\w.-]+\.(?:sh|bash|py|ya?ml))\s*$"
)  # a comment that is nothing but a path
_IN_REPOSITORY = pattern(
    r"^(?:/(?:opt|srv|home|app|root)/(?:[\w.-]+/)+?)?((?:scripts|tools|ops|bin|\.github/workflows)/.+)$"
)
_FOLDERS = ("tests", "scripts", "tools", "deploy", "ops")
"""Folders that can only be the repository's own, even where it lacks them."""


_OPERATED = frozenset({
    "k8s", "kubernetes", "kube", "manifests", "helm", "charts", "infra", "infrastructure", "terraform", "ansible", "deployment", "deployments", "monitoring", "observability", "alerting",
    "dashboards", "grafana", "prometheus", "dns", "ingress", "docker", "compose", "configs", "runbooks", "backup", "backups", "security", "migrations", "cron", "jobs", "overlays", "prod",
    "production", "staging", "load-tests", "load_tests", "loadtests", "performance", "perf", "stress", "k6", "loadtest",
})  # fmt: skip
"""Folders that a document of the repository's own operation can only mean as the repository's, even where it lacks them."""
_SHIPPED_AS = (
    "kubectl",
    "oc",
    "helm",
    "docker-compose",
    "docker",
    "terraform",
    "ansible-playbook",
    "psql",
    "kustomize",
    "k6",
    "locust",
    "artillery",
    "curl",
)
_SENDERS = ("aws", "awslocal", "curl", "http")
"""What sends files that the reader may have written for this once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFile:
    """A path seen from the repository, and its line. `exact` where it is read and nothing in the document leads to a folder from which it might be seen."""

    line: int
    path: str
    exact: bool = False


def is_of_operations(path: str) -> bool:
    """Whether the name of a document says that it is of the repository's own operation, so that it speaks of no other tree."""
    return _OF_OPERATIONS.search(path) is not None


def told_files(facts: RepositoryFacts, known: Places) -> Mapping[str, list[ToldFile]]:
    """What the commands of each document need and people keep in a repository, by the path of the document."""
    found: dict[str, list[ToldFile]] = defaultdict(list)
    moving = frozenset(one.path for one in facts.derive(invocations) if _moves(one))
    for one in facts.derive(invocations):
        if one.origin is Origin.DOCUMENT and not one.elsewhere and not _PLANNED.search(one.symbol):
            for needed in needed_files(one):
                path = needed.path.removeprefix(f"{ROOT}/").removeprefix("./")
                if _is_told(path, one, known):
                    exact = "/" in path and not needed.runs and one.path not in moving
                    found[one.path].append(ToldFile(line=needed.line, path=path, exact=exact))
    return found


def bare_programs(document: DocumentReferences, path: str, facts: RepositoryFacts) -> Iterator[ToldFile]:
    """Programs without a folder that the reader is to start where the repository is, in a document that leads nowhere else.

    One that the document tells more of may be the reader's own, and so may what its blocks show.
    """
    if facts.derive(_leading_elsewhere).get(path, False):
        return
    shown = {code.text.removeprefix("./") for code in document.codes}
    shown.update(word.strip("`'\":") for block in document.blocks for word in _head(block))
    for line, name, heading in (*facts.derive(_started).get(path, ()), *_of_windows(document)):
        if (
            _BARE.search(name)
            and name != _OF_DJANGO
            and not _CHOSEN.search(name)
            and name not in shown
            and not _PLANNED.search(heading)
        ):
            yield ToldFile(line=line, path=name, exact=True)


def _head(block: Block) -> list[str]:
    """The words of the comment that a block begins with."""
    first = block.lines[0].strip()
    return first.split() if first.startswith(("#", "//", "--", "<!--", "rem ", "REM ")) else []


def _started(facts: RepositoryFacts) -> Mapping[str, list[tuple[int, str, str]]]:
    """What the commands of each document start: line, name and title; for `RepositoryFacts.derive`."""
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for one in facts.derive(invocations):
        if one.origin is Origin.DOCUMENT and (one.name in INTERPRETERS or one.name in RUNNERS):
            found[one.path].extend(
                (needed.line, needed.path, one.symbol) for needed in needed_files(one) if needed.runs
            )
    return found


def _of_windows(document: DocumentReferences) -> Iterator[tuple[int, str, str]]:
    for block in document.blocks:
        for offset, text in enumerate(block.lines if block.language in _CONSOLES else ()):
            match = _BATCH.match(text)
            if match:
                yield block.line + offset, match.group(1), block.heading


def _leading_elsewhere(facts: RepositoryFacts) -> Mapping[str, bool]:
    """The documents whose commands lead to another folder or bring another tree; for `RepositoryFacts.derive`."""
    return {one.path: True for one in facts.derive(invocations) if _moves(one)}


def _is_told(path: str, one: Invocation, known: Places) -> bool:
    """Whether the file is one that people keep in a repository, and in this one."""
    if not _KEPT.search(path) or _CHOSEN.search(path) or path.rpartition("/")[2] in one.guarded + one.made:
        return False
    if one.name in _SENDERS and "/" not in path and not is_of_operations(one.path):
        return False  # what a reader of anything else is to write for himself
    operated = one.name in _SHIPPED_AS and path.partition("/")[0] in _OPERATED and is_of_operations(one.path)
    return operated or _is_kept(path, known)


def _moves(one: Invocation) -> bool:
    """Whether the reader has entered another folder, or gets another tree."""
    return one.origin is Origin.DOCUMENT and (one.folder is not None or one.elsewhere)


def _is_kept(path: str, known: Places) -> bool:
    head = path.partition("/")[0]
    if "/" in path:
        return head in known.tops or head in _FOLDERS or _below(path, known)
    return known.composes or "compose" not in path


def _below(path: str, known: Places) -> bool:
    return any(one.endswith("/" + path) for one in known.index.named(path.rpartition("/")[2]))


def printed_files(document: DocumentReferences, known: Places) -> Iterator[ToldFile]:
    """Programs and pipelines that the document prints under the path at which they are to lie."""
    for block in document.blocks:
        line, path = _headed_by(block)
        match = _IN_REPOSITORY.search(path)
        if match and match.group(1).partition("/")[0] in known.tops and not _PLANNED.search(block.heading):
            yield ToldFile(line=line, path=match.group(1))


def _headed_by(block: Block) -> tuple[int, str]:
    """The path that a block begins with, behind the line that names the interpreter."""
    for offset, text in enumerate(block.lines[:2]):
        match = _PRINTED.search(text)
        if match:
            return block.line + offset, match.group(1)
        if not text.startswith("#!"):
            break
    return 0, ""
