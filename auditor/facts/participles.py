"""The verbs that a function is named and documented for, and the words that tell them as done."""

from __future__ import annotations

from functools import lru_cache

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern

__all__ = ["participles", "promised_verbs"]

_CARRIERS = frozenset({
    "do", "run", "perform", "execute", "async", "try", "maybe", "handle", "trigger", "start", "force", "process", "api", "post", "put", "patch", "to", "it", "the",
})  # fmt: skip
_QUIET = frozenset({
    "check", "validate", "verify", "get", "find", "fetch", "read", "load", "log", "print", "show", "list", "return", "give", "compute", "calculate", "count", "parse", "format",
    "render", "build", "make", "is", "has", "can", "should", "ask", "look", "tell", "report", "wait", "resolve", "describe", "explain", "match", "select", "need", "want", "receive", "decide",
    "determine", "detect", "compare", "estimate", "measure", "observe", "inspect", "scan", "probe", "test", "raise", "warn", "require", "ensure", "assert", "use", "call", "on", "query", "search",
    "convert", "normalize", "normalise", "filter", "sort", "encode", "decode", "hash", "skip", "ignore", "allow", "answer", "respond", "reject", "refuse", "accept", "fail", "expect", "display", "preview", "plan",
    "complete", "finish", "succeed", "pass", "lookup", "summarize", "summarise", "generate", "create", "collect", "analyze", "analyse", "evaluate", "support", "trace", "debug", "truncate", "trim", "clip", "shorten", "pad", "strip", "mask", "redact", "round", "translate", "transform",
})  # fmt: skip
"""Verbs whose work is an answer: nothing outside changes where they are done."""
_IRREGULAR = {
    "send": "sent", "put": "put", "cut": "cut", "bring": "brought", "take": "taken", "freeze": "frozen", "write": "written", "pay": "paid", "shut": "shut", "split": "split", "reset": "reset",
    "withdraw": "withdrawn", "hold": "held", "lock": "locked", "forget": "forgotten", "undo": "undone", "set": "set", "shrink": "shrunk", "rebuild": "rebuilt", "sell": "sold", "buy": "bought", "book": "booked",
}  # fmt: skip
_ALTERNATIVES = {"rollback": "rolled", "roll": "rolled", "backup": "backed", "failover": "failed"}
_SHORTEST = 3
_VERB = pattern(r"^[a-z]+$")


@lru_cache(maxsize=1024)
def promised_verbs(name: str, documentation: str) -> frozenset[str]:
    """The verb that a name begins with, and the one that its documentation begins with, where they are of some change."""
    named = [one for one in words_of(name) if one not in _CARRIERS][:1]
    said = documentation.split()[:1]
    told = [_plain(one.lower().strip(".,:;")) for one in said]
    return frozenset(
        one for one in (*named, *told) if _VERB.search(one) and one not in _QUIET and len(one) >= _SHORTEST
    )


def _plain(verb: str) -> str:
    """``closes`` as ``close``, ``cancels`` as ``cancel``."""
    if verb.endswith(("sses", "shes", "ches", "xes", "zes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


@lru_cache(maxsize=1024)
def participles(verb: str) -> frozenset[str]:
    """The forms in which a verb is told as done: ``cancel`` gives "canceled" and "cancelled"."""
    stem = verb.removesuffix("e")
    forms = {f"{stem}ed", f"{verb}{verb[-1]}ed", f"{verb.removesuffix('y')}ied"}
    return frozenset(forms | {one[verb] for one in (_IRREGULAR, _ALTERNATIVES) if verb in one})
