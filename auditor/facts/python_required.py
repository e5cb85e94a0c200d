"""Paths that a Python program insists on: it looks for every one of a list, and complains where one is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.anchored_paths import Anchors
from auditor.facts.base import Fact, Parser
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.python_chosen import chosen_files
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import all_nodes, subtree
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "InsistedPath", "PythonRequired"]

_LOOKS = frozenset({"exists", "is_file", "is_dir", "isfile", "isdir"})
_LOUD = pattern(r"(?i)missing|not found|does(?: not|n't) exist|\berror|fail|required|❌|✗|🚨")
_LOUD_NAME = pattern(r"(?i)(?:^|_|\.)(?:miss\w*|err\w*|fail\w*|issue\w*|problem\w*|critical|exit|violation\w*)")
_PATH = pattern(r"^(?:\./)?[A-Za-z0-9_.][\w.+-]*(?:/[\w.+-]+)*/?$")
_FILE = pattern(r"^[\w./-]*[\w-]\.[A-Za-z][A-Za-z0-9]{0,6}$")
_ASKS = pattern(
    r"(?i)(?:^|_)(?:file|path|dir|directory)_?exists?$|^(?:check|verify|require)_(?:file|path|dir|directory)$"
)
_MOST_NODES = 200_000
_MOST = 300


@dataclass(frozen=True, slots=True, order=True)
class InsistedPath:
    """A path as written and its line."""

    line: int
    path: str


@dataclass(frozen=True, slots=True)
class PythonRequired(Fact):
    """The paths of one module, in the order of the text."""

    kind: ClassVar[str] = "python-required"
    paths: tuple[InsistedPath, ...]


def _parse(source: Source) -> PythonRequired | None:
    if not any(word in source.text for word in _LOOKS):
        return None
    nodes = all_nodes(source.python)
    if len(nodes) > _MOST_NODES:
        return None
    lists = _lists(nodes)
    anchors = Anchors.of(source.path, nodes if "__file__" in source.text else ())
    loops = [node for node in nodes if isinstance(node, ast.For) and _insists(node)]
    found = {one for loop in loops for one in _of_loop(loop, lists, anchors)}
    if source.file.role is Role.TEST:
        found = {one for one in found if one.path.startswith("@/")}
    else:
        gathered = [one.generators[0].iter for one in nodes if isinstance(one, ast.ListComp) and _gathers(one)]
        found |= {path for one in gathered for path in _paths(_written(one, lists), anchors)}
        found |= set(_below_folders(nodes, lists))
        found |= {
            InsistedPath(line, path) for line, path in chosen_files(nodes, _looks, _complains) if _PATH.search(path)
        }
    return PythonRequired(tuple(sorted(found))[:_MOST]) if found else None


def _of_loop(loop: ast.For, lists: dict[str, ast.expr], anchors: Anchors) -> Iterator[InsistedPath]:
    """What a loop insists on, below the place of the module's own from which it looks, where there is one."""
    names = {node.id for node in subtree(loop.target) if isinstance(node, ast.Name)}
    place = next((one for one in map(anchors.place, _left_of(loop, names)) if one is not None), None)
    for one in _paths(_written(loop.iter, lists), anchors):
        anchored = one.path.startswith("@/") or place is None
        yield one if anchored else InsistedPath(one.line, f"@/{joined_path(place or '', one.path)}")


def _left_of(loop: ast.For, names: set[str]) -> Iterator[ast.expr]:
    """What the item is put behind: the root of ``root / name`` and ``os.path.join(root, name)``."""
    for node in _below(loop.body):
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=ast.Name(id=name)) if name in names:
                yield left
            case ast.Call(func=ast.Attribute(attr="join"), args=[left, ast.Name(id=name)]) if name in names:
                yield left
            case _:
                continue


def _lists(nodes: Sequence[ast.AST]) -> dict[str, ast.expr]:
    """The lists that are written out and bound once, by name."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if (
                isinstance(target, ast.Name | ast.Attribute)
                and isinstance(node, ast.Assign | ast.AnnAssign)
                and node.value
            ):
                found.setdefault(target.id if isinstance(target, ast.Name) else target.attr, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _insists(loop: ast.For) -> bool:
    """Whether a loop looks for each of its items, and complains where it is not there."""
    names = {node.id for node in subtree(loop.target) if isinstance(node, ast.Name)}
    names |= _derived(loop, names)
    for node in _below(loop.body):
        if _is_asked(node, names) or (isinstance(node, ast.Assert) and _looks(node.test, names)):
            return True
        if isinstance(node, ast.If) and _looks(node.test, names):
            negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
            if _complains(node.body if negated else node.orelse):
                return True
    return False


def _is_asked(node: ast.AST, names: set[str]) -> bool:
    """Whether a function of the program's own looks for the item, and tells the loop: ``ok, text = check_file_exists(path)``."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return False
    given = {one.id for one in node.value.args if isinstance(one, ast.Name)}
    return bool(given & names) and _ASKS.search(last_name(node.value.func)) is not None


