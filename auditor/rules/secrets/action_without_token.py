"""AUD305: a well-known action is used without the token that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.mended_yaml import read_meant
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Needs:
    """What an action must be given: one of these inputs, or one of these variables. `since` is the major version."""

    inputs: tuple[str, ...]
    variables: tuple[str, ...] = ()
    since: int = 0


_ACTIONS = {
    # https://github.com/codecov/codecov-action: uploads need a token, or OpenID Connect, since v4.
    "codecov/codecov-action": _Needs(inputs=("token", "use_oidc"), variables=("CODECOV_TOKEN",), since=4),
    "docker/login-action": _Needs(inputs=("password",)),
    "sonarsource/sonarcloud-github-action": _Needs(inputs=(), variables=("SONAR_TOKEN",)),
    "sonarsource/sonarqube-scan-action": _Needs(inputs=(), variables=("SONAR_TOKEN",)),
    "snyk/actions": _Needs(inputs=(), variables=("SNYK_TOKEN",)),
    "slackapi/slack-github-action": _Needs(
        inputs=("webhook", "token", "slack-bot-token", "webhook-url"),
        variables=("SLACK_WEBHOOK_URL", "SLACK_BOT_TOKEN"),
    ),
    "8398a7/action-slack": _Needs(inputs=(), variables=("SLACK_WEBHOOK_URL",)),
    "rtcamp/action-slack-notify": _Needs(inputs=(), variables=("SLACK_WEBHOOK",)),
    "azure/login": _Needs(inputs=("creds", "client-id")),
    "aws-actions/configure-aws-credentials": _Needs(
        inputs=("role-to-assume", "aws-access-key-id"), variables=("AWS_ACCESS_KEY_ID",)
    ),
    "google-github-actions/auth": _Needs(inputs=("credentials_json", "workload_identity_provider")),
    "cloudflare/wrangler-action": _Needs(inputs=("apitoken", "apikey"), variables=("CLOUDFLARE_API_TOKEN",)),
    "digitalocean/action-doctl": _Needs(inputs=("token",)),
}
_MAJOR = pattern(r"^v?(\d+)")


def _check(source: Source) -> Iterator[Hit]:
    if "/workflows/" not in f"/{source.path}":
        return
    for document in read_meant(source.text).documents:
        if isinstance(document, Mapping):
            for name, job in document.mapping("jobs").pairs:
                if isinstance(job, Mapping):
                    yield from _job(name.text, job, _variables(document) | _variables(job), source.path)


def _job(name: str, job: Mapping, given: frozenset[str], path: str) -> Iterator[Hit]:
    for step in job.items("steps"):
        uses = step.get("uses") if isinstance(step, Mapping) else None
        if not isinstance(step, Mapping) or uses is None:
            continue
        action, _sign, version = step.text("uses").lower().partition("@")
        needs = _ACTIONS.get("/".join(action.split("/")[:2]))
        if needs is None or not _applies(needs, version) or _is_given(needs, step, given | _variables(step)):
            continue
        wanted = " or ".join(f"`{one}`" for one in (*needs.inputs, *needs.variables)[:3])
        yield Hit(
            path,
            uses.line,
            uses.line,
            f"`{action}` is used without {wanted}: it can reach its service only as nobody.",
            name,
        )


def _applies(needs: _Needs, version: str) -> bool:
    major = _MAJOR.match(version)
    return not needs.since or (major is not None and len(version) < 20 and int(major.group(1)[:4]) >= needs.since)  # noqa: PLR2004 - longer: a commit


def _is_given(needs: _Needs, step: Mapping, variables: frozenset[str]) -> bool:
    inputs = {key.text.lower() for key, _value in step.mapping("with").pairs}
    return bool(inputs & set(needs.inputs)) or bool(variables & set(needs.variables))


def _variables(holder: Mapping) -> frozenset[str]:
    return frozenset(key.text for key, _value in holder.mapping("env").pairs)


RULE = Rule(
    id="AUD305",
    name="action-without-token",
    category=Category.MISSING_SECRET,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Are actions given the tokens that they need?",
    why="An upload or login without its token fails, often without failing the job: reports and notifications silently stop.",
    limits="A short list of common actions. A commit instead of a version is not judged where the need depends on the version.",
    fix="Pass the token from the secrets, or use OpenID Connect where the action offers it.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"yaml"}),
    triggers=(
        "codecov/",
        "docker/login",
        "sonarsource/",
        "snyk/",
        "slack",
        "azure/login",
        "aws-actions/",
        "google-github-actions/",
        "wrangler-action",
        "action-doctl",
    ),
    check_file=_check,
    examples=(
        Example(
            title="an upload that nobody authorises",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    steps:\n      - name: Upload coverage\n        uses: codecov/codecov-action@v4\n"
                    "        with:\n          files: coverage.xml\n"
                ),
            },
            found=(".github/workflows/ci.yml:6",),
        ),
        Example(
            title="a token, OpenID Connect, and a version that needs none",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    steps:\n"
                    "      - uses: codecov/codecov-action@v5\n        with: {token: '${{ secrets.CODECOV_TOKEN }}'}\n"
                    "      - uses: codecov/codecov-action@v5\n        with: {use_oidc: true}\n"
                    "      - uses: codecov/codecov-action@v3\n"
                    "      - uses: actions/checkout@v4\n"
                ),
            },
        ),
    ),
)
