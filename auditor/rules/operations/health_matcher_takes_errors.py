"""AUD658: a load balancer takes errors for good health."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform_settings import TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CODES = pattern(r"^\"?[\s\d,-]+\"?$")
_RANGE = pattern(r"\d{3}\s*-\s*(\d{3})")
_SINGLE = pattern(r"\b(?:404|500|502|503|504)\b")
_PLACES = frozenset({"health_check", "matcher"})
_LAST_TOLD = 404
"""A range that reaches beyond it takes any error."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(TerraformSettings):
        for one in fact.items if file.role is Role.SHIPPED else ():
            if one.name in ("matcher", "http_code") and _PLACES & set(one.blocks) and _takes_errors(one.value):
                message = f"The health check is content with {one.value[:40]}: a path that is not there, or a server in trouble, counts as healthy."
                yield Hit(file.path, one.line, one.line, message, ".".join(one.blocks[1:3]))


def _takes_errors(value: str) -> bool:
    ends = [int(one.group(1)) for one in _RANGE.finditer(value)] if _CODES.search(value) else []
    return any(end > _LAST_TOLD for end in ends) or _SINGLE.search(value) is not None


def _group(matcher: str) -> str:
    return f'resource "aws_lb_target_group" "shop" {{\n  health_check {{\n    path    = "/health"\n    matcher = "{matcher}"\n  }}\n}}\n'


RULE = Rule(
    id="AUD658",
    name="health-matcher-takes-errors",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a health check tell a working service from a broken one?",
    why="With `200-499` every server that answers at all is healthy: a wrong path, a missing route and a service that refuses everybody stay in rotation.",
    limits="`matcher` of load balancers in Terraform: ranges that reach beyond 404, and 404 or 5xx by themselves. Redirects, 401 and 403 alone are left alone.",
    fix="Take 200 (and what the path really answers) only.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"terraform-settings"}),
    check_repository=_check,
    examples=(
        Example(
            title="everything up to the errors of the server, and a path that may be missing",
            files={
                "infra/lb.tf": _group("200-499"),
                "infra/more.tf": _group("200,404"),
                "infra/parts.tf": _group("200-299,400-499"),
            },
            found=("infra/lb.tf:4", "infra/more.tf:4", "infra/parts.tf:4"),
        ),
        Example(
            title="success, redirects and a login",
            files={"infra/lb.tf": _group("200-399"), "infra/more.tf": _group("200,301,401")},
        ),
    ),
)
