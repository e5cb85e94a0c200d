"""AUD718: a console script starts a module or a function that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.python_graph import python_graph
from auditor.facts.python_project import ConsoleScript, PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, project in facts.of(PythonProject):
        for script in project.scripts:
            problem = _problem(script, facts) if script.line else ""
            if problem:
                yield Hit(
                    file.path, script.line, script.line, f"The command `{script.name}` starts {problem}.", script.name
                )


def _problem(script: ConsoleScript, facts: RepositoryFacts) -> str:
    graph = facts.derive(python_graph)
    top = script.module.partition(".")[0]
    if top not in graph.top_packages:
        return ""
    parts = script.module.replace(".", "/")
    ends = (f"{parts}.py", f"{parts}/__init__.py", f"{parts}.pyx", f"{parts}/__main__.py")
    there = any(path == end or path.endswith(f"/{end}") for end in ends for path in facts.all_paths)
    if not there:
        folder = any(
            path.startswith(f"{parts}.") or f"/{parts}." in path or f"/{parts}/" in f"/{path}"
            for path in facts.all_paths
        )
        return "" if folder else f"the module `{script.module}`, which is not there"
    module = graph.find(script.module)
    name = script.function.partition(".")[0]
    if module is None or not name:
        return ""
    symbols = module.fact.symbols
    if name in symbols.names or symbols.dynamic or symbols.stars:
        return ""
    return f"`{name}` of `{script.module}`, which defines no such name"


_CODE = "def main():\n    return 0\n"

RULE = Rule(
    id="AUD718",
    name="entry-point-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every console script start something that is there?",
    why="The command is installed and fails with an import error, be it in the container that it is the entry point of or in the runbook.",
    limits="Entry points of pyproject.toml whose top package is in the repository; modules that are built from other sources count as there.",
    fix="Write the module, or take the entry away.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"python-project", "python-module"}),
    check_repository=_check,
    examples=(
        Example(
            title="a worker that nobody wrote, and a function of another name",
            files={
                "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\nshop-worker = "shop.worker:run"\nshop-api = "shop.cli:serve"\n',
                "src/shop/__init__.py": "",
                "src/shop/cli.py": _CODE,
            },
            found=("pyproject.toml:5", "pyproject.toml:6"),
        ),
        Example(
            title="modules that are there, or come from elsewhere",
            files={
                "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\nother = "otherpackage.cli:main"\nfast = "shop.fast:main"\n',
                "shop/__init__.py": "",
                "shop/cli.py": "from shop.inner import *\n",
                "shop/inner.py": _CODE,
                "shop/fast.pyx": "def main(): pass\n",
            },
        ),
    ),
)
