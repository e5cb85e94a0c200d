"""AUD205: random numbers given as measurements."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, gives_metric, is_metric_name
from auditor.facts.code_functions import CodeFunction, CodeFunctions
from auditor.facts.code_values import Figure
from auditor.facts.drawn_values import DrawnValues
from auditor.facts.invented_values import draws_in, stands_for
from auditor.facts.metric_literals import names_result
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HONEST = pattern(
    r"(?i)simulat|fake|mock|synth|sampl|demo|example|seed|jitter|backoff|noise|augment|fuzz|perturb|shuffle|bootstrap|mutat|explor|random|dummy|generat|game|toy|monte|stochastic|playground|fixture|data_?gen|evol|anneal|genetic"
)

_LOADS = pattern(r"(?i)(?:^|/)(?:load|stress|soak|perf|performance|chaos)_?tests?(?:\.py$|/)")
_DRAWN = pattern(
    r"(?i)^(?:[a-z]|[vd][xyz]|left|right|top|bottom|width|height|size|delay|duration|rotation|rotate\w*|angle|scale\w*|opacity|hue|speed[xyz]?|radius|colou?r|position\w*|phase|lat|lng|longitude|latitude|seed|id|key|offset\w*|pos[xyz])$"
)
"""Names of what is drawn on a screen."""
_PICTURES = pattern(
    r"(?i)particle|star|confetti|animat|draw|render|snow|canvas|layout|color|theme|avatar|decor|node[s]?$|sparkle"
)
_JUDGED = pattern(
    r"(?i)(?:^|_)(?:confidence|certainty|similarity|relevance|quality|anomaly_score|risk_score|trust_score)$"
)
"""What a model or an analysis says of its own answer."""
_CLOSE = 3
_MANY = 3
_OUTCOME = pattern(r"^(?:success|succeeded|healthy|is_healthy|passed|status|status_code|available|reachable)$")


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path) or (source.file.role is Role.TEST and not _LOADS.search(source.path)):
        return
    if source.file.language is not Language.PYTHON:
        yield from _in_code(source)
        return
    drawn = DrawnValues.of(source)
    for view in syntax_of(source).functions:
        if view.is_test or _is_honest(view):
            continue
        lines: set[int] = set()
        for name, call in _values(view, drawn):
            if call.lineno in lines:
                continue
            lines.add(call.lineno)
            message = f"{view.name} gives a random number as its {name}."
            yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _in_code(source: Source) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go."""
    fact = source.fact(CodeFunctions)
    lines: set[int] = set()
    for function in fact.functions if fact is not None and source.file.role is Role.SHIPPED else ():
        if _is_honest_name(function.name, function.short_name):
            continue
        for group in _invented(function):
            names = ", ".join(one.name for one in group[:_MANY])
            lines.update(one.line for one in group)
            message = f"{function.short_name} makes up what it reports: {names}{', ...' if len(group) > _MANY else ''} are random numbers."
            yield Hit(source.path, group[0].line, group[-1].end_line, message, function.name)
        for one in function.figures:
            if one.number is None and one.line not in lines and _is_measured(one, function):
                lines.add(one.line)
                message = f"{function.short_name} gives a random number as its {one.name}."
                yield Hit(source.path, one.line, one.end_line, message, function.name)
        for line, test in function.dice:
            if line not in lines and function.claims & {Claim.MEASURE, Claim.CHECK, Claim.ACT}:
                lines.add(line)
                message = f"{function.short_name} throws dice for what it finds: {test}."
                yield Hit(source.path, line, line, message, function.name)


def _invented(function: CodeFunction) -> Iterator[list[Figure]]:
    """The random entries of a function that stand close together, three or more: a whole report of them is made up."""
    if _PICTURES.search(function.name):
        return
    group: list[Figure] = []
    for one in (*function.figures, None):
        if one is not None and (
            one.number is not None or one.form not in ("entry", "member") or _DRAWN.match(one.name)
        ):
            continue
        if one is None or (group and one.line > group[-1].end_line + _CLOSE):
            if len(group) >= _MANY:
                yield group
            group = []
        group += [one] if one is not None else []


