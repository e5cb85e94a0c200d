"""What excuses a function that does nothing: it is a hook, an interface, or says that it does nothing."""

from __future__ import annotations

from auditor.facts.code_graph import CodeGraph, Work
from auditor.facts.code_stubs import EMPTY
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module, PythonGraph
from auditor.facts.python_module import PythonFunction

__all__ = ["is_excused", "is_hook", "is_open_class"]

_INTERFACE = pattern(f"{PLAIN_CLASSES}|Default|Always|Allow")
_DECORATORS = pattern(
    r"abstract|overload|property|override|fixture|singledispatch|\.setter$|\.register$|hookimpl|hookspec"
)
_OF_CHECKS = pattern(r"(?i)(?:^|\.|_)(?:gates?|checks?|probes?|criteria|validations?|verifications?)\.register$")
"""Who stands in a table of checks is asked like any other."""
_SAYS_SO = pattern(
    r"(?i)no-?op|does nothing|override|subclass|hook|by default|always|dummy|for compat|deprecated|placeholder for sub"
)


def is_hook(graph: PythonGraph, module: Module, function: PythonFunction) -> bool:
    """Whether a function is there to be overridden, or is decorated, or documents that it does nothing."""
    decorated = any(_DECORATORS.search(name) and not _OF_CHECKS.search(name) for name in function.decorators)
    if decorated or _SAYS_SO.search(function.documentation):
        return True
    if not function.owner:
        return False
    short = function.owner.rpartition(".")[2]
    return short in graph.overridden or _INTERFACE.search(short) is not None or module.path.endswith(".pyi")


def is_open_class(module: Module, function: PythonFunction) -> bool:
    """Whether the function may answer to a base class from outside the repository, which is what calls it so."""
    one = next((one for one in module.fact.classes if one.name == function.owner), None)
    own = {other.name for other in module.fact.classes} | {"object", "abc.ABC", "typing.Generic"}
    return one is not None and any(base not in own and "." in base for base in one.bases)


def is_excused(graph: CodeGraph, work: Work) -> bool:
    """The same for JavaScript, TypeScript and Go, where what only returns a constant may well answer to an interface."""
    function, module = work.function, work.module
    said = f"{function.documentation} {function.notes} {function.name}".lower().replace("webhook", "")
    if module.fact.conditional or "accessor" in function.marks or _SAYS_SO.search(said):
        return True
    if any(_DECORATORS.search(name) for name in function.decorators):
        return True
    if function.owner in graph.bases or (function.owner and _INTERFACE.search(function.owner)):
        return True
    return bool(function.marks & {"method", "property"}) and _answers(graph, work)


def _answers(graph: CodeGraph, work: Work) -> bool:
    """Whether a method without any work may be there because an interface or a base class asks for it."""
    function = work.function
    own = [one for one in work.module.fact.types if one.name == function.owner]
    if any(base.rpartition(".")[2] not in graph.types for one in own for base in one.bases):
        return True
    if not function.bare and function.stub != EMPTY:
        return False
    return "property" in function.marks or graph.is_promised(function)
