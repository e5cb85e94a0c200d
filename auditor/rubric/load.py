"""Loads a rubric: the file, what it extends, and everything checked before a single point is given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from pydantic import ValidationError

from auditor.errors import Place, UserError
from auditor.model.rubric import Rubric
from auditor.resources import resource_names, resource_text
from auditor.rubric.check import check_references
from auditor.rubric.problems import first_problem, suggestion
from auditor.rubric.yaml_file import Located, read_located
from auditor.rules.base import Rule
from auditor.rules.card import RuleCard

__all__ = ["DEFAULT_RUBRIC", "load_rubric", "rubric_digest", "shipped_rubrics"]

DEFAULT_RUBRIC = "production-readiness"
MAX_EXTENDS = 8

ReadText = Callable[[str], str]
"""Gives the text of a rubric file by its path; raises UserError where there is none."""


def shipped_rubrics() -> tuple[str, ...]:
    """The ids of the rubrics that ship with this package."""
    return tuple(PurePosixPath(name).stem for name in resource_names("rubrics", ".yaml"))


def load_rubric(name: str, rules: Iterable[Rule | RuleCard], read_text: ReadText) -> Rubric:
    """The rubric of this name: the id of a shipped one, or the path of a file that `read_text` reads.

    What it extends is looked for in the same way, a path relative to the file that names it. Raises
    UserError, with file, line and remedy, on everything that is wrong with it.
    """
    tree = _resolve(name, Place(name), (), read_text)
    try:
        rubric = Rubric.model_validate_json(json.dumps(tree.plain()))
    except ValidationError as error:
        raise first_problem(error, tree) from error
    check_references(rubric, tree, tuple(rules))
    return rubric


def rubric_digest(rubric: Rubric) -> str:
    """sha256 (hex) over the resolved content: two rubrics with one digest give the same points."""
    content = json.dumps(rubric.model_dump(mode="json"), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _resolve(name: str, named_at: Place, seen: tuple[str, ...], read_text: ReadText) -> Located:
    if name in seen:
        raise UserError(
            f"this rubric extends itself: {' -> '.join((*seen, name))}", place=named_at, remedy="break the circle"
        )
    if len(seen) >= MAX_EXTENDS:
        raise UserError(f"more than {MAX_EXTENDS} rubrics extend one another", place=named_at, remedy="extend fewer")
    tree = _read(name, named_at, read_text)
    parent = tree.text("extends")
    if parent is None:
        _refuse_value(tree, "extends")
        _refuse_removal(tree)
        return tree.without("extends", "remove")
    at = tree.place_of(("extends",))
    base = _resolve(_beside(parent, name), at, (*seen, name), read_text)
    return _extended(base, tree)


def _read(name: str, named_at: Place, read_text: ReadText) -> Located:
    if _is_path(name):
        return read_located(read_text(name), name)
    if name not in shipped_rubrics():
        remedy = suggestion(name, shipped_rubrics()) or "a rubric in a file is named by its path, ending in .yaml"
        raise UserError(f"there is no rubric {name!r}", place=named_at if named_at.line else None, remedy=remedy)
    path = f"rubrics/{name}.yaml"
    return read_located(resource_text(path), path)


def _is_path(name: str) -> bool:
    return "/" in name or name.endswith((".yaml", ".yml"))


def _beside(parent: str, child: str) -> str:
    if not _is_path(parent) or not _is_path(child) or parent.startswith("/"):
        return parent
    return str(PurePosixPath(child).parent / parent)


def _refuse_value(tree: Located, key: str) -> None:
    if tree.get(key) is not None:
        raise UserError(f"`{key}` must be text", place=tree.place_of((key,)), remedy="name a shipped rubric or a file")


def _refuse_removal(tree: Located) -> None:
    if tree.get("remove") is not None:
        raise UserError("`remove` without `extends`", place=tree.place_of(("remove",)), remedy="name what is extended")


def _extended(base: Located, child: Located) -> Located:
    criteria = child.get("criteria")
    merged = base.updated(child.without("extends", "remove", "criteria"))
    listed = _without_removed(base, child)
    if criteria is not None:
        if criteria.items is None:
            raise UserError("`criteria` must be a list", place=criteria.place, remedy="begin each with `- id:`")
        for one in criteria.items:
            listed = _laid_over(listed, one)
    old = base.get("criteria")
    place = criteria or old or child
    pairs = {**(merged.pairs or {}), "criteria": Located(place.place, items=tuple(listed))}
    return replace(merged, pairs=pairs, keys={**merged.keys, "criteria": place.place})


def _without_removed(base: Located, child: Located) -> list[Located]:
    old = base.get("criteria")
    listed = list((old.items if old else None) or ())
    removed = child.get("remove")
    if removed is None:
        return listed
    known = [one.text("id") or "" for one in listed]
    for item in removed.items if removed.items is not None else (removed,):
        if item.value not in known:
            remedy = suggestion(str(item.value), known) or "`auditor rubric show` lists the criteria"
            raise UserError(f"`remove` names no criterion: {item.value!r}", place=item.place, remedy=remedy)
    gone = {item.value for item in removed.items or (removed,)}
    return [one for one in listed if one.text("id") not in gone]


def _laid_over(listed: list[Located], one: Located) -> list[Located]:
    """The list with a criterion changed (same id), or added at its end."""
    for position, old in enumerate(listed):
        if one.text("id") is not None and old.text("id") == one.text("id"):
            kept = old.without("forbid", "require") if one.get("forbid") or one.get("require") else old
            return [*listed[:position], kept.updated(one), *listed[position + 1 :]]
    return [*listed, one]
