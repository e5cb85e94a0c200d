"""Which files of the repository the steps of a job name, and whether they can be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from auditor.facts.checked_folders import checked_folders
from auditor.facts.files_of_tools import (
    CONFIGURED_BY,
    INTERPRETERS,
    READ_INPUTS,
    RUNNERS,
    WRITTEN_BY_HAND,
    worked_on_places,
)
from auditor.facts.matrix import Matrix, combinations, filled, reads_matrix
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.shell_program import Command, Word, all_commands, commands

__all__ = ["CREATORS", "JobFile", "builds_programs", "created_paths", "files_named", "is_built"]

_PYTHONS = ("python", "python3")
_SWITCH = pattern(r"^(-[vqsxlh]+|-r[A-Za-z]+|--(exitfirst|verbose|quiet|no-cov|strict-markers|strict-config|lf|ff))$")
_SCRIPT = pattern(r"^(\./)?[\w.-]+(/[\w.-]+)*\.(sh|bash|py|js|mjs|cjs|ts|rb|pl)$")
_FILE = pattern(r"^(\./)?[\w.-]+(/[\w.-]+)*\.(ya?ml|json|toml|txt|env|sql|ini|cfg|conf|lock|py|Dockerfile)$")
_LOCAL = pattern(r"^(?:\./)?[\w.-]+(?:/[\w.-]+)+$|^\./[\w.-]+$")
"""A program by its path: with a slash in it, no shell looks elsewhere
(https://www.gnu.org/software/bash/manual/bash.html#Command-Search-and-Execution)."""
_FOLDER = pattern(r"^(\./)?[A-Za-z_][\w.-]*(/[\w.-]+)*/?$")
_INLINE_PATH = pattern(r"['\"]([A-Za-z_][\w-]*(?:/[\w.-]+)+\.(?:py|sh|ya?ml|json|toml|md|sql|js|ts))['\"]")
_FILE_FLAGS = {
    "pip": ("-r", "-c", "--requirement", "--constraint"), "pip3": ("-r", "-c", "--requirement", "--constraint"),
    **CONFIGURED_BY, "helm": ("-f", "--values"), "docker": ("-f", "--file"), "docker-compose": ("-f", "--file"), "kubectl": ("-f",), "pytest": ("-c",),
}  # fmt: skip
CREATORS = frozenset({
    "mkdir", "touch", "tee", "cp", "mv", "ln", "install", "curl", "wget", "tar", "unzip", "rsync", "git", "gh", "gsutil", "aws",
})  # fmt: skip
_ENVIRONMENT = pattern(r"\$\{\{\s*env\.(\w+)\s*\}\}")
_WORKSPACE = pattern(r"^(?:\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?)/?$")
_BUILDS = pattern(
    r"\b(?:go|cargo|stack|dotnet|swift|zig|npm|yarn|pnpm|gradle|mvn)\s.*\bbuild|^(?:make|cmake|ninja|gcc|g\+\+|cc|clang|goreleaser|bazel|meson)\b|\./configure|gradlew"
)
_BUILT = pattern(
    r"^(dist|build|target|out|node_modules|\.?venv|env|bin|coverage|htmlcov|tmp|vendor|\.cache|artifacts?|release|package|deployment)(/|$)|(?:^|/)(?:_?site|\.?venv|node_modules)(?:/|$)"
)
"""Folders that builds make."""
_MAKES_PROJECT = frozenset({"start", "startproject", "new", "init", "create", "scaffold"})
"""Verbs by which programs lay out a new project in a folder of the name they are given."""
_CHART_VERBS = {
    "helm": frozenset({"install", "upgrade", "template", "lint", "package", "dependency"}), "kustomize": frozenset({"build"}),
}  # fmt: skip
_OUTPUT_FLAGS = frozenset({"-o", "-O", "--out", "--output", "--output-file", "--output-dir", "--report", "--json-file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """A path, relative to the workspace, that a step names; `folder` where it must be a folder.

    `kept` where it is of a kind that people write and keep (a chart), so that no build makes it.
    """

    path: str
    line: int
    step: Step
    folder: bool = False
    kept: bool = False


_NOWHERE = Step(name="", id="", line=0, end_line=0)
_ANY_FILE = JobFile(path="", line=0, step=_NOWHERE)
_ANY_FOLDER = replace(_ANY_FILE, folder=True)
_ANY_CHART = replace(_ANY_FILE, kept=True)


def files_named(job: Job, shared: tuple[Setting, ...] = ()) -> Iterator[JobFile]:
    """The files and folders that the steps of a job need to be there, in order; `shared` is the workflow's ``env``."""
    charts = frozenset(_chart_repositories(job))
    for step in job.steps:
        base = step.working_directory.text or job.working_directory
        if "$" in base or base.startswith(("/", "~", "..")):
            continue
        base = base.removeprefix("./").strip("/")
        if step.working_directory.is_set and _FOLDER.search(step.working_directory.text):
            yield JobFile(path=base, line=step.working_directory.line, step=step, folder=True)
        yield from _read_by_action(step)
        if step.program is not None:
            values = {one.name: one.text for one in (*shared, *job.env, *step.env) if "$" not in one.text}
            plain = [_with_environment(command, values) for command in commands(step.program.body)]
            for run in _runs(plain, job.matrix):
                yield from _of_program(step, run, "" if base == "." else base, charts)


def _chart_repositories(job: Job) -> Iterator[str]:
    """The names under which the steps of a job know repositories of charts: ``grafana/loki`` is then a chart of one."""
    for step in job.steps:
        for one in all_commands(step.program.body) if step.program else ():
            if one.name == "helm" and one.texts[1:3] == ("repo", "add") and one.texts[3:]:
                yield next((text for text in one.texts[3:] if not text.startswith("-")), "")


def _read_by_action(step: Step) -> Iterator[JobFile]:
    """What an action is told to read, as far as people write it: one file, or one on each line."""
    names = READ_INPUTS.get(step.action, ())
    for one in (given for given in step.inputs if given.name.lower() in names):
        lines = one.text.split("\n")
        for number, text in enumerate(lines):
            if WRITTEN_BY_HAND.search(text.strip()):
                yield JobFile(path=_joined("", text.strip()), line=one.line + number, step=step)


def _with_environment(command: Command, values: dict[str, str]) -> Command:
    """The command with the literal variables of the workflow that it reads by expression put in."""
    if not any(_ENVIRONMENT.search(word.text) for word in command.words):
        return command
    words = []
    for word in command.words:
        text = word.text
        for match in _ENVIRONMENT.finditer(word.text):
            text = text.replace(match.group(), values.get(match.group(1), match.group()))
        words.append(replace(word, text=text, literal="$" not in text and "`" not in text))
    return replace(command, words=tuple(words))


def _runs(plain: list[Command], matrix: Matrix) -> Iterator[list[Command]]:
    """What a step runs, the variants of each command in one row; run by run where the matrix tells into which folder it goes."""
    moves = any(one.name in ("cd", "pushd") and any(reads_matrix(word.text) for word in one.words) for one in plain)
    combined = combinations(matrix)
    for values in [(one,) for one in combined] if moves and combined else [combined]:
        yield [one for command in plain for one in _variants(command, values)]


def _variants(command: Command, combined: Sequence[Mapping[str, str]]) -> Iterator[Command]:
    """The command for each of these values of a matrix that it reads; as it is where those are not literal."""
    varies = any(reads_matrix(word.text) for word in command.words)
    values = combined if varies else ()
    seen: set[tuple[str, ...]] = set()
    for one in values:
        texts = tuple(filled(word.text, one) for word in command.words)
        if texts not in seen:
            seen.add(texts)
            pairs = zip(command.words, texts, strict=True)
            words = tuple(replace(word, text=text, literal="$" not in text and "`" not in text) for word, text in pairs)
            yield replace(command, words=words)
    if not values:
        yield command


def _of_program(step: Step, run: list[Command], base: str, charts: frozenset[str]) -> Iterator[JobFile]:
    guarded = " ".join(command.text for command in run if command.name in ("[", "[[", "test", "ls"))
    for command in run:
        if command.name in ("cd", "pushd", "popd"):
            target = command.texts[1] if len(command.texts) > 1 else "~"
            if _WORKSPACE.search(target):
                base = ""
                continue
            if not _FOLDER.search(target) or ".." in target:
                return  # from here on nobody can tell where relative paths lead
            base = _joined(base, target)
            yield JobFile(path=base, line=command.line, step=step, folder=True)
            continue
        for word, extra in _named_by(command):
            if word.text not in guarded and ".." not in word.text.split("/") and word.text.split("/")[0] not in charts:
                yield replace(extra, path=_joined(base, word.text), line=word.line, step=step)
        yield from _inline(command, step, base)


def _named_by(command: Command) -> Iterator[tuple[Word, JobFile]]:
    """The words of a command that name a file or folder, each with what is known of it."""
    yield from ((word, _ANY_FOLDER) for word in checked_folders(command) if _FOLDER.search(word.text))
    yield from ((word, _ANY_FILE) for word in _words_naming_files(command))
    yield from ((word, _ANY_CHART) for word in _charts(command))


def _joined(base: str, path: str) -> str:
    path = path.removeprefix("./").rstrip("/")
    return f"{base}/{path}" if base else path


def _words_naming_files(command: Command) -> Iterator[Word]:
    if command.words and command.words[0].literal and _LOCAL.search(command.words[0].text):
        yield command.words[0]
    script = _script_run(command)
    if script is not None:
        yield script
    flags = _FILE_FLAGS.get(_tool(command), ())
    for word, following in zip(command.words, command.words[1:], strict=False):
        if word.text in flags and following.literal and _FILE.search(following.text):
            yield following
    words = command.words[len(command.words) - len(command.texts) :]
    yield from (words[at] for at in worked_on_places(command.name, command.texts) if words[at].literal)
    yield from _tests_named(command)


def _tool(command: Command) -> str:
    """What the command runs in the end: behind ``poetry run`` and the like, the program after it."""
    texts = command.texts
    behind = command.name in RUNNERS and len(texts) > 2 and texts[1] == "run"  # noqa: PLR2004 - the two words and what they run
    return texts[2] if behind else command.name


def _tests_named(command: Command) -> Iterator[Word]:
    """The files and folders that pytest is told to collect, but for what may be the value of an option."""
    texts = command.texts
    words = command.words[len(command.words) - len(texts) :]
    start = 1 if command.name == "pytest" else 3 if command.name in _PYTHONS and texts[1:3] == ("-m", "pytest") else 0
    for before, word in zip(words[start - 1 :], words[start:], strict=False) if start else ():
        path = word.text.partition("::")[0]
        value = before.text.startswith("-") and "=" not in before.text and not _SWITCH.search(before.text)
        if not word.literal or (value and before is not words[start - 1]):
            continue
        folder = "/" in path.rstrip("/") or path.rstrip("/") in ("test", "tests")
        if _SCRIPT.search(path) or (not value and folder and _FOLDER.search(path)):
            yield replace(word, text=path)


def _script_run(command: Command) -> Word | None:
    """The script that an interpreter is given: directly, or behind a program that runs others (``poetry run``, ``--``)."""
    words = [word for word in command.words if word.literal]
    texts = [word.text for word in words]
    start = next((index for index, text in enumerate(texts) if text.rpartition("/")[2] in INTERPRETERS), -1)
    if start < 0 or not (command.name in (*INTERPRETERS, *RUNNERS) or texts[start - 1] == "--"):
        return None
    rest = words[start + 1 :]
    if any(word.text in ("-c", "-m", "-e") for word in rest):
        return None
    argument = next((word for word in rest if not word.text.startswith("-")), None)
    return argument if argument is not None and _SCRIPT.search(argument.text) else None


def _charts(command: Command) -> Iterator[Word]:
    """The folders of charts and manifests that a deployment tool is told to apply."""
    verbs = _CHART_VERBS.get(command.name, frozenset())
    if verbs and verbs & set(command.texts[1:3]):
        yield from (word for word in command.words[2:] if word.literal and _LOCAL.search(word.text))


def _inline(command: Command, step: Step, base: str) -> Iterator[JobFile]:
    """Paths in quotes inside of a Python program that stands in the step."""
    if command.name not in ("python", "python3"):
        return
    for word in (*command.words[1:], *(one.target for one in command.redirects if one.operator == "<<")):
        for number, line in enumerate(word.text.split("\n")) if "\n" in word.text else ():
            for match in _INLINE_PATH.finditer(line):
                if "w" not in line[match.end() : match.end() + 6]:
                    yield JobFile(path=_joined(base, match.group(1)), line=word.line + number, step=step)


def builds_programs(job: Job) -> bool:
    """Whether a step compiles something, so that programs may lie anywhere afterwards."""
    texts = [command.text for step in job.steps if step.program for command in all_commands(step.program.body)]
    return any(_BUILDS.search(text) for text in texts)


def is_built(path: str) -> bool:
    """Whether a path lies where builds put what they make."""
    return _BUILT.search(path) is not None


def created_paths(job: Job, before: int | None = None) -> str:
    """Everything that the steps of the job may write (down to a line, where one is given), as one text to look names up in."""
    parts: list[str] = []
    last = job.end_line + 1 if before is None else before
    for step in (one for one in job.steps if one.line <= last):
        for command in all_commands(step.program.body) if step.program else ():
            if command.line > last:
                break
            parts.extend(one.target.text for one in command.redirects if one.operator in (">", ">>"))
            parts.extend(command.texts[1:] if command.name in CREATORS else _outputs(command.texts))
        if step.uses.is_set and "upload-artifact" not in step.action:
            read = READ_INPUTS.get(step.action, ())
            parts.extend(one.text for one in step.inputs if one.name.lower() not in read)
    return "\n".join(parts)


def _outputs(texts: tuple[str, ...]) -> Iterator[str]:
    """What follows an option that names an output: the program itself is not written by its own run."""
    if _MAKES_PROJECT & set(texts[1:3]):
        yield from texts[2:]
    if "install" in texts[1:4] and "pip" in texts[0:3]:
        yield from (value for option, value in pairwise(texts) if option in ("-t", "--target", "--prefix"))
    for option, value in pairwise(texts):
        if option in _OUTPUT_FLAGS:
            yield value
    yield from (text.partition("=")[2] for text in texts if text.partition("=")[0] in _OUTPUT_FLAGS)
