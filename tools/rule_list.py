"""The list of rules that ``auditor rules`` prints, as data: one rule a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from auditor.cli.rules import Listed
from auditor.rules.base import Rule
from auditor.rules.languages import languages_of

__all__ = ["rule_list"]


def rule_list(rules: Iterable[Rule]) -> str:
    """What is told of each rule, as JSON."""
    listed = (
        Listed(
            id=rule.id,
            name=rule.name,
            severity=rule.told.value,
            category=rule.category.value,
            confidence=rule.confidence.value,
            lifecycle=rule.lifecycle.value,
            languages=", ".join(languages_of(rule)) or "any",
        )
        for rule in rules
    )
    return "[\n" + ",\n".join(json.dumps(asdict(one)) for one in listed) + "\n]\n"
