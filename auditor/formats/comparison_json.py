"""A comparison as JSON, field by field: `auditor.model.comparison.Comparison` under a schema of its own."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from auditor.model.comparison import Comparison

__all__ = ["COMPARISON_SCHEMA", "comparison_json"]

COMPARISON_SCHEMA = "https://auditor.dev/schema/comparison/v1"


def comparison_json(comparison: Comparison) -> bytes:
    """ASCII, two spaces, fields in the order of the model. Equal comparisons give equal bytes."""
    document = TypeAdapter(Comparison).dump_python(comparison, mode="json")
    return (json.dumps({"schema": COMPARISON_SCHEMA} | document, indent=2) + "\n").encode("ascii")
