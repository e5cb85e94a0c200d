"""AUD515: what Terraform runs beside its resources may fail unnoticed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.source import Source
from auditor.facts.terraform_settings import TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(TerraformSettings)
    items = fact.items if fact is not None else ()
    destroys = {one.blocks for one in items if one.name == "when" and one.value.strip('"') == "destroy"}
    for one in items:
        goes_on = one.name == "on_failure" and one.value.strip('"') == "continue"
        if goes_on and "provisioner" in one.blocks and one.blocks not in destroys:
            where = ".".join(one.blocks[:3])
            message = f"`{where}` goes on when its command fails: what it checks or sets up counts for nothing."
            yield Hit(source.path, one.line, one.line, message, where)


_RESOURCE = (
    'resource "terraform_data" "check" {{\n  provisioner "local-exec" {{\n    command = "./check.sh"\n{more}  }}\n}}\n'
)

RULE = Rule(
    id="AUD515",
    name="provisioner-may-fail",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does an application of Terraform fail when a command that it runs fails?",
    why="A check with `on_failure = continue` is green whatever it found, and the resource counts as made.",
    limits="Provisioners; those that run when a resource is destroyed are left alone.",
    fix="Strike `on_failure`, or move the check to where its failure counts.",
    since="0.6.0",
    effort=10,
    reads=frozenset({"terraform-settings"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("on_failure",),
    check_file=_check,
    examples=(
        Example(
            title="a rule of a product of that name, and words in quotes",
            files={
                "infra/hook.tf": 'resource "shop_pipeline" "check" {\n  step {\n    on_failure = "continue"\n  }\n}\n',
                "infra/old.tf": _RESOURCE.format(more='    when = "destroy"\n    on_failure = "continue"\n'),
                "infra/main.tf": _RESOURCE.format(more='    on_failure = "continue"\n'),
            },
            found=("infra/main.tf:4",),
        ),
        Example(
            title="a check that cannot fail",
            files={"infra/main.tf": _RESOURCE.format(more="    on_failure = continue\n")},
            found=("infra/main.tf:4",),
        ),
        Example(
            title="one that counts, and one on the way out",
            files={
                "infra/main.tf": _RESOURCE.format(more="    on_failure = fail\n"),
                "infra/old.tf": _RESOURCE.format(more="    when = destroy\n    on_failure = continue\n"),
            },
        ),
    ),
)
