"""AUD709: Terraform refers to a resource, variable or module that its folder does not declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby

from auditor.facts.invocations import Invocation, invocations
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.terraform import TerraformFile
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest, is_judged, severity_of

__all__ = ["RULE"]

_PROGRAMS = frozenset({"terraform", "tofu"})
_OUTPUT = pattern(r"^[A-Za-z_][\w-]*$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    declared: defaultdict[str, set[str]] = defaultdict(set)
    unknown = {path.rpartition("/")[0] for path in facts.all_paths if path.endswith((".tf.json", "_override.tf"))}
    unknown |= {
        path.rpartition("/")[0] for path in facts.all_paths if path.endswith(("terragrunt.hcl", ".tf.tmpl", ".tf.j2"))
    }
    for file, fact in facts.of(TerraformFile):
        declared[file.path.rpartition("/")[0]] |= fact.declares
    for file, fact in facts.of(TerraformFile):
        folder = file.path.rpartition("/")[0]
        if folder not in unknown and file.role is Role.SHIPPED and not _is_partial(facts, folder, declared):
            yield from _in_file(file.path, fact, declared[folder])
    if not unknown:
        yield from _asked_outputs(facts)


def _is_partial(facts: RepositoryFacts, folder: str, declared: Mapping[str, set[str]]) -> bool:
    """Whether a file of the folder could not be read, so that nobody knows what it declares."""
    files = [path for path in facts.all_paths if path.rpartition("/")[0] == folder and path.endswith(".tf")]
    return folder not in declared or any(not any(True for _ in facts.at(path, TerraformFile)) for path in files)


def _in_file(path: str, fact: TerraformFile, declared: set[str]) -> Iterator[Hit]:
    missing = sorted((one.address, one.line) for one in fact.refers if one.address not in declared)
    for address, places in groupby(missing, key=lambda one: one[0]):
        line, *others = [line for _, line in places]
        more = f", and {len(others)} more lines do so" if others else ""
        hint = closest(address, declared, 0.8)
        yield Hit(
            path, line, line, f"This refers to `{address}`, which nothing in its folder declares{more}{hint}.", address
        )


def _asked_outputs(facts: RepositoryFacts) -> Iterator[Hit]:
    """Outputs that commands ask Terraform for, and that no folder has: which one is meant depends on where they run."""
    read = {file.path: fact.outputs for file, fact in facts.of(TerraformFile)}
    written = {path for path in facts.all_paths if path.endswith(".tf")}
    if not read or written - read.keys():
        return
    every = {name for outputs in read.values() for name in outputs}
    for one in facts.derive(invocations):
        name, line = _asked(one)
        if name and name not in every and not one.elsewhere and is_judged(facts, one):
            message = f"Terraform is asked for the output `{name}`, which none of its folders declares{closest(name, every, 0.8)}."
            yield Hit(one.path, line, line, message, name, severity_of(one))


def _asked(one: Invocation) -> tuple[str, int]:
    """The output that is asked for, and its line; empty where all are, or it cannot be told."""
    words = [pair for pair in zip(one.words, one.lines, strict=True) if not pair[0].startswith("-")]
    is_question = one.name in _PROGRAMS and [word for word, _ in words[1:2]] == ["output"]
    if not is_question or len(words) != 3 or not _OUTPUT.search(words[2][0]):  # noqa: PLR2004 - program, output, name
        return "", 0
    return words[2]


RULE = Rule(
    id="AUD709",
    name="undeclared-in-terraform",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is everything that Terraform refers to declared in its folder?",
    why="Terraform stops before it plans anything: infrastructure that was never planned was never applied either.",
    limits="Judged are literal references in `.tf` files, and outputs that commands ask for and no folder has. Folders with overrides, JSON, templates or Terragrunt are left alone.",
    fix="Declare it, or refer to what is there.",
    since="0.1.0",
    effort=30,
    reads=frozenset(
        {"terraform", "shell", "github-workflow", "make-recipes", "python-commands", "document-references"}
    ),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="outputs that a script, a pipeline and a document ask for, and one that is there",
            files={
                "infra/main.tf": 'output "lb_name" {\n  value = "shop"\n}\n',
                "deploy.sh": '#!/bin/sh\ncd infra\nDB=$(terraform output -raw database_host)\nLB="$(terraform output -raw lb_name)"\nterraform output -json\nterraform output "$1"\n',
                ".github/workflows/ship.yml": "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: terraform -chdir=infra output -raw cluster_name\n",
                "docs/run.md": "# Run\n\n```bash\nterraform output bastion_ip\nterraform output lb_name\n```\n",
            },
            found=(".github/workflows/ship.yml:7", "deploy.sh:3", "docs/run.md:4"),
        ),
        Example(
            title="what an object was called before, and one that never was",
            files={
                "main.tf": (
                    'moved {\n  from = module.keys.tls_private_key.pair\n  to   = tls_private_key.pair\n}\n\nresource "tls_private_key" "pair" {\n  algorithm = "RSA"\n}\n\n'
                    'output "key" {\n  value = module.other.key\n}\n'
                )
            },
            found=("main.tf:11",),
        ),
        Example(
            title="a role, a variable, a local value, a data source and a module that are not there",
            files={
                "infra/main.tf": (
                    'resource "aws_eks_cluster" "shop" {\n  role_arn = aws_iam_role.eks.arn\n  name     = "shop-${var.stage}"\n  version  = local.version\n'
                    "  vpc_config {\n    subnet_ids = module.vpc.private_subnets\n  }\n}\n"
                    'output "ami" {\n  value = data.aws_ami.ubuntu.id\n}\n'
                ),
                "infra/variables.tf": 'variable "region" {}\nlocals {\n  owner = "shop"\n}\n',
            },
            found=("infra/main.tf:2", "infra/main.tf:3", "infra/main.tf:4", "infra/main.tf:6", "infra/main.tf:10"),
        ),
        Example(
            title="what is declared beside, loops over, or stands in a dynamic block",
            files={
                "infra/main.tf": (
                    'resource "aws_security_group" "shop" {\n  name = var.name\n  tags = { for tag_name, tag_value in local.tags : tag_name => tag_value.text.long }\n'
                    '  dynamic "ingress_rule" {\n    for_each = aws_vpc.shop.cidr_blocks\n    content {\n      port = ingress_rule.value.port\n    }\n  }\n}\n'
                    'resource "aws_vpc" "shop" {\n  cidr_block = each.value.block.cidr\n}\n'
                ),
                "infra/variables.tf": 'variable "name" {}\nlocals {\n  tags = {}\n}\n',
            },
        ),
    ),
)
