"""AUD701: a document sends its reader to a file that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences
from auditor.facts.known_paths import Places, places
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.named_paths import NamedPath, made_in_document, named_paths
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    for file, document in facts.of(DocumentReferences):
        if about_other_times(file.path):
            continue
        made = made_in_document(document)
        folder = file.path.rpartition("/")[0]
        seen: set[str] = set()
        for named in named_paths(document, known, file.path.count("/")):
            if named.path in seen or _is_there(named, folder, made, known):
                continue
            seen.add(named.path)
            message = f"This names `{named.path}`, which is not in the repository{known.hint(named.path)}."
            yield Hit(file.path, named.line, named.line, message, named.path)


def _is_there(named: NamedPath, folder: str, made: frozenset[str], known: Places) -> bool:
    path = named.path
    if known.has(path, folder) or path.rstrip("/").rpartition("/")[2] in made:
        return True
    return not named.runs and known.is_made(path, folder)


RULE = Rule(
    id="AUD701",
    name="document-names-missing-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every file that the documents name in the repository?",
    why="A runbook that calls a script that is not there fails in the incident for which it was written.",
    limits=(
        "Judged are relative links, paths in code style below a folder of the repository, documents named in capitals, and scripts and compose files that commands name. "
        "Passed over are paths that git ignores, that code or the document itself makes, sentences about making, moving or "
        "planning a file, and documents about the past or the future (changelogs, migrations, decisions, proposals)."
    ),
    fix="Correct the path, add the file, or strike the sentence.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"document-references"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a runbook of another spelling and a script that was never written",
            files={
                "docs/operations.md": "# Operations\n\nSee `docs/ROLLBACK_PROCEDURE.md`.\n\n```bash\n./scripts/build-package.sh\n```\n",
                "docs/ROLLBACK_PROCEDURES.md": "# Rollback\n",
                "scripts/deploy.sh": "#!/bin/sh\ntrue\n",
            },
            found=("docs/operations.md:3", "docs/operations.md:6"),
        ),
        Example(
            title="commands within sentences, and a folder that there is not",
            files={
                "docs/runbook.md": "# Dead letters\n\n1. List them: `python tools/deadletters.py list --since 1h`.\n2. Undo the migration with `scripts/migrate_down.sh`.\n3. Ask `python tools/queue.py`.\n",
                "tools/queue.py": "print(1)\n",
            },
            found=("docs/runbook.md:3", "docs/runbook.md:4"),
        ),
        Example(
            title="a table of folders, one of which is not there, and a checklist of releases",
            files={
                "README.md": "# Shop\n\n| Folder | Content |\n|---|---|\n| `api/` | service |\n| `web/` | pages |\n| `infra/` | machines |\n| `mobile/` | application for telephones |\n\n## Names\n\n- `orders/` is a topic\n",
                "docs/RELEASE_CHECKLIST.md": "# Release\n\n- [x] Contracts hold (`api/tests/contract/`)\n",
                "api/main.py": "print(1)\n",
                "web/index.html": "<html></html>\n",
                "infra/main.tf": "locals {}\n",
            },
            found=("README.md:8", "docs/RELEASE_CHECKLIST.md:3"),
        ),
        Example(
            title="a document by its name alone, the program that makes another file, and a composition elsewhere",
            files={
                "docs/operate.md": (
                    "# Release\n\n- [ ] `SOCKET_STATUS.md` is up to date\n- [ ] `RELEASE_NOTES.md` is\n\nRules are generated with `slo/make_rules.py`, and write `slo/rules.json`.\n\n"
                    "Start: `docker compose -f docker/compose.prod.yml pull && docker compose -f compose.yml up -d`\n"
                ),
                "RELEASE_NOTES.md": "# Notes\n",
                "slo/slos.yaml": "slos: []\n",
                "compose.yml": "services:\n  shop:\n    build: .\n",
            },
            found=("docs/operate.md:3", "docs/operate.md:6", "docs/operate.md:8"),
        ),
        Example(
            title="a broken link",
            files={"README.md": "# Shop\n\nRead the [guide](docs/guide.md).\n"},
            found=("README.md:3",),
        ),
        Example(
            title="files that are made, ignored, templates, or of another system",
            files={
                "README.md": (
                    "# Shop\n\nThe log is `logs/shop.log`, configured in `config/shop.env` and `/etc/shop/shop.conf`.\n"
                    "The report is written to `reports/today.json`.\n\n```bash\n./scripts/run.sh > reports/out.txt\ncat reports/out.txt\n```\n"
                ),
                ".gitignore": "logs/\n",
                "config/shop.env.example": "PORT=80\n",
                "docs/mail.md": (
                    "# Mails\n\nCreate two new templates in a folder named like the mail:\n\n- `config/mail/hello/body.txt`\n"
                    "- `config/mail/hello/subject.txt`\n\nAll rules are [listed](rules/index.md). A provider is `config/PROVIDER_NAME.py`.\n"
                ),
                "docs/.gitignore": "/rules/\n",
                "logs/.keep": "",
                "reports/readme.txt": "",
                "scripts/run.sh": "#!/bin/sh\ntrue\n",
            },
        ),
    ),
    check_repository=_check,
)
