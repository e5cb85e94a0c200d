"""The JSON Schema of rubric files, generated from the models."""

from __future__ import annotations

import copy
import json
from typing import Any

from auditor.model.rubric import Rubric

__all__ = ["SCHEMA_ID", "rubric_schema", "rubric_schema_text"]

SCHEMA_ID = "https://auditor.dev/schema/rubric/v1"


def rubric_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a rubric file: a complete one, or one that extends another and gives only what differs."""
    complete = Rubric.model_json_schema()
    definitions = complete.pop("$defs")
    definitions["Rubric"] = complete
    definitions["CriterionChange"] = _loosened(definitions["Criterion"], keep=("id",))
    definitions["Extension"] = _extension(complete)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Rubric of auditor",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/Extension"},
        "else": {"$ref": "#/$defs/Rubric"},
        "$defs": dict(sorted(definitions.items())),
    }


def rubric_schema_text() -> str:
    """The schema as the file ``rubrics/rubric.schema.json`` holds it."""
    return json.dumps(rubric_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _extension(complete: dict[str, Any]) -> dict[str, Any]:
    schema = _loosened(complete, keep=("id", "version"))
    schema["description"] = "A rubric that extends another: criteria with a known id change it, new ones are added."
    schema["required"] = ["extends", "id", "version"]
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "The id of a shipped rubric, or a path beside this file",
    }
    schema["properties"]["remove"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Criteria to leave out, by id",
    }
    schema["properties"]["criteria"]["items"] = {"$ref": "#/$defs/CriterionChange"}
    schema["properties"]["criteria"].pop("minItems", None)
    for name in ("thresholds", "policy"):  # laid over those of the other rubric, key by key
        schema["properties"][name] = {"type": "object"}
    return schema


def _loosened(schema: dict[str, Any], keep: tuple[str, ...]) -> dict[str, Any]:
    loose = copy.deepcopy(schema)
    loose["required"] = list(keep)
    return loose
