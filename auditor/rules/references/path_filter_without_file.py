"""AUD707: a workflow waits for changes of a file that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.glob import matches
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PLAIN = pattern(r"^[\w.-]+(?:/[\w.-]+)*(?:/\*\*)?$")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        seen: set[str] = set()
        for one in workflow.filters:
            path = one.text.removesuffix("/**")
            if path in seen or not _PLAIN.search(one.text) or is_ignored(path, repository):
                continue
            seen.add(path)
            if not any(matches(one.text, known) for known in repository.all_paths):
                folder = any(known.startswith(f"{one.text.rstrip('/')}/") for known in repository.all_paths)
                why = (
                    "which is a folder: without `/**` no change matches" if folder else "which is not in the repository"
                )
                message = f"The event {one.name!r} waits for changes of {one.text!r}, {why}."
                yield Hit(file.path, one.line, one.line, message, one.name)


RULE = Rule(
    id="AUD707",
    name="path-filter-without-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    question="Is everything that workflows wait for changes of in the repository?",
    why="A file that was moved no longer starts the checks that were written for it, and nobody is told.",
    limits="Judged are plain paths and whole folders (`docs/**`); other patterns may be meant for what is to come.",
    fix="Name the path where the file is now, or remove the filter.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="a file and a folder that are gone",
            files={
                ".github/workflows/docs.yml": "on:\n  push:\n    paths:\n      - 'docs/**'\n      - mkdocs.yml\n      - 'src/**'\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: mkdocs build\n",
                "src/main.py": "print()\n",
            },
            found=(".github/workflows/docs.yml:4", ".github/workflows/docs.yml:5"),
        ),
        Example(
            title="patterns, and files that are there",
            files={
                ".github/workflows/docs.yml": "on:\n  push:\n    paths: ['src/**', '**/*.md', 'docs/*.rst', '!src/generated/**', setup.py]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: mkdocs build\n",
                "src/main.py": "print()\n",
                "setup.py": "print()\n",
            },
        ),
    ),
)
