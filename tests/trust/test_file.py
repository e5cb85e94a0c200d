"""Trust files: each mistake with its line and its remedy, and no text that is taken for trust by accident."""

from __future__ import annotations

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.certificate.keys import generate, load_public_key, openssh_text
from auditor.certificate.trust import Requirement, Trust
from auditor.errors import Place, UserError
from auditor.trust.file import MAX_BYTES, read_trust

PUBLIC = Ed25519PrivateKey.from_private_bytes(b"1" * 32).public_key()
PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
KEY = load_public_key(PEM.encode())
LINE = openssh_text(KEY)
OTHER = openssh_text(load_public_key(generate().public))


def no_file(path: str) -> bytes:
    raise UserError("cannot read the key: No such file", place=Place(path), remedy="name a key file")


def read(text: str) -> Trust:
    return read_trust(text.encode(), "trust.yaml", no_file)


WHOLE = f"""version: 1
keys:
  - name: CI of the shop
    role: ci
    key: |
      {PEM.replace(chr(10), chr(10) + "      ").rstrip()}
    keyid: {KEY.keyid}
    valid: {{from: 2026-01-01, until: 2026-12-31}}
    revoked:
      on: 2026-06-01
      reason: it was in a log
      compromised: true
  - name: Release
    roles: [release-manager, ci]
    key: {OTHER} release@shop
require:
  - {{role: ci, count: 2}}
  - role: release-manager
"""


def test_a_whole_file_is_read() -> None:
    trust = read(WHOLE)
    first, second = trust.keys.values()
    assert (first.key.keyid, first.name, first.roles) == (KEY.keyid, "CI of the shop", ("ci",))
    assert (first.valid_from, first.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert first.revoked is not None
    assert (first.revoked.on, first.revoked.compromised) == (date(2026, 6, 1), True)
    assert second.roles == ("release-manager", "ci")
    assert trust.requirements == (
        Requirement(role="ci", count=2),
        Requirement(role="release-manager", count=1),
    )


def one(entry: str, require: str = "- {role: ci}") -> str:
    return f"version: 1\nkeys:\n- {entry}\nrequire:\n{require}\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "no mapping"),
        ("keys: []\nrequire: []\n", 1, "version: this key is missing"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}").replace("version: 1", "version: 2"), 1, "version: "),
        (one(f"{{name: CI, role: ci, key: {LINE}, trusted: true}}"), 3, "trusted: there is no such key"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}\n- {{name: B, role: ci, key: {LINE} b}}"), 4, "stands here twice"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}\n- {{name: ci, role: ci, key: {OTHER}}}"), 4, "two keys are named"),
        (one(f"{{name: CI, role: ci, key: {LINE}, keyid: {'0' * 64}}}"), 3, "not the id of this key"),
        (one(f"{{name: CI, role: ci, key: {LINE}, path: ci.pub}}"), 3, "either `key` or `path`"),
        (one("{name: CI, role: ci}"), 3, "either `key` or `path`"),
        (one("{name: CI, role: ci, path: ci.pub}"), 3, "cannot read the key"),
        (one("{name: CI, role: ci, path: ../ci.pub}"), 3, "below the folder of this file"),
        (one("{name: CI, role: ci, path: /etc/ci.pub}"), 3, "below the folder of this file"),
        (one("{name: CI, role: ci, key: ssh-ed25519 AAAA}"), 3, "no public key"),
        (one("{name: CI, role: ci, key: '-----BEGIN PRIVATE KEY-----'}"), 3, "this is a private key"),
        (one(f"{{name: CI, key: {LINE}}}"), 3, "either `role` or `roles`"),
        (one(f"{{name: CI, role: ci, roles: [ci], key: {LINE}}}"), 3, "either `role` or `roles`"),
        (one(f"{{name: CI, roles: [ci, ci], key: {LINE}}}"), 3, "stands twice"),
        (one(f"{{name: CI, role: Continuous Integration, key: {LINE}}}"), 3, "role"),
        (one(f"{{name: CI, role: ci, key: {LINE}, valid: {{from: 2026-02-01, until: 2026-01-31}}}}"), 3, "after its"),
        (one(f"{{name: CI, role: ci, key: {LINE}, valid: {{until: 31.12.2026}}}}"), 3, "written as 2026-12-31"),
        (one(f"{{name: CI, role: ci, key: {LINE}, valid: {{until: 2026-13-01}}}}"), 3, "month"),
        (one(f"{{name: CI, role: ci, key: {LINE}, revoked: {{on: 2026-01-01}}}}"), 3, "reason: this key is missing"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}", "- {role: release-manager}"), 5, "there are 0 keys of this role"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}", "- {role: ci, count: 2}"), 5, "there are 1 keys of this role"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}", "- {role: ci, count: 0}"), 5, "count"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}", "- {role: ci}\n- {role: ci}"), 6, "required twice"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}").replace("\n- {role: ci}\n", " []"), 4, "`require` is empty"),
        (one(f"{{name: CI, role: ci, key: {LINE}}}") + "require: []\n", 6, "stands here twice"),
        (one(f"&a {{name: CI, role: ci, key: {LINE}}}\n- *a"), 3, "anchors"),
        (one(f"!!python/name:os.system {{name: CI, role: ci, key: {LINE}}}"), 3, "tags"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        read(text)
    assert str(caught.value.place) == ("trust.yaml" if line == 0 else f"trust.yaml:{line}")
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("C\u0406", "mixes letters of CYRILLIC and LATIN"),
        ("\u0421I", "mixes letters"),
        ("R\u0435lease", "mixes letters"),
        ("CI\u200b", "cannot be seen"),
        ("C\u202eI", "cannot be seen"),
        ("\uff23\uff29", "look like plainer ones"),
        ("\U0001d402\U0001d408", "look like plainer ones"),
        ("", "empty"),
        (" CI", "blank"),
    ],
)
def test_a_name_that_could_be_taken_for_another_is_refused(name: str, words: str) -> None:
    escaped = "".join(f"\\U{ord(letter):08x}" for letter in name)
    with pytest.raises(UserError, match=words) as caught:
        read(one(f'{{name: "{escaped}", role: ci, key: {LINE}}}'))
    assert caught.value.message.replace(name, "").isprintable()


@pytest.mark.parametrize("name", ["Müller", "Мария", "山田", "release 2026 (blue)", "O'Neill-Łukasz"])
def test_names_of_people_are_not_refused(name: str) -> None:
    (key,) = read(one(f'{{name: "{name}", role: ci, key: {LINE}}}')).keys.values()
    assert key.name.startswith(name)
    assert (key.name == name) is name.isascii()


def test_a_large_file_and_other_encodings_are_refused() -> None:
    for content, words in ((b"#" * (MAX_BYTES + 1), "larger than"), (b"\xff\xfe", "no UTF-8")):
        with pytest.raises(UserError, match=words):
            read_trust(content, "trust.yaml", no_file)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_one_kind_of_error(content: bytes) -> None:
    with pytest.raises(UserError):
        read_trust(content, "trust.yaml", no_file)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 100) | st.text(max_size=8) | st.just(LINE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "keys", "require", "name", "role", "roles", "key", "path", "valid", "count"]),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_any_document_is_read_or_refused(keys: object, require: object) -> None:
    import json  # noqa: PLC0415 - JSON is YAML

    content = json.dumps({"version": 1, "keys": keys, "require": require}).encode()
    try:
        read_trust(content, "trust.yaml", no_file)
    except UserError as error:
        assert error.remedy  # noqa: PT017 - what it reads is fine, too
