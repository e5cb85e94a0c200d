"""Where pytest is run, and with what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.paths import joined_path
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, ShellProgram, Word, all_commands
from auditor.facts.work_units import jobs_of_repository

__all__ = ["PytestRun", "option", "pytest_runs", "runs_in"]

_VALUED = frozenset({
    "-m", "-k", "-n", "-c", "-p", "-o", "-W", "-r", "--rootdir", "--ignore", "--ignore-glob", "--deselect", "--cov-config",
    "--confcutdir", "--basetemp", "--junit-xml", "--junitxml", "--timeout", "--maxfail", "--tb", "--durations", "--cov",
    "--cov-report", "--reruns", "--numprocesses", "--dist", "--splits", "--group", "--log-level", "--log-cli-level",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestRun:
    """One call of pytest: its arguments, the folder that it runs in, and the file and job that make it."""

    path: str
    symbol: str
    arguments: tuple[Word, ...]
    command: Command
    job: Job | None
    folder: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """The files and folders that it is told to collect, as seen from the repository."""
        found = []
        skip = False
        for word in self.arguments:
            if skip or word.text.startswith("-"):
                skip = not skip and word.text in _VALUED
                continue
            found.append(word.text)
        if not self.folder:
            return tuple(found)
        return tuple(joined_path(self.folder, one) for one in found) or (self.folder,)


def pytest_runs(repository: RepositoryFacts) -> Iterator[PytestRun]:
    """Every call of pytest in workflows, pipelines and shell files."""
    for path, job in jobs_of_repository(repository):
        for step in job.steps:
            folder = step.working_directory.text or job.working_directory
            if step.program is not None and "$" not in folder and not folder.startswith(("/", "..")):
                for command in all_commands(step.program.body):
                    place = folder.removeprefix("./").strip("/")
                    yield from _of(path, f"{job.id}/{step.name}", command, job, "" if place == "." else place)
    for file, shell in repository.of(ShellFile):
        for command in all_commands(shell.program.body):
            yield from _of(file.path, "", command, None)


def runs_in(path: str, symbol: str, program: ShellProgram) -> Iterator[PytestRun]:
    """Every call of pytest in one program that belongs to no job."""
    for command in all_commands(program.body):
        yield from _of(path, symbol, command, None)


def _of(path: str, symbol: str, command: Command, job: Job | None, folder: str = "") -> Iterator[PytestRun]:
    texts = [word.text for word in command.words]
    position = next((index for index, text in enumerate(texts) if text in ("pytest", "py.test")), None)
    if (position is not None and command.name not in ("pip", "pip3", "echo", "printf", "uv", "command", "which")) or (
        position is not None and command.name == "uv" and "run" in texts[:position]
    ):
        yield PytestRun(
            path=path, symbol=symbol, arguments=command.words[position + 1 :], command=command, job=job, folder=folder
        )


def option(run: PytestRun, name: str) -> Word | None:
    """The value of an option, given as ``-m x`` or ``-m=x``."""
    for word, following in zip(run.arguments, (*run.arguments[1:], None), strict=False):
        if word.text == name:
            return following
        if word.text.startswith(f"{name}="):
            return Word(text=word.text.partition("=")[2].strip("\"'"), line=word.line, literal=word.literal)
    return None
