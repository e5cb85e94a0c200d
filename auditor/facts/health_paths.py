"""Paths for checks of health in what describes infrastructure: Terraform, CloudFormation, specifications of platforms, code that writes manifests.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_target_group#health_check, https://render.com/docs/blueprint-spec,
https://fly.io/docs/reference/configuration/, https://docs.digitalocean.com/products/app-platform/reference/app-spec/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "HealthPaths"]

_LANGUAGES = frozenset({
    Language.HCL, Language.YAML, Language.TOML, Language.JSON, Language.PYTHON, Language.TYPESCRIPT, Language.JAVASCRIPT, Language.GO,
})  # fmt: skip
_RULES = (
    pattern(
        r"(?i)\b(?:health_?checks?|http_?get|liveness_?(?:probe|check)|readiness_?(?:probe|check)|startup_?probe|http_(?:service\.)?checks)[\"']?\]{0,2}\s*[:=]?\s*(?:\{|\n)[^{}\[\]]{0,400}?\bpath[\"']?\s*[:=]\s*[\"'](/[\w./-]*)[\"']"
    ),
    pattern(
        r"(?i)\b(?:health_?check_?path|health_?check_?url_?path|health_?check\.path|healthcheck_path)[\"']?\s*[:=]\s*[\"']?(/[\w./-]*)"
    ),
)
_SIGNS = ("health", "httpget", "http_get", "probe", "checks")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPaths(Fact):
    """Pairs of a path and its line."""

    kind: ClassVar[str] = "health-paths"
    paths: tuple[tuple[str, int], ...]


def _parse(source: Source) -> HealthPaths | None:
    lowered = source.text.lower()
    if "path" not in lowered or not any(sign in lowered for sign in _SIGNS):
        return None
    if source.file.language is Language.YAML and ("apiVersion:" in source.text or "openapi" in lowered):
        return None  # manifests have their own reader
    found = {
        (match.group(1), source.line_at(match.start(1))) for rule in _RULES for match in rule.finditer(source.text)
    }
    return HealthPaths(paths=tuple(sorted(found))) if found else None


PARSER = Parser(
    fact=HealthPaths,
    accepts=lambda file: file.language in _LANGUAGES and file.role is Role.SHIPPED,
    parse=_parse,
)
