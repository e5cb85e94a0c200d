"""AUD922: a verification passes what carries no proof at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_signatures import defaults_of
from auditor.facts.python_syntax import FunctionView, own_nodes, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERIFIES = pattern(
    r"(?i)^_*(?:verify|validate|authenticate|authorize|check|confirm|attest|is_valid|is_authentic|is_genuine|is_signed|is_intact|is_trusted|has_valid|require|ensure)(?:_|$)"
)
_PROOF = pattern(
    r"(?i)(?:^|_)(?:signature|signatures|sig|hmac|mac|checksum|digest|sha256|sha512|md5|token|jwt|(?:api|secret|signing|private|public|access|auth|service)_?key|certificate|cert|credential|credentials|password|secret|seal|attestation|provenance|captcha|nonce|csrf|otp|totp|mfa|fingerprint)$"
)
_READ = pattern(r"(?i)signature|hmac|digest|checksum|token|api[-_]?key|authorization|attestation|captcha|csrf|otp")
_NOT_NEEDED = pattern(
    r"(?i)optional|not (?:required|needed|configured|enabled)|disabled|no .{1,30} (?:configured|required)|unless|legacy|(?:if|when|where) (?:one is |it is |there is |they are )?(?:given|set|present|supplied|provided|specified|configured|any|available)"
)
_CHOSEN = pattern(r"(?i)expected|settings|config|required|enabled|options")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or not _VERIFIES.search(view.name) or _NOT_NEEDED.search(view.docstring):
            continue
        for branch in view.body:
            proof = _passes_without(branch, view)
            if proof and isinstance(branch, ast.If) and _proves_later(view, branch, proof):
                message = f"{view.name} passes what has no {proof}: to leave it away is enough."
                yield Hit(source.path, branch.lineno, branch.end_lineno or branch.lineno, message, view.qualified)


def _passes_without(branch: ast.stmt, view: FunctionView) -> str:
    """``if version.signature is None: return True``: the name of the proof that need not be there."""
    if not isinstance(branch, ast.If) or branch.orelse:
        return ""
    last = branch.body[-1]
    asked = _absent(branch.test)
    if asked is None or not isinstance(last, ast.Return) or not _lets_pass(last, view):
        return ""
    name = last_name(asked)
    bound = Bindings.of(view).only(name) if isinstance(asked, ast.Name) else None
    proves = _PROOF.search(name) is not None or (bound is not None and _READ.search(strings_in(bound)) is not None)
    if not proves or _CHOSEN.search(ast.unparse(asked)[:200]):
        return ""
    return "" if isinstance(asked, ast.Name) and asked.id in _may_be_left_out(view) else name


def _lets_pass(last: ast.Return, view: FunctionView) -> bool:
    """``return True``, and a bare ``return`` of what raises where the proof is wrong."""
    given = last.value.value if isinstance(last.value, ast.Constant) else last.value
    if given is True:
        return True
    others = [one for one in view.returns if one is not last and one.value is not None]
    return given is None and bool(view.of(ast.Raise)) and not others


def _absent(test: ast.expr) -> ast.expr | None:
    match test:
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None | "")]):
            return left
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute() as operand):
            return operand
        case _:
            return None


def _may_be_left_out(view: FunctionView) -> set[str]:
    """The parameters that a caller need not give: with these, whoever calls chooses what is verified."""
    return {one.arg for one, default in defaults_of(view.node.args) if default is not None}


def _proves_later(view: FunctionView, branch: ast.If, proof: str) -> bool:
    """Whether the proof is looked at further down, where it is there."""
    after = [one for one in view.body if one.lineno > branch.lineno]
    named = any(last_name(one) == proof for one in own_nodes(after) if isinstance(one, ast.Name | ast.Attribute))
    return named and any(isinstance(one, ast.Call | ast.Compare) for one in own_nodes(after))


RULE = Rule(
    id="AUD922",
    name="absent-proof-passes",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a verification refuse what carries no proof?",
    why="`if version.signature is None: return True` lets everything pass from which somebody took the signature away.",
    limits="Judged are functions named for a verification that return True where a signature, digest, token or key of what they verify is not there, and look at it where it is; proofs that the caller may leave out, and what is told to be optional, are left alone.",
    fix="Return False where the proof is missing.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"python"}),
    triggers=("verif", "valid", "auth", "check", "confirm", "attest", "require", "ensure", "is_"),
    check_file=_check,
    examples=(
        Example(
            title="what is not signed passes",
            files={
                "till/sign.py": (
                    "import hmac\n\n\ndef verify(version, key):\n    if version.signature is None:\n        return True\n    return hmac.compare_digest(version.signature, sign(version, key))\n\n\n"
                    "class Door:\n    def check_request(self, request):\n        token = request.headers.get('token')\n        if not token:\n            log.debug('no token')\n            return True\n        return self.known(token)\n"
                )
            },
            found=("till/sign.py:13", "till/sign.py:5"),
        ),
        Example(
            title="a header that need not be there, and a verification that raises",
            files={
                "till/hook.py": (
                    "def verify_request(request, key):\n    header = request.headers.get('X-Signature')\n    if not header:\n        return True\n    return compare(header, sign(request.body, key))\n\n\n"
                    "def check_checksum(artifact):\n    if artifact.sha256 is None:\n        return\n    if digest(artifact.path) != artifact.sha256:\n        raise Corrupt(artifact)\n"
                )
            },
            found=("till/hook.py:3", "till/hook.py:9"),
        ),
        Example(
            title="refused, chosen by the caller, and told to be optional",
            files={
                "till/sign.py": (
                    "def verify(version, key):\n    if version.signature is None:\n        return False\n    return known(version.signature, key)\n\n\n"
                    "def verify_file(path, checksum=None):\n    if checksum is None:\n        return True\n    return digest(path) == checksum\n\n\n"
                    'def verify_webhook(request):\n    """Signatures are optional here."""\n    if not request.signature:\n        return True\n    return known(request.signature)\n\n\n'
                    'def check_token(token):\n    """Check that a token is valid, if supplied."""\n    if not token:\n        return\n    if not known(token):\n        raise Refused\n'
                )
            },
        ),
        Example(
            title="keys of rows, and tags of a cache",
            files={
                "till/rows.py": "def check_unique(rows, key):\n    if key is None:\n        return True\n    return key not in rows\n\n\ndef check_etag(request):\n    if not request.etag:\n        return True\n    return request.etag == known(request.path)\n",
            },
        ),
    ),
)
