"""The Markdown of a certificate: a pure function of the audit.

The template engine passes every value that a template prints through `auditor.model.escape`: text of
ours stands in the templates, and everything else is made inert whether or not a template's author
remembers it. Filters that could undo this (``safe``, ``join``, ``replace`` ...) are not there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from auditor.certificate.template_engine import template_engine
from auditor.certificate.view import View
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.comparison import FindingMark
from auditor.model.escape import block, code, prose
from auditor.model.finding import Finding
from auditor.model.outcome import Evidence
from auditor.resources import resource_names

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["KINDS_FOLDER", "environment", "inert", "kinds", "render_body", "tidy"]

KINDS_FOLDER = "templates"
_HOUR = 60
_KEPT_FILTERS = ("length",)


def render_body(audit: Audit, *, signed: bool = False) -> str:
    """The certificate up to its signature section, in the kind that its rubric names.

    The same audit gives the same text. Raises UserError where there is no template of that kind.
    """
    if audit.rubric.kind not in kinds():
        remedy = f"take a report of one of the kinds {', '.join(kinds())}"
        raise UserError(f"there is no certificate template of kind {audit.rubric.kind!r}", remedy=remedy)
    template = environment().get_template(f"{audit.rubric.kind}.md.j2")
    text = template.render(audit=audit, view=View(audit), signed=signed)
    return tidy(text)


def kinds() -> tuple[str, ...]:
    """The kinds of certificate that there are templates for."""
    names = resource_names(KINDS_FOLDER, ".md.j2")
    stems = (name.removeprefix(f"{KINDS_FOLDER}/").removesuffix(".md.j2") for name in names)
    return tuple(stem for stem in stems if not stem.startswith("_"))


@cache
def environment() -> Environment:
    """The template environment; strict about names, and everything that is printed is escaped."""
    return template_engine(KINDS_FOLDER, inert, _KEPT_FILTERS, _FILTERS)


def inert(value: object) -> Markup:
    """What a template prints: made by one of our filters or macros, or else escaped as words that even a table can hold."""
    return value if isinstance(value, Markup) else Markup(prose(str(value)))  # noqa: S704 - this is the escaping


def _mark(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - only called with text that was escaped


def _code(text: object) -> Markup:
    return _mark(code(str(text), table=True))


def _words(text: object) -> Markup:
    """Words outside of a table, where pipes stay as they are."""
    return _mark(prose(str(text), table=False))


def _names(texts: object) -> Markup:
    """Names in a row, or a dash where there are none."""
    assert isinstance(texts, tuple)
    return _mark(", ".join(prose(str(text)) for text in texts) or "-")


def _codes(texts: object) -> Markup:
    assert isinstance(texts, tuple)
    return _mark(", ".join(code(str(text), table=True) for text in texts) or "-")


def _place(one: Finding | Evidence) -> Markup:
    """``path:3-7`` as code; a region of one line as ``path:3``, a whole file as ``path``."""
    if one.path is None:
        return _mark("-")
    if one.start_line is None:
        return _code(one.path)
    last = "" if one.end_line in (None, one.start_line) else f"-{one.end_line}"
    return _code(f"{one.path}:{one.start_line}{last}")


def _mark_place(one: FindingMark) -> Markup:
    """``path:3`` as code."""
    return _code(f"{one.path}:{one.start_line}")


def _excerpt(one: Finding | Evidence) -> Markup:
    return _mark(block(one.excerpt, one.start_line or 1))


def _hours(minutes: int) -> Markup:
    """Minutes in words: ``6 h``, ``1 h 30 min``, ``45 min``."""
    hours, rest = divmod(minutes, _HOUR)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest)
    return _mark(" ".join(parts) or "0 min")


def _time(text: str) -> Markup:
    """``2026-12-01 09:30:00 UTC`` for an RFC 3339 time; anything else as code."""
    digits = text.replace("-", "").replace(":", "").replace("T", "").removesuffix("Z")
    regular = len(digits) == len("20261201093000") and digits.isascii() and digits.isdigit() and text.endswith("Z")
    return _mark(text.removesuffix("Z").replace("T", " ") + " UTC") if regular else _code(text)


def _spoken(outcome: str) -> Markup:
    """An outcome in words: ``not met``."""
    return _mark(prose(outcome.replace("-", " ")))


def _plural(count: int, word: str) -> Markup:
    many = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    if word == "criterion":
        many = "criteria"
    return _mark(f"{count:d} {word if count == 1 else many}")


def tidy(text: str) -> str:
    """One empty line where templates left several, none of them inside of a block; one line end at the end."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            fence = "" if line == fence else fence
        elif line.endswith("```text") and not line.removesuffix("text").strip("`"):
            fence = line.removesuffix("text")
        elif not line.strip() and (not lines or not lines[-1]):
            continue
        lines.append(line if fence else line.rstrip())
    return "\n".join(lines).strip("\n") + "\n"


_FILTERS: dict[str, Callable[..., object]] = {
    "code": _code,
    "codes": _codes,
    "excerpt": _excerpt,
    "hours": _hours,
    "mark": _mark_place,
    "names": _names,
    "place": _place,
    "plural": _plural,
    "spoken": _spoken,
    "time": _time,
    "words": _words,
}
