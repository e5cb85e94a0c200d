"""Which outputs and variables a step hands to those after it, by what its program writes to files of the runner.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Step
from auditor.facts.shell_program import Command, Group, Node, Pipeline, all_commands, children, walk

__all__ = ["runs_known_tools_only", "unknown_commands", "written_environment", "written_outputs"]

_KEY = pattern(r"^\s*([A-Za-z_][\w-]*)(=|<<(.*))")
_OLD = pattern(r"::set-output\s+name=([A-Za-z_][\w-]*)::|::set-env\s+name=([A-Za-z_][\w-]*)::")
_BREAK = pattern(r"\\n|\n")
_COMMENT = pattern(r"(?m)^\s*#.*$")
_PRINTS = frozenset({"echo", "printf"})
_QUIET = frozenset({
    # of the shell and its usual company: none of these knows of the runner's files
    *("echo", "printf", "cat", "tee", "true", "false", ":", "exit", "return", "set", "shopt", "export", "local", "declare", "readonly"),
    *("unset", "cd", "pushd", "popd", "pwd", "[", "[[", "((", "test", "let", "expr", "read", "shift", "trap", "wait", "break", "continue"),
    *("sleep", "date", "seq", "basename", "dirname", "realpath", "readlink", "mktemp", "uname", "hostname", "whoami", "id", "nproc"),
    *("ls", "find", "grep", "egrep", "fgrep", "rg", "sed", "awk", "cut", "tr", "sort", "uniq", "head", "tail", "wc", "diff", "comm", "paste"),
    *("rev", "tac", "fold", "column", "base64", "md5sum", "sha1sum", "sha256sum", "sha512sum", "shasum", "openssl", "jq", "yq", "bc"),
    *("cp", "mv", "rm", "mkdir", "rmdir", "touch", "ln", "chmod", "chown", "tar", "zip", "unzip", "gzip", "gunzip", "xz", "curl", "wget"),
    *("git", "gh", "docker", "kubectl", "helm", "aws", "gcloud", "az", "pip", "pip3", "apt", "apt-get", "brew", "pytest", "coverage"),
    *("mapfile", "readarray", "type", "command", "which", "hash", "stat", "du", "df", "ps", "kill", "file", "xargs"),
})  # fmt: skip


def written_outputs(step: Step) -> frozenset[str] | None:
    """The outputs, in lower case, that the program of a step sets; None where nobody can tell which."""
    return _written(step, "GITHUB_OUTPUT", "::set-output")


def written_environment(step: Step) -> frozenset[str] | None:
    """The variables, in lower case, that a step gives to the steps after it; None where nobody can tell which."""
    return _written(step, "GITHUB_ENV", "::set-env")


def runs_known_tools_only(step: Step) -> bool:
    """Whether no command of the step may be a program of its own that writes where nobody sees it."""
    return next(unknown_commands(step), None) is None


def unknown_commands(step: Step) -> Iterator[Command]:
    """The commands of a step that may be programs of their own, which write where nobody sees it."""
    assert step.program is not None
    functions = {one.name for one in step.program.functions}
    for command in all_commands(step.program.body):
        local = command.words and ("/" in command.words[0].text or not command.words[0].literal)
        known = command.name in _QUIET or command.name in functions or not command.words
        if local or not known:
            yield command


def _written(step: Step, file: str, old: str) -> frozenset[str] | None:
    program = step.program
    if program is None or program.broken or not runs_known_tools_only(step):
        return None
    text = next((key.text for key in step.keys if key.name == "run"), "")
    mentions = _COMMENT.sub("", text).count(file) + _COMMENT.sub("", text).count(old)
    found: set[str] = set()
    delimiter, seen = "", 0
    for count, lines in _writes(program.body, file, old):
        seen += count
        for line in lines:
            if delimiter:
                delimiter = "" if line.strip() == delimiter else delimiter
                continue
            named = _KEY.search(line) or _OLD.search(line)
            if named is None and line.strip():
                return None
            if named is not None:
                found.add((named.group(1) or named.group(2)).lower())
                delimiter = named.group(3).strip() if named.group(2).startswith("<<") else ""
    return frozenset(found) if seen == mentions else None


_UNKNOWN = ("$",)
"""The lines of what cannot be read: no key, so that it counts as a value where one is being written, else as unknown."""


def _writes(nodes: Iterable[Node], file: str, old: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every write to the file, in order: how often it names the file, and the lines."""
    waiting = list(reversed(list(nodes)))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Group) and any(file in one.target.text for one in node.redirects):
            yield 1, ()
            yield from ((0, _lines(one)) for one in walk(node.body) if isinstance(one, Command) and _speaks(one))
            continue
        if isinstance(node, Pipeline) and _ends_in(node, file):
            first = node.parts[0]
            yield 1, _lines(first) if isinstance(first, Command) and len(node.parts) == 2 else _UNKNOWN  # noqa: PLR2004
            continue
        if isinstance(node, Command):
            if any(file in one.target.text and one.operator in (">>", ">") for one in node.redirects):
                yield 1, _lines(node)
            elif node.name in _PRINTS and old in node.text:
                yield node.text.count(old), _lines(node)
        waiting.extend(reversed(children(node)))


def _ends_in(node: Pipeline, file: str) -> bool:
    last = node.parts[-1]
    return isinstance(last, Command) and last.name == "tee" and file in last.text


def _speaks(command: Command) -> bool:
    """Whether a command in a redirected group writes anything there."""
    silent = frozenset({"[", "[[", "((", "test", "set", "cd", "true", ":", "exit", "read", "let", "local", "export"})
    elsewhere = any(one.operator.startswith((">", "&>")) and one.descriptor in ("", "1") for one in command.redirects)
    return bool(command.words) and command.name not in silent and not elsewhere


def _lines(command: Command) -> tuple[str, ...]:
    if command.name == "cat":
        body = next((one.target.text for one in command.redirects if one.operator == "<<"), None)
        return tuple(body.split("\n")) if body is not None else _UNKNOWN
    if command.name not in _PRINTS:
        return _UNKNOWN
    words = list(command.texts[1:])
    while words and words[0] in ("-e", "-n", "-E", "-en", "-ne", "--"):
        words.pop(0)
    if command.name == "printf" and words[:1] and words[0].startswith("%s"):
        return tuple(words[1:])
    text = words[0] if command.name == "printf" and words else " ".join(words)
    parts, at = [], 0
    for match in _BREAK.finditer(text):
        parts.append(text[at : match.start()])
        at = match.end()
    return tuple(part for part in (*parts, text[at:]) if part.strip())