def _is_measured(figure: Figure, function: CodeFunction) -> bool:
    if figure.form == "returned":
        return bool(function.claims & {Claim.MEASURE, Claim.CHECK}) or gives_metric(function.short_name)
    return is_metric_name(figure.name) or (figure.compared and _OUTCOME.match(figure.name) is not None)


def _is_honest(view: FunctionView) -> bool:
    """Whether the function calls itself a simulation or draws a sample; to take a sample of a system is to measure."""
    return _is_honest_name(view.qualified, view.name)


def _is_honest_name(qualified: str, short: str) -> bool:
    if Claim.MEASURE in claims_of(short):
        qualified = qualified.replace(short, pattern(r"(?i)sampl").sub("", short))
    return _HONEST.search(qualified) is not None


def _values(view: FunctionView, drawn: DrawnValues) -> Iterator[tuple[str, ast.Call]]:
    seen: set[int] = set()
    looked: set[int] = set()  # one value may stand behind many names
    measures = gives_metric(view.name) or is_metric_name(view.name)
    claims = claims_of(view.name) | (frozenset({Claim.MEASURE}) if measures else frozenset())
    for node in view.nodes:
        for name, value in (*_named(node, claims), *_window(node, view, measures=measures)):
            random = draws_in(value, view, drawn) if id(value) not in looked else None
            looked.add(id(value))
            if random is not None and id(random) not in seen:
                seen.add(id(random))
                yield name, random


def _window(node: ast.AST, view: FunctionView, *, measures: bool) -> Iterator[tuple[str, ast.expr]]:
    """What a function named for a measurement computes it from, and the fields of a report of which several are drawn."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if measures:
            yield name, value
        case ast.Call(keywords=[_, _, *_] as keywords, func=maker) if names_result(last_name(maker)):
            yield from ((one.arg, stands_for(one.value, view)) for one in keywords if one.arg)
        case _:
            return


def _named(node: ast.AST, claims: frozenset[Claim]) -> Iterator[tuple[str, ast.expr]]:
    """What a node gives a metric's name to, and what a check or measurement returns."""
    pairs: list[tuple[str, ast.expr | None]] = []
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = [
                (key.value, value)
                for key, value in zip(keys, values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
        case ast.keyword(arg=str(name), value=value):
            pairs = [(name, value)]
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value):
            pairs = [(name, value)]
        case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name), value=value):
            pairs = [(name, value)]
        case ast.Call(
            func=ast.Attribute(
                value=ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(value=ast.Name(id=name)),
                attr="append" | "extend",
            ),
            args=[value],
        ):
            pairs = [(name, value)]
        case ast.Return(value=ast.expr() as value) if claims & {Claim.MEASURE, Claim.CHECK}:
            yield "result", value
        case _:
            return
    measured = claims & {Claim.MEASURE, Claim.CHECK}
    for name, value in pairs:
        if value is not None and (
            _is_outcome(name, value)
            or is_metric_name(name)
            or _JUDGED.search(name) is not None
            or (measured and (isinstance(node, ast.Dict | ast.keyword) or isinstance(value, ast.ListComp)))
        ):
            yield name, value


def _is_outcome(name: str, value: ast.expr) -> bool:
    """Whether a verdict is drawn: a chance that is written into the code decides between good and bad."""
    test = value.test if isinstance(value, ast.IfExp) else value
    if not isinstance(test, ast.Compare) or _OUTCOME.match(name) is None:
        return False
    return any(isinstance(one, ast.Constant) for one in test.comparators)


