"""AUD873: a helper says by what it returns whether it succeeded, and the success that is noted does not depend on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.python_values import is_false, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, is_verdict_key
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CLAIMS = frozenset({Claim.CHECK, Claim.ACT})  # a message is often meant as best effort
_NOTES = pattern(
    r"(?i)^(?:success|succeeded|successful|status|state|phase|passed|healthy|ok|completed|verified|valid|validated|recovered|restored|deployed|delivered)$"
)
_ROLES = pattern(r"(?i)^_?(?:active|current|primary|leader|master|live|promoted|serving)(?:_\w+)?$")
_PATIENT = pattern(r"(?i)try_|best_effort|maybe|optional|cleanup|warm|cache|log_|record_|emit|track")
_KEEPERS = frozenset({"append", "extend", "add", "update", "set", "info", "debug", "warning", "error"})


@dataclass(frozen=True, slots=True)
class _Dropped:
    """A call of a helper, the name that its result has (empty where it has none), and the statement."""

    helper: str
    name: str
    statement: ast.stmt


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    helpers = {(_owner(view), view.name): view for view in syntax.functions if _answers(view)}
    for view in syntax.functions if helpers else ():
        if view.is_test:
            continue
        for noted, helper in _unheard(view, list(_dropped(view, helpers, syntax))):
            message = f"{view.name} notes that it went well without hearing what {helper} says."
            yield Hit(source.path, noted.lineno, noted.end_lineno or noted.lineno, message, view.qualified)


def _owner(view: FunctionView) -> str:
    return view.owner.name if view.owner is not None else ""


def _answers(view: FunctionView) -> bool:
    """Whether a function claims work or a check, and can only say by what it returns that it failed."""
    if view.is_test or not claims_of(view.name) & _CLAIMS or _PATIENT.search(view.name):
        return False
    if _raises(view):
        return False
    return any(is_false(one.value) for one in view.returns) or _returns_verdict(view)


def _raises(view: FunctionView) -> bool:
    """Whether it raises anything that it does not catch itself."""
    caught = {
        id(node)
        for attempt in view.of(ast.Try)
        if any(not _gives_on(handler) for handler in attempt.handlers)
        for statement in attempt.body
        for node in subtree(statement)
    }
    return any(id(one) not in caught for one in view.of(ast.Raise))


def _gives_on(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(one, ast.Raise) for one in own_nodes(handler.body))


def _returns_verdict(view: FunctionView) -> bool:
    """Whether it returns a table into which it writes that something failed."""
    returned = {last_name(one.value) for one in view.returns if isinstance(one.value, ast.Name)}
    for one in view.of(ast.Assign):
        target = one.targets[0]
        if isinstance(target, ast.Subscript) and last_name(target.value) in returned and is_false(one.value):
            key = target.slice.value if isinstance(target.slice, ast.Constant) else ""
            if isinstance(key, str) and (is_verdict_key(key) or key.startswith(("overall_", "all_", "is_"))):
                return True
    return False


def _dropped(
    view: FunctionView, helpers: Mapping[tuple[str, str], FunctionView], syntax: PythonSyntax
) -> Iterator[_Dropped]:
    """The calls of such helpers whose results decide nothing in a function."""
    kept = _only_kept(view, syntax)
    for node in view.of(ast.Expr, ast.Assign):
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        if not isinstance(value, ast.Call) or not _is_helper(value, view, helpers):
            continue
        if isinstance(node, ast.Expr):
            yield _Dropped(last_name(value.func), "", node)
        elif isinstance(node.targets[0], ast.Name) and node.targets[0].id in kept:
            yield _Dropped(last_name(value.func), node.targets[0].id, node)


def _is_helper(call: ast.Call, view: FunctionView, helpers: Mapping[tuple[str, str], FunctionView]) -> bool:
    match call.func:
        case ast.Name(id=name):
            return ("", name) in helpers
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return (_owner(view), name) in helpers
        case _:
            return False


def _only_kept(view: FunctionView, syntax: PythonSyntax) -> frozenset[str]:
    """The names that are bound and never looked at: all that is done with them is to write them down or to pass them on in a result."""
    kept: set[int] = set()
    for node in view.of(ast.Assign):
        if isinstance(node.value, ast.Name) and isinstance(node.targets[0], ast.Subscript | ast.Attribute):
            kept.add(id(node.value))
    for table in view.of(ast.Dict):
        kept.update(id(one) for one in table.values if isinstance(one, ast.Name))
    for call in view.calls:
        if is_log_call(syntax.name_of(call.func)):
            kept.update(id(one) for one in own_nodes([call]))
        elif last_name(call.func)[:1].isupper() or last_name(call.func) in _KEEPERS:
            given = [*call.args, *(one.value for one in call.keywords)]
            kept.update(id(one) for one in given if isinstance(one, ast.Name))
    bound = {one.targets[0].id for one in view.of(ast.Assign) if isinstance(one.targets[0], ast.Name)}
    read = {one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load) and id(one) not in kept}
    return frozenset(bound - read)


def _unheard(view: FunctionView, dropped: list[_Dropped]) -> dict[tuple[ast.stmt, str], None]:
    """The statements that note success whatever the answer was, each with the helper that nobody heard."""
    if not dropped:
        return {}
    bindings = Bindings.of(view)
    chains = _chains(view)
    notes: dict[tuple[int, bool], list[tuple[ast.stmt, set[str]]]] = {}
    found: dict[tuple[ast.stmt, str], None] = {}
    for one in dropped:
        for block in chains[id(one.statement)]:
            key = (id(block), bool(one.name))
            if key not in notes:
                notes[key] = [(note, _names_in(note.value)) for note in _notes(block, bindings, named=bool(one.name))]
            noted = _first_after(notes[key], one)
            if noted is not None:
                found[noted, one.helper] = None
                break
    return found


def _first_after(notes: list[tuple[ast.stmt, set[str]]], dropped: _Dropped) -> ast.stmt | None:
    """The first note behind a call that is not made of its answer."""
    line = dropped.statement.lineno
    return next((one for one, names in notes if one.lineno > line and dropped.name not in names), None)


def _chains(view: FunctionView) -> dict[int, tuple[list[ast.stmt], ...]]:
    """The blocks that each statement stands in, from the outermost; those of handlers and cases are left out, with what is in them."""
    found: dict[int, tuple[list[ast.stmt], ...]] = {}
    pending: list[tuple[list[ast.stmt], tuple[list[ast.stmt], ...], bool]] = [(view.body, (), True)]
    while pending:
        block, around, entered = pending.pop()
        chain = (*around, block) if entered else around
        for one in block:
            found[id(one)] = chain
            parts = (*getattr(one, "handlers", ()), *getattr(one, "cases", ()))
            pending += [(getattr(one, name, []), chain, entered) for name in ("body", "orelse", "finalbody")]
            pending += [(part.body, chain, False) for part in parts]
    return found


def _names_in(node: ast.AST) -> set[str]:
    return {one.id for one in subtree(node) if isinstance(one, ast.Name)}


def _notes(block: list[ast.stmt], bindings: Bindings, *, named: bool) -> list[ast.Assign]:
    return [one for one in block if isinstance(one, ast.Assign) and _notes_success(one, bindings, named=named)]


def _notes_success(statement: ast.Assign, bindings: Bindings, *, named: bool) -> bool:
    """Whether a statement notes success; more counts where the answer has a name, which could have been asked."""
    target, value = statement.targets[0], statement.value
    name = last_name(target)
    if isinstance(target, ast.Subscript):
        name = str(target.slice.value) if isinstance(target.slice, ast.Constant) else ""
    if isinstance(target, ast.Attribute) and _ROLES.search(name) and last_name(target.value) == "self" and named:
        return isinstance(value, ast.Name | ast.Attribute)
    plain = value.value if isinstance(value, ast.Attribute) and value.attr in ("value", "name") else value
    if _NOTES.search(name) is None:
        return False
    decided = isinstance(value, ast.Compare) and name.lower().startswith("success") and named
    return decided or verdict_of(plain, bindings) is Verdict.SUCCESS


RULE = Rule(
    id="AUD873",
    name="verdict-not-heard",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the success that is noted depend on what the helpers answer?",
    why="`await self._validate_backup(...)` returns False, and the next line reads `status = VALIDATED`: every backup has been validated since.",
    limits=(
        "Within one file: helpers named for a check or an operation that return False, or a table with a failed verdict, and do not raise; their answer is dropped or only written down, and a statement behind it, "
        "under no condition of its own, notes success or makes another the active one."
    ),
    fix="Note success only where the helper said so; or let the helper raise.",
    since="0.7.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a validation that is dropped, a verification that is filed, and a promotion that was refused",
            files={
                "shop/backups.py": (
                    "class Backups:\n    async def create(self, record, source):\n        try:\n            await self.copy(source)\n            await self._validate_copy(record)\n            record.status = Status.VALIDATED\n"
                    "        except OSError as exc:\n            record.status = Status.FAILED\n        return record\n\n"
                    "    async def _validate_copy(self, record):\n        try:\n            if not record.size:\n                raise ValueError('empty')\n            return True\n        except ValueError:\n            return False\n\n"
                    "    async def restore(self, results, target):\n        checks = await self._verify_restore(target)\n        results['checks'] = checks\n        results['seconds'] = self.clock.seconds()\n        results['status'] = Status.COMPLETED.value\n        return results\n\n"
                    "    async def _verify_restore(self, target):\n        found = {'overall_success': True}\n        if not target.exists():\n            found['overall_success'] = False\n        return found\n\n"
                    "    async def fail_over(self, target):\n        promoted = await self._promote(target)\n        self.active = target\n        return Outcome(target=target, promoted=promoted)\n\n"
                    "    async def _promote(self, target):\n        if not target.answers():\n            return False\n        return True\n"
                ),
            },
            found=("shop/backups.py:23", "shop/backups.py:34", "shop/backups.py:6"),
        ),
        Example(
            title="answers that are looked at, a helper that raises, a note of what was answered, and an owner who need not be told",
            files={
                "shop/backups.py": (
                    "class Backups:\n    def create(self, record):\n        if not self._validate_copy(record):\n            return record\n        record.status = Status.VALIDATED\n        return record\n\n"
                    "    def _validate_copy(self, record):\n        return False if not record.size else True\n\n"
                    "    def restore(self, record):\n        self._verify_restore(record)\n        record.status = Status.COMPLETED\n\n"
                    "    def _verify_restore(self, record):\n        if not record.size:\n            raise ValueError('empty')\n        if not record.path:\n            return False\n        return True\n\n"
                    "    def check_again(self, record):\n        good = self._check_size(record)\n        record.success = good\n\n    def _check_size(self, record):\n        if not record.size:\n            return False\n        return True\n\n"
                    "    async def move(self, record):\n        await self.copy(record)\n        await self._notify_owner(record)\n        record.status = Status.COMPLETED\n\n"
                    "    async def _notify_owner(self, record):\n        if not record.owner:\n            return False\n        return await self.mail(record)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
