"""Counts that a document gives of a file's content, against that content: tests, jobs, alert rules, panels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from auditor.check.case import Case, View
from auditor.check.document import Kind
from auditor.check.mentions import Mention, mentions
from auditor.check.moments import held
from auditor.check.references import is_of_a_plan, located
from auditor.check.resolution import Found
from auditor.check.statement import Statement, supported, uncheckable
from auditor.check.trees import placed, tree_entries
from auditor.check.written_tests import may_be_more_tests, tests_in
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.vocabulary import matches

__all__ = ["count_statements"]

_NUMBER = r"(?:^|[^\w.,/-])(\d{1,4})(\+?)\s+((?:[a-z-]+\s)?)"
_TEST_CLASS = pattern(r"^\s*class\s+Test\w*\s*[(:]")
_IS_COUNT_OF_TESTS = pattern(
    r"(?i)^\W*(?:(?:(?:total|number of) )?tests?(?: count| cases?)?\s?:\s?\d{1,4}\+?|\d{1,4}\+? tests?(?: cases?| functions?| methods?)?(?: in total)?)\W*$"
)
"""A line that is the number of tests and nothing else: below the name of a file, that of all of its tests."""
_OF_PART = pattern(
    r"(?i)\b(?:pass(?:ed|ing|es)?|fail\w*|skip\w*|new|added?|more|additional|remaining|missing|of|out|critical|security|per|each|→|->|blocked|need\w*|should|todo|was|were|now|from|increase\w*|before|after|first|last|line|lines|estimated|expected|approximately|about)\b|~|\d\s?/\s?\d"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted: how a document says it, and how a file is counted (None: it holds none of the kind)."""

    name: str
    said: Pattern
    count: Callable[[View, str], int | None]
    may_be_more: Callable[[View, str], bool]
    may_be_part: bool = False


def count_statements(case: Case) -> Iterator[Statement]:
    """Every count of things of one file that the same line names, or the title above it."""
    if not case.views:
        return
    by_line: dict[int, list[Mention]] = {}
    for mention in mentions(case.document):
        by_line.setdefault(mention.line.number, []).append(mention)
    for line in case.document.texts:
        named = by_line.get(line.number)
        if named and len({mention.path for mention in named}) == 1:
            yield from _of_line(case, named[0], _KINDS)
        elif not named and line.kind in (Kind.PARAGRAPH, Kind.ITEM) and line.depth <= 1:
            above = by_line.get(line.section.line, [])
            if len({mention.path for mention in above}) == 1:
                kinds = (*_WHOLE, _TESTS) if _IS_COUNT_OF_TESTS.match(line.plain) else _WHOLE
                yield from _of_line(case, replace(above[0], line=line), kinds)
    yield from _drawn(case)


def _drawn(case: Case) -> Iterator[Statement]:
    """The numbers of tests that stand beside the files of drawn trees."""
    for entry in case.document.derive(tree_entries):
        path = "" if entry.is_folder or "test" not in entry.behind else placed(case, entry.path)
        if path:
            yield from _of_line(case, Mention(replace(entry.line, text=entry.behind), path), _KINDS[:1])


def _of_line(case: Case, mention: Mention, kinds: tuple[Counted, ...]) -> Iterator[Statement]:
    text = mention.line.plain
    for kind in kinds:
        found = list(kind.said.finditer(text))
        if len(found) != 1 or _OF_PART.search(_without(text, mention)) or _is_wish(mention):
            continue
        number, plus, quality = (found[0].group(group) for group in (1, 2, 3))
        is_part = kind.may_be_part or quality.strip().lower() not in ("", "total")
        yield from _judged(case, mention, replace(kind, may_be_part=is_part), int(number), at_least=bool(plus))


def _is_wish(mention: Mention) -> bool:
    return matches("negated", mention.line.plain) or is_of_a_plan(mention.line)


def _without(text: str, mention: Mention) -> str:
    return text.replace(mention.path, " ")


