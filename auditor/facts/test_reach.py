"""Which functions of a test file reach anything but the file itself, the language and its standard library."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from functools import lru_cache

from auditor.facts.given_folders import FOLDERS, opens_below
from auditor.facts.python_names import READS_OF_VARIABLES
from auditor.facts.python_syntax import FunctionNode, FunctionView, PythonSyntax, by_kind, chosen, dotted, subtree

__all__ = ["TestReach"]

_REACHING = frozenset({"open", "exec", "eval", "compile", "input", "globals", "locals", "__import__"})
_BUILTINS = frozenset(dir(builtins)) - _REACHING
_PURE = frozenset({
    "abc", "array", "asyncio", "base64", "bisect", "calendar", "cmath", "collections", "concurrent", "contextlib",
    "copy", "csv", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "hashlib", "heapq",
    "hmac", "html", "inspect", "io", "ipaddress", "itertools", "json", "logging", "math", "numbers",
    "operator", "pprint", "queue", "random", "re", "secrets", "statistics", "string", "struct", "textwrap",
    "threading", "time", "timeit", "traceback", "types", "typing", "typing_extensions", "unicodedata", "unittest", "uuid",
    "warnings", "zlib", "pytest", "__future__",
})  # fmt: skip
_COMPUTES = frozenset({"numpy", "pandas", "scipy"})
"""Libraries that only compute with what they are given; tests of their own repositories are another matter."""
_REACHING_CALLS = frozenset(
    {"importorskip", "patch", "main", "run_in_executor", "getfixturevalue", "usefixtures", "dictConfig", "getLogger"}
    | {"load", "loadtxt", "genfromtxt", "fromfile", "memmap", "read_csv", "read_parquet", "read_json", "read_sql"}
    | {"read_excel", "read_pickle", "read_hdf", "read_feather", "read_table"}
)
_NETWORK = ("create_subprocess", "open_connection", "start_server", "open_unix")
_GIVEN = frozenset(
    {"self", "cls", "tmp_path", "tmpdir", "capsys", "caplog", "request", "recwarn", "subtests", "record_property"}
)
_BASES = frozenset({
    "object", "TestCase", "IsolatedAsyncioTestCase", "ABC", "Enum", "IntEnum", "StrEnum", "Exception", "ValueError",
    "RuntimeError", "NamedTuple", "TypedDict", "Protocol", "Generic", "dict", "list", "str", "int",
})  # fmt: skip
_EXCEPTIONS = ("Error", "Exception", "Timeout", "TimeoutExpired", "Warning")
_PREPARES = frozenset({"setUp", "asyncSetUp", "setUpClass", "setUpTestData", "setup_method", "setup_class", "setup"})
_Definition = FunctionNode | ast.ClassDef


class TestReach:
    """Answers for one file, each worked out once, whether all that a function uses is of the file or the language."""

    __test__ = False

    def __init__(self, syntax: PythonSyntax, path: str = "") -> None:
        self._syntax = syntax
        self._pure = _PURE | (_COMPUTES - set(path.split("/")))
        self._known: dict[int, bool] = {}
        self._top: dict[str, list[ast.AST]] = {}
        for node in syntax.tree.body:
            for name in _bound_at_top(node):
                self._top.setdefault(name, []).append(node)

    def is_closed(self, view: FunctionView) -> bool:
        """Whether a test calls nothing of the project: neither in it, nor in helpers and fixtures that it uses."""
        if not all(self._is_mark(one) for one in view.node.decorator_list) or not self._is_closed_home(view.owner):
            return False
        given = parametrized(view.node) | (parametrized(view.owner) if view.owner else set())
        for name in view.parameters:
            if name not in given and name not in _GIVEN and not self._is_closed_fixture(name, view.owner):
                return False
        return self._closes(view.node, view.owner)

    def reaches_out(self, view: FunctionView) -> bool:
        """Whether any function, a test or not, uses something that is not of the file."""
        return not self._closes(view.node, view.owner)

    def _is_closed_home(self, owner: ast.ClassDef | None) -> bool:
        """Whether the class of a test inherits nothing of the project, and prepares its tests without it."""
        if owner is None:
            return True
        prepares = [one for one in owner.body if isinstance(one, FunctionNode) and one.name in _PREPARES]
        return all(self._is_closed_base(base) for base in owner.bases) and all(
            self._closes(one, owner) for one in prepares
        )

    def helpers_of(self, views: Iterable[FunctionView]) -> frozenset[str]:
        """The functions of the file, and the methods of their own class, that tests name."""
        found: set[str] = set()
        for view in views:
            for node in subtree(view.node):
                if isinstance(node, ast.Name) and node.id not in view.parameters and self._is_function(node.id):
                    found.add(node.id)
                elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                    own = view.owner.body if view.owner else []
                    if any(isinstance(one, FunctionNode) and one.name == node.attr for one in own):
                        found.add(f"self.{node.attr}")
        return frozenset(found)

    def _is_function(self, name: str) -> bool:
        return any(isinstance(one, FunctionNode) for one in self._top.get(name, ()))

    def _is_mark(self, node: ast.expr) -> bool:
        name = self._syntax.name_of(node.func if isinstance(node, ast.Call) else node)
        return name.startswith(("pytest.mark.", "unittest.skip", "unittest.expectedFailure"))

    def _is_closed_fixture(self, name: str, owner: ast.ClassDef | None) -> bool:
        found: list[ast.AST] = [one for one in (owner.body if owner else ()) if getattr(one, "name", "") == name]
        found = found or self._top.get(name, [])
        if len(found) != 1 or not isinstance(found[0], FunctionNode):
            return False
        fixture = found[0]
        wanted = {one.arg for one in fixture.args.args} - _GIVEN
        return all(self._is_closed_fixture(one, owner) for one in wanted) and self._closes(fixture, owner)

    def _closes(self, node: _Definition, owner: ast.ClassDef | None) -> bool:
        """Whether a definition is closed; one that is asked for again while it is looked at does not count against itself."""
        known = self._known.get(id(node))
        if known is not None:
            return known
        self._known[id(node)] = True
        self._known[id(node)] = found = self._looks_closed(node, owner)
        return found

    def _looks_closed(self, node: _Definition, owner: ast.ClassDef | None) -> bool:
        if isinstance(node, ast.ClassDef):
            if not all(self._is_closed_base(base) for base in node.bases):
                return False
            owner = node
        inside = [one for part in (*node.decorator_list, *node.body) for one in subtree(part)]
        kinds = by_kind(inside)
        if any(not self._is_pure_import(one) for one in chosen(inside, kinds, (ast.Import, ast.ImportFrom))):
            return False
        bound = set(_bound(inside)) | {one.arg for one in subtree(node) if isinstance(one, ast.arg)}
        harmless = {
            *self._environment_reads(chosen(inside, kinds, (ast.Call,))),
            *self._raised(chosen(inside, kinds, (ast.Raise, ast.ExceptHandler, ast.Call))),
            *self._own_files(node, chosen(inside, kinds, (ast.Assign, ast.Call))),
        }
        for one in chosen(inside, kinds, (ast.Attribute, ast.Name)):
            if isinstance(one, ast.Attribute):
                if not self._is_closed_attribute(one, owner):
                    return False
            elif (
                type(one.ctx) is ast.Load
                and id(one) not in harmless
                and one.id not in bound
                and not self._is_closed_name(one.id)
            ):
                return False
        return True

    def _is_pure_import(self, node: ast.Import | ast.ImportFrom) -> bool:
        if isinstance(node, ast.ImportFrom):
            return node.level == 0 and (node.module or "").partition(".")[0] in {*self._pure, "os"}
        return all(one.name.partition(".")[0] in {*self._pure, "os"} for one in node.names)

    def _is_closed_base(self, base: ast.expr) -> bool:
        name = dotted(base.value if isinstance(base, ast.Subscript) else base, {})
        return name.rpartition(".")[2] in _BASES or ("." not in name and bool(name) and self._is_closed_name(name))

    def _is_closed_attribute(self, node: ast.Attribute, owner: ast.ClassDef | None) -> bool:
        if node.attr in _REACHING_CALLS or node.attr.startswith(_NETWORK):
            return False
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")) or owner is None:
            return True
        if node.attr.startswith("assert") or node.attr in ("fail", "subTest", "skipTest", "id", "addCleanup"):
            return True
        own = [one for one in owner.body if isinstance(one, FunctionNode)]
        makers = [one for one in own if one.name == node.attr or node.attr in _stored_on_self(one)]
        if makers:
            return all(self._closes(one, owner) for one in makers)
        return any(node.attr in _bound_at_top(one) and self._is_closed_value(one) for one in owner.body)

    def _is_closed_name(self, name: str) -> bool:
        if name in self._syntax.aliases:
            full = self._syntax.aliases[name]
            return full.partition(".")[0] in self._pure and full.rpartition(".")[2] not in _REACHING_CALLS
        found = self._top.get(name)
        if not found:
            return name in _BUILTINS
        return all(self._is_closed_value(one) for one in found)

    def _is_closed_value(self, node: ast.AST) -> bool:
        if isinstance(node, FunctionNode | ast.ClassDef):
            return self._closes(node, node if isinstance(node, ast.ClassDef) else None)
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            return False
        if id(node) in self._known:
            return self._known[id(node)]
        self._known[id(node)] = True
        parts = list(subtree(node.value))
        bound = set(_bound(parts)) | {one.arg for one in parts if isinstance(one, ast.arg)}
        names = [one.id for one in parts if isinstance(one, ast.Name) and one.id not in bound]
        self._known[id(node)] = all(self._is_closed_name(one) for one in names)
        return self._known[id(node)]

    def _environment_reads(self, nodes: Iterable[ast.AST]) -> Iterator[int]:
        """The roots of ``os.getenv("X", "literal")``: what the test gives itself where the environment is silent."""
        for node in nodes:
            if not isinstance(node, ast.Call) or len(node.args) != 2:  # noqa: PLR2004 - the name and what stands in for it
                continue
            root: ast.AST = node.func
            while isinstance(root, ast.Attribute):
                root = root.value
            literal = all(isinstance(one, ast.Constant) for one in node.args)
            if literal and self._syntax.name_of(node.func) in READS_OF_VARIABLES:
                yield id(root)

    def _own_files(self, node: _Definition, nodes: Iterable[ast.AST]) -> Iterator[int]:
        """The ``open`` of files below the folder that pytest gives a test for itself."""
        given = node.args.args if isinstance(node, FunctionNode) else ()
        yield from opens_below({one.arg for one in given if self._is_given_folder(one.arg)}, nodes)

    def _is_given_folder(self, name: str) -> bool:
        """Whether a parameter is that folder, or a fixture of the file that is made of it."""
        fixtures = [one for one in self._top.get(name, ()) if isinstance(one, FunctionNode)]
        return name in FOLDERS or any(arg.arg in FOLDERS for one in fixtures for arg in one.args.args)

    def _raised(self, nodes: Iterable[ast.AST]) -> Iterator[int]:
        """The roots of exceptions that are only raised, caught or expected: whoever made them, nothing of theirs runs."""
        for node in nodes:
            found: ast.AST | None = None
            match node:
                case ast.Raise(exc=ast.Call(func=ast.Name() | ast.Attribute() as raised)):
                    found = raised
                case ast.Raise(exc=ast.Name() | ast.Attribute() as raised):
                    found = raised
                case ast.ExceptHandler(type=caught):
                    found = caught
                case ast.Call(func=ast.Attribute(attr="raises"), args=[expected, *_]):
                    found = expected
                case _:
                    continue
            for one in found.elts if isinstance(found, ast.Tuple) else [found]:
                yield from _root_of_exception(one)


def _root_of_exception(node: ast.AST | None) -> Iterator[int]:
    name = dotted(node, {})
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name) and name.endswith(_EXCEPTIONS):
        yield id(node)


def parametrized(node: _Definition) -> set[str]:
    """The names that ``pytest.mark.parametrize`` gives to a test or to those of a class."""
    found: set[str] = set()
    for one in node.decorator_list:
        if (
            isinstance(one, ast.Call)
            and isinstance(one.func, ast.Attribute)
            and one.func.attr == "parametrize"
            and one.args
        ):
            first = one.args[0]
            names = first.elts if isinstance(first, ast.Tuple | ast.List) else [first]
            for name in names:
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    found.update(part.strip() for part in name.value.split(","))
    return found


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every name that is bound somewhere below, whatever its scope."""
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name:
            yield node.name


def _bound_at_top(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, FunctionNode | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return tuple(one.id for target in targets for one in subtree(target) if isinstance(one, ast.Name))
    return tuple(_bound(subtree(node))) if isinstance(node, ast.Try | ast.If | ast.With | ast.For | ast.While) else ()


@lru_cache(maxsize=512)
def _stored_on_self(node: FunctionNode) -> frozenset[str]:
    return frozenset(
        one.attr
        for one in subtree(node)
        if isinstance(one, ast.Attribute)
        and isinstance(one.ctx, ast.Store)
        and isinstance(one.value, ast.Name)
        and one.value.id in ("self", "cls")
    )
