"""A waiver in a comment."""

from dataclasses import dataclass

__all__ = ["InlineWaiver"]


@dataclass(frozen=True, slots=True, order=True)
class InlineWaiver:
    """One comment. It covers findings of `rules` at its `line` and at `target`, the code that it stands above.

    `by` is empty where nobody is named. `problem` says what is wrong with it; such a one counts as absent.
    """

    line: int
    target: int
    rules: tuple[str, ...] = ()
    until: str = ""
    reason: str = ""
    by: str = ""
    problem: str = ""
