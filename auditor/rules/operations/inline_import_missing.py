"""AUD625: Python within a command imports a module of the repository that is not there, or a name that the module does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.inline_imports import InlineImport, InlineImports
from auditor.facts.python_exports import PythonExports, python_exports
from auditor.facts.python_graph import Module, python_graph
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.own_modules import module_is_there, own_packages
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
            every = packages.get(one.module.partition(".")[0], frozenset())
            bases = frozenset(base for base in every if base.count("/") <= 1)
            if every and not bases:
                continue
            if not bases and one.module.partition(".")[0] not in _USUAL:
                continue
            fault = _fault(one, bases, exports, facts)
            if fault:
                yield Hit(file.path, one.line, one.line, fault, one.module, Severity.MEDIUM if documents else None)


def _fault(one: InlineImport, bases: frozenset[str], exports: PythonExports, facts: RepositoryFacts) -> str:
    """What is wrong with the import; empty where it may work."""
    places = [f"{base}{one.module.replace('.', '/')}" for base in sorted(bases)]
    if not any(module_is_there(place, facts) for place in places):
        return f"This imports `{one.module}`, and the repository has no such module." if "." in one.module else ""
    graph = facts.derive(python_graph)
    found = [module for place in places if (module := _module(place, graph.by_path)) is not None]
    if not found or len(found) != len([place for place in places if module_is_there(place, facts)]):
        return ""
    lacking = [name for name in one.names if not any(exports.offers(module, name) for module in found)]
    return f"This takes `{lacking[0]}` from `{one.module}`, and {found[0].path} has no such name." if lacking else ""


def _module(place: str, known: dict[str, Module]) -> Module | None:
    return known.get(f"{place}.py") or known.get(f"{place}/__init__.py")


RULE = Rule(
    id="AUD625",
    name="inline-import-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the repository have every module and name that Python within commands imports from it?",
    why="The step, the probe or the drill ends with `No module named ...` before it has done anything.",
    limits=(
        "Imports after a command that starts Python, in pipelines, scripts, images, makefiles and documents, whose first part is a folder or module of the repository "
        "(or `app`, `src`, `backend`). Imports whose failure is caught as such, and names of modules that compute theirs, are passed over."
    ),
    fix="Import what is there, or write it.",
    since="0.8.0",
    effort=20,
    reads=frozenset({"inline-imports", "python-module"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
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
