"""AUD863: a verification asks for the mark that the operation set without having done anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from auditor.facts.claims import WORK, Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_talk import is_idle
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERIFIES = pattern(r"(?i)^_*(?:verify|confirm|validate|check|assert|ensure|test|is|was|has)(?:_|$)")
_TELLS = pattern(r"(?i)^_*(?:is|was|has)(?:_|$)")
"""On the object itself, this asks where it stands, and confirms nothing."""
_CAN_FAIL = pattern(r"(?i)lock|token|permission|owner|role|user|pause|enabled|open|closed|cached|dirty|parsed|loaded")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        asked = _asked(view, syntax)
        if asked is None:
            continue
        given, mark = asked
        setter = _marks(syntax).get((view.owner, *mark))
        if setter is not None and setter is not view and stays_inside(setter, syntax):
            message = f"{view.name} asks for the mark that {setter.name} sets, and {setter.name} does nothing else."
            yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _asked(view: FunctionView, syntax: PythonSyntax) -> tuple[ast.Return, tuple[str, str]] | None:
    """The one answer of a verification that only looks at a mark: ``return record.status == "completed"``."""
    if view.is_test or view.owner is None or not _VERIFIES.search(view.name) or len(view.returns) != 1:
        return None
    given = view.returns[0]
    if view.body[-1] is not given or not all(is_idle(one, syntax) for one in view.body[:-1]):
        return None
    match given.value:
        case ast.Compare(left=ast.Attribute(value=ast.Name(id="self"))) | ast.Attribute(value=ast.Name(id="self")) if (
            _TELLS.search(view.name)
        ):
            return None
        case ast.Compare(left=ast.Attribute(attr=field), ops=[ast.Eq() | ast.Is()], comparators=[wanted]):
            mark = (field, _word(wanted))
        case ast.Attribute(attr=field):
            mark = (field, "True")
        case _:
            return None
    return (given, mark) if mark[1] and not _CAN_FAIL.search(field) else None


def _word(value: ast.expr) -> str:
    """How a literal or a member of an enumeration is written."""
    if isinstance(value, ast.Constant) and value.value is not None:
        return str(value.value)[:80]
    return ast.unparse(value)[:80] if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) else ""


@lru_cache(maxsize=2)
def _marks(syntax: PythonSyntax) -> Mapping[tuple[ast.ClassDef | None, str, str], FunctionView | None]:
    """The one operation of each class that sets a field to a literal, by class, field and literal; None where there are others."""
    found: dict[tuple[ast.ClassDef | None, str, str], FunctionView | None] = {}
    for view in syntax.functions:
        if view.owner is None or view.name == "__init__":
            continue
        acts = bool(claims_of(view.name) & (WORK - {Claim.CHECK}))
        for one in view.of(ast.Assign):
            target = one.targets[0]
            word = _word(one.value) if isinstance(target, ast.Attribute) else ""
            if word:
                key = (view.owner, last_name(target), word)
                found[key] = view if acts and found.get(key, view) is view else None
    return found


RULE = Rule(
    id="AUD863",
    name="own-mark-verified",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a verification look at what was to be changed?",
    why="`revert` notes 'completed' and moves no traffic; `verify` reads the note and confirms that the release is gone.",
    limits="Judged are methods named for a verification whose one answer compares a field with a literal that one operation of the same class sets, where that operation reaches nothing outside.",
    fix="Ask the system that was to be changed.",
    since="0.8.0",
    effort=45,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a failover that is confirmed by its own note",
            files={
                "swap.py": (
                    "class Swap:\n    async def failover(self, site):\n        note = SwapNote(site)\n        self.notes.append(note)\n        note.status = 'completed'\n        log.warning('failed over to %s', site)\n        return note\n\n"
                    "    async def verify(self, note):\n        return note.status == 'completed'\n"
                )
            },
            found=("swap.py:10",),
        ),
        Example(
            title="a note after real work, and a question to the site",
            files={
                "swap.py": (
                    "class Swap:\n    async def failover(self, site):\n        await self.client.move(site)\n        self.status = 'completed'\n\n    async def verify(self):\n        return self.status == 'completed'\n\n\n"
                    "class Other:\n    async def failover(self, site):\n        self.status = 'completed'\n\n    async def verify(self):\n        return await self.client.site() == self.site\n\n\n"
                    "class Third:\n    def deploy(self):\n        self.phase = 'completed'\n\n    def is_completed(self):\n        return self.phase == 'completed'\n"
                )
            },
        ),
    ),
    check_file=_check,
)
