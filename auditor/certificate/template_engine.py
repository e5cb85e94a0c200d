"""The template engine: strict about names, with no filter but those that are named, and everything that is printed passed through one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jinja2 import Environment, FunctionLoader, StrictUndefined

from auditor.resources import resource_text

__all__ = ["template_engine"]


def template_engine(
    folder: str, shown: Callable[[object], object], kept: Sequence[str], filters: Mapping[str, Callable[..., object]]
) -> Environment:
    """An environment for the templates in a folder of ours.

    `shown` makes what a template prints, `kept` are filters of the engine that cannot undo it, `filters` are our own.
    """
    made = Environment(
        loader=FunctionLoader(lambda name: resource_text(f"{folder}/{name}")),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters = {name: made.filters[name] for name in kept} | dict(filters)
    made.globals = {}
    return made
