"""AUD934: a middleware, guard or limiter is written and never put into the application."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.never_installed import never_installed
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WHAT = {
    "installs": "would put its parts into the application, and nothing calls it",
    "middleware": "is a middleware that nothing adds to an application",
    "guard": "would refuse requests, and no route asks it",
    "keeper": "is made and never asked",
}


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for found in facts.derive(never_installed):
        told = _WHAT.get(found.one.kind)
        if told is not None:
            taken = f" ({found.defined}:{found.one.line}), imported here," if found.is_imported else ""
            yield Hit(found.path, found.line, found.line, f"{found.one.name}{taken} {told}.", found.one.name)


_PARTS = (
    "from starlette.middleware.base import BaseHTTPMiddleware\n\n\nclass StampMiddleware(BaseHTTPMiddleware):\n    async def dispatch(self, request, call_next):\n        return await call_next(request)\n\n\n"
    "class QuietMiddleware(BaseHTTPMiddleware):\n    async def dispatch(self, request, call_next):\n        return await call_next(request)\n\n\n"
    "def setup_parts(app):\n    app.add_middleware(StampMiddleware)\n\n\ndef require_admin(user):\n    if not user.admin:\n        raise PermissionError\n\n\norder_limiter = RateLimiter(60)\n"
)

RULE = Rule(
    id="AUD934",
    name="never-installed",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every middleware, guard and limiter put into the application?",
    why="A module full of security headers, limits and audits, of which `main.py` imports the function that would install them and never calls it, protects nothing and is in every review.",
    limits=(
        "Judged are repositories that make an application of a Python framework: functions that add middleware, routes or handlers to the application which they are given, classes of middleware, functions named for demanding a right, and limiters of a module. "
        "Whatever another module reads or spells out counts as used, and a package's own list of what it hands out does not."
    ),
    fix="Call it where the application is made, and test that a request is refused; or delete it.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"installers"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="imported and not called, and never named anywhere",
            files={
                "shop/parts.py": _PARTS,
                "shop/main.py": "from fastapi import FastAPI\n\nfrom shop.parts import setup_parts\n\napp = FastAPI()\n\n\n@app.get('/')\ndef home():\n    return {}\n",
            },
            found=("shop/main.py:3", "shop/parts.py:18", "shop/parts.py:23", "shop/parts.py:9"),
        ),
        Example(
            title="all of them in use",
            files={
                "shop/parts.py": _PARTS,
                "shop/main.py": (
                    "from fastapi import Depends, FastAPI\n\nfrom shop import parts\n\napp = FastAPI()\nparts.setup_parts(app)\nMIDDLEWARE = ['shop.parts.QuietMiddleware']\n\n\n"
                    "@app.get('/', dependencies=[Depends(parts.require_admin)])\ndef home():\n    parts.order_limiter.check()\n    return {}\n"
                ),
            },
        ),
    ),
)
