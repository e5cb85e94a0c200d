"""AUD872: a field of what is reported is the same literal wherever the file fills it, beside fields that are found out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from auditor.facts.claims import is_metric_name, is_target_name
from auditor.facts.literal_verdicts import keyed
from auditor.facts.metric_literals import names_result
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.written_figures import lines_of_figures

__all__ = ["RULE"]

_LOSSES = pattern(
    r"(?i)(?:^|_)(?:lost|loss|losses|dropped|missed|corrupted|leaked|duplicates?|downtime|outages?|incidents?|violations|breaches|vulnerabilities|findings|lag|drift|drift_score|skew|gaps?|mismatches)(?:_(?:seconds|ms|minutes|count|total|ratio|rate|score|messages|records|rows|bytes|packets|frames|events|incidents))*$"
)
"""Of these, none is the best that can be reported."""
_COUNTS = pattern(
    r"(?i)^(?:threads?|process(?:es)?|connections?|errors?|failures?|failed|warnings?|open_files|goroutines|handles)(?:_count)?$"
)
_FIGURES = pattern(
    r"(?i)(?:^|_)(?:seconds_to_\w+|minutes_to_\w+|time_to_\w+|mttr|mttd|rto|rpo|confidence(?:_score)?|saved(?:_ratio|_pct|_percent)?|savings(?:_ratio|_pct|_percent)?|(?:\w+_)?(?:ratio|rate|percent|pct|percentage|share|score|accuracy|uptime|availability|coverage|utili[sz]ation|usage|latency(?:_ms|_seconds)?|temperature|efficiency|satisfaction))$"
)
_CHOSEN = pattern(
    r"(?i)config|setting|default|threshold|impact|priorit|importance|target|limit|min|max|budget|expected|timeout|interval|weight|sampl|tax|discount|interest|exchange|vat|frame_?rate|bit_?rate|baud|learning|dropout|price|fee|commission|version|step|decay|aspect|zoom|font|crop|"
    r"quality|refresh|rate_limit|heart_?rate|base|scale|warning|critical|growth|split|temperature|top_p|penalty|schema|template|seed|mock|fake|demo|example|simulat|preset|initial|empty|reset|plan|pricing|tariff"
)
_STATES = frozenset(
    {"active", "operational", "healthy", "connected", "running", "online", "nominal", "reachable", "synced", "in_sync"}
)
_NO_STATE = pattern(
    r"(?i)(?:^|_)(?:status|state|mode|type|kind|event|action|level|result|phase|filter|message|label|class|role|condition|stage|verb|to|from|new|old|previous|name|title|desired|default)$"
)
_FLAGS = pattern(
    r"(?i)(?:^|_)(?:compliant|verified|validated|tested|encrypted|collected|reviewed|audited|connected|reachable|healthy|scanned|signed|intact|consistent|replicated|backed_up|rate_limiting|audit_logging|penetration_test(?:ed)?)$|^\w+_(?:running|checked)$"
)
_PROVEN = pattern(
    r"(?i)(?:^|_)(?:connected|reachable|healthy|intact|consistent|replicated|running|collected|validated|verified|tested)$"
)
"""What the call before shows, where that raises otherwise."""
_REPORTS = pattern(
    r"(?i)report|status|health|summary|stats|statistics|metrics|snapshot|dashboard|overview|drill|audit|compliance|evidence|statement|evaluat|analy|measure|failover|backup|restore|verify|check|collect|monitor|recover|result|outcome|deploy|test|bench|inspect|probe|assess"
)
_LEAST = 2
_EXTREMES = frozenset({0, 1, -1, 100})


def _check(source: Source) -> Iterator[Hit]:
    if _CHOSEN.search(source.path.rpartition("/")[2].replace("plan", "")):
        return
    syntax = syntax_of(source)
    filled: Mapping[str, bool] | None = None
    for view in syntax.functions:
        if view.is_test or _CHOSEN.search(view.name):
            continue
        for maker, fields in _reported(view):
            for name, value in _literals(fields, view, maker):
                if _PROVEN.search(name) and isinstance(value, ast.Constant) and id(value) in _attempted(view):
                    continue  # coming this far is what shows it
                filled = _filled(syntax) if filled is None else filled
                if filled.get(name, False) or value.lineno in lines_of_figures(source):
                    continue  # found out elsewhere, or told of by AUD204
                written = ast.unparse(value)[:30]
                message = (
                    f"{view.name} reports {name} as {written}, as everything in this file does: nobody finds it out."
                )
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


@lru_cache(maxsize=2)
def _attempted(view: FunctionView) -> frozenset[int]:
    """The nodes of a function for which something had to go well first: those in the bodies of its attempts."""
    return frozenset(id(node) for one in view.of(ast.Try) for part in one.body for node in subtree(part))


def _reported(view: FunctionView) -> Iterator[tuple[str, list[tuple[str, ast.expr]]]]:
    """The tables and results that a function makes to tell: the class, and the fields with what they are given."""
    for one in view.of(ast.Dict):
        if _REPORTS.search(view.qualified):
            yield "", list(keyed(one))
    for call in view.calls:
        maker = last_name(call.func)
        if call.keywords and maker[:1].isupper() and (names_result(maker) or _REPORTS.search(maker)):
            named = [(one.arg, one.value) for one in call.keywords if one.arg]
            yield maker, [*(("", one) for one in call.args), *named]


def _literals(fields: list[tuple[str, ast.expr]], view: FunctionView, maker: str) -> Iterator[tuple[str, ast.expr]]:
    found = sum(_is_found(value, view) for _, value in fields)
    if found < (1 if maker else _LEAST):
        return
    for name, value in fields:
        if name and not is_target_name(name) and _is_telling(name, value, found):
            yield name, value


def _is_telling(name: str, value: ast.expr, found: int) -> bool:
    """Whether a literal would be read as something that was found out."""
    match value:
        case ast.List(elts=[]):
            return _LOSSES.search(name) is not None
        case ast.Constant(value=bool() as flag):
            return flag and found >= _LEAST and _FLAGS.search(name) is not None
        case ast.Constant(value=int() | float() as number):
            if number == 0:
                return _LOSSES.search(name) is not None or (found > _LEAST and _COUNTS.search(name) is not None)
            return number not in _EXTREMES and _is_figure(name)
        case ast.Constant(value=str() as word):
            return found >= _LEAST and word.lower() in _STATES and _NO_STATE.search(name) is None
        case _:
            return False


def _is_figure(name: str) -> bool:
    return (is_metric_name(name) or _FIGURES.search(name) is not None) and _CHOSEN.search(name) is None


def _is_found(value: ast.expr, view: FunctionView) -> bool:
    """Whether a field is worked out here: by a call that is no clock, by arithmetic, or a name that holds such a thing."""
    if isinstance(value, ast.Name):
        return value.id not in view.parameters and not value.id.isupper()
    if isinstance(value, ast.Attribute):
        return isinstance(value.value, ast.Name | ast.Attribute) and not value.attr.isupper()
    for one in subtree(value):
        if isinstance(one, ast.BinOp | ast.Compare | ast.Await):
            return True
        if isinstance(one, ast.Call) and not _CLOCK.search(last_name(one.func)):
            return True
    return False


_CLOCK = pattern(r"^(?:now|utcnow|time|isoformat|uuid4|str|monotonic|today|timedelta|hex|getLogger|get_logger)$")


def _filled(syntax: PythonSyntax) -> Mapping[str, bool]:
    """Of each name of a field whether the file anywhere gives it something that is no literal."""
    found: dict[str, bool] = {}
    for call in nodes_of(syntax.tree, ast.Call):
        for one in call.keywords:
            _learn(found, one.arg or "", one.value)
    for table in nodes_of(syntax.tree, ast.Dict):
        for name, value in keyed(table):
            _learn(found, name, value)
    for stored in nodes_of(syntax.tree, ast.Assign):
        for target in stored.targets:
            _learn(found, stored_name(target), stored.value)
    for added in nodes_of(syntax.tree, ast.AugAssign):
        found[stored_name(added.target)] = True
    for call in nodes_of(syntax.tree, ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "extend", "update", "add"):
            found[stored_name(call.func.value)] = True
    return found


def _learn(found: dict[str, bool], name: str, value: ast.expr) -> None:
    plain = isinstance(value, ast.Constant) or (isinstance(value, ast.List) and not value.elts)
    found[name] = found.get(name, False) or not plain


RULE = Rule(
    id="AUD872",
    name="always-the-literal",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is every field of a report found out like the fields beside it?",
    why="A failover that takes the time and writes `lost_messages=0` beside it has counted seconds, and no messages.",
    limits=(
        "Losses, counts, figures, states and flags that are literals in a report whose other fields are worked out, and that nothing in the same file ever gives another value than a literal. "
        "Names of settings, prices and targets are left alone."
    ),
    fix="Find the value out, or leave the field out of the report.",
    since="0.7.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="losses that nobody counts, and a share that nobody computed",
            files={
                "shop/handover.py": (
                    "class Handover:\n    async def run(self, lead, follow):\n        gap = await self.move(lead, follow)\n        return HandoverResult(gap <= self.limit, gap_seconds=gap, frames_lost=0)\n\n\n"
                    "def shift_report(outcomes):\n    total = len(outcomes)\n    sent = sum(one.sent for one in outcomes)\n    return {'total': total, 'sent_ratio': sent / total, 'median_seconds_to_ack': 74.0}\n"
                ),
            },
            found=("shop/handover.py:10", "shop/handover.py:4"),
        ),
        Example(
            title="components that are declared well beside others that are asked",
            files={
                "shop/health.py": (
                    "def channel_health(stats, connections):\n    open_now = len(connections)\n    return {'connections': open_now, 'sent': stats.get('sent', 0), 'heartbeat_system': 'active', 'incidents': []}\n"
                ),
            },
            found=("shop/health.py:3",),
        ),
        Example(
            title="a start that is filled later, a setting, and a file that counts elsewhere",
            files={
                "shop/handover.py": (
                    "def run_report(lead, follow):\n    gap = move(lead, follow)\n    if not gap:\n        return HandoverResult(gap_seconds=gap, frames_lost=0)\n    return HandoverResult(gap_seconds=gap, frames_lost=count(follow))\n\n\n"
                    "def import_stats(rows):\n    result = {'rows': len(rows), 'kinds': kinds(rows), 'errors': 0, 'max_rate': 4.5}\n    for one in rows:\n        result['errors'] += one.bad\n    return result\n\n\n"
                    "def store_health(client):\n    try:\n        answer = client.head()\n        return {'seconds': answer.seconds(), 'size': answer.size(), 'store_connected': True}\n    except OSError:\n        return None\n\n\n"
                    "def restore_report(store, started, clock):\n    took = clock.now() - started\n    return {'seconds': took, 'size': store.size(), 'rows_restored': 48213}\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
