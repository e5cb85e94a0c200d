"""What a server for coding agents answers: scans below one root, and the last of them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from auditor.agent.quoting import Json
from auditor.agent.ruled import rule_answer, verify_answer
from auditor.agent.scanned import closing_answer, component_answer, criterion_answer, scan_answer
from auditor.certificate.trust import Trust
from auditor.certificate.verify import verify as make_checks
from auditor.cli.clock import now
from auditor.cli.verify_material import letter_at, material_of
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.pipeline import Request, audit_repository
from auditor.repo.confined import below, refuse_foreign_git
from auditor.repo.memory_store import MemoryStore
from auditor.rules.registry import rules

__all__ = ["Session"]

_MOST_REMEMBERED = 4

_Asked = tuple[str, tuple[str, ...]]


class Session:
    """One connection. Nothing is written: results are remembered in memory. Every method raises UserError on bad input."""

    def __init__(self, root: Path, trust: Trust) -> None:
        self._root, self._trust = root, trust
        self._store = MemoryStore(time.time())
        self._last: dict[_Asked, Audit] = {}

    def scan(self, folder: str, components: list[str], page: int) -> Json:
        """Audit a repository; a further page is one of the last audit of it."""
        asked = (folder, tuple(components))
        audit = self._last.get(asked) if page > 1 else None
        return scan_answer(audit or self._audit(asked), page)

    def explain(self, about: str, folder: str) -> Json:
        """A rule by id or name, or else a component or a criterion of the last audit of the folder."""
        for rule in rules():
            if about.lower() in {rule.id.lower(), rule.name}:
                return rule_answer(rule)
        audit = self._known(folder)
        for component in audit.components:
            if about.lower() in {component.name.lower(), component.title.lower()}:
                return component_answer(audit, component)
        return criterion_answer(audit, about)

    def what_closes(self, condition: str, folder: str) -> Json:
        """What closes a condition of the last audit of the folder."""
        return closing_answer(self._known(folder), condition)

    def verify(self, certificate: str) -> Json:
        """Verify a certificate, or a decision letter with the certificate beside it, by the keys that the server was given."""
        path = below(self._root, certificate)
        letter = letter_at(path)
        if letter is not None:
            path = below(self._root, letter[0].relative_to(self._root).as_posix())
        self._refuse_linked_report(path)
        material = material_of(path, self._trust)
        report = make_checks(material)
        if letter is not None:
            from auditor.certificate.letter import check_letter  # noqa: PLC0415 - only for letters

            report = replace(report, checks=(*report.checks, check_letter(letter[1], material.report)))
        return verify_answer(report)

    def _refuse_linked_report(self, path: Path) -> None:
        report = path.with_suffix(".json")
        if report.is_file() or report.is_symlink():
            below(self._root, report.relative_to(self._root).as_posix())

    def _known(self, folder: str) -> Audit:
        """The last audit of the folder, whatever components it scored; a new one where there is none."""
        found = [audit for (where, _), audit in self._last.items() if where == folder]
        return found[-1] if found else self._audit((folder, ()))

    def _audit(self, asked: _Asked) -> Audit:
        where, components = asked
        folder = below(self._root, where)
        if not folder.is_dir():
            raise UserError(f"{where!r} is no folder", remedy="name the folder of a repository below the root")
        refuse_foreign_git(folder)
        self._store.now = time.time()
        request = Request(repository=folder, now=now(), components=components, store=self._store)
        audit, _ = audit_repository(
            request
        )  # in this process: standard input is the protocol's, and no child may have it
        self._last.pop(asked, None)
        self._last[asked] = audit
        while len(self._last) > _MOST_REMEMBERED:
            del self._last[next(iter(self._last))]
        return audit
