"""The calls of Python that make routers and applications, and that include one in another."""

from __future__ import annotations

import ast

from auditor.facts.python_names import last_name
from auditor.facts.route_settings import keyword_of

__all__ = ["INCLUDES", "PREFIX_WORDS", "ROUTERS", "branches_of", "makes_router", "prefix_of", "routed_by"]

ROUTERS = frozenset({"include_router", "APIRouter", "Blueprint", "register_blueprint", "Router", "FastAPI", "Flask", "Api", "NinjaAPI",
                      "Namespace", "add_namespace", "RouteTableDef", "SubRouter", "APIBlueprint", "add_router", "nest", "Starlette"})  # fmt: skip
INCLUDES = frozenset({"include_router", "register_blueprint", "add_router"})
PREFIX_WORDS = frozenset({"prefix", "url_prefix", "path_prefix", "root_path", "base_path", "path", "static_url_path"})


def makes_router(call: ast.Call) -> bool:
    """Whether a call makes a router or application: one of a framework, or one that is named after it."""
    name = last_name(call.func)
    return name in ROUTERS or name.endswith("Router")


def routed_by(node: ast.Call, name: str) -> ast.expr | None:
    """The router that a call includes."""
    if name not in INCLUDES or not node.args:
        return None
    return node.args[1] if name == "add_router" and len(node.args) > 1 else node.args[0]


def prefix_of(node: ast.Call, name: str) -> ast.expr | None:
    """The prefix that a router is made or included with; None where it has none."""
    value = keyword_of(node, *PREFIX_WORDS)
    if value is None and ((name == "add_router" and len(node.args) > 1) or (name == "Namespace" and node.args)):
        value = node.args[0]
    return None if isinstance(value, ast.Constant) and not isinstance(value.value, str) else value


def branches_of(node: ast.expr) -> tuple[ast.expr, ...]:
    """What a conditional expression may be."""
    return (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
