"""AUD637: a variable of Terraform has a password as its default."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.credentials import is_placeholder
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform_settings import TerraformSetting, TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SHORTEST = 6
_OTHER = pattern(r"(?i)(?:^|[/_.-])(?:local|dev|test|tests|examples?|samples?|demo|fixtures?)(?:[/_.-]|$)")
_NO_VALUE = pattern(r"^(?:arn:|projects/|alias/|https?://|/|\$|[a-z0-9]+(?:[-_/][a-z]+)+$|[a-z]+$|[A-Z][A-Z_]+$)|\s")
"""Names of secrets kept elsewhere, plain words and sentences."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(TerraformSettings):
        if file.role is not Role.SHIPPED or _OTHER.search(file.path):
            continue
        for one in fact.items:
            name = _variable(one, variables=file.path.endswith(".tf"))
            if name and is_secret_name(name) and _is_credential(one.literal):
                message = f"The variable `{name}` has a credential as its default, which everybody who reads the repository knows."
                yield Hit(file.path, one.line, one.line, message, name)


def _variable(one: TerraformSetting, *, variables: bool) -> str:
    """The variable that an attribute gives a default, or a file of values a value; empty for other attributes."""
    if variables:
        of_variable = len(one.blocks) == 2 and one.blocks[0] == "variable" and one.name == "default"  # noqa: PLR2004 - kind and name
        return one.blocks[1] if of_variable else ""
    return one.name if not one.blocks else ""


def _is_credential(value: str) -> bool:
    return len(value) >= _SHORTEST and not is_placeholder(value) and not _NO_VALUE.search(value)


_GIVEN = "Vortex!987"

RULE = Rule(
    id="AUD637",
    name="password-as-default",
    category=Category.HARDCODED_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the secrets among Terraform's variables have no default?",
    why="Whoever forgets the variable gets a database whose password is in the history of the repository.",
    limits="Literal defaults of variables whose names are those of secrets, and values in committed `.tfvars`. Plain words, names of secrets kept elsewhere and stand-ins are passed over; so are folders for development, tests and examples.",
    fix="Take the default away and give the value from a store of secrets; change the password.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"terraform-settings"}),
    check_repository=_check,
    examples=(
        Example(
            title="a default and a file of values",
            files={
                "infra/variables.tf": 'variable "db_password" {\n  type      = string\n  sensitive = true\n  default   = "Quay-4417-north"\n}\n',
                "infra/production.tfvars": f'region         = "eu-central-1"\nadmin_password = "{_GIVEN}"\n',
            },
            found=("infra/production.tfvars:2", "infra/variables.tf:4"),
        ),
        Example(
            title="no default, a stand-in, the name of a secret, and a folder of examples",
            files={
                "infra/variables.tf": (
                    'variable "db_password" {\n  sensitive = true\n}\nvariable "api_token" {\n  default = "changeme"\n}\nvariable "db_secret" {\n  default = "shop/production/db"\n}\n'
                    'variable "cache_password" {\n  default = ""\n}\n'
                ),
                "examples/variables.tf": 'variable "db_password" {\n  default = "Quay-4417-north"\n}\n',
            },
        ),
    ),
)
