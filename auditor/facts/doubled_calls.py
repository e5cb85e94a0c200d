"""The functions that a test replaces itself, and then calls."""

from __future__ import annotations

import ast

from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView

__all__ = ["doubled_calls"]


def doubled_calls(view: FunctionView) -> set[str]:
    """The functions for which a test gives the answer, by ``patch.object``, ``setattr`` or a double in their place, and that it calls there."""
    found: dict[str, set[str]] = {}
    bindings = Bindings.of(view)
    for call in view.calls:
        match call:
            case ast.Call(
                func=ast.Attribute(attr="object" | "setattr"), args=[owner, ast.Constant(value=str(name)), *_]
            ):
                found.setdefault(name, set()).add(ast.unparse(owner))
            case _:
                continue
    for node in view.of(ast.Assign):
        if _stands_in(node.value):
            answered = _answered(node.targets[0], view)
            for name in answered:
                found.setdefault(name, set()).add(ast.unparse(node.targets[0]))
        if isinstance(node.value, ast.Lambda) or (
            isinstance(node.value, ast.Call) and last_name(node.value.func).endswith("Mock")
        ):
            for target in (one for one in node.targets if isinstance(one, ast.Attribute)):
                found.setdefault(target.attr, set()).add(ast.unparse(target.value))
    for call in view.calls:
        name = last_name(call.func)
        if name in found and not _is_on(call, found[name], bindings):
            del found[name]
    return set(found)


def _stands_in(value: ast.expr) -> bool:
    """``AsyncMock(spec=Fleet)``: an object in the place of one of a class."""
    specified = isinstance(value, ast.Call) and any(one.arg in ("spec", "spec_set") for one in value.keywords)
    return specified and isinstance(value, ast.Call) and last_name(value.func).endswith("Mock")


def _answered(target: ast.expr, view: FunctionView) -> set[str]:
    """The methods of a double to which the test gives an answer, or a field of one: ``fleet.stop.return_value.ok = True``."""
    found: set[str] = set()
    name = target.id if isinstance(target, ast.Name) else ""
    for node in view.of(ast.Attribute):
        match node:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=held), attr=method), attr="return_value"):
                found.update({method} if held == name else ())
            case _:
                continue
    return found


def _is_on(call: ast.Call, owners: set[str], bindings: Bindings) -> bool:
    """Whether a method is called on one of these, or on what may be an object of one that is a class, and of no other."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = call.func.value
    text = ast.unparse(receiver)
    if text in owners:
        return True
    classes = {name for name in (owner.rpartition(".")[2] for owner in owners) if name[:1].isupper()}
    made = bindings.only(receiver.id) if isinstance(receiver, ast.Name) else receiver
    maker = last_name(made.func) if isinstance(made, ast.Call) else ""
    return bool(classes) and not text.lower().endswith("client") and (not maker[:1].isupper() or maker in classes)
