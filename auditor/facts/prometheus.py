"""Prometheus: what it scrapes, which rules it loads, and files of rules (https://prometheus.io/docs/prometheus/latest/configuration/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.helm_text import COMPUTED, is_chart_template, is_template_path, read_manifests
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_shell import looks_templated
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "AlertRule", "Annotation", "PrometheusFile", "RuleFile", "ScrapeJob", "Target"]

_QUERY = pattern(r'\{\{-?[^}]*?query\s+(?:"([^"]+)"|`([^`]+)`)')
_STORE = pattern(r"^https?://([A-Za-z][\w-]*:\d{2,5})(?:/|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """``host:port`` as written."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeJob:
    """One job; `dynamic` where targets come from discovery, or labels are rewritten. `metrics_path` where it is set.

    `discovers` where targets come from discovery, `renamed` where its own name may be rewritten.
    """

    name: str
    line: int
    targets: tuple[Target, ...]
    dynamic: bool
    metrics_path: Target | None = None
    discovers: bool = False
    renamed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One annotation of a rule, and the expressions that its template queries."""

    name: str
    text: str
    line: int
    queries: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """An alert or a recording rule; `expression_line` is the line on which the expression begins, `labels` are what it sets.

    The expression is empty where a template computes it.
    """

    name: str
    records: bool
    line: int
    expression: str
    expression_line: int
    annotations: tuple[Annotation, ...]
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """Groups of rules. `strays` are the top-level keys, with lines, that Prometheus refuses in such a file.

    `resource` where it is an object of Kubernetes, which the Prometheus operator finds by its labels.
    """

    rules: tuple[AlertRule, ...]
    line: int
    strays: tuple[tuple[str, int], ...] = ()
    resource: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusFile(Fact):
    """What a YAML file tells Prometheus: jobs and names of rule files (a configuration), or rules.

    `empty_rule_files` is the line of a `rule_files` that names none; 0 where there is no such line. `askers` are the
    addresses to which rewritten labels send the questions, `stores` those that samples are written to or read from.
    `labels` are the names of those that it gives to targets, to what it sends away, or by rewriting; ``*`` where a pattern gives them.
    """

    kind: ClassVar[str] = "prometheus"
    is_config: bool
    jobs: tuple[ScrapeJob, ...] = ()
    rule_files: tuple[Target, ...] = ()
    empty_rule_files: int = 0
    alertmanagers: tuple[Target, ...] = ()
    askers: tuple[Target, ...] = ()
    stores: tuple[Target, ...] = ()
    rules: RuleFile | None = None
    labels: frozenset[str] = frozenset()


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML or file.name.endswith(".rules") or is_chart_template(file)


def _parse(source: Source) -> PrometheusFile | None:
    text = source.text
    if "scrape_configs" not in text and "expr" not in text:
        return None
    try:
        roots = [root for root in read_yaml(text) if isinstance(root, Mapping)]
    except ParseFailure:
        if not looks_templated(text) and not is_template_path(source.path):
            raise
        roots = [root for root in read_manifests(source.path, text) if isinstance(root, Mapping)]
    for root in roots:
        if root.get("scrape_configs") is not None and isinstance(root.get("scrape_configs"), Sequence):
            return _config(root)
    files = [one for one in map(_rule_file, roots) if one]
    if not files:
        return None
    rules = tuple(rule for one in files for rule in one.rules)
    first = files[0]
    gathered = RuleFile(rules=rules, line=first.line, strays=first.strays, resource=first.resource)
    return PrometheusFile(is_config=False, rules=gathered)


def _config(root: Mapping) -> PrometheusFile:
    jobs = tuple(_job(job) for job in root.items("scrape_configs") if isinstance(job, Mapping))
    files = tuple(Target(text=one.text, line=one.line) for one in root.items("rule_files") if isinstance(one, Scalar))
    key = next((key.line for key, _ in root.pairs if key.text == "rule_files"), 0)
    return PrometheusFile(
        is_config=True,
        jobs=jobs,
        rule_files=files,
        empty_rule_files=0 if any(one.text for one in files) else key,
        alertmanagers=tuple(_alertmanagers(root)),
        askers=tuple(_askers(root)),
        stores=tuple(_stores(root)),
        labels=frozenset(_labels(root)),
    )


def _labels(root: Mapping) -> Iterator[str]:
    """The labels that alerts bring along whatever their rules set: of all that is sent away, of targets, and rewritten ones."""
    yield from (key.text for key, _ in root.mapping("global").mapping("external_labels").pairs)
    rewritings = [one for one in root.mapping("alerting").items("alert_relabel_configs") if isinstance(one, Mapping)]
    for job in root.items("scrape_configs"):
        if not isinstance(job, Mapping):
            continue
        rewritings += _relabelled(job)
        for part in job.items("static_configs"):
            yield from (key.text for key, _ in part.mapping("labels").pairs) if isinstance(part, Mapping) else ()
    for one in rewritings:
        yield "*" if one.text("action") == "labelmap" else one.text("target_label")


def _askers(root: Mapping) -> Iterator[Target]:
    for job in root.items("scrape_configs"):
        for rule in _relabelled(job) if isinstance(job, Mapping) else ():
            address = rule.get("replacement")
            if rule.text("target_label") == "__address__" and isinstance(address, Scalar):
                yield Target(text=address.text, line=address.line)


def _stores(root: Mapping) -> Iterator[Target]:
    for key in ("remote_write", "remote_read"):
        for one in root.items(key):
            url = one.get("url") if isinstance(one, Mapping) else None
            found = _STORE.match(url.text) if isinstance(url, Scalar) else None
            if url is not None and found:
                yield Target(text=found.group(1), line=url.line)


def _alertmanagers(root: Mapping) -> Iterator[Target]:
    for manager in root.mapping("alerting").items("alertmanagers"):
        for part in manager.items("static_configs") if isinstance(manager, Mapping) else ():
            if isinstance(part, Mapping):
                yield from (Target(text=t.text, line=t.line) for t in part.items("targets") if isinstance(t, Scalar))


def _job(job: Mapping) -> ScrapeJob:
    targets: list[Target] = []
    for part in job.items("static_configs"):
        if isinstance(part, Mapping):
            targets.extend(Target(text=t.text, line=t.line) for t in part.items("targets") if isinstance(t, Scalar))
    keys = [key.text for key, _ in job.pairs]
    path = job.get("metrics_path")
    discovered = any(key.endswith("_sd_configs") or key == "http_sd_config" for key in keys)
    return ScrapeJob(
        name=job.text("job_name"),
        line=job.line,
        targets=tuple(targets),
        dynamic=discovered or "relabel_configs" in keys or "metric_relabel_configs" in keys,
        metrics_path=Target(text=path.text, line=path.line) if isinstance(path, Scalar) else None,
        discovers=discovered,
        renamed=any(key in ("file_sd_configs", "http_sd_configs") for key in keys)
        or any(map(_renames, _relabelled(job))),
    )


def _relabelled(job: Mapping) -> Iterator[Mapping]:
    for key in ("relabel_configs", "metric_relabel_configs"):
        yield from (one for one in job.items(key) if isinstance(one, Mapping))


def _renames(relabel: Mapping) -> bool:
    """Whether a rewriting of labels may change which job a target belongs to."""
    return relabel.text("target_label") == "job" or relabel.text("action") in ("labelmap", "labeldrop", "labelkeep")


def _rule_file(root: Mapping) -> RuleFile | None:
    is_resource = root.text("kind") == "PrometheusRule"
    body = root.mapping("spec") if is_resource else root
    groups = body.get("groups")
    if not isinstance(groups, Sequence):
        return None
    rules = tuple(rule for group in groups.items for rule in _rules(group))
    if not rules:
        return None
    line = next(key.line for key, _ in body.pairs if key.text == "groups")
    strays = () if is_resource else tuple((key.text, key.line) for key, _ in root.pairs if key.text != "groups")
    return RuleFile(rules=rules, line=line, strays=strays, resource=is_resource)


def _rules(group: Node) -> Iterator[AlertRule]:
    if not isinstance(group, Mapping):
        return
    for rule in group.items("rules"):
        if not isinstance(rule, Mapping):
            continue
        name = rule.text("alert") or rule.text("record")
        expression = rule.get("expr")
        if name and isinstance(expression, Scalar):
            yield _rule(rule, name, expression)


def _rule(rule: Mapping, name: str, expression: Scalar) -> AlertRule:
    annotations = tuple(
        Annotation(name=key.text, text=value.text, line=value.line, queries=tuple(_queries(value)))
        for key, value in rule.mapping("annotations").pairs
        if isinstance(value, Scalar)
    )
    return AlertRule(
        name=name,
        records=not rule.text("alert"),
        line=rule.line,
        expression="" if COMPUTED in expression.text else expression.text,
        expression_line=expression.line + (1 if expression.block else 0),
        annotations=annotations,
        labels=tuple(
            (key.text, value.text) for key, value in rule.mapping("labels").pairs if isinstance(value, Scalar)
        ),
    )


def _queries(value: Scalar) -> Iterator[tuple[str, int]]:
    """Each query in a text, with its line."""
    line, counted = value.line + (1 if value.block else 0), 0
    for match in _QUERY.finditer(value.text):
        line += value.text.count("\n", counted, match.start())
        counted = match.start()
        yield match.group(1) or match.group(2), min(value.end_line, line)


PARSER = Parser(fact=PrometheusFile, accepts=_accepts, parse=_parse)
