"""AUD137: a list of what was done, to which things are added without anything being done to them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import effect_of_call, is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DONE = pattern(
    r"(?i)(?:^|_)(?:backed_up|restored|migrated|deployed|undeployed|notified|uploaded|replicated|rotated|revoked|restarted|drained|archived|purged|promoted|rolled_back|"
    r"encrypted|synced|published|shipped|repaired|healed|provisioned|scaled|alerted|paged|evicted|quarantined|warmed|reindexed|emailed)(?:_\w+)?$"
)
_PLAIN = frozenset({Effect.CLOCK, Effect.RANDOM, Effect.LOG, Effect.SLEEP, Effect.FILE_READ, Effect.ENVIRONMENT})
_PREPARES = frozenset({"makedirs", "mkdir", "joinpath", "close", "SessionLocal", "dirname", "append", "add"})
"""Calls that get ready for work, and do none."""
_HONEST = pattern(
    r"(?i)list|plan|preview|dry|would|simulat|mock|fake|test|parse|read|load|find|collect|detect|filter|select|status|report|get_|from_|scan|history"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.name) or not _adds(view):
            continue
        listed = [one for block in blocks_of(view) for one in _listed_first(block, syntax)]
        decided = _decided(view, syntax) if listed else frozenset()
        for statement, name in listed:
            if id(statement) not in decided and not _is_handed_before(statement, view, syntax):
                message = f"{view.name} adds to {name} what nothing has been done to."
                yield Hit(
                    source.path, statement.lineno, statement.end_lineno or statement.lineno, message, view.qualified
                )


def _listed_first(block: list[ast.stmt], syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    """The statements that add to a list of things done, up to the first that may have done something."""
    for statement in block:
        name = _listed(statement)
        if name:
            yield statement, name
        if _works(statement, syntax):
            return


def _adds(view: FunctionView) -> bool:
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "add") for call in view.calls)


def _listed(statement: ast.stmt) -> str:
    """The list of things done to which a statement adds a name or a text; empty for other statements."""
    match statement:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(attr="append" | "add", value=held),
                args=[ast.Name() | ast.Constant() | ast.Attribute()],
            )
        ):
            name = (
                str(held.slice.value)
                if isinstance(held, ast.Subscript) and isinstance(held.slice, ast.Constant)
                else last_name(held)
            )
            return name if _DONE.search(name) else ""
        case _:
            return ""


def _is_handed_before(statement: ast.stmt, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether what is added was given to something that may have done it: ``shelf.put(book)`` before ``if shelf.full:``."""
    match statement:
        case ast.Expr(value=ast.Call(args=[ast.Name(id=name)])):
            before = (call for call in view.calls if call.lineno < statement.lineno and not _is_plain(call, syntax))
            return any(isinstance(one, ast.Name) and one.id == name for call in before for one in call.args)
        case _:
            return False


def _works(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement may do what is listed after it, or decides whether it comes so far."""
    for node in own_nodes([statement]):
        if isinstance(node, ast.Await | ast.Raise | ast.Return | ast.Continue | ast.With | ast.AsyncWith):
            return True
        if isinstance(node, ast.Call) and not _is_plain(node, syntax):
            return True
    return False


def _is_plain(call: ast.Call, syntax: PythonSyntax) -> bool:
    name = syntax.name_of(call.func)
    if last_name(call.func) in _PREPARES or is_log_call(name):
        return True
    effect = effect_of_call(name, call) if name else Effect.UNKNOWN
    return effect is None or effect in _PLAIN


def _decided(view: FunctionView, syntax: PythonSyntax) -> frozenset[int]:
    """The ids of what stands under a condition, in a loop over or after something that may have done the work."""
    return frozenset(
        id(one)
        for node in view.of(ast.If, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.ExceptHandler)
        if _decides(node, syntax)
        for one in own_nodes(node.body)
    )


def _decides(node: ast.AST, syntax: PythonSyntax) -> bool:
    if isinstance(node, ast.If):
        calls = [one for one in own_nodes([node.test]) if isinstance(one, ast.Call)]
        return not calls or _any_works(calls, syntax)  # without a call: a value that was worked out before
    if isinstance(node, ast.For | ast.AsyncFor):
        return _any_works(own_nodes([node.iter]), syntax)
    return True


def _any_works(nodes: Iterable[ast.AST], syntax: PythonSyntax) -> bool:
    return any(isinstance(one, ast.Call) and not _is_plain(one, syntax) for one in nodes)


RULE = Rule(
    id="AUD137",
    name="listed-in-place-of-done",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is something done to everything that is listed as done?",
    why="`backed_up.append(name)` in a loop that copies nothing makes a backup report of files that exist in one place only.",
    limits=(
        "Judged are lists and sets named for things done (backed up, migrated, notified ...) to which names and texts are added where the block before holds no call that could do it. "
        "Conditions on what was worked out before, and loops over what a call gave, count as work."
    ),
    fix="Do it, and add what it was done to.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="files that are listed, and users that nobody was told",
            files={
                "ops/copies.py": (
                    "import os\n\n\ndef back_up(folder):\n    backed_up_files = []\n    os.makedirs(folder, exist_ok=True)\n    backed_up_files.append('schema.sql')\n"
                    "    for name in ('app.env', 'compose.yml'):\n        if os.path.exists(name):\n            target = os.path.join(folder, name)\n            backed_up_files.append(name)\n    return backed_up_files\n\n\n"
                    "def tell(users, result):\n    for user in users:\n        log.info('telling %s', user)\n        result['notified'].append(user)\n"
                )
            },
            found=("ops/copies.py:11", "ops/copies.py:18", "ops/copies.py:7"),
        ),
        Example(
            title="what was copied, and what was found out before",
            files={
                "ops/copies.py": (
                    "import shutil\n\n\ndef back_up(folder, client):\n    backed_up_files = []\n    for name in ('app.env', 'compose.yml'):\n        shutil.copy(name, folder)\n        backed_up_files.append(name)\n"
                    "    for row in client.rows():\n        backed_up_files.append(row)\n    return backed_up_files\n\n\n"
                    "def keep(copy, shelf, seen):\n    shelf.put(copy)\n    if len(copy.places) == 2:\n        seen.replicated_copies.add(copy)\n\n\n"
                    "def tell(users, client):\n    notified = []\n    for user in users:\n        sent = client.send(user)\n        if sent:\n            notified.append(user)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
