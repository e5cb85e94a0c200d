"""A trust file (``.auditor/trust.yaml``): trusted keys with their roles, and how many signatures each role must give.

The reviewer names it on the command line. One that lies in an audited repository is never looked for: whoever wrote
the repository would vouch for himself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from auditor.certificate.keys import load_public_key
from auditor.certificate.signing_library import SSlibKey
from auditor.certificate.trust import Requirement, Revocation, Trust, TrustedKey
from auditor.errors import Place, UserError
from auditor.rubric.yaml_file import Located, read_located
from auditor.trust.names import name_problem, shown_name

__all__ = ["MAX_BYTES", "read_trust"]

MAX_BYTES = 200_000
_REMEDY = "docs/trust.md describes every key"

ReadKey = Callable[[str], bytes]
"""Gives the content of a key file by its path beside the trust file; raises UserError where there is none."""


def _name(value: str) -> str:
    problem = name_problem(value)
    if problem:
        raise ValueError(problem)
    return value


def _day(value: object) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("a day is written as 2026-12-31")
    return date.fromisoformat(value)


def _inside(value: str) -> str:
    if value.startswith(("/", "~")) or ".." in value.split("/") or "\\" in value or "\0" in value:
        raise ValueError("must be a path below the folder of this file")
    return value


Name = Annotated[str, Field(max_length=100), AfterValidator(_name)]
Role = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Valid(_Model):
    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None


class _Revoked(_Model):
    on: Day
    reason: Text
    compromised: Annotated[bool, Field(strict=True)] = False


class _Key(_Model):
    name: Name
    role: Role | None = None
    roles: tuple[Role, ...] = ()
    key: Text | None = None
    path: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_inside)] | None = None
    keyid: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    valid: _Valid = _Valid()
    revoked: _Revoked | None = None


class _Required(_Model):
    role: Role
    count: Annotated[int, Field(ge=1, le=64, strict=True)] = 1


class _File(_Model):
    version: Literal[1]
    keys: Annotated[tuple[_Key, ...], Field(max_length=200)]
    require: Annotated[tuple[_Required, ...], Field(max_length=50)]


def read_trust(content: bytes, path: str, read_key: ReadKey) -> Trust:
    """The trust that a file states. Raises UserError, with line and remedy, on everything that is wrong with it."""
    if len(content) > MAX_BYTES:
        raise UserError("this is larger than any trust file", place=Place(path), remedy=_REMEDY)
    try:
        tree = read_located(content.decode("utf-8-sig"), path, "`version: 1`")
    except UnicodeDecodeError as error:
        raise UserError("this file is no UTF-8", place=Place(path), remedy="save it as UTF-8") from error
    try:
        stated = _File.model_validate(tree.plain())
    except ValidationError as error:
        raise _first_problem(error, tree) from error
    for field in ("keys", "require"):
        if not getattr(stated, field):
            raise _error(f"`{field}` is empty", tree, (field,), "name at least one")
    keys: dict[str, TrustedKey] = {}
    for number, entry in enumerate(stated.keys):
        one = _trusted(entry, tree, number, read_key)
        _refuse_double(one, number, keys, tree)
        keys[one.key.keyid] = one
    requirements = tuple(Requirement(role=one.role, count=one.count) for one in stated.require)
    _refuse_unreachable(requirements, keys, tree)
    return Trust(keys=keys, requirements=requirements)


def _trusted(entry: _Key, tree: Located, number: int, read_key: ReadKey) -> TrustedKey:
    here = ("keys", number)
    if (entry.role is None) == (not entry.roles):
        raise _error("a key has either `role` or `roles`", tree, here, "give it one role, or a list of them")
    if len(set(entry.roles)) != len(entry.roles):
        raise _error("a role stands twice in `roles`", tree, (*here, "roles"), "keep one")
    if entry.valid.start and entry.valid.until and entry.valid.start > entry.valid.until:
        raise _error("this key is valid from a day after its last", tree, (*here, "valid"), "mend the days")
    key = _public_key(entry, tree, number, read_key)
    if entry.keyid is not None and entry.keyid != key.keyid:
        message = f"`keyid` is not the id of this key, which is {key.keyid}"
        raise _error(message, tree, (*here, "keyid"), "leave `keyid` out, or find out which key was meant")
    revoked = entry.revoked
    return TrustedKey(
        key=key,
        name=shown_name(entry.name),
        roles=entry.roles or ((entry.role,) if entry.role else ()),
        valid_from=entry.valid.start,
        valid_until=entry.valid.until,
        revoked=Revocation(on=revoked.on, reason=revoked.reason, compromised=revoked.compromised) if revoked else None,
    )


def _public_key(entry: _Key, tree: Located, number: int, read_key: ReadKey) -> SSlibKey:
    here = ("keys", number)
    if (entry.key is None) == (entry.path is None):
        raise _error("a key has either `key` or `path`", tree, here, "give its text, or the file that holds it")
    field = "key" if entry.path is None else "path"
    try:
        content = (entry.key or "").encode() if entry.path is None else read_key(entry.path)
        return load_public_key(content)
    except UserError as error:
        raise _error(error.message, tree, (*here, field), error.remedy) from error


def _refuse_double(one: TrustedKey, number: int, known: dict[str, TrustedKey], tree: Located) -> None:
    if one.key.keyid in known:
        first = list(known).index(one.key.keyid)
        line = tree.place_of(("keys", first, "name")).line
        message = f"this key stands here twice (first in line {line}, as {known[one.key.keyid].name})"
        raise _error(message, tree, ("keys", number), "keep one entry; `roles` gives a key several roles")
    if one.name.casefold() in {other.name.casefold() for other in known.values()}:
        raise _error(f"two keys are named {one.name}", tree, ("keys", number, "name"), "give each a name of its own")


def _refuse_unreachable(requirements: tuple[Requirement, ...], keys: dict[str, TrustedKey], tree: Located) -> None:
    seen = set()
    for number, one in enumerate(requirements):
        here = ("require", number)
        if one.role in seen:
            raise _error(f"role {one.role} is required twice", tree, here, "keep one, with its count")
        seen.add(one.role)
        there = sum(one.role in key.roles for key in keys.values())
        if there < one.count:
            message = f"{one.count} of role {one.role} must sign, and there are {there} keys of this role"
            raise _error(message, tree, here, "add keys of this role, or require fewer")


def _first_problem(error: ValidationError, tree: Located) -> UserError:
    problems = error.errors(include_url=False)
    problem = min(problems, key=lambda one: (one["type"] != "extra_forbidden", _line(one["loc"], tree)))
    where = ".".join(str(part) for part in problem["loc"])
    more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
    message = {"extra_forbidden": "there is no such key", "missing": "this key is missing"}.get(
        problem["type"], problem["msg"].removeprefix("Value error, ")
    )
    return UserError(f"{where}: {message}{more}", place=tree.place_of(problem["loc"]), remedy=_REMEDY)


def _line(location: tuple[Any, ...], tree: Located) -> int:
    return tree.place_of(location).line or 0


def _error(message: str, tree: Located, location: tuple[str | int, ...], remedy: str) -> UserError:
    return UserError(message, place=tree.place_of(location), remedy=remedy)
