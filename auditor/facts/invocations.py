"""The commands that workflows, shell files and documents tell a machine or a person to run, with their words made plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from auditor.facts.checkouts import brings_other_files
from auditor.facts.document_references import DocumentReferences
from auditor.facts.generated_script import GeneratedScript
from auditor.facts.job_files import CREATORS
from auditor.facts.make_recipes import MakeRecipes
from auditor.facts.makefile import Makefile
from auditor.facts.python_commands import PythonCommands
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_paths import ROOT, expand, expanded, normal_place, variables_of
from auditor.facts.shell_program import Command, ShellProgram, Word, all_commands
from auditor.facts.shell_sourced import sourced_variables
from auditor.facts.told_lines import told_program
from auditor.facts.work_units import jobs_of_repository

__all__ = ["Invocation", "Origin", "invocations"]

_LONGEST = 4_096
"""Signs of a path that a system takes."""
_SENT = ("file://", "fileb://", "@")
"""What stands before a file that a command sends, and does not make."""
_PREFIXES = frozenset(
    {"sudo", "time", "command", "exec", "nohup", "env", "builtin", "nice", "then", "do", "timeout", "!"}
)


class Origin(StrEnum):
    """What kind of text gives the command."""

    WORKFLOW = "workflow"
    SCRIPT = "script"
    MAKEFILE = "makefile"
    PROGRAM = "program"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One command: its words, with known variables put in (what is not known keeps its ``$``), and the line of each.

    `folder` is where it runs, relative to the repository; None where that cannot be told. `elsewhere` where a
    directory that is not the repository's was entered before. `guarded` is what the program itself looks for, `made`
    what it may write, each as one text; `tolerant` where what the command complains about is thrown away.
    """

    path: str
    line: int
    origin: Origin
    words: tuple[str, ...]
    lines: tuple[int, ...]
    folder: str | None
    elsewhere: bool
    symbol: str
    guarded: str
    made: str
    tolerant: bool

    @property
    def name(self) -> str:
        """The name of what is run, without its folder."""
        return self.words[0].rpartition("/")[2] if self.words else ""


def invocations(facts: RepositoryFacts) -> tuple[Invocation, ...]:
    """All commands of a repository in the order of its paths; for `RepositoryFacts.derive`."""
    found = [*_of_jobs(facts), *_of_scripts(facts), *_of_makefiles(facts), *_of_programs(facts), *_of_documents(facts)]
    return tuple(sorted(found, key=lambda one: (one.path, one.line)))


def _of_jobs(facts: RepositoryFacts) -> Iterator[Invocation]:
    for path, job in jobs_of_repository(facts):
        if brings_other_files(job):
            continue
        for step in job.steps:
            base = step.working_directory.text or job.working_directory
            base = base.removeprefix("./").strip("/")
            if step.program is not None:
                known = {one.name: one.text for one in (*job.env, *step.env) if "$" not in one.text}
                folder = None if "$" in base or base.startswith(("~", "..")) else base.removeprefix(".")
                yield from _Walk(path, Origin.WORKFLOW, folder, f"{job.id}/{step.name}", known).of(step.program)


def _of_scripts(facts: RepositoryFacts) -> Iterator[Invocation]:
    programs = {file.path: fact.program for file, fact in facts.of(ShellFile)}
    for file, fact in facts.of(ShellFile):
        known = sourced_variables(file.path, programs)
        yield from _Walk(file.path, Origin.SCRIPT, None, "", known).of(fact.program)
        for program in fact.evaluated:
            yield from _Walk(file.path, Origin.SCRIPT, None, "", known).of(program)


def _of_makefiles(facts: RepositoryFacts) -> Iterator[Invocation]:
    for file, made in facts.of(MakeRecipes):
        makefiles = facts.at(file.path, Makefile)
        known = {name: value for makefile in makefiles for name, value, _ in makefile.variables}
        folder = file.path.rpartition("/")[0]
        for recipe in made.recipes:
            yield from _Walk(file.path, Origin.MAKEFILE, folder, recipe.target, known).of(recipe.program)


def _of_programs(facts: RepositoryFacts) -> Iterator[Invocation]:
    """What Python programs run, and the scripts that programs write out."""
    for file, fact in facts.of(PythonCommands):
        for one in fact.commands:
            yield Invocation(
                path=file.path, line=one.line, origin=Origin.PROGRAM, words=one.words, lines=(one.line,) * len(one.words),
                folder=None, elsewhere=one.placed, symbol="", guarded="", made="", tolerant=False,
            )  # fmt: skip
    for file, script in facts.of(GeneratedScript):
        yield from _Walk(file.path, Origin.PROGRAM, None, "", {}).of(script.program)


