"""AUD482: a module of routes that no application of the repository takes in."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.module_index import module_index
from auditor.facts.path_mentions import PathMentions
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.facts.served_routes import ServedRoutes
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOADERS = frozenset({"importlib", "importlib.util", "pkgutil", "werkzeug.utils", "django.utils.module_loading"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    served = [
        (file, fact)
        for file, fact in facts.of(ServedRoutes)
        if file.language is Language.PYTHON and file.role is Role.SHIPPED
    ]
    if not any(fact.included for _, fact in served) or not any(fact.app for _, fact in served) or _loads_by_name(facts):
        return
    imported, named = facts.derive(_imported), facts.derive(_named)
    for file, fact in served:
        stem = file.name.removesuffix(".py")
        if not fact.router_line or fact.app or not (fact.routes or fact.top) or fact.included:
            continue
        if file.path not in imported and not {file.path, file.name, stem} & named:
            message = "No module imports these routes: the application never serves them."
            yield Hit(file.path, fact.router_line, fact.router_line, message, stem)


def _loads_by_name(facts: RepositoryFacts) -> bool:
    """Whether modules are loaded by names that are known only when the program runs."""
    return any(
        one.module in _LOADERS
        for file, fact in facts.of(PythonModule)
        if file.role is Role.SHIPPED
        for one in fact.imports
    )


def _imported(facts: RepositoryFacts) -> frozenset[str]:
    """The files that shipped modules import."""
    index = facts.derive(module_index)
    return frozenset(
        path
        for file, fact in facts.of(PythonModule)
        if file.role is not Role.TEST
        for one in fact.imports
        for path in index.imported(one, file.path)
    )


def _named(facts: RepositoryFacts) -> frozenset[str]:
    """Files and words that any file names in a text: a module may be loaded by its name."""
    found: set[str] = set()
    for file, fact in facts.of(PathMentions):
        if file.role is Role.SHIPPED:
            found.update(mention.text.rpartition("/")[2] for mention in fact.paths)
            found.update(part for mention in fact.modules for part in mention.text.split("."))
    return frozenset(found)


_APP = "from fastapi import FastAPI\n\nfrom shop.orders import router\n\napp = FastAPI()\napp.include_router(router)\n"
_ORDERS = (
    'from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get("/orders")\ndef orders():\n    return []\n'
)
_HEALTH = _ORDERS.replace("orders", "health")

RULE = Rule(
    id="AUD482",
    name="router-never-mounted",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the application take in every module of routes?",
    why="A health check or an interface whose router is mounted nowhere looks finished, is tested on its own perhaps, and is never served.",
    limits="Routers and blueprints of Python that no shipped module imports, in repositories whose application includes others by name. Where modules are loaded by names known only at run time, nothing is said.",
    fix="Include the router in the application, or delete the module.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"served-routes"}),
    check_repository=_check,
    examples=(
        Example(
            title="a health check that is served by nobody",
            files={"shop/app.py": _APP, "shop/orders.py": _ORDERS, "shop/health.py": _HEALTH},
            found=("shop/health.py:3",),
        ),
        Example(
            title="taken in, or loaded by name",
            files={"shop/app.py": _APP, "shop/orders.py": _ORDERS},
        ),
        Example(
            title="modules of a folder, one after the other",
            files={
                "shop/app.py": _APP
                + "\n\ndef more(names):\n    import importlib\n\n    for name in names:\n        app.include_router(importlib.import_module(name).router)\n",
                "shop/orders.py": _ORDERS,
                "shop/health.py": _HEALTH,
            },
        ),
    ),
)
