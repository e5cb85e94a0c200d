"""Checks of a rubric that its model cannot make: whether what it names is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import re2

from auditor.errors import UserError
from auditor.model.rubric import Criterion, Probe, Rubric
from auditor.rubric.problems import suggestion
from auditor.rubric.yaml_file import Located
from auditor.rules.base import Rule
from auditor.rules.card import RuleCard

__all__ = ["check_references"]


def check_references(rubric: Rubric, tree: Located, rules: tuple[Rule | RuleCard, ...]) -> None:
    """Raises UserError where the rubric names a rule or section that is not there, an id twice, or a broken expression."""
    names = [name for rule in rules for name in (rule.id, rule.name)]
    ids = Counter(one.id for one in rubric.criteria)
    for position, criterion in enumerate(rubric.criteria):
        at = ("criteria", position)
        if ids[criterion.id] > 1:
            raise UserError(
                f"two criteria are called {criterion.id}", place=tree.place_of((*at, "id")), remedy="rename one of them"
            )
        if criterion.section not in rubric.sections:
            raise _unknown("section", criterion.section, list(rubric.sections), tree, (*at, "section"))
        _check_rules(criterion, names, tree, at)
        for where, expression in _expressions(criterion):
            _check_expression(expression, tree, (*at, *where))


def _check_rules(criterion: Criterion, names: list[str], tree: Located, at: tuple[str | int, ...]) -> None:
    for position, rule in enumerate(criterion.forbid.rules if criterion.forbid else ()):
        if rule not in names:
            raise _unknown("rule", rule, names, tree, (*at, "forbid", "rules", position))


def _unknown(what: str, name: str, known: list[str], tree: Located, at: tuple[str | int, ...]) -> UserError:
    remedy = suggestion(name, known) or (
        f"the {what}s are: {', '.join(known)}" if what == "section" else "`auditor rules`"
    )
    return UserError(f"there is no {what} {name!r}", place=tree.place_of(at), remedy=remedy)


def _expressions(criterion: Criterion) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if criterion.require is None:
        return
    listed = "any" if criterion.require.any else "all"
    for position, probe in enumerate(criterion.require.any or criterion.require.all):
        for where, expression in _of_probe(probe):
            yield ("require", listed, position, *where), expression


def _of_probe(probe: Probe) -> Iterator[tuple[tuple[str, str], str]]:
    if probe.section:
        yield ("section", "heading"), probe.section.heading
    if probe.text:
        yield ("text", "pattern"), probe.text.pattern
    if probe.job:
        for name in ("name", "runs"):
            if expression := getattr(probe.job, name):
                yield ("job", name), expression


def _check_expression(expression: str, tree: Located, at: tuple[str | int, ...]) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(expression, options)
    except re2.error as error:
        reason = (
            error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else str(error)
        )
        raise UserError(
            f"the expression {expression!r} is broken: {reason}",
            place=tree.place_of(at),
            remedy="RE2 has no lookaround and no backreferences",
        ) from error
