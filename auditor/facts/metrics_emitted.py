"""Names of metrics that code and scripts emit, whatever client library they use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.embedded import embedded_sources
from auditor.facts.pattern import Match, pattern
from auditor.facts.source import Source
from auditor.facts.words import WordSet
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "MetricsEmitted", "normal", "only_asks"]

_LANGUAGES = frozenset(
    {
        Language.PYTHON, Language.SHELL, Language.GO, Language.JAVA, Language.JAVASCRIPT, Language.TYPESCRIPT,
        Language.TSX, Language.RUST, Language.C, Language.CPP, Language.SQL, Language.TEXT, Language.YAML,
    }
)  # fmt: skip
_SIGNS = (
    "prometheus", "opentelemetry", "micrometer", "promhttp", "metric", "statsd", "counter", "gauge", "histogram", "telemetry", "# TYPE ", "textfile", "_total",
    "_seconds", "_bytes",
)  # fmt: skip
_TYPED = b"# TYPE "
_SMALL = WordSet(sign.encode() for sign in _SIGNS if sign.islower())
_MAKER = pattern(
    r"""(?i)(?:counter|gauge|histogram|summary|timer|meter|info|enum|distribution|counterfunc|gaugefunc|counterbuilder|"""
    r"""increment|incr|timing|newdesc|metricfamily|metric|counter_family|describe\w*|register_?\w*|"""
    r"""(?:create_?|new_?|make_?|record_?|register_?|observable_?|updown_?|int_?|float_?|u64_?|f64_?|add_?|inc_?|set_?|observe_?)*"""
    r"""(?:counter|gauge|histogram|summary|metric|counter_?vec|gauge_?vec|histogram_?vec|summary_?vec|metric_?family)\w*)"""
    r"""!?(?:<[^>(]{0,40}>)?\s*\(\s*(?:[a-zA-Z_.]+\s*,\s*)?(?:\w*[oO]pts\w*\s*[({]\s*|\{\s*)?(?:f|r|b)?(?:name\s*[:=]\s*)?(?:f)?["'`]([^"'`\n]{1,120})["'`]"""
)
_NAMED = pattern(r"""(?i)\b(?:metric_?)?name["']?\s*[:=]\s*f?["'`]([a-zA-Z_:][^"'`\n]{1,120})["'`]""")
_BARE_NAME = pattern(r"(?m)^\s*-?\s*name:\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*$")
_LITERAL = pattern(r"""["'`]([a-zA-Z_:][a-zA-Z0-9_:.\-]{2,120})["'`]""")
_DECLARED = pattern(r"#\s?(?:TYPE|HELP)\s+([a-zA-Z_:$\{][a-zA-Z0-9_:${}().]*)\s")
_EXPOSED = pattern(
    r"""(?m)(?:["'`]|\\n|^\s*)([a-zA-Z_:][a-zA-Z0-9_:${}]{3,120})(?:\{+[a-zA-Z_]\w*=[^\n]{0,300}?\}+)?[ ]+["']?[$%{0-9][^\n]{0,120}$"""
)
_NAMESPACE = pattern(
    r"""(?i)\b(?:\w{0,40}metrics?_?)?(?:namespace|subsystem|prefix)\w*["']?\s*[:=]|with_?prefix|setprefix|\.namespace\("""
)
_SHOWN = pattern(
    r"(?:panel|alert|alert_?rule|chart|graph|objective|slo)(?:_?(?:spec|def|definition))?\([^()]*$|\bexpr\w*[\"']?\s*[:=]\s*$"
)
"""What stands before a metric that a panel is to show or an alert to look at, in code that writes such files."""
_NAME = pattern(r"[a-zA-Z_:][a-zA-Z0-9_:.\-/]*")
_HOLE = pattern(r"\$\{[^}]*\}|\{[^}]*\}|%[sdv]|\$[A-Za-z_]+|\$\([^)]*\)")
_COMMENT = pattern(r"(?m)^\s*(?://|\*|/\*|#(?:[^ \n]|\s+[^TH\s]|\s+[TH][^YE]))[^\n]*$")
_PUSHES = pattern(r"/metrics/job/|push_to_gateway|pushadd_to_gateway|PushGateway|push\.New\(|Pushgateway\(")
_SERVES = pattern(
    r"""start_http_server|start_wsgi_server|make_asgi_app|make_wsgi_app|generate_latest|promhttp|Instrumentator|"""
    r"""PrometheusMetrics\(|PrometheusMiddleware|django_prometheus|micrometer|register\.metrics\(|express-prom-bundle|"""
    r"""PrometheusExporter|PrometheusMetricReader|prometheus_exporter|actuator/prometheus|["'`]/metrics\b|metrics_exporter|"""
    r"""TextEncoder|starlette_exporter|prom-client|HTTPServer\("""
)
_SERVER = pattern(r"/api/v1/query|PrometheusConnect\b|prometheus_api_client")
_CLIENT = pattern(r"prometheus_client|opentelemetry|statsd|aioprometheus|# (?:TYPE|HELP) |textfile|\.prom\b")
_COUNTS = pattern(
    r"""(?i)instrumentator|prometheus[-_]fastapi|prometheus_flask_exporter|starlette[-_]?exporter|express-prom|prom-bundle|InstrumentHandler|ginprom|go-gin-prometheus|"""
    r"""echo-?prometheus|chi-?prometheus|go-http-metrics|fastify-metrics|koa-prometheus|nestjs[-/@]*prometheus|swagger-stats|metrics-rs|axum[-_]prometheus|"""
    r"""actix[-_]web[-_]prom|aioprometheus|litestar\S*prometheus"""
)
"""Libraries that count requests under names that begin with ``http_`` and nothing else."""
_RECORDS = pattern(
    r"""(?i)prometheus|opentelemetry|statsd|micrometer|promhttp|# (?:TYPE|HELP) |textfile|\.prom\b|datadog|cloudwatch|influx|"""
    r"""metrics?\s*(?:\.\s*\w+\(|\[|\()|(?:counter|gauge|histogram|timer)s?\s*[\[(]|def _?(?:inc|incr|increment|observe|gauge|counter|record|track|set_gauge|emit)\w*\("""
)
"""What stands in a file that keeps or hands on metrics: where nothing of it does, a text is not the name of one unless it ends as they do."""
_UNIT = pattern(r"_(?:total|seconds|bytes|ratio|percent|count|sum|bucket|info|milliseconds|ms|celsius)$")
_INSTRUMENTS = pattern(
    r"""(?i)instrumentator|prometheus[-_]fastapi|starlette[-_]?exporter|django[-_]prometheus|prometheus[-_]flask|flask[-_]prometheus|"""
    r"""PrometheusMetrics\(|PrometheusMiddleware|express-prom|prom-bundle|opentelemetry|otelhttp|micrometer|actuator|aioprometheus|"""
    r"""InstrumentHandler|ginprom|go-gin-prometheus|echo-?prometheus|chi-?prometheus|go-http-metrics|nestjs[-/@]*prometheus|"""
    r"""fastify-metrics|koa-prometheus|swagger-stats|metrics-rs|axum[-_]prometheus|actix[-_]web[-_]prom|litestar|prometheus[-_]async|"""
    r"""quarkus|dropwizard|traefik|envoy|istio|linkerd|\bkong[-_:/]|konghq|beyla|pixie"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsEmitted(Fact):
    """What one file emits.

    `names` are whole names, `tails` names before which a namespace may be put, `patterns` pairs of the fixed
    beginning and end of names that are made at run time. `pushes` where the file hands its metrics to a
    Pushgateway, `serves` where it answers scrapes, `instruments` where a library that names its metrics
    itself counts requests, `counts` where it does so under names that begin with ``http_``.
    """

    kind: ClassVar[str] = "metrics-emitted"
    names: frozenset[str]
    tails: frozenset[str]
    patterns: frozenset[tuple[str, str]]
    pushes: bool
    serves: bool
    instruments: bool
    counts: bool = False


def normal(name: str) -> str:
    """The name as Prometheus shows it: other signs than letters, digits and colons become underscores."""
    return "".join(sign if sign.isalnum() or sign in "_:" else "_" for sign in name).strip("_")


def _accepts(file: SourceFile) -> bool:
    return file.language in _LANGUAGES and file.role in (Role.SHIPPED, Role.GENERATED)


def _parse(source: Source) -> MetricsEmitted | None:
    text = source.text
    is_data = source.file.language in (Language.YAML, Language.TEXT, Language.SQL)
    if not _holds_sign(source) or (is_data and "expr" in text) or only_asks(source):
        return None
    code = _COMMENT.sub("", _without_queries(source))
    made = [match.group(1) for match in (*_MAKER.finditer(code), *_DECLARED.finditer(code), *_NAMED.finditer(code))]
    made.extend(match.group(1) for match in _EXPOSED.finditer(code))
    if is_data:
        made.extend(match.group(1) for match in _BARE_NAME.finditer(code) if "_" in match.group(1))
    names = {normal(one) for one in made if _NAME.fullmatch(one)}
    is_shell = source.file.language is Language.SHELL
    literals = {normal(match.group(1)) for match in _LITERAL.finditer(code) if _is_written(match, code, is_shell)}
    if source.file.language is Language.PYTHON and not _RECORDS.search(code):
        literals = {one for one in literals if _UNIT.search(one)}
    pieces = frozenset(_pieces(made))
    tails = names | literals if _NAMESPACE.search(code) else frozenset()
    serves, pushes = _SERVES.search(code) is not None, _PUSHES.search(code) is not None
    instruments = _INSTRUMENTS.search(text) is not None
    counts = not is_data and _COUNTS.search(text) is not None
    if not (names or literals or pieces or serves or pushes or instruments):
        return None
    return MetricsEmitted(
        names=frozenset(names | literals),
        tails=frozenset(tail for tail in tails if len(tail) > 2),  # noqa: PLR2004 - shorter ones end anything
        patterns=pieces,
        pushes=pushes,
        serves=serves and not is_data,
        instruments=instruments,
        counts=counts,
    )


def only_asks(source: Source) -> bool:
    """Whether a Python file queries a Prometheus server and has no client that emits anything: its names are what it looks for."""
    if source.file.language is not Language.PYTHON or not _SERVER.search(source.text):
        return False
    return not (_SERVES.search(source.text) or _PUSHES.search(source.text) or _CLIENT.search(source.text))


def _holds_sign(source: Source) -> bool:
    """Whether a word of metrics stands in the file, in capitals or not."""
    if _SMALL.found_in(source.lowered):
        return True
    return _TYPED in source.data


def _without_queries(source: Source) -> str:
    """The text without the alert rules and dashboards that a Python file writes out: they ask, and emit nothing."""
    if source.file.language is not Language.PYTHON or "expr" not in source.text:
        return source.text
    lines = list(source.text.split("\n"))
    for inner in embedded_sources(source):
        for number, line in enumerate(inner.lines):
            if "expr" in inner.text and line.strip() and number < len(lines):
                lines[number] = ""
    return "\n".join(lines)


def _is_written(match: Match, code: str, is_shell: bool) -> bool:
    """Whether a literal may name what is emitted: queries to a Prometheus server and lists of names to look for do not."""
    before = code[max(0, match.start() - 80) : match.start()].rpartition("\n")[2].lower()
    after = code[match.end() : match.end() + 80].partition("\n")[0]
    if is_shell and ("grep" in before or not (before.strip() or after.strip())):
        return False
    return (
        "query" not in before and "promql" not in before and not _SHOWN.search(before) and "_" in normal(match.group(1))
    )


def _pieces(made: list[str]) -> Iterator[tuple[str, str]]:
    for one in made:
        holes = list(_HOLE.finditer(one))
        if not holes:
            continue
        head, tail = one[: holes[0].start()], one[holes[-1].end() :]
        if len(head) + len(tail) > 3 and _NAME.fullmatch(head + "x" + tail):  # noqa: PLR2004 - anything would match
            yield _normal_piece(head), _normal_piece(tail)


def _normal_piece(piece: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "_:" else "_" for sign in piece)


PARSER = Parser(fact=MetricsEmitted, accepts=_accepts, parse=_parse)
