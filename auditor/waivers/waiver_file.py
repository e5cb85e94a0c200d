"""Reads `.auditor/waivers.yaml` of a snapshot. Everything in it is required, and everything wrong is told with its line."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.errors import Place, UserError
from auditor.facts.pattern import pattern
from auditor.model.escape import visible
from auditor.model.waiver import WAIVER_FILE, day_of
from auditor.repo.reader import Inventory, Reader, ReadFailure
from auditor.rubric.problems import suggestion
from auditor.rubric.yaml_file import Located, read_located
from auditor.waivers.declared import Declared, derived_id

__all__ = ["MOST_WAIVERS", "parse_waivers", "read_waivers"]

MOST_BYTES = 300_000
"""YAML is read at about 100 KB a second, and nobody accepts more risks than fit into this."""
MOST_WAIVERS = 1_000
LONGEST_TEXT = 500
BEGIN = "begin with `waivers:`, and each one below with `- rule:` or `- criterion:`"

_ABOUT = ("rule", "criterion")
_WHERE = ("path", "fingerprint", "component")
_KEYS = ("id", *_ABOUT, *_WHERE, "reason", "approver", "expires")
_ID = pattern(r"^[A-Za-z][A-Za-z0-9._-]{0,39}$")
_RULE = pattern(r"^[A-Za-z][A-Za-z0-9._:/-]{0,99}$")
_FINGERPRINT = pattern(r"^[0-9a-f]{40}$")
_OTHER_SPELLINGS = (".auditor/waivers.yml", ".auditor/waiver.yaml", ".auditor/waivers.json")


def read_waivers(inventory: Inventory, reader: Reader) -> tuple[Declared, ...]:
    """The waivers of a snapshot's file, in its order; none where there is no file. Raises UserError on a malformed one."""
    for name in _OTHER_SPELLINGS:
        if name in inventory.all_paths:
            raise UserError("waivers are not read from here", place=Place(name), remedy=f"call the file {WAIVER_FILE}")
    if WAIVER_FILE not in inventory.all_paths:
        return ()
    try:
        data = reader.read(WAIVER_FILE)
    except ReadFailure as failure:
        raise _error(f"this file cannot be read: {failure}", "make it a regular file") from failure
    return parse_waivers(data)


