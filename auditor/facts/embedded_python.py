"""Texts and dictionaries of Python that may be documents.

Left out are docstrings, what is printed or shown as help, and what is named as an example, a test or a prompt.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from auditor.facts.embedded_document import OPAQUE, Candidate
from auditor.facts.embedded_targets import Targets, targets_of
from auditor.facts.pattern import pattern
from auditor.facts.python_documents import dictionary_candidates, is_document
from auditor.facts.python_syntax import children, nodes_of

__all__ = ["python_candidates"]

_LEAST_LINES = 3
_SHOWN = pattern(
    r"(?i)(?:^|[_.])(?:print|echo|log|debug|info|warning|error|exception|add_argument|parser|dedent_help|exit)$"
)
_ASIDE = pattern(
    r"(?i)example|sample|prompt|help|usage|epilog|descri|docs?(?:_|$)|fixture|demo|tests?(?:_|$)|mock|fake|expected|schema|instruction|snippet|tutorial|boilerplate|scaffold"
)
_FIELD = pattern(r"\{[^{}\n]*\}")
_QUOTES = ('"""', "'" * 3)


def python_candidates(tree: ast.Module, lines: Sequence[str]) -> Iterator[Candidate]:
    """The texts of several lines and the dictionaries of a module, in source order."""
    targets = targets_of(tree)
    starts = sorted({node.lineno for node in _promising(tree, targets)})
    waiting: list[ast.AST] = [tree] if starts else []
    while waiting:
        node = waiting.pop()
        if not _holds_any(node, starts) or _is_aside(node):
            continue
        found = tuple(_candidates(node, targets, lines))
        yield from found
        if not found:
            waiting.extend(reversed(children(node)))


def _promising(tree: ast.Module, targets: Targets) -> Iterator[ast.expr]:
    """What may become a candidate, wherever it stands: only the way to these is walked."""
    yield from (node for node in nodes_of(tree, ast.Constant, ast.JoinedStr) if _span(node) >= _LEAST_LINES)
    yield from (node for node in nodes_of(tree, ast.Dict) if is_document(node, targets))
    yield from (node for node in nodes_of(tree, ast.List) if is_document(node, targets))


def _holds_any(node: ast.AST, starts: Sequence[int]) -> bool:
    """Whether one of these lines lies within the node; True for nodes that have no place of their own."""
    first = getattr(node, "lineno", None)
    if first is None:
        return True
    at = bisect_left(starts, first)
    return at < len(starts) and starts[at] <= (getattr(node, "end_lineno", None) or first)


def _span(node: ast.expr) -> int:
    return (node.end_lineno or node.lineno) - node.lineno


def _candidates(node: ast.AST, targets: Targets, lines: Sequence[str]) -> Iterator[Candidate]:
    if isinstance(node, ast.Dict | ast.List):
        yield from dictionary_candidates(node, targets)
    elif isinstance(node, ast.Constant | ast.JoinedStr):
        candidate = _text(node, targets, lines)
        if candidate:
            yield candidate


def _is_aside(node: ast.AST) -> bool:
    """Whether a statement or part is there to be read by people, or stands for something else."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return _ASIDE.search(node.name) is not None
    if isinstance(node, ast.keyword):
        return node.arg is not None and _ASIDE.search(node.arg) is not None
    if isinstance(node, ast.Call):
        return _SHOWN.search(ast.unparse(node.func)[-60:]) is not None if _is_named(node.func) else False
    if isinstance(node, ast.Assign | ast.AnnAssign):
        named = node.targets[0] if isinstance(node, ast.Assign) else node.target
        return _is_named(named) and _ASIDE.search(_last_name(named)) is not None
    return False


def _is_named(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute)


def _last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _text(node: ast.Constant | ast.JoinedStr, targets: Targets, lines: Sequence[str]) -> Candidate | None:
    span = _span(node)
    if span < _LEAST_LINES or (isinstance(node, ast.Constant) and not isinstance(node.value, str)):
        return None
    name = targets.file_name(node)
    text = _value(node)
    if id(node) in targets.formatted:
        text = _filled(text)
    first = lines[node.lineno - 1]
    if text.count("\n") == span:
        return Candidate(text=text, line=node.lineno, file_name=name)
    if text.count("\n") == span - 1 and first.endswith(tuple(quotes + "\\" for quotes in _QUOTES)):
        return Candidate(text=text, line=node.lineno + 1, file_name=name)
    written = _as_written(node, lines)
    return Candidate(text=written, line=node.lineno, file_name=name) if written is not None else None


def _value(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else OPAQUE for part in node.values)


def _filled(text: str) -> str:
    return _FIELD.sub(OPAQUE, text.replace("{{", "\0").replace("}}", "\1")).replace("\0", "{").replace("\1", "}")


def _as_written(node: ast.Constant | ast.JoinedStr, lines: Sequence[str]) -> str | None:
    """The text between the quotes as it stands in the file, where escapes at the ends of lines join its lines."""
    written = list(lines[node.lineno - 1 : node.end_lineno])
    quotes = next((one for one in _QUOTES if one in written[0]), None)
    if quotes is None or written[0].count(quotes) != 1 or any(quotes in line for line in written[1:-1]):
        return None
    body = "\n".join((written[0].partition(quotes)[2], *written[1:-1], written[-1].partition(quotes)[0]))
    body = body.replace("\\\\", "\\")
    return _filled(body) if isinstance(node, ast.JoinedStr) else body
