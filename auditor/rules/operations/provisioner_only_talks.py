"""AUD635: a provisioner of Terraform that only prints."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform_settings import TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TALKS = pattern(r"""^(?:echo|printf)\s+[^>|;&`$]{3,}$""")
_PROVISIONERS = frozenset({"local-exec", "remote-exec"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(TerraformSettings):
        for one in fact.items if file.role is Role.SHIPPED else ():
            if one.name != "command" or not _PROVISIONERS & set(one.blocks):
                continue
            if _TALKS.search(one.literal):
                message = f"The provisioner of `{'.'.join(one.blocks[1:3])}` only prints: nothing is done or checked."
                yield Hit(file.path, one.line, one.line, message, one.name)


def _resource(command: str) -> str:
    return f'resource "null_resource" "smoke" {{\n  provisioner "local-exec" {{\n    command = "{command}"\n  }}\n}}\n'


RULE = Rule(
    id="AUD635",
    name="provisioner-only-talks",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every provisioner do something?",
    why="`infrastructure verified` stands in the log of each apply, and nobody looked.",
    limits="Literal commands of one print without a variable, a pipe or a redirection.",
    fix="Run the check, or strike the resource.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"terraform-settings"}),
    check_repository=_check,
    examples=(
        Example(
            title="a verification in words",
            files={"infra/main.tf": _resource("echo all endpoints healthy")},
            found=("infra/main.tf:3",),
        ),
        Example(
            title="commands that do something",
            files={
                "infra/main.tf": _resource("./smoke.sh https://shop.de"),
                "infra/more.tf": _resource("echo ${self.id} > id.txt"),
            },
        ),
    ),
)
