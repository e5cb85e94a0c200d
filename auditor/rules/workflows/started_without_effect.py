"""AUD449: a module is started that only defines things: it ends at once, with success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.inert_modules import InertModule
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.module_index import module_index
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.script_files import needed_files
from auditor.facts.shell_paths import ROOT
from auditor.facts.started_modules import StartedModules
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PYTHON = pattern(r"^python[0-9.]*$")
_NOT_READ = frozenset({Origin.DOCUMENT})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found = {*_by_name(facts), *_by_path(facts)}
    for path, line, started in sorted(found):
        inert = next(facts.at(started, InertModule), None)
        file = facts.by_path.get(path)
        if inert is not None and file is not None and file.role is Role.SHIPPED:
            message = f"This starts `{started}`, which only defines `{inert.names[0]}` and calls nothing: it ends at once, with success."
            yield Hit(path, line, line, message, started)


def _by_name(facts: RepositoryFacts) -> Iterator[tuple[str, int, str]]:
    """``python -m shop.canary``."""
    modules = facts.derive(module_index).by_name
    for file, fact in facts.of(StartedModules):
        for one in fact.items:
            started = modules.get(one.name)
            if one.run and started and not started.endswith("/__init__.py"):
                yield file.path, one.line, started


def _by_path(facts: RepositoryFacts) -> Iterator[tuple[str, int, str]]:
    """``python shop/canary.py``."""
    for one in facts.derive(invocations):
        if one.origin in _NOT_READ or not _is_python(one):
            continue
        for needed in needed_files(one):
            path = needed.path.removeprefix(f"{ROOT}/").removeprefix("./")
            if needed.runs and path in facts.by_path:
                yield one.path, needed.line, path


def _is_python(one: Invocation) -> bool:
    return bool(one.words) and _PYTHON.search(one.name) is not None


_DEFINES = "import logging\n\nlog = logging.getLogger(__name__)\n\n\ndef analyse(version):\n    log.info(version)\n    return True\n"
_WORKFLOW = (
    "on: push\njobs:\n  canary:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: python -m shop.canary --version 3\n"
    "      - run: python tools/drain.py\n"
)

RULE = Rule(
    id="AUD449",
    name="started-without-effect",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every Python program that is started do something?",
    why="A module without an entry point is imported, defines its functions, and ends with status 0: the step is green, and no check, drain or rollback has run.",
    limits="Judged are modules started by their dotted name and programs started by their path, in everything but documents. Decorators, calls and loops on the top level count as doing something, and so does any test of `__name__`.",
    fix='Call the function under `if __name__ == "__main__":`, and end with its status.',
    since="0.4.0",
    effort=20,
    reads=frozenset({"started-modules", "inert-module"}),
    check_repository=_check,
    examples=(
        Example(
            title="an analysis and a drain that nothing calls",
            files={".github/workflows/release.yml": _WORKFLOW, "shop/canary.py": _DEFINES, "tools/drain.py": _DEFINES},
            found=(".github/workflows/release.yml:7", ".github/workflows/release.yml:8"),
        ),
        Example(
            title="an entry point, a call, an application, a decorator",
            files={
                ".github/workflows/release.yml": _WORKFLOW
                + "      - run: python -m shop.worker\n      - run: uvicorn shop.web:app\n",
                "shop/canary.py": _DEFINES + '\n\nif __name__ == "__main__":\n    analyse("3")\n',
                "tools/drain.py": _DEFINES + '\n\nresult = analyse("3")\n',
                "shop/worker.py": "from celery import Celery\n\napp = Celery()\n\n\n@app.task\ndef work():\n    return 1\n",
                "shop/web.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\ndef nothing():\n    return 1\n",
            },
        ),
    ),
)
