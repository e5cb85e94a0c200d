"""AUD455: one reason is given for every failure, and what the command says of it is thrown away."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Chain, Command, Group, Node, all_commands, commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REASON = pattern(
    r"(?i)\balready (?:exists?|there|created|present|configured|set up|enabled)\b|\b(?:may|might) already\b|\(exists\)|\bexists already\b"
)
_PROVISIONS = pattern(
    r"(?i)^(?:gcloud|aws|az|doctl|eksctl|ibmcloud|oci|hcloud|linode-cli|flyctl|fly|heroku|vault|kubectl|oc|gh|bq|gsutil|rabbitmqadmin|createdb|psql|mysql)\b.*\b(?:create|add|apply|enable|mb|set|insert|import|bind)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.function or unit.recipe:
            continue
        for node in walk(unit.body):
            failing = _explained(node)
            if failing is not None and isinstance(node, Chain):
                message = (
                    f"Whatever keeps {_short(failing)!r} from its work is thrown away, and said to be there already."
                )
                yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _explained(node: Node) -> Command | None:
    """The command that provisions something, silenced, whose every failure is explained in the same words."""
    if not isinstance(node, Chain) or node.operator != "||" or not isinstance(node.left, Command):
        return None
    silenced = any(one.target.text == "/dev/null" and one.descriptor != "1" for one in node.left.redirects)
    if not silenced or not _PROVISIONS.search(" ".join(node.left.texts)):
        return None
    said = list(commands((node.right,))) if isinstance(node.right, Command | Group) else []
    only_says = said and all(one.name in ("echo", "printf", "true", ":") for one in said)
    return node.left if only_says and any(_REASON.search(one.text) for one in all_commands((node.right,))) else None


def _short(command: Command) -> str:
    return " ".join(command.texts)[:60]


RULE = Rule(
    id="AUD455",
    name="assumed-reason-of-failure",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    question="Is the reason of a failure looked at before it is called harmless?",
    why="A refused permission, a full quota and a wrong region all read as 'already exists', and the set-up goes on without what it needs.",
    limits="Judged are commands that create or change something at a provider or in a cluster, whose errors go to /dev/null.",
    fix="Ask whether it exists first (`describe`, `get`), or let the message be seen and accept only the one that says so.",
    since="0.1.0",
    effort=15,
    reads=SHELL_READERS,
    triggers=("||",),
    check_file=_check,
    examples=(
        Example(
            title="a bucket and a cluster that may be there, or may not",
            files={
                "infra/setup.sh": (
                    '#!/bin/bash\nset -e\ngcloud storage buckets create gs://shop-data \\\n  --quiet 2>/dev/null || echo "(already exists)"\n'
                    'kubectl create namespace shop >/dev/null 2>&1 || echo "namespace already exists"\n'
                )
            },
            found=("infra/setup.sh:3", "infra/setup.sh:5"),
        ),
        Example(
            title="it is asked first, or the message is seen",
            files={
                "infra/setup.sh": (
                    "#!/bin/bash\nset -e\ngcloud storage buckets describe gs://shop-data >/dev/null 2>&1 || gcloud storage buckets create gs://shop-data\n"
                    'kubectl create namespace shop || echo "already exists"\n'
                )
            },
        ),
    ),
)