def parse_waivers(data: bytes) -> tuple[Declared, ...]:
    """The waivers in `data`. Raises UserError that names line and remedy."""
    if len(data) > MOST_BYTES:
        raise _error("this file is too large", f"keep it below {MOST_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error("this file is no UTF-8", "save it as UTF-8", data.count(b"\n", 0, error.start) + 1) from error
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return ()
    return _unique(_declared(one) for one in _items(read_located(text, WAIVER_FILE, begin=BEGIN)))


def _items(tree: Located) -> tuple[Located, ...]:
    for key, place in tree.keys.items():
        if key != "waivers":
            raise UserError(f"unknown key {key!r}", place=place, remedy=BEGIN)
    listed = tree.get("waivers")
    if listed is None or (listed.items is None and listed.value is None and listed.pairs is None):
        return ()
    if listed.items is None:
        raise UserError("`waivers` must be a list", place=tree.place_of(("waivers",)), remedy=BEGIN)
    if len(listed.items) > MOST_WAIVERS:
        place = listed.items[MOST_WAIVERS].place
        raise UserError(f"there are more than {MOST_WAIVERS} waivers", place=place, remedy="mend something instead")
    return listed.items


def _unique(found: Iterable[Declared]) -> tuple[Declared, ...]:
    by_id: dict[str, Declared] = {}
    for one in found:
        first = by_id.setdefault(one.id, one)
        if first is not one:
            raise _error(
                f"two waivers are called {one.id} (the first in line {first.line})",
                "give each an id of its own, or keep one",
                one.line,
            )
    return tuple(by_id.values())


def _declared(item: Located) -> Declared:
    if item.pairs is None:
        raise UserError("a waiver must be a mapping", place=item.place, remedy=BEGIN)
    for key, place in item.keys.items():
        if key not in _KEYS:
            remedy = suggestion(key, _KEYS) or f"the keys are {', '.join(_KEYS)}"
            raise UserError(f"unknown key {key!r}", place=place, remedy=remedy)
    about, where = _one_of(item, _ABOUT), _one_of(item, _WHERE)
    texts = {key: _text(item, key) for key in (about, where, "reason", "approver", "expires")}
    _check_form(item, about, where, texts)
    expires = day_of(texts["expires"])
    if expires is None:
        raise UserError(
            f"{texts['expires']!r} is no date", place=item.place_of(("expires",)), remedy="write it as 2027-01-31"
        )
    return Declared(
        id=_id(item) or derived_id("W", *(f"{key}={texts[key]}" for key in texts)),
        reason=texts["reason"],
        approvers=(texts["approver"],),
        expires=expires,
        declared_in=WAIVER_FILE,
        line=item.place.line or 1,
        rule=texts.get("rule", ""),
        criterion=texts.get("criterion", ""),
        path=texts.get("path", ""),
        fingerprint=texts.get("fingerprint", ""),
        component=texts.get("component", ""),
    )


def _one_of(item: Located, keys: tuple[str, ...]) -> str:
    given = [key for key in keys if item.get(key) is not None]
    if len(given) == 1:
        return given[0]
    names = " or ".join(f"`{key}`" for key in keys)
    place = item.place_of((given[1],)) if given else item.place
    what = f"a waiver has one of {names}, not {' and '.join(given)}" if given else f"this waiver has no {names}"
    raise UserError(what, place=place, remedy=f"give one of {names}")


def _text(item: Located, key: str) -> str:
    found = item.get(key)
    if found is None:
        raise UserError(f"this waiver has no `{key}`", place=item.place, remedy=f"add `{key}:`")
    text = "" if found.value is None else str(found.value).strip()
    if not text or isinstance(found.value, bool):
        raise UserError(f"`{key}` must be text", place=item.place_of((key,)), remedy=f"write something behind `{key}:`")
    if len(text) > LONGEST_TEXT:
        place = item.place_of((key,))
        raise UserError(f"`{key}` has more than {LONGEST_TEXT} characters", place=place, remedy="say it in fewer words")
    return text


def _check_form(item: Located, about: str, where: str, texts: dict[str, str]) -> None:
    def refuse(key: str, message: str, remedy: str) -> UserError:
        return UserError(message, place=item.place_of((key,)), remedy=remedy)

    if not _RULE.match(texts[about]):
        raise refuse(about, f"{texts[about]!r} is no id or name of a {about}", "name one: there is no blanket form")
    if where == "fingerprint" and not _FINGERPRINT.match(texts[where]):
        raise refuse(
            where, f"{texts[where]!r} is no fingerprint", "copy it from the JSON report: 40 hexadecimal digits"
        )
    if where == "component" and about != "criterion":
        raise refuse(where, "a rule is not waived for a whole component", "name a path or a fingerprint")
    if visible(texts["approver"]) != texts["approver"]:
        raise refuse("approver", "this name holds characters that cannot be seen", "write the name anew")
    if not any(letter.isalpha() for letter in texts["reason"]):
        raise refuse("reason", "this reason says nothing", "say why the risk is accepted")


def _id(item: Located) -> str:
    if item.get("id") is None:
        return ""
    text = _text(item, "id")
    if not _ID.match(text):
        place = item.place_of(("id",))
        raise UserError(f"{text!r} is no id", place=place, remedy="a letter, then letters, digits, dots or hyphens")
    return text


def _error(message: str, remedy: str, line: int | None = None) -> UserError:
    return UserError(message, place=Place(WAIVER_FILE, line), remedy=remedy)
