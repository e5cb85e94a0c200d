"""AUD204: literals given as measurements."""

from __future__ import annotations

from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.written_figures import written_figures

__all__ = ["RULE"]


RULE = Rule(
    id="AUD204",
    name="hard-coded-metric",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Are all reported figures measured?",
    why="Dashboards and gates fed with literals show the same health in every outage.",
    limits="Judges functions whose names claim to measure, check or report, and records that are named for results; thresholds, targets, defaults and zeros are left alone.",
    fix="Read the value from the system; report it as missing where it cannot be read.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"python", "code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="dictionaries of literals",
            files={
                "metrics.py": 'async def collect_metrics(self):\n    return {\n        "p95_latency_ms": 145.2,\n        "error_rate": 0.02,\n        "host": self.host,\n    }\n',
                "board.py": 'def build_dashboard(now):\n    return {"at": now(), "board": {"error_rate": 0.7, "throughput": 1200}}\n',
            },
            found=("board.py:2", "metrics.py:3"),
        ),
        Example(
            title="a result object",
            files={
                "metrics.py": "def measure_service(name):\n    return Sample(service=name, throughput=1200, p99_latency=85)\n"
            },
            found=("metrics.py:2",),
        ),
        Example(
            title="a record of results in a function of any name",
            files={
                "chaos.py": 'def partition(name):\n    result = run(name)\n    result.success_rate = 0.98\n    return result\n\n\ndef success_rate():\n    return 0.987\n\n\ndef main():\n    report = {"uptime": "99.95%", "version": 3}\n    return report\n'
            },
            found=("chaos.py:12", "chaos.py:3", "chaos.py:8"),
        ),
        Example(
            title="figures of which the comment says that they are none",
            files={
                "metrics.py": "def snapshot(nodes):\n    return Snapshot(\n        nodes=len(nodes),\n        memory_mb=0,  # Would need actual memory tracking\n        throughput=0.0,  # Would calculate from metrics\n    )\n"
            },
            found=("metrics.py:4",),
        ),
        Example(
            title="arithmetic on literals, and figures that any function returns",
            files={
                "figures.py": 'def calculate_availability(self):\n    total = 1000000\n    failed = 50\n    return (total - failed) / total * 100\n\n\ndef run_scenario(name, recovered):\n    return {"scenario": name, "recovered": recovered, "availability": 99.95}\n'
            },
            found=("figures.py:4", "figures.py:8"),
        ),
        Example(
            title="times as text, a rate beside computed figures, and a baseline that nobody took",
            files={
                "canary.py": "class Canary:\n    async def health(self, db):\n        await db.ping()\n        return {'response_time': '<50ms', 'host': db.host}\n\n    async def _baseline(self):\n        return CanaryMetrics(error_rate=0.002, p95_ms=190.0)\n\n    def judge(self, good, total):\n        return GoalStatus(achieved=good / total, burn_rate=0.6)\n"
            },
            found=("canary.py:10", "canary.py:4", "canary.py:7"),
        ),
        Example(
            title="thresholds and defaults",
            files={
                "metrics.py": 'def check_latency(sample, max_latency=200):\n    limits = {"target_latency": 200, "error_rate_threshold": 0.01}\n    return sample.latency < limits["target_latency"]\n\n\ndef default_metrics():\n    return {"error_rate": 0.5}\n'
            },
            found=(),
        ),
        Example(
            title="an object of literals in TypeScript",
            files={
                "src/metrics.ts": "export async function collectMetrics(host: string) {\n  return {\n    errorRate: 0.02,\n    p95LatencyMs: 145,\n    host,\n  };\n}\n"
            },
            found=("src/metrics.ts:3",),
        ),
        Example(
            title="a gauge that is set to a literal in Go",
            files={
                "quality.go": "package quality\n\nfunc infer(features []float32) float32 {\n\tInferenceAccuracy.Set(0.94)\n\treturn features[0]\n}\n"
            },
            found=("quality.go:4",),
        ),
        Example(
            title="thresholds and starting values in other languages",
            files={
                "src/limits.ts": "export function checkLatency(sample: Sample) {\n  const limits = { maxLatency: 200, errorRateThreshold: 0.01 };\n  return sample.latency < limits.maxLatency;\n}\n\nexport function getMetrics() {\n  let errorRate = 0;\n  return { errorRate };\n}\n",
                "limits.go": "package limits\n\nfunc DefaultMetrics() Metrics {\n\treturn Metrics{ErrorRate: 0.5}\n}\n",
            },
            found=(),
        ),
        Example(
            title="a figure among those of an object that is given, in Python and TypeScript",
            files={
                "budget.py": (
                    "def budget_of(goal, good, total):\n"
                    "    reached = good / total\n"
                    "    return Budget(reached=reached, burn=0.7)\n"
                ),
                "src/slo/budget.ts": (
                    "export function budgetOf(goal: Goal, good: number, total: number): Budget {\n"
                    "  const reached = good / total;\n"
                    "  return { name: goal.name, reached, burn: 0.7 };\n"
                    "}\n"
                ),
            },
            found=(
                "budget.py:3",
                "src/slo/budget.ts:3",
            ),
        ),
    ),
    check_file=written_figures,
)
