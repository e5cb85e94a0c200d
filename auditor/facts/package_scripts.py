"""package.json: the scripts that it defines (https://docs.npmjs.com/cli/configuring-npm/package-json)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.source import Source

__all__ = ["PARSER", "PackageScripts"]

_MOST = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageScripts(Fact):
    """The names of the scripts of one package."""

    kind: ClassVar[str] = "package-scripts"
    names: frozenset[str]


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
    return PackageScripts(names=frozenset(scripts) if isinstance(scripts, dict) else frozenset())


PARSER = Parser(fact=PackageScripts, accepts=lambda file: file.name == "package.json", parse=_parse)
