"""Addresses of the machine itself, and paths that exist on one person's machine only."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["is_meant_for_this_machine", "local_endpoint", "machine_path"]

_ENDPOINT = pattern(
    r"(?i)\b[a-z][a-z0-9+.\-]*://(?:[^\"'@]{0,120}@)?(localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/\s\"'?,;)\]}]|$)"
)
_SETTING = pattern(
    r"(?i)^[\s\-]*[\"']?[\w.\-]*(?:host|hostname|server|servers|endpoint|address|broker|brokers)[\"']?\s*[:=]\s*[\"']?(localhost|127\.0\.0\.1)(?::\d+)?[\"']?\s*[,;]?\s*(?:#.*)?$"
)
_THIS_MACHINE = pattern(
    r"(?i)health|probe|liveness|readiness|\bbind|listen|\btest:|curl|wget|\bnc\b|\bredirect|callback|cors|origin|allowed|trusted|no_?proxy|whitelist|"
    r"allowlist|sidecar|scrape|targets|pg_isready|forward|example|e\.g\.|\bself\b|(?:^|[_\W])agent(?:[_\W]|$)|otel_exporter|statsd|dogstatsd|advertise|docker run|"
    r"proxy_pass|upstream|server_name|echo |print|logger|\bdev(?:elopment)?\b|\btest(?:s|ing)?\b|_local\b|\blocal_|debug|fallback|tunnel"
)
_PATH = pattern(
    r"(?:^|[\s\"'=:(,])((?:/home|/Users)/([A-Za-z][\w.\-]*)|[A-Za-z]:\\{1,2}Users\\{1,2}([A-Za-z][\w.\-]*))(?:[/\\][\w.\-]|$|[\s\"',;:])"
)
_ACCOUNTS = frozenset({
    "app", "node", "runner", "appuser", "ubuntu", "vsts", "site", "user", "users", "username",
    "nonroot", "jenkins", "git", "vscode", "www", "web", "deploy", "deployer", "airflow", "jovyan",
    "coder", "steam", "admin", "root", "pi", "ec2-user", "vagrant", "docker", "container", "dev",
    "developer", "me", "you", "yourname", "your-name", "your_name", "name", "myuser", "foo", "bar",
    "baz", "alice", "bob", "john", "jane", "joe", "doe", "test", "tester", "testuser",
    "example", "sample", "shared", "public", "guest", "someone", "somebody", "linuxbrew", "circleci", "travis",
    "gitlab-runner", "centos", "debian", "fedora", "opc", "azureuser", "cloud-user", "builder", "build", "buildbot",
    "frappe", "odoo", "postgres", "mysql", "redis", "nginx", "default", "xxx", "worker", "service",
    "agent", "sandbox", "workspace", "gitpod", "codespace", "appsmith", "python", "conda", "mambauser", "kasm-user",
    "nobody", "myself", "johndoe", "jdoe", "janedoe", "ann", "home", "path", "hello", "abc",
})  # fmt: skip


def local_endpoint(line: str) -> str | None:
    """The address of this machine that a line points at: in a URL, or as the value of a host setting."""
    found = _ENDPOINT.search(line) or _SETTING.search(line)
    return found.group(1) if found else None


def is_meant_for_this_machine(line: str) -> bool:
    """Whether a line is about something that does run here: a probe, a proxy, a bind address, an agent."""
    return _THIS_MACHINE.search(line) is not None


def machine_path(text: str) -> str | None:
    """The home folder of one person that a text names; accounts of services and of examples are none."""
    for found in _PATH.finditer(text):
        account = (found.group(2) or found.group(3)).lower()
        if account not in _ACCOUNTS and not account.startswith(("your", "my", "user", "test", "example", "some")):
            return found.group(1)
    return None
