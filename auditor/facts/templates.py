"""Files that are there to be filled in: what stands in them is asked for, not left out."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["is_env_template", "is_template", "is_working_copy"]

_TEMPLATE = pattern(
    r"(?i)(?:^|/)[^/]*(?:\.example|\.sample|\.template|\.tmpl|\.tpl|\.dist|\.j2|\.jinja2?|\.in|\.erb|\.mustache)(?:\.[a-z]+)?$|"
    r"(?:^|[/._\-])(?:example|sample|template|skeleton|cookiecutter|boilerplate|scaffold|contrib)s?(?:[/._\-]|$)|\{\{",
)
_ENV_TEMPLATE = pattern(
    r"(?i)(?:^|/)(?:[^/]*\.)?env[._\-](?:[^/]*[._\-])?(?:example|sample|template|tmpl|dist|defaults?)$|(?:^|/)[^/]*(?:example|sample|template)[^/]*\.env$"
)
_WORKING = pattern(
    r"(?i)(?:^|[/._\-])(?:dev|devel|development|local|localhost|test|tests|testing|ci|e2e|demo|(?:test[-_]?)?suites|bench(?:mark(?:s|ing)?)?|sandbox|playground|quickstart|devcontainer|vagrant|seeds?|fixtures?)(?:[/._\-]|$)"
)


def is_template(path: str) -> bool:
    """Whether a file is a template or an example, as its path says."""
    return _TEMPLATE.search(path) is not None


def is_env_template(path: str) -> bool:
    """Whether a file is a template of environment variables, such as ``.env.example``."""
    return _ENV_TEMPLATE.search(path) is not None


def is_working_copy(path: str) -> bool:
    """Whether a file is for development, tests, benchmarks or a demonstration, as its path says."""
    return _WORKING.search(path) is not None
