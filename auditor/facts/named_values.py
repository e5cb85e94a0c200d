"""Values of secrets that are none themselves: names, descriptions, and what is put together from variables."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["is_made_of_words", "is_put_together", "stands_for_password", "states_what_it_is"]

_BUILT_OF = pattern(r"\$[A-Za-z_{]|\{\w+\}|\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|\\w)|^\d+/(?:s|sec|m|min|h|hour|d|day)\b")
_PART = pattern(r"[^_\-./@ ]+")
_WORD = pattern(r"^(?:\d?[A-Z]?[a-z]+(?:[A-Z]+[a-z]*)*|[A-Z]{2,}|[ik]\d+[a-z]|v?\d{1,2})$")
"""A word, or a numeronym such as ``k8s``."""
_DESCRIBES = pattern(r"(?i)^[a-z]*(?:password|passwd)$")
_STATES = pattern(
    r"(?i)^(?:my|auth|dev|api|access|secret|key|token|password|local)(?:[-_ ](?:auth|api|access|secret|key|token|password|local))+$"
)


def is_put_together(value: str) -> bool:
    """Whether a value holds a variable, in the notation of shells or of format strings, is a pattern, or a rate (``20/m``)."""
    return _BUILT_OF.search(value) is not None


def is_made_of_words(value: str) -> bool:
    """Whether a value is a name of several words: ``k8s-shop-secrets``, ``1Password/SDK``."""
    parts = [match.group() for match in _PART.finditer(value)]
    return len(parts) > 1 and all(_WORD.match(part) for part in parts)


def stands_for_password(value: str) -> bool:
    """Whether a value stands in the place of a password in a description: ``remotePassword``."""
    return _DESCRIBES.match(value) is not None


def states_what_it_is(value: str) -> bool:
    """Whether a value is made of nothing but words for what it is, such as ``my-secret-key``: whoever deploys it sees that it is none."""
    return _STATES.match(value) is not None
