"""AUD468: compose is called without a file, and the repository has none of the usual names."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_commands import USUAL_FILES, compose_call
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import is_judged, severity_of

__all__ = ["RULE"]

_VERBS = frozenset({"up", "down", "pull", "build", "restart", "start", "stop", "exec", "run", "ps", "logs", "push"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    names = {path.rpartition("/")[2] for path in facts.all_paths}
    if (
        names & USUAL_FILES
        or not any("compose" in name for name in names)
        or any(is_ignored(name, facts) for name in USUAL_FILES)
    ):
        return
    named = next(iter(sorted(name for name in names if "compose" in name and name.endswith((".yml", ".yaml")))), "")
    seen: set[tuple[str, str]] = set()
    for one in facts.derive(invocations):
        if not is_judged(facts, one) or (one.path, one.symbol) in seen or not _needs_the_usual(one):
            continue
        seen.add((one.path, one.symbol))
        hint = f"; there is `{named}`" if named else ""
        message = f"compose is called without a file, and the repository has no docker-compose.yml{hint}: it ends with an error."
        yield Hit(one.path, one.line, one.line, message, one.symbol, severity_of(one))


def _needs_the_usual(one: Invocation) -> bool:
    call = compose_call(one)
    if call is None or call.files or not call.told or one.elsewhere or not _VERBS & set(one.words[1:]):
        return False
    told = f"{one.made} {one.guarded}"
    return "compose" not in told and not any(
        "COMPOSE_FILE" in word or "--project-directory" in word for word in one.words
    )


RULE = Rule(
    id="AUD468",
    name="compose-file-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does compose find a file wherever it is called without one?",
    why="'no configuration file provided': the deployment ends at its first command, and was never run from this repository.",
    limits="Repositories that have compose files, none of which has one of the names that compose looks for; where a script writes or looks for one, nothing is said. One finding for each program.",
    fix="Name the file with `-f`, or give it the usual name.",
    since="0.4.0",
    effort=5,
    reads=frozenset({"shell", "makefile", "github-workflow", "document-references"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a start that finds nothing",
            files={
                "docker-compose.prod.yml": "services:\n  api:\n    image: shop:1.0\n",
                "start.sh": "#!/bin/bash\ndocker compose pull\ndocker compose up -d\n",
                "README.md": "# Shop\n\n```bash\ndocker-compose up\n```\n",
            },
            found=("README.md:4", "start.sh:2"),
        ),
        Example(
            title="a file that is named, and one that is linked",
            files={
                "docker-compose.prod.yml": "services:\n  api:\n    image: shop:1.0\n",
                "start.sh": "#!/bin/bash\ndocker compose -f docker-compose.prod.yml up -d\n",
                "link.sh": "#!/bin/bash\nln -sf docker-compose.prod.yml docker-compose.yml\ndocker compose up -d\n",
            },
        ),
    ),
)
