"""Which calls of a Python file draw a random number: of the module, or of a generator that somebody made."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, syntax_of
from auditor.facts.source import Source

__all__ = ["DrawnValues"]

_METHODS = (
    r"random|uniform|randint|randrange|gauss|normal|normalvariate|lognormvariate|lognormal|paretovariate|weibullvariate|choices|choice|rand|randn|betavariate|beta|gamma|triangular|"
    r"expovariate|exponential|poisson|binomial|integers|standard_normal|randbelow"
)
_OF_MODULE = pattern(rf"^(?:random|numpy\.random|np\.random|secrets)\.(?:{_METHODS})$")
_OF_GENERATOR = pattern(rf"^(?:{_METHODS})$")
_MAKERS = pattern(
    r"^(?:random\.(?:Random|SystemRandom)|secrets\.SystemRandom|(?:numpy|np)\.random\.(?:default_rng|RandomState|Generator))$"
)
_DISTRIBUTION = "NormalDist"


@dataclass(frozen=True, slots=True)
class DrawnValues:
    """The names under which a file holds generators of random numbers.

    `held` are names of the module and attributes; `makers` are functions of the file that give a generator.
    """

    syntax: PythonSyntax
    held: frozenset[str]
    makers: frozenset[str]

    @staticmethod
    def of(source: Source) -> DrawnValues:
        """Read them from a file, once for all who ask while it is looked at. Raises ParseFailure where it does not parse."""
        return _read(syntax_of(source))

    def is_draw(self, call: ast.AST, view: FunctionView) -> bool:
        """Whether a call within this function gives a random number."""
        if not isinstance(call, ast.Call):
            return False
        if _OF_MODULE.search(self.syntax.name_of(call.func)):
            return True
        if not isinstance(call.func, ast.Attribute):
            return False
        if call.func.attr == "samples":
            return _is_distribution(call.func.value)
        return _OF_GENERATOR.search(call.func.attr) is not None and self._is_generator(call.func.value, view)

    def _is_generator(self, value: ast.expr, view: FunctionView) -> bool:
        if isinstance(value, ast.Call):
            return self._makes(value)
        name = last_name(value)
        return name in self.held or name in _local(self, view)

    def _makes(self, call: ast.Call) -> bool:
        return _MAKERS.search(self.syntax.name_of(call.func)) is not None or last_name(call.func) in self.makers


@lru_cache(maxsize=2)
def _read(syntax: PythonSyntax) -> DrawnValues:
    plain = DrawnValues(syntax, frozenset(), frozenset())
    makers = frozenset(
        view.name
        for view in syntax.functions
        if any(isinstance(one.value, ast.Call) and plain._makes(one.value) for one in view.returns)  # noqa: SLF001 - its own
    )
    known = DrawnValues(syntax, frozenset(), makers)
    top = {id(one) for one in syntax.tree.body}
    held = frozenset(
        last_name(target)
        for one in nodes_of(syntax.tree, ast.Assign)
        if isinstance(one.value, ast.Call) and known._makes(one.value)  # noqa: SLF001 - its own
        for target in one.targets
        if isinstance(target, ast.Attribute) or id(one) in top
    )
    return DrawnValues(syntax, held, makers)


@lru_cache(maxsize=4)
def _local(drawn: DrawnValues, view: FunctionView) -> frozenset[str]:
    """The names of a function that it binds to a generator, or that are annotated as one; many calls of it ask in turn."""
    bound = {
        last_name(target)
        for one in view.of(ast.Assign)
        if isinstance(one.value, ast.Call) and drawn._makes(one.value)  # noqa: SLF001 - its own
        for target in one.targets
    }
    arguments = (*view.node.args.args, *view.node.args.kwonlyargs)
    return frozenset(bound).union(
        one.arg for one in arguments if one.annotation and _MAKERS.search(drawn.syntax.name_of(one.annotation))
    )


def _is_distribution(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) == _DISTRIBUTION
