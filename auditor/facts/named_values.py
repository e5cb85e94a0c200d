"""Values of secrets that are none themselves: names, descriptions, and what is put together from variables."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from auditor.facts.credentials import Credential, is_placeholder
from auditor.facts.pattern import pattern

__all__ = ["is_name_or_form", "is_open_by_place", "is_public_form", "stands_for_password", "states_what_it_is"]

_BUILT_OF = pattern(r"\$[A-Za-z_{]|\{\w+\}|\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|\\w)|^\d+/(?:s|sec|m|min|h|hour|d|day)\b")
_CLOUD_NAME = pattern(r"\barn:aws[\w\-]*:[\w\-:/]*$")
_IMAGE = pattern(r"^\s*(?:-\s+)?image:\s*[\w\"'./-]+(?::[0-9]+/[\w./-]+)?:[\w.-]+[\"']?\s*$")
"""An image and its tag: ``image: shop/token-refresher:v1``."""
_PUBLIC_FORM = pattern(r"^(?:phc_|pk_(?:live|test)_|pk\.eyJ|[A-Z]{1,4}_kw[A-Za-z])")
"""How keys begin that their makers call public: of PostHog's projects, of Stripe and of Mapbox, and what GitHub names its objects by."""
_SHOWN_TO_ALL = pattern(r"(?i)\balgolia\b|\bdocsearch\b|\bsite_?key\b|\bpublishable\b")
_LONGEST = 400
_ON_TRIAL = pattern(r"(?i)^(?:test|dummy|fake|mock|example)[a-z_-]*$")
_PASSWORD_INSIDE = pattern(r"://[^\s:/@]{0,100}:([^\s/@]{1,200})@")
_PLAIN_WORDS = frozenset({"password", "postgres", "secret", "admin", "root", "mysql", "test"})
_NEAR = 3
_PART = pattern(r"[^_\-./@ ]+")
_WORD = pattern(r"^(?:\d?[A-Z]?[a-z]+(?:[A-Z]+[a-z]*)*|[A-Z]{2,}|[ik]\d+[a-z]|v?\d{1,2})$")
"""A word, or a numeronym such as ``k8s``."""
_DESCRIBES = pattern(r"(?i)^[a-z]*(?:password|passwd)$")
_STATES = pattern(
    r"(?i)^(?:my|auth|dev|api|access|secret|key|token|password|local)(?:[-_ ](?:auth|api|access|secret|key|token|password|local))+$"
)


def is_open_by_place(lines: Sequence[str], number: int, one: Credential) -> bool:
    """Whether a credential on a line is none by what stands around it.

    It is the tag of an image, the rest of a name by which a cloud knows a secret (``arn:aws:secretsmanager:...``), or a key that pages are given for
    a search, a form or a tracker, and every visitor sees.
    """
    line = lines[number - 1]
    if _IMAGE.search(line) or _CLOUD_NAME.search(line[: one.start]) or is_public_form(line[one.start : one.end]):
        return True
    around = lines[max(0, number - 1 - _NEAR) : number + _NEAR]
    return one.kind == "assignment" and any(_SHOWN_TO_ALL.search(line[:400]) for line in around)


def is_public_form(value: str) -> bool:
    """Whether a key is one of those that pages and programs of users hold, so that everybody may know it."""
    return _PUBLIC_FORM.search(value) is not None


def is_name_or_form(value: str) -> bool:
    """Whether a value holds a variable, is a pattern or a rate (``20/m``), is a name of several words (``k8s-shop-secrets``), or an encoded word for trials."""
    if _BUILT_OF.search(value) or _says_trial(value):
        return True
    parts = [match.group() for match in _PART.finditer(value)]
    return len(parts) > 1 and all(_WORD.match(part) for part in parts)


def stands_for_password(value: str) -> bool:
    """Whether a value stands in the place of a password in a description: ``remotePassword``."""
    return _DESCRIBES.match(value) is not None


def states_what_it_is(value: str) -> bool:
    """Whether a value is made of nothing but words for what it is, such as ``my-secret-key``: whoever deploys it sees that it is none."""
    return _STATES.match(value) is not None


def _says_trial(value: str) -> bool:
    """Whether a value that a manifest keeps in base64 (https://kubernetes.io/docs/concepts/configuration/secret/) says that it is for trials."""
    if len(value) > _LONGEST:
        return False
    try:
        said = base64.b64decode(value, validate=True).decode("ascii")
    except ValueError:
        return False
    inside = _PASSWORD_INSIDE.search(said)
    return (
        _ON_TRIAL.match(said) is not None
        or is_placeholder(said)
        or (inside is not None and inside.group(1).lower() in _PLAIN_WORDS)
    )