def _judged(case: Case, mention: Mention, kind: Counted, claimed: int, *, at_least: bool) -> Iterator[Statement]:
    counted: list[tuple[str, int, bool]] = []
    for view in case.views:
        resolution = located(mention, view, case.folder)
        actual = kind.count(view, resolution.paths[0]) if resolution.found is Found.EXACT else None
        if actual is not None:
            counted.append((view.label, actual, kind.may_be_more(view, resolution.paths[0])))
    line, symbol = mention.line.number, f"{mention.path} {claimed} {kind.name}"
    if not counted:
        return
    fitting = [label for label, actual, _ in counted if actual == claimed or (at_least and actual >= claimed)]
    if fitting:
        yield supported(line, f"`{mention.path}` has {claimed} {kind.name} {fitting[0]}.", symbol)
    elif (drift := _drift(case, mention, kind, claimed)) is not None:
        yield uncheckable(line, f"`{mention.path}` has {claimed} {kind.name} {drift}, and not at the time.", symbol)
    elif kind.may_be_part and all(claimed < actual for _, actual, _ in counted):
        yield uncheckable(
            line,
            f"`{mention.path}` has {counted[0][1]} {kind.name} {counted[0][0]}; whether {claimed} are meant of them is not told.",
            symbol,
        )
    elif any(more and claimed > actual for _, actual, more in counted):
        yield uncheckable(
            line,
            f"`{mention.path}` has {counted[0][1]} {kind.name} in its text, and may make more when it runs.",
            symbol,
        )
    else:
        label, actual, _ = counted[0]
        yield held(case, line, f"`{mention.path}` has {actual} {kind.name} {label}, and not {claimed}.", symbol)


def _drift(case: Case, mention: Mention, kind: Counted, claimed: int) -> str | None:
    """The other version of the file that has as many; None where none has."""
    for view in case.views:
        resolution = located(mention, view, case.folder)
        if resolution.found is Found.EXACT:
            path = resolution.paths[0]
            versions = (view.with_lines(label, path, lines) for label, lines in case.versions(path))
            return next((one.label for one in versions if kind.count(one, path) == claimed), None)
    return None


def _classes(view: View, path: str) -> int | None:
    return _matching(view, path, _TEST_CLASS)


def _matching(view: View, path: str, shape: Pattern) -> int | None:
    lines = view.lines(path) if path.endswith(".py") else None
    found = sum(shape.match(line) is not None for line in lines or ())
    return found or None


def _jobs(view: View, path: str) -> int | None:
    workflow = view.fact(path, GithubWorkflow)
    return len(workflow.jobs) if workflow else None


def _alerts(view: View, path: str) -> int | None:
    found = view.fact(path, PrometheusFile)
    return sum(not rule.records for rule in found.rules.rules) if found and found.rules else None


def _panels(view: View, path: str) -> int | None:
    if not path.endswith(".json"):
        return None
    try:
        document = json.loads("\n".join(view.lines(path) or ()))
    except (ValueError, RecursionError):
        return None
    board = document.get("dashboard", document) if isinstance(document, dict) else {}
    panels = board.get("panels") if isinstance(board, dict) else None
    if not isinstance(panels, list):
        return None
    nested = [panel.get("panels") for panel in panels if isinstance(panel, dict)]
    inner = [one for group in nested if isinstance(group, list) for one in group]
    return len([one for one in (*panels, *inner) if isinstance(one, dict) and one.get("type") != "row"])


def _never(view: View, path: str) -> bool:
    del view, path
    return False


def _said(nouns: str) -> Pattern:
    return pattern(r"(?i)" + _NUMBER + r"(?:" + nouns + r")\b")


_TESTS = Counted("tests", pattern(r"(\d{1,4})(\+?)()"), tests_in, may_be_more_tests)
_KINDS = (
    Counted("tests", _said(r"tests?(?: methods?| cases?| functions?)?"), tests_in, may_be_more_tests, may_be_part=True),
    Counted("test classes", _said(r"test (?:classes|suites)"), _classes, _never, may_be_part=True),
    Counted("jobs", _said(r"jobs"), _jobs, _never),
    Counted("alert rules", _said(r"(?:alert(?:ing)? )?rules|alerts"), _alerts, _never),
    Counted("panels", _said(r"panels"), _panels, _never),
)
_WHOLE = tuple(kind for kind in _KINDS if not kind.may_be_part)
"""What a file has as a whole, so that a line below its name can only mean all of it."""
