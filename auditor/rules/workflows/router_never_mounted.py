"""AUD482: a module of routes that no application of the repository takes in."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.unmounted_routers import unmounted_routers
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, line in facts.derive(unmounted_routers):
        message = "No module imports these routes: the application never serves them."
        yield Hit(file.path, line, line, message, file.name.removesuffix(".py"))


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
