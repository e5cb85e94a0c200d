"""AUD273: one container that is up stands for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, If, Node, Pipeline, Prefixed, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_UP = pattern(
    r"(?i)^[\"']?\\?\(?(?:up|running|healthy)\\?\)?(?:(?:\s|\.\*)+\\?\(?(?:up|running|healthy)\\?\)?)?[\"']?$"
)
_VALUED = frozenset(
    {
        "-f",
        "--file",
        "-p",
        "--project-name",
        "--profile",
        "--env-file",
        "--format",
        "--filter",
        "--status",
        "--project-directory",
    }
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        for node in walk(unit.body):
            for branch in node.branches if isinstance(node, If) else ():
                found = next((one for one in branch.condition if _asks_of_all(one)), None)
                if found is not None:
                    message = "One container that is up is enough for this: it holds while all others are down."
                    yield Hit(source.path, found.line, found.end_line, message, unit.symbol)


def _asks_of_all(node: Node) -> bool:
    node = node.body if isinstance(node, Prefixed) else node  # `! a | b`, whichever of them the sign is read with
    if not isinstance(node, Pipeline) or len(node.parts) != 2:  # noqa: PLR2004 - a list and a search
        return False
    first, last = node.parts
    first = first.body if isinstance(first, Prefixed) else first
    if not isinstance(first, Command) or not isinstance(last, Command) or last.name not in ("grep", "egrep"):
        return False
    words = [text for text in last.texts[1:] if not text.startswith("-")]
    counts = any(text.startswith("-") and ("c" in text or "v" in text) for text in last.texts[1:])
    return _lists_all(first) and len(words) == 1 and _UP.search(words[0]) is not None and not counts


def _lists_all(command: Command) -> bool:
    """Whether it lists the containers of a composition, and names none of them."""
    texts = list(command.texts)
    if texts[:2] == ["docker", "compose"]:
        texts = texts[2:]
    elif command.name == "docker-compose":
        texts = texts[1:]
    else:
        return False
    plain: list[str] = []
    waiting = iter(texts)
    for text in waiting:
        if text in _VALUED:
            next(waiting, None)
        elif not text.startswith("-"):
            plain.append(text)
    return plain == ["ps"]


RULE = Rule(
    id="AUD273",
    name="one-container-for-all",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a check that all services run look at all of them?",
    why="`docker compose ps | grep -q Up` holds as soon as the database is up, be the server in a loop of crashes.",
    limits="Conditions that search the list of all containers of a composition for `Up`, `running` or `healthy`; a list of one service is left alone.",
    fix="Wait with `docker compose up --wait`, or ask for each service.",
    since="0.3.0",
    effort=15,
    reads=SHELL_READERS,
    triggers=("compose",),
    check_file=_check,
    examples=(
        Example(
            title="one that is up and healthy",
            files={
                "ops/wait.sh": '#!/bin/bash\nwhile true; do\n  if docker compose ps | grep -q "Up (healthy)"; then\n    break\n  fi\n  sleep 5\ndone\n',
            },
            found=("ops/wait.sh:3",),
        ),
        Example(
            title="a refusal that one container prevents",
            files={"up.sh": '#!/bin/bash\nif ! docker-compose ps | grep -q "Up"; then\n  exit 1\nfi\n'},
            found=("up.sh:2",),
        ),
        Example(
            title="a deployment that counts as running",
            files={
                "deploy.sh": '#!/bin/bash\ndocker-compose -f prod.yml up -d\nif docker-compose -f prod.yml ps | grep -q "Up"; then\n  echo "Services are running"\nfi\n'
            },
            found=("deploy.sh:3",),
        ),
        Example(
            title="one service by its name, those that are down, and a count",
            files={
                "deploy.sh": (
                    "#!/bin/bash\nif docker compose ps web | grep -q Up; then\n  echo ok\nfi\nif docker compose ps | grep -q Exit; then\n  exit 1\nfi\n"
                    "if docker compose ps | grep -cq Up; then\n  echo some\nfi\n"
                )
            },
        ),
    ),
)
