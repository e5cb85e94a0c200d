"""Turns what pydantic says about a rubric into an error with file, line and remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from auditor.errors import UserError
from auditor.model import rubric as model
from auditor.rubric.yaml_file import Located

if TYPE_CHECKING:
    from pydantic import ValidationError

__all__ = ["first_problem", "suggestion"]

_FIELDS = sorted({name for one in model.__all__ for name in getattr(getattr(model, one), "model_fields", ())})


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """``did you mean ...?`` with the nearest names, or an empty string."""
    close = difflib.get_close_matches(wrong, sorted(set(known)), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else ""


def first_problem(error: ValidationError, tree: Located) -> UserError:
    """The problem that stands first in the files, as an error for the user; the number of others is told."""
    problems = error.errors(include_url=False, include_context=True)
    problem = min(problems, key=lambda one: _importance(one, tree))
    message, remedy = _told(problem)
    if len(problems) > 1:
        more = len(problems) - 1
        message += f"; and {more} more problem{'s' if more > 1 else ''}"
    return UserError(message, place=tree.place_of(problem["loc"]), remedy=remedy)


def _importance(problem: Any, tree: Located) -> tuple[bool, str, int]:  # noqa: ANN401 - pydantic's ErrorDetails
    place = tree.place_of(problem["loc"])
    return (problem["type"] != "extra_forbidden", place.path, place.line or 0)


def _told(problem: Any) -> tuple[str, str]:  # noqa: ANN401 - pydantic's ErrorDetails
    where = ".".join(str(part) for part in problem["loc"])
    name = str(problem["loc"][-1]) if problem["loc"] else ""
    if problem["type"] == "extra_forbidden":
        return f"unknown key {name!r} ({where})", suggestion(name, _FIELDS) or "`auditor rubric schema` lists the keys"
    if problem["type"] == "missing":
        return f"the key {name!r} is missing ({where})", f"add `{name}:`"
    expected = str(problem.get("ctx", {}).get("expected", ""))
    if expected:
        allowed = re.findall(r"'([^']*)'", expected)
        near = suggestion(str(problem["input"]), allowed)
        return f"{problem['input']!r} is not known here ({where})", near or f"one of {', '.join(allowed)}"
    message = problem["msg"].removeprefix("Value error, ")
    return (f"{where}: {message}" if where else message), "`auditor rubric schema` describes every key"
