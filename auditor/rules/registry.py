"""Finds every rule by walking this package; no list is kept."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from functools import cache

import auditor.rules
from auditor.errors import InternalError
from auditor.facts.glosses import GLOSSES_FILE
from auditor.facts.vocabulary import VOCABULARY_FILE
from auditor.resources import resource_text
from auditor.rules.base import Rule
from auditor.rules.card import CHECKS, RuleCard, card_of

__all__ = ["cards", "collect", "rule_pack_digest", "rules"]

RULE_PACK_VERSION = "2026.11.9"
"""Moves whenever a change can move scores; see "Scores change" in CHANGELOG.md."""


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of this package, by id."""
    return collect([rule for _, rule in _declared()])


def cards() -> tuple[RuleCard, ...]:
    """The cards of all rules, by id."""
    modules = {rule.id: module for module, rule in _declared()}
    return tuple(card_of(rule, modules[rule.id]) for rule in rules())


@cache
def _declared() -> tuple[tuple[str, Rule], ...]:
    """Every rule with the name of the module that declares it."""
    names = [module.name for module in pkgutil.walk_packages(auditor.rules.__path__, "auditor.rules.")]
    found = [(name, getattr(importlib.import_module(name), "RULE", None)) for name in names]
    return tuple((name, rule) for name, rule in found if isinstance(rule, Rule))


def collect(found: list[Rule]) -> tuple[Rule, ...]:
    """Sort rules by id. Raises InternalError on a duplicate id or name, and on a rule without one check."""
    by_id: dict[str, Rule] = {}
    names: set[str] = set()
    for rule in found:
        if rule.id in by_id or rule.name in names:
            raise InternalError(f"two rules are called {rule.id} or {rule.name}")
        if sum(getattr(rule, check) is not None for check in CHECKS) != 1:
            raise InternalError(f"{rule.id} needs exactly one check")
        by_id[rule.id] = rule
        names.add(rule.name)
    return tuple(by_id[key] for key in sorted(by_id))


@cache
def rule_pack_digest() -> str:
    """sha256 (hex) over the sources of rules and facts, and their words: two packs with one digest find the same."""
    digest = hashlib.sha256(RULE_PACK_VERSION.encode())
    for words in (VOCABULARY_FILE, GLOSSES_FILE):
        digest.update(resource_text(words).encode())
    for package in ("auditor.check", "auditor.facts", "auditor.rules"):
        for name, content in sorted(_sources(package).items()):
            digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def _sources(package: str) -> dict[str, bytes]:
    path = importlib.import_module(package).__path__
    found: dict[str, bytes] = {}
    for module in pkgutil.walk_packages(path, f"{package}."):
        loader = module.module_finder.find_spec(module.name, None).loader  # type: ignore[union-attr]
        source = loader.get_source(module.name)  # type: ignore[union-attr]
        found[module.name] = (source or "").encode()
    return found
