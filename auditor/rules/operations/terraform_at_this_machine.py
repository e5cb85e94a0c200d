"""AUD636: Terraform, which changes what runs elsewhere, sends its calls to the machine that it runs on."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform_settings import TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOCAL = pattern(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^@/\s]*@)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/?]|$)")
_OTHER = pattern(r"(?i)local|dev|test|example|sample|demo|sandbox|emulator|kind|minikube|playground")
_EMULATED = frozenset({"skip_credentials_validation", "skip_requesting_account_id", "s3_use_path_style", "s3_force_path_style"})  # fmt: skip
_ASKED = frozenset({"provider", "resource", "module", "data"})
_BACKEND = ("terraform", "backend")
_OF_THIS_MACHINE = pattern(r"^(?:/(?:home|Users|root|mnt|srv|opt|var|tmp)/|~/|[A-Za-z]:[\\/])")
_LISTENS = pattern(r"(?i)callback|redirect|origin|cors|logout|allowed|listen|bind|health|probe")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(TerraformSettings):
        if file.role is not Role.SHIPPED or _OTHER.search(file.path):
            continue
        if any(one.name in _EMULATED and one.value == "true" for one in fact.items):
            continue  # the whole provider is set up for an emulator
        for one in fact.items:
            if one.blocks == (*_BACKEND, "local") and one.name == "path" and _OF_THIS_MACHINE.search(one.literal):
                message = f"The state lies at `{one.literal[:80]}`: nobody but this machine knows what there is, and no other run sees it."
                yield Hit(file.path, one.line, one.line, message, one.name)
            judged = one.blocks[:1] and (one.blocks[0] in _ASKED or one.blocks[:2] == _BACKEND)
            if not judged or "provisioner" in one.blocks:
                continue
            if _LOCAL.search(one.literal) and not _LISTENS.search(one.name):
                where = ".".join((*one.blocks[:2], one.name))
                message = f"`{where}` is `{one.literal[:80]}`: this goes to whatever machine Terraform runs on."
                yield Hit(file.path, one.line, one.line, message, one.name)


RULE = Rule(
    id="AUD636",
    name="terraform-at-this-machine",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the providers and resources of Terraform name addresses that hold for everybody who applies them?",
    why="An endpoint of an emulator that was left in makes the plan succeed and the real resource never appear.",
    limits=(
        "Literal values of providers, backends, modules and resources, and the state where it is kept under an absolute path. Folders for development, tests and emulators are passed over, and so are files whose "
        "provider is set up for an emulator as a whole."
    ),
    fix="Strike the endpoint, or take it from a variable that only the local set-up gives.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"terraform-settings"}),
    check_repository=_check,
    examples=(
        Example(
            title="one service that was tried with an emulator, and a name of this machine",
            files={
                "infra/main.tf": (
                    'provider "aws" {\n  region = "eu-central-1"\n  endpoints {\n    sqs = "http://localhost:4566"\n  }\n}\n'
                    'resource "grafana_data_source" "metrics" {\n  type = "prometheus"\n  url  = "http://127.0.0.1:9090"\n}\n'
                ),
            },
            found=("infra/main.tf:4", "infra/main.tf:9"),
        ),
        Example(
            title="a state on somebody's disk, and one in a store that only answers here",
            files={
                "infra/main.tf": 'terraform {\n  backend "local" {\n    path = "/home/ops/shop.tfstate"\n  }\n}\n',
                "infra/web/main.tf": 'terraform {\n  backend "http" {\n    address = "http://localhost:8080/state"\n  }\n}\n',
                "infra/try/main.tf": 'terraform {\n  backend "local" {\n    path = "shop.tfstate"\n  }\n}\n',
            },
            found=("infra/main.tf:3", "infra/web/main.tf:3"),
        ),
        Example(
            title="a set-up for an emulator, a folder for development, an address that a browser returns to, and a check on the machine itself",
            files={
                "infra/main.tf": 'provider "aws" {\n  skip_credentials_validation = true\n  endpoints {\n    sqs = "http://localhost:4566"\n  }\n}\n',
                "environments/dev/main.tf": 'provider "vault" {\n  address = "http://localhost:8200"\n}\n',
                "infra/login.tf": (
                    'resource "auth0_client" "shop" {\n  callback_url = "http://localhost:3000/back"\n}\nlocals {\n  here = "localhost"\n}\n'
                    'resource "null_resource" "ready" {\n  provisioner "remote-exec" {\n    script = "localhost"\n  }\n}\n'
                ),
            },
        ),
    ),
)
