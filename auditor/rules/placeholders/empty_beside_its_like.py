"""AUD174: one of several functions that do the same for different things gives nothing, whatever it is asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.sibling_functions import alike_by_name, is_worked_out
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NOTHING_MEANT = pattern(
    rf"(?i){PLAIN_CLASSES}|empty|none|default|disabled|unsupported|example|old|legacy|deprecated|(?:^|_)no_|pre_|post_|before|after|extra|hook|visit"
)
_SAYS_SO = pattern(
    r"(?i)\bnot? |nothing|none|empty|never|without|override|subclass|deprecated|unsupported|always|no-op"
)
_MAKERS = frozenset({"frozenset", "set", "list", "dict", "tuple"})


def _check(source: Source) -> Iterator[Hit]:
    seen: set[str] = set()
    for alike in alike_by_name(syntax_of(source)):
        idle = [one for one in alike if _gives_nothing(one) and one.qualified not in seen]
        other = next((one for one in alike if is_worked_out(one)), None) if idle else None
        if other is None:
            continue
        for view in idle:
            seen.add(view.qualified)
            last = view.node.end_lineno or view.node.lineno
            message = f"{view.name} gives nothing, whatever it is asked; {other.name} beside it works its answer out."
            yield Hit(source.path, view.node.lineno, last, message, view.qualified)


def _gives_nothing(view: FunctionView) -> bool:
    """Whether a function that is asked something only returns an empty container."""
    if view.is_test or not view.parameters or view.node.decorator_list or (view.owner is not None and view.owner.bases):
        return False
    if _NOTHING_MEANT.search(view.qualified) or _SAYS_SO.search(view.docstring):
        return False
    match view.body:
        case [ast.Return(value=ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]))]:
            return True
        case [ast.Return(value=ast.Call(func=ast.Name(id=name), args=[], keywords=[]))]:
            return name in _MAKERS
        case _:
            return False


RULE = Rule(
    id="AUD174",
    name="empty-beside-its-like",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do all functions of a kind do their work?",
    why="`_gb_holidays` works the days out, `_de_holidays` returns an empty set: Germany is supported, and has no holidays.",
    limits="Judged are functions with parameters whose only statement returns an empty container, beside one with the same parameters whose name differs in one word and which works its answer out. Hooks, and what says that there is nothing, are left alone.",
    fix="Do the work for this one as well, or refuse it.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="a country without holidays, and a source of prices without prices",
            files={
                "shop/days.py": (
                    "def gb_holidays(year):\n    easter = easter_of(year)\n    return {easter, easter + DAY}\n\n\ndef de_holidays(year):\n    return frozenset()\n\n\n"
                    "class Prices:\n    def fetch_daily_prices(self, item):\n        rows = self.api.get(item)\n        return [one.price for one in rows]\n\n    def fetch_hourly_prices(self, item):\n        return []\n"
                )
            },
            found=("shop/days.py:15", "shop/days.py:6"),
        ),
        Example(
            title="what says that there is nothing, and what has no like",
            files={
                "shop/days.py": (
                    "def gb_holidays(year):\n    easter = easter_of(year)\n    return {easter, easter + DAY}\n\n\n"
                    'def xx_holidays(year):\n    """Nowhere has no holidays."""\n    return frozenset()\n\n\n'
                    "def openings(year):\n    return []\n"
                )
            },
        ),
    ),
)
