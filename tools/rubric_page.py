"""The page about rubrics, made from the schema of their files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.resources import resource_text
from auditor.rubric.load import load_rubric, shipped_rubrics
from auditor.rubric.schema import rubric_schema
from auditor.rules.registry import rules
from tools.rule_pages import NOTICE

__all__ = ["rubric_page"]

Schema = Mapping[str, Any]

PARTS = {
    "Rubric": "A rubric",
    "Extension": "A rubric that extends another",
    "Criterion": "A criterion",
    "Forbid": "`forbid`",
    "Require": "`require`",
    "Probe": "A place",
    "SectionProbe": "`section`",
    "KeyProbe": "`key`",
    "JobProbe": "`job`",
    "TextProbe": "`text`",
    "FileProbe": "`file`",
    "ReportProbe": "`report`",
    "AttestationProbe": "`attestation`",
    "Thresholds": "`thresholds`",
    "BandModel": "A band",
    "Policy": "`policy`",
    "WaiverPolicy": "`waivers`",
}
"""The parts that have a section, in the order of the page, and their titles."""
CHANGES = {"CriterionChange": "Criterion"}
"""A part whose keys are those of another, and all but its id may be left out."""

_BEGIN = """A rubric is a YAML file: which questions are asked of which kind of component, what their answers cost, and from which
numbers the decision follows. `--rubric NAME|PATH` or `rubric:` in `.auditor.yaml` chooses one; a rubric that is a
file of the audited repository judges it only with `--own-rubric`. Those that ship:

{shipped}

Take one of them as it is, or extend it:

<!-- run: checkout -->
```sh
cat > release.yaml <<'END'
extends: production-readiness
id: release
version: 1.0.0
thresholds: {{go_score: 95}}
remove: [LOW-1]
criteria:
  - {{id: TST-5, absent: not-met}}
END
auditor rubric validate release.yaml
auditor rubric show release.yaml > complete.yaml
auditor rubric schema > rubric.schema.json
```

A mistake is told with file, line and remedy. Whatever could move a score belongs to a new `version`; a certificate names
the rubric by its digest. What answers cost is told in [ADR 4](adr/0004-scoring.md)."""


def rubric_page() -> str:
    """Every key of a rubric file with its type, default and meaning, in Markdown."""
    definitions: Schema = rubric_schema()["$defs"]
    parts = [NOTICE, "# Rubrics", _BEGIN.format(shipped="\n".join(_shipped()))]
    for name, title in PARTS.items():
        parts += [f"## {title}", _words(definitions[name]["description"]), "\n".join(_rows(definitions, name))]
    return "\n\n".join(parts) + "\n"


def _shipped() -> Iterator[str]:
    for name in sorted(shipped_rubrics()):
        rubric = load_rubric(name, rules(), resource_text)
        yield f"- `{name}` {rubric.version}: {rubric.title}, {len(rubric.criteria)} criteria"


def _rows(definitions: Schema, name: str) -> Iterator[str]:
    part = definitions[name]
    yield "| Key | Type | Default | Meaning |\n|---|---|---|---|"
    for key, given in part["properties"].items():
        meaning = given.get("description") or definitions["Rubric"]["properties"].get(key, {}).get("description")
        if not meaning:
            raise ValueError(f"{name}.{key} has no description: give its field one")
        yield f"| `{key}` | {_type(given, definitions)} | {_default(key, given, part)} | {_words(meaning)} |"


def _default(key: str, given: Schema, part: Schema) -> str:
    if key in part.get("required", ()):
        return "required"
    value = given.get("default")
    return "" if value in (None, []) else f"`{json.dumps(value)}`"


def _type(given: Schema, definitions: Schema) -> str:
    """The type in words; parts of the page are linked, and words that can be chosen from are listed."""
    if "$ref" in given:
        return _named(given["$ref"].rpartition("/")[2], definitions)
    if "anyOf" in given:
        return " or ".join(_type(one, definitions) for one in given["anyOf"] if one.get("type") != "null")
    if "enum" in given or "const" in given:
        return ", ".join(f"`{one}`" for one in given.get("enum", [given.get("const")]))
    if given["type"] == "array":
        return f"list: {_type(given['items'], definitions)}"
    if given["type"] == "object":
        return _mapping(given, definitions)
    return _plain(given)


def _mapping(given: Schema, definitions: Schema) -> str:
    if "additionalProperties" not in given:
        return "mapping"
    keys = given.get("propertyNames", {"type": "string"})
    key = "word" if "$ref" not in keys else _type(keys, definitions)
    return f"mapping of {key} to {_type(given['additionalProperties'], definitions)}"


def _named(name: str, definitions: Schema) -> str:
    name = CHANGES.get(name, name)
    if name not in PARTS:
        return _type(definitions[name], definitions)
    anchor = "".join(one for one in PARTS[name].lower().replace(" ", "-") if one.isalnum() or one == "-")
    return f"[{name.removesuffix('Probe').removesuffix('Model').lower()}](#{anchor})"


def _plain(given: Schema) -> str:
    kind = {"integer": "whole number", "boolean": "true or false", "string": "text"}[given["type"]]
    if "minimum" in given:
        return f"{kind} from {given['minimum']} to {given['maximum']}"
    if "pattern" in given:
        return f"{kind} like `{given['pattern'].replace('|', chr(92) + '|')}`"
    return kind


def _words(text: str) -> str:
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")
