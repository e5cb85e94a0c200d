"""AUD914: a record of measurements has fields that nothing ever sets: they are 0 for ever."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.neighbours import neighbours
from auditor.facts.repository import RepositoryFacts
from auditor.facts.still_fields import StillFields
from auditor.facts.zero_fields import ZeroField, ZeroFields
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SHOWN = 4
_NEAR = 2


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = list(facts.of(ZeroFields))
    wanted = {name for _, fact in files for one in fact.fields for name in (*one.beside.split(), f"{one.owner}()")}
    stored = (
        {name for _, fact in facts.of(StillFields) for name in fact.stored.split() if name in wanted}
        if files
        else set()
    )
    for file, fact in files:
        still = [one for one in fact.fields if one.name not in stored and _is_kept(one, stored)]
        for group in neighbours(still, _NEAR):
            names = ", ".join(one.name for one in group[:_SHOWN]) + (" and more" if len(group) > _SHOWN else "")
            what = "which nothing ever sets: it is" if len(group) == 1 else "which nothing ever sets: they are"
            message = f"{group[0].owner} holds {names}, {what} 0 for ever."
            yield Hit(file.path, group[0].line, group[-1].line, message, group[0].owner)


def _is_kept(one: ZeroField, stored: set[str]) -> bool:
    """Whether other fields of the record are set, and all of them by their names."""
    return f"{one.owner}()" not in stored and not stored.isdisjoint(one.beside.split())


_RECORD = "from dataclasses import dataclass\n\n\n@dataclass\nclass ShopMetrics:\n    orders: int = 0\n    cpu_usage: float = 0.0\n    open_carts: int = 0\n"

RULE = Rule(
    id="AUD914",
    name="figure-never-taken",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every field of a record of measurements taken by something?",
    why="`cpu_usage: float = 0.0` in the metrics of an application reads 0 under every load, because no line of the program ever asks for it.",
    limits="Judged are fields with the default 0 of data classes and models named for metrics and statistics, of which other fields are set, and whose name no file sets, gives as a keyword or spells out. Records that are made by place, of tables or by `setattr` are left alone.",
    fix="Take the figure where it is known, or delete the field.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"zero-fields", "still-fields"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="a load and carts that nobody takes",
            files={
                "shop/stats.py": _RECORD,
                "shop/main.py": "from shop.stats import ShopMetrics\n\nmetrics = ShopMetrics()\n\n\ndef order():\n    metrics.orders += 1\n",
            },
            found=("shop/stats.py:7",),
        ),
        Example(
            title="fields that are set, given or spelt out elsewhere, and a record that is made of a table",
            files={
                "shop/stats.py": _RECORD + "\n\n@dataclass\nclass RowStats:\n    rows: int = 0\n    bad: int = 0\n",
                "shop/main.py": "from shop.stats import RowStats, ShopMetrics\n\nmetrics = ShopMetrics(open_carts=3)\n\n\ndef order(load, table):\n    metrics.orders += 1\n    metrics.cpu_usage = load\n    seen = RowStats(**table)\n    seen.rows = 4\n    return seen\n",
            },
        ),
    ),
)
