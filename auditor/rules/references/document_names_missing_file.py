"""AUD701: a document sends its reader to a file that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.known_paths import Places, places
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.named_paths import NamedPath, made_in_document, named_paths
from auditor.rules.references.told_commands import about_other_times
from auditor.rules.references.told_files import ToldFile, bare_programs, is_of_operations, printed_files, told_files

__all__ = ["RULE"]

_FAR = 10
"""So many lines apart a program is told of again in a document of operations: it is another step that fails."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    told = told_files(facts, known)
    for file, document in facts.of(DocumentReferences):
        if about_other_times(file.path):
            continue
        seen: dict[str, int] = {}
        for named in _missing(file.path, document, told.get(file.path, []), known):
            again = named.runs and is_of_operations(file.path)
            if named.path in seen and (not again or named.line - seen[named.path] < _FAR):
                continue
            seen[named.path] = named.line
            message = f"This names `{named.path}`, which is not in the repository{known.hint(named.path)}."
            yield Hit(file.path, named.line, named.line, message, named.path)


def _missing(path: str, document: DocumentReferences, told: list[ToldFile], known: Places) -> list[NamedPath]:
    """What the document names and nobody has, in the order of its lines."""
    folder, made = path.rpartition("/")[0], made_in_document(document)
    own = is_of_operations(path)
    named = named_paths(document, known, path.count("/"), of_operations=own)
    found = {one for one in named if not _is_there(one, folder, made, known)}
    for one in told:
        exact = one.exact and not known.from_template(one.path)
        there = known.from_above(one.path, folder) if exact else known.has(one.path, folder)
        if not there and one.path.rpartition("/")[2] not in made and not is_ignored(one.path, known.facts):
            found.add(NamedPath(one.line, one.path, runs=True))
    for one in bare_programs(document, path, known.facts):
        if one.path not in made and not _is_at_hand(one.path, folder, known):
            found.add(NamedPath(one.line, one.path, runs=True))
    if own:
        printed = printed_files(document, known)
        found.update(NamedPath(one.line, one.path) for one in printed if not known.has(one.path, folder))
    return sorted(found)


def _is_at_hand(name: str, folder: str, known: Places) -> bool:
    """Whether a program is at the top or beside the document, or git ignores it."""
    return known.from_above(name, folder) or is_ignored(name, known.facts)


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
        "Judged are relative links, paths in code style below a folder of the repository, documents named in capitals, and scripts and compose files that commands name, also without a folder where the document leads to no other. "
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
            title="manifests in a folder that the repository lacks, in a document of its operation and in one of others",
            files={
                "app.py": "print(1)\n",
                "PRODUCTION_CHECKLIST.md": "# Go live\n\n```bash\nkubectl apply -f monitoring/extended.yaml\nkubectl apply -f shelf/extended.yaml\n```\n",
                "docs/tour.md": "# Tour\n\n```bash\nkubectl apply -f monitoring/extended.yaml\n```\n",
            },
            found=("PRODUCTION_CHECKLIST.md:4",),
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
            title="programs that a plan for disasters runs, prints and cites, a manifest that lies elsewhere, and scripts that only such a plan could mean",
            files={
                "docs/disaster-recovery.md": (
                    "# Disaster\n\nProven by `proofs/test_restore.py`. Then `jobs/point_dns.sh standby`.\n\n## Restore\n\n```bash\n#!/bin/bash\n# /opt/shop/scripts/restore-all.sh\naws s3 sync s3://shop /srv\n```\n\n"
                    "```bash\nk6 run --vus 5 \\\n  scripts/load.js\nkubectl apply -f base/shop.yaml\ncp .env.production.template .env.production\n```\n\n"
                    "```cron\n0 2 * * * /opt/shop/scripts/save-all.sh\n```\n\n1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n7. g\n8. h\n\n```bash\n/opt/shop/scripts/save-all.sh\n```\n"
                ),
                "scripts/start.sh": "#!/bin/sh\ntrue\n",
                "k8s/base/shop.yaml": "kind: Deployment\n",
                "docs/style.md": "# Style\n\nA test is called `unit/test_thing.py`.\n\n```bash\ncd k8s\nkubectl apply -f base/shop.yaml\npython my_tool.py\n```\n\nThese fail:\n\n```\nlib/test_old.py\nlib/test_new.py\n```\n",
            },
            found=(
                "docs/disaster-recovery.md:3",
                "docs/disaster-recovery.md:9",
                "docs/disaster-recovery.md:15",
                "docs/disaster-recovery.md:16",
                "docs/disaster-recovery.md:17",
                "docs/disaster-recovery.md:21",
                "docs/disaster-recovery.md:34",
            ),
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
            title="programs in no folder, in documents that lead to no other place and tell no more of them",
            files={
                "docs/START.md": "# Start\n\n```bash\npython main.py --all\npython run.py\npython start_all.bat\n```\n\n```bat\nbegin_trade.bat\ncall tools\\stop.cmd\n.\\end.ps1\n```\n",
                "docs/tutorial.md": "# Tutorial\n\nSave this as `first.py`:\n\n```python\nprint(1)\n```\n\n```bash\npython first.py\n```\n",
                "docs/inner.md": "# Inner\n\n```bash\ncd inner\npython main.py\npython other.py\n```\n",
                "shop/main.py": "print(1)\n",
                "run.py": "print(1)\n",
                "tools/stop.cmd": "exit\n",
            },
            found=("docs/START.md:10", "docs/START.md:12", "docs/START.md:4", "docs/START.md:6"),
        ),
        Example(
            title="what clients of clouds and of HTTP are to send, in a document of the operation and in one of others",
            files={
                "docs/production.md": (
                    "# Production\n\n```bash\naws iam create-role --role-name shop --assume-role-policy-document file://trust-policy.json\naws ecs register-task-definition --cli-input-json file://deploy/task.json\n"
                    "curl -X POST https://grafana.example.org/api -d @deploy/board.json\n```\n\n```bash\necho '{}' > lifecycle-policy.json\naws ecr put-lifecycle-policy --lifecycle-policy-text file://lifecycle-policy.json\n```\n"
                ),
                "docs/tour.md": "# Tour\n\n```bash\naws iam create-role --role-name shop --assume-role-policy-document file://trust-policy.json\n```\n",
                "deploy/task.json": "{}\n",
            },
            found=("docs/production.md:4", "docs/production.md:6"),
        ),
        Example(
            title="terms that nobody wrote down, linked and named",
            files={
                "README.md": "# Shop\n\nMIT, see [LICENSE](LICENSE).\n",
                "api/README.md": "# Api\n\nMIT, see `LICENSE`.\n",
                "app.py": "print(1)\n",
            },
            found=("README.md:3", "api/README.md:3"),
        ),
        Example(
            title="terms under another name",
            files={
                "README.md": "# Shop\n\nMIT, see [LICENSE](LICENSE).\n",
                "LICENSE-MIT": "MIT\n",
                "app.py": "print(1)\n",
            },
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
