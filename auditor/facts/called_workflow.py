"""What ``uses: ./path`` in a workflow leads to: a workflow or an action of the same repository."""

from __future__ import annotations

from auditor.facts.github_action import GithubAction
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.repository import RepositoryFacts

__all__ = ["Local", "local_action", "local_files", "local_workflow"]


class Local:
    """The workflows and actions of a repository by path; actions by their folder."""

    def __init__(self, repository: RepositoryFacts) -> None:
        self.workflows = {file.path: fact for file, fact in repository.of(GithubWorkflow)}
        self.actions = {file.path.rpartition("/")[0]: fact for file, fact in repository.of(GithubAction)}


def local_files(repository: RepositoryFacts) -> Local:
    """For `RepositoryFacts.derive`."""
    return Local(repository)


def local_workflow(repository: RepositoryFacts, uses: str) -> GithubWorkflow | None:
    """The workflow that a job calls, where it is one of this repository."""
    return repository.derive(local_files).workflows.get(_path(uses)) if uses.startswith("./") else None


def local_action(repository: RepositoryFacts, uses: str) -> GithubAction | None:
    """The action that a step uses, where it is one of this repository."""
    return repository.derive(local_files).actions.get(_path(uses)) if uses.startswith("./") else None


def _path(uses: str) -> str:
    return uses.removeprefix("./").rstrip("/").replace("/./", "/")
