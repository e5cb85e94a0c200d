"""Declarative pipelines of Jenkins (https://www.jenkins.io/doc/book/pipeline/syntax/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from auditor.facts.groovy_tokens import Token, tokens_of
from auditor.facts.pipeline_model import NOTHING, Job, Setting, Step, setting
from auditor.facts.shell_program import ShellProgram, join
from auditor.facts.shell_reader import read_shell

__all__ = ["jenkins_jobs"]

_AROUND = frozenset({
    "script", "dir", "withEnv", "withCredentials", "timeout", "retry", "timestamps", "ansiColor", "node", "lock", "sshagent", "container",
    "catchError", "warnError", "waitUntil", "try", "if", "else", "steps", "always", "failure", "success", "unstable", "changed", "fixed",
    "cleanup", "aborted", "unsuccessful", "post", "stage", "stages", "parallel", "environment", "when", "options", "agent", "tools",
})  # fmt: skip
_IN_STEPS = frozenset(
    {"steps", "always", "failure", "success", "unstable", "cleanup", "unsuccessful", "fixed", "changed", "aborted"}
)
_SHELL = frozenset({"sh", "echo"})
_QUIET = frozenset(
    {
        "sleep",
        "input",
        "def",
        "error",
        "checkout",
        "deleteDir",
        "cleanWs",
        "timeout",
        "milestone",
        "println",
        "currentBuild.result",
        "return",
    }
)
_FAILS = frozenset(
    {
        "error",
        "throw",
        "unstable",
        "currentBuild.result",
        "currentBuild.currentResult",
        "sh",
        "bat",
        "return",
        "catchError",
    }
)
"""What a ``catch`` may do that makes the failure count, or makes up for it."""
_DEEPEST = 60


@dataclass(slots=True)
class _Block:
    """A block that is open: what it is called, and what tolerates the failures in it, be it itself or one around it."""

    name: str
    tolerated: Setting
    line: int = 0
    first: int = 0
    fails: bool = False


@dataclass(frozen=True, slots=True)
class _Program:
    """What one step runs or only says, and what tolerates its failure."""

    body: ShellProgram
    says: bool
    tolerated: Setting


@dataclass(slots=True)
class _Stage:
    """What was found of one stage, or of what is done after all stages."""

    name: str
    line: int
    end_line: int
    programs: list[_Program] = field(default_factory=list)
    does_more: bool = False
    manual: bool = False


def jenkins_jobs(text: str) -> tuple[Job, ...]:
    """A job for every stage that runs something in a shell or says something; none where the file is no declarative pipeline."""
    if "pipeline" not in text or "stage" not in text:
        return ()
    stages = _Reader(list(tokens_of(text))).stages()
    return tuple(_job(one) for one in stages if one.programs)


def _job(stage: _Stage) -> Job:
    """What a stage only says counts where it does nothing that is not read here."""
    programs = [one for one in stage.programs if not (one.says and stage.does_more)]
    steps = tuple(
        Step(
            name="" if stage.name == "post" else stage.name,
            id="",
            line=stage.line,
            end_line=stage.end_line,
            program=join([one.body for one in together]),
            continue_on_error=tolerated,
        )
        for tolerated, together in groupby(programs, key=lambda one: one.tolerated)
    )
    return Job(
        id=stage.name, name=stage.name, line=stage.line, end_line=stage.end_line, runs_on="jenkins", container=True, manual=stage.manual,
        steps=steps,
    )  # fmt: skip


class _Reader:
    """Goes through the tokens once, with the blocks that are open."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._open: list[_Block] = []
        self._found: list[_Stage] = []
        self._current: list[_Stage] = []
        self._stages = 0
        self._tried = (0, 0)

    def stages(self) -> list[_Stage]:
        """All stages in order; what is done after them is one more."""
        head: list[Token] = []
        depth = 0
        for place, token in enumerate(self._tokens):
            if token.first and depth == 0:
                head = []
            head.append(token)
            if token.kind == "sign" and token.text in "()[]":
                depth = max(0, depth + (1 if token.text in "([" else -1))
            elif token.kind == "sign" and token.text == "{":
                self._enter(head, token)
                head, depth = [], 0
            elif token.kind == "sign" and token.text == "}":
                self._leave(token)
                head, depth = [], 0
            elif token.first and token.kind == "word" and depth == 0:
                self._statement(token, place)
        return self._found

    def _enter(self, head: list[Token], brace: Token) -> None:
        words = [one.text for one in head if one.kind == "word"]
        name = next((word for word in words if word in _AROUND), words[0] if words else "")
        title = next((one.text for one in head if one.kind == "text"), "")
        tolerated = self._open[-1].tolerated if self._open else NOTHING
        if not tolerated.is_set and _tolerates(name, head):
            tolerated = setting(name, "true", brace.line)
        self._open.append(_Block(name, tolerated, brace.line, len(self._current[-1].programs) if self._current else 0))
        if name == "stage":
            self._stages += 1
            self._current.append(_Stage(title, brace.line, brace.line))
            self._found.append(self._current[-1])
        elif name == "post" and not self._current:
            self._current.append(_Stage("post", brace.line, brace.line))
            self._found.append(self._current[-1])

    def _leave(self, brace: Token) -> None:
        if not self._open:
            return
        closed = self._open.pop()
        self._stages -= closed.name == "stage"
        self._caught(closed)
        if self._current and (closed.name == "stage" or (closed.name == "post" and not self._stages)):
            self._current.pop().end_line = brace.line

    def _caught(self, closed: _Block) -> None:
        """What a ``try`` runs is tolerated where its ``catch`` only says so."""
        stage = self._current[-1] if self._current else None
        if stage is None or closed.name not in ("try", "catch"):
            return
        if closed.name == "try":
            self._tried = (closed.first, len(stage.programs))
        elif not closed.fails:
            first, last = self._tried
            tolerated = setting("catch", "true", closed.line)
            stage.programs[first:last] = [replace(one, tolerated=tolerated) for one in stage.programs[first:last]]

    def _statement(self, token: Token, place: int) -> None:
        names = {one.name for one in self._open[-_DEEPEST:]}
        if not self._current or not names & _IN_STEPS or names & {"when", "environment", "options"}:
            return
        for block in self._open if token.text in _FAILS else ():
            block.fails = True
        stage = self._current[-1]
        stage.manual = stage.manual or token.text == "input"
        if token.text in _SHELL:
            self._run(stage, token, place)
        elif token.text not in _AROUND | _QUIET:
            stage.does_more = True

    def _run(self, stage: _Stage, token: Token, place: int) -> None:
        arguments = list(_arguments(self._tokens, place + 1))
        texts = [one for one in arguments if one.kind == "text"]
        named = [
            after
            for before, after in zip(arguments, arguments[2:], strict=False)
            if before.text == "script" and after.kind == "text"
        ]
        found = (named or texts)[:1]
        if not found:
            stage.does_more = True
            return
        said = found[0].text if token.text == "sh" else f"echo '{found[0].text.replace(chr(39), '')}'"
        body = read_shell(said, found[0].line)
        stage.programs.append(_Program(body, token.text == "echo", self._open[-1].tolerated))


def _arguments(tokens: list[Token], place: int) -> Iterator[Token]:
    """What stands behind the name of a step: up to the end of its brackets, or of its statement."""
    depth = 0
    for token in tokens[place : place + 40]:
        if token.first and depth == 0:
            return
        if token.kind == "sign" and token.text in "()":
            depth += 1 if token.text == "(" else -1
            if depth == 0:
                return
        yield token


def _tolerates(name: str, head: list[Token]) -> bool:
    if name == "warnError":
        return True
    texts = [one.text for one in head if one.kind in ("word", "text")]
    results = [after for before, after in pairwise(texts) if before == "buildResult"]
    return name == "catchError" and bool(results) and results[0] in ("SUCCESS", "UNSTABLE", "null")
