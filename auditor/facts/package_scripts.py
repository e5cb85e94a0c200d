"""package.json: the scripts that it defines (https://docs.npmjs.com/cli/configuring-npm/package-json)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source

__all__ = ["PARSER", "PackageScripts", "Script", "simple_commands"]

_MOST = 500_000
_BETWEEN = pattern(r"&&|\|\||[;|&]")
_ASSIGNS = pattern(r"^[A-Za-z_]\w*=")
_BEFORE = frozenset({"npx", "cross-env", "env", "yarn", "pnpm", "exec", "dotenv", "--", "bunx", "time", "env-cmd"})


_MOST_SCRIPTS = 300
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One script with its command and the line on which it stands."""

    name: str
    command: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageScripts(Fact):
    """The scripts of one package; `names` holds those of all, `scripts` what the first few hundred run; `node` says for which versions it is."""

    kind: ClassVar[str] = "package-scripts"
    names: frozenset[str]
    scripts: tuple[Script, ...] = ()
    node: str = ""


def _parse(source: Source) -> PackageScripts | None:
    if len(source.data) > _MOST:
        return None
    try:
        root = json.loads(source.text)
    except (ValueError, RecursionError):
        return None  # whether the JSON is broken is not this fact's question
    if not isinstance(root, dict):
        return None
    scripts = root.get("scripts")
    engines = root.get("engines")
    node = engines.get("node") if isinstance(engines, dict) else ""
    node = node if isinstance(node, str) else ""
    if not isinstance(scripts, dict):
        return PackageScripts(names=frozenset(), node=node)
    return PackageScripts(names=frozenset(scripts), scripts=tuple(_commands(scripts, source.lines)), node=node)


def _commands(scripts: dict[str, object], lines: Sequence[str]) -> Iterator[Script]:
    """The scripts with their lines: each stands behind the one before it, below the key ``scripts``."""
    at = next((index for index, line in enumerate(lines) if '"scripts"' in line), 0)
    for name, command in list(scripts.items())[:_MOST_SCRIPTS]:
        key = json.dumps(name, ensure_ascii=False)
        found = next((index for index in range(at, len(lines)) if key in lines[index]), None)
        if found is not None and isinstance(command, str) and len(command) <= _LONGEST:
            at = found
            yield Script(name=name, command=command, line=found + 1)


def simple_commands(command: str) -> Iterator[tuple[str, ...]]:
    """The words of each command of a script; none of what follows a change of folder, or holds a variable."""
    for part in _BETWEEN.sub("\n", command).split("\n"):
        words = tuple(word.strip("\"'") for word in part.split())
        while words and (_ASSIGNS.match(words[0]) or words[0] in _BEFORE):
            words = words[1:]
        if words[:1] in (("cd",), ("pushd",)):
            return
        if words and "$" not in part:
            yield words


PARSER = Parser(fact=PackageScripts, accepts=lambda file: file.name == "package.json", parse=_parse)
