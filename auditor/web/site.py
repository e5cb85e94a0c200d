"""The index of a site of certificates, and the page of one that cannot be shown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.model.audit import Audit
from auditor.model.outcome import Decision
from auditor.web.environment import page
from auditor.web.figures import Curve, curve
from auditor.web.report import Earlier, earlier_of
from auditor.web.standing import Standing, State

__all__ = ["Card", "card_of", "history_of", "page_name", "render_broken", "render_index"]

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One certificate in the index. `repository` and `point` are None where its JSON report cannot be read."""

    name: str
    page: str
    standing: Standing
    repository: str | None = None
    valid_until: str | None = None
    point: Earlier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The certificates of one repository, the newest first."""

    title: str
    newest: Card
    older: tuple[Card, ...]
    line: Curve | None
    decision: Decision | None


def page_name(stem: str) -> str:
    """The name of a certificate's page without its ending: its own where that is plain and not the index's."""
    if _PLAIN.fullmatch(stem) and stem.lower() != "index":
        return stem
    return f"certificate-{hashlib.sha256(stem.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def card_of(name: str, audit: Audit | None, standing: Standing) -> Card:
    """The card of a certificate that was found under this name."""
    address = f"{page_name(name)}.html"
    if audit is None:
        return Card(name=name, page=address, standing=standing)
    return Card(
        name=name,
        page=address,
        standing=standing,
        repository=audit.repository.name,
        valid_until=audit.valid_until,
        point=earlier_of(audit, address),
    )


def history_of(cards: Iterable[Card], repository: str) -> tuple[Earlier, ...]:
    """The audits of a repository by their time; broken certificates are none."""
    points = [
        one.point
        for one in cards
        if one.point and one.repository == repository and one.standing.state is not State.BROKEN
    ]
    return tuple(sorted(points, key=_age))


def render_index(cards: Sequence[Card], title: str) -> bytes:
    """The page with every certificate."""
    groups = sorted(_groups(cards), key=lambda one: (one.title.lower(), one.title, one.newest.name))
    return page(
        "index",
        title=title,
        groups=groups,
        total=len(cards),
        repositories=sum(one.decision is not None for one in groups),
        states=list(State),
        decisions=list(Decision),
    )


def render_broken(card: Card, downloads: tuple[str, ...]) -> bytes:
    """The page of a certificate without a report that can be shown: its checks, and its files."""
    return page("broken", card=card, downloads=downloads)


def _groups(cards: Sequence[Card]) -> Iterable[_Group]:
    for card in cards:
        if card.repository is None:
            yield _Group(title=card.name, newest=card, older=(), line=None, decision=None)
    for repository in sorted({card.repository for card in cards if card.repository is not None}):
        yield _group(repository, cards)


def _group(repository: str, cards: Sequence[Card]) -> _Group:
    own = sorted((one for one in cards if one.repository == repository), key=_freshness, reverse=True)
    history = history_of(cards, repository)
    newest = own[0]
    return _Group(
        title=repository,
        newest=newest,
        older=tuple(own[1:]),
        line=curve([one.score for one in history]) if len(history) > 1 else None,
        decision=newest.point.decision if newest.point else None,
    )


def _freshness(card: Card) -> tuple[bool, tuple[str, str]]:
    """What is broken comes behind all that is not."""
    return card.standing.state is not State.BROKEN, _age(card.point) if card.point else ("", "")


def _age(point: Earlier) -> tuple[str, str]:
    return point.scanned_at, point.certificate_id
