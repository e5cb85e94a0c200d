"""AUD880: where nothing was counted, asked or tried, the answer is the best there is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from auditor.facts.absent_data import absent, answer_in, fields_of, is_perfect, is_zero, shares, tells_success
from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.good_names import is_good_flag, is_high_good, is_low_good
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check, decisions
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_JUDGES = frozenset({
    "health", "healthy", "healthz", "ready", "readyz", "readiness", "status", "passed", "compliant", "verified", "success", "succeeded",
    "ok", "reachable", "alive", "gate", "gates", "slo", "sla", "meets", "validate", "check", "checks", "evaluate", "assess",
})  # fmt: skip
_CHOSEN = frozenset("valid correct empty safe clean complete matches".split())  # noqa: SIM905 - reads better
_ASKS_FOR_WORK = frozenset(
    {
        "due",
        "needs",
        "need",
        "needed",
        "should",
        "must",
        "requires",
        "required",
        "expired",
        "overdue",
        "wants",
        "pending",
    }
)
_MEANT = pattern(
    r"(?i)\bno [\w ]{1,40} (?:configured|registered|defined|required|needed)\b|not (?:applicable|configured|required|needed|enabled)|disabled|optional|nothing to"
)
"""How an answer says that nothing was to be judged."""
_TIMES = pattern(
    r"(?i)(?:^|_)(?:p50|p9[059]|p999|latency|latencies|percentile|percentiles|response_time|mttr|mttd|mtbf|mean_time_to_\w+|recovery_time|replication_lag|error_rate|failure_rate)(?:_(?:ms|s|seconds|minutes|hours|percent))*$"
)
_EVIDENCE = pattern(
    r"(?i)result|check|scenario|execut|history|sample|test|run|report|measure|metric|probe|replica|gateway|observ|window|reading|record|backup|snapshot|response|latenc|duration|stage|case|respons|point|node|region|instance|service|component|data|last|status|state|health|file|score|series|bucket|step"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        judges = _judges(view)
        found: list[tuple[ast.expr | ast.stmt, str]] = [
            *_full_shares(view),
            *_answers(view, syntax, judges=judges),
            *_unlimited(view, syntax, judges=judges),
            *_instant(view),
            *(_unknown_or_good(view) if judges else ()),
        ]
        for node, message in found:
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _full_shares(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``online_ratio=online / total if total else 1.0``."""
    bindings = Bindings.of(view)
    for node, name, value, asked in shares(view):
        if is_high_good(name) and is_perfect(value, bindings) and _is_worked_out(node):
            yield node, f"{view.name} gives {name} as full where there is no {ast.unparse(asked)[:40]}."


def _is_worked_out(node: ast.expr) -> bool:
    """Whether one way of a choice works something out."""
    return any(isinstance(one, ast.BinOp | ast.Call) for one in own_nodes([node]))


def _answers(view: FunctionView, syntax: PythonSyntax, *, judges: bool) -> Iterator[tuple[ast.stmt, str]]:
    """``if not reports: return Fleet(0, 1.0, 1.0)``, and ``if len(window) < 10: return {"healthy": True}``."""
    bindings = Bindings.of(view)
    for node in view.of(ast.If):
        found = absent(node.test)
        answer = answer_in(node.body) if found is not None and found[1] else None
        if found is None or answer is None or len(view.returns) < 2:  # noqa: PLR2004 - another answer
            continue
        asked = ast.unparse(found[0])[:40]
        best = [name for name, value in fields_of(answer.value, syntax) if is_high_good(name) and is_perfect(value)]
        if best:
            yield node, f"{view.name} gives {', '.join(best[:3])} as full where there is no {asked}."
        elif (
            judges
            and not _MEANT.search(strings_in(answer))
            and tells_success(answer.value, syntax, bindings)
            and _rests_on(view, node, found[0])
        ):
            yield node, f"{view.name} answers that all is well where there is no {asked}."


