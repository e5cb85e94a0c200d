"""The JSON report, ``--format json``: the audit, field by field."""

from auditor.model.codec import dumps, loads, schema

__all__ = ["dumps", "loads", "schema"]
