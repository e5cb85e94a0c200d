"""AUD162: a limit is declared that nothing keeps."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.limit_fields import LimitFields
from auditor.facts.neighbours import neighbours
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]

_SHOWN = 3
_NEAR = 3


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    named, whole = facts.derive(_named), facts.derive(_read_whole)
    for file, fact in facts.of(LimitFields):
        if file.role is not Role.SHIPPED:
            continue
        unread = [one for one in fact.fields if one.name not in named and one.owner not in whole]
        for group in neighbours(unread, _NEAR):
            names = ", ".join(f"`{one.name}`" for one in group[:_SHOWN]) + (" and more" if len(group) > _SHOWN else "")
            message = f"{group[0].owner} promises {names}, which nothing reads: what is not read is not kept."
            yield Hit(file.path, group[0].line, group[-1].line, message, group[0].owner)


def _named(facts: RepositoryFacts) -> frozenset[str]:
    """Every limit that any program reads or speaks of; for `RepositoryFacts.derive`."""
    return frozenset(name for _, fact in facts.of(LimitFields) for name in fact.named)


def _read_whole(facts: RepositoryFacts) -> frozenset[str]:
    """What files take from modules that read objects as a whole, by ``model_dump()`` and the like; for `RepositoryFacts.derive`."""
    modules = [one for file, fact in facts.of(LimitFields) if fact.whole for one in facts.at(file.path, PythonModule)]
    imported = {one.name for module in modules for one in module.imports}
    return frozenset(imported | {one.attribute for module in modules for one in module.uses})


RULE = Rule(
    id="AUD162",
    name="limit-nobody-keeps",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    question="Is every limit kept that a policy or a setting declares?",
    why="`min_samples: int = 500` beside an error ratio reads like a promise that nobody decides on three requests; nothing counts them.",
    limits="Fields of dataclasses, models and settings whose name says that they are a limit and whose default is a figure. A name that any Python file reads, quotes or mentions counts as kept, and what a file declares or imports that reads records as a whole is left alone.",
    fix="Compare with the limit where it applies, or take the field out.",
    since="0.8.0",
    effort=45,
    reads=frozenset({"limit-fields", "python-module"}),
    lifecycle=Lifecycle.PREVIEW,
    check_repository=_check,
    examples=(
        Example(
            title="a policy of which one half is looked at",
            files={
                "ship/policy.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Policy:\n    first_share: int = 5\n    max_error_share: float = 0.02\n    min_orders: int = 300\n"
                ),
                "ship/judge.py": "def holds(policy, seen):\n    return seen.errors <= policy.max_error_share\n",
                "tests/test_judge.py": "from ship.policy import Policy\n\n\ndef test_policy():\n    assert Policy(min_orders=5)\n",
            },
            found=("ship/policy.py:8",),
        ),
        Example(
            title="limits that are read elsewhere, by a name that is made up, or as a whole",
            files={
                "ship/policy.py": "from pydantic import BaseModel\n\n\nclass Policy(BaseModel):\n    max_share: float = 0.02\n    retention_days: int = 30\n",
                "ship/judge.py": "KEEP = 'retention_days'\n\n\ndef holds(policy, seen):\n    return seen.errors <= policy.max_share\n",
                "ship/plan.py": "from dataclasses import asdict, dataclass\n\n\n@dataclass\nclass Plan:\n    max_days: int = 3\n\n\ndef shown(plan):\n    return asdict(plan)\n",
                "ship/caps.py": "from pydantic import BaseModel\n\n\nclass Caps(BaseModel):\n    max_rows: int = 300\n",
                "ship/send.py": "from ship.caps import Caps\n\n\ndef send(client, caps: Caps):\n    client.put(caps.model_dump())\n",
                "ship/plain.py": "class Plain:\n    max_weight: int = 3\n",
            },
        ),
    ),
)
