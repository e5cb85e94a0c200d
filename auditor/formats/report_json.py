"""The JSON report, ``--format json``: the audit, field by field."""

from auditor.model.codec import chunks, dumps, loads, schema

__all__ = ["chunks", "dumps", "loads", "schema"]
