"""What docstrings list as features, and the stems of names without which code can hardly have them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.pattern import Pattern, pattern

__all__ = ["Feature", "features_in"]

_LISTED = pattern(r"^\s*(?:[-*\x{2022}\x{2713}\x{2714}\x{2705}]|\d{1,2}[.)])\s+(\S.{2,120})$")
_ELSEWHERE = pattern(
    r"(?i)\b(?:no|not|without|never|non|planned|future|todo|optional(?:ly)?|caller|elsewhere|delegat\w+|upstream|external\w*|see|e\.g|example|should|would|must|require[sd]?|if|use[sd]? by|disabled|unencrypted|avoid\w*|"
    r"instead|returns?|raises?|param|args?|when|unlike|out of scope|left to|coming|later|handled|provided by)\b"
)
_LONGEST = 14
"""Words of a line that names features; longer ones explain something."""
_ABILITIES = tuple(
    (pattern(rf"(?i)\b(?:{said})\b"), name, pattern(rf"(?i){stems}"))
    for said, name, stems in (
        (
            r"encrypt(?:ion|ed|s)?",
            "encryption",
            r"crypt|cipher|fernet|kms|gpg|aes_|_aes|nacl|tls|ssl|vault|secret|pgp|sealed|psk|wpa",
        ),
        (r"compress(?:ion|ed)", "compression", r"compress|zip|zstd|lzma|bz2|tarfile|_tar|lz4|deflate|brotli|snappy"),
        (
            r"audit(?:ing)? (?:log(?:ging|s)?|trails?)",
            "an audit log",
            r"audit|trail|journal|ledger|event|violation|logger|logging",
        ),
        (r"slack", "Slack", r"slack|webhook|notif"),
        (r"webhooks?", "webhooks", r"webhook|hook|callback|post\b|requests|httpx|aiohttp|notif"),
        (
            r"(?:email|e-mail|slack|webhook|push|sms|pager\w*) (?:\w+ )?notifications?",
            "notifications",
            r"notif|slack|smtp|mail|sms|pager|webhook|alert|twilio",
        ),
        (
            r"forecast(?:ing|s)?",
            "forecasting",
            r"forecast|predict|regress|extrapol|arima|prophet|polyfit|linreg|slope|holt",
        ),
        (r"chargeback", "chargeback", r"charge|invoice|allocat"),
        (r"governance", "governance", r"govern|polic|approv"),
        (
            r"(?:rto|rpo|rto/rpo|sla|slo|gdpr|hipaa|soc ?2|pci) compliance|compliance (?:monitoring|tracking|reporting|checks?|validation)",
            "compliance monitoring",
            r"complian|within_(?:rto|rpo|sla)|(?:rto|rpo|sla|slo)_(?:met|ok|violat|breach|achiev)|violat|gdpr|hipaa|soc2|pci",
        ),
        (
            r"multi-?tier(?:ed)?|tiered storage|storage tiers|storage tiering",
            "storage tiers",
            r"tier|hot_|cold_|archive|s3|glacier",
        ),
        (
            r"off-?site|cross-region|multi-region|geo-?(?:redundan\w+|replicat\w+)",
            "a copy elsewhere",
            r"off_?site|region|replic|mirror|remote|s3|bucket|geo|azure|gcs|upload",
        ),
        (r"rate[- ]limit(?:ing|s|er)?", "rate limiting", r"rate|limit|throttl|quota|bucket|semaphore"),
        (r"circuit[- ]breakers?", "a circuit breaker", r"circuit|breaker|tripp"),
        (
            r"(?:automatic|auto|exponential|with) (?:retr(?:y|ies)|backoff)|retry (?:logic|with|mechanism)|exponential backoff",
            "retries",
            r"retr|backoff|attempt|tenacity|resilien",
        ),
        (r"cach(?:ing|ed results)", "caching", r"cache|memo|redis|ttl|lru"),
        (
            r"(?:automatic|auto|automated)[- ]roll-?back|roll-?back (?:support|capabilit(?:y|ies)|on failure)",
            "a rollback",
            r"roll_?back|revert|restore|undo|previous|savepoint",
        ),
        (
            r"(?:automatic |auto-?)?fail-?over",
            "a failover",
            r"fail_?over|standby|replica|fallback|promot|switch|secondary|backup",
        ),
        (r"leader election", "leader election", r"leader|elect|raft|consensus|lock|lease"),
        (
            r"dedup(?:e|lication|licates)",
            "deduplication",
            r"dedup|duplic|uniq|seen|fingerprint|hash|set\b|distinct|idempot",
        ),
        (
            r"point-in-time (?:recovery|restore)",
            "point-in-time recovery",
            r"point|pitr|wal|timestamp|target_time|snapshot",
        ),
        (
            r"anomaly detection",
            "anomaly detection",
            r"anomal|outlier|z_?score|deviation|threshold|isolation|drift|stdev|std\b",
        ),
        (r"distributed tracing", "tracing", r"trac|span|otel|telemetry|correlation|jaeger|zipkin"),
        (
            r"load[- ]balanc(?:ing|er|ed)",
            "load balancing",
            r"balanc|round_robin|weight|upstream|least|pool|next_|rotat|select",
        ),
        (r"a/b test(?:ing|s)?", "A/B tests", r"ab_|variant|experiment|bucket|split|a_b"),
        (
            r"drift detection|(?:data|model|concept) drift",
            "drift detection",
            r"drift|psi|ks_|distribution|diverg|baseline",
        ),
        (
            r"(?:bias|fairness) (?:detection|checks?|monitoring|analysis|audit\w*)",
            "fairness checks",
            r"bias|fair|parity|disparate|group",
        ),
        (r"dead[- ]letter(?: queues?)?", "a dead letter queue", r"dead|dlq|dlx|poison|quarantine|reject"),
        (
            r"(?:digital )?signature (?:verification|validation|checks?)|signed (?:artifacts|images|releases)",
            "signatures",
            r"sign|hmac|verify|gpg|cosign|jws|jwt|rsa|ed25519",
        ),
        (
            r"sandbox(?:ed|ing)",
            "a sandbox",
            r"sandbox|isolat|container|namespace|seccomp|restrict|docker|subprocess|rlimit",
        ),
        (r"multi-?factor|mfa|two-factor|2fa", "a second factor", r"mfa|otp|totp|factor|2fa|webauthn"),
        (r"rbac|role-based access", "roles", r"rbac|role|permission|scope|polic|grant"),
        (r"multi-?tenan(?:t|cy)", "tenants", r"tenan|org|workspace|account|customer|schema|namespace"),
        (r"hot[- ]reload(?:ing)?", "reloading", r"reload|watch|refresh|mtime|inotify|observer|interval"),
        (r"blue[-/ ]green", "blue-green deployment", r"blue|green|slot|color|colour|swap|switch|strategy|active"),
        (
            r"canary (?:deploy\w*|releas\w*|rollouts?|analysis)",
            "a canary",
            r"canary|percent|weight|traffic|rollout|stage|split",
        ),
        (
            r"self-?heal(?:ing)?|auto(?:matic)?[- ]?(?:remediation|healing)",
            "self-healing",
            r"heal|remediat|recover|restart|repair|fix|respawn",
        ),
        (r"auto-?scal(?:ing|e)", "autoscaling", r"scal|replica|capacity|workers|instances|desired"),
        (
            r"graceful (?:shutdown|degradation|drain\w*)",
            "graceful handling",
            r"grace|shutdown|drain|signal|sigterm|degrad|fallback|stop|close|exit|aclose|default|except|cancel|lifespan",
        ),
        (
            r"machine learning|ml-(?:powered|based|driven)|ai-(?:powered|based|driven)",
            "machine learning",
            r"model|predict|sklearn|torch|tensorflow|keras|train|infer|xgb|lgb|classif|cluster|embed|openai|llm|anthropic|neural|learn|forest|ml_|prompt|agent|claude|gpt",
        ),
        (r"(?:pagerduty|opsgenie)", "paging", r"pager|opsgenie|on_?call|incident|notif|webhook|alert"),
    )
)


@dataclass(frozen=True, slots=True)
class Feature:
    """A line of a docstring that lists an ability, what that is, and the stems of which code that has it shows one."""

    line: int
    name: str
    stems: Pattern

    def is_in(self, names: str) -> bool:
        """Whether any of its stems occurs in these names and texts."""
        return self.stems.search(names) is not None


def features_in(owner: ast.Module | ast.ClassDef) -> Iterator[Feature]:
    """The abilities that the docstring of a module or class lists, each with its line."""
    first = owner.body[0] if owner.body else None
    if (
        not isinstance(first, ast.Expr)
        or not isinstance(first.value, ast.Constant)
        or not isinstance(first.value.value, str)
    ):
        return
    for at, line in enumerate(first.value.value.split("\n")):
        listed = _LISTED.match(line)
        text = listed.group(1) if listed else ""
        if not text or len(text.split()) > _LONGEST or _ELSEWHERE.search(text):
            continue
        for said, name, stems in _ABILITIES:
            if said.search(text):
                yield Feature(first.lineno + at, name, stems)
