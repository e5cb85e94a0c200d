"""Functions of Python that claim some work, do none and report success on every path."""

from __future__ import annotations

from functools import lru_cache

from auditor.facts.claims import WORK, Claim, documented_claims, words_of
from auditor.facts.effects import Effect
from auditor.facts.python_graph import Module, PythonGraph
from auditor.facts.python_module import PythonFunction
from auditor.rules.metrics.claimed_work import is_hook, is_open_class

__all__ = ["ROUTES", "claims_in_vain", "is_route", "may_claim_in_vain"]

ROUTES = frozenset({"get", "route", "head", "api_route", "api_view"})
"""The last words of decorators that make a function answer requests."""
_DONE = frozenset({Effect.STATE, *(one for one in Effect if one.is_real)})
_LIVES = frozenset({"live", "liveness", "livez", "alive", "ping", "heartbeat"})
_READY = frozenset({"ready", "readyz", "readiness"})
_HEALTH = frozenset({"healthz", "health", "healthcheck"})


def claims_in_vain(graph: PythonGraph, module: Module, function: PythonFunction) -> frozenset[Claim]:
    """What a function claims to do, where it reports success on every path and has done nothing; else nothing."""
    claims = function.claims & WORK or documented_claims(function.documentation)
    hollow = claims and graph.succeeds_always(module, function) and _is_hollow(graph, module, function)
    return claims if hollow else frozenset()


def may_claim_in_vain(function: PythonFunction) -> bool:
    """Whether it claims something and might be hollow, as far as it tells itself: false only where `claims_in_vain` gives nothing."""
    if function.falls_through or function.is_generator or function.is_test or not function.effects.isdisjoint(_DONE):
        return False
    return bool(function.claims & WORK or documented_claims(function.documentation))


def is_route(function: PythonFunction) -> bool:
    """Whether it answers a request: that it answers at all is then worth something, as a sign of life."""
    return any(name.rpartition(".")[2] in ROUTES for name in function.decorators)


def _only_lives(module: Module, function: PythonFunction) -> bool:
    """Whether it is asked whether the process lives, which the answer itself shows; where another route tells of readiness, health is no more than that."""
    if not is_route(function):
        return False
    words = set(words_of(function.short_name))
    return not _LIVES.isdisjoint(words) or (not _HEALTH.isdisjoint(words) and _tells_readiness(module))


@lru_cache(maxsize=2)
def _tells_readiness(module: Module) -> bool:
    every = module.functions.values()
    return any(is_route(one) and not _READY.isdisjoint(words_of(one.short_name)) for one in every)


def _is_hollow(graph: PythonGraph, module: Module, function: PythonFunction) -> bool:
    if _only_lives(module, function):
        return False
    effects = graph.effects(module, function)
    if not effects.isdisjoint(_DONE):
        return False
    return not is_hook(graph, module, function) and not is_open_class(module, function)
