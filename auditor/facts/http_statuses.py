"""The status of an answer in a test: which expressions give it, and which lists of it say nothing."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.facts.code_tree import Kind, Node

__all__ = ["MEANT", "REFUSED", "accepts_error", "accepts_refusal", "is_status"]

REFUSED = 400
"""From here on an answer is a refusal or an error."""
_NAMES = frozenset({"status", "statusCode", "status_code", "statuscode", "httpStatus"})
_OK, _CLIENT, _SERVER = range(200, 300), range(400, 500), range(500, 600)
MEANT = frozenset({409, 429})
"""Answers of a server that did what it should, where several requests compete."""


def is_status(node: Node) -> bool:
    """Whether an expression is the status of an answer: ``response.status()``, ``res.statusCode``, ``status``."""
    one = node.children[0] if node.kind is Kind.CALL and node.children else node
    return one.kind in (Kind.NAME, Kind.MEMBER) and one.name in _NAMES


def accepts_error(values: Sequence[object]) -> bool:
    """Whether success and an error of the server are equally welcome."""
    known = [value for value in values if isinstance(value, int)]
    return any(value in _OK for value in known) and any(value in _SERVER for value in known)


def accepts_refusal(values: Sequence[object]) -> bool:
    """Whether success and a refusal are equally welcome, and no error of the server."""
    known = [value for value in values if isinstance(value, int)]
    if len(known) != len(values) or any(value in _SERVER for value in known):
        return False
    return any(value in _OK for value in known) and any(value in _CLIENT and value not in MEANT for value in known)