def _below(body: list[ast.stmt]) -> Iterator[ast.AST]:
    return (node for one in body for node in subtree(one))


def _gathers(node: ast.ListComp) -> bool:
    """``[one for one in wanted if not Path(one).exists()]``: the list of what is missing."""
    generator = node.generators[0]
    names = {one.id for one in subtree(generator.target) if isinstance(one, ast.Name)}
    return any(
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and _looks(test, names) for test in generator.ifs
    )


def _below_folders(nodes: Sequence[ast.AST], lists: dict[str, ast.expr]) -> Iterator[InsistedPath]:
    """``all(Path("docs", one).is_file() for one in wanted)``: names that must all be there, with the folder in which they are looked for."""
    for node in nodes:
        if not isinstance(node, ast.Call) or last_name(node.func) != "all" or len(node.args) != 1:
            continue
        every = node.args[0]
        if not isinstance(every, ast.GeneratorExp | ast.ListComp) or len(every.generators) != 1:
            continue
        names = {one.id for one in subtree(every.generators[0].target) if isinstance(one, ast.Name)}
        folder = _folder(every.elt, names) if _looks(every.elt, names) and not every.generators[0].ifs else ""
        for one in _paths(_written(every.generators[0].iter, lists), Anchors("")) if folder else ():
            yield InsistedPath(one.line, f"{folder}/{one.path}")


def _folder(look: ast.expr, names: set[str]) -> str:
    """The folder that is written out before the name: ``Path("docs", one).exists()``, ``(ROOT / "docs" / one).exists()``."""
    place = look.func.value if isinstance(look, ast.Call) and isinstance(look.func, ast.Attribute) else look
    ends: list[ast.expr] = []
    while isinstance(place, ast.BinOp) and isinstance(place.op, ast.Div):
        ends.append(place.right)
        place = place.left
    begun = place.args if isinstance(place, ast.Call) and last_name(place.func) == "Path" else []
    parts = [*begun, *reversed(ends)]
    if not parts or not (isinstance(parts[-1], ast.Name) and parts[-1].id in names):
        return ""
    texts = [one.value for one in parts[:-1] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return "/".join(text.strip("/") for text in texts) if len(texts) == len(parts) - 1 else ""


def _derived(loop: ast.For, names: set[str]) -> set[str]:
    """The names that the loop binds to what is made of its variable: ``path = root / name``."""
    found: set[str] = set()
    for node in loop.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id in names for one in subtree(node.value)
        ):
            found.update(one.id for one in node.targets if isinstance(one, ast.Name))
    return found


def _looks(test: ast.expr, names: set[str]) -> bool:
    """Whether the whole of a condition is a look whether such a path is there."""
    inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute) or inner.func.attr not in _LOOKS:
        return False
    return any(isinstance(one, ast.Name) and one.id in names for one in subtree(inner))


def _complains(body: list[ast.stmt]) -> bool:
    for node in _below(body):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and node.value.value is False:
            return True
        if isinstance(node, ast.Call) and _LOUD_NAME.search(ast.unparse(node.func)):
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _LOUD.search(node.value):
            return True
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_LOUD_NAME.search(ast.unparse(one)) for one in targets):
                return True
    return False


def _written(wanted: ast.expr, lists: dict[str, ast.expr]) -> ast.expr:
    """What a loop goes through, or what its name stands for."""
    if (
        isinstance(wanted, ast.Call)
        and isinstance(wanted.func, ast.Attribute)
        and wanted.func.attr in ("items", "keys")
    ):
        wanted = wanted.func.value
    return lists.get(last_name(wanted), wanted)


def _paths(written: ast.expr, anchors: Anchors) -> Iterator[InsistedPath]:
    items: list[ast.expr | None] = []
    if isinstance(written, ast.List | ast.Tuple | ast.Set):
        items = [*written.elts]
    elif isinstance(written, ast.Dict):
        items = [*(written.values if any(map(_names_file, written.values)) else written.keys)]
    for item in items:
        first = item.elts[0] if isinstance(item, ast.Tuple) and item.elts else item
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and _PATH.search(first.value):
            yield InsistedPath(first.lineno, first.value)
        elif isinstance(first, ast.BinOp):
            place = anchors.place(first)
            if place:
                yield InsistedPath(first.lineno, f"@/{place}")


def _names_file(value: ast.expr) -> bool:
    """Whether a value of a table is a path, so that its keys are only names for it."""
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and _FILE.search(value.value) is not None


PARSER = Parser(
    fact=PythonRequired,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.TEST),
    parse=_parse,
)
