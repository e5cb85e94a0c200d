"""Which scripts the programs of a repository run by their names, rather than print, list or look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.path_mentions import PathMentions
from auditor.facts.pattern import pattern
from auditor.facts.python_module import PythonModule
from auditor.facts.python_required import PythonRequired
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_effects import Effect, effect_of, function_effects
from auditor.facts.shell_program import ShellProgram, all_commands
from auditor.facts.work_units import running_jobs, unreadable_paths
from auditor.model.source import Language, Role, SourceFile

__all__ = ["scripts_run"]

_LOOKS = frozenset({"grep", "egrep", "[", "[[", "test", "ls", "stat", "cat", "chmod", "wc", "head", "find", "git"})
"""Commands that look at a file and do not run it."""
_READ = (".txt", ".log", ".rst", ".adoc", ".csv", ".org")
_INDEX = pattern(
    r"(?i)(?:^|[_.-])(?:docs?|documentation|inventory|catalog(?:ue)?|index|reference|glossary|changelog)[_.-](?:.*\.)?(?:ya?ml|json|toml)$"
)
_STARTERS = frozenset({"subprocess", "asyncio", "sh", "plumbum", "fabric", "invoke", "paramiko", "pexpect", "nox"})
_WORD = pattern(r"[\w.-]+")


def scripts_run(repository: RepositoryFacts, names: frozenset[str]) -> frozenset[str]:
    """Those of the names of shell files that programs, and the names of tests, name."""
    stems = [path.rpartition("/")[2] for path in repository.all_paths]
    tests = " ".join(
        name for name in stems if name.startswith(("test_", "test-")) or name.endswith((".bats", "_test.sh"))
    )
    found = {name for name in names if name.partition(".")[0] in tests}
    for _, job in running_jobs(repository):
        every = [one for step in job.steps for one in all_commands(step.program.body if step.program else ())]
        found |= names & _words(one.text for one in every if one.name not in _LOOKS)
    for file, shell in repository.of(ShellFile):
        found |= names & _words(text for text in _run_by(shell.program) if file.name not in text)
    broken = unreadable_paths(repository)
    for file, mentions in repository.of(PathMentions, lambda file: _runs(file) and file.path not in broken):
        asked = {(one.line, one.path) for fact in repository.at(file.path, PythonRequired) for one in fact.paths}
        told = names & _words(
            one.text
            for one in mentions.paths
            if one.text.rpartition("/")[2] != file.name and (one.line, one.text) not in asked
        )
        if told and not _only_names(repository, file):
            found |= told
    return frozenset(found)


def _words(texts: Iterable[str]) -> set[str]:
    return {match.group() for match in _WORD.finditer("\n".join(texts))}


def _runs(file: SourceFile) -> bool:
    """Whether what the file names may be what it runs: not what it only prints or lists."""
    return file.language is not Language.SHELL and not _only_tells(file)


def _only_names(repository: RepositoryFacts, file: SourceFile) -> bool:
    """Whether a program of Python can start nothing, and so only names what it names."""
    if file.language is not Language.PYTHON or file.role is Role.TEST:
        return False
    imported = {one.module.partition(".")[0] for fact in repository.at(file.path, PythonModule) for one in fact.imports}
    return not imported & _STARTERS


def _only_tells(file: SourceFile) -> bool:
    """Whether it is for people to read: a report, or an index of the scripts that there are."""
    return file.name.lower().endswith(_READ) or _INDEX.search(file.name) is not None


def _run_by(program: ShellProgram) -> Iterator[str]:
    """What a script may run: all but its talk. A text that it writes down counts, for it may be a schedule."""
    functions = function_effects(program)
    for one in all_commands(program.body):
        yield from (each.value.text for each in one.assignments)
        if effect_of(one, functions) is not Effect.PRINT and one.name not in _LOOKS:
            yield one.text
            yield from (each.target.text for each in one.redirects)
