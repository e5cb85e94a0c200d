"""Health reports in code whose components say that they are well without being asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.code_scope import Scope, root_of
from auditor.facts.code_tree import CodeTree, FunctionNode, Kind, Node, inside, own, walk
from auditor.facts.code_verdicts import returned_verdict
from auditor.facts.literal_verdicts import is_settings_name
from auditor.facts.pattern import pattern
from auditor.facts.verdicts import Verdict

__all__ = ["constant_probes", "constant_tables"]

_REPORTS = pattern(r"(?i)health|readiness|liveness|readyz|livez|diagnos|status")
_PROBES = pattern(r"(?i)health|probe|check|ready|readiness|diagnos|component|depend|timed|indicator")
_HOLDERS = pattern(
    r"(?i)^(?:components?|services?|checks?|dependenc\w*|subsystems?|systems?|connections?|integrations?)$"
)
_WELL = frozenset({"healthy", "operational", "online", "connected", "available", "up", "running", "ok", "ready", "pass", "passing", "green"})  # fmt: skip
_STATES = frozenset({"status", "state", "health", "up", "healthy", "ok", "connected", "ready", "is_healthy"})
_NO_PROBES = pattern(r"(?i)^(?:get|post|put|patch|delete|head|all|use|on|once|route|describe|it|test|command|option|then|map|replace|addeventlistener|settimeout|usememo|usecallback|memo|define|register)$")  # fmt: skip
_FEWEST = 2
_MOST = 200
"""No report is put together from more probes: what has them is generated."""


def constant_tables(tree: CodeTree) -> Iterator[tuple[Node, str, list[str]]]:
    """``services: { database: "connected", cache: "ok" }`` in what answers for health: the place, its name, the parts."""
    for body in _reporting_bodies(tree):
        filled = {root_of(one.children[0]) for one in walk(body) if one.kind is Kind.ASSIGN and one.children}
        for node in walk(body):
            value = node.children[0] if node.kind in (Kind.PAIR, Kind.VARIABLE) and node.children else None
            if value is None or value.kind is not Kind.OBJECT or not _HOLDERS.search(node.name):
                continue
            if node.kind is Kind.VARIABLE and node.name in filled:
                continue  # its entries are only where it starts
            known = [one.name for one in value.children if one.kind is Kind.PAIR and one.children and _is_well(one.children[0])]  # fmt: skip
            known = [one for one in known if one not in _STATES]
            if len(known) >= _FEWEST:
                yield node, node.name, known


def _reporting_bodies(tree: CodeTree) -> Iterator[Node]:
    """The bodies of functions that are named for health, and of what answers requests for it."""
    for function in tree.functions:
        if _REPORTS.search(function.name) and function.body is not None and not is_settings_name(function.name):
            yield function.body
    for node in walk(tree.top):
        if node.kind is Kind.CALL and len(node.children) > _FEWEST and _is_path(node.children[1]):
            for given in node.children[2:]:
                if given.function is not None and given.function.body is not None:
                    yield given.function.body


def _is_path(node: Node) -> bool:
    text = node.value
    return isinstance(text, str) and text.startswith("/") and _REPORTS.search(text) is not None


def _is_well(node: Node) -> bool:
    """A good word or true, or a table of constants whose state is one."""
    if node.kind is Kind.LITERAL:
        return node.value is True or (isinstance(node.value, str) and node.value.lower() in _WELL)
    if node.kind is not Kind.OBJECT or not node.children:
        return False
    pairs = [one for one in node.children if one.kind is Kind.PAIR and one.children]
    if len(pairs) != len(node.children) or any(one.children[0].kind is not Kind.LITERAL for one in pairs):
        return False
    return any("_".join(words_of(one.name)) in _STATES and _is_well(one.children[0]) for one in pairs)


def constant_probes(scope: Scope) -> Iterator[tuple[Node, str]]:
    """``probe("archive", async () => ({ up: true }))`` beside probes of the same kind that look at something."""
    calls = [one for one in own(scope.function.body) if one.kind is Kind.CALL and _probe_of(one) is not None]
    kinds = Counter(one.name for one in calls)
    if len(calls) > _MOST:
        return
    for call in calls:
        last = call.name.rpartition(".")[2]
        named = f"{scope.function.qualified} {last}"
        if kinds[call.name] < _FEWEST or _NO_PROBES.search(last) or not _PROBES.search(named):
            continue
        probe = _probe_of(call)
        others = [one for each in calls if each.name == call.name and (one := _probe_of(each)) is not probe]
        if probe is not None and _is_content(probe, scope) and any(one is not None and _asks(one) for one in others):
            yield call, str(call.children[1].value)


def _probe_of(call: Node) -> FunctionNode | None:
    """The function that is given with the name of what it looks at."""
    if len(call.children) <= _FEWEST:
        return None
    name, probe = call.children[1], call.children[2]
    return probe.function if name.kind is Kind.LITERAL and isinstance(name.value, str) else None


def _is_content(probe: FunctionNode, scope: Scope) -> bool:
    """Whether nothing is asked, and the answer is good."""
    body = inside(probe.body)
    returned = body[0] if len(body) == 1 else None
    if returned is None or returned.kind is not Kind.RETURN or _asks(probe):
        return False
    own_scope = Scope.of(probe, scope.imports, go=scope.go)
    value = returned.children[0] if returned.children else returned
    if value.kind is Kind.LITERAL:
        return value.value is True
    return _is_well(value) or returned_verdict(returned, own_scope) is Verdict.SUCCESS


def _asks(probe: FunctionNode) -> bool:
    return any(one.kind in (Kind.CALL, Kind.NEW, Kind.AWAIT, Kind.MEMBER) for one in walk(probe.body))
