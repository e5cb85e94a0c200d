"""How near to production a file is: what delivers, deploys or watches weighs more than what it delivers."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["delivers"]

_DELIVERS = pattern(
    r"(?i)(?:^|/)(?:\.github/workflows|\.circleci|\.buildkite|deploy\w*|k8s|kubernetes|helm|charts?|terraform|ansible|"
    r"monitoring|alert\w*|observability|ops|infra|release\w*|rollback\w*)/|"
    r"(?:^|/)(?:\.gitlab-ci[^/]*|jenkinsfile[^/]*|azure-pipelines[^/]*|[^/]*(?:deploy|release|rollback|backup|restore)[^/]*\.(?:sh|bash|py|ya?ml))$",
)


def delivers(path: str) -> bool:
    """Whether a file is part of delivery, deployment or operations, as its path says."""
    return _DELIVERS.search(path) is not None
