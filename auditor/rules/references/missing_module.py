"""AUD789: code imports a module of the repository's own packages that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_imports import PythonImport
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENDINGS = (
    ".pyx",
    ".pyi",
    ".so",
    ".pyd",
    ".rs",
    ".c",
    ".cpp",
    ".proto",
    ".in",
    ".j2",
    ".tmpl",
    ".ui",
    ".pxd",
    ".mako",
    ".jinja",
)
_MADE = (
    "_pb2",
    "_pb2_grpc",
    "_version",
    "version",
    "_generated",
    "generated",
    "_build",
    "parser",
    "lexer",
    "_cython",
    "local_settings",
    "secrets",
    "local",
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for module in graph.all:
        seen: set[str] = set()
        for one in module.fact.imports:
            name = _missing(facts, graph, module, one)
            if name and name not in seen:
                seen.add(name)
                message = f"The module `{name}` is imported here, and the package `{name.rpartition('.')[0]}` has none of this name."
                yield Hit(module.path, one.line, one.line, message, name)


def _missing(facts: RepositoryFacts, graph: PythonGraph, module: Module, one: PythonImport) -> str:
    """The dotted name of a module that cannot be found in a regular package of the repository; empty otherwise."""
    if one.guarded or not one.module:
        return ""
    name = graph.absolute(module, "." * one.level + one.module)
    owner, _, last = name.rpartition(".")
    while "." in owner and not graph.knows(owner):
        name = owner  # the package around it is not there either
        owner, _, last = name.rpartition(".")
    if not owner or last.endswith(_MADE) or (not one.level and name.partition(".")[0] not in graph.top_packages):
        return ""
    package = _package(facts, module, name, owner, relative=bool(one.level))
    if package is None or graph.find(owner) is None:
        return ""
    base = package.path.removesuffix("__init__.py") + last
    is_there = (
        f"{base}.py" in facts.all_paths
        or facts.exists(base)
        or any(f"{base}{end}" in facts.all_paths for end in _ENDINGS)
    )
    symbols = package.fact.symbols
    if is_there or last in symbols.names or symbols.dynamic or symbols.stars or is_ignored(f"{base}.py", facts):
        return ""
    folder = package.path.rpartition("/")[0]
    elsewhere = any(path.startswith(f"{folder}/{last}.") for path in facts.all_paths)
    return "" if elsewhere or _extends_path(package) else name


def _package(facts: RepositoryFacts, module: Module, name: str, owner: str, *, relative: bool) -> Module | None:
    """The one regular package that holds, or would hold, the module."""
    graph = facts.derive(python_graph)
    found = graph.find(owner)
    if found is None or not found.path.endswith("__init__.py") or graph.knows(name):
        return None
    if relative:
        return found if found.path.rpartition("/")[0] == module.path.rpartition("/")[0] or found.name == owner else None
    top = owner.partition(".")[0]
    depth = found.name.split(".")
    start = len(depth) - len(owner.split("."))
    is_reachable = all(part in ("src", "lib", "python", "backend", "source") for part in depth[:start])
    return found if is_reachable and depth[start] == top else None


def _extends_path(package: Module) -> bool:
    """Whether the package takes modules from other places too."""
    return (
        any(one.module in ("pkgutil", "pkg_resources") for one in package.fact.imports)
        or "__path__" in package.fact.symbols.names
    )


RULE = Rule(
    id="AUD789",
    name="missing-module",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every module there that the code imports from the repository's own packages?",
    why="The import fails when its line runs; where that is in a function, nobody sees it before the function is needed.",
    limits=(
        "Judged are modules beneath packages of the repository (folders with `__init__.py`) that can be imported from its root or its folder of sources. "
        "Imports with a fallback, modules that git ignores, and names that generators usually give are passed over."
    ),
    fix="Import the module that exists, or restore the one that was removed.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"python-module"}),
    check_repository=_check,
    examples=(
        Example(
            title="a whole package that was moved",
            files={
                "shop/__init__.py": "",
                "shop/core/__init__.py": "",
                "shop/core/service.py": "from ..ai.engine import run\nfrom shop.core.models.order import Order\n",
                "shop/core/models.py": "class Order:\n    pass\n",
            },
            found=("shop/core/service.py:1",),
        ),
        Example(
            title="modules that were removed",
            files={
                "shop/__init__.py": "",
                "shop/orders.py": "def all_orders():\n    return []\n",
                "shop/report.py": "from shop.orders import all_orders\n\n\ndef run():\n    from shop.mailer import send\n\n    return send(all_orders())\n",
                "shop/stock.py": "from .warehouse import shelves\n\n\ndef count():\n    return len(shelves)\n",
            },
            found=("shop/report.py:5", "shop/stock.py:1"),
        ),
        Example(
            title="modules that may come from elsewhere",
            files={
                "shop/__init__.py": "",
                "shop/plugins/__init__.py": "from pkgutil import extend_path\n\n__path__ = extend_path(__path__, __name__)\n",
                "shop/fast.pyx": "x = 1\n",
                "shop/report.py": (
                    "import requests.sessions\n\nfrom shop import fast\nfrom shop.fast import x\nfrom shop.orders_pb2 import Order\nfrom shop.plugins.mail import send\n\n"
                    "try:\n    from shop.extra import more\nexcept ImportError:\n    more = None\n"
                ),
            },
        ),
    ),
)
