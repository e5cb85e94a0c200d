"""The template environment of the pages, and their Content-Security-Policy.

Every value that a template prints is shown with what is invisible in it written out, and escaped for
HTML. Style and script are our own files, named in the policy by their digest: nothing else runs or
styles anything, wherever it should come from (https://www.w3.org/TR/CSP3/).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from auditor.certificate.template_engine import template_engine
from auditor.model.escape import visible
from auditor.resources import resource_text

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["page"]

_FOLDER = "templates/web"
_KEPT_FILTERS = ("length", "lower", "reverse")
_HOUR = 60


def page(name: str, **values: object) -> bytes:
    """The page ``NAME.html.j2`` with its style and its script ``NAME.js`` inside; the same values give the same bytes."""
    style, script = resource_text(f"{_FOLDER}/page.css"), resource_text(f"{_FOLDER}/{name}.js")
    template = _environment().get_template(f"{name}.html.j2")
    text = template.render(style=_ours(style), script=_ours(script), policy=_policy(style, script), **values)
    return text.encode("utf-8", "replace")


def _policy(style: str, script: str) -> str:
    """What the page may do: run this script, use this style, show pictures that are written into it."""
    rules = (
        "default-src 'none'",
        f"script-src {_source(script)}",
        f"style-src {_source(style)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


@cache
def _environment() -> Environment:
    return template_engine(_FOLDER, _shown, _KEPT_FILTERS, _FILTERS)


def _shown(value: object) -> object:
    """What a template prints: made by one of our filters or macros, or text that the engine escapes afterwards."""
    return value if isinstance(value, Markup) else visible(str(value))


def _ours(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - only called with our own files and with text that was escaped


def _words(text: object) -> Markup:
    """Words on one line; what stands between backticks becomes code."""
    pieces = visible(str(text).strip()).split("`")
    if len(pieces) % 2 == 0:
        return escape("`".join(pieces))
    marked = (f"<code>{escape(one)}</code>" if index % 2 else str(escape(one)) for index, one in enumerate(pieces))
    return _ours("".join(marked))


def _code(text: object) -> Markup:
    """Text as code that may break at every slash, so that long paths fit a narrow page."""
    return _ours(f"<code>{str(escape(visible(str(text)))).replace('/', '/<wbr>')}</code>")


def _hours(minutes: int) -> str:
    """Minutes in words: ``6 h``, ``1 h 30 min``, ``45 min``."""
    hours, rest = divmod(minutes, _HOUR)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest)) or "0 min"


def _plural(count: int, word: str) -> str:
    many = {"criterion": "criteria", "repository": "repositories"}.get(word, f"{word}s")
    return f"{count:,d} {word if count == 1 else many}"


def _number(count: int) -> str:
    return f"{count:,d}"


def _day(text: str) -> str:
    """The date of an RFC 3339 time."""
    return text.partition("T")[0]


_FILTERS: dict[str, Callable[..., object]] = {
    "code": _code,
    "day": _day,
    "hours": _hours,
    "number": _number,
    "plural": _plural,
    "words": _words,
}