def _instant(view: FunctionView) -> Iterator[tuple[ast.stmt, str]]:
    """``if not self.times: return 0`` of a percentile or a mean time: nothing took no time at all."""
    for node in view.of(ast.If) if _TIMES.search(view.name) and Claim.CHECK not in claims_of(view.name) else ():
        found = absent(node.test)
        answer = answer_in(node.body) if found is not None and found[1] else None
        if answer is not None and found is not None and is_zero(answer.value) and len(view.returns) > 1:
            yield node, f"{view.name} gives 0, the best there is, where there is no {ast.unparse(found[0])[:40]}."


def _unknown_or_good(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``return self.last is None or self.last.ok``: before anybody has looked, all is well."""
    for given in view.returns:
        value = given.value
        if not isinstance(value, ast.BoolOp) or not isinstance(value.op, ast.Or):
            continue
        found = absent(value.values[0])
        asked = ast.unparse(found[0]) if found is not None and found[1] else ""
        rest = {ast.unparse(one) for one in own_nodes(value.values[1:]) if isinstance(one, ast.Name | ast.Attribute)}
        judged = asked in rest or any(_is_ordered(one) for one in value.values[1:])
        if asked and judged and _EVIDENCE.search(asked.rpartition(".")[2]):
            yield value, f"{view.name} answers that all is well where there is no {asked[:40]}."


def _is_ordered(test: ast.expr) -> bool:
    """``self.p95 <= 2.5``: what is held against a limit is worked out of what there may be none of."""
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)


def _judges(view: FunctionView) -> bool:
    words = words_of(view.name)
    if not words or words[-1] in _CHOSEN or not _ASKS_FOR_WORK.isdisjoint(words):
        return False
    return (
        bool(Claim.CHECK in claims_of(view.name) or _JUDGES.intersection(words))
        or is_good_flag(view.name)
        or acts_as_check(view)
    )


def _rests_on(view: FunctionView, guard: ast.If, asked: ast.expr) -> bool:
    """Whether the rest of a function judges by what the guard found missing, which is named for evidence."""
    if not _EVIDENCE.search(last_name(asked)):
        return False
    return _last_lines(view).get(ast.unparse(asked), 0) > (guard.end_lineno or guard.lineno)


@lru_cache(maxsize=2)
def _last_lines(view: FunctionView) -> Mapping[str, int]:
    """The last line of each name or attribute that is named for evidence."""
    found: dict[str, int] = {}
    for one in view.of(ast.Name, ast.Attribute):
        if _EVIDENCE.search(last_name(one)):
            name = ast.unparse(one)
            found[name] = max(one.lineno, found.get(name, 0))
    return found


def _unlimited(view: FunctionView, syntax: PythonSyntax, *, judges: bool) -> Iterator[tuple[ast.expr, str]]:
    """``ratio = failures / requests if requests else 0.0`` in a gate that fails above a limit, and asks nothing of the requests."""
    low = [one for one in shares(view) if is_low_good(one[1]) or _is_share_of_bad(one[0])]
    if not low or not (judges or view.name in ("main", "run", "cli")):
        return
    tests = [test for test, _, _ in decisions(view, syntax)] + [one.test for one in view.of(ast.If) if _ends_badly(one)]
    compared = {one.id for test in tests for one in own_nodes([test]) if isinstance(one, ast.Name)}
    for node, name, value, asked in low:
        if (
            is_zero(value)
            and name in compared
            and not compared.intersection(_names(asked))
            and isinstance(node, ast.IfExp)
        ):
            yield node, f"{view.name} takes {name} for 0 where there is no {ast.unparse(asked)[:40]}, and passes."


def _is_share_of_bad(node: ast.expr) -> bool:
    """Whether what is divided is named for trouble: ``failures / requests``."""
    tops = [one.left for one in own_nodes([node]) if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div)]
    return any(is_low_good(last_name(one)) for one in tops)


def _ends_badly(node: ast.If) -> bool:
    last = node.body[-1]
    code = fold(last.value) if isinstance(last, ast.Return) else None
    return code is False or (isinstance(code, int) and code > 0 and code is not True)


def _names(node: ast.expr) -> set[str]:
    return {one.id for one in own_nodes([node]) if isinstance(one, ast.Name)}


RULE = Rule(
    id="AUD880",
    name="best-of-nothing",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is a share of nothing told as unknown?",
    why="With no gateway registered, 100 per cent of the gateways are online; the gate that asks for 99 passes on the day on which the registry is lost.",
    limits="Judged are shares, scores and verdicts, told by the words of their names, that are 1, 100 or good in the branch where what they are worked out of is empty, zero or None; what there is none of when all is well (failures, findings), and options, are left alone.",
    fix="Return None, or a state that gates take for a failure, where there is nothing to judge by.",
    since="0.7.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="an empty depot, no positive prediction, and a window that is too short",
            files={
                "depot.py": (
                    "import attrs\n\n\n@attrs.frozen\nclass DepotView:\n    trucks: int\n    online_ratio: float\n    battery_health: float\n\n\n"
                    "def summarize(trucks):\n    if not trucks:\n        return DepotView(0, 1.0, 1.0)\n    online = sum(one.online for one in trucks)\n    return DepotView(len(trucks), online / len(trucks), worst(trucks))\n\n\n"
                    "def quality(hits, extra, total):\n    precision = hits / (hits + extra) if hits + extra else 1.0\n    return {'precision': precision, 'delivered_ratio': hits / total if total else 1.0}\n\n\n"
                    "class Canary:\n    def check_health(self):\n        if len(self.window) < 10:\n            return {'is_healthy': True, 'reason': 'too little data'}\n        return {'is_healthy': sum(self.window) < 3}\n\n"
                    "    @property\n    def overall_passed(self):\n        executed = [one for one in self.steps if one.done]\n        if not executed:\n            return True\n        return all(one.good for one in executed)\n"
                ),
                "limit.py": "def meets_objective(self):\n    return not self.samples or self.p99 <= 1.5\n\n\ndef meets_size(self):\n    return not self.width or self.height <= 1.5\n",
                "last.py": "def is_healthy(self):\n    return self.last_result is None or self.last_result.ok\n\n\ndef is_due(self):\n    return self.last_result is None or self.last_result.old\n",
                "times.py": "def p95_latency(self):\n    if not self.times:\n        return 0\n    return sorted(self.times)[-1]\n\n\ndef mean_width(self):\n    if not self.widths:\n        return 0\n    return sum(self.widths)\n",
                "gate.py": (
                    "def main(row):\n    requests = int(row['requests'])\n    ratio = int(row['failed']) / requests if requests else 0.0\n    if ratio > 0.01:\n        return 1\n    return 0\n\n\n"
                    "def check_failures(failures, requests):\n    failure_ratio = failures / requests if requests else 0.0\n    if failure_ratio > 0.01:\n        return 1\n    return 0\n"
                ),
            },
            found=(
                "depot.py:12",
                "depot.py:19",
                "depot.py:20",
                "depot.py:25",
                "depot.py:32",
                "gate.py:10",
                "last.py:2",
                "limit.py:2",
                "times.py:2",
            ),
        ),
        Example(
            title="unknown, the worst, a scale, nothing that went wrong, and a gate that asks for requests first",
            files={
                "depot.py": (
                    "def quality(hits, total, width, base, violations):\n    precision = hits / total if total else 0.0\n    uptime = hits / total if total else None\n    factor = width / base if base else 1.0\n"
                    "    compliance = 1 - len(violations) / 9 if violations else 1.0\n    return precision, uptime, factor, compliance\n\n\n"
                    "def is_valid(names):\n    if not names:\n        return True\n    return all(one.isalpha() for one in names)\n\n\n"
                    "def health_check_pending(part):\n    if part.last_health_check is None:\n        return True\n    return part.started > part.last_health_check\n\n\n"
                    "def overall_passed(failures):\n    if not failures:\n        return True\n    return all(one.waived for one in failures)\n"
                ),
                "gate.py": (
                    "def check_failures(failures, requests):\n    failure_ratio = failures / requests if requests else 0.0\n    if requests < 100 or failure_ratio > 0.01:\n        return 1\n    return 0\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
