"""AUD931: a report whose grades, trends, states and figures are written in the code."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from auditor.facts.code_source import CODE_LANGUAGES, code_of
from auditor.facts.code_tree import CodeTree
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import syntax_of
from auditor.facts.report_objects import objects_written_in
from auditor.facts.report_tables import WrittenFinding, findings_written_in
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.written_figures import lines_of_figures

__all__ = ["RULE"]

_CHOSEN = pattern(
    r"(?i)config|setting|default|example|sample_|mock|fake|demo|seed|fixture|dummy|stub|simulat|template|empty|initial|threshold|target|preset|expected|placeholder|schema|catalog|synthetic|sandbox|spec"
)


def _check(source: Source) -> Iterator[Hit]:
    if _CHOSEN.search(source.path.rpartition("/")[2]):
        return
    if source.file.language is not Language.PYTHON:
        yield from _in_code(source)
        return
    for view in syntax_of(source).functions:
        if view.is_test or view.name == "__init__" or _CHOSEN.search(view.qualified):
            continue
        for _, group in groupby(findings_written_in(view), key=lambda one: one.table):
            hit = _hit(source, view.name, view.qualified, list(group))
            if hit.start_line not in lines_of_figures(source):
                yield hit


def _in_code(source: Source) -> Iterator[Hit]:
    """The same in JavaScript and TypeScript."""
    tree = code_of(source) if source.file.language in CODE_LANGUAGES - {Language.GO} else CodeTree()
    for function, first, keys in objects_written_in(tree):
        if not _CHOSEN.search(function.qualified):
            what = ", ".join(dict.fromkeys(keys[:3]))
            message = f"{function.name} reports {what} as a literal: nothing that it looked at decides it."
            if first.line not in lines_of_figures(source):
                yield Hit(source.path, first.line, first.end_line, message, function.qualified)


def _hit(source: Source, name: str, symbol: str, found: list[WrittenFinding]) -> Hit:
    keys = ", ".join(dict.fromkeys(one.key for one in found[:3]))
    message = f"{name} reports {keys} as a literal: nothing that it looked at decides it."
    return Hit(source.path, found[0].line, max(one.end_line for one in found), message, symbol)


RULE = Rule(
    id="AUD931",
    name="report-written-down",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is everything found out that a report grades, calls stable or well, or gives as current?",
    why="A dashboard that says 'grade A, memory stable, no alerts' on the day of the outage is believed, because the figures beside it are real.",
    limits=(
        "Judged are the tables that a function named for reports, dashboards, metrics or a state, or under such a name, returns, saves or prints. Targets, limits, units, zeros and flags are left "
        "alone, and so are entries that the function writes to later; an empty list of alerts counts beside another such entry."
    ),
    fix="Work the entry out of what was measured, or leave it out.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"python", "code-functions"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="grades, trends and a state in a report, and the current values of a dashboard",
            files={
                "ops/report.py": (
                    "import json\n\n\n"
                    "def weekly(load):\n"
                    "    summary = {\n"
                    "        'requests': load('requests'),\n"
                    "        'overall_health': 'healthy',\n"
                    "        'grade': 'A',\n"
                    "        'trends': {'memory': 'stable', 'errors': 'decreasing'},\n"
                    "        'notes': [{'message': 'All systems operating within normal parameters'}],\n"
                    "    }\n"
                    "    json.dump(summary, open('weekly.json', 'w'))\n\n\n"
                    "def build_dashboard(now):\n"
                    "    board = {\n"
                    "        'at': now(),\n"
                    "        'panels': {\n"
                    "            'response_time': {'current_ms': 120, 'target_ms': 200, 'status': 'good'},\n"
                    "            'cpu': {'limit_percent': 80},\n"
                    "        },\n"
                    "        'alerts': [],\n"
                    "    }\n"
                    "    return board\n"
                ),
            },
            found=("ops/report.py:7", "ops/report.py:9", "ops/report.py:10", "ops/report.py:19", "ops/report.py:22"),
        ),
        Example(
            title="an object, entries that are always put into it, an attribute that is saved, and a text",
            files={
                "ops/report.py": (
                    "import json\n\n\ndef build(load):\n    return HealthReport(overall_health='healthy', load=load())\n\n\n"
                    "def weekly_summary(rows):\n    report = {'rows': len(rows)}\n    report['grade'] = 'A+'\n    return report\n\n\n"
                    "class Board:\n    def dashboard(self, out):\n        self.data = {'cpu_usage': {'current': 35, 'limit': 80}}\n        json.dump(self.data, out)\n\n"
                    "    def report_text(self, rows, out):\n        out.write(f'''# Report\nRows: {len(rows)}\n- **Overall Health**: Healthy\nTarget grade: A\n''')\n"
                ),
            },
            found=("ops/report.py:5", "ops/report.py:10", "ops/report.py:16", "ops/report.py:22"),
        ),
        Example(
            title="objects of TypeScript",
            files={
                "ops/report.ts": (
                    "export function generateReport(rows: Row[]) {\n  const report = { rows: rows.length, overallHealth: 'healthy', trends: { memory: 'stable' } };\n  write(JSON.stringify(report));\n}\n\n"
                    "export function dashboard(load: Load) {\n  return {\n    cpuUsage: { current: 35, limit: 80 },\n    memoryUsage: { current: load.memory },\n  };\n}\n\n"
                    "export function status(rows: Row[]) {\n  const report = { systemHealth: 'healthy' };\n  if (rows.length) report.systemHealth = 'degraded';\n  return report;\n}\n"
                ),
            },
            found=("ops/report.ts:2", "ops/report.ts:8"),
        ),
        Example(
            title="an adjective for a time beside a status that was asked, and a score of a script",
            files={
                "ops/probe.py": (
                    "import json\n\n\n"
                    "def health(run):\n"
                    "    report = {'services': {}}\n"
                    "    report['services']['api'] = {'status': 'up' if run() else 'down', 'response_time': 'fast'}\n"
                    "    return report\n\n\n"
                    "def main(results):\n"
                    "    report = {'steps': len(results), 'score': '10/10'}\n"
                    "    print(json.dumps(report))\n"
                ),
            },
            found=("ops/probe.py:6", "ops/probe.py:11"),
        ),
        Example(
            title="entries that are worked out or written later, targets, and tables of settings",
            files={
                "ops/report.py": (
                    "def status_report(rows, slow):\n"
                    "    report = {'overall_health': 'healthy', 'grade': 'A', 'alerts': [], 'latency': {'target_ms': 200, 'max_ms': 900}}\n"
                    "    for row in rows:\n"
                    "        if slow(row):\n"
                    "            report['overall_health'] = 'degraded'\n"
                    "            report['grade'] = 'C'\n"
                    "            report['alerts'].append(row)\n"
                    "    return report\n\n\n"
                    "def summary(rows):\n"
                    "    return {'grade': grade_of(rows), 'cpu': {'unit': 'percent'}, 'trend': trend_of(rows), 'alerts': []}\n\n\n"
                    "def default_report():\n"
                    "    return {'overall_health': 'healthy', 'grade': 'A'}\n"
                ),
            },
            found=(),
        ),
    ),
    check_file=_check,
)
