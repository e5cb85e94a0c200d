"""Where a hook at the end of a run of tests has it end as passed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, own_nodes

__all__ = ["ended_well"]

_NOTHING_RAN = pattern(r"==\s*5\b|NO_TESTS|testscollected")
_PASSED = pattern(r"^0$|(?:^|\.)OK$")


def ended_well(view: FunctionView) -> Iterator[ast.Assign]:
    """``session.exitstatus = 0`` at the end of a run; that nothing was collected is another matter."""
    spared = [one for one in view.of(ast.If) if _NOTHING_RAN.search(ast.unparse(one.test))]
    aside = {id(node) for one in spared for node in own_nodes(one.body)}
    for node in view.of(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr="exitstatus")], value=value) if id(node) not in aside:
                if _PASSED.search(ast.unparse(value)):
                    yield node
            case _:
                continue
