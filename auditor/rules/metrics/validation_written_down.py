"""AUD805: a document is given the result of a validation that nobody makes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.literal_verdicts import keyed, says_done
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ABOUT = pattern(
    r"(?i)^(?:\w+_)?(?:validation|verification|tests?|smoke_tests?|test_results?|checks|audit|scan|security_scan|lint|integrity|compliance|quality_gate|review|approval)(?:_results?|_status)?$"
)
_DONE = {
    "verified": ("verif", "check", "valid", "assert", "compare"), "restore_tested": ("restore", "drill", "verif"), "tested": ("test", "verif", "drill", "run", "check"),
    "validated": ("valid", "check", "verif", "parse", "load"), "signed": ("sign",), "encrypted": ("encrypt", "cipher", "fernet", "seal", "gpg", "kms", "run", "popen"),
    "scanned": ("scan", "run", "popen", "check"), "replicated": ("replic", "copy", "upload", "put", "sync", "run"), "integrity_checked": ("check", "hash", "digest", "verif"),
    "backed_up": ("backup", "dump", "copy", "run"), "notified": ("notif", "send", "post", "mail", "publish"), "reviewed": ("review",), "audited": ("audit", "check"),
}  # fmt: skip
"""What is said to have been done, and what the names of calls that do it hold."""
_ATTESTS = pattern(
    r"(?i)^(?:\w+_)?(?:reviewed|approved|signed|signed_off|audited|certified|attested|accredited|validated|verified|tested)_by$"
)
_NOBODY = pattern(
    r"(?i)^(?:system|auto\w*|bot|none|nobody|unknown|n/?a|pending|self|ci|pipeline|-+|\?+|tbd|script|policy)\b|[{<]|__"
)
_TYPES = frozenset({
    "keyword", "text", "string", "str", "integer", "int", "long", "number", "float", "boolean", "bool", "object", "array", "date", "datetime", "uuid",
    "varchar", "user", "username", "email", "many2one", "reference", "id", "uid",
})  # fmt: skip
"""What a table of the columns or fields of something says beside their names."""
_SHORT = 2
_CALLS = pattern(r"(?i)valid|verif|check|audit|scan|lint|test|review|approv|assert")
_EXAMPLE = pattern(
    r"(?i)example|sample|mock|fake|demo|fixture|default|empty|initial|template|schema|dummy|stub|doc(?:[^k]|$)"
)


def _check(source: Source) -> Iterator[Hit]:
    if _EXAMPLE.search(source.path):
        return
    syntax = syntax_of(source)
    honest = {view for view in syntax.functions if _is_honest(view)}
    called = " ".join(last_name(call.func) for call in nodes_of(syntax.tree, ast.Call)).lower()
    for view in syntax.functions:
        for key, value in _flags(view) if view not in honest else ():
            stems = next(stems for word, stems in _DONE.items() if key.lower().endswith(word))
            if not any(stem in called for stem in stems):
                message = f"{view.name} writes down {key!r} as true; nothing in this file does that."
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)
        for key, value in _attested(view) if view not in honest else ():
            message = f"{view.name} writes down {key!r} as {value.value!r}, whoever it was."
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)
    written = [(view, found) for view in syntax.functions if view not in honest for found in _written(view)]
    if not written or _validates(syntax):
        return
    for view, (key, table) in written:
        message = f"{view.name} writes down that {key} went well; nothing in this file looks at anything."
        yield Hit(source.path, table.lineno, table.end_lineno or table.lineno, message, view.qualified)


def _flags(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """Entries that say True of what was done, in a table of which another entry was worked out."""
    for node in view.of(ast.Dict):
        worked_out = any(not isinstance(value, ast.Constant) for value in node.values)
        for key, value in keyed(node) if worked_out else ():
            if isinstance(value, ast.Constant) and value.value is True and says_done(key):
                yield key, value


def _attested(view: FunctionView) -> Iterator[tuple[str, ast.Constant]]:
    """``"approved_by": "change-board"`` beside entries that are worked out: a name is set under what nobody has seen."""
    for node in view.of(ast.Dict):
        worked_out = any(not isinstance(value, ast.Constant) for value in node.values)
        for key, value in keyed(node) if worked_out else ():
            named = isinstance(value, ast.Constant) and isinstance(value.value, str) and len(value.value) > _SHORT
            if (
                named
                and isinstance(value, ast.Constant)
                and _ATTESTS.match(key)
                and not _NOBODY.search(str(value.value))
                and str(value.value).lower() not in _TYPES
            ):
                yield key, value


def _is_honest(view: FunctionView) -> bool:
    checks = Claim.CHECK in claims_of(view.name)  # other rules judge what calls itself a check
    return view.is_test or checks or _EXAMPLE.search(view.qualified) is not None


def _written(view: FunctionView) -> Iterator[tuple[str, ast.Dict]]:
    """Tables of literals that say how a check ended, among other entries of a table."""
    for node in view.of(ast.Dict):
        for key, value in keyed(node):
            literal = isinstance(value, ast.Dict) and all(isinstance(one, ast.Constant) for one in value.values)
            if literal and isinstance(value, ast.Dict) and _ABOUT.search(key) and _is_good(value):
                yield key, value


def _is_good(table: ast.Dict) -> bool:
    return verdict_of(table, Bindings()) is Verdict.SUCCESS


def _validates(syntax: PythonSyntax) -> bool:
    """Whether anything in the file calls what is named for looking, beside conversions."""
    return any(_CALLS.search(last_name(call.func)) for call in nodes_of(syntax.tree, ast.Call))


RULE = Rule(
    id="AUD805",
    name="validation-written-down",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every result of a check in a document that of a check?",
    why='`"validation": {"status": "passed", "errors": 0}` in a generated file is believed by whoever reads the file, and was true before it was written.',
    limits="Judged are tables of literals under a name for a check that say 'passed' or the like, in files that call nothing named for checking.",
    fix="Validate, and write down what came of it; or leave the entry out.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a card that the board has approved whatever stands in it, and one that says by whom",
            files={
                "card.py": (
                    "def card(found):\n    return {'figures': found.figures, 'approved_by': 'safety-board'}\n\n\n"
                    "def signed_card(found, board):\n    return {'figures': found.figures, 'approved_by': board.sign(found), 'tested_by': 'ci'}\n\n\n"
                    "def columns(base):\n    return {'figures': base.number, 'approved_by': 'keyword', 'reviewed_by': 'reviewer__username'}\n"
                )
            },
            found=("card.py:2",),
        ),
        Example(
            title="a manifest that says of itself that it was verified",
            files={
                "ops/pack.py": 'import json\n\n\ndef write_manifest(path, name):\n    manifest = {"file": name.strip(), "verified": True, "restore_tested": True}\n    path.write_text(json.dumps(manifest))\n',
                "ops/honest.py": 'import json\n\n\ndef write_manifest(path, name):\n    verify(path)\n    path.write_text(json.dumps({"file": name.strip(), "verified": True}))\n',
                "docker/pack.py": 'import json\n\n\ndef docker_manifest(path, name):\n    path.write_text(json.dumps({"file": name.strip(), "restore_tested": True}))\n',
            },
            found=("docker/pack.py:5", "ops/pack.py:5"),
        ),
        Example(
            title="a manifest that was verified by writing it",
            files={
                "manifest.py": (
                    "def manifest(name, size):\n"
                    "    return {\n"
                    '        "name": name,\n'
                    '        "size": size,\n'
                    '        "integrity": {"status": "verified", "problems": 0},\n'
                    "    }\n"
                ),
            },
            found=("manifest.py:5",),
        ),
        Example(
            title="a manifest that says what a check found, and one that says nothing yet",
            files={
                "manifest.py": (
                    "def manifest(name, path):\n"
                    "    problems = verify(path)\n"
                    "    if problems:\n"
                    "        raise ValueError(problems)\n"
                    '    return {"name": name, "integrity": {"status": "verified", "problems": 0}}\n'
                ),
                "plan.py": (
                    "def plan(name):\n"
                    '    return {"name": name, "integrity": {"status": "pending", "problems": 0}, "limits": {"status": "ok"}}\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
