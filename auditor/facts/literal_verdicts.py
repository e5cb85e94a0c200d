"""Verdicts written as literals: which expressions say "all is well" without depending on anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import PURE_METHODS, is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, own_nodes, subtree

__all__ = ["HEALTHY", "all_well", "follows_work", "is_settings_name", "keyed", "names_results", "says_done"]

HEALTHY = frozenset(
    {"healthy", "operational", "passed", "passing", "pass", "ok", "ready", "connected", "online", "verified"}
)
"""Words for the best state that something can be in."""
_FEWEST = 3
_NESTED = 2
_RESULTS = pattern(
    r"(?i)(?:^|_)(?:checks?|results?|validations?|verif\w+|readiness|compliance|requirements(?:_met)?|measures|components|gates?|tests?|"
    r"audits?|health|status(?:es)?|assessment|scan|controls|services)(?:_|$)"
)
_SETTINGS = pattern(
    r"(?i)config|default|setting|feature|flag|option|capabilit|permission|expected|schema|template|mask|args|param|field|column|support|"
    r"enabled|policy|policies|spec|context|manifest|example|sample|mock|fake|prefs|preference|toggle|rule|weight|desired|wanted|choice"
)

_DONE = pattern(
    r"(?i)(?:^|_)(?:verified|restore_tested|tested|validated|signed|encrypted|scanned|replicated|integrity_checked|backed_up|notified|reviewed|audited)$"
)


def names_results(name: str) -> bool:
    """Whether a name is that of findings about something, and of no settings."""
    return _RESULTS.search(name) is not None and not is_settings_name(name)


def is_settings_name(name: str) -> bool:
    """Whether a name is that of something chosen rather than found out."""
    return _SETTINGS.search(name) is not None


def says_done(name: str) -> bool:
    """Whether a flag of this name says that something was done to what it stands beside (``restore_tested``)."""
    return _DONE.search(name) is not None


def all_well(node: ast.expr | None) -> bool:
    """Whether a dictionary is a table of at least three results that are all literally good."""
    pairs = [*keyed(node)] if isinstance(node, ast.Dict) else []
    return len(pairs) >= _FEWEST and all(is_good(value) or _is_good_table(value) for _, value in pairs)


def keyed(node: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    """The entries of a dictionary whose keys are literal texts."""
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, value


def follows_work(body: list[ast.stmt], index: int, syntax: PythonSyntax) -> bool:
    """Whether the statement before this one calls something that could raise, so that coming this far proves something."""
    if not index:
        return False
    before = body[index - 1]
    if isinstance(before, ast.Try):
        return False  # whatever it did, its failure has been caught
    if isinstance(before, ast.If):
        return any(isinstance(node, ast.Raise | ast.Return) for node in own_nodes([before]))
    if not isinstance(before, ast.Expr | ast.Assign | ast.AnnAssign):
        return True
    calls = (node for node in own_nodes([before]) if isinstance(node, ast.Call))
    return any(not is_log_call(syntax.name_of(call.func)) and not _only_holds(call) for call in calls)


def _only_holds(call: ast.Call) -> bool:
    """Whether a call fills a container or makes an object, neither of which proves anything."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in PURE_METHODS:
        return True
    return last_name(call.func)[:1].isupper()


def is_good(node: ast.expr) -> bool:
    """Whether an expression is True, or a word for the best state."""
    if not isinstance(node, ast.Constant):
        return False
    return node.value is True or (isinstance(node.value, str) and node.value.lower() in HEALTHY)


def _is_good_table(node: ast.expr) -> bool:
    values = [value for _, value in keyed(node)] if isinstance(node, ast.Dict) else []
    good = [value for value in values if is_good(value)]
    return len(good) >= _NESTED and not any(_is_open(value) for value in values)


def _is_open(node: ast.expr) -> bool:
    """Whether an entry depends on something, or says that something is not well."""
    return any(not isinstance(one, ast.Constant | ast.List | ast.Tuple | ast.Load) for one in subtree(node)) or (
        isinstance(node, ast.Constant) and node.value is False
    )
