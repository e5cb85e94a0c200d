"""Credentials are found by format or by name, and no output shows one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.credentials import find_credentials, is_placeholder, mask

AWS = "AKIA" + "Q3EGRZ5MVTWL7HXD"
GITHUB = "ghp_" + "a8Fk2LmQ9zXw7RtY5uVb3NcE1dHj6GsP0oIq"
JWT = ".".join(("eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jVmNHl0w5N"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"key: {AWS}", "key: AKIA****"),
        (f'client = Client("{GITHUB}")', 'client = Client("ghp_****")'),
        (f"curl -H 'X-Auth: {JWT}'", "curl -H 'X-Auth: eyJh****'"),
        ("postgres://app:h3ll0w0rld@db:5432/app", "postgres://app:****@db:5432/app"),
        (
            "https://hooks.slack.com/services/T01ABCDEF/B02ABCDEF/abcdefghijklmnop",
            "https://hooks.slack.com/services/****",
        ),
        ('password = "correct horse"', 'password = "****"'),
        ("      - GF_SECURITY_ADMIN_PASSWORD=admin", "      - GF_SECURITY_ADMIN_PASSWORD=****"),
        ("  db_password: s3cr3tvalue", "  db_password: ****"),
        ('{"api_key": "k1", "n": 2}', '{"api_key": "****", "n": 2}'),
        ("-----BEGIN RSA PRIVATE KEY-----", "----****"),
        ("Mk9" + "abcdEFGH0123+/" * 4 + "abcd", "****"),
        ("Authorization: Bearer abcdef.ghijkl", "Authorization: Bearer ****"),
        ("CREATE USER shop WITH PASSWORD 'banana'", "CREATE USER shop WITH PASSWORD '****'"),
        ("CREATE USER 'shop' IDENTIFIED BY 'banana'", "CREATE USER 'shop' IDENTIFIED BY '****'"),
        ("sshpass -p banana ssh shop@host", "sshpass -p **** ssh shop@host"),
        ("mysql -u root -pbanana shop", "mysql -u root -p**** shop"),
        ("docker login -u shop -p banana", "docker login -u shop -p ****"),
        ("  fJ5" + "rT!WqJ7LtSx_seZA" + "oI3oD2X6eKAy", "  ****"),
    ],
)
def test_a_credential_is_hidden(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        'password = os.environ["DB_PASSWORD"]',
        "password: ${DB_PASSWORD}",
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "API_KEY=",
        "def login(user: str, password: str) -> Token:",
        "token = self.next_token()",
        "see https://example.com:8080/path@v1",
        "sha256: 3b2f",
        "the password is asked for at the prompt",
    ],
)
def test_what_is_no_credential_stays(text: str) -> None:
    assert mask(text) == text


def test_a_finding_tells_kind_and_name_but_not_the_value() -> None:
    (found,) = find_credentials('DB_PASSWORD = "hunter2hunter2"')
    assert (found.kind, found.name, found.quoted) == ("assignment", "DB_PASSWORD", True)
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize("value", ["", "changeme", "your-key-here", "${X}", "<token>", "xxxxxxxx", "sk-example-1"])
def test_values_to_fill_in_are_told_apart(value: str) -> None:
    assert is_placeholder(value)


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


PIECES = st.sampled_from(
    [
        'password="',
        "token:",
        "=",
        " ",
        '"',
        "'",
        "://a:b@",
        "sk-",
        AWS,
        GITHUB,
        "x" * 30,
        "\n",
        "API_KEY=",
        "@",
        "****",
        "\ud800",
        ".",
        "eyJ",
    ],
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_masking_twice_changes_nothing_more_among_credentials(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked
    assert AWS not in masked.split()


def test_a_long_line_takes_linear_time() -> None:
    start = time.perf_counter()
    mask("password=" * 20_000)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "line", ["from_the_command_line_of_the_tool", "A9" * 15, "d" * 40, "SomeClassWithAVeryLongName"]
)
def test_a_line_of_one_word_that_is_no_secret_stays(line: str) -> None:
    assert mask(line) == line
