"""AUD246: a word that occurs somewhere is taken for proof."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WALKS = frozenset({"rglob", "glob", "iterdir", "iglob", "walk", "scandir"})
_NAMES = frozenset({"name", "stem"})
_READS = frozenset({"read_text", "read"})
_VERDICT = pattern(r"(?i)^_*(?:check|validate|verify|assess|audit|has|is|evaluate|score|scan)_?")
_ABOUT_FILES = pattern(
    r"(?i)files?|names?|paths?|conflict|duplicat|collision|forbidden|layout|structure|placeholder|todo|leftover|secret|import"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        judges = Claim.CHECK in claims_of(view.name) or _VERDICT.search(view.name)
        if not judges or view.is_test or _ABOUT_FILES.search(view.name):
            continue
        for node in view.nodes:
            what = _evidence(node)
            if what:
                message = f"{view.name} takes it for proof that a word occurs in {what} of the tree."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)  # type: ignore[attr-defined]


def _evidence(node: ast.AST) -> str:
    """Where the word is looked for: in the names of files, or in the text of any of them; empty for other nodes."""
    match node:
        case ast.GeneratorExp(elt=elt, generators=[one]) | ast.ListComp(elt=elt, generators=[one]):
            if _walks(one.iter) and isinstance(one.target, ast.Name) and _asks_name(elt, one.target.id):
                return "the name of a file"
        case ast.For(iter=iterated, target=ast.Name(), body=body) if _walks(iterated):
            if _returns_on_word(body):
                return "the text of any file"
        case _:
            pass
    return ""


def _walks(node: ast.expr) -> bool:
    inner = node.args[0] if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args else node
    return isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _WALKS


def _asks_name(test: ast.expr, variable: str) -> bool:
    """``"word" in str(file).lower()``, ``word in file.name``."""
    if (
        not isinstance(test, ast.Compare)
        or not isinstance(test.ops[0], ast.In)
        or not isinstance(test.left, ast.Constant | ast.Name)
    ):
        return False
    for node in own_nodes(test.comparators):
        match node:
            case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)]) if name == variable:
                return True
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == variable and attribute in _NAMES:
                return True
            case _:
                continue
    return False


def _returns_on_word(body: list[ast.stmt]) -> bool:
    """Whether a text is read and its holding one of some words decides that all is well."""
    nodes = list(own_nodes(body))
    reads = any(isinstance(one, ast.Attribute) and one.attr in _READS for one in nodes)
    return reads and any(isinstance(one, ast.If) and _is_any_word(one.test) and _says_true(one.body) for one in nodes)


def _is_any_word(test: ast.expr) -> bool:
    match test:
        case ast.Call(func=ast.Name(id="any"), args=[ast.GeneratorExp(elt=ast.Compare(ops=[ast.In()]))]):
            return True
        case ast.Compare(left=ast.Constant(value=str()), ops=[ast.In()]):
            return True
        case _:
            return False


def _says_true(body: list[ast.stmt]) -> bool:
    last = body[-1]
    return isinstance(last, ast.Return) and isinstance(last.value, ast.Constant) and last.value.value is True


RULE = Rule(
    id="AUD246",
    name="word-taken-for-proof",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do checks look at the thing that they speak of?",
    why="A compliance check that passes because some path holds 'gdpr', or a health check because some file holds 'health', finds itself.",
    limits="Judges functions that claim a verdict, and words that are looked for in the names or texts of all files below a folder. Checks that are about files, names or leftovers are left alone.",
    fix="Parse the file that decides and look at its content; call the endpoint; or say that nobody has checked.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("glob", "iterdir", "scandir", "walk"),
    examples=(
        Example(
            title="a word in any path, and in any file",
            files={
                "readiness.py": 'class Readiness:\n    def check_regions(self):\n        return any("region" in str(file).lower() for file in self.root.rglob("*.yml"))\n\n    def check_health_endpoint(self):\n        for file in self.root.rglob("*.py"):\n            text = file.read_text()\n            if any(word in text.lower() for word in ("health", "ready")):\n                return True\n        return False\n'
            },
            found=("readiness.py:3", "readiness.py:6"),
        ),
        Example(
            title="a check about files, and a file that is read for what it says",
            files={
                "readiness.py": 'def check_duplicate_names(root):\n    return any("copy" in file.name for file in root.rglob("*.py"))\n\n\ndef check_regions(root):\n    settings = parse(root.joinpath("deploy.yml").read_text())\n    return len(settings["regions"]) > 1\n'
            },
        ),
    ),
    check_file=_check,
)
