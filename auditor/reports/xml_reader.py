"""XML as a stream of elements, without anything that XML can be made to do.

expat is used itself rather than through a tree: a tree of a million elements does not fit, and the handlers
that refuse declarations are the same that defusedxml would set. See ADR 14.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from pyexpat import ErrorString, ExpatError, ParserCreate, XMLParserType
from typing import NoReturn

from auditor.reports.base import bad_report

__all__ = ["MOST_DEPTH", "read_elements"]

MOST_DEPTH = 100
_REMEDY = "give the file as the tool wrote it"

Start = Callable[[str, Mapping[str, str], int], None]
End = Callable[[str], None]


def read_elements(data: bytes, name: str, start: Start, end: End) -> None:
    """Call `start` with tag, attributes and line, and `end` with the tag, for each element in the order of the file.

    The encoding is the declared one, UTF-16 with a byte order mark among them. A document type may be named,
    as Cobertura's is, and is never fetched; what declares anything in it is refused. Raises UserError.
    """
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise bad_report(name, "this file is empty", _REMEDY)
    parser = ParserCreate()
    depth = 0

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise bad_report(name, f"elements are nested deeper than {MOST_DEPTH}", _REMEDY, parser.CurrentLineNumber)
        start(tag, attributes, parser.CurrentLineNumber)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(tag)

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    _refuse_declarations(parser, name)
    try:
        parser.Parse(data, True)  # noqa: FBT003 - takes no keyword
    except ExpatError as error:
        raise bad_report(name, f"broken XML: {ErrorString(error.code)}", _REMEDY, error.lineno) from error
    except (ValueError, LookupError) as error:  # an encoding that Python does not have, or not for single bytes
        raise bad_report(name, f"XML in an encoding that cannot be read: {error}", "save it as UTF-8") from error


def _refuse_declarations(parser: XMLParserType, name: str) -> None:
    def refused(what: str) -> NoReturn:
        raise bad_report(name, f"{what} in XML are not read", _REMEDY, parser.CurrentLineNumber)

    def doctype(_root: str, _system: str | None, _public: str | None, has_content: int) -> None:
        if has_content:
            refused("document types with declarations")

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = lambda *_: refused("entities")
    parser.UnparsedEntityDeclHandler = lambda *_: refused("entities")
    parser.ExternalEntityRefHandler = lambda *_: refused("external entities")
    parser.SkippedEntityHandler = lambda *_: refused("entities")
