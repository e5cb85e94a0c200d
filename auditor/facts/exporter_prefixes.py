"""First words of the metrics of well-known exporters, servers, client libraries and platforms."""

from __future__ import annotations

__all__ = ["EXPORTER_PREFIXES", "LIBRARY_PREFIXES"]

LIBRARY_PREFIXES = ("controller_runtime_",)
"""How the metrics of client libraries begin whose first word may also be one of the project's own."""

EXPORTER_PREFIXES = frozenset(
    {
        "ALERTS", "DCGM", "aggregator", "alertmanager", "apiextensions", "apache", "apiserver", "apisix", "argo", "argocd", "aspnetcore", "aws",
        "azure", "bind", "blackbox", "caddy", "cadvisor", "calico", "celery", "ceph", "cert", "certmanager", "chrony",
        "cilium", "clickhouse", "cloudwatch", "cluster", "cockroachdb", "collectd", "consul", "container", "coredns",
        "cortex", "couchdb", "cpu", "csi", "db", "dcgm", "disk", "diskio", "django", "dnsmasq", "docker", "dockerd",
        "dotnet", "elasticsearch", "engine", "envoy", "etcd", "executor", "fail2ban", "fastapi", "felix", "flask",
        "fluentbit", "fluentd", "flux", "gateway", "gcp", "github", "gitlab", "go", "gotk", "gpu", "grafana", "grpc",
        "gunicorn", "haproxy", "hass", "hikaricp", "home", "http", "hubble", "influxdb", "istio", "java", "jenkins",
        "jmx", "jvm", "kafka", "karpenter", "keda", "kernel", "kestrel", "keycloak", "knative", "kong", "kube", "kubeproxy", "kubernetes",
        "kubelet", "libp2p", "linkerd", "logback", "logstash", "loki", "longhorn", "machine", "mariadb", "mem",
        "memcached", "mimir", "minio", "mongodb", "mssql", "mtail", "mysql", "nats", "net", "netdata", "nginx",
        "nginxplus", "node", "nodejs", "nomad", "ntp", "nvidia", "openebs", "openfaas", "opensearch", "oracledb",
        "otel", "otelcol", "pg", "pgbouncer", "php", "phpfpm", "pihole", "ping", "postgres", "postgresql", "probe",
        "process", "prometheus", "promhttp", "promtail", "puma", "push", "pushgateway", "python", "rabbitmq", "rails",
        "ray", "redis", "reloader", "rest", "rpc", "ruby", "scheduler", "scrape", "script", "sidekiq", "signalr", "slurm", "smartmon", "snmp",
        "sonarqube", "speedtest", "spring", "ssl", "stackdriver", "starlette", "statsd", "storage", "swap", "system",
        "systemd", "target", "telegraf", "tempo", "temporal", "tgi", "thanos", "tomcat", "traefik", "triton", "unbound",
        "unifi", "up", "uvicorn", "vault", "velero", "vllm", "vm", "vmagent", "windows", "wireguard", "wmi",
        "workqueue", "zfs", "zookeeper",
    }
)  # fmt: skip
