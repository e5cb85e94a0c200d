"""AUD906: a module waits for an initializer that nothing calls, and what it should have set stays None."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.never_installed import never_installed
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for found in facts.derive(never_installed):
        if found.one.kind == "initializes":
            name, path, line = found.one.name, found.defined, found.one.line
            message = f"Nothing ever calls {name}, so that {found.one.sets}, which other functions of this module use, stays None."
            yield Hit(path, line, line, message, name)


_GAUGES = "depth = None\n\n\ndef init_gauges():\n    global depth\n    depth = make_gauge('depth')\n\n\ndef record(value):\n    if depth:\n        depth.set(value)\n\n\nif __name__ == '__main__':\n    init_gauges()\n"

RULE = Rule(
    id="AUD906",
    name="initializer-never-called",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every initializer of a module called?",
    why="`if order_latency: order_latency.observe(...)` is silent for ever where nobody calls `init_metrics()`: all of the instrumentation is there, and none of it runs.",
    limits="Judged are repositories that make an application of a Python framework, and in them functions named for a start that set a name of their module which begins as None, is set nowhere else, and is read by other functions. What runs only when the module is started alone does not count as a call.",
    fix="Call it where the program starts, and fail where it was not called.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"installers"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="gauges that only a demonstration makes",
            files={
                "shop/gauges.py": _GAUGES,
                "shop/main.py": "from fastapi import FastAPI\n\nfrom shop.gauges import record\n\napp = FastAPI()\n\n\n@app.get('/')\ndef home():\n    record(1)\n    return {}\n",
            },
            found=("shop/gauges.py:4",),
        ),
        Example(
            title="gauges that the application makes",
            files={
                "shop/gauges.py": _GAUGES,
                "shop/main.py": "from fastapi import FastAPI\n\nfrom shop.gauges import init_gauges\n\napp = FastAPI(on_startup=[init_gauges])\n",
            },
        ),
    ),
)
