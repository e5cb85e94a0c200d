"""What the graphs of Python and of the other languages have in common: where names are looked for, what results mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from auditor.facts.verdicts import Verdict

__all__ = ["Answering", "enclosing", "succeeds_always"]

_DEEPEST = 5


class Answering(Protocol):
    """A function of any language, by the results that it gives."""

    @property
    def verdicts(self) -> frozenset[Verdict]:
        """Those of its return statements."""

    @property
    def returned_calls(self) -> tuple[str, ...]:
        """The calls whose results it hands on."""

    @property
    def falls_through(self) -> bool:
        """Whether it can end without a return statement."""

    @property
    def is_generator(self) -> bool:
        """Whether it gives its results one by one."""


M = TypeVar("M")
F = TypeVar("F", bound=Answering)


def enclosing(name: str) -> Iterator[str]:
    """The prefixes under which a name is looked for: within the function itself, around it, at the top."""
    yield f"{name}."
    while name:
        name = name.rpartition(".")[0]
        yield f"{name}." if name else ""


def succeeds_always(module: M, function: F, target: Callable[[M, F, str], tuple[M, F] | None], depth: int = 0) -> bool:
    """Whether every way through a function ends in success, its own or that of a function whose result it hands on.

    `target` gives the function that a call of another one reaches; None where it is none that could bear this out.
    """
    if function.falls_through or function.is_generator or depth > _DEEPEST:
        return False
    if function.verdicts == {Verdict.SUCCESS}:
        return True
    if not function.returned_calls or function.verdicts - {Verdict.SUCCESS, Verdict.OPEN}:
        return False
    targets = [target(module, function, call) for call in function.returned_calls]
    return all(one is not None and succeeds_always(*one, target, depth + 1) for one in targets)
