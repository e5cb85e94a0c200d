"""``auditor site``: a folder of certificates as pages that any web server can serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.clock import now
from auditor.cli.console import diagnostics_console
from auditor.cli.trusting import trust_options
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.words import counted
from auditor.repo.publish import publish
from auditor.repo.site_folder import (
    MARK,
    CertificateFiles,
    certificate_names,
    read_certificate,
    site_pages,
    withdraw,
)

if TYPE_CHECKING:
    from auditor.certificate.report import VerificationReport
    from auditor.certificate.trust import Trust
    from auditor.web.links import SourceLinks
    from auditor.web.site import Card

__all__ = ["site"]

NO_JEKYLL = ".nojekyll"
"""Tells GitHub Pages to serve files as they are."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", metavar="SITE", required=True, type=click.Path(path_type=Path), help="Write the pages here.")
@trust_options
@click.option("--title", default="Certificates", show_default=True, help="The heading of the index.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="REPOSITORY=URL",
    help="Where links to the lines of a repository lead. Repeatable.",
)
def site(folder: Path, *, out: Path, trust: Trust, title: str, sources: tuple[str, ...]) -> None:
    """Make a static site of the certificates in DIR.

    An index with decisions, trends and a search, and a page for each certificate with the result of its
    verification. A broken certificate is shown as broken. An earlier site in SITE is replaced; a folder that
    holds anything else is refused.
    """
    old = site_pages(out)
    builder = _Builder(
        folder=folder,
        trust=trust,
        sources=dict(_source(text) for text in sources),
        today=now().date(),
    )
    names, others = certificate_names(folder)
    cards = tuple(builder.card(name) for name in names)
    written = _write(builder, cards, out, title)
    withdraw(out, tuple(set(old) - written))
    for name in others:
        diagnostics_console().print(visible(f"left out, no certificate: {name}"), soft_wrap=True)
    click.echo(visible(f"wrote {counted(len(cards), 'certificate')}: {out / 'index.html'}"), err=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Builder:
    """Reads certificates one by one, so that no more than one is in memory."""

    folder: Path
    trust: Trust
    sources: Mapping[str, SourceLinks]
    today: date

    def card(self, name: str) -> Card:
        """What the index shows of a certificate."""
        from auditor.web.site import card_of  # noqa: PLC0415 - jinja2 and signing only where needed
        from auditor.web.standing import standing_of  # noqa: PLC0415 - as above

        found = read_certificate(self.folder, name)
        return card_of(name, _audit_of(found), standing_of(found.files.get(".md"), self._verified(found)))

    def pages(self, card: Card, cards: tuple[Card, ...]) -> Mapping[str, bytes]:
        """The page of a certificate, and its files as they are."""
        from auditor.web.report import Surroundings, render_report  # noqa: PLC0415 - as above
        from auditor.web.site import history_of, page_name, render_broken  # noqa: PLC0415 - as above

        found = read_certificate(self.folder, card.name)
        copies = {f"{page_name(card.name)}{ending}": content for ending, content in found.files.items()}
        audit = _audit_of(found)
        if audit is None:
            return {card.page: render_broken(card, tuple(copies)), **copies}
        around = Surroundings(
            source=self.sources.get(audit.repository.name),
            history=history_of(cards, audit.repository.name),
            standing=card.standing,
            home="index.html",
            downloads=tuple(copies),
        )
        return {card.page: render_report(audit, around), **copies}

    def _verified(self, found: CertificateFiles) -> VerificationReport:
        from auditor.certificate import report  # noqa: PLC0415 - as above
        from auditor.certificate.verify import Material, verify  # noqa: PLC0415 - as above
        from auditor.scoring.recompute import recompute  # noqa: PLC0415 - as above

        if found.unread or ".md" not in found.files:
            checks = tuple(report.failed("file", text) for text in found.unread)
            return report.VerificationReport(certificate_id=None, decision=None, checks=checks)
        return verify(
            Material(
                certificate=found.files[".md"],
                report=found.files.get(".json"),
                trust=self.trust,
                recompute=recompute,
                today=self.today,
            )
        )


def _audit_of(found: CertificateFiles) -> Audit | None:
    from auditor.model.codec import loads  # noqa: PLC0415 - pydantic only where needed

    try:
        return loads(found.files[".json"]) if ".json" in found.files else None
    except UserError:
        return None


def _source(text: str) -> tuple[str, SourceLinks]:
    from auditor.web.links import source_links  # noqa: PLC0415 - only where needed

    repository, _, address = text.partition("=")
    links = source_links(address)
    if not repository or links is None:
        hint = "give REPOSITORY=URL, with the address of a repository on a known host, or one with {commit} and {path}"
        raise click.BadParameter(f"{text!r}: {hint}", param_hint="--source")
    return repository, links


def _write(builder: _Builder, cards: tuple[Card, ...], out: Path, title: str) -> set[str]:
    """Write the pages, the index last; gives the names of all files."""
    from auditor.web.site import render_index  # noqa: PLC0415 - jinja2 only where needed

    written = {MARK, NO_JEKYLL, "index.html"}
    publish(out, {MARK: b"index.html\n"})  # from here on it is a site, whatever should happen
    for card in cards:
        pages = builder.pages(card, cards)
        written |= set(pages)
        publish(out, pages)
    listing = "".join(f"{name}\n" for name in sorted(written - {MARK, NO_JEKYLL})).encode()
    publish(out, {NO_JEKYLL: b"", MARK: listing, "index.html": render_index(cards, title)})
    return written
