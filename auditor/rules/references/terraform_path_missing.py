"""AUD736: Terraform reads a file, or calls a module, that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.known_paths import places
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform_settings import TerraformSetting, TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READS = pattern(
    r"\b(?:file|templatefile|filebase64|filesha1|filesha256|filesha512|filemd5|filebase64sha256|filebase64sha512)\(\s*\"(?:\$\{path\.(module|root)\}/)?([\w./-]+)\""
)
_MADE = pattern(r"(?i)\.(?:zip|jar|tar|gz|pub|pem|key|crt|whl|plan|out|log)$|(?:^|/)(?:dist|build|target|\.\w+)/")
"""What builds make, and keys that nobody keeps in a repository."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(TerraformSettings):
        folder = file.path.rpartition("/")[0]
        for one in fact.items if file.role is Role.SHIPPED else ():
            for path, place in _named(one, folder):
                if not _may_be_there(path, place, facts):
                    hint = facts.derive(places).hint(place)
                    message = f"This needs `{path}`, which is not in the repository{hint}."
                    yield Hit(file.path, one.line, one.line, message, place)


def _named(one: TerraformSetting, folder: str) -> Iterator[tuple[str, str]]:
    """The paths that an attribute names: as written, and seen from the root."""
    if one.name == "source" and one.blocks[:1] == ("module",) and one.literal.startswith(("./", "../")):
        path = one.literal.partition("//")[0].partition("?")[0]
        yield path, joined_path(folder, path)
    for match in _READS.finditer(one.value):
        if not match.group(2).startswith("/") and "var." not in one.value:
            yield match.group(2), joined_path(folder, match.group(2))


def _may_be_there(path: str, place: str, facts: RepositoryFacts) -> bool:
    if not place or facts.exists(place) or facts.exists(path.removeprefix("./")):
        return True
    return _MADE.search(path) is not None or is_ignored(place, facts)


RULE = Rule(
    id="AUD736",
    name="terraform-path-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every file that Terraform reads, and every local module that it calls, in the repository?",
    why="`terraform plan` ends with `no file exists at ...`: what the folder describes was never applied from here.",
    limits=(
        "Literal paths given to `file`, `templatefile` and their kin, and the sources of modules that begin with a dot. Archives and keys, which others "
        "make, and what git ignores are passed over."
    ),
    fix="Add the file or the module, or mend the path.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"terraform-settings"}),
    check_repository=_check,
    examples=(
        Example(
            title="a policy that was never written, and a module under another name",
            files={
                "infra/main.tf": (
                    'resource "aws_s3_bucket_policy" "shop" {\n  bucket = aws_s3_bucket.shop.id\n  policy = file("${path.module}/policies/shop.json")\n}\n'
                    'module "network" {\n  source = "./modules/network"\n  cidr   = "10.0.0.0/16"\n}\n'
                    'resource "aws_instance" "web" {\n  user_data = templatefile("${path.module}/boot.sh.tftpl", { name = "web" })\n}\n'
                ),
                "infra/modules/vpc/main.tf": 'variable "cidr" {}\n',
                "infra/boot.sh.tftpl": "#!/bin/sh\n",
            },
            found=("infra/main.tf:3", "infra/main.tf:6"),
        ),
        Example(
            title="a module of a registry, an archive that a build makes, a path of the root, and a name that is told",
            files={
                "infra/main.tf": (
                    'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'
                    'resource "aws_lambda_function" "shop" {\n  source_code_hash = filebase64sha256("${path.module}/shop.zip")\n  description = file("${path.root}/NOTES.txt")\n'
                    '  policy = file("${path.module}/policies/${var.name}.json")\n}\n'
                ),
                "NOTES.txt": "shop\n",
            },
        ),
    ),
)
