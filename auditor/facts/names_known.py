"""Which names a platform gives by itself, and which names look like secrets."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from auditor.facts.pattern import pattern

__all__ = ["any_secret_name", "identifies_destination", "is_given", "is_of_forge", "is_secret_name", "stands_in"]

_FORGES = ("GITHUB_", "RUNNER_", "ACTIONS_", "CI_", "AWS_LAMBDA_", "KUBERNETES_")
"""Prefixes that nobody else may use: their tokens, too, are given."""
_GIVEN_PREFIXES = (
    # The forges and their runners, which set these in every job.
    "GITHUB_", "RUNNER_", "ACTIONS_", "INPUT_", "CODESPACES_", "CLAUDE_CODE_", "CI_", "GITLAB_", "BITBUCKET_", "CIRCLE_", "TRAVIS_", "BUILDKITE_",
    "JENKINS_", "BUILD_", "SYSTEM_", "AGENT_", "TF_BUILD", "DRONE_", "APPVEYOR_", "CODEBUILD_", "NETLIFY_",
    # Shells, terminals and desktops.
    "BASH_", "LC_", "XDG_", "SSH_", "GPG_", "DBUS_", "COMP_", "TERM_",
    # Language run times and their tools.
    "PYTHON", "PIP_", "POETRY_", "UV_", "CONDA", "VIRTUAL_ENV", "PYTEST_", "COVERAGE_", "TOX_", "NOX", "NODE_", "NPM_CONFIG_",
    "GOPATH", "GOROOT", "GOBIN", "GOOS", "GOARCH", "GOFLAGS", "GOCACHE", "CARGO_", "RUSTFLAGS", "RUSTC", "JAVA_", "GRADLE_",
    "MAVEN_", "DOTNET_", "WERKZEUG_", "FLASK_", "DJANGO_SETTINGS_MODULE", "ANDROID_", "GIT_",
    # Serverless and container platforms.
    "AWS_LAMBDA_", "LAMBDA_", "_HANDLER", "AWS_EXECUTION_ENV", "AWS_REGION", "AWS_DEFAULT_REGION", "KUBERNETES_", "K_SERVICE",
    "K_REVISION", "ECS_", "VERCEL_", "HEROKU_", "DYNO", "FUNCTION_", "WEBSITE_", "DOCKER_HOST", "BUILDKIT_", "COMPOSE_",
)  # fmt: skip
_GIVEN = frozenset(
    {
        "CLAUDE_ENV_FILE", "CLAUDE_PROJECT_DIR", "HOME", "PATH", "PWD", "BASH", "PS1", "PS2", "PS4", "TERM", "COLUMNS", "LINES", "OLDPWD", "USER", "USERNAME", "LOGNAME", "LANG", "LANGUAGE", "SHELL", "SHLVL", "HOSTNAME", "HOST",
        "TMPDIR", "TMP", "TEMP", "TZ", "EDITOR", "VISUAL", "PAGER", "DISPLAY", "MAIL", "UID", "EUID", "GID", "PPID", "IFS",
        "RANDOM", "SECONDS", "LINENO", "FUNCNAME", "OPTARG", "OPTIND", "REPLY", "PIPESTATUS", "DIRSTACK", "OSTYPE", "MACHTYPE",
        "HOSTTYPE", "EPOCHSECONDS", "EPOCHREALTIME", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "CLICOLOR", "CI", "PORT",
        "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "SYSTEMROOT", "USERPROFILE", "COMSPEC", "WINDIR", "PATHEXT",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH", "LD_PRELOAD",
        "DYLD_LIBRARY_PATH", "MANPATH", "CC", "CXX", "CFLAGS", "CXXFLAGS", "LDFLAGS", "CPPFLAGS", "MAKEFLAGS", "DEBIAN_FRONTEND",
        "SOURCE_DATE_EPOCH", "SUDO_USER", "STY", "TMUX", "WSL_DISTRO_NAME", "DEBUG", "VERBOSE", "WORKSPACE", "JOB_NAME",
        "NODE_ENV", "NPM_TOKEN_HELPER", "EXIT_CODE", "NF", "NR", "FS", "OFS", "RS", "ORS", "FILENAME", "FNR", "RSTART",
        "RLENGTH", "SUBSEP", "DOCKER_CONFIG", "KUBECONFIG", "TARGETARCH", "TARGETOS", "TARGETPLATFORM", "BUILDPLATFORM",
        # Google Cloud Build, and Jenkins where a branch or tag is built.
        "COMMIT_SHA", "SHORT_SHA", "REVISION_ID", "REF_NAME", "BRANCH_NAME", "TAG_NAME", "REPO_FULL_NAME", "TRIGGER_NAME",
    },
)  # fmt: skip
_SECRET = pattern(
    r"(?:^|_)(?:TOKENS?|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|API_?KEYS?|APIKEY|KEY|CREDENTIALS?|WEBHOOK|DSN|PAT)(?:$|_(?:URL|URI|V?\d+|PROD\w*|STAGING|DEV|BASE64|B64|JSON|CRITICAL|ALERTS?)(?:$|_))|"
    r"(?:^|_)WEBHOOK(?:_|$)|(?:^|_)SECRET_KEY|SMTP_(?:USER|LOGIN|AUTH)|(?:^|_)(?:CONNECTION_STRING|CONN_STR)$|(?:DATABASE|POSTGRES\w*|MYSQL|MONGO\w*|AMQP|RABBITMQ|DB|REPLICA|STANDBY)_UR[LI]$",
)
_NO_SECRET = pattern(
    r"(?:^|_)(?:PUBLIC|CACHE|PRIMARY|FOREIGN|SORT|PARTITION|HASH|LOOKUP|MAP|DICT|OBJECT|HOT|IDEMPOTENCY|ROW|INDEX|GROUP|REGISTRY|ISSUE|JIRA)_KEYS?$|"
    r"(?:^|_)(?:MAX|MIN|NUM|TOTAL|N|INPUT|OUTPUT|COMPLETION|PROMPT|PAD|EOS|BOS|SPECIAL|STOP|CONTEXT|USED)_\w*TOKENS?$|TOKENS?_(?:LIMIT|COUNT|BUDGET)|"
    r"_(?:FILE|PATH|DIR|TTL|TIMEOUT|LENGTH|LIMIT|COUNT|HEADER|PREFIX|SUFFIX|NAME|NAMES|TYPE|FIELD|COLUMN|ENABLED|REQUIRED|EXPIRY|ARN)$|^(?:FORCE_|SKIP_|NO_|USE_|HAS_|IS_|ENABLE_|DISABLE_)|^(?:KEY|TOKEN|PASS|PASSED|PWD|TOKENS|SECRETS)$",
)
_DESTINATION = pattern(r"(?:^|_)(?:EMAIL|EMAILS|RECIPIENTS?|MAILTO|PHONE|WEBHOOK\w*|CHAT_ID)$")


_STAND_IN = pattern(
    r"(?i)\bexample\.(?:com|org|net|invalid|test)\b|\.(?:example|invalid)\b|change.?(?:me|this)|changeit|\byour[-_ ]|placeholder|replace[-_ ]?(?:me|this|with)|"
    r"\bx{3,}|\bdummy|\binsert[-_ ]|\bto[-_ ]?be[-_ ](?:set|defined|replaced)|<[\w -]+>"
)
"""What stands where a value is to come: a default that is none."""


def is_given(name: str) -> bool:
    """Whether a platform, shell or run time sets the name by itself, so that nobody need declare it."""
    upper = name.upper()
    if upper in _GIVEN or upper.startswith(_FORGES):
        return True
    return upper.startswith(_GIVEN_PREFIXES) and not is_secret_name(upper)


def is_of_forge(name: str) -> bool:
    """Whether a forge gives it to each of its jobs, as the token of the workflow, so that nobody can set it."""
    return name.upper().startswith(_FORGES)


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether a name says that its value must be kept from others."""
    upper = name.upper()
    return _SECRET.search(upper) is not None and _NO_SECRET.search(upper) is None


def any_secret_name(names: Iterable[str]) -> bool:
    """False where `is_secret_name` is of each of these names: one question for all of them."""
    return _SECRET.in_lines("\n".join(names).upper())


def identifies_destination(name: str) -> bool:
    """Whether a name says where notifications go: unset, they go nowhere, and silently."""
    return _DESTINATION.search(name.upper()) is not None


def stands_in(value: str) -> bool:
    """Whether a default only stands where a value is to come: ``https://hooks.example.com/x``, ``changeme``."""
    return _STAND_IN.search(value) is not None
