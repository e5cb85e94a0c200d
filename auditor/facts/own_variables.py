"""Variables of scripts and pipelines that hold an address: whether it is that of the project's own server, by their names."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["is_own_host", "is_own_variable", "is_tool"]

_TOOL = pattern(
    r"(?i)grafana|prom(?:etheus)?_|prometheus|alertmanager|loki|jaeger|tempo|kibana|elastic|opensearch|vault|consul|minio|keycloak|rabbit|ollama|qdrant|weaviate|chroma|"
    r"zipkin|sonar|nexus|gitlab|github|slack|webhook|pagerduty|jenkins|influx|airflow|mlflow|wiremock|mock|selenium|localstack|registry|kafka|clickhouse|vllm|llm|openai|ipfs|rpc|"
    r"datadog|sentry|metadata|docker|artifact|s3|bucket|smtp|redis|postgres|mysql|mongo|nats|etcd|k8s_api|kube|argo|stripe|twilio|auth0|oauth|oidc|cloudflare|aws|azure|gcp|upstream|third_party|external_api|vendor"
)
_WORDS = (
    r"(?:api|app|application|base|backend|server|site|web|staging|production|prod|preview|deploy(?:ment|ed)?|target|health(?:_?check)?|test|smoke|service|svc|"
    r"public|ingress|lb|load_?balancer|alb|elb|cluster|gateway|canary|blue|green|new|current|active|inactive|stable|primary|secondary|standby|dr|"
    r"environment|env|e2e|root|main|host)"
)
_OWN_VARIABLE = pattern(
    rf"(?i)^(?:{_WORDS}_?){{1,3}}(?:url|host|endpoint|base|origin|domain|addr|address|fqdn|hostname)$"
)
_OWN_HOST = pattern(
    rf"(?i)^(?:{_WORDS}_?){{0,3}}(?:url|host|endpoint|base|origin|domain|addr|address|fqdn|hostname|ip|dns|port|namespace|subdomain)$"
)
_BARE = pattern(r"(?i)^(?:api|app|base|url|host|server|endpoint|target|origin|domain|backend|service)$")
_OF_INTERFACES = pattern(r"^/(?:api/|v\d+/|health|livez?(?:/|$)|readyz?(?:/|$)|metrics(?:/|$))")
_VARIABLE = pattern(r"\$\{?(\w+)")
_OTHER_PORT = pattern(r":(?:3000|9\d{3}|5432|6379|8200|8500|5601|16686)$")


def is_tool(name: str) -> bool:
    """Whether a variable is named after a well-known server or service of others."""
    return _TOOL.search(name) is not None


def is_own_variable(name: str, path: str = "") -> bool:
    """Whether a variable is named after the project's own server, as ``API_URL``: it may hold more than a host.

    ``URL`` alone is, where the `path` behind it is one of an interface.
    """
    if _OWN_VARIABLE.search(name) is not None:
        return not is_tool(name)
    return _BARE.search(name) is not None and _OF_INTERFACES.search(path) is not None


def is_own_host(host: str) -> bool:
    """Whether a host with variables in it, as ``api.${DOMAIN}:8000``, is named after the project's own server."""
    names = [match.group(1) for match in _VARIABLE.finditer(host)]
    return bool(names) and not is_tool(host) and not _OTHER_PORT.search(host) and any(map(_OWN_HOST.search, names))
