"""Paths that code asks an address for which it holds in a variable: clients of the project's own server, and of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["CLIENT", "PARSER", "CalledPath", "CalledPaths"]

_ON_ADDRESS = pattern(r"""(?:[fF]["']|`)(?:\{|\$\{)((?:[A-Za-z_]\w*\.){0,3}[A-Za-z_]\w*)!?\}(/[\w./{}$!:-]*)["'`?]""")
_ON_CLIENT = pattern(
    r"""\b(request)\(\s*[\w.!]+(?:\(\))?\s*\)\s*\.\s*(?:get|post|put|patch|delete|head)\(\s*["'`](/[\w./{}$:-]*)["'`?]"""
)
"""``request(app).get("/path")``: https://github.com/ladjs/supertest."""
_PLAIN = pattern(r"""["'`](/(?:[A-Za-z][\w.-]*/[\w.-]+/[\w./{}$:-]+|v\d{1,3}/[\w./{}$:-]+))["'`?]""")
"""A path of three segments and more, or of a version's interface, that stands alone: in a list of what is to be asked, as a default, as an argument."""
_CLIENT_CALL = pattern(
    r"""\b(?:fetch|[\w)\]]+\??\.(?:get|post|put|patch|delete|del|request|call|send|do|Get|Post|Put|Patch|Delete|Do|Request|Call|Send)(?:JSON|Json)?)\s*(?:<[^<>()\n]{0,80}>)?\(\s*"""
    r"""(?:[\w.]{1,40}(?:\(\))?\s*,\s*){0,2}["'`](/(?:api|v\d{1,3})/[\w./{}$:-]+)["'`?]"""
)
"""A path that is handed to what asks for it, behind a context or a method."""
_HOST = pattern(r"https?://([A-Za-z0-9.-]+)")
_NEAR = ("localhost", "127.", "0.0.0.0", "example.", "host.docker.internal")  # noqa: S104 - compared, not bound
CLIENT = "()"
"""The base of paths that a client is handed: its address is not seen."""
_ADDRESS = pattern(r"https?://([\w.-]{1,100}):(\d{2,5})\b")
_FIELD = pattern(r"\$?\{[^{}]*\}")
_COMMENT = ("#", "//", "*")
_MOST = 500
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, order=True)
class CalledPath:
    """The path with ``{}`` for each of its fields, the line, and the variable whose address it is put behind; empty where it stands alone, `CLIENT` where a client is handed it."""

    line: int
    path: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledPaths(Fact):
    """What one file asks for, by line; `addresses` are the hosts with ports that it names, `foreign` where it names a host of the internet."""

    kind: ClassVar[str] = "called-paths"
    items: tuple[CalledPath, ...]
    addresses: tuple[tuple[str, int], ...] = ()
    foreign: bool = False


def _parse(source: Source) -> CalledPaths | None:
    found: list[CalledPath] = []
    for start, path, base in _written(source.text):
        line = source.line_at(start)
        written = source.lines[line - 1].lstrip() if line <= len(source.lines) else ""
        if not written.startswith(_COMMENT) and len(written) < _LONGEST and "404" not in written:
            found.append(CalledPath(line, _FIELD.sub("{}", path), base))
        if len(found) >= _MOST:
            break
    if not found:
        return None
    addresses = {(match.group(1), int(match.group(2))) for match in _ADDRESS.finditer(source.text)}
    hosts = {match.group(1) for match in _HOST.finditer(source.text)}
    foreign = any("." in host and not host.startswith(_NEAR) for host in hosts)
    return CalledPaths(items=tuple(sorted(set(found))), addresses=tuple(sorted(addresses)), foreign=foreign)


def _written(text: str) -> Iterator[tuple[int, str, str]]:
    """Where each path begins, the path, and what it is put behind."""
    for rule in (_ON_ADDRESS, _ON_CLIENT) if "}/" in text or "request(" in text else ():
        yield from ((match.start(2), match.group(2), match.group(1)) for match in rule.finditer(text))
    handed = _CLIENT_CALL.finditer(text) if "/api/" in text or "/v" in text else ()
    clients = {match.start(1): match.group(1) for match in handed}
    yield from ((start, path, CLIENT) for start, path in clients.items())
    yield from ((one.start(1), one.group(1), "") for one in _PLAIN.finditer(text) if one.start(1) not in clients)


PARSER = Parser(
    fact=CalledPaths,
    accepts=lambda file: (
        file.language in (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO)
        and file.role in (Role.SHIPPED, Role.TEST)
    ),
    parse=_parse,
)
