"""AUD276: a verification that only looks whether there is something to verify."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERIFIES = pattern(
    r"^_*(?:verify|validate|check|authenticate|authorize|is_valid|confirm|attest|has_valid)_(?:\w+_)?(?:signature|signatures|checksum|checksums|integrity|hash|digest|hmac|token|certificate|cert|licen[sc]e|attestation|provenance|backup|archive|password|credentials|api_key|jwt|webhook|payload|seal|request|session|artifact|image|manifest)$|"
    r"^_*is_(?:authentic|genuine|intact|signed|untampered|trusted|authori[sz]ed)(?:_|$)|^_*(?:verify|authenticate|is_authentic)$"
)
_SAYS = pattern(
    r"(?i)^\W*(?:verif(?:y|ies)|validates?|authenticates?|confirms?|checks?) (?:that )?(?:the |an? |its |our )?(?:\w+ )?(?:signatures?|checksums?|integrity|hash|digest|hmac|tokens?|certificates?|licen[sc]e|attestation|provenance|passwords?|seal)\b"
)
_ON_DISK = frozenset({"exists", "is_file", "is_dir"})
_LOOKS = frozenset({"count", "len", "bool", "isinstance", "str", "startswith", "endswith", "strip", "lower", "get"})


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if (
            not view.is_test
            and (_VERIFIES.search(view.name) or _SAYS.search(view.docstring[:200]))
            and _only_looks(view)
        ):
            returned = view.body[-1]
            message = f"{view.name} verifies that there is something to verify, and no more."
            yield Hit(source.path, returned.lineno, returned.end_lineno or returned.lineno, message, view.qualified)


def _only_looks(view: FunctionView) -> bool:
    """Whether a function is one return of tests for presence, lengths and beginnings, behind others of the same sort at most."""
    last = view.body[-1] if view.body else None
    if not isinstance(last, ast.Return) or view.node.decorator_list:
        return False
    if not all(_is_guard(one) for one in view.body[:-1]):
        return False
    value = last.value
    if not isinstance(value, ast.Compare | ast.BoolOp | ast.Call) or not view.parameters:
        return False
    return all(_is_look(one) for one in subtree(value)) and any(_asks_presence(one) for one in subtree(value))


def _is_guard(statement: ast.stmt) -> bool:
    """``if not path.exists(): log(...)``, or a refusal, where that looks whether something is there."""
    if not isinstance(statement, ast.If) or statement.orelse or len(statement.body) != 1:
        return False
    inner = statement.body[0]
    refuses = isinstance(inner, ast.Return) and isinstance(inner.value, ast.Constant) and not inner.value.value
    talks = isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call)
    return (refuses or talks) and all(_is_look(one) or _asks_for_file(one) for one in subtree(statement.test))


def _asks_for_file(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ON_DISK


def _is_look(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return all(isinstance(one, ast.Constant) for one in node.comparators)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in _LOOKS
    return not isinstance(node, ast.Await | ast.Lambda | ast.ListComp | ast.GeneratorExp)


def _asks_presence(node: ast.AST) -> bool:
    match node:
        case ast.Compare(ops=[ast.IsNot() | ast.Gt() | ast.NotEq()], comparators=[ast.Constant(value=None | 0 | "")]):
            return True
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len")),
            ops=[ast.Gt() | ast.GtE() | ast.Eq()],
            comparators=[ast.Constant(value=int())],
        ):
            return True
        case ast.Compare(left=ast.Call(func=ast.Attribute(attr="count")), comparators=[ast.Constant()]):
            return True
        case ast.Call(func=ast.Name(id="bool")) | ast.Call(func=ast.Attribute(attr="startswith")):
            return True
        case _:
            return False


RULE = Rule(
    id="AUD276",
    name="presence-taken-for-proof",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do verifications of signatures, digests and tokens compute anything?",
    why="A signature that is not empty, or begins with 'sha256=', is accepted from everybody.",
    limits="Judged are functions named for such a verification that consist of one return of tests for presence, length and beginning.",
    fix="Compute the signature or digest over the content, and compare in constant time.",
    since="0.3.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("verif", "valid", "check", "authenticate", "authorize", "confirm", "attest", "is_"),
    examples=(
        Example(
            title="a missing file that is only logged",
            files={
                "shop/store.py": "class Store:\n    def verify(self, manifest):\n        if not manifest.path.exists():\n            log.error('%s is gone', manifest.path)\n        return bool(manifest.sha256)\n\n    def verify_backup(self, manifest):\n        '''Left to the stores.'''\n"
            },
            found=("shop/store.py:5",),
        ),
        Example(
            title="a length, and the beginning of a header",
            files={
                "ops/guard.py": 'def verify_token(token):\n    return len(token) > 20\n\n\ndef is_authentic(body, signature):\n    return bool(signature) and signature.startswith("sha256=")\n\n\ndef verify_digest(body, digest):\n    return hmac.compare_digest(sign(body), digest)\n',
            },
            found=("ops/guard.py:2", "ops/guard.py:6"),
        ),
        Example(
            title="a signature that is there",
            files={
                "images.py": "def verify_signature(image, signature):\n    return signature is not None and len(signature) > 0\n\n\ndef verify_checksum(artifact):\n    return bool(artifact.checksum)\n"
            },
            found=("images.py:2", "images.py:6"),
        ),
        Example(
            title="a signature that is checked, and a format that is asked for",
            files={
                "images.py": "def verify_signature(image, signature):\n    return compare_digest(sign(image), signature)\n\n\ndef verify_checksum(artifact):\n    return artifact.checksum == digest_of(artifact.path)\n\n\ndef validate_name(name):\n    return bool(name)\n"
            },
        ),
    ),
    check_file=_check,
)
