"""AUD294: a check looks at one kind, and passes all others unseen."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.python_values import is_true
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERIFIES = pattern(r"^_*(?:async_)?(?:verify|validate|check|test|audit|inspect|probe|ensure)(?:_|$)")
_LOOKS_FOR = pattern(
    r"(?i)allowed|permission|permitted|access|should|needed|required|applies|enabled|supported|type|limit|throttl|cooldown|duplicate|empty|optional|expired|conflict|change|update"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or view.node.decorator_list or not _is_check(view):
            continue
        last = _passed_unseen(view)
        if last is not None:
            message = f"{view.name} looks at one kind of what it is given, and passes every other unseen."
            yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _is_check(view: FunctionView) -> bool:
    return (
        Claim.CHECK in claims_of(view.name)
        and _VERIFIES.search(view.name) is not None
        and not _LOOKS_FOR.search(view.name)
    )


def _passed_unseen(view: FunctionView) -> ast.Return | None:
    """The last `return True` of a body of which all else is a choice between kinds, each branch with a result of its own."""
    body = view.body
    if len(body) == 1 and isinstance(body[0], ast.Try):
        body = body[0].body
    if len(body) < 2 or not isinstance(body[-1], ast.Return) or not is_true(body[-1].value):  # noqa: PLR2004 - a choice and the rest
        return None
    choices = body[:-1]
    if not all(isinstance(one, ast.If) and _asks_kind(one, view) and _works(one) for one in choices):
        return None
    return body[-1]


def _asks_kind(branch: ast.If, view: FunctionView) -> bool:
    """``path.endswith(".json")``, ``"db" in path``, ``kind == "redis"``: a question about a parameter that needs no look at it."""
    match branch.test:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="endswith" | "startswith")):
            return name in view.parameters
        case ast.Compare(left=ast.Constant(value=str()), ops=[ast.In()], comparators=[ast.Name(id=name)]):
            return name in view.parameters
        case ast.Compare(
            left=ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name)),
            ops=[ast.Eq() | ast.In()],
            comparators=[ast.Constant(value=str()) | ast.Tuple() | ast.Set() | ast.List()],
        ):
            return name in view.parameters
        case _:
            return False


def _works(branch: ast.If) -> bool:
    """Whether each branch calls something and ends with a result."""
    called = any(isinstance(one, ast.Call) for one in own_nodes(branch.body))
    ends = isinstance(branch.body[-1], ast.Return)
    rest = branch.orelse
    if not rest:
        return called and ends
    return called and ends and len(rest) == 1 and isinstance(rest[0], ast.If) and _works(rest[0])


RULE = Rule(
    id="AUD294",
    name="other-kinds-pass",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check fail what it cannot look at?",
    why="A verification that reads archives of one kind and returns True for all others has verified the broken ones, too.",
    limits="Judged are checks that consist of questions about the kind of a parameter, each with work and a result, and end in `return True`.",
    fix="Look at every kind, and fail the unknown ones.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="kinds that nobody looks at",
            files={
                "archive.py": (
                    "import json\n"
                    "\n"
                    "\n"
                    "def verify_archive(path):\n"
                    "    try:\n"
                    '        if path.endswith(".json"):\n'
                    "            with open(path) as file:\n"
                    "                json.load(file)\n"
                    "            return True\n"
                    "        return True\n"
                    "    except Exception:\n"
                    "        return False\n"
                    "\n"
                    "\n"
                    "def verify_backup(kind, path):\n"
                    '    if kind == "database":\n'
                    "        return listed(path)\n"
                    '    elif kind == "cache":\n'
                    "        return loaded(path)\n"
                    "    return True\n"
                ),
            },
            found=("archive.py:10", "archive.py:20"),
        ),
        Example(
            title="unknown kinds that fail, and a look at everything",
            files={
                "archive.py": (
                    "def verify_archive(path):\n"
                    '    if path.endswith(".json"):\n'
                    "        return loaded(path)\n"
                    "    return False\n"
                    "\n"
                    "\n"
                    "def validate_name(name):\n"
                    '    if name == "root":\n'
                    "        return False\n"
                    "    return True\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
