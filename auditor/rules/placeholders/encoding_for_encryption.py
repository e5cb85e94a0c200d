"""AUD119: something is called encrypted or signed that is only encoded or hashed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENCRYPTS = frozenset({"encrypt", "seal", "cipher", "encipher", "crypt", "decrypt", "unseal", "decipher"})
_SAYS = pattern(r"(?i)^(?:encrypt|decrypt|seal|encipher)s?\b")
_ENCODES = pattern(
    r"^(?:base64\.\w+|binascii\.\w+|codecs\.(?:encode|decode)|zlib\.\w+|gzip\.(?:compress|decompress)|lzma\.\w+|bz2\.\w+|hashlib\.\w+)$|\.(?:hex|fromhex|encode|decode|hexdigest|digest|rstrip|strip|join|dumps|loads|translate)$"
)
_PLAIN = frozenset(
    {"bytes", "str", "bytearray", "len", "reversed", "isinstance", "chr", "ord", "json.dumps", "json.loads", "repr"}
)
_HONEST = pattern(
    r"(?i)fake|mock|stub|dummy|null|noop|test|example|demo|obfuscat|encode_only|base64|base_64|pem|decode|header|prefix|format|parse|envelope|wrap|serial"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.qualified) or not _claims(view) or not view.returns:
            continue
        if _only_encodes(view, syntax):
            message = f"{view.name} calls it encrypted, and only encodes it: whoever holds it can read it."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _claims(view: FunctionView) -> bool:
    first = (words_of(view.name) or ("",))[0]
    return first in _ENCRYPTS or _SAYS.search(view.docstring.strip()) is not None


def _only_encodes(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether all calls of a function encode, compress or hash, and one at least does."""
    if any(isinstance(one.op, ast.BitXor) for one in view.of(ast.BinOp)):
        return False
    names = [syntax.name_of(call.func) or f"?.{last_name(call.func)}" for call in view.calls]
    encoded = [one for one in names if _ENCODES.search(one)]
    return bool(encoded) and all(one in _PLAIN or _ENCODES.search(one) for one in names) and _is_whole(encoded)


def _is_whole(encoded: list[str]) -> bool:
    """Whether what is given back is what was encoded: more than a conversion of texts to bytes."""
    return any(not one.endswith((".encode", ".decode", ".strip", ".join")) or "codecs" in one for one in encoded)


RULE = Rule(
    id="AUD119",
    name="encoding-for-encryption",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is what is called encrypted unreadable without a key?",
    why="`encrypt()` that returns base64 makes of every backup and secret 'encrypted at rest' in the reports, and readable for whoever finds it.",
    limits="Judged are functions named or documented for encrypting or decrypting of which every call encodes, compresses or hashes. A home-made cipher with XOR is not seen.",
    fix="Encrypt with a key (AES-GCM, age, KMS), and raise where there is none.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="base64 and a hash in the place of a cipher",
            files={
                "ops/vault.py": (
                    "import base64\nimport hashlib\n\n\nclass Vault:\n    def seal(self, data):\n        return base64.b64encode(data)\n\n\n"
                    "def encrypt_backup(path):\n    data = path\n    return hashlib.sha256(data).hexdigest()\n"
                )
            },
            found=("ops/vault.py:10", "ops/vault.py:6"),
        ),
        Example(
            title="a cipher, and an encoding that says so",
            files={
                "ops/vault.py": (
                    "import base64\n\n\ndef encrypt(data, cipher):\n    return base64.b64encode(cipher.encrypt(data))\n\n\ndef encode(data):\n    return base64.b64encode(data)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
