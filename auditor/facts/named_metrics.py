"""Metrics of a client that a project wrote itself: declared as definitions, and recorded by their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import nodes_of, syntax_of
from auditor.facts.repository import RepositoryFacts
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "DeclaredName", "NamedMetrics", "names_never_recorded"]

_NAME = pattern(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$")
_DEFINES = pattern(
    r"^_*[A-Z]\w*Metric(?:Def|Definition|Spec|Specification|Info|Descriptor|Config|Family)?$|^Metric(?:Def|Definition|Spec|Specification|Info|Descriptor|Config)$"
)
_RECORDS = pattern(
    r"(?i)(?:^|_)(?:inc|incr|increment|dec|set|observe|record|gauge|counter|histogram|track|timing|update|emit|count|add)(?:_|$)"
)
_FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredName:
    """The name of a metric in its definition, and its line."""

    name: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMetrics(Fact):
    """What one module defines, which names it hands to any other call, and which of those calls record."""

    kind: ClassVar[str] = "named-metrics"
    declared: tuple[DeclaredName, ...]
    given: frozenset[str]
    recorded: frozenset[str]


def _parse(source: Source) -> NamedMetrics | None:
    if b"etric" not in source.data:
        return None
    tree = syntax_of(source).tree
    declared, given, recorded = [], set(), set()
    for call in nodes_of(tree, ast.Call):
        called = last_name(call.func)
        for name, line in _names(call):
            if _DEFINES.search(called):
                declared.append(DeclaredName(name=name, line=line))
                continue
            given.add(name)
            if _RECORDS.search(called):
                recorded.add(name)
    if not declared and not given:
        return None
    return NamedMetrics(declared=tuple(declared), given=frozenset(given), recorded=frozenset(recorded))


def _names(call: ast.Call) -> Iterator[tuple[str, int]]:
    for one in (*call.args, *(each.value for each in call.keywords)):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and _NAME.search(one.value):
            yield one.value, one.lineno


def names_never_recorded(facts: RepositoryFacts) -> tuple[tuple[str, DeclaredName], ...]:
    """The definitions, with their paths, that no call is handed the name of, where it is by name that most others of the module are recorded."""
    modules = [(file.path, fact) for file, fact in facts.of(NamedMetrics)]
    given = {name for _, fact in modules for name in fact.given}
    recorded = {name for _, fact in modules for name in fact.recorded}
    return tuple(
        (path, one)
        for path, fact in modules
        if 2 * len([one for one in fact.declared if one.name in recorded]) >= len(fact.declared) >= _FEWEST
        for one in fact.declared
        if one.name not in given
    )


PARSER = Parser(
    fact=NamedMetrics,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
