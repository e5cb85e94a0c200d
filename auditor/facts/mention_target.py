"""Which file of the repository a path in another file means."""

from __future__ import annotations

from auditor.facts.repository import RepositoryFacts

__all__ = ["resolve_mention"]


def resolve_mention(text: str, folder: str, facts: RepositoryFacts) -> str:
    """The file of the repository that a mentioned path means; empty where there is none."""
    text = text.strip("\"'").removeprefix("./")
    for prefix in ("$(pwd)/", "${PWD}/", "$PWD/"):
        text = text.removeprefix(prefix)
    if text.startswith(("$", "/")):
        text = text.lstrip("/") if text.startswith("/") else text.partition("/")[2]
    if not text or "*" in text or "$" in text:
        return ""
    parts = text.split("/")
    while parts and parts[0] in ("..", "."):
        parts = parts[1:]
    plain = "/".join(parts)
    candidates = (f"{folder}/{plain}" if folder else plain, plain)
    for candidate in candidates:
        if candidate in facts.by_path:
            return candidate
    for start in range(1, len(parts) - 1):  # a path of the machine that holds the checkout
        rest = "/".join(parts[start:])
        if rest in facts.by_path:
            return rest
    return ""
