"""Waivers as a repository declares them: in `.auditor/waivers.yaml`, and in comments."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from auditor.model.inline_waiver import InlineWaiver
from auditor.model.waiver import day_of

__all__ = ["Declared", "derived_id", "inline_declared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One waiver before anything is known about it.

    Of `rule` and `criterion` one is given, of `path`, `fingerprint` and `component` one. `approvers` has several
    names where the owners of a file stand for a comment in it. A comment covers the line it stands in and `target`.
    """

    id: str
    reason: str
    approvers: tuple[str, ...]
    expires: date
    declared_in: str
    line: int
    rule: str = ""
    criterion: str = ""
    path: str = ""
    fingerprint: str = ""
    component: str = ""
    target: int = 0

    @property
    def inline(self) -> bool:
        """Whether it stands in a comment."""
        return self.target > 0


def derived_id(letter: str, *parts: str) -> str:
    """An id made of what a waiver says: the same as long as it says the same, wherever it stands."""
    return f"{letter}-{hashlib.sha256(chr(0).join(parts).encode('utf-8', 'replace')).hexdigest()[:8]}"


def inline_declared(
    comments: Iterable[tuple[str, InlineWaiver]], owners: dict[str, tuple[str, ...]]
) -> tuple[Declared, ...]:
    """The waivers in comments, one for each rule that one names; those that cannot be read are left out.

    `owners` are those of each file by CODEOWNERS: they approve where a comment names nobody.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for path, one in comments:
        expires = day_of(one.until)
        if one.problem or expires is None:
            continue
        for rule in one.rules:
            key = (path, rule, one.until, one.reason, one.by)
            seen[key] += 1
            found.append(
                Declared(
                    id=derived_id("I", *key, str(seen[key])),
                    rule=rule,
                    path=path,
                    reason=one.reason,
                    approvers=(one.by,) if one.by else owners.get(path, ()),
                    expires=expires,
                    declared_in=path,
                    line=one.line,
                    target=max(one.target, one.line),
                )
            )
    return tuple(found)
