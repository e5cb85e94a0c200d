"""The fields that Prometheus and Alertmanager know: a file with another one is refused as a whole.

From https://prometheus.io/docs/prometheus/latest/configuration/configuration/,
https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ and
https://prometheus.io/docs/alerting/latest/configuration/ ; rules also have the fields that Thanos, Mimir and vmalert add.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.yaml_tree import Mapping, Sequence, walk

__all__ = ["Stray", "alertmanager_strays", "prometheus_strays", "rule_strays"]

_LIMITS = "body_size_limit sample_limit label_limit label_name_length_limit label_value_length_limit target_limit keep_dropped_targets"
_NAMES = "metric_name_validation_scheme metric_name_escaping_scheme extra_scrape_metrics scrape_native_histograms"
_NAMES += (
    " convert_classic_histograms_to_nhcb always_scrape_classic_histograms scrape_failure_log_file scrape_protocols"
)
_COMMON = frozenset(("send_resolved", "http_config", "timeout"))


def _fields(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


_PROMETHEUS = _fields(
    "global runtime rule_files scrape_config_files scrape_configs alerting remote_write remote_read storage otlp tracing"
)
_GLOBAL = _fields(
    _LIMITS,
    _NAMES,
    "scrape_interval scrape_timeout evaluation_interval rule_query_offset external_labels query_log_file runtime",
)
_STORAGE = {
    "storage": _fields("tsdb exemplars"),
    "tsdb": _fields("out_of_order_time_window retention stale_series_compaction_threshold"),
    "exemplars": _fields("max_exemplars"),
    "alerting": _fields("alertmanagers alert_relabel_configs"),
}
_SCRAPE = _fields(
    _LIMITS,
    _NAMES,
    "job_name scrape_interval scrape_timeout fallback_scrape_protocol scrape_classic_histograms metrics_path honor_labels",
    "honor_timestamps track_timestamps_staleness scheme params enable_compression basic_auth authorization oauth2 bearer_token",
    "bearer_token_file follow_redirects enable_http2 tls_config proxy_url no_proxy proxy_from_environment proxy_connect_header",
    "http_headers static_configs relabel_configs metric_relabel_configs native_histogram_bucket_limit",
    "native_histogram_min_bucket_factor stream_parse series_limit scrape_align_interval scrape_offset no_stale_markers max_scrape_size",
)
_GROUP = _fields(
    "name interval query_offset limit rules labels partial_response_strategy source_tenants evaluation_delay",
    "align_evaluation_time_on_interval remote_write type concurrency params headers notifier_headers eval_offset eval_delay",
    "eval_alignment extra_filter_labels tenant debug",
)
_RULE = _fields("alert record expr for keep_firing_for labels annotations debug update_entries_limit")
_ALERTMANAGER = _fields("global templates route inhibit_rules receivers mute_time_intervals time_intervals tracing")
_ROUTE = _fields(
    "receiver group_by group_wait group_interval repeat_interval matchers match match_re continue routes mute_time_intervals",
    "active_time_intervals",
)
_INHIBIT = _fields(
    "name target_match target_match_re target_matchers source_match source_match_re source_matchers equal sources"
)
_INTEGRATIONS = {
    "email_configs": _fields(
        "to from smarthost hello auth_username auth_password auth_password_file auth_secret auth_secret_file auth_identity",
        "headers html text require_tls tls_config implicit_tls force_implicit_tls threading",
    ),
    "slack_configs": _fields(
        "api_url api_url_file app_token app_token_file app_url channel username color title title_link pretext text message_text",
        "fields short_fields footer fallback callback_id icon_emoji icon_url image_url thumb_url link_names mrkdwn_in actions",
        "update_message",
    ),
    "pagerduty_configs": _fields(
        "service_key service_key_file routing_key routing_key_file url client client_url description details images links",
        "severity class component group source",
    ),
    "webhook_configs": _fields("url url_file max_alerts payload"),
}


@dataclass(frozen=True, slots=True, order=True)
class Stray:
    """A field that the tool does not know: its line, its name, and what it stands in."""

    line: int
    name: str
    place: str


def prometheus_strays(root: Mapping) -> Iterator[Stray]:
    """The unknown fields of a configuration of Prometheus."""
    yield from _unknown(root, _PROMETHEUS, "the configuration of Prometheus")
    yield from _unknown(root.mapping("global"), _GLOBAL, "`global`")
    for node in walk(root):
        for key, value in node.pairs if isinstance(node, Mapping) else ():
            if key.text in _STORAGE and isinstance(value, Mapping):
                yield from _unknown(value, _STORAGE[key.text], f"`{key.text}`")
    for job in _mappings(root, "scrape_configs"):
        known = {key.text for key, _ in job.pairs if key.text.endswith("_sd_configs")} | _SCRAPE
        yield from _unknown(job, frozenset(known), f"the job `{job.text('job_name')}`")


def rule_strays(body: Mapping) -> Iterator[Stray]:
    """The unknown fields of groups of rules and of the rules in them."""
    for group in _mappings(body, "groups"):
        yield from _unknown(group, _GROUP, f"the group `{group.text('name')}`")
        for rule in _mappings(group, "rules"):
            yield from _unknown(rule, _RULE, f"the rule `{rule.text('alert') or rule.text('record')}`")


def alertmanager_strays(root: Mapping) -> Iterator[Stray]:
    """The unknown fields of a configuration of Alertmanager; of receivers, those of the usual kinds."""
    yield from _unknown(root, _ALERTMANAGER, "the configuration of Alertmanager")
    waiting = [root.mapping("route")]
    while waiting:
        route = waiting.pop()
        yield from _unknown(route, _ROUTE, "a route")
        waiting.extend(_mappings(route, "routes"))
    for rule in _mappings(root, "inhibit_rules"):
        yield from _unknown(rule, _INHIBIT, "an inhibition rule")
    for receiver in _mappings(root, "receivers"):
        for kind, known in _INTEGRATIONS.items():
            for one in _mappings(receiver, kind):
                yield from _unknown(one, known | _COMMON, f"`{kind}` of the receiver `{receiver.text('name')}`")


def _mappings(node: Mapping, key: str) -> Iterator[Mapping]:
    value = node.get(key)
    for item in value.items if isinstance(value, Sequence) else ():
        if isinstance(item, Mapping):
            yield item


def _unknown(node: Mapping, known: frozenset[str], place: str) -> Iterator[Stray]:
    for key, _ in node.pairs:
        if key.text not in known and key.text != "<<" and not key.text.startswith("x-"):
            yield Stray(key.line, key.text, place)
