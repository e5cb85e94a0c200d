"""Objects that functions of JavaScript and TypeScript give as reports, and the findings in them that are written in the code."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import is_metric_name, is_target_name, words_of
from auditor.facts.code_scope import root_of
from auditor.facts.code_tree import CodeTree, FunctionNode, Kind, Node, own
from auditor.facts.report_words import is_current, is_finding_in_words, is_report_name, is_subject, is_trend

__all__ = ["objects_written_in"]

_DEEPEST = 10


def objects_written_in(tree: CodeTree) -> Iterator[tuple[FunctionNode, Node, list[str]]]:
    """Each table of a report with such findings: its function, the first of them, and their keys."""
    for function in tree.functions:
        if not is_report_name(_snake(function.name)):
            continue
        for key, table in _given(function):
            yield from ((function, first, keys) for first, keys in _in_table(table, key, 0))


def _given(function: FunctionNode) -> Iterator[tuple[str, Node]]:
    """The objects that are returned at once, or bound to a name into which nothing is put later."""
    nodes = own(function.body)
    filled = {root_of(one.children[0]) for one in nodes if one.kind is Kind.ASSIGN and one.children}
    filled |= {
        one.name.partition(".")[0] for one in nodes if one.kind is Kind.CALL and one.name.endswith((".push", ".set"))
    }
    for node in nodes:
        value = node.children[0] if node.children else None
        if value is not None and value.kind is Kind.OBJECT:
            if node.kind is Kind.RETURN:
                yield function.name, value
            elif node.kind is Kind.VARIABLE and node.name not in filled and is_report_name(_snake(node.name)):
                yield node.name, value


def _snake(name: str) -> str:
    return "_".join(words_of(name))


def _in_table(table: Node, holder: str, depth: int) -> Iterator[tuple[Node, list[str]]]:
    """The first finding of a table with the keys of all, and those of the tables within it."""
    found: list[Node] = []
    for pair in table.children if depth < _DEEPEST else ():
        value = pair.children[0] if pair.kind is Kind.PAIR and pair.children else None
        if value is None or is_target_name(_snake(pair.name)):
            continue
        if value.kind is Kind.OBJECT:
            yield from _in_table(value, pair.name, depth + 1)
        elif value.kind is Kind.LITERAL and _is_written(_snake(pair.name), value.value, _snake(holder)):
            found.append(pair)
    if found:
        yield found[0], [one.name for one in found]


def _is_written(key: str, value: object, under: str) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return bool(value) and is_subject(under) and is_current(key)
    if not isinstance(value, str):
        return False
    return is_trend(under, key, value) or is_finding_in_words(
        key, value, subject=is_subject(key) or is_metric_name(key), under=under
    )
