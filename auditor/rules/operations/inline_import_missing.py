"""AUD625: Python within a command imports a module of the repository that is not there, or a name that the module does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile
from auditor.facts.inline_imports import InlineImport, InlineImports
from auditor.facts.own_containers import own_containers
from auditor.facts.python_exports import PythonExports, python_exports
from auditor.facts.python_graph import Module, python_graph
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.base import Example, Rule
from auditor.rules.references.own_modules import is_whole_package, may_be_of_others, module_is_there, own_packages
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_USUAL = frozenset({"app", "backend", "src"})
"""What projects call their own package, and no distribution of others is called."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    packages, exports = facts.derive(own_packages), facts.derive(python_exports)
    if not packages:
        return
    for file, fact in facts.of(InlineImports):
        documents = file.language is Language.MARKDOWN
        role = Role.DOCUMENTATION if documents else Role.SHIPPED
        if file.role is not role or is_test_data(file.path) or (documents and about_other_times(file.path)):
            continue
        for one in fact.items:
            first = one.module.partition(".")[0]
            every = packages.get(first, frozenset())
            bases = frozenset(base for base in every if base.count("/") <= 1)
            if not bases and (every or first not in _USUAL):
                continue
            fault = _fault(one, bases, exports, facts)
            if fault and not may_be_of_others(first, bases, facts):
                severity = None if not documents and _is_certain(file, first, bases, facts) else Severity.LOW
                yield Hit(file.path, one.line, one.line, fault, one.module, severity)


def _is_certain(file: SourceFile, first: str, bases: frozenset[str], facts: RepositoryFacts) -> bool:
    """Whether the first part beyond doubt is a package of the repository, or should be one in the repository's own image."""
    if bases:
        return is_whole_package(first, bases, facts)
    return file.language is Language.DOCKERFILE or file.path in facts.derive(_of_own_images)


def _of_own_images(facts: RepositoryFacts) -> frozenset[str]:
    """The files that start images which the repository builds; for `RepositoryFacts.derive`."""
    composed = {
        file.path
        for file, fact in facts.of(ComposeFile)
        if any(source.use == "build" for service in fact.services for source in service.sources)
    }
    return frozenset(composed | {path for path, _ in facts.derive(own_containers)})


def _fault(one: InlineImport, bases: frozenset[str], exports: PythonExports, facts: RepositoryFacts) -> str:
    """What is wrong with the import; empty where it may work."""
    places = [f"{base}{one.module.replace('.', '/')}" for base in sorted(bases)]
    there = [place for place in places if module_is_there(place, facts, named=False)]
    if not there:
        return f"This imports `{one.module}`, and the repository has no such module." if "." in one.module else ""
    graph = facts.derive(python_graph)
    found = [module for place in places if (module := _module(place, graph.by_path)) is not None]
    if not found or len(found) != len(there):
        return ""
    lacking = [name for name in one.names if not any(exports.offers(module, name) for module in found)]
    return f"This takes `{lacking[0]}` from `{one.module}`, and {found[0].path} has no such name." if lacking else ""


def _module(place: str, known: dict[str, Module]) -> Module | None:
    return known.get(f"{place}.py") or known.get(f"{place}/__init__.py")


RULE = Rule(
    id="AUD625",
    name="inline-import-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the repository have every module and name that Python within commands imports from it?",
    why="The step, the probe or the drill ends with `No module named ...` before it has done anything.",
    limits=(
        "Imports after a command that starts Python, in pipelines, scripts, images, makefiles and documents, and those at the outermost level of a document's blocks of Python, whose first part is a folder or module of the repository "
        "(or `app`, `src`, `backend`), and which is no package of others that is required, installed, or imported by the repository's code. Imports whose failure is caught as such, and names of modules that compute theirs, are passed over."
    ),
    fix="Import what is there, or write it.",
    since="0.8.0",
    effort=20,
    reads=frozenset({"inline-imports", "python-module"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="folders without `__init__.py` that are called as packages of others",
            files={
                "alembic/env.py": "from alembic import context\n\ncontext.configure(url='x')\n",
                "docker/healthcheck.py": "print('up')\n",
                "redis/load.py": "print('loaded')\n",
                "airflow/dags/daily.py": "print('daily')\n",
                "jobs/nightly.py": "print('done')\n",
                "loads/requirements.txt": "requests==2.32.0\n",
                "loads/run.py": "print('run')\n",
                "pyproject.toml": '[project]\nname = "depot"\nversion = "1"\ndependencies = ["docker>=7", "apache-airflow"]\n',
                "ops/setup.sh": (
                    "#!/bin/sh\npip install redis -r loads/requirements.txt\npython -c 'from alembic.config import Config'\npython -c 'import docker.errors'\npython -c 'import redis.asyncio'\n"
                    "python -c 'import airflow.models'\npython -c 'import jobs.weekly'\npython -c 'import loads.peak'\n"
                ),
            },
            found=("ops/setup.sh:7", "ops/setup.sh:8"),
        ),
        Example(
            title="a module that moved, a name that was renamed, and a package that never was",
            files={
                "depot/__init__.py": "",
                "depot/store/__init__.py": "",
                "depot/store/session.py": "def open_session():\n    return 1\n",
                ".github/workflows/test.yml": (
                    'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          python -c "\n          from depot.session import open_session\n'
                    '          open_session()\n          "\n      - run: python -c "from depot.store.session import open_session, close_session"\n'
                ),
                "ops/drill.sh": (
                    '#!/bin/sh\nkubectl exec deploy/depot -- python -c "from app.db import engine; engine.connect()"\n'
                    "python3 - <<'EOF'\nimport depot.store.session\nfrom depot import store\nimport depot.ledger\nEOF\n"
                ),
            },
            found=(".github/workflows/test.yml:11", ".github/workflows/test.yml:8", "ops/drill.sh:2", "ops/drill.sh:6"),
        ),
        Example(
            title="what a runbook has its reader run, a module below a module, and what a document says to have been before",
            files={
                "depot/__init__.py": "",
                "depot/risk.py": "LIMIT = 1\n",
                "depot/ledger.py": "def book():\n    return 1\n",
                "docs/runbook.md": (
                    "# Runbook\n\n```python\nfrom depot.risk.limits import lower\nlower()\n```\n\n```py\nfrom depot.ledger import book, close_book\nfrom depot.risk import LIMIT\n```\n\n"
                    "```python\n# Before (wrong)\nfrom depot.ledger import entry\n# After\nfrom depot.ledger import Entry\n```\n\n```python\ndef later():\n    from depot.ledger import never\n```\n"
                ),
            },
            found=("docs/runbook.md:17", "docs/runbook.md:4", "docs/runbook.md:9"),
        ),
        Example(
            title="modules of others, imports that may fail, and what no Python runs",
            files={
                "depot/__init__.py": "",
                "depot/ledger.py": "import os\n\nglobals().update(os.environ)\n",
                "ops/probe.sh": (
                    "#!/bin/sh\npython -c 'from json.tool import main; from yaml.nodes import Node'\npython - <<'EOF'\ntry:\n    from depot.fast import run\nexcept ImportError:\n    run = None\n"
                    "from depot.ledger import HOME\nEOF\n"
                ),
                "docs/moves.yml": "notes:\n  - take the orders\n  - from depot.old import them\n",
            },
        ),
    ),
)
