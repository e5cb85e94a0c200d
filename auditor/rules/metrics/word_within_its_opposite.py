"""AUD812: a word for the good state is looked for that stands within the word for the bad one as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, strings_in, syntax_of
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, Node, Pipeline, commands, last_command, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OPPOSITES = {
    "healthy": "unhealthy", "ready": "NotReady", "active": "inactive", "available": "unavailable", "connected": "disconnected", "valid": "invalid",
    "complete": "incomplete", "synced": "unsynced", "successful": "unsuccessful", "reachable": "unreachable", "verified": "unverified",
}  # fmt: skip
_UNBOUND = pattern(
    r"(?i)(?:^|\||\.\*)(healthy|ready|active|available|connected|valid|complete|synced|successful|reachable|verified)(?:$|[|\\]|\.\*|\$)"
)
"""One of the words where a pattern begins with it, so that anything may stand before it in the text."""
_GLOB = pattern(r"^\*(healthy|Ready|active|available|connected|successful|reachable)\*?$")
_REPORTS = pattern(
    r"^(?:docker|docker-compose|podman|kubectl|oc|systemctl|service|curl|wget|http|aws|az|gcloud|nomad|consul|helm|argocd|rabbitmqctl|pm2|supervisorctl|flux|redis-cli|vault)$"
)
_KEPT = pattern(r"(?i)^\$\{?\w*(?:health|status|state|response|result|output|report|condition)\w*\}?$")
"""A variable that keeps a report."""
_SHELLS = pattern(r"\b(?:docker|podman|kubectl|systemctl|docker-compose|oc|nomad|consul)\b")
_OUTPUT = frozenset({"stdout", "output", "out", "text", "ps_output", "status_output", "lines", "content"})
_EXACT = pattern(r"^-[a-zA-Z]*[wxvoP]|^--(?:word-regexp|line-regexp|invert-match|only-matching|perl-regexp)$")


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is Language.PYTHON:
        yield from _in_python(source)
        return
    for unit in units_of(source):
        for node in walk(unit.body):
            yield from _hits(source, node, unit.symbol)
    shell = source.fact(ShellFile)
    for program in shell.evaluated if shell is not None else ():
        for node in walk(program.body):
            yield from _hits(source, node, "")


def _hits(source: Source, node: Node, symbol: str) -> Iterator[Hit]:
    for at, word in _looked_for(node):
        message = f"{word!r} is looked for in a report of states, and stands in {_OPPOSITES[word.lower()]!r} as well."
        yield Hit(source.path, at.line, at.end_line, message, symbol)


def _looked_for(node: Node) -> Iterator[tuple[Node, str]]:
    """The greps of a pipeline behind a command that reports states, and the comparisons with parts of a text."""
    if isinstance(node, Pipeline):
        first = last_command(node.parts[0])
        runs = [one for part in node.parts for one in commands([part])]
        greps = [one for one in runs if one.name in ("grep", "egrep")]
        if first is None or not any(map(_is_report, runs)) or any(_is_exact(one) for one in greps):
            return
        for one in greps:
            word = _word_of(one)
            if word and (_ignores_case(one) or word in _OPPOSITES[word.lower()]):
                yield one, word
    if isinstance(node, Command) and node.name == "[[":
        for text in node.texts:
            match = _GLOB.search(text)
            if match:
                yield node, match.group(1)


def _is_report(command: Command) -> bool:
    """Whether it reports states, or prints what such a command said: ``echo "$api_health"``."""
    if command.name in ("echo", "printf"):
        return any(_KEPT.search(text) for text in command.texts[1:])
    return _REPORTS.search(command.name) is not None


def _ignores_case(grep: Command) -> bool:
    return any(one.startswith("-") and not one.startswith("--") and "i" in one for one in grep.texts[1:])


def _is_exact(grep: Command) -> bool:
    told = " ".join(grep.texts[1:]).lower()
    knows = any(opposite.lower() in told for opposite in _OPPOSITES.values())
    return knows or any(_EXACT.search(one) for one in grep.texts[1:])


def _word_of(grep: Command) -> str:
    patterns = [one for one in grep.texts[1:] if not one.startswith("-")]
    match = _UNBOUND.search(patterns[0].replace("\\|", "|")) if patterns else None
    return match.group(1) if match else ""


def _in_python(source: Source) -> Iterator[Hit]:
    """``"healthy" in result.stdout``, where a command reports the state."""
    syntax = syntax_of(source)
    for view in syntax.functions:
        found = list(_compared(view))
        if found and any(_SHELLS.search(strings_in(call)) for call in view.calls):
            for node, word in found:
                message = f"{word!r} is looked for in the output of a command, and stands in {_OPPOSITES[word.lower()]!r} as well."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _compared(view: FunctionView) -> Iterator[tuple[ast.Compare, str]]:
    asked = {str(one.left.value).lower() for one in view.of(ast.Compare) if isinstance(one.left, ast.Constant)}
    for node in view.of(ast.Compare):
        match node:
            case ast.Compare(left=ast.Constant(value=str() as word), ops=[ast.In()], comparators=[text]):
                held = text.func.value if isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute) else text
                opposite = _OPPOSITES.get(word.lower())
                if opposite and word in opposite and opposite.lower() not in asked and last_name(held) in _OUTPUT:
                    yield node, word
            case _:
                continue


RULE = Rule(
    id="AUD812",
    name="word-within-its-opposite",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Can the word by which a state is told good stand in no other state?",
    why="`docker ps | grep -q healthy` is content with 'unhealthy', and `kubectl get nodes | grep Ready` with 'NotReady': the gate is green in just the case that it is there for.",
    limits=(
        "Judged are greps without -w, -x or a sign before the word, in the output of commands that report states, comparisons of the shell with `*word*`, and in Python "
        "`word in output` of a function that calls such a command. A look for the opposite beside it counts as knowing."
    ),
    fix="Ask for the field itself (`docker inspect -f '{{.State.Health.Status}}'`, `kubectl wait`), or match the whole word.",
    since="0.5.0",
    effort=15,
    reads=SHELL_READERS | {"python", "make-recipes"},
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a report that a variable keeps, and a check in a string that a function evaluates",
            files={
                "ops/verify.sh": (
                    '#!/bin/bash\nattempt() {\n  eval "$2"\n}\napi_health=$(curl -s "$URL/health")\nif echo "$api_health" | grep -q "healthy"; then\n  echo good\nfi\n'
                    'attempt service "curl -s $URL/health | grep -q \'ok\\|healthy\'"\necho "$name" | grep -q healthy\n'
                ),
            },
            found=("ops/verify.sh:6", "ops/verify.sh:9"),
        ),
        Example(
            title="containers, nodes and services that are in the opposite state",
            files={
                "ops/wait.sh": (
                    "#!/bin/sh\nuntil docker compose ps api | grep -q 'healthy\\|running'; do sleep 2; done\n"
                    "kubectl get nodes | grep -q Ready || exit 1\n"
                    "if systemctl status broker | grep -q active; then echo up; fi\n"
                ),
                "ops/wait.py": (
                    "import subprocess\n\n\ndef is_up(name):\n    answer = subprocess.run(['docker', 'ps', '-f', name], capture_output=True, text=True)\n    return 'healthy' in answer.stdout.lower()\n"
                ),
            },
            found=("ops/wait.py:6", "ops/wait.sh:2", "ops/wait.sh:3", "ops/wait.sh:4"),
        ),
        Example(
            title="whole words, marked words, and the opposite looked for",
            files={
                "ops/wait.sh": (
                    "#!/bin/sh\nuntil docker ps | grep -qw healthy; do sleep 2; done\n"
                    "docker ps | grep -q '(healthy)' || exit 1\n"
                    "curl -fs http://api/health | grep -q '\"healthy\"' || exit 1\n"
                    "kubectl get nodes | grep -q ' Ready ' || exit 1\n"
                    "docker ps | grep -v unhealthy | grep -q healthy || exit 1\n"
                    "grep -q active settings.ini\n"
                ),
                "ops/wait.py": (
                    "import subprocess\n\n\ndef is_up(name):\n    answer = subprocess.run(['docker', 'ps', '-f', name], capture_output=True, text=True)\n"
                    "    return 'healthy' in answer.stdout and 'unhealthy' not in answer.stdout\n"
                    "\n\ndef is_ready(name):\n    answer = subprocess.run(['kubectl', 'get', 'node', name], capture_output=True, text=True)\n"
                    "    return 'Ready' in answer.stdout and 'notready' not in answer.stdout.lower()\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
