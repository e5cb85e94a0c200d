"""AUD729: something starts a module of the repository's own package that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.container_starts import programs_started
from auditor.facts.repository import RepositoryFacts
from auditor.facts.started_modules import StartedModules
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.own_modules import module_is_there, own_packages
from auditor.rules.references.told_commands import about_other_times, closest

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    packages = facts.derive(own_packages)
    elsewhere = {(file.path, one.name) for file, one in programs_started(facts)}  # of which AUD466 speaks
    for file, fact in facts.of(StartedModules):
        documents = file.language is Language.MARKDOWN
        if (
            is_test_data(file.path)
            or file.role is not (Role.DOCUMENTATION if documents else Role.SHIPPED)
            or (documents and about_other_times(file.path))
        ):
            continue
        for one in fact.items:
            bases = packages.get(one.name.partition(".")[0], frozenset())
            if (file.path, one.name) in elsewhere:
                continue
            if bases and not any(module_is_there(f"{base}{one.name.replace('.', '/')}", facts) for base in bases):
                owner, _, last = one.name.rpartition(".")
                hint = closest(last, _beside(owner, bases, facts))
                message = f"This starts `{one.name}`, and the package `{owner}` has no such module{hint}."
                yield Hit(file.path, one.line, one.line, message, one.name, Severity.LOW if documents else None)


def _beside(owner: str, bases: frozenset[str], facts: RepositoryFacts) -> Iterator[str]:
    """The names of the modules of a package."""
    folders = {f"{base}{owner.replace('.', '/')}/" for base in bases}
    for path in facts.all_paths:
        folder, _, name = path.rpartition("/")
        if f"{folder}/" in folders and name.endswith(".py"):
            yield name.removesuffix(".py")


_COMPOSE = "services:\n  api:\n    build: .\n    command: python -m shop.api\n  mailer:\n    build: .\n    command: [python, -m, shop.mailer]\n"

RULE = Rule(
    id="AUD729",
    name="started-module-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every module there that scripts, pipelines, units and documents start?",
    why="The step ends with `No module named ...`, on the day on which somebody needs it.",
    limits=(
        "Dotted names given to `python -m`, and those with an application given to uvicorn, gunicorn and the like, whose first part is a folder of "
        "the repository with Python in it. A folder of that name anywhere counts, and so does what git ignores."
    ),
    fix="Write the module, or start the one that is there.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"started-modules"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a script and a runbook; of images and containers AUD466 speaks",
            files={
                "shop/__init__.py": "",
                "shop/api.py": "print()\n",
                "compose.yml": _COMPOSE,
                "Dockerfile": 'FROM python:3.13\nCMD ["gunicorn", "shop.web:app"]\n',
                "deploy/shop.service": "[Service]\nExecStart=/opt/shop/bin/python -m shop.api\n",
                "bin/nightly.sh": "#!/bin/sh\npython3 -m shop.reports.daily --yesterday\ncelery -A shop.tasks.queue worker\n",
                "shop/parts.py": 'from importlib.util import find_spec\n\nGRAPHS = find_spec("shop.graphs.engine") is not None\n',
                "docs/runbook.md": "# Runbook\n\nReplay with `python -m shop.replay --all`.\n",
            },
            found=("bin/nightly.sh:2", "bin/nightly.sh:3", "docs/runbook.md:3", "shop/parts.py:3"),
        ),
        Example(
            title="modules of others, packages in another folder, and what a comment tells of",
            files={
                "src/shop/__init__.py": "",
                "src/shop/jobs/__main__.py": "print()\n",
                "http/handlers.py": "print()\n",
                "run.sh": "#!/bin/sh\n# python -m shop.old\npython -m http.server\npython -m shop.jobs\npython -m alembic.config upgrade\n",
            },
        ),
    ),
)
