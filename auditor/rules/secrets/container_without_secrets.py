"""AUD306: a deployment starts the project's container without the secrets that the project needs."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_containers import Containers
from auditor.facts.names_inventory import inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_env_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DEPLOYS = pattern(r"(?i)(?:^|[/._\-])(?:deploy\w*|prod\w*|staging|release|rollout|canary|blue.?green)(?:[/._\-]|$)")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    needed = repository.derive(_needed)
    if not needed:
        return
    for file, containers in repository.of(Containers):
        if not _DEPLOYS.search(file.path):
            continue
        for container in containers.items:
            if not any(is_secret_name(name) for name in container.variables):
                shown = ", ".join(f"`{name}`" for name in needed[:3])
                message = f"The container is started without any secret, while the project needs {shown}."
                yield Hit(file.path, container.line, container.end_line, message)
                break  # one for each file: the others are started alike


def _needed(repository: RepositoryFacts) -> tuple[str, ...]:
    """Secrets that the env template asks for and that shipped code reads or refuses to do without."""
    return tuple(
        record.name
        for record in repository.derive(inventory)
        if is_secret_name(record.name)
        and any(is_env_template(place.path) for place in record.declared)
        and (record.validated or record.uses)
    )


RULE = Rule(
    id="AUD306",
    name="container-without-secrets",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the deployment give the container the secrets that the program reads?",
    why="A container sees only what it is given: the keys in the runner's or operator's environment do not reach it.",
    limits=(
        "`docker run -d` of the project's own images in files named for deployment. An env file, a mounted secret or options from a "
        "variable count as given. Secrets that the image fetches by itself cannot be seen."
    ),
    fix="Pass them with `-e NAME` or `--env-file`, from the secrets of the environment.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"containers"}),
    check_repository=_check,
    examples=(
        Example(
            title="a service without its key",
            files={
                ".env.example": "PAYMENT_API_KEY=\n",
                "app.py": 'import os\n\nKEY = os.environ["PAYMENT_API_KEY"]\n',
                "scripts/deploy.sh": "#!/bin/bash\ndocker run -d \\\n  --name shop \\\n  -e MODE=production \\\n  shop:1.2.0\n",
            },
            found=("scripts/deploy.sh:2",),
        ),
        Example(
            title="containers that are given what they need",
            files={
                ".env.example": "PAYMENT_API_KEY=\n",
                "app.py": 'import os\n\nKEY = os.environ["PAYMENT_API_KEY"]\n',
                "scripts/deploy.sh": (
                    "docker run -d -e PAYMENT_API_KEY shop:1.2.0\ndocker run -d --env-file .env shop:1.2.0\n"
                    "docker run -d redis:7\ndocker run --rm shop:1.2.0 migrate\n"
                ),
                "scripts/smoke.sh": "docker run -d shop:1.2.0\n",
            },
        ),
    ),
)
