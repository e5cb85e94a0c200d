"""AUD641: a document lists a tool among what the pipelines run, and none of them runs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.run_by_pipelines import run_by_pipelines
from auditor.facts.told_pipeline import ToldPipeline
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_OF_A_FORGE = frozenset({"codeql", "snyk", "sonarqube", "semgrep"})
"""What a forge or a service may run without any workflow."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    run = facts.derive(run_by_pipelines)
    if not run.jobs or not run.known:
        return
    for file, fact in facts.of(ToldPipeline):
        if about_other_times(file.path):
            continue
        lacking: dict[int, list[str]] = defaultdict(list)
        for one in fact.tools:
            if one.name not in _OF_A_FORGE and _plain(one.name) not in run.commands:
                lacking[one.line].append(one.name)
        for line, names in lacking.items():
            told = ", ".join(f"`{name}`" for name in names)
            yield Hit(
                file.path,
                line,
                line,
                f"This lists {told} among what the pipelines run, and none of them does.",
                names[0],
            )


def _plain(name: str) -> str:
    """The word by which a command or an action calls the tool."""
    return name.split(maxsplit=1)[0] if name.startswith(("safety", "black")) else name.replace("cargo-", "cargo ")


_WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          pip install pip-audit mypy\n          ruff check .\n          pytest\n          echo trivy is fine\n"
_DIAGRAM = (
    "# Shop\n\n## CI/CD pipeline\n\n### Stages\n\n```\n\u250c\u2500\u2500\u2500\u2500\u2500\u2500\u2510   \u250c\u2500\u2500\u2500\u2500\u2500\u2500\u2510\n\u2502 Lint \u2502\u2500\u2500\u25b6\u2502 Scan \u2502\n\u2502 - Ruff \u2502   \u2502 - Trivy \u2502\n"
    "\u2502 - mypy \u2502   \u2502 - pip-audit \u2502\n\u2514\u2500\u2500\u2500\u2500\u2500\u2500\u2518   \u2514\u2500\u2500\u2500\u2500\u2500\u2500\u2518\n```\n\n| Step | Tool |\n|---|---|\n| Tests | pytest |\n| Secrets | Gitleaks |\n\n- Tests with `pytest`\n- Style with `flake8`\n"
)

RULE = Rule(
    id="AUD641",
    name="told-tool-not-in-pipeline",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the pipelines run every tool that documents list among their stages?",
    why="A scan that is only drawn finds nothing, and whoever reads of it looks no further.",
    limits=(
        "Well-known tools, in lists, tables and plain blocks under titles on pipelines; not under those on plans, examples or pipelines of another kind. A tool that any script, makefile or package script "
        "runs counts where a pipeline calls such. Repositories whose pipelines call workflows elsewhere or hooks are passed over, and so are tools that a forge runs by itself."
    ),
    fix="Run the tool, or strike it from the document.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"told-pipeline"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a diagram, a table and a list with tools that are only installed, only talked of, or nowhere",
            files={"README.md": _DIAGRAM, ".github/workflows/ci.yml": _WORKFLOW},
            found=("README.md:10", "README.md:11", "README.md:18", "README.md:21"),
        ),
        Example(
            title="what a makefile runs, a plan, a pipeline of another kind, and hooks",
            files={
                "README.md": "# Shop\n\n## CI pipeline\n\n- mypy\n- no trivy yet\n\n## Planned CI\n\n- gitleaks\n\n## Data pipeline\n\n- trivy\n",
                "Makefile": "lint:\n\tmypy shop\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make lint\n",
            },
        ),
        Example(
            title="hooks that nobody can look into",
            files={
                "README.md": _DIAGRAM,
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: pre-commit/action@v3\n",
            },
        ),
    ),
)
