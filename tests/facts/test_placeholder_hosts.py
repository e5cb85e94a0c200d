"""Placeholder hosts are told from hosts, and use from illustration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.placeholder_hosts import PARSER, PlaceholderHosts
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile


def _hosts(path: str, language: Language, text: str) -> list[tuple[int, str]]:
    role = Role.DOCUMENTATION if language is Language.MARKDOWN else Role.SHIPPED
    fact = PARSER.parse(Source(SourceFile(path, "0" * 40, len(text), language, role), text.encode()))
    assert fact is None or isinstance(fact, PlaceholderHosts)
    return [(one.line, one.host) for one in fact.items] if fact else []


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("url: https://staging.shop.example.com/x", "staging.shop.example.com"),
        ('smarthost: "smtp.example.org:587"', "smtp.example.org"),
        ("host: your-domain.com", "your-domain.com"),
        ("to: ops@mycompany.com", "mycompany.com"),
        ("db: postgres://app@db.shop.invalid/app", "db.shop.invalid"),
    ],
)
def test_a_value_of_the_configuration_is_in_use(text: str, host: str) -> None:
    assert _hosts("deploy.yml", Language.YAML, text + "\n") == [(1, host)]


@pytest.mark.parametrize(
    "text",
    [
        "# url: https://staging.example.com",
        "example: https://api.example.com",
        "description: for example https://x.example.com",
        "$id: https://example.com/schema.json",
        "apiVersion: crd.example.com/v1",
        "url: https://examples.company.io",
        "url: https://example.com.shop.de",
        "run: git config user.email bot@example.com",
    ],
)
def test_what_illustrates_or_is_another_host_is_not(text: str) -> None:
    assert _hosts("deploy.yml", Language.YAML, text + "\n") == []


def test_in_code_only_the_value_of_an_address_counts() -> None:
    text = 'BASE_URL = "https://api.example.com"\nTEXT = "https://api.example.com"\nx = example.com\n'
    assert _hosts("a.py", Language.PYTHON, text) == [(1, "api.example.com")]


def test_a_document_lists_all_of_them() -> None:
    assert _hosts(
        "a.md", Language.MARKDOWN, "See https://a.example.com\n\n```sh\ncurl https://b.example.com\n```\n"
    ) == [
        (1, "a.example.com"),
        (4, "b.example.com"),
    ]


@given(
    st.sampled_from([Language.YAML, Language.PYTHON, Language.MARKDOWN, Language.SHELL, Language.JSON]),
    st.binary(max_size=200),
)
def test_any_bytes_are_read(language: Language, data: bytes) -> None:
    file = SourceFile("a", "0" * 40, len(data), language, Role.SHIPPED)
    fact = PARSER.parse(Source(file, b"url: https://a.example.com\n" + data))
    assert fact is None or isinstance(fact, PlaceholderHosts)