RULE = Rule(
    id="AUD205",
    name="random-metric",
    category=Category.MOCKED_METRIC,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    question="Are measurements free of invented numbers?",
    why="Random numbers in a plausible range pass every review of the dashboard and every gate.",
    limits="Code that calls itself a simulation, sampler, generator, noise or demo is left alone.",
    fix="Measure the value; report it as missing where it cannot be measured.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"python", "code-functions"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("random", "secrets", "rand.", "normaldist"),
    examples=(
        Example(
            title="latencies that are drawn one after the other",
            files={
                "soak.py": "import random\n\n\nasync def soak(outcome, minutes):\n    for _ in range(minutes):\n        outcome.latencies.extend(random.lognormvariate(4.8, 0.2) for _ in range(50))\n    return outcome\n"
            },
            found=("soak.py:6",),
        ),
        Example(
            title="an invented latency",
            files={
                "bench.py": "import random\n\n\nasync def footprint():\n    peak = 1536 + random.randint(-32, 32)\n    return BenchResult('footprint', rounds=3, resident=float(peak))\n",
                "monitor.py": 'import random\n\n\nclass Monitor:\n    async def collect(self):\n        latency = random.uniform(80, 120)\n        return {"latency": latency, "cpu": random.randint(20, 60)}\n',
            },
            found=("bench.py:5", "monitor.py:6", "monitor.py:7"),
        ),
        Example(
            title="a check that throws dice",
            files={"monitor.py": "import random\n\n\ndef verify_node(node):\n    return random.random() > 0.05\n"},
            found=("monitor.py:5",),
        ),
        Example(
            title="a confidence that is drawn, and passed on by position",
            files={
                "verdict.py": "import random\n\n\ndef classify(image, model):\n    label = model.best(image)\n    confidence = random.uniform(0.9, 0.99)\n    return Label(label, confidence)\n"
            },
            found=("verdict.py:6",),
        ),
        Example(
            title="a load test that loads nothing",
            files={
                "load_test.py": "import random\n\n\ndef send_request(user):\n    latency = random.lognormvariate(-2, 0.4)\n    status = 200 if random.random() > 0.01 else 500\n    return status, latency\n"
            },
            found=("load_test.py:5", "load_test.py:6"),
        ),
        Example(
            title="a sample of a system",
            files={
                "baseline.py": 'import random\n\n\ndef collect_sample():\n    return {"error_rate": random.uniform(0.001, 0.002)}\n'
            },
            found=("baseline.py:5",),
        ),
        Example(
            title="jitter, sampling and identifiers",
            files={
                "client.py": "import random\n\n\ndef retry_delay(attempt):\n    return 2**attempt + random.uniform(0, 1)\n\n\ndef should_trace(rate):\n    return random.random() < rate\n"
            },
            found=(),
        ),
        Example(
            title="an invented load in TypeScript, a health that throws dice",
            files={
                "src/monitor.ts": "export class Monitor {\n  collect() {\n    const cpuUsage = Math.random() * 100;\n    return { cpuUsage, healthy: Math.random() > 0.1 };\n  }\n}\n"
            },
            found=("src/monitor.ts:3", "src/monitor.ts:4"),
        ),
        Example(
            title="a report made up as a whole, and a scan that throws dice",
            files={
                "src/tuning.ts": (
                    "export class Tuner {\n  tune(target: string) {\n    return {\n      target,\n      costReduction: 20 + Math.random() * 10,\n      memoryGain: 150 + Math.random() * 50,\n      qualityGain: 2 + Math.random(),\n    };\n  }\n\n"
                    "  checkLicences(files: string[]) {\n    const issues = [];\n    if (Math.random() < 0.3) {\n      issues.push('unknown licence');\n    }\n    return issues;\n  }\n}\n"
                )
            },
            found=("src/tuning.ts:13", "src/tuning.ts:5"),
        ),
        Example(
            title="what is drawn, and a share of requests that is looked at",
            files={
                "src/stars.ts": "export function star() {\n  return { x: Math.random(), y: Math.random(), size: Math.random() * 3, opacity: Math.random() };\n}\n\nexport class Store {\n  checkExpired() {\n    if (Math.random() < 0.01) {\n      this.sweep();\n    }\n  }\n}\n"
            },
            found=(),
        ),
        Example(
            title="an invented latency in Go",
            files={
                "monitor.go": 'package monitor\n\nimport "math/rand"\n\nfunc measureLatency(node string) float64 {\n\treturn 20 + rand.Float64()*10\n}\n'
            },
            found=("monitor.go:6",),
        ),
        Example(
            title="jitter and identifiers in other languages",
            files={
                "src/client.ts": "export function retryDelay(attempt: number) {\n  return 2 ** attempt + Math.random();\n}\n\nexport function checkOnce(client) {\n  const id = Math.random().toString(36);\n  return client.check({ id });\n}\n",
                "proxy.go": 'package proxy\n\nimport "math/rand"\n\nfunc computeLatency(base, spread float64) float64 {\n\treturn base + rand.Float64()*spread\n}\n',
            },
            found=(),
        ),
    ),
    check_file=_check,
)