def _of_documents(facts: RepositoryFacts) -> Iterator[Invocation]:
    for file, document in facts.of(DocumentReferences):
        for block in document.blocks:
            if block.program is not None:
                yield from _Walk(file.path, Origin.DOCUMENT, None, block.heading, {}).of(block.program)
        for code in document.codes:
            program = told_program((code.text,), code.line)
            if program is not None:
                yield from _Walk(file.path, Origin.DOCUMENT, None, code.heading, {}).of(program)


class _Walk:
    """Goes through one program in the order of its text and keeps track of the folder."""

    def __init__(self, path: str, origin: Origin, folder: str | None, symbol: str, known: dict[str, str]) -> None:
        self.path, self.origin, self.symbol = path, origin, symbol
        self.folder = folder
        self.known = known
        self.elsewhere = False

    def of(self, program: ShellProgram) -> Iterator[Invocation]:
        if self.origin is not Origin.SCRIPT:
            self.known = {**self.known, **variables_of(program, self.path)}
            self.known.pop("0")  # there is no file that is run
        every = list(all_commands(program.body))
        guarded = " ".join(_tested(every, self.known))
        made = "\n".join(_written(every, self.known))
        bodies = [(one.line, one.end_line) for one in reversed(program.functions)]
        around = {line: body for body in bodies for line in range(body[0], body[1] + 1)}
        places: dict[tuple[int, int], tuple[str | None, bool]] = {}
        start, inside = (self.folder, self.elsewhere), (0, 0)
        nested = {id(inner) for command in every for inner in all_commands(command.substitutions)}
        for command in every:
            now = around.get(command.line, (0, 0))
            if now != inside:  # a function begins where it is called, not where the text before it leads
                places[inside] = (self.folder, self.elsewhere)
                self.folder, self.elsewhere = places.get(now, start)
                inside = now
            words = expanded(_after_prefixes(command), self.known)
            if not words:
                continue
            if words[0][0] in ("cd", "pushd", "popd"):
                if id(command) not in nested:
                    self._enter(words[1][0] if len(words) > 1 else "~")
                continue
            if words[0][0] == "git" and "clone" in command.texts:
                self.elsewhere = True
            yield Invocation(
                path=self.path,
                line=words[0][1],
                origin=self.origin,
                words=tuple(text for text, _ in words),
                lines=tuple(line for _, line in words),
                folder=self.folder,
                elsewhere=self.elsewhere,
                symbol=self.symbol,
                guarded=guarded,
                made=made,
                tolerant=any(one.target.text == "/dev/null" and one.descriptor != "1" for one in command.redirects),
            )

    def _enter(self, target: str) -> None:
        if target.startswith(ROOT):
            self.folder = target[len(ROOT) :].strip("/") if "$" not in target else None
            self.elsewhere = self.elsewhere or "$" in target
        elif "$" in target or target.startswith(("/", "~", "-", "<")) or len(self.folder or "") > _LONGEST:
            self.folder, self.elsewhere = None, True
        elif self.folder is not None:
            self.folder = normal_place(f"{ROOT}/{self.folder}/{target}")[len(ROOT) :].strip("/")
        elif self.origin is Origin.DOCUMENT and not self.elsewhere:
            self.folder = target.removeprefix("./").strip("/")


def _after_prefixes(command: Command) -> tuple[Word, ...]:
    words = command.words
    at, last = 0, len(words) - 1
    while at < last and words[at].text in _PREFIXES:
        is_timeout = words[at].text == "timeout"
        at += 1
        while at < last and (
            words[at].text.startswith("-") or "=" in words[at].text or (is_timeout and words[at].text[:1].isdigit())
        ):
            at += 1
    return words[at:]


def _written(every: Iterable[Command], known: dict[str, str]) -> Iterator[str]:
    """Where output is redirected to, and what commands that make files are given."""
    for command in every:
        yield from (
            expand(one.target.text, known) for one in command.redirects if one.operator in (">", ">>", "&>", ">|")
        )
        if command.name in CREATORS:
            words = command.texts[2 if command.name in ("cp", "mv", "ln") else 1 :]
            yield from (expand(text, known) for text in words if not text.startswith(_SENT))


def _tested(every: Iterable[Command], known: dict[str, str]) -> Iterator[str]:
    """What the program itself looks for before it goes on."""
    for command in every:
        if command.name in ("[", "[[", "test", "ls", "stat"):
            yield from (
                normal_place(expand(word.text.replace('"', ""), known, defaults=True)) for word in command.words
            )
