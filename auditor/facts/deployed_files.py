"""Whether a configuration is that of something that stays up, of a developer's machine, or of trials."""

from __future__ import annotations

from auditor.facts.compose_blocks import has_only_stores
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_working_copy
from auditor.model.source import Language

__all__ = ["CONFIGURES", "is_deployed", "is_for_trials"]

CONFIGURES = frozenset(
    {Language.YAML, Language.ENV, Language.INI, Language.TOML, Language.HCL, Language.DOCKERFILE, Language.JSON}
)
"""The languages of files that configure."""
_OF_RUNNERS = frozenset({"tox.ini", "pytest.ini", "noxfile.py", "conftest.py"})
_COMPOSE = pattern(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$")
_DEPLOYS = pattern(
    r"(?i)(?:^|[/._\-])(?:prod\w*|staging|live|monitoring|observability|deploy\w*|k8s|kubernetes|infra\w*|terraform|ansible|ops)(?:[/._\-]|$)"
)
_STAYS_UP = pattern(r"(?m)^\s*restart:\s*[\"']?(?:always|unless-stopped)")


def is_for_trials(source: Source) -> bool:
    """Whether a runner of tests reads it, or a composition is that of a pipeline or has nothing but databases that nobody starts again."""
    if source.path.rpartition("/")[2] in _OF_RUNNERS:
        return True
    if not _COMPOSE.search(source.path) or _STAYS_UP.search(source.text):
        return False
    return source.path.startswith(".github/") or has_only_stores(source)


def is_deployed(source: Source) -> bool:
    """Whether a configuration is that of something that stays up, rather than of a developer's machine or a test."""
    if source.file.language not in CONFIGURES or is_working_copy(source.path) or "/workflows/" in source.path:
        return False
    if _COMPOSE.search(source.path) and _STAYS_UP.search(source.text):
        return True
    return _DEPLOYS.search(source.path) is not None
